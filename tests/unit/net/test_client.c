/* Real libmosquitto clients over memory links to a scripted broker. */
#include "tests/unit/net/peer.h"

static void libraries_call_our_symbols(void **state)
{
	struct sim_error error = {0};
	(void)state;
	if (net_selftest(&error) != SIM_OK)
		fail_msg("%s", error.text);
}

static void a_client_connects_and_is_attached(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "cloud/command-a");
	assert_false(client_connected(a.client));
	connect_client(&a);
	assert_int_equal(a.connects, 1);
	assert_true(client_connected(a.client));
	assert_true(link_attached(client_link(a.client)));
	const struct trace_event *attached = last_event(KIND_SESSION_ATTACHED);
	assert_string_equal(attached->who, "link/cloud/command-a");
	const struct trace_event *connected = last_event(KIND_SESSION_CONNECTED);
	assert_int_equal(connected->cause, attached->id);
	assert_int_equal(a.cause, connected->id);
	assert_non_null(trace_back_to(w.trace, attached->id, KIND_SESSION_CONNECTING));
}

static void a_refused_connack_is_no_attachment(void **state)
{
	struct witness a;
	(void)state;
	w.connack_code = 5;
	make_client(&a, "a");
	connect_client(&a);
	assert_int_equal(a.connects, 0);
	assert_int_equal(a.disconnects, 1);
	assert_false(client_connected(a.client));
	assert_int_equal(count_events(KIND_SESSION_ATTACHED), 0);
}

static void a_ping_goes_out_at_sixty_seconds(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	run_to(60 * SIM_S - 1);
	assert_int_equal(count_seen(MQTT_PINGREQ), 0);
	run_to(60 * SIM_S);
	assert_int_equal(count_seen(MQTT_PINGREQ), 1);
	run_to(10 * SIM_MIN);
	assert_int_equal(count_seen(MQTT_PINGREQ), 10);
	assert_true(client_connected(a.client));
}

/* Traffic one way is no sign of life the other way. */
static void a_client_that_only_receives_pings_all_the_same(void **state)
{
	struct witness a;
	const struct mqtt_packet news = {.type = MQTT_PUBLISH,
					 .version = MQTT_311,
					 .topic = mqtt_text("t"),
					 .payload = mqtt_text("news")};
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	for (int i = 1; i <= 30; i++) {
		run_to(i * 10 * SIM_S);
		peer_say(&w.peers[0], &news);
		settle();
	}
	assert_int_equal(a.messages, 30);
	assert_int_equal(count_seen(MQTT_PINGREQ), 5);
}

static void a_client_that_only_sends_pings_all_the_same(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	for (int i = 1; i <= 30; i++) {
		run_to(i * 10 * SIM_S);
		publish(&a, "t", "x", 0);
		settle();
	}
	assert_int_equal(count_seen(MQTT_PINGREQ), 5);
}

static void an_idle_client_costs_one_event_a_keep_alive(void **state)
{
	struct witness a;
	size_t instants = 0;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	while (queue_next_due(w.queue) <= SIM_H) {
		w.clock.now = queue_next_due(w.queue);
		settle();
		instants++;
	}
	assert_int_equal(instants, 60);
}

static void a_withheld_pong_is_noticed_after_two_keep_alives(void **state)
{
	struct witness a;
	(void)state;
	w.no_pong = true;
	make_client(&a, "a");
	connect_client(&a);
	run_to(SIM_H);
	assert_int_equal(a.disconnects, 1);
	assert_int_equal(a.rc, 19); /* MOSQ_ERR_KEEPALIVE */
	assert_int_equal(a.lost_at, 120 * SIM_S);
	assert_string_equal(trace_text(last_event(KIND_SESSION_DETACHED), "reason", ""),
			    "client_closed");
	assert_string_equal(trace_text(last_event(KIND_SESSION_LOST), "reason", ""),
			    "keep-alive expired");
}

static void a_message_carries_its_cause_across_the_broker(void **state)
{
	struct witness a, b;
	(void)state;
	make_client(&a, "cloud/command-a");
	make_client_of(&b, "printer/001", 5, 60);
	connect_client(&a);
	connect_client(&b);
	client_subscribe(b.client, w.clock.now, "t", 1);
	settle();
	trace_id tap = trace_say(w.trace, 0, KIND_NOTE, "owner", F_TEXT("text", "tap"));
	const struct client_message message = {.topic = "t",
					       .payload = "start",
					       .length = 5,
					       .qos = 1};
	assert_int_equal(client_publish(a.client, 0, &message, tap, NULL), 0);
	settle();
	assert_int_equal(b.messages, 1);
	assert_string_equal(b.last, "start");
	const struct trace_event *event = trace_find(w.trace, b.cause);
	assert_int_equal(event->kind, KIND_MQTT_DELIVER);
	event = trace_find(w.trace, event->cause);
	assert_int_equal(event->kind, KIND_MQTT_PUBLISH);
	event = trace_find(w.trace, event->cause);
	assert_int_equal(event->kind, KIND_MQTT_QUEUED);
	assert_int_equal(event->cause, tap);
	assert_int_equal(a.published, 1);
	assert_int_equal(trace_find(w.trace, a.cause)->kind,
			 KIND_MQTT_PACKET); /* its PUBACK */
	assert_int_equal(trace_back_to(w.trace, a.cause, KIND_NOTE)->id, tap);
}

static void exactly_once_keeps_its_cause_too(void **state)
{
	struct witness a, b;
	(void)state;
	join_both(&a, "a", &b, "b", 2);
	assert_int_equal(publish(&a, "t", "once", 2), 0);
	settle();
	assert_int_equal(a.published, 1);
	assert_int_equal(b.messages, 1);
	assert_non_null(trace_back_to(w.trace, b.cause, KIND_MQTT_DELIVER));
	assert_non_null(trace_back_to(w.trace, b.cause, KIND_MQTT_QUEUED));
	assert_int_equal(client_backlog(a.client, w.clock.now, NULL), 0);
}

static void routine_messages_stay_out_of_the_story(void **state)
{
	struct witness a, b;
	(void)state;
	keep_the_story_alone();
	join_both(&a, "a", &b, "b", 0);
	size_t before = trace_count(w.trace);
	trace_id why = trace_say(w.trace, 0, KIND_NOTE, "run", F_TEXT("text", "why"));
	const struct client_message report = {.topic = "t",
					      .payload = "21 C",
					      .length = 4,
					      .qos = 0,
					      .level = TRACE_FULL};
	client_publish(a.client, 0, &report, why, NULL);
	settle();
	assert_int_equal(b.messages, 1);
	assert_int_equal(b.cause, why); /* the chain stays whole without the events */
	assert_int_equal(trace_count(w.trace), before + 1);
}

static void publishing_while_disconnected_answers_four_and_delivers_later(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	assert_int_equal(publish(&a, "t", "early", 1), 4);
	assert_int_equal(publish(&a, "t", "lost", 0), 4);
	sim_ns age;
	w.clock.now = 30 * SIM_S;
	assert_int_equal(client_backlog(a.client, w.clock.now, &age), 1);
	assert_int_equal(age, 30 * SIM_S);
	connect_client(&a);
	assert_int_equal(count_seen(MQTT_PUBLISH), 1);
	assert_string_equal(w.seen[w.n_seen - 1].payload, "early");
	assert_true(w.seen[w.n_seen - 1].dup); /* the library's habit */
	assert_int_equal(client_backlog(a.client, w.clock.now, NULL), 0);
	const struct trace_event *sent = last_event(KIND_MQTT_PUBLISH);
	assert_int_equal(trace_find(w.trace, sent->cause)->kind, KIND_MQTT_QUEUED);
	assert_int_equal(sent->t - trace_find(w.trace, sent->cause)->t, 30 * SIM_S);
}

static void recreating_the_client_loses_what_it_held(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	for (int i = 0; i < 5; i++)
		publish(&a, "t", "x", 1);
	assert_int_equal(client_recreate(a.client, 0, 0), 5);
	assert_int_equal(client_backlog(a.client, 0, NULL), 0);
	connect_client(&a);
	assert_int_equal(a.connects, 1);
	assert_int_equal(count_seen(MQTT_PUBLISH), 0);
	assert_int_equal(client_recreate(a.client, 0, 0), 0); /* while connected */
	assert_false(client_connected(a.client));
	connect_client(&a);
	assert_int_equal(a.connects, 2);
}

static void a_waiting_backlog_is_told_and_a_passing_one_is_not(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	for (int i = 0; i < 10; i++)
		publish(&a, "t", "x", 1);
	run_to(10 * SIM_S);
	assert_int_equal(count_events(KIND_BACKLOG_DEPTH), 0);
	w.no_puback = true;
	publish(&a, "t", "x", 1);
	run_to(20 * SIM_S);
	assert_int_equal(count_events(KIND_BACKLOG_DEPTH), 0); /* one alone */
	publish(&a, "t", "y", 1);
	run_to(30 * SIM_S);
	const struct trace_event *depth = last_event(KIND_BACKLOG_DEPTH);
	assert_non_null(depth);
	assert_int_equal(trace_int(depth, "depth", 0), 2);
	publish(&a, "t", "z", 1);
	assert_int_equal(trace_int(last_event(KIND_BACKLOG_DEPTH), "depth", 0), 3);
	w.no_puback = false;
	a.reconnect = true;
	arm("a", "reset", "");
	run_to(40 * SIM_S);
	const struct trace_event *drained = last_event(KIND_BACKLOG_DRAINED);
	assert_non_null(drained);
	assert_int_equal(trace_int(drained, "peak", 0), 3);
	assert_int_equal(trace_int(drained, "took_for_ns", 0), 20 * SIM_S);
}

static void reconnecting_inside_the_callback_is_put_off(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	a.reconnect = true;
	connect_client(&a);
	close(w.peers[0].fd);
	w.peers[0].fd = -1;
	settle();
	assert_int_equal(a.disconnects, 1);
	assert_int_equal(a.connects, 2);
	assert_int_equal(w.n_peers, 2);
	assert_string_equal(trace_text(last_event(KIND_SESSION_DETACHED), "reason", ""),
			    "broker_closed");
}

static void a_polite_disconnect_reaches_the_broker(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	client_disconnect(a.client, 0);
	settle();
	assert_int_equal(a.disconnects, 1);
	assert_int_equal(a.rc, 0);
	assert_int_equal(count_seen(MQTT_DISCONNECT), 1);
	assert_int_equal(w.peers[0].fd, -1);
	assert_string_equal(trace_text(last_event(KIND_SESSION_DETACHED), "reason", ""),
			    "disconnected");
}

static void a_refused_dial_is_told_by_an_event(void **state)
{
	struct witness a;
	(void)state;
	w.dial_error = -ECONNREFUSED;
	make_client(&a, "a");
	client_connect(a.client, 0, 0);
	assert_int_equal(a.disconnects, 0); /* never from inside the call */
	settle();
	assert_int_equal(a.disconnects, 1);
	assert_int_equal(a.rc, 14);
	w.dial_error = 0;
	connect_client(&a);
	assert_int_equal(a.connects, 1);
}

/* The process is in the library for that client, but not while it calls back. */
static void whose_code_runs_is_told(void **state)
{
	struct witness a, b;
	(void)state;
	make_client(&a, "cloud/command-a");
	make_client(&b, "cloud/command-b");
	connect_client(&a);
	size_t before = w.library_calls;
	assert_true(before > 0);
	b.reconnect = true; /* from inside its callback, of a dial that is refused */
	w.dial_error = -ECONNREFUSED;
	client_connect(b.client, w.clock.now, 0);
	assert_true(w.library_calls > before);
	assert_null(w.in_library);
	queue_run_one(w.queue, w.clock.now);
	b.reconnect = false;
	settle();
	assert_true(b.disconnects >= 1);
	publish(&a, "t", "x", 1);
	settle();
	client_recreate(a.client, w.clock.now, 0);
	assert_null(w.in_library);
}

static void a_full_backlog_is_asked_again(void **state)
{
	static struct witness many[35];
	static char names[35][32];
	(void)state;
	w.backlog = 10;
	for (int i = 0; i < 35; i++) {
		snprintf(names[i], sizeof(names[i]), "printer/%03d", i);
		make_client(&many[i], names[i]);
		client_connect(many[i].client, 0, 0);
	}
	settle();
	for (int i = 0; i < 35; i++)
		assert_int_equal(many[i].connects, 1);
}

static void a_broker_that_never_accepts_does_not_turn_for_ever(void **state)
{
	struct witness a;
	(void)state;
	w.dial_error = -EAGAIN;
	make_client(&a, "a");
	client_connect(a.client, 0, 0);
	for (int turns = 0; turns < 3; turns++) {
		net_drain(w.net, 0);
		assert_int_equal(net_take_broker_input(w.net), turns == 0);
	}
	settle();
	assert_int_equal(a.connects, 0);
	run_to(5 * SIM_S);
	w.dial_error = 0;
	settle();
	assert_int_equal(a.connects, 1);
}

static void a_lost_broker_ends_every_connection(void **state)
{
	struct witness a, b;
	(void)state;
	make_client(&a, "a");
	make_client(&b, "b");
	connect_client(&a);
	connect_client(&b);
	net_broker_gone(w.net, 0);
	settle();
	assert_int_equal(a.disconnects, 1);
	assert_int_equal(b.disconnects, 1);
	assert_string_equal(trace_text(last_event(KIND_SESSION_DETACHED), "reason", ""),
			    "broker_gone");
}

static void three_hundred_clients_cost_few_descriptors(void **state)
{
	static struct witness many[300];
	static char names[300][32];
	(void)state;
	int before = open_descriptors();
	for (int i = 0; i < 300; i++) {
		snprintf(names[i], sizeof(names[i]), "printer/%03d", i);
		make_client(&many[i], names[i]);
		client_connect(many[i].client, 0, 0);
	}
	settle();
	run_to(10 * SIM_MIN);
	for (int i = 0; i < 300; i++)
		assert_true(client_connected(many[i].client));
	/* One to the broker each, and the scripted broker's own end. */
	assert_int_equal(open_descriptors() - before, 600);
	assert_int_equal(count_seen(MQTT_PINGREQ), 3000);
}

static void a_large_message_meets_back_pressure_and_arrives(void **state)
{
	struct witness a, b;
	static char payload[400 * 1024];
	(void)state;
	join_both(&a, "a", &b, "b", 1);
	memset(payload, 'x', sizeof(payload));
	const struct client_message message = {.topic = "t",
					       .payload = payload,
					       .length = sizeof(payload),
					       .qos = 1};
	w.silent =
		true; /* reads, and answers nothing: the message is too long to forward */
	assert_int_equal(client_publish(a.client, 0, &message, 0, NULL), 0);
	settle();
	assert_true(bytes_length(&w.peers[0].seen) > sizeof(payload));
}

static void bad_options_are_refused_in_words(void **state)
{
	struct sim_error error;
	struct client *client;
	(void)state;
	struct client_options options = {.name = "a", .keepalive_s = 3, .protocol = 4};
	assert_int_equal(client_new(w.net, &options, &client, &error), SIM_EINVAL);
	assert_non_null(strstr(error.text, "5 to 65535"));
	options.keepalive_s = 60;
	options.protocol = 3;
	assert_int_equal(client_new(w.net, &options, &client, &error), SIM_EINVAL);
	options.protocol = 5;
	assert_int_equal(client_new(w.net, &options, &client, &error), SIM_OK);
	assert_int_equal(client_new(w.net, &options, &client, &error), SIM_EINVAL);
}

#define WORLD_TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libraries_call_our_symbols),
		WORLD_TEST(a_client_connects_and_is_attached),
		WORLD_TEST(a_refused_connack_is_no_attachment),
		WORLD_TEST(a_ping_goes_out_at_sixty_seconds),
		WORLD_TEST(a_client_that_only_receives_pings_all_the_same),
		WORLD_TEST(a_client_that_only_sends_pings_all_the_same),
		WORLD_TEST(an_idle_client_costs_one_event_a_keep_alive),
		WORLD_TEST(a_withheld_pong_is_noticed_after_two_keep_alives),
		WORLD_TEST(a_message_carries_its_cause_across_the_broker),
		WORLD_TEST(exactly_once_keeps_its_cause_too),
		WORLD_TEST(routine_messages_stay_out_of_the_story),
		WORLD_TEST(publishing_while_disconnected_answers_four_and_delivers_later),
		WORLD_TEST(recreating_the_client_loses_what_it_held),
		WORLD_TEST(a_waiting_backlog_is_told_and_a_passing_one_is_not),
		WORLD_TEST(reconnecting_inside_the_callback_is_put_off),
		WORLD_TEST(a_polite_disconnect_reaches_the_broker),
		WORLD_TEST(a_refused_dial_is_told_by_an_event),
		WORLD_TEST(whose_code_runs_is_told),
		WORLD_TEST(a_full_backlog_is_asked_again),
		WORLD_TEST(a_broker_that_never_accepts_does_not_turn_for_ever),
		WORLD_TEST(a_lost_broker_ends_every_connection),
		WORLD_TEST(three_hundred_clients_cost_few_descriptors),
		WORLD_TEST(a_large_message_meets_back_pressure_and_arrives),
		WORLD_TEST(bad_options_are_refused_in_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
