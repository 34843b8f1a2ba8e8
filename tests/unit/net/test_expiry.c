/* expire_after: what a client has held for too long is given up, and the rest goes on. */
#include "tests/unit/net/peer.h"

#define LIMIT (5 * SIM_MIN)

struct told {
	struct witness witness;
	int acknowledged[64]; /* by what the client was told when it was handed over */
	int n;
};

static void saw_number(void *arg, sim_ns now, int mid, trace_id cause)
{
	struct told *told = arg;
	(void)now;
	(void)cause;
	told->acknowledged[told->n++] = mid;
}

static void told_connected(void *arg, sim_ns now, int rc, bool session_present,
			   trace_id cause)
{
	saw_connected(&((struct told *)arg)->witness, now, rc, session_present, cause);
}

static void told_disconnected(void *arg, sim_ns now, int rc, const char *reason,
			      trace_id cause)
{
	saw_disconnected(&((struct told *)arg)->witness, now, rc, reason, cause);
}

static void make(struct told *told, int protocol, sim_ns expire_after)
{
	struct sim_error error;
	*told = (struct told){.witness = {.name = "a"}};
	const struct client_options options = {
		.name = "a",
		.keepalive_s = 600,
		.clean_session = true,
		.protocol = protocol,
		.expire_after = expire_after,
		.events = {.arg = told,
			   .connected = told_connected,
			   .disconnected = told_disconnected,
			   .published = saw_number},
	};
	assert_int_equal(client_new(w.net, &options, &told->witness.client, &error),
			 SIM_OK);
}

static int number_of(struct told *told, const char *payload)
{
	const struct client_message message = {.topic = "t",
					       .payload = payload,
					       .length = strlen(payload),
					       .qos = 1};
	int number;
	client_publish(told->witness.client, w.clock.now, &message, 0, &number);
	settle();
	return number;
}

/* What that connection was sent, in order. libmosquitto marks all that it finds in its queue
 * after a CONNACK as DUP, also what was never sent. */
static const char *payloads(size_t peer)
{
	static char all[512];
	all[0] = '\0';
	for (size_t i = 0; i < w.n_seen; i++)
		if (w.seen[i].peer == peer && w.seen[i].type == MQTT_PUBLISH)
			snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s ",
				 w.seen[i].payload, w.seen[i].dup ? "(dup)" : "");
	return all;
}

/* Three are written and never acknowledged; the last is young when the connection ends. */
static void what_is_too_old_goes_with_the_connection(void **state)
{
	struct told a;
	(void)state;
	make(&a, 4, LIMIT);
	connect_client(&a.witness);
	w.no_puback = true;
	number_of(&a, "one");
	number_of(&a, "two");
	run_to(4 * SIM_MIN);
	int young = number_of(&a, "three");
	w.no_puback = false;
	run_to(LIMIT + SIM_MIN);
	assert_int_equal(count_events(KIND_MQTT_EXPIRED), 0); /* it is still connected */
	arm("a", "reset", "");
	settle();
	assert_int_equal(count_events(KIND_MQTT_EXPIRED), 2);
	assert_int_equal(client_backlog(a.witness.client, w.clock.now, NULL), 1);
	connect_client(&a.witness);
	assert_string_equal(payloads(1), "three(dup) ");
	assert_int_equal(a.n, 1);
	assert_int_equal(a.acknowledged[0], young);
	assert_int_equal(client_backlog(a.witness.client, w.clock.now, NULL), 0);
	const struct trace_event *expired = last_event(KIND_MQTT_EXPIRED);
	assert_string_equal(trace_text(expired, "topic", ""), "t");
	assert_int_equal(trace_int(expired, "held_for_ns", 0), LIMIT + SIM_MIN);
	assert_non_null(trace_back_to(w.trace, expired->id, KIND_MQTT_QUEUED));
}

/* The same without the limit: all three go out again. */
static void without_a_limit_all_of_it_is_sent_again(void **state)
{
	struct told a;
	(void)state;
	make(&a, 4, 0);
	connect_client(&a.witness);
	w.no_puback = true;
	number_of(&a, "one");
	number_of(&a, "two");
	run_to(4 * SIM_MIN);
	number_of(&a, "three");
	w.no_puback = false;
	run_to(LIMIT + SIM_MIN);
	arm("a", "reset", "");
	settle();
	connect_client(&a.witness);
	assert_string_equal(payloads(1), "one(dup) two(dup) three(dup) ");
	assert_int_equal(count_events(KIND_MQTT_EXPIRED), 0);
}

static const struct trace_event *told_of(enum trace_kind kind, const char *place)
{
	for (size_t i = trace_count(w.trace); i > 0; i--) {
		const struct trace_event *event = trace_at(w.trace, i - 1);
		if (event->kind == kind &&
		    strcmp(trace_text(event, "place", ""), place) == 0)
			return event;
	}
	return NULL;
}

static void what_waits_without_a_connection_is_given_up_in_its_time(void **state)
{
	struct told a;
	(void)state;
	make(&a, 4, LIMIT);
	number_of(&a, "one");
	run_to(SIM_MIN);
	number_of(&a, "two");
	run_to(2 * SIM_MIN);
	int last = number_of(&a, "three");
	run_to(LIMIT - 1);
	assert_int_equal(count_events(KIND_MQTT_EXPIRED), 0);
	run_to(LIMIT);
	assert_int_equal(count_events(KIND_MQTT_EXPIRED), 1);
	run_to(LIMIT + SIM_MIN);
	assert_int_equal(count_events(KIND_MQTT_EXPIRED), 2);
	connect_client(&a.witness);
	assert_string_equal(payloads(0), "three(dup) ");
	assert_int_equal(a.acknowledged[0], last);
	const struct trace_event *drained = told_of(KIND_BACKLOG_DRAINED, "library");
	assert_int_equal(trace_int(drained, "lost", 0), 2);
	assert_int_equal(trace_int(drained, "expired", 0), 2);
	assert_int_equal(trace_int(drained, "released", 0), 1);
	run_to(20 * SIM_MIN);
	assert_int_equal(count_events(KIND_MQTT_EXPIRED), 2);
}

/* The library would send all that it holds as soon as on_connect returns. */
static void what_grew_old_during_the_handshake_is_not_sent(void **state)
{
	struct told a;
	(void)state;
	make(&a, 4, LIMIT);
	number_of(&a, "one");
	run_to(4 * SIM_MIN);
	number_of(&a, "two");
	w.no_connack = true;
	connect_client(&a.witness);
	run_to(LIMIT + SIM_MIN);
	const struct mqtt_packet connack = {.type = MQTT_CONNACK,
					    .version = MQTT_311,
					    .has_code = true};
	w.no_connack = false;
	peer_say(&w.peers[0], &connack);
	settle();
	assert_int_equal(a.witness.connects, 1); /* told once, of the second one */
	assert_string_equal(payloads(0), "");
	assert_string_equal(payloads(1), "two(dup) ");
	assert_int_equal(a.n, 1);
	assert_true(client_connected(a.witness.client));
}

static void a_quiet_day_is_like_any_other(void **state)
{
	struct told a;
	(void)state;
	make(&a, 4, LIMIT);
	connect_client(&a.witness);
	for (int i = 1; i <= 8; i++) {
		int number = number_of(&a, "x");
		assert_int_equal(a.acknowledged[i - 1], number);
		run_to(i * 60 * SIM_MIN);
	}
	arm("a", "reset", "");
	settle();
	connect_client(&a.witness);
	assert_int_equal(count_events(KIND_MQTT_EXPIRED), 0);
	assert_int_equal(count_seen(MQTT_PUBLISH), 8);
	assert_int_equal(count_seen(MQTT_CONNECT), 2);
}

/* Identifiers begin anew with each instance; what the owner was told does not. */
static void acknowledgements_find_their_message_after_renewal(void **state)
{
	struct told a;
	(void)state;
	make(&a, 4, LIMIT);
	number_of(&a, "old");
	run_to(3 * SIM_MIN);
	int numbers[4];
	numbers[0] = number_of(&a, "a");
	numbers[1] = number_of(&a, "b");
	run_to(LIMIT + SIM_MIN);
	numbers[2] = number_of(&a, "c"); /* into the old instance */
	connect_client(&a.witness);
	numbers[3] = number_of(&a, "d");
	assert_string_equal(payloads(0), "a(dup) b(dup) c(dup) d ");
	assert_int_equal(a.n, 4);
	assert_memory_equal(a.acknowledged, numbers, sizeof(numbers));
}

static void a_message_keeps_its_properties(void **state)
{
	struct told a;
	(void)state;
	make(&a, 5, LIMIT);
	number_of(&a, "old");
	run_to(SIM_MIN);
	const struct client_user_property user[] = {{"task_id", "7"}, {"k", "v"}};
	const struct client_message message = {.topic = "t",
					       .payload = "young",
					       .length = 5,
					       .qos = 1,
					       .expiry_s = 300,
					       .response_topic = "r",
					       .correlation = "c",
					       .content_type = "m",
					       .user = user,
					       .n_user = 2};
	client_publish(a.witness.client, w.clock.now, &message, 0, NULL);
	run_to(LIMIT);
	assert_int_equal(count_events(KIND_MQTT_EXPIRED), 1);
	connect_client(&a.witness);
	assert_string_equal(payloads(0), "young(dup) ");
	static const char PROPERTIES[] = "\x08\0\x01r\x09\0\x01"
					 "c\x03\0\x01m\x26\0\x07task_id\0\x01"
					 "7\x26\0\x01k\0\x01v";
	assert_non_null(memmem(bytes_data(&w.peers[0].seen),
			       bytes_length(&w.peers[0].seen), PROPERTIES,
			       sizeof(PROPERTIES) - 1));
}

static void a_renewal_by_the_owner_forgets_it_all(void **state)
{
	struct told a;
	(void)state;
	make(&a, 4, LIMIT);
	number_of(&a, "one");
	run_to(LIMIT);
	number_of(&a, "two");
	assert_int_equal(client_recreate(a.witness.client, w.clock.now, 0), 1);
	run_to(20 * SIM_MIN);
	connect_client(&a.witness);
	assert_string_equal(payloads(0), "");
	assert_int_equal(count_events(KIND_MQTT_EXPIRED), 1);
}

#define WORLD_TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(what_is_too_old_goes_with_the_connection),
		WORLD_TEST(without_a_limit_all_of_it_is_sent_again),
		WORLD_TEST(what_waits_without_a_connection_is_given_up_in_its_time),
		WORLD_TEST(what_grew_old_during_the_handshake_is_not_sent),
		WORLD_TEST(a_quiet_day_is_like_any_other),
		WORLD_TEST(acknowledgements_find_their_message_after_renewal),
		WORLD_TEST(a_message_keeps_its_properties),
		WORLD_TEST(a_renewal_by_the_owner_forgets_it_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
