/* MQTT 5.0 in the wrapper: what it says, what it hears, what it obeys. */
#include "tests/unit/net/peer.h"

static struct client_options options_of(struct witness *witness, const char *name)
{
	*witness = (struct witness){.name = name};
	return (struct client_options){.name = name,
				       .keepalive_s = 60,
				       .protocol = 5,
				       .events = {witness, saw_connected,
						  saw_disconnected, saw_message,
						  saw_published}};
}

static void make(struct witness *witness, const struct client_options *options)
{
	struct sim_error error;
	assert_int_equal(client_new(w.net, options, &witness->client, &error), SIM_OK);
}

static struct mqtt_span span(const char *bytes, size_t length)
{
	return (struct mqtt_span){(const uint8_t *)bytes, length};
}
#define SPAN(literal) span(literal, sizeof(literal) - 1)

/* Connects; the peer's CONNACK carries these properties. */
static struct peer *accept_with(struct witness *witness, struct mqtt_span properties)
{
	w.no_connack = true;
	client_connect(witness->client, w.clock.now, 0);
	settle();
	struct peer *peer = &w.peers[w.n_peers - 1];
	const struct mqtt_packet connack = {.type = MQTT_CONNACK,
					    .version = MQTT_5,
					    .has_code = true,
					    .has_properties = true,
					    .properties = properties};
	peer_say(peer, &connack);
	settle();
	w.no_connack = false;
	return peer;
}

/* The first packet of that type that this peer got, decoded. */
static struct mqtt_packet first_of(const struct peer *peer, enum mqtt_type type)
{
	struct mqtt_packet packet;
	size_t at = 0, whole;
	while (at < bytes_length(&peer->seen)) {
		const uint8_t *data = bytes_data(&peer->seen) + at;
		assert_int_equal(mqtt_frame(data, bytes_length(&peer->seen) - at, &whole,
					    NULL),
				 MQTT_FRAME_WHOLE);
		assert_true(mqtt_decode(data, whole, MQTT_5, &packet, NULL));
		if (packet.type == type)
			return packet;
		at += whole;
	}
	fail_msg("no %s was seen", mqtt_type_name(type));
	return packet;
}

/* --- CONNECT and CONNACK ------------------------------------------------------------ */

static void connect_says_what_was_asked_for(void **state)
{
	struct witness a;
	(void)state;
	struct client_options options = options_of(&a, "a");
	options.session_expiry_s = 3600;
	options.receive_max = 7;
	options.packet_max = 100000;
	make(&a, &options);
	struct peer *peer = accept_with(&a, SPAN(""));
	struct mqtt_packet connect = first_of(peer, MQTT_CONNECT);
	assert_int_equal(mqtt_property(connect.properties, 0x11), 3600);
	assert_int_equal(mqtt_property(connect.properties, 0x21), 7);
	assert_int_equal(mqtt_property(connect.properties, 0x27), 100000);
	assert_int_equal(a.connects, 1);
	assert_int_equal(client_granted(a.client)->receive_max, -1);
}

static void what_the_server_grants_is_obeyed(void **state)
{
	struct witness a;
	(void)state;
	struct client_options options = options_of(&a, "a");
	options.client_id = "";
	options.clean_session = true;
	make(&a, &options);
	/* session expiry 10, receive maximum 3, server keep-alive 5, packet 300, id "x7" */
	accept_with(&a, SPAN("\x11\0\0\0\x0a\x21\0\x03\x13\0\x05\x27\0\0\x01\x2c"
			     "\x12\0\x02x7"));
	const struct client_granted *granted = client_granted(a.client);
	assert_int_equal(granted->session_expiry_s, 10);
	assert_int_equal(granted->receive_max, 3);
	assert_int_equal(granted->keepalive_s, 5);
	assert_int_equal(granted->packet_max, 300);
	assert_string_equal(granted->client_id, "x7");
	const struct trace_event *event = last_event(KIND_SESSION_CONNECTED);
	assert_int_equal(trace_int(event, "receive_max", 0), 3);
	assert_string_equal(trace_text(event, "client_id", ""), "x7");
	/* receive maximum: three and no more */
	w.no_puback = true;
	for (int i = 0; i < 10; i++)
		publish(&a, "t", "x", 1);
	settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 3);
	/* maximum packet size: refused by the library, never sent */
	static char large[400];
	memset(large, 'x', sizeof(large) - 1);
	assert_int_equal(publish(&a, "t", large, 1), 25); /* MOSQ_ERR_OVERSIZE_PACKET */
	/* server keep-alive: five seconds, not sixty */
	run_to(5 * SIM_S - 1);
	assert_int_equal(count_seen(MQTT_PINGREQ), 0);
	run_to(11 * SIM_S);
	assert_int_equal(count_seen(MQTT_PINGREQ), 2);
}

static void an_identifier_for_one_who_has_one_is_an_error(void **state)
{
	struct witness a;
	(void)state;
	struct client_options options = options_of(&a, "a");
	make(&a, &options);
	accept_with(&a, SPAN("\x12\0\x02x7"));
	assert_int_equal(a.connects, 0);
	assert_int_equal(a.disconnects, 1);
}

static void a_refusal_has_a_code_and_words(void **state)
{
	struct witness a;
	(void)state;
	struct client_options options = options_of(&a, "a");
	make(&a, &options);
	w.no_connack = true;
	client_connect(a.client, w.clock.now, 0);
	settle();
	const struct mqtt_packet connack = {.type = MQTT_CONNACK,
					    .version = MQTT_5,
					    .has_code = true,
					    .code = 0x89,
					    .has_properties = true,
					    .properties = SPAN("\x1f\0\x05later")};
	peer_say(&w.peers[0], &connack);
	settle();
	const struct trace_event *reason = last_event(KIND_MQTT_REASON);
	assert_string_equal(trace_text(reason, "type", ""), "CONNACK");
	assert_int_equal(trace_int(reason, "code", 0), 0x89);
	assert_string_equal(trace_text(reason, "reason", ""), "Server busy: later");
	assert_int_equal(a.connects, 0);
}

static void the_server_says_why_it_hangs_up(void **state)
{
	struct witness a;
	(void)state;
	struct client_options options = options_of(&a, "a");
	make(&a, &options);
	struct peer *peer = accept_with(&a, SPAN(""));
	const struct mqtt_packet bye = {.type = MQTT_DISCONNECT,
					.version = MQTT_5,
					.has_code = true,
					.code = 0x8e,
					.has_properties = true,
					.properties = SPAN("\x1f\0\x03two")};
	peer_say(peer, &bye);
	settle();
	assert_int_equal(a.disconnects, 1);
	assert_int_equal(a.rc, 0x8e);
	assert_string_equal(trace_text(last_event(KIND_SESSION_LOST), "reason", ""),
			    "the broker disconnected it: Session taken over");
	/* Its own words ("two") are thrown away by libmosquitto 2.0.11 before it tells. */
}

/* --- messages ---------------------------------------------------------------------- */

static void a_message_carries_its_properties(void **state)
{
	struct witness a;
	(void)state;
	struct client_options options = options_of(&a, "a");
	make(&a, &options);
	struct peer *peer = accept_with(&a, SPAN(""));
	const struct client_user_property user[] = {{"task_id", "7"}, {"k", "v"}};
	const struct client_message message = {.topic = "t",
					       .payload = "x",
					       .length = 1,
					       .qos = 1,
					       .expiry_s = 300,
					       .response_topic = "r",
					       .correlation = "c",
					       .content_type = "m",
					       .user = user,
					       .n_user = 2};
	client_publish(a.client, w.clock.now, &message, 0, NULL);
	settle();
	struct mqtt_packet packet = first_of(peer, MQTT_PUBLISH);
	assert_int_equal(mqtt_property(packet.properties, MQTT_PROPERTY_EXPIRY), 300);
	static const char REST[] = "\x08\0\x01r\x09\0\x01"
				   "c\x03\0\x01m\x26\0\x07task_id\0\x01"
				   "7\x26\0\x01k\0\x01v";
	assert_int_equal(packet.properties.length, 5 + sizeof(REST) - 1);
	assert_memory_equal(packet.properties.data + 5, REST, sizeof(REST) - 1);
}

/* libmosquitto never lowers it: the time begins at the broker (facts: README). */
static void an_expiry_is_not_lowered_while_it_waits_in_the_library(void **state)
{
	struct witness a;
	(void)state;
	struct client_options options = options_of(&a, "a");
	make(&a, &options);
	const struct client_message message = {
		.topic = "t", .payload = "x", .length = 1, .qos = 1, .expiry_s = 1};
	client_publish(a.client, w.clock.now, &message, 0, NULL);
	run_to(SIM_H);
	accept_with(&a, SPAN(""));
	struct mqtt_packet packet = first_of(&w.peers[0], MQTT_PUBLISH);
	assert_int_equal(mqtt_property(packet.properties, MQTT_PROPERTY_EXPIRY), 1);
}

static struct {
	int64_t expiry;
	char topic[32], type[32], correlation[32], user[32], none[32];
} heard;

static struct client *hearing;

static void hear(void *arg, sim_ns now, const char *topic, const void *payload,
		 size_t length, int qos, bool retain, trace_id cause)
{
	saw_message(arg, now, topic, payload, length, qos, retain, cause);
	heard.expiry = client_received_expiry(hearing);
	client_received_text(hearing, CLIENT_RESPONSE_TOPIC, heard.topic, 32);
	client_received_text(hearing, CLIENT_CONTENT_TYPE, heard.type, 32);
	client_received_text(hearing, CLIENT_CORRELATION, heard.correlation, 32);
	assert_true(client_received_user(hearing, "task_id", heard.user, 32));
	assert_false(client_received_user(hearing, "other", heard.none, 32));
}

static void a_receiver_reads_them(void **state)
{
	struct witness a;
	(void)state;
	struct client_options options = options_of(&a, "a");
	options.events.message = hear;
	make(&a, &options);
	hearing = a.client;
	struct peer *peer = accept_with(&a, SPAN(""));
	const struct mqtt_packet packet = {
		.type = MQTT_PUBLISH,
		.version = MQTT_5,
		.topic = mqtt_text("t"),
		.payload = mqtt_text("x"),
		.has_properties = true,
		.properties = SPAN("\x02\0\0\0\x05\x08\0\x01r\x09\0\x01"
				   "c\x03\0\x01m\x26\0\x01k\0\x01v\x26\0\x07task_id\0\x01"
				   "7")};
	peer_say(peer, &packet);
	settle();
	assert_int_equal(a.messages, 1);
	assert_int_equal(heard.expiry, 5);
	assert_string_equal(heard.topic, "r");
	assert_string_equal(heard.type, "m");
	assert_string_equal(heard.correlation, "c");
	assert_string_equal(heard.user, "7");
	assert_int_equal(client_received_expiry(a.client), -1); /* the moment is over */
}

/* --- acknowledgements --------------------------------------------------------------- */

static struct {
	int calls, mid, code;
	char reason[64];
} answer;

static void saw_answer(void *arg, sim_ns now, int mid, int code, const char *reason,
		       trace_id cause)
{
	(void)arg;
	(void)now;
	assert_int_not_equal(cause, 0);
	answer.calls++;
	answer.mid = mid;
	answer.code = code;
	snprintf(answer.reason, sizeof(answer.reason), "%s", reason);
}

static void an_acknowledgement_may_say_something_else_than_success(void **state)
{
	static const struct {
		uint8_t code;
		const char *words;
	} CODES[] = {{0x10, "no matching subscribers"}, {0x97, "Quota exceeded"}};
	struct witness a;
	(void)state;
	struct client_options options = options_of(&a, "a");
	options.events.answered = saw_answer;
	make(&a, &options);
	struct peer *peer = accept_with(&a, SPAN(""));
	w.no_puback = true;
	memset(&answer, 0, sizeof(answer));
	for (size_t i = 0; i < 2; i++) {
		publish(&a, "t", "x", 1);
		settle();
		const struct mqtt_packet ack = {.type = MQTT_PUBACK,
						.version = MQTT_5,
						.mid = (uint16_t)(i + 1),
						.has_code = true,
						.code = CODES[i].code};
		peer_say(peer, &ack);
		settle();
		assert_int_equal(answer.calls, i + 1);
		assert_int_equal(answer.mid, i + 1);
		assert_int_equal(answer.code, CODES[i].code);
		assert_string_equal(answer.reason, CODES[i].words);
		const struct trace_event *event = last_event(KIND_MQTT_REASON);
		assert_string_equal(event->who, "a");
		assert_int_equal(trace_int(event, "code", 0), CODES[i].code);
	}
	assert_int_equal(a.published,
			 2); /* acknowledged all the same: never sent again */
	assert_int_equal(client_backlog(a.client, w.clock.now, NULL), 0);
}

/* --- discard_on_session_loss -------------------------------------------------------- */

static size_t discarded;

static void saw_discarded(void *arg, sim_ns now, size_t messages, trace_id cause)
{
	(void)arg;
	(void)now;
	(void)cause;
	discarded += messages;
}

static void what_a_lost_session_held_is(void **state, bool discards)
{
	struct witness a;
	(void)state;
	struct client_options options = options_of(&a, "a");
	options.session_expiry_s = UINT32_MAX;
	options.discard_on_session_loss = discards;
	options.events.discarded = saw_discarded;
	discarded = 0;
	make(&a, &options);
	connect_client(&a);
	w.no_puback = true;
	for (int i = 0; i < 30; i++)
		publish(&a, "t", "x", 1);
	settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 20);
	w.no_puback = false;
	a.reconnect = true;
	arm("a", "reset", "");
	run_to(SIM_MIN);
	assert_int_equal(a.connects, 2); /* told once of the second one */
	assert_true(client_connected(a.client));
	assert_int_equal(client_backlog(a.client, w.clock.now, NULL), 0);
}

static void what_a_lost_session_held_is_sent_by_the_library(void **state)
{
	what_a_lost_session_held_is(state, false);
	assert_int_equal(count_seen(MQTT_PUBLISH), 20 + 30);
	assert_int_equal(discarded, 0);
}

static void what_a_lost_session_held_is_thrown_away_on_request(void **state)
{
	what_a_lost_session_held_is(state, true);
	assert_int_equal(count_seen(MQTT_PUBLISH), 20);
	assert_int_equal(discarded, 30);
	assert_int_equal(trace_int(last_event(KIND_SESSION_DISCARDED), "messages", 0),
			 30);
	assert_int_equal(count_seen(MQTT_CONNECT), 3);
}

int main(void)
{
#define WORLD_TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		WORLD_TEST(connect_says_what_was_asked_for),
		WORLD_TEST(what_the_server_grants_is_obeyed),
		WORLD_TEST(an_identifier_for_one_who_has_one_is_an_error),
		WORLD_TEST(a_refusal_has_a_code_and_words),
		WORLD_TEST(the_server_says_why_it_hangs_up),
		WORLD_TEST(a_message_carries_its_properties),
		WORLD_TEST(an_expiry_is_not_lowered_while_it_waits_in_the_library),
		WORLD_TEST(a_receiver_reads_them),
		WORLD_TEST(an_acknowledgement_may_say_something_else_than_success),
		WORLD_TEST(what_a_lost_session_held_is_sent_by_the_library),
		WORLD_TEST(what_a_lost_session_held_is_thrown_away_on_request),
	};
	return cmocka_run_group_tests_name("net: MQTT 5.0", tests, NULL, NULL);
}
