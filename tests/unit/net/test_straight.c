/* Live and not recorded, packets go together; what must be seen of them is still seen. */
#include "tests/unit/net/peer.h"

#include "net/fault.h"
#include "net/inside.h"
#include "net/straight.h"
#include "sim/core/chance.h"

static struct live {
	struct stream stream;
	struct link *link;
	struct bytes sent; /* every byte that the client has written */
} live;

/* --- a live net ------------------------------------------------------------------- */

static int live_setup(void **state)
{
	struct sim_error error;
	(void)state;
	memset(&w, 0, sizeof(w));
	w.clock.start_utc_s = 1692000000;
	w.queue = queue_new();
	w.trace = trace_new(&w.clock, TRACE_STORY);
	const struct net_options options = {.queue = w.queue,
					    .clock = &w.clock,
					    .trace = w.trace,
					    .seed = 1,
					    .dial = peer_dial,
					    .wall = true,
					    .unrecorded = true};
	live = (struct live){.stream = {.limit = 64 * 1024, .connected = true}};
	return net_new(&options, &w.net, &error);
}

static int live_teardown(void **state)
{
	live.stream.door->closed(live.stream.door->arg, &live.stream);
	bytes_fini(&live.stream.to_link);
	bytes_fini(&live.stream.to_client);
	bytes_fini(&live.sent);
	return world_teardown(state);
}

/* Until the net has nothing left that it could do by itself. */
static void drain(void)
{
	do {
		net_drain(w.net, w.clock.now);
		net_wait(w.net, 0);
	} while (net_busy(w.net));
}

static void live_settle(void)
{
	do
		drain();
	while (peers_turn());
}

static void write_bytes(const void *bytes, size_t length)
{
	assert_true(bytes_add(&live.sent, bytes, length));
	assert_true(bytes_add(&live.stream.to_link, bytes, length));
	net_wake(live.link);
}

static void write_packet(const struct mqtt_packet *packet)
{
	struct bytes bytes = {0};
	assert_true(mqtt_encode(packet, &bytes));
	write_bytes(bytes_data(&bytes), bytes_length(&bytes));
	bytes_fini(&bytes);
}

static void write_publishes(int n)
{
	const struct mqtt_packet packet = {.type = MQTT_PUBLISH,
					   .version = MQTT_311,
					   .topic = mqtt_text("t"),
					   .payload = mqtt_text("payload")};
	for (int i = 0; i < n; i++)
		write_packet(&packet);
}

static void begin(int version)
{
	const struct mqtt_packet connect = {
		.type = MQTT_CONNECT,
		.version = version,
		.has_properties = version == MQTT_5,
		.connect = {.version = version,
			    .clean = true,
			    .client_id = mqtt_text("a")},
	};
	live.link = net_link(w.net, "client/a");
	live.stream.door = &live.link->door;
	assert_int_equal(conn_open(live.link, &live.stream, w.clock.now), 0);
	assert_false(
		is_straight(&live.link->conn->up)); /* a CONNECT is more than bytes */
	write_packet(&connect);
	live_settle();
	assert_true(is_straight(&live.link->conn->up));
	assert_true(is_straight(&live.link->conn->down));
	assert_true(link_attached(live.link));
}

static void assert_all_arrived(void)
{
	const struct bytes *seen = &w.peers[0].seen;
	assert_int_equal(bytes_length(seen), bytes_length(&live.sent));
	assert_memory_equal(bytes_data(seen), bytes_data(&live.sent), bytes_length(seen));
}

/* --- what passes ------------------------------------------------------------------ */

static void build_one(struct chance *chance, struct bytes *to, int *publishes)
{
	static uint8_t payload[20000];
	const struct mqtt_packet ping = {.type = MQTT_PINGREQ, .version = MQTT_311};
	struct mqtt_packet publish = {.type = MQTT_PUBLISH,
				      .version = MQTT_311,
				      .qos = (int)chance_int(chance, 0, 2),
				      .topic = mqtt_text("a/topic")};
	bool large = chance_bool(chance, 0.1);
	publish.mid = publish.qos ? (uint16_t)chance_int(chance, 1, 65535) : 0;
	publish.payload.data = payload;
	publish.payload.length =
		(size_t)chance_int(chance, 0, large ? sizeof(payload) : 200);
	for (size_t i = 0; i < publish.payload.length; i++)
		payload[i] = (uint8_t)chance_u64(chance);
	bool is_ping = chance_bool(chance, 0.1);
	*publishes += !is_ping;
	assert_true(mqtt_encode(is_ping ? &ping : &publish, to));
}

static void whatever_they_are_read_in_they_arrive_in_order_and_whole(void **state)
{
	struct chance chance = chance_stream(1, "straight", "pieces");
	struct bytes all = {0};
	int publishes = 0;
	(void)state;
	begin(MQTT_311);
	for (int i = 0; i < 2000; i++)
		build_one(&chance, &all, &publishes);
	while (bytes_length(&all) > 0) {
		size_t piece = (size_t)chance_int(&chance, 1, 30000);
		if (piece > bytes_length(&all))
			piece = bytes_length(&all);
		write_bytes(bytes_data(&all), piece);
		bytes_eat(&all, piece);
		if (chance_bool(&chance, 0.5))
			drain(); /* the broker may read less often than the client writes */
		else
			live_settle();
	}
	live_settle();
	bytes_fini(&all);
	assert_all_arrived();
	assert_int_equal(net_counts(w.net).packets_up, 2001);
	assert_int_equal(net_counts(w.net).publishes_sent, publishes);
	assert_true(net_counts(w.net).packets_down > 0); /* the acknowledgements */
	assert_int_equal(net_counts(w.net).bytes_down,
			 bytes_length(&live.stream.to_client));
}

static void a_broker_that_does_not_read_holds_up_the_client(void **state)
{
	static uint8_t block[10000] = {0x30, 0x8d, 0x4e, 0, 1, 't'};
	const struct conn *conn;
	size_t before;
	(void)state;
	begin(MQTT_311);
	conn = live.link->conn;
	do { /* as much as there is room for, as a tap reads */
		before = bytes_length(&live.sent);
		while (bytes_length(&live.stream.to_link) <= live.stream.limit)
			write_bytes(block, sizeof(block));
		drain();
	} while (bytes_length(&live.sent) > before);
	assert_true(bytes_length(&conn->out) > 0);
	assert_true(bytes_length(&conn->out) <= CONN_WAITING_MAX + sizeof(block));
	assert_true(bytes_length(&w.peers[0].seen) < bytes_length(&live.sent));
	live_settle();
	assert_all_arrived();
}

/* --- what must be seen ------------------------------------------------------------ */

static void a_fault_has_its_effect_from_the_next_packet_on(void **state)
{
	(void)state;
	begin(MQTT_311);
	write_publishes(10);
	live_settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 10);
	struct fault *fault = arm("client/a", "drop", "type=PUBLISH nth=3");
	assert_false(is_straight(&live.link->conn->up));
	write_publishes(10);
	live_settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 19);
	assert_int_equal(receipt_of(fault).affected, 1);
	fault_lift(fault, w.clock.now);
	assert_true(is_straight(&live.link->conn->up));
	write_publishes(10);
	live_settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 29);
	assert_int_equal(net_counts(w.net).publishes_sent, 29);
}

static void a_packet_that_is_none_is_told_and_passed_on(void **state)
{
	static const uint8_t no_identifier[] = {0x32, 5, 0, 1, 't', 0, 0};
	size_t before;
	(void)state;
	begin(MQTT_311);
	write_publishes(3);
	before = bytes_length(&live.sent);
	write_bytes(no_identifier, sizeof(no_identifier));
	write_publishes(3);
	w.silent = true;
	live_settle();
	assert_all_arrived();
	const struct trace_event *event = last_event(KIND_MQTT_MALFORMED);
	assert_int_equal(trace_int(event, "offset", 0), before + 5);
	assert_int_equal(count_events(KIND_MQTT_MALFORMED), 1);
	assert_false(is_straight(&live.link->conn->up));
}

static void a_topic_that_went_by_in_time_is_known_to_a_later_fault(void **state)
{
	static const uint8_t alias_7[] = {0x23, 0, 7};
	struct mqtt_packet packet = {.type = MQTT_PUBLISH,
				     .version = MQTT_5,
				     .has_properties = true,
				     .properties = {alias_7, sizeof(alias_7)},
				     .topic = mqtt_text("jobs/new")};
	(void)state;
	begin(MQTT_5);
	write_packet(&packet);
	live_settle();
	struct fault *fault = arm("client/a", "drop", "topic=jobs/#");
	packet.topic = mqtt_text("");
	write_packet(&packet);
	live_settle();
	assert_int_equal(receipt_of(fault).affected, 1);
	assert_int_equal(count_seen(MQTT_PUBLISH), 1);
}

static void a_goodbye_among_them_is_heard(void **state)
{
	const struct mqtt_packet goodbye = {.type = MQTT_DISCONNECT, .version = MQTT_311};
	(void)state;
	begin(MQTT_311);
	write_publishes(3);
	write_packet(&goodbye);
	live_settle();
	assert_all_arrived();
	live.stream.write_ended = true;
	net_wake(live.link);
	live_settle();
	assert_string_equal(trace_text(last_event(KIND_SESSION_DETACHED), "reason", ""),
			    "disconnected");
}

#define LIVE_TEST(name) cmocka_unit_test_setup_teardown(name, live_setup, live_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_TEST(whatever_they_are_read_in_they_arrive_in_order_and_whole),
		LIVE_TEST(a_broker_that_does_not_read_holds_up_the_client),
		LIVE_TEST(a_fault_has_its_effect_from_the_next_packet_on),
		LIVE_TEST(a_packet_that_is_none_is_told_and_passed_on),
		LIVE_TEST(a_topic_that_went_by_in_time_is_known_to_a_later_fault),
		LIVE_TEST(a_goodbye_among_them_is_heard),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
