/* Where messages wait, worked out from what goes in and what comes out, place by place. */
#include "tests/unit/net/peer.h"

#include "net/inside.h"
#include "net/ledger_book.h"

/* The latest event of that kind about that place; NULL: none. */
static const struct trace_event *told(enum trace_kind kind, const char *place)
{
	for (size_t i = trace_count(w.trace); i > 0; i--) {
		const struct trace_event *event = trace_at(w.trace, i - 1);
		if (event->kind == kind &&
		    strcmp(trace_text(event, "place", ""), place) == 0)
			return event;
	}
	return NULL;
}

static int64_t depth(const char *place)
{
	const struct trace_event *event = told(KIND_BACKLOG_DEPTH, place);
	return event ? trace_int(event, "depth", 0) : 0;
}

static int64_t drained(const char *place, const char *field)
{
	const struct trace_event *event = told(KIND_BACKLOG_DRAINED, place);
	return event ? trace_int(event, field, 0) : -1;
}

static void later(sim_ns by)
{
	run_to(w.clock.now + by);
}

/* The peer says CONNACK itself, with the session that the test wants it to have. */
static void come_back(struct witness *witness, bool session_present)
{
	w.no_connack = true;
	client_connect(witness->client, w.clock.now, 0);
	settle();
	const struct mqtt_packet connack = {.type = MQTT_CONNACK,
					    .version = MQTT_311,
					    .has_code = true,
					    .session_present = session_present};
	peer_say(&w.peers[w.n_peers - 1], &connack);
	settle();
	w.no_connack = false;
}

static void say_publish(size_t peer, const char *payload, uint16_t mid, bool dup,
			bool retain)
{
	const struct mqtt_packet packet = {.type = MQTT_PUBLISH,
					   .version = MQTT_311,
					   .qos = 1,
					   .mid = mid,
					   .dup = dup,
					   .retain = retain,
					   .topic = mqtt_text("t"),
					   .payload = mqtt_text(payload)};
	peer_say(&w.peers[peer], &packet);
}

/* --- the library ------------------------------------------------------------------- */

static void what_was_written_is_in_the_window_and_the_rest_in_the_queue(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	w.no_puback = true;
	for (int i = 0; i < 30; i++)
		publish(&a, "t", "x", 1);
	later(SIM_MIN);
	assert_int_equal(depth("library_window"), 20);
	assert_int_equal(depth("library_queue"), 10);
	assert_int_equal(depth("library"), 30);
	assert_int_equal(depth("library_buffer"), 0);
	w.no_puback = false;
	a.reconnect = true;
	arm("a", "reset", "");
	later(SIM_MIN);
	assert_int_equal(drained("library_window", "released"), 20);
	assert_int_equal(drained("library_queue", "released"), 10);
	assert_int_equal(drained("library", "released"), 30);
	assert_int_equal(drained("library", "burst"), 30);
	assert_string_equal(trace_text(told(KIND_BACKLOG_DRAINED, "library"), "ages", ""),
			    "0 0 30 0 0 0 0");
}

static void packets_that_the_socket_does_not_take_are_in_the_buffer(void **state)
{
	static char large[4000];
	struct witness a;
	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	make_client(&a, "a");
	connect_client(&a);
	for (int i = 0; i < 300; i++) { /* and nobody reads at the other end */
		publish(&a, "t", large, 0);
		while (net_drain(w.net, w.clock.now))
			;
	}
	for (int i = 0; i < 3; i++) {
		w.clock.now = queue_next_due(w.queue);
		queue_run_one(w.queue, w.clock.now);
	}
	assert_true(depth("library_buffer") > 50);
	assert_int_equal(depth("library_queue"), 0);
	later(SIM_MIN);
	assert_int_equal(drained("library_buffer", "lost"), 0);
	assert_true(drained("library_buffer", "released") > 50);
	assert_int_equal(count_seen(MQTT_PUBLISH), 300);
}

static void an_instance_thrown_away_loses_all_its_places(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	for (int i = 0; i < 25; i++)
		publish(&a, "t", "x", 1);
	later(SIM_MIN);
	assert_int_equal(depth("library_queue"), 25); /* nothing was ever written */
	assert_int_equal(client_recreate(a.client, w.clock.now, 0), 25);
	assert_int_equal(drained("library", "lost"), 25);
	assert_int_equal(drained("library_queue", "lost"), 25);
	assert_int_equal(drained("library", "released"), 0);
}

/* --- the link ---------------------------------------------------------------------- */

static void what_a_fault_holds_is_in_the_link(void **state)
{
	struct witness a;
	struct sim_error error;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	struct fault *fault = arm("a", "hold", "type=PUBLISH dir=up");
	for (int i = 0; i < 5; i++)
		publish(&a, "t", "x", 1);
	later(SIM_MIN);
	assert_int_equal(depth("link"), 5);
	assert_true(trace_int(told(KIND_BACKLOG_DEPTH, "link"), "bytes", 0) >= 5 * 6);
	assert_int_equal(fault_release(fault, w.clock.now, &error), SIM_OK);
	settle();
	assert_int_equal(drained("link", "released"), 5);
	assert_int_equal(drained("link", "lost"), 0);
}

static void what_is_dropped_does_not_wait(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	arm("a", "drop", "type=PUBLISH");
	for (int i = 0; i < 5; i++)
		publish(&a, "t", "x", 0);
	later(SIM_MIN);
	assert_int_equal(depth("link"), 0);
}

static void a_connection_that_leads_nowhere_keeps_until_it_ends(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	arm("a", "timeout", "");
	for (int i = 0; i < 5; i++)
		publish(&a, "t", "x", 1);
	later(30 * SIM_S);
	assert_int_equal(depth("link"), 5);
	assert_int_equal(depth("library_window"), 5);
	later(SIM_H); /* two keep-alives, and the library gives up */
	assert_int_equal(a.disconnects, 1);
	assert_int_equal(drained("link", "lost"), 5);
	assert_int_equal(drained("link", "released"), 0);
}

/* --- the broker -------------------------------------------------------------------- */

static void absent_clients_find_what_was_kept_for_them(void **state)
{
	struct witness service, printer;
	(void)state;
	join_both(&service, "service", &printer, "printer", 1);
	client_disconnect(printer.client, w.clock.now);
	settle();
	for (int i = 0; i < 3; i++)
		publish(&service, "t", i == 0 ? "0" : i == 1 ? "1" : "2", 1);
	publish(&service, "t", "unreliable", 0);
	later(SIM_H);
	assert_int_equal(depth("session"), 3);
	assert_string_equal(told(KIND_BACKLOG_DEPTH, "session")->who, "printer");
	come_back(&printer, true);
	for (uint16_t i = 1; i <= 3; i++)
		say_publish(2, i == 1 ? "0" : i == 2 ? "1" : "2", i, false, false);
	settle();
	assert_int_equal(printer.messages, 3);
	assert_int_equal(drained("session", "released"), 3);
	assert_int_equal(drained("session", "oldest_for_ns"), SIM_H);
}

static void a_session_that_is_not_present_has_lost_all(void **state)
{
	struct witness service, printer;
	(void)state;
	join_both(&service, "service", &printer, "printer", 1);
	client_disconnect(printer.client, w.clock.now);
	settle();
	publish(&service, "t", "0", 1);
	publish(&service, "t", "1", 1);
	later(SIM_H);
	come_back(&printer, false);
	assert_int_equal(drained("session", "lost"), 2);
	/* And its subscriptions: what comes now is not for it. */
	publish(&service, "t", "2", 1);
	publish(&service, "t", "3", 1);
	later(SIM_H);
	assert_int_equal(told(KIND_BACKLOG_DEPTH, "session")->t, SIM_S);
}

/* The broker had no room for the first two: what comes later proves it. */
static void what_was_overtaken_was_dropped_in_there(void **state)
{
	struct witness service, printer;
	(void)state;
	join_both(&service, "service", &printer, "printer", 1);
	client_disconnect(printer.client, w.clock.now);
	settle();
	for (int i = 0; i < 4; i++) {
		publish(&service, "t",
			i == 3   ? "last"
			: i == 2 ? "c"
			: i == 1 ? "b"
				 : "a",
			1);
		later(SIM_MIN);
	}
	come_back(&printer, true);
	say_publish(2, "last", 1, false, false);
	settle();
	assert_int_equal(drained("session", "lost"), 3);
	assert_int_equal(drained("session", "released"), 1);
}

static void publish_expiring(struct witness *service, const char *payload,
			     uint32_t expiry_s)
{
	const struct client_message message = {.topic = "t",
					       .payload = payload,
					       .length = 1,
					       .qos = 1,
					       .expiry_s = expiry_s};
	client_publish(service->client, w.clock.now, &message, 0, NULL);
	settle();
}

static void make_subscribed(struct witness *printer)
{
	make_client(printer, "printer");
	connect_client(printer);
	client_subscribe(printer->client, w.clock.now, "t", 1);
	settle();
}

/* A service that speaks MQTT 5.0, and a printer that has a session. */
static void make_both(struct witness *service, struct witness *printer)
{
	make_client_of(service, "service", 5, 60);
	connect_client(service);
	make_subscribed(printer);
}

/* Nobody will ever get them, whenever the broker looks. */
static void what_has_expired_waits_no_longer(void **state)
{
	struct witness service, printer;
	(void)state;
	make_both(&service, &printer);
	client_disconnect(printer.client, w.clock.now);
	settle();
	publish_expiring(&service, "a", 60);
	publish_expiring(&service, "b", 60);
	publish_expiring(&service, "c", 0);
	publish_expiring(&service, "d", 7200);
	later(60 * SIM_S - 1);
	assert_int_equal(depth("session"), 4);
	assert_null(told(KIND_BACKLOG_DRAINED, "session"));
	later(SIM_H);
	assert_int_equal(client_backlog(service.client, w.clock.now, NULL), 0);
	publish_expiring(&service, "e", 0);
	later(SIM_S);
	assert_int_equal(depth("session"), 4); /* told when it was that deep */
	come_back(&printer, true);
	for (uint16_t i = 1; i <= 3; i++)
		say_publish(2, i == 1 ? "c" : i == 2 ? "d" : "e", i, false, false);
	settle();
	assert_int_equal(drained("session", "released"), 3);
	assert_int_equal(drained("session", "lost"), 2);
	assert_int_equal(drained("session", "expired"), 2);
}

/* Sent once, and the connection ended before it was acknowledged: mosquitto 2.0.11 lets that
 * expire, too. */
static void what_was_taken_back_expires_too(void **state)
{
	struct witness service, printer;
	(void)state;
	make_both(&service, &printer);
	arm("printer", "drop", "type=PUBACK dir=up");
	publish_expiring(&service, "a", 60);
	publish_expiring(&service, "b", 60);
	assert_int_equal(printer.messages, 2);
	later(30 * SIM_S);
	arm("printer", "reset", "");
	settle();
	later(20 * SIM_S);
	assert_int_equal(depth("session"), 2);
	assert_null(told(KIND_BACKLOG_DRAINED, "session"));
	later(10 * SIM_S);
	assert_int_equal(drained("session", "expired"), 2);
	assert_int_equal(drained("session", "lost"), 2);
}

/* A broker whose clock was set back sends them all the same. */
static void one_that_comes_out_in_spite_of_it_is_in_the_window(void **state)
{
	struct witness service, printer;
	(void)state;
	make_both(&service, &printer);
	client_disconnect(printer.client, w.clock.now);
	settle();
	publish_expiring(&service, "a", 60);
	publish_expiring(&service, "b", 60);
	later(SIM_H);
	assert_int_equal(drained("session", "expired"), 2);
	come_back(&printer, true);
	arm("printer", "drop", "type=PUBACK dir=up");
	say_publish(2, "a", 1, false, false);
	say_publish(2, "b", 2, false, false);
	settle();
	later(SIM_MIN);
	assert_int_equal(printer.messages, 2);
	assert_int_equal(depth("broker_window"), 2);
}

/* Overflow drops the newest: nothing later proves it, but the broker's silence does. */
static void what_does_not_come_to_an_idle_client_was_dropped(void **state)
{
	struct witness service, printer;
	(void)state;
	join_both(&service, "service", &printer, "printer", 1);
	client_disconnect(printer.client, w.clock.now);
	settle();
	for (int i = 0; i < 3; i++)
		publish(&service, "t", i == 2 ? "c" : i == 1 ? "b" : "a", 1);
	later(SIM_MIN);
	come_back(&printer, true);
	say_publish(2, "a", 1, false, false);
	settle();
	assert_null(told(KIND_BACKLOG_DRAINED, "session")); /* it may still be writing */
	later(61 * SIM_S);                                  /* a ping and its answer */
	assert_int_equal(drained("session", "lost"), 2);
	assert_int_equal(drained("session", "released"), 1);
}

static void nobody_acknowledges_in_the_window(void **state)
{
	struct witness service, printer;
	(void)state;
	join_both(&service, "service", &printer, "printer", 1);
	arm("printer", "drop", "type=PUBACK dir=up");
	for (int i = 0; i < 3; i++)
		publish(&service, "t", "x", 1);
	later(SIM_MIN);
	assert_int_equal(printer.messages, 3);
	assert_int_equal(depth("broker_window"), 3);
	assert_int_equal(depth("session"), 0);
	client_disconnect(printer.client, w.clock.now);
	later(SIM_MIN); /* the broker keeps them for the next connection */
	assert_int_equal(drained("broker_window", "lost"), 3);
	assert_int_equal(depth("session"), 3);
}

static void a_retained_order_stays_whoever_takes_it(void **state)
{
	struct witness service, printer;
	const struct client_message order = {
		.topic = "t", .payload = "start", .length = 5, .qos = 1, .retain = true};
	const struct client_message nothing = {.topic = "t", .qos = 1, .retain = true};
	(void)state;
	make_client(&service, "service");
	connect_client(&service);
	client_publish(service.client, w.clock.now, &order, 0, NULL);
	later(SIM_H);
	assert_int_equal(depth("retained"), 1);
	make_client(&printer, "printer");
	connect_client(&printer);
	say_publish(1, "start", 1, false, true);
	later(SIM_MIN);
	assert_int_equal(printer.messages, 1);
	assert_null(told(KIND_BACKLOG_DRAINED, "retained"));
	client_publish(service.client, w.clock.now, &nothing, 0, NULL);
	settle();
	assert_int_equal(drained("retained", "released"), 1);
	assert_int_equal(drained("retained", "lost"), 1);
}

static void a_group_is_owed_until_some_member_has_it(void **state)
{
	struct witness service, one, two;
	(void)state;
	make_client(&service, "service");
	make_client(&one, "one");
	make_client(&two, "two");
	connect_client(&service);
	connect_client(&one);
	connect_client(&two);
	client_subscribe(one.client, w.clock.now, "$share/reports/t", 1);
	client_subscribe(two.client, w.clock.now, "$share/reports/t", 1);
	settle();
	for (int i = 0; i < 4; i++)
		publish(&service, "t", i % 2 ? "odd" : "even", 1);
	later(SIM_MIN);
	assert_int_equal(depth("shared"), 4);
	assert_string_equal(told(KIND_BACKLOG_DEPTH, "shared")->who, "broker/reports");
	say_publish(1, "even", 1, false, false);
	say_publish(1, "even", 2, false, false);
	say_publish(2, "odd", 1, false, false);
	later(30 * SIM_S);
	assert_null(told(KIND_BACKLOG_DRAINED, "shared")); /* one is still owed */
	say_publish(2, "odd", 2, false, false);
	settle();
	assert_int_equal(drained("shared", "released"), 4);
	assert_int_equal(depth("broker_window"), 0); /* all were acknowledged at once */
}

static size_t sessions_known(void)
{
	size_t n = 0;
	for (const struct session *session = w.net->hub.ledger->sessions; session;
	     session = session->next)
		n++;
	return n;
}

/* A proxy sees them come and go for days. */
static void sessions_that_are_over_are_forgotten(void **state)
{
	struct witness service, printer;
	(void)state;
	make_client(&service, "service");
	make_client(&printer, "printer");
	connect_client(&printer);
	client_subscribe(printer.client, w.clock.now, "t", 1);
	for (int i = 0; i < 20; i++) {
		connect_client(&service);
		client_disconnect(service.client, w.clock.now);
		settle();
	}
	w.connack_code = 5;
	connect_client(&service);              /* refused */
	assert_int_equal(sessions_known(), 1); /* that of the printer */
	client_disconnect(printer.client, w.clock.now);
	later(SIM_MIN);
	assert_int_equal(sessions_known(), 1); /* it is subscribed, and may come back */
}

int main(void)
{
#define WORLD_TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		WORLD_TEST(what_was_written_is_in_the_window_and_the_rest_in_the_queue),
		WORLD_TEST(packets_that_the_socket_does_not_take_are_in_the_buffer),
		WORLD_TEST(an_instance_thrown_away_loses_all_its_places),
		WORLD_TEST(what_a_fault_holds_is_in_the_link),
		WORLD_TEST(what_is_dropped_does_not_wait),
		WORLD_TEST(a_connection_that_leads_nowhere_keeps_until_it_ends),
		WORLD_TEST(absent_clients_find_what_was_kept_for_them),
		WORLD_TEST(a_session_that_is_not_present_has_lost_all),
		WORLD_TEST(what_was_overtaken_was_dropped_in_there),
		WORLD_TEST(what_has_expired_waits_no_longer),
		WORLD_TEST(what_was_taken_back_expires_too),
		WORLD_TEST(one_that_comes_out_in_spite_of_it_is_in_the_window),
		WORLD_TEST(what_does_not_come_to_an_idle_client_was_dropped),
		WORLD_TEST(nobody_acknowledges_in_the_window),
		WORLD_TEST(a_retained_order_stays_whoever_takes_it),
		WORLD_TEST(a_group_is_owed_until_some_member_has_it),
		WORLD_TEST(sessions_that_are_over_are_forgotten),
	};
	return cmocka_run_group_tests_name("net: places", tests, NULL, NULL);
}
