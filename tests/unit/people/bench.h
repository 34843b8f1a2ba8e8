/*
 * bench.h - people on a bench: a real queue, trace and zone; a service and machines played
 * by the test.
 */
#ifndef TESTS_PEOPLE_BENCH_H
#define TESTS_PEOPLE_BENCH_H

#include "tests/unit/stage.h"

#include "sim/people/people.h"

enum {
	OWNERS_MOST = 400,
	CALLS_MOST = 20000
};

struct noted_call {
	sim_ns at;
	enum app_op op;
	int printer;
	char job[64], file[40], key[48];
	int64_t task, tapped_utc_ms;
	int prompt;
	bool yes;
	uint64_t ticket;
	trace_id cause;
};

struct machine {
	struct machine_sight sight;
	int taken, stopped, answered_yes, answered_no;
	sim_ns taken_at, answered_at;
};

struct bench {
	struct clock clock;
	struct queue *queue;
	struct trace *trace;
	struct people *people;
	struct zone *zone;
	struct value values[64], safe[8], send[32], cancel[8];
	struct noted_call *calls;
	int n_calls;
	/* How the service answers: at once ok, at once "busy", or never. */
	enum {
		SAYS_YES,
		SAYS_BUSY,
		SAYS_NOTHING
	} service;
	int64_t tasks;
	struct machine machines[OWNERS_MOST];
	int sliced;
};

static inline void fake_call(void *arg, sim_ns now, const struct app_call *call)
{
	struct bench *b = arg;
	assert_true(b->n_calls < CALLS_MOST);
	struct noted_call *noted = &b->calls[b->n_calls++];
	*noted = (struct noted_call){.at = now,
				     .op = call->op,
				     .printer = call->printer,
				     .task = call->task,
				     .tapped_utc_ms = call->tapped_utc_ms,
				     .prompt = call->prompt,
				     .yes = call->yes,
				     .ticket = call->ticket,
				     .cause = call->cause};
	snprintf(noted->job, sizeof(noted->job), "%s", call->job ? call->job : "");
	snprintf(noted->file, sizeof(noted->file), "%s", call->file ? call->file : "");
	snprintf(noted->key, sizeof(noted->key), "%s",
		 call->wish_key ? call->wish_key : "");
	if (b->service == SAYS_YES)
		people_answer(b->people, now, call->ticket, true, "",
			      call->op == APP_SUBMIT ? ++b->tasks : call->task,
			      call->cause);
	else if (b->service == SAYS_BUSY)
		people_answer(b->people, now, call->ticket, false, "busy", 0,
			      call->cause);
}

static inline void fake_slice(void *arg, sim_ns now, int printer, const struct wish *wish,
			      char *ret_md5)
{
	struct bench *b = arg;
	(void)now, (void)wish;
	snprintf(ret_md5, 33, "%016x%016x", printer, ++b->sliced);
}

static inline void fake_look(void *arg, sim_ns now, int printer,
			     struct machine_sight *ret_sight)
{
	struct bench *b = arg;
	(void)now;
	*ret_sight = b->machines[printer].sight;
}

static inline void fake_take(void *arg, sim_ns now, int printer, const char *who,
			     trace_id cause)
{
	struct bench *b = arg;
	(void)who, (void)cause;
	b->machines[printer].taken++;
	b->machines[printer].taken_at = now;
	b->machines[printer].sight.objects = 0;
}

static inline void fake_prompt(void *arg, sim_ns now, int printer, int prompt, bool yes,
			       const char *who, trace_id cause)
{
	struct bench *b = arg;
	struct machine *machine = &b->machines[printer];
	(void)who, (void)cause;
	assert_int_equal(prompt, machine->sight.prompt);
	machine->answered_yes += yes;
	machine->answered_no += !yes;
	machine->answered_at = now;
	machine->sight.prompt = 0;
}

static inline void fake_stop(void *arg, sim_ns now, int printer, const char *who,
			     trace_id cause)
{
	struct bench *b = arg;
	(void)now, (void)who, (void)cause;
	b->machines[printer].stopped++;
}

static inline void set_all(const struct vocab_row *row, struct value *values,
			   const char *options)
{
	char copy[1024], *save = NULL;
	snprintf(copy, sizeof(copy), "%s", options);
	for (char *word = strtok_r(copy, " ", &save); word != NULL;
	     word = strtok_r(NULL, " ", &save)) {
		static char texts[64][64];
		static int n_texts;
		struct sim_error error;
		char *equals = strchr(word, '=');
		assert_non_null(equals);
		*equals = '\0';
		int at = vocab_find_param(row, word);
		assert_true(at >= 0);
		char *text = texts[n_texts++ % 64]; /* TEXT values keep a pointer */
		snprintf(text, 64, "%s", equals + 1);
		assert_int_equal(param_parse(&row->params[at], text, &values[at], &error),
				 SIM_OK);
	}
}

/* start: "2023-08-14T15:00Z". options and safe: "name=value …". */
static inline struct bench *bench_new(const char *start, sim_ns length, const char *zone,
				      int n_owners, const char *options, const char *safe)
{
	static char names[OWNERS_MOST][3][32];
	struct people_owner owners[OWNERS_MOST];
	struct sim_error error;
	int64_t start_ns;
	struct bench *b = calloc(1, sizeof(*b));
	assert_non_null(b);
	b->calls = calloc(CALLS_MOST, sizeof(*b->calls));
	assert_int_equal(instant_parse_iso(start, &start_ns), SIM_OK);
	b->clock.start_utc_s = start_ns / 1000000000;
	b->queue = queue_new();
	b->trace = trace_new(&b->clock, TRACE_FULL);
	assert_int_equal(zone_open(zone, &b->zone, &error), SIM_OK);
	assert_true(people_row()->n_params <= 64 && people_send_row()->n_params <= 32);
	vocab_defaults(people_row(), b->values);
	vocab_defaults(people_safeguard_row(), b->safe);
	vocab_defaults(people_send_row(), b->send);
	vocab_defaults(people_cancel_row(), b->cancel);
	set_all(people_row(), b->values, options);
	set_all(people_safeguard_row(), b->safe, safe);
	for (int i = 0; i < n_owners; i++) {
		snprintf(names[i][0], 32, "owner/%03d", i + 1);
		snprintf(names[i][1], 32, "app/%03d", i + 1);
		snprintf(names[i][2], 32, "printer/%03d", i + 1);
		owners[i] =
			(struct people_owner){names[i][0], names[i][1], names[i][2], i,
					      b->zone,     b->values,   b->safe};
		snprintf(b->machines[i].sight.state, sizeof(b->machines[i].sight.state),
			 "IDLE");
	}
	struct people_options o = {
		.queue = b->queue,
		.clock = &b->clock,
		.trace = b->trace,
		.seed = 11,
		.owners = owners,
		.n_owners = n_owners,
		.end = length,
		.outlets = {b, fake_call, fake_slice, fake_look, fake_take, fake_prompt,
			    fake_stop},
	};
	assert_int_equal(people_new(&o, &b->people, &error), SIM_OK);
	people_start(b->people, 0);
	return b;
}

static inline void bench_free(struct bench *b)
{
	people_free(b->people);
	assert_int_equal(queue_count(b->queue), 0);
	trace_free(b->trace);
	queue_free(b->queue);
	zone_free(b->zone);
	free(b->calls);
	free(b);
}

static inline void run_until(struct bench *b, sim_ns until)
{
	stage_run_until(b->queue, &b->clock, until);
}

static inline void run_for(struct bench *b, sim_ns how_long)
{
	run_until(b, b->clock.now + how_long);
}

/* Everybody sends with these options of send_jobs{}. */
static inline void send(struct bench *b, const char *options)
{
	struct sim_error error = {0};
	set_all(people_send_row(), b->send, options);
	assert_int_equal(people_send_jobs(b->people, b->clock.now, "*", b->send, 0,
					  &error),
			 SIM_OK);
}

static inline void news(struct bench *b, int printer, int64_t task, const char *state,
			const char *reason)
{
	trace_id event = trace_say(b->trace, 0, KIND_NOTE, "run", F_TEXT("text", state));
	people_news(b->people, b->clock.now, printer, task, state, reason, 0, 0, 0,
		    event);
}

/* The machine changes, and makes itself noticed. */
static inline void machine_is(struct bench *b, int printer, const char *state,
			      bool printing, const char *file, int64_t task, int objects)
{
	struct machine_sight *sight = &b->machines[printer].sight;
	sight->printing = printing;
	sight->task = task;
	sight->objects = objects;
	snprintf(sight->file, sizeof(sight->file), "%s", file);
	snprintf(sight->state, sizeof(sight->state), "%s", state);
	sight->event = trace_say(b->trace, 0, KIND_FIRMWARE_STATE, "printer/001",
				 F_TEXT("state", state));
	people_machine(b->people, b->clock.now, printer, sight->event);
}

static inline int events_of(const struct bench *b, enum trace_kind kind, const char *who)
{
	const struct trace_event *event;
	int n = 0;
	for (size_t at = 0; (event = stage_next(b->trace, kind, &at));)
		n += who == NULL || strcmp(event->who, who) == 0;
	return n;
}

static inline int events(const struct bench *b, enum trace_kind kind)
{
	return events_of(b, kind, NULL);
}

/* The n-th event of that kind (from 0). */
static inline const struct trace_event *event_at(const struct bench *b,
						 enum trace_kind kind, int n)
{
	const struct trace_event *event;
	for (size_t at = 0; (event = stage_next(b->trace, kind, &at));)
		if (n-- == 0)
			return event;
	fail_msg("no such event");
	return NULL;
}

static inline const struct trace_event *last_event(const struct bench *b,
						   enum trace_kind kind)
{
	const struct trace_event *event = stage_last(b->trace, kind);
	assert_non_null(event);
	return event;
}

/* "HH:MM" of an event by the clocks in that zone. */
static inline const char *local_hm(const struct bench *b, const struct trace_event *event)
{
	static char text[16];
	struct civil civil;
	zone_local(b->zone, clock_utc_ns(&b->clock, event->t) / 1000000000, &civil);
	snprintf(text, sizeof(text), "%02d:%02d", civil.hour, civil.minute);
	return text;
}

#endif
