/*
 * bench.h - a service on a bench: a real queue and trace, outlets that write down what
 * they are told, and printers played by the test.
 */
#ifndef TESTS_CLOUD_BENCH_H
#define TESTS_CLOUD_BENCH_H

#include "tests/unit/stage.h"

#include "sim/cloud/cloud.h"

enum {
	SENT_MOST = 4000,
	PRINTERS = 3,
	CLIENTS = 2
};

/* 2023-08-15T00:00:00Z */
#define START_UTC_S 1692057600

struct sent {
	sim_ns at;
	int client, mid;
	char topic[64];
	char payload[800];
	uint32_t expiry_s;
	bool retain;
	int qos;
	trace_id cause;
};

struct bench {
	char options[1024]; /* values borrow from it */
	struct clock clock;
	struct queue *queue;
	struct trace *trace;
	struct cloud *cloud;
	struct value values[64], safe[16];
	struct sent sent[SENT_MOST];
	int n_sent, mid, publish_rc;
	int connects[CLIENTS], recreates[CLIENTS], subscriptions[CLIENTS];
	char subscribed[160]; /* the last filter */
	sim_ns connected_at[64];
	int n_connects;
	bool echoes;        /* a probe comes back at once */
	bool connects_work; /* a connect succeeds at once */
	char news[400][24];
	int n_news;
	int answers, oks;
	struct cloud_answer last;
	char last_reason[64];
	sim_ns last_at;
	struct {
		struct bench *bench;
		int client;
		sim_ns at;
	} later[512];
	int n_later;
};

static inline void later_connected(void *arg, sim_ns now)
{
	struct {
		struct bench *bench;
		int client;
	} *job = arg;
	cloud_connected(job->bench->cloud, now, job->client, 0, 0);
}

static inline int fake_publish(void *arg, sim_ns now, int client, const char *topic,
			       const char *payload, size_t length,
			       const struct cloud_manner *manner, trace_id cause,
			       int *ret_mid)
{
	struct bench *b = arg;
	assert_true(b->n_sent < SENT_MOST);
	struct sent *sent = &b->sent[b->n_sent++];
	*sent = (struct sent){.at = now,
			      .client = client,
			      .mid = ++b->mid,
			      .expiry_s = manner->expiry_s,
			      .retain = manner->retain,
			      .qos = manner->qos,
			      .cause = cause};
	snprintf(sent->topic, sizeof(sent->topic), "%s", topic);
	assert_int_equal(strlen(payload), length);
	snprintf(sent->payload, sizeof(sent->payload), "%s", payload);
	if (ret_mid != NULL)
		*ret_mid = sent->mid;
	if (b->echoes && strncmp(topic, "service/echo/", 13) == 0)
		cloud_message(b->cloud, now, client, topic, payload, length, cause);
	return b->publish_rc;
}

static inline void fake_connect(void *arg, sim_ns now, int client, trace_id cause)
{
	struct bench *b = arg;
	(void)cause;
	b->connects[client]++;
	if (b->n_connects < 64)
		b->connected_at[b->n_connects++] = now;
	if (!b->connects_work)
		return;
	assert_true(b->n_later < 512);
	b->later[b->n_later].bench = b;
	b->later[b->n_later].client = client;
	queue_add(b->queue, now, later_connected, &b->later[b->n_later++]);
}

static inline void fake_subscribe(void *arg, sim_ns now, int client, const char *filter,
				  int qos)
{
	struct bench *b = arg;
	(void)now, (void)qos;
	snprintf(b->subscribed, sizeof(b->subscribed), "%s", filter);
	b->subscriptions[client]++;
}

static inline size_t fake_recreate(void *arg, sim_ns now, int client, trace_id cause)
{
	struct bench *b = arg;
	(void)now, (void)cause;
	b->recreates[client]++;
	return 0;
}

static inline void fake_news(void *arg, sim_ns now, const struct cloud_news *news)
{
	struct bench *b = arg;
	(void)now;
	if (b->n_news < 400)
		snprintf(b->news[b->n_news++], 24, "%d %s", (int)news->task, news->state);
}

static inline void fake_done(void *arg, sim_ns now, const struct cloud_answer *answer)
{
	struct bench *b = arg;
	b->answers++;
	b->oks += answer->ok;
	b->last = *answer;
	b->last_at = now;
	snprintf(b->last_reason, sizeof(b->last_reason), "%s", answer->reason);
}

static inline void set_value(const struct vocab_row *row, struct value *values,
			     const char *name, const char *text)
{
	struct sim_error error;
	int at = vocab_find_param(row, name);
	assert_true(at >= 0);
	assert_int_equal(param_parse(&row->params[at], text, &values[at], &error),
			 SIM_OK);
}

/* options: "name=value name=value …" of either row. */
static inline void set_all(struct bench *b, const char *options)
{
	char *save = NULL;
	snprintf(b->options, sizeof(b->options), "%s", options);
	for (char *word = strtok_r(b->options, " \n", &save); word != NULL;
	     word = strtok_r(NULL, " \n", &save)) {
		char *equals = strchr(word, '=');
		assert_non_null(equals);
		*equals = '\0';
		if (vocab_find_param(cloud_row(), word) >= 0)
			set_value(cloud_row(), b->values, word, equals + 1);
		else
			set_value(cloud_safeguard_row(), b->safe, word, equals + 1);
	}
}

static inline struct bench *bench_new(const char *options)
{
	static const char *const clients[] = {"cloud/command-a", "cloud/command-b"};
	static const struct cloud_printer printers[PRINTERS] = {
		{"printer/001", "SIM00001", 0},
		{"printer/002", "SIM00002", 1},
		{"printer/003", "SIM00003", 0},
	};
	struct sim_error error;
	struct bench *b = calloc(1, sizeof(*b));
	assert_non_null(b);
	b->clock.start_utc_s = START_UTC_S;
	b->queue = queue_new();
	b->trace = trace_new(&b->clock, TRACE_FULL);
	b->echoes = b->connects_work = true;
	assert_true(cloud_row()->n_params <= 64 && cloud_safeguard_row()->n_params <= 16);
	vocab_defaults(cloud_row(), b->values);
	vocab_defaults(cloud_safeguard_row(), b->safe);
	set_all(b, options);
	struct cloud_options o = {
		.queue = b->queue,
		.clock = &b->clock,
		.trace = b->trace,
		.seed = 7,
		.values = b->values,
		.safeguards = b->safe,
		.clients = clients,
		.n_clients = CLIENTS,
		.printers = printers,
		.n_printers = PRINTERS,
		.outlets = {b, fake_publish, fake_connect, fake_subscribe, fake_recreate,
			    fake_news},
	};
	assert_int_equal(cloud_new(&o, &b->cloud, &error), SIM_OK);
	return b;
}

static inline void run_until(struct bench *b, sim_ns until)
{
	stage_run_until(b->queue, &b->clock, until);
}

static inline void run_for(struct bench *b, sim_ns how_long)
{
	run_until(b, b->clock.now + how_long);
}

static inline void bench_free(struct bench *b)
{
	cloud_free(b->cloud);
	/* Nothing of the service may be left in the queue. */
	assert_int_equal(queue_count(b->queue), 0);
	trace_free(b->trace);
	queue_free(b->queue);
	free(b);
}

/* Up and connected. */
static inline struct bench *bench_up(const char *options)
{
	struct bench *b = bench_new(options);
	cloud_start(b->cloud, 0);
	run_for(b, SIM_S);
	return b;
}

static inline void call(struct bench *b, const struct cloud_call *what)
{
	struct cloud_call copy = *what;
	copy.done = fake_done;
	copy.arg = b;
	cloud_request(b->cloud, b->clock.now, &copy);
}

/* Submits and waits for the answer; returns the task. */
static inline int64_t submit_key(struct bench *b, int printer, const char *file,
				 const char *key)
{
	trace_id tap =
		trace_say(b->trace, 0, KIND_APP_REQUEST, "app/001", F_INT("try", 1));
	call(b, &(struct cloud_call){.op = CLOUD_SUBMIT,
				     .printer = printer,
				     .job = "bracket",
				     .file = file,
				     .wish_key = key,
				     .tapped_utc_ms =
					     START_UTC_S * 1000LL + b->clock.now / SIM_MS,
				     .cause = tap});
	run_for(b, 100 * SIM_MS);
	return b->last.task;
}

static inline int64_t submit(struct bench *b, int printer)
{
	return submit_key(b, printer, "0123456789abcdef0123456789abcdef", NULL);
}

static inline void raw_report(struct bench *b, int printer, const char *payload)
{
	static const int client_of[PRINTERS] = {0, 1, 0};
	char topic[64];
	snprintf(topic, sizeof(topic), "device/SIM%05d/report", printer + 1);
	cloud_message(b->cloud, b->clock.now, client_of[printer], topic, payload,
		      strlen(payload),
		      trace_say(b->trace, 0, KIND_NOTE, "run",
				F_TEXT("text", "a delivery")));
}

static inline void status(struct bench *b, int printer, const char *state, int64_t task)
{
	char payload[300];
	snprintf(payload, sizeof(payload),
		 "{\"print\":{\"command\":\"push_status\",\"sequence_id\":\"1\","
		 "\"gcode_state\":\"%s\",\"task_id\":\"%lld\",\"mc_remaining_time\":60}}",
		 state, (long long)task);
	raw_report(b, printer, payload);
}

static inline void reply(struct bench *b, int printer, int64_t task, const char *result,
			 const char *reason)
{
	char payload[300];
	snprintf(payload, sizeof(payload),
		 "{\"print\":{\"command\":\"project_file\",\"sequence_id\":\"1\","
		 "\"task_id\":\"%lld\",\"result\":\"%s\",\"reason\":\"%s\"}}",
		 (long long)task, result, reason);
	raw_report(b, printer, payload);
}

/* How often a start of that task (0: any) was handed to a client. */
static inline int starts_of(const struct bench *b, int64_t task)
{
	char id[40];
	int n = 0;
	snprintf(id, sizeof(id), "\"task_id\":\"%lld\"", (long long)task);
	for (int i = 0; i < b->n_sent; i++)
		n += strstr(b->sent[i].payload, "\"project_file\"") != NULL &&
		     (task == 0 || strstr(b->sent[i].payload, id) != NULL);
	return n;
}

static inline int sent_with(const struct bench *b, const char *piece)
{
	int n = 0;
	for (int i = 0; i < b->n_sent; i++)
		n += strstr(b->sent[i].payload, piece) != NULL;
	return n;
}

static inline int events(const struct bench *b, enum trace_kind kind)
{
	return (int)stage_count(b->trace, kind);
}

static inline const struct trace_event *last_event(const struct bench *b,
						   enum trace_kind kind)
{
	const struct trace_event *found = stage_last(b->trace, kind);
	assert_non_null(found);
	return found;
}

static inline void lose(struct bench *b, int client)
{
	cloud_disconnected(b->cloud, b->clock.now, client, "lost", 0);
}

#endif
