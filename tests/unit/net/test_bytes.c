/* Faults of bytes, against what a raw socket at the broker's end has recorded. */
#include "net/inside.h"
#include "tests/unit/net/peer.h"

#define PAYLOAD "0123456789012345678901234567890123456789"

/* A QoS 0 PUBLISH of PAYLOAD on "t": 2 + 2 + 1 + 40 bytes. */
enum {
	PUBLISH_LENGTH = 45,
	CONNECT_LENGTH = 15 /* client "a", MQTT 3.1.1 */
};

static struct peer *broker_end(void)
{
	return &w.peers[w.n_peers - 1];
}

static size_t recorded(void)
{
	return bytes_length(&broker_end()->seen);
}

static void connect_a(struct witness *a)
{
	make_client(a, "a");
	connect_client(a);
	assert_int_equal(a->connects, 1);
	assert_int_equal(recorded(), CONNECT_LENGTH);
}

/* --- lateness --------------------------------------------------------------------- */

static void a_narrow_path_takes_each_packet_its_length_and_queues(void **state)
{
	struct witness a;
	(void)state;
	connect_a(&a);
	struct fault *fault = arm("a", "bandwidth", "rate=9 dir=up"); /* 5 s each */
	for (int i = 0; i < 3; i++)
		publish(&a, "t", PAYLOAD, 0);
	run_to(5 * SIM_S - 1);
	assert_int_equal(recorded(), CONNECT_LENGTH);
	run_to(5 * SIM_S);
	assert_int_equal(recorded(), CONNECT_LENGTH + PUBLISH_LENGTH);
	run_to(15 * SIM_S - 1);
	assert_int_equal(recorded(), CONNECT_LENGTH + 2 * PUBLISH_LENGTH);
	run_to(15 * SIM_S);
	assert_int_equal(recorded(), CONNECT_LENGTH + 3 * PUBLISH_LENGTH);
	assert_int_equal(receipt_of(fault).bytes, recorded() - CONNECT_LENGTH);
	assert_int_equal(receipt_of(fault).affected, 3);
	run_to(20 * SIM_S);
	publish(&a, "t", PAYLOAD, 0); /* the path is free again: 5 s, not 10 */
	run_to(25 * SIM_S);
	assert_int_equal(recorded(), CONNECT_LENGTH + 4 * PUBLISH_LENGTH);
}

static void a_narrow_path_is_felt_by_the_sender(void **state)
{
	struct witness a;
	static char big[100001];
	(void)state;
	make_client_of(&a, "a", 4, 10000); /* its pings queue, too */
	connect_client(&a);
	arm("a", "bandwidth", "rate=1000 dir=up");
	memset(big, 'x', sizeof(big) - 1);
	for (int i = 0; i < 20; i++)
		publish(&a, "t", big, 0);
	settle();
	/* Of two megabytes the link holds a quarter, and one packet more; the rest waits
	 * with the client. */
	const struct conn *conn = client_link(a.client)->conn;
	assert_true(conn->up.late_bytes <= CONN_WAITING_MAX + 2 * sizeof(big));
	assert_true(conn->up.late_bytes > CONN_WAITING_MAX / 2);
	run_to(2500 * SIM_S);
	assert_int_equal(count_seen(MQTT_PUBLISH), 20);
}

static void jitter_keeps_the_order_and_comes_from_the_seed(void **state)
{
	struct witness a;
	sim_ns before = 0;
	(void)state;
	connect_a(&a);
	arm("a", "jitter", "by=10s dir=up");
	for (int i = 0; i < 9; i++) {
		char payload[16];
		snprintf(payload, sizeof(payload), "%d", i);
		publish(&a, "t", payload, 0);
	}
	run_to(10 * SIM_S);
	assert_int_equal(count_seen(MQTT_PUBLISH), 9);
	for (size_t i = 0; i < w.n_seen; i++) {
		if (w.seen[i].type != MQTT_PUBLISH)
			continue;
		assert_true(w.seen[i].at >= before);
		before = w.seen[i].at;
	}
	assert_true(before > 0);
}

static void what_is_gathered_arrives_in_one_read(void **state)
{
	struct witness a;
	(void)state;
	connect_a(&a);
	struct fault *fault = arm("a", "coalesce", "every=1s dir=up");
	run_to(100 * SIM_MS);
	size_t reads = broker_end()->reads;
	for (int i = 0; i < 5; i++) {
		publish(&a, "t", PAYLOAD, 0);
		run_to(w.clock.now + 100 * SIM_MS);
	}
	assert_int_equal(broker_end()->reads, reads);
	run_to(SIM_S);
	assert_int_equal(broker_end()->reads, reads + 1);
	assert_int_equal(broker_end()->largest_read, 5 * PUBLISH_LENGTH);
	assert_int_equal(receipt_of(fault).bytes, 5 * PUBLISH_LENGTH);
}

/* --- pieces ----------------------------------------------------------------------- */

static void the_broker_sees_part_of_a_packet_and_then_the_rest(void **state)
{
	struct witness a;
	(void)state;
	connect_a(&a);
	struct fault *fault = arm("a", "slice", "size=10 gap=1s dir=up");
	size_t reads = broker_end()->reads;
	publish(&a, "t", PAYLOAD, 0); /* 10 10 10 10 5 */
	settle();
	for (size_t piece = 1; piece <= 4; piece++) {
		assert_int_equal(recorded(), CONNECT_LENGTH + piece * 10);
		assert_int_equal(broker_end()->reads, reads + piece);
		assert_int_equal(count_events(KIND_MQTT_PUBLISH), 0); /* not yet there */
		run_to(w.clock.now + SIM_S);
	}
	assert_int_equal(recorded(), CONNECT_LENGTH + PUBLISH_LENGTH);
	assert_int_equal(count_events(KIND_MQTT_PUBLISH), 1);
	assert_int_equal(count_seen(MQTT_PUBLISH), 1);
	assert_string_equal(w.seen[w.n_seen - 1].payload, PAYLOAD);
	assert_int_equal(receipt_of(fault).affected, 1);
	assert_int_equal(receipt_of(fault).bytes, PUBLISH_LENGTH);
}

static void single_bytes_change_nothing_but_the_time(void **state)
{
	struct witness a, b;
	(void)state;
	arm("*", "one_byte_segments", "");
	make_client(&a, "a");
	make_client(&b, "b");
	connect_client(&a);
	connect_client(&b);
	run_to(SIM_S);
	assert_int_equal(a.connects + b.connects, 2);
	client_subscribe(b.client, w.clock.now, "t", 1);
	run_to(2 * SIM_S);
	for (int qos = 0; qos <= 2; qos++)
		publish(&a, "t", PAYLOAD, qos);
	run_to(5 * SIM_S);
	assert_int_equal(b.messages, 3);
	assert_string_equal(b.last, PAYLOAD);
	assert_int_equal(a.published, 3);
	assert_int_equal(w.peers[0].largest_read, 1);
	/* The last byte of the last message has a cause like any other. */
	assert_non_null(trace_back_to(w.trace, last_event(KIND_MQTT_DELIVER)->id,
				      KIND_MQTT_QUEUED));
}

static void what_follows_a_sliced_packet_waits_behind_it(void **state)
{
	struct witness a;
	(void)state;
	connect_a(&a);
	struct fault *fault = arm("a", "slice", "size=40 gap=10s dir=up");
	publish(&a, "t", PAYLOAD, 0);
	publish(&a, "t", "short", 0);
	settle();
	fault_lift(fault, w.clock.now);
	publish(&a, "t", "later", 0);
	run_to(10 * SIM_S - 1);
	assert_int_equal(recorded(), CONNECT_LENGTH + 40);
	run_to(20 * SIM_S);
	assert_int_equal(count_seen(MQTT_PUBLISH), 3);
	assert_string_equal(w.seen[w.n_seen - 1].payload, "later");
}

/* --- ends ------------------------------------------------------------------------- */

static void so_many_bytes_pass_and_not_one_more(void **state)
{
	struct witness a;
	(void)state;
	connect_a(&a);
	struct fault *fault = arm("a", "limit_data", "bytes=100 dir=up");
	for (int i = 0; i < 5; i++)
		publish(&a, "t", PAYLOAD, 0);
	run_to(SIM_S);
	assert_int_equal(recorded(), CONNECT_LENGTH + 100);
	assert_int_equal(broker_end()->fd, -1); /* and has read the end */
	assert_int_equal(a.disconnects, 1);
	assert_int_equal(count_seen(MQTT_PUBLISH), 2); /* 10 bytes of the third */
	assert_int_equal(receipt_of(fault).matched, 1);
	a.reconnect = true;
	connect_client(&a);
	assert_int_equal(a.connects, 2);
	for (int i = 0; i < 5; i++)
		publish(&a, "t", PAYLOAD, 0);
	run_to(2 * SIM_S); /* the next connection is counted anew: CONNECT and one more */
	assert_int_equal(receipt_of(fault).affected, 2);
	assert_int_equal(bytes_length(&w.peers[1].seen), 100);
}

static void a_message_is_cut_in_the_middle_and_comes_again(void **state)
{
	static const char *const names[] = {"reset_in_packet", "close_in_packet"};
	struct witness a;
	(void)state;
	connect_a(&a);
	for (int i = 0; i < 2; i++) {
		struct fault *fault = arm("a", names[i], "after=20 topic=t");
		size_t before = recorded(), peer = w.n_peers - 1;
		publish(&a, "other", PAYLOAD, 0);
		settle();
		size_t whole = recorded();
		int published = a.published;
		assert_true(whole > before);
		publish(&a, "t", PAYLOAD, 1);
		settle();
		assert_int_equal(recorded(), whole + 20); /* read before the end came */
		run_to(w.clock.now + SIM_S);
		assert_int_equal(w.peers[peer].fd, -1);
		assert_int_equal(bytes_length(&w.peers[peer].seen), whole + 20);
		assert_int_equal(a.disconnects, i + 1);
		assert_int_equal(a.published, published);
		assert_int_equal(receipt_of(fault).affected, 1);
		fault_lift(fault, w.clock.now);
		connect_client(&a);
		run_to(w.clock.now + SIM_S);
		assert_int_equal(a.published,
				 published + 1); /* sent again, and acknowledged */
		assert_true(w.seen[w.n_seen - 1].dup);
	}
}

static void a_client_gets_half_a_message_and_throws_it_away(void **state)
{
	struct witness a, b;
	(void)state;
	connect_a(&a);
	make_client(&b, "b");
	connect_client(&b);
	client_subscribe(b.client, w.clock.now, "t", 0);
	settle();
	struct fault *fault = arm("b", "close_in_packet", "after=30 dir=down");
	publish(&a, "t", PAYLOAD, 0);
	run_to(SIM_S);
	assert_int_equal(b.messages, 0);
	assert_int_equal(b.disconnects, 1);
	assert_int_equal(receipt_of(fault).affected, 1);
	assert_int_equal(count_events(KIND_MQTT_DELIVER), 0); /* it never arrived */
}

static void an_end_is_told_late(void **state)
{
	struct witness a;
	(void)state;
	connect_a(&a);
	struct fault *fault = arm("a", "slow_close", "delay=30s");
	publish(&a, "t", "last words", 0);
	client_disconnect(a.client, w.clock.now);
	settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 1); /* they arrive at once … */
	assert_int_equal(count_seen(MQTT_DISCONNECT), 1);
	assert_true(w.peers[0].fd >= 0); /* … and the end does not */
	run_to(30 * SIM_S - 1);
	assert_true(w.peers[0].fd >= 0);
	run_to(30 * SIM_S);
	assert_int_equal(w.peers[0].fd, -1);
	assert_int_equal(receipt_of(fault).affected, 1);
	connect_client(&a);
	close(broker_end()->fd); /* and the other way round */
	broker_end()->fd = -1;
	settle();
	assert_int_equal(a.disconnects, 1);
	run_to(60 * SIM_S - 1);
	assert_int_equal(a.disconnects, 1);
	run_to(60 * SIM_S);
	assert_int_equal(a.disconnects, 2);
	assert_int_equal(a.rc, 7);
	assert_int_equal(receipt_of(fault).affected, 2);
}

/* --- changed bytes ---------------------------------------------------------------- */

static size_t differences(const uint8_t *bytes, const char *text, size_t length)
{
	size_t n = 0;
	for (size_t i = 0; i < length; i++)
		n += bytes[i] != (uint8_t)text[i];
	return n;
}

static void so_many_bytes_of_a_payload_become_others(void **state)
{
	struct witness a;
	(void)state;
	connect_a(&a);
	struct fault *fault = arm("a", "corrupt", "bytes=7 offset=20 type=PUBLISH");
	publish(&a, "t", PAYLOAD, 0);
	settle();
	assert_int_equal(recorded(), CONNECT_LENGTH + PUBLISH_LENGTH);
	const uint8_t *raw = bytes_data(&broker_end()->seen) + CONNECT_LENGTH;
	assert_int_equal(differences(raw + 5, PAYLOAD, 40), 7);
	assert_int_equal(differences(raw + 20, PAYLOAD + 15, 7), 7); /* there */
	assert_int_equal(receipt_of(fault).affected, 1);
	assert_int_equal(count_seen(MQTT_PUBLISH), 1);
	assert_int_equal(count_events(KIND_MQTT_PUBLISH), 1);
}

static void a_changed_byte_is_never_the_same_again(void **state)
{
	struct witness a;
	(void)state;
	connect_a(&a);
	arm("a", "corrupt", "bytes=40 offset=5 type=PUBLISH");
	for (int i = 0; i < 100; i++)
		publish(&a, "t", PAYLOAD, 0);
	settle();
	assert_int_equal(recorded(), CONNECT_LENGTH + 100 * PUBLISH_LENGTH);
	for (size_t i = 0; i < 100; i++) {
		const uint8_t *raw = bytes_data(&broker_end()->seen) + CONNECT_LENGTH +
				     i * PUBLISH_LENGTH;
		assert_int_equal(differences(raw + 5, PAYLOAD, 40), 40);
	}
}

static void bytes_changed_anywhere_are_as_many_as_were_asked_for(void **state)
{
	struct witness a;
	char sent[PUBLISH_LENGTH + 1];
	(void)state;
	connect_a(&a);
	snprintf(sent, sizeof(sent), "0+%c%ct%s", 0, 1, PAYLOAD);
	sent[0] = 0x30;
	sent[1] = 43;
	memcpy(sent + 2, "\0\1t" PAYLOAD, 43);
	arm("a", "corrupt", "bytes=5 type=PUBLISH first=1");
	publish(&a, "t", PAYLOAD, 0);
	w.silent = true; /* it may be no packet any more */
	settle();
	assert_int_equal(recorded(), CONNECT_LENGTH + PUBLISH_LENGTH);
	assert_int_equal(differences(bytes_data(&broker_end()->seen) + CONNECT_LENGTH,
				     sent, PUBLISH_LENGTH),
			 5);
}

static void a_packet_shorter_than_the_offset_is_left_alone(void **state)
{
	struct witness a;
	(void)state;
	connect_a(&a);
	struct fault *fault = arm("a", "corrupt", "offset=100 type=PUBLISH");
	publish(&a, "t", PAYLOAD, 0);
	settle();
	assert_int_equal(differences(bytes_data(&broker_end()->seen) + CONNECT_LENGTH + 5,
				     PAYLOAD, 40),
			 0);
	assert_int_equal(receipt_of(fault).matched, 1);
	assert_int_equal(receipt_of(fault).affected, 0);
}

#define WORLD_TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(a_narrow_path_takes_each_packet_its_length_and_queues),
		WORLD_TEST(a_narrow_path_is_felt_by_the_sender),
		WORLD_TEST(jitter_keeps_the_order_and_comes_from_the_seed),
		WORLD_TEST(what_is_gathered_arrives_in_one_read),
		WORLD_TEST(the_broker_sees_part_of_a_packet_and_then_the_rest),
		WORLD_TEST(single_bytes_change_nothing_but_the_time),
		WORLD_TEST(what_follows_a_sliced_packet_waits_behind_it),
		WORLD_TEST(so_many_bytes_pass_and_not_one_more),
		WORLD_TEST(a_message_is_cut_in_the_middle_and_comes_again),
		WORLD_TEST(a_client_gets_half_a_message_and_throws_it_away),
		WORLD_TEST(an_end_is_told_late),
		WORLD_TEST(so_many_bytes_of_a_payload_become_others),
		WORLD_TEST(a_changed_byte_is_never_the_same_again),
		WORLD_TEST(bytes_changed_anywhere_are_as_many_as_were_asked_for),
		WORLD_TEST(a_packet_shorter_than_the_offset_is_left_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
