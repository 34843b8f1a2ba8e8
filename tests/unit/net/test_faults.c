/* Each fault against real libmosquitto clients and a scripted broker. */
#include "tests/unit/net/peer.h"

/* --- the lie ---------------------------------------------------------------------- */

/* The client's first connection breaks, and its next one is not what it believes. */
static void begin_lie(struct witness *a, const char *options)
{
	make_client(a, "cloud/command-a");
	connect_client(a);
	a->reconnect = true;
	arm("cloud/command-a", "next_connect", options);
	arm("cloud/command-a", "reset", "");
	settle();
	assert_int_equal(a->disconnects, 1);
	assert_int_equal(a->connects, 2);
	assert_true(client_connected(a->client));
	assert_false(link_attached(client_link(a->client)));
}

static void a_false_success_holds_with_answered_pings_and_swallows_publishes(void **state)
{
	struct witness a;
	(void)state;
	begin_lie(&a, "connack=false_success answer_pings=true");
	assert_int_equal(w.asked, 1); /* the broker was not dialled again */
	char payload[16];
	for (int i = 0; i < 45; i++) {
		snprintf(payload, sizeof(payload), "%d", i);
		assert_int_equal(publish(&a, "t", payload, 1), 0);
	}
	run_to(8 * SIM_H);
	assert_int_equal(a.disconnects, 1);
	assert_int_equal(a.published, 0);
	assert_int_equal(count_seen(MQTT_PUBLISH), 0);
	assert_int_equal(client_backlog(a.client, w.clock.now, NULL), 45);
	/* The second failure, the real reconnect, the flood. */
	arm("cloud/command-a", "reset", "");
	settle();
	assert_true(link_attached(client_link(a.client)));
	assert_int_equal(count_seen(MQTT_PUBLISH), 45);
	assert_int_equal(a.published, 45);
	int next = 0;
	for (size_t i = 0; i < w.n_seen; i++) {
		if (w.seen[i].type != MQTT_PUBLISH)
			continue;
		assert_int_equal(atoi(w.seen[i].payload), next);
		assert_int_equal(w.seen[i].dup, next < 20); /* as libmosquitto does */
		next++;
	}
	const struct trace_event *sent = last_event(KIND_MQTT_PUBLISH);
	assert_int_equal(sent->t, 8 * SIM_H);
	assert_int_equal(trace_back_to(w.trace, sent->id, KIND_MQTT_QUEUED)->t, 0);
}

static void a_false_success_has_its_fault_as_cause(void **state)
{
	struct witness a;
	(void)state;
	begin_lie(&a, "connack=false_success answer_pings=true");
	const struct trace_event *connected = last_event(KIND_SESSION_CONNECTED);
	const struct trace_event *acted =
		trace_back_to(w.trace, connected->id, KIND_FAULT_ACTED);
	assert_non_null(acted);
	assert_string_equal(trace_text(acted, "fault", ""), "next_connect");
	assert_int_equal(count_events(KIND_SESSION_ATTACHED), 1);
	assert_int_equal(count_events(KIND_SESSION_DETACHED), 1);
}

static void a_false_success_without_pings_is_noticed_after_two_keep_alives(void **state)
{
	struct witness a;
	(void)state;
	begin_lie(&a, "connack=false_success");
	run_to(SIM_H);
	assert_int_equal(a.disconnects, 2);
	assert_int_equal(a.lost_at, 120 * SIM_S);
	assert_true(link_attached(client_link(a.client))); /* the lie is used up */
}

static void a_false_success_is_shaped_by_the_protocol(void **state)
{
	struct witness a;
	(void)state;
	make_client_of(&a, "a", 5, 60);
	arm("a", "next_connect",
	    "connack=false_success answer_pings=true session_present=true");
	connect_client(&a);
	assert_int_equal(a.connects, 1);
	assert_true(a.session_present);
	assert_int_equal(client_subscribe(a.client, 0, "x/+", 1), 0);
	run_to(SIM_H);
	assert_true(client_connected(a.client));
	size_t subacks = 0;
	for (size_t i = 0; i < trace_count(w.trace); i++)
		if (strcmp(trace_text(trace_at(w.trace, i), "type", ""), "SUBACK") == 0)
			subacks++;
	assert_int_equal(subacks, 1);
	assert_int_equal(w.asked, 0);
}

static void a_forged_refusal_ends_the_attempt(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	struct fault *fault = arm("a", "next_connect", "connack=refused");
	connect_client(&a);
	assert_int_equal(a.connects, 0);
	assert_int_equal(a.disconnects, 1);
	assert_int_equal(w.asked, 0);
	assert_int_equal(receipt_of(fault).affected, 1);
	connect_client(&a);
	assert_int_equal(a.connects, 1);
}

static void an_accepted_connection_only_uses_it_up(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	struct fault *fault = arm("a", "next_connect", "connack=accepted");
	connect_client(&a);
	assert_true(link_attached(client_link(a.client)));
	assert_int_equal(receipt_of(fault).matched, 1);
}

/* --- connections ------------------------------------------------------------------ */

static void a_black_hole_is_noticed_by_neither_end_at_once(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	run_to(10 * SIM_S);
	struct fault *fault = arm("a", "timeout", "");
	assert_false(link_attached(client_link(a.client)));
	const struct trace_event *detached = last_event(KIND_SESSION_DETACHED);
	assert_string_equal(trace_text(detached, "reason", ""), "timeout");
	assert_int_equal(trace_find(w.trace, detached->cause)->kind, KIND_FAULT_ACTED);
	publish(&a, "t", "into the void", 1);
	run_to(90 * SIM_S); /* now the broker evicts it … */
	assert_int_equal(count_seen(MQTT_PUBLISH), 0);
	assert_int_equal(count_seen(MQTT_PINGREQ), 0);
	close(w.peers[0].fd);
	w.peers[0].fd = -1;
	settle();
	assert_int_equal(a.disconnects, 0); /* … and the client does not hear of it */
	run_to(SIM_H);
	assert_int_equal(a.disconnects, 1);
	assert_int_equal(a.lost_at, 120 * SIM_S);
	assert_int_equal(receipt_of(fault).affected, 1);
	assert_true(receipt_of(fault).bytes > 0);
}

static void a_black_hole_that_answers_pings_lasts(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	struct fault *fault = arm("a", "timeout", "answer_pings=true");
	run_to(SIM_H);
	assert_int_equal(a.disconnects, 0);
	fault_lift(fault, w.clock.now);
	fault_lift(fault, w.clock.now);
	run_to(2 * SIM_H);
	assert_int_equal(a.disconnects, 0); /* what is lost stays lost */
	assert_int_equal(count_events(KIND_FAULT_LIFTED), 1);
}

static void a_black_holed_client_reconnects_while_the_broker_keeps_the_old_one(
	void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	a.reconnect = true;
	arm("a", "timeout", "");
	run_to(SIM_H);
	assert_int_equal(a.connects, 2);
	assert_int_equal(w.n_peers, 2);
	assert_true(w.peers[0].fd >= 0); /* nobody told it */
	assert_true(link_attached(client_link(a.client)));
}

static void a_reset_is_felt_on_both_sides(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	struct fault *fault = arm("a", "reset", "");
	settle();
	assert_int_equal(a.disconnects, 1);
	assert_int_equal(a.rc, 7);
	assert_int_equal(w.peers[0].fd, -1);
	assert_int_equal(receipt_of(fault).matched, 1);
	const struct trace_event *lost = last_event(KIND_SESSION_LOST);
	assert_non_null(trace_back_to(w.trace, lost->id, KIND_FAULT_ARMED));
}

static void refused_connections_are_counted(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	struct fault *fault = arm("a", "refuse", "times=2");
	for (int i = 0; i < 3; i++)
		connect_client(&a);
	assert_int_equal(a.disconnects, 2);
	assert_int_equal(a.rc, 0);
	assert_int_equal(a.connects, 1);
	assert_int_equal(w.asked, 1);
	assert_int_equal(receipt_of(fault).matched, 2);
	struct fault *all = arm("*", "refuse", "");
	arm("a", "reset", "");
	settle();
	connect_client(&a);
	assert_int_equal(a.connects, 1);
	fault_lift(all, w.clock.now);
	connect_client(&a);
	assert_int_equal(a.connects, 2);
}

/* --- packets ---------------------------------------------------------------------- */

static void a_dropped_puback_comes_after_the_effect(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	a.reconnect = true;
	struct fault *fault = arm("a", "drop", "type=PUBACK dir=down first=1");
	publish(&a, "t", "start", 1);
	run_to(SIM_MIN);
	assert_int_equal(count_seen(MQTT_PUBLISH), 1);
	assert_int_equal(a.published, 0);
	arm("a", "reset", "");
	settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 2); /* the effect twice */
	assert_int_equal(a.published, 1);
	assert_int_equal(receipt_of(fault).matched, 1);
	assert_int_equal(receipt_of(fault).affected, 1);
	assert_int_equal(receipt_of(fault).bytes, 4);
	assert_int_equal(receipt_of(fault).first, 0);
	assert_string_equal(receipt_of(fault).why, "");
}

static void what_is_held_goes_on_in_order_when_released(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	struct fault *fault = arm("a", "hold", "type=PUBLISH topic=device/#");
	publish(&a, "device/1", "first", 1);
	publish(&a, "other", "passes by", 1);
	publish(&a, "device/2", "second", 1);
	run_to(SIM_MIN);
	assert_int_equal(count_seen(MQTT_PUBLISH), 1);
	assert_int_equal(fault_release(fault, w.clock.now, NULL), SIM_OK);
	settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 3);
	assert_string_equal(w.seen[w.n_seen - 2].payload, "first");
	assert_string_equal(w.seen[w.n_seen - 1].payload, "second");
	const struct trace_event *sent = last_event(KIND_MQTT_PUBLISH);
	const struct trace_event *held = trace_find(w.trace, sent->cause);
	assert_int_equal(held->kind, KIND_FAULT_ACTED);
	assert_int_equal(trace_find(w.trace, held->cause)->kind, KIND_MQTT_QUEUED);
	publish(&a, "device/3", "third", 1); /* it goes on holding */
	settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 3);
	fault_lift(fault, w.clock.now);
	settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 4);
	publish(&a, "device/4", "fourth", 1);
	settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 5);
}

static void what_is_held_is_lost_with_its_connection(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	struct fault *fault = arm("a", "hold", "type=PUBLISH");
	publish(&a, "t", "x", 0);
	settle();
	arm("a", "reset", "");
	settle();
	connect_client(&a);
	fault_lift(fault, w.clock.now);
	settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 0);
	assert_int_equal(receipt_of(fault).affected, 1);
}

static void only_hold_can_be_released(void **state)
{
	struct sim_error error;
	(void)state;
	struct fault *fault = arm("a", "latency", "");
	assert_int_equal(fault_release(fault, 0, &error), SIM_EINVAL);
	assert_non_null(strstr(error.text, "latency"));
}

static void duplicates_follow_the_original(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	struct fault *fault = arm("a", "duplicate", "type=PUBLISH copies=2 dup_flag=true");
	publish(&a, "t", "x", 1);
	settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 3);
	assert_false(w.seen[w.n_seen - 3].dup);
	assert_true(w.seen[w.n_seen - 2].dup);
	assert_true(w.seen[w.n_seen - 1].dup);
	assert_int_equal(w.seen[w.n_seen - 1].mid, w.seen[w.n_seen - 3].mid);
	assert_int_equal(receipt_of(fault).affected, 1);
	assert_int_equal(trace_find(w.trace, last_event(KIND_MQTT_PUBLISH)->cause)->kind,
			 KIND_FAULT_ACTED);
}

static void a_delayed_packet_holds_up_what_follows(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	arm("a", "delay", "by=10s type=PUBLISH first=1");
	publish(&a, "t", "one", 1);
	publish(&a, "t", "two", 1);
	run_to(10 * SIM_S - 1);
	assert_int_equal(count_seen(MQTT_PUBLISH), 0);
	run_to(10 * SIM_S);
	assert_int_equal(count_seen(MQTT_PUBLISH), 2);
	assert_string_equal(w.seen[w.n_seen - 2].payload, "one");
}

static void a_delayed_packet_may_be_overtaken(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	arm("a", "delay", "by=10s overtake=true type=PUBLISH first=1");
	publish(&a, "t", "one", 1);
	publish(&a, "t", "two", 1);
	settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 1);
	assert_string_equal(w.seen[w.n_seen - 1].payload, "two");
	run_to(10 * SIM_S);
	assert_string_equal(w.seen[w.n_seen - 1].payload, "one");
	assert_int_equal(w.seen[w.n_seen - 1].at, 10 * SIM_S);
}

static void latency_is_felt_both_ways(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	struct fault *fault = arm("a", "latency", "delay=250ms");
	client_connect(a.client, 0, 0);
	run_to(500 * SIM_MS - 1);
	assert_int_equal(a.connects, 0);
	run_to(500 * SIM_MS);
	assert_int_equal(a.connects, 1);
	assert_int_equal(receipt_of(fault).matched, 2);
	publish(&a, "t", "x", 1);
	run_to(SIM_S);
	assert_int_equal(w.seen[w.n_seen - 1].at, 750 * SIM_MS);
	fault_lift(fault, w.clock.now);
	publish(&a, "t", "y", 1);
	settle();
	assert_int_equal(w.seen[w.n_seen - 1].at, SIM_S);
}

static void one_way_latency_and_jitter_keep_the_order(void **state)
{
	struct witness a;
	char payload[16];
	int next = 0;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	arm("a", "latency", "delay=1s jitter=1s dir=up");
	for (int i = 0; i < 15; i++) {
		snprintf(payload, sizeof(payload), "%d", i);
		publish(&a, "t", payload, 1);
		run_to(w.clock.now + 50 * SIM_MS);
	}
	run_to(10 * SIM_S);
	assert_int_equal(a.published, 15);
	for (size_t i = 0; i < w.n_seen; i++)
		if (w.seen[i].type == MQTT_PUBLISH)
			assert_int_equal(atoi(w.seen[i].payload), next++);
	assert_int_equal(next, 15);
}

static void bytes_on_their_way_arrive_before_the_end(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	arm("a", "latency", "delay=1s dir=up");
	publish(&a, "t", "last words", 1);
	client_disconnect(a.client, 0);
	settle();
	assert_int_equal(a.disconnects, 1);
	assert_true(w.peers[0].fd >= 0);
	run_to(SIM_S);
	assert_int_equal(count_seen(MQTT_PUBLISH), 1);
	assert_int_equal(count_seen(MQTT_DISCONNECT), 1);
	assert_int_equal(w.peers[0].fd, -1);
}

static void faults_see_packets_in_the_order_of_arming(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	struct fault *drop = arm("a", "drop", "type=PUBLISH");
	struct fault *hold = arm("a", "hold", "type=PUBLISH");
	publish(&a, "t", "x", 1);
	settle();
	assert_int_equal(receipt_of(drop).matched, 1);
	assert_int_equal(receipt_of(hold).matched, 0);
}

#define WORLD_TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(
			a_false_success_holds_with_answered_pings_and_swallows_publishes),
		WORLD_TEST(a_false_success_has_its_fault_as_cause),
		WORLD_TEST(
			a_false_success_without_pings_is_noticed_after_two_keep_alives),
		WORLD_TEST(a_false_success_is_shaped_by_the_protocol),
		WORLD_TEST(a_forged_refusal_ends_the_attempt),
		WORLD_TEST(an_accepted_connection_only_uses_it_up),
		WORLD_TEST(a_black_hole_is_noticed_by_neither_end_at_once),
		WORLD_TEST(a_black_hole_that_answers_pings_lasts),
		WORLD_TEST(
			a_black_holed_client_reconnects_while_the_broker_keeps_the_old_one),
		WORLD_TEST(a_reset_is_felt_on_both_sides),
		WORLD_TEST(refused_connections_are_counted),
		WORLD_TEST(a_dropped_puback_comes_after_the_effect),
		WORLD_TEST(what_is_held_goes_on_in_order_when_released),
		WORLD_TEST(what_is_held_is_lost_with_its_connection),
		WORLD_TEST(only_hold_can_be_released),
		WORLD_TEST(duplicates_follow_the_original),
		WORLD_TEST(a_delayed_packet_holds_up_what_follows),
		WORLD_TEST(a_delayed_packet_may_be_overtaken),
		WORLD_TEST(latency_is_felt_both_ways),
		WORLD_TEST(one_way_latency_and_jitter_keep_the_order),
		WORLD_TEST(bytes_on_their_way_arrive_before_the_end),
		WORLD_TEST(faults_see_packets_in_the_order_of_arming),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
