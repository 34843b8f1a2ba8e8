/* Faults of connections, one incident of the catalogue T1 … T18 after the other; the broker's
 * end is a raw socket, the client a real libmosquitto. */
#include "net/inside.h"
#include "tests/unit/net/peer.h"

enum {
	KEEPALIVE_S = 60
};

static void connect_a(struct witness *a)
{
	make_client(a, "a");
	connect_client(a);
	assert_int_equal(a->connects, 1);
}

static void a_syn_that_nobody_answers_is_noticed_after_the_keep_alive(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	struct fault *fault = arm("a", "connect_hang", "");
	connect_client(&a);
	assert_int_equal(a.connects + a.disconnects, 0); /* pending */
	assert_int_equal(w.asked, 0);
	assert_int_equal(publish(&a, "t", "x", 1), 0); /* taken, as if all were well */
	run_to(KEEPALIVE_S * SIM_S - 1);
	assert_int_equal(a.disconnects, 0);
	run_to(SIM_H);
	assert_int_equal(a.disconnects, 1);
	assert_int_equal(a.lost_at, KEEPALIVE_S * SIM_S);
	assert_int_equal(a.rc, 19); /* keep-alive */
	assert_int_equal(receipt_of(fault).matched, 1);
	fault_lift(fault, w.clock.now);
	settle();
	assert_int_equal(w.asked, 0); /* it has gone: nobody is dialled for it */
}

static void who_still_hangs_is_let_through_when_the_fault_is_lifted(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	struct fault *fault = arm("a", "connect_hang", "");
	connect_client(&a);
	publish(&a, "t", "x", 1);
	run_to(30 * SIM_S);
	assert_int_equal(w.n_peers, 0);
	fault_lift(fault, w.clock.now);
	settle();
	assert_int_equal(a.connects, 1);
	assert_true(link_attached(client_link(a.client)));
	assert_int_equal(count_seen(MQTT_PUBLISH), 1);
	run_to(SIM_H);
	assert_int_equal(a.disconnects, 0);
}

static void who_is_accepted_in_silence_gives_up_after_the_keep_alive(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	struct fault *fault = arm("a", "accept_silence", "times=1");
	connect_client(&a);
	run_to(SIM_H);
	assert_int_equal(a.connects, 0);
	assert_int_equal(a.lost_at, KEEPALIVE_S * SIM_S);
	assert_int_equal(w.asked, 0);
	assert_int_equal(receipt_of(fault).affected, 1);
	assert_true(receipt_of(fault).bytes >= 15); /* its CONNECT, swallowed */
	connect_client(&a);
	assert_int_equal(a.connects, 1); /* one was asked for */
}

static void a_client_whose_broker_has_gone_finds_out_by_its_pings(void **state)
{
	struct witness a;
	(void)state;
	connect_a(&a);
	run_to(10 * SIM_S);
	struct fault *fault = arm("a", "dead_broker", "");
	settle();
	assert_int_equal(w.peers[0].fd, -1); /* the broker knows at once */
	assert_int_equal(a.disconnects, 0);
	assert_false(link_attached(client_link(a.client)));
	run_to(SIM_H);
	assert_int_equal(a.lost_at, 2 * KEEPALIVE_S * SIM_S);
	assert_int_equal(receipt_of(fault).affected, 1);
}

static void a_client_whose_pings_are_answered_never_finds_out(void **state)
{
	struct witness a;
	(void)state;
	connect_a(&a);
	arm("a", "half_open", "alive=client pings=1s");
	run_to(SIM_H);
	assert_int_equal(w.peers[0].fd, -1);
	assert_int_equal(a.disconnects, 0);
}

static void a_dead_client_is_kept_online_by_pings_in_its_name(void **state)
{
	struct witness a, b;
	(void)state;
	connect_a(&a);
	client_subscribe(a.client, w.clock.now, "t", 1);
	make_client(&b, "b");
	connect_client(&b);
	struct fault *fault = arm("a", "dead_client", "pings=30s");
	settle();
	assert_int_equal(a.disconnects, 1); /* it is told; the broker is not */
	assert_true(w.peers[0].fd >= 0);
	size_t before = bytes_length(&w.peers[0].seen);
	publish(&b, "t", "for nobody", 1);
	run_to(10 * SIM_MIN - 1);
	assert_int_equal(a.messages, 0);
	assert_true(w.peers[0].fd >= 0);
	/* A recording of the broker's end shows PINGREQs alone, and no PUBACK. */
	const uint8_t *raw = bytes_data(&w.peers[0].seen) + before;
	assert_int_equal(bytes_length(&w.peers[0].seen) - before, 19 * 2);
	for (int i = 0; i < 19; i++)
		assert_int_equal(raw[2 * i], 0xC0);
	fault_lift(fault, w.clock.now);
	run_to(20 * SIM_MIN);
	assert_int_equal(bytes_length(&w.peers[0].seen) - before, 19 * 2);
}

static void one_way_up_the_broker_hears_nothing(void **state)
{
	struct witness a;
	(void)state;
	connect_a(&a);
	struct fault *fault = arm("a", "one_way", "dir=up");
	size_t before = bytes_length(&w.peers[0].seen);
	publish(&a, "t", "x", 1);
	run_to(90 * SIM_S); /* here a broker evicts it … */
	assert_int_equal(bytes_length(&w.peers[0].seen), before);
	assert_int_equal(a.disconnects, 0);
	close(w.peers[0].fd);
	w.peers[0].fd = -1;
	settle();
	assert_int_equal(a.disconnects, 1); /* … and the client does hear that */
	assert_int_equal(a.lost_at, 90 * SIM_S);
	/* PUBLISH 2 + 3 + 2 + 1 and one PINGREQ. */
	assert_int_equal(receipt_of(fault).bytes, 8 + 2);
}

static void one_way_down_the_client_hears_nothing(void **state)
{
	struct witness a;
	(void)state;
	connect_a(&a);
	arm("a", "one_way", "dir=down");
	publish(&a, "t", "x", 1);
	run_to(SIM_H);
	assert_int_equal(count_seen(MQTT_PUBLISH), 1); /* the effect … */
	assert_int_equal(a.published, 0);              /* … and no word of it */
	assert_int_equal(a.lost_at, 2 * KEEPALIVE_S * SIM_S);
}

static void what_stalls_goes_on_when_it_is_lifted(void **state)
{
	struct witness a, b;
	(void)state;
	connect_a(&a);
	make_client(&b, "b");
	connect_client(&b);
	client_subscribe(b.client, w.clock.now, "t", 0);
	settle();
	struct fault *up = arm("a", "stall", "dir=up");
	struct fault *down = arm("b", "stall", "dir=down");
	for (int i = 0; i < 5; i++)
		publish(&a, "t", "x", 0);
	run_to(10 * SIM_S);
	assert_int_equal(count_seen(MQTT_PUBLISH), 0);
	fault_lift(up, w.clock.now);
	settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 5);
	assert_int_equal(b.messages, 0);
	run_to(20 * SIM_S);
	fault_lift(down, w.clock.now);
	settle();
	assert_int_equal(b.messages, 5);
	assert_int_equal(a.disconnects + b.disconnects, 0);
	assert_int_equal(receipt_of(up).matched, 1);
	assert_int_equal(receipt_of(down).matched, 1);
	assert_int_equal(receipt_of(arm("a", "stall", "")).matched, 0);
}

static void a_stalled_sender_feels_that_nobody_reads(void **state)
{
	struct witness a;
	static char big[60001];
	(void)state;
	connect_a(&a);
	arm("a", "stall", "dir=up");
	memset(big, 'x', sizeof(big) - 1);
	for (int i = 0; i < 50; i++)
		publish(&a, "t", big, 0);
	settle();
	const struct stream *stream = client_link(a.client)->conn->stream;
	assert_true(bytes_length(&stream->to_link) <= stream->limit); /* bounded */
	assert_true(bytes_length(&stream->to_link) > sizeof(big));
}

static void a_partition_heals_before_anybody_gives_up(void **state)
{
	struct witness a, b;
	(void)state;
	connect_a(&a);
	make_client(&b, "b");
	struct fault *fault = arm("*", "partition", "");
	connect_client(&b);
	publish(&a, "t", "x", 1);
	run_to(40 * SIM_S);
	assert_int_equal(b.connects, 0);
	assert_int_equal(a.published, 0);
	fault_lift(fault, w.clock.now);
	run_to(41 * SIM_S);
	assert_int_equal(b.connects, 1);
	assert_int_equal(a.published, 1);
	assert_int_equal(a.disconnects + b.disconnects, 0);
	net_receipts(w.net, w.clock.now);
	assert_string_equal(trace_text(last_event(KIND_FAULT_RECEIPT), "parts", ""),
			    "stall 1/1, connect_hang 1/1");
}

static void an_orderly_end_is_not_a_goodbye(void **state)
{
	struct witness a;
	(void)state;
	connect_a(&a);
	struct fault *fault = arm("a", "close", "");
	settle();
	assert_int_equal(a.disconnects, 1);
	assert_int_equal(w.peers[0].fd, -1);
	assert_int_equal(count_seen(MQTT_DISCONNECT), 0); /* so a will is due */
	assert_int_equal(receipt_of(fault).affected, 1);
	assert_string_equal(trace_text(last_event(KIND_SESSION_DETACHED), "reason", ""),
			    "closed");
}

static void pings_are_late_and_the_rest_is_not(void **state)
{
	struct witness a;
	(void)state;
	connect_a(&a);
	struct fault *fault = arm("a", "late_pings", "by=40s");
	run_to(70 * SIM_S);
	assert_int_equal(count_seen(MQTT_PINGREQ), 0);
	publish(&a, "t", "x", 0);
	settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 1);
	run_to(100 * SIM_S); /* 60 + 40: ten seconds past one and a half keep-alives */
	assert_int_equal(count_seen(MQTT_PINGREQ), 1);
	assert_int_equal(receipt_of(fault).bytes, 2);
}

static void a_moved_endpoint_is_found_again_when_the_name_is_right(void **state)
{
	struct witness a;
	(void)state;
	connect_a(&a);
	a.reconnect = true;
	struct fault *fault = arm("a", "endpoint_moved", "");
	run_to(10 * SIM_S);
	assert_int_equal(a.disconnects, 1);
	assert_int_equal(w.asked, 1);
	fault_lift(fault, w.clock.now);
	settle();
	assert_int_equal(a.connects, 2);
	net_receipts(w.net, w.clock.now);
	assert_string_equal(trace_text(last_event(KIND_FAULT_RECEIPT), "parts", ""),
			    "connect_hang 1/1, reset 1/1");
}

static void receipts_say_why_nothing_ended_or_stalled(void **state)
{
	struct witness a;
	(void)state;
	connect_a(&a);
	assert_string_equal(receipt_of(arm("a", "slow_close", "")).why,
			    "no connection of \"a\" ended while it was armed");
	assert_string_equal(receipt_of(arm("a", "stall", "")).why,
			    "nothing was sent on \"a\" while it was armed");
}

/* The catalogue of transport faults, and what expresses each. What is not of the network
 * (the broker's process, clocks) has its own tests. */
static void every_transport_fault_has_a_name(void **state)
{
	static const char *const names[][4] = {
		{"T1", "refuse"},
		{"T2", "connect_hang"},
		{"T3", "accept_silence"},
		{"T4", "dead_broker", "timeout"},
		{"T5", "dead_client"},
		{"T6", "stall", "one_way"},
		{"T7", "reset_in_packet", "cut_packet"},
		{"T8", "close", "reset", "close_in_packet"},
		{"T9", "slice", "coalesce", "one_byte_segments"},
		{"T10", "latency", "jitter", "delay"},
		{"T11", "late_pings"},
		{"T12", "reconnect_storm", "thundering_herd"},
		{"T15", "endpoint_moved"},
		{"T16", "accept_silence"}, /* a handshake that stalls */
	};
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (size_t k = 1; k < 4 && names[i][k]; k++)
			if (!fault_find(names[i][k]))
				fail_msg("%s: no fault is called %s", names[i][0],
					 names[i][k]);
}

#define WORLD_TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(a_syn_that_nobody_answers_is_noticed_after_the_keep_alive),
		WORLD_TEST(who_still_hangs_is_let_through_when_the_fault_is_lifted),
		WORLD_TEST(who_is_accepted_in_silence_gives_up_after_the_keep_alive),
		WORLD_TEST(a_client_whose_broker_has_gone_finds_out_by_its_pings),
		WORLD_TEST(a_client_whose_pings_are_answered_never_finds_out),
		WORLD_TEST(a_dead_client_is_kept_online_by_pings_in_its_name),
		WORLD_TEST(one_way_up_the_broker_hears_nothing),
		WORLD_TEST(one_way_down_the_client_hears_nothing),
		WORLD_TEST(what_stalls_goes_on_when_it_is_lifted),
		WORLD_TEST(a_stalled_sender_feels_that_nobody_reads),
		WORLD_TEST(a_partition_heals_before_anybody_gives_up),
		WORLD_TEST(an_orderly_end_is_not_a_goodbye),
		WORLD_TEST(pings_are_late_and_the_rest_is_not),
		WORLD_TEST(a_moved_endpoint_is_found_again_when_the_name_is_right),
		WORLD_TEST(receipts_say_why_nothing_ended_or_stalled),
		WORLD_TEST(every_transport_fault_has_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
