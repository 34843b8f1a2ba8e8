/*
 * catalogue_lives.h - the four real clients that the rows of tests/net/catalogue.txt lie to.
 *
 * What they are told and asked is theirs alone: nothing here reads a fault. Each notes in
 * the trace what its library gives it (KIND_NOTE, who = the life):
 *
 *	heard, qos, retain, bytes, and of MQTT 5.0 expiry, response, content, correlation,
 *	user (the value of the user property "site"): a message
 *	refused, qos, retain: the library would not take a message, with this code
 */
#ifndef JOBJAM_TESTS_SCRIPT_CATALOGUE_LIVES_H
#define JOBJAM_TESTS_SCRIPT_CATALOGUE_LIVES_H

#include "tests/unit/script/loading.h"

#include "net/client.h"

enum {
	LIVES = 4,
	TEXT_SIZE = 64,
	NO_CONNECTION = 4 /* MOSQ_ERR_NO_CONN: taken, and sent later */
};

static const struct {
	const char *name, *listens, *tells;
	int protocol;
} life_rows[LIVES] = {
	{"life/a", "to/a/+", "to/b", 4},
	{"life/b", "to/b/+", "to/a", 4},
	{"five/a", "to/five/+", "to/six", 5},
	{"five/b", "to/six/+", "to/five", 5},
};

struct life {
	struct client *client;
	struct world *world;
	size_t index;
	int told;
	bool leaving, coming;
};

static void life_comes(void *arg, sim_ns now)
{
	struct life *life = arg;
	life->coming = false;
	client_connect(life->client, now, 0);
}

static void life_connected(void *arg, sim_ns now, int rc, bool session_present,
			   trace_id cause)
{
	struct life *life = arg;
	(void)session_present;
	(void)cause;
	if (rc == 0)
		client_subscribe(life->client, now, life_rows[life->index].listens, 2);
}

static void life_lost(void *arg, sim_ns now, int rc, const char *reason, trace_id cause)
{
	struct life *life = arg;
	(void)rc;
	(void)reason;
	(void)cause;
	if (!life->coming) /* it may be lost more than once */
		queue_add(world_queue(life->world),
			  now + (life->leaving ? 10 : 5) * SIM_S, life_comes, life);
	life->coming = true;
	life->leaving = false;
}

/* What the library refuses; what it only cannot send yet is no refusal. */
static void life_says(struct life *life, sim_ns now, const struct client_message *message)
{
	int rc = client_publish(life->client, now, message, 0, NULL);
	if (rc != 0 && rc != NO_CONNECTION)
		trace_say(world_trace(life->world), 0, KIND_NOTE,
			  life_rows[life->index].name, F_INT("refused", rc),
			  F_INT("qos", message->qos), F_BOOL("retain", message->retain));
}

static void life_tells(void *arg, sim_ns now)
{
	struct life *life = arg;
	char topic[32], payload[80], number[16];
	snprintf(topic, sizeof(topic), "%s/request", life_rows[life->index].tells);
	snprintf(payload, sizeof(payload),
		 "{\"print\": {\"task_id\": \"%d\", \"command\": \"project_file\"}}",
		 ++life->told);
	snprintf(number, sizeof(number), "asked-%d", life->told);
	const struct client_user_property site = {"site", "7"};
	const struct client_message message = {.topic = topic,
					       .payload = payload,
					       .length = strlen(payload),
					       .qos = life->told % 3,
					       .expiry_s = 300,
					       .response_topic = "to/answers",
					       .content_type = "json",
					       .correlation = number,
					       .user = &site,
					       .n_user = 1};
	life_says(life, now, &message);
	queue_add(world_queue(life->world), now + 10 * SIM_S, life_tells, life);
}

/* Whoever hears of …/keep says something retained, a moment later. */
static void life_keeps(void *arg, sim_ns now)
{
	const struct client_message message = {
		.topic = "kept", .payload = "x", .length = 1, .retain = true};
	life_says(arg, now, &message);
}

static void life_hears(void *arg, sim_ns now, const char *topic, const void *payload,
		       size_t length, int qos, bool retain, trace_id cause)
{
	struct life *life = arg;
	struct client *client = life->client;
	char response[TEXT_SIZE], content[TEXT_SIZE], correlation[TEXT_SIZE],
		user[TEXT_SIZE];
	const char *last = strrchr(topic, '/');
	(void)payload;
	client_received_text(client, CLIENT_RESPONSE_TOPIC, response, TEXT_SIZE);
	client_received_text(client, CLIENT_CONTENT_TYPE, content, TEXT_SIZE);
	client_received_text(client, CLIENT_CORRELATION, correlation, TEXT_SIZE);
	client_received_user(client, "site", user, TEXT_SIZE);
	trace_say(world_trace(life->world), cause, KIND_NOTE,
		  life_rows[life->index].name, F_TEXT("heard", topic), F_INT("qos", qos),
		  F_BOOL("retain", retain), F_INT("bytes", (int64_t)length),
		  F_INT("expiry", client_received_expiry(client)),
		  F_TEXT("response", response), F_TEXT("content", content),
		  F_TEXT("correlation", correlation), F_TEXT("user", user));
	if (last && strcmp(last, "/keep") == 0)
		queue_add(world_queue(life->world), now + SIM_S, life_keeps, life);
}

static void life_leaves(void *arg, sim_ns now)
{
	struct life *life = arg;
	life->leaving = client_connected(life->client);
	if (life->leaving)
		client_disconnect(life->client, now);
}

static void lives_begin(struct life lives[LIVES], struct world *world)
{
	struct queue *queue = world_queue(world);
	struct sim_error error;
	for (size_t i = 0; i < LIVES; i++) {
		struct life *life = &lives[i];
		const struct client_options options = {
			.name = life_rows[i].name,
			.keepalive_s = 20,
			.protocol = life_rows[i].protocol,
			.events = {.arg = life,
				   .connected = life_connected,
				   .disconnected = life_lost,
				   .message = life_hears}};
		*life = (struct life){.world = world, .index = i, .coming = true};
		if (client_new(world_net(world), &options, &life->client, &error) !=
		    SIM_OK)
			fail_msg("%s", error.text);
		queue_add(queue, (sim_ns)(i + 1) * SIM_MS, life_comes, life);
		queue_add(queue, (sim_ns)(i + 5) * SIM_S, life_tells, life);
		queue_add(queue, 240 * SIM_S + (sim_ns)i * SIM_MS, life_leaves, life);
	}
}

#endif
