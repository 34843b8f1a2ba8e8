/* Lies about packets, and what a real libmosquitto does when it is told them. What the
 * scripted broker was really sent is read from its raw bytes. */
#include "tests/unit/net/peer.h"

static struct witness a;

static void online(int version)
{
	make_client_of(&a, "a", version, 60);
	connect_client(&a);
	assert_int_equal(a.connects, 1);
}

/* The packets that reached the broker on all its connections, framed here anew. */
struct raw {
	size_t n, bytes; /* of the sought type */
	struct mqtt_packet last;
	uint8_t first_byte;
};

static struct raw raw_of(enum mqtt_type type)
{
	struct raw raw = {0};
	for (size_t i = 0; i < w.n_peers; i++) {
		const uint8_t *data = bytes_data(&w.peers[i].seen);
		size_t rest = bytes_length(&w.peers[i].seen), whole;
		while (rest > 0 &&
		       mqtt_frame(data, rest, &whole, NULL) == MQTT_FRAME_WHOLE) {
			if (data[0] >> 4 == (int)type) {
				raw.n++;
				raw.bytes += whole;
				raw.first_byte = data[0];
				mqtt_decode(data, whole, w.peers[i].version, &raw.last,
					    NULL);
			}
			data += whole;
			rest -= whole;
		}
	}
	return raw;
}

static void say_down(struct mqtt_packet packet)
{
	packet.version = w.peers[0].version;
	peer_say(&w.peers[0], &packet);
	settle();
}

#define assert_receipt(fault, m, n)                                \
	do {                                                       \
		assert_int_equal(receipt_of(fault).matched, (m));  \
		assert_int_equal(receipt_of(fault).affected, (n)); \
	} while (0)

/* --- CONNACK ---------------------------------------------------------------------- */

static void a_second_connack_calls_on_connect_again(void **state)
{
	(void)state;
	online(4);
	struct fault *fault = arm("a", "forge", "packet=CONNACK toward=client how=now");
	settle();
	assert_int_equal(a.connects, 2); /* libmosquitto 2.0.x; 2.1 disconnects */
	assert_int_equal(a.disconnects, 0);
	assert_receipt(fault, 1, 1);
	/* Nobody has attached a second time: the broker knows nothing of it. */
	assert_int_equal(count_events(KIND_SESSION_ATTACHED), 1);
}

static void a_forged_connack_attaches_nobody(void **state)
{
	(void)state;
	make_client(&a, "a");
	w.no_connack = true;
	struct fault *fault =
		arm("a", "forge", "packet=ack toward=client how=after type=CONNECT");
	connect_client(&a);
	assert_int_equal(a.connects, 1);
	assert_false(link_attached(client_link(a.client)));
	assert_int_equal(count_events(KIND_SESSION_ATTACHED), 0);
	assert_int_equal(raw_of(MQTT_CONNECT).n, 1);
	assert_int_equal(receipt_of(fault).bytes, raw_of(MQTT_CONNECT).bytes);
}

static void a_session_that_is_claimed_is_believed(void **state)
{
	(void)state;
	make_client(&a, "a");
	struct fault *fault = arm("a", "rewrite", "set_session_present=true");
	connect_client(&a);
	assert_int_equal(a.connects, 1);
	assert_true(a.session_present);
	assert_receipt(fault, 1, 1);
	assert_int_equal(receipt_of(fault).bytes, 4);
}

static void refusals_up_to_5_are_heard_and_others_are_protocol_errors(void **state)
{
	(void)state;
	make_client(&a, "a");
	struct fault *fault = arm("a", "rewrite", "set_code=3");
	connect_client(&a);
	assert_int_equal(a.connects, 0);
	assert_int_equal(a.rc, 5); /* MOSQ_ERR_CONN_REFUSED */
	fault_lift(fault, w.clock.now);
	arm("a", "rewrite", "set_code=6");
	connect_client(&a);
	assert_int_equal(a.connects, 0);
	assert_int_equal(a.disconnects, 2);
	assert_int_equal(a.rc, 2); /* MOSQ_ERR_PROTOCOL */
}

/* --- acknowledgements --------------------------------------------------------------- */

static void a_puback_that_is_withheld_is_asked_for_again_with_dup(void **state)
{
	(void)state;
	online(4);
	a.reconnect = true;
	struct fault *fault = arm("a", "drop", "type=PUBACK dir=down times=1");
	publish(&a, "t", "start", 1);
	settle();
	assert_int_equal(raw_of(MQTT_PUBLISH).first_byte & 8, 0);
	arm("a", "reset", "");
	settle();
	assert_int_equal(raw_of(MQTT_PUBLISH).n, 2);
	assert_int_equal(raw_of(MQTT_PUBLISH).first_byte & 8, 8);
	assert_int_equal(a.published, 1);
	assert_receipt(fault, 1, 1);
}

static void a_pubrec_for_qos_1_is_a_protocol_error(void **state)
{
	(void)state;
	online(4);
	struct fault *fault =
		arm("a", "forge", "packet=PUBREC toward=client how=instead type=PUBACK");
	publish(&a, "t", "x", 1);
	settle();
	assert_int_equal(a.published, 0);
	assert_int_equal(a.disconnects, 1);
	assert_int_equal(a.rc, 2);
	assert_receipt(fault, 1, 1);
	assert_int_equal(receipt_of(fault).bytes, 4);
}

static void acknowledgements_of_nothing_are_ignored_or_answered(void **state)
{
	(void)state;
	online(4);
	arm("a", "forge", "packet=PUBACK toward=client how=now set_mid=900");
	arm("a", "forge", "packet=PUBCOMP toward=client how=now set_mid=900");
	arm("a", "forge", "packet=PINGRESP toward=client how=now");
	settle();
	assert_int_equal(a.disconnects, 0);
	arm("a", "forge", "packet=PUBREC toward=client how=now set_mid=901");
	settle();
	assert_int_equal(raw_of(MQTT_PUBREL).n, 1);
	assert_int_equal(raw_of(MQTT_PUBREL).last.mid, 901);
	arm("a", "forge", "packet=PUBREL toward=client how=now set_mid=902");
	settle();
	assert_int_equal(raw_of(MQTT_PUBCOMP).last.mid, 902);
	assert_int_equal(a.disconnects, 0);
}

static void a_message_is_believed_delivered_that_never_was(void **state)
{
	(void)state;
	online(4);
	struct fault *fault =
		arm("a", "forge",
		    "packet=ack toward=client how=instead type=PUBLISH qos=1");
	for (int i = 0; i < 30; i++) /* the window never fills */
		publish(&a, "device/1/request", "start", 1);
	settle();
	assert_int_equal(a.published, 30);
	assert_int_equal(raw_of(MQTT_PUBLISH).n, 0);
	assert_receipt(fault, 30, 30);
	assert_int_equal(receipt_of(fault).bytes, 30 * (2 + 2 + 16 + 2 + 5));
	publish(&a, "device/1/request", "exactly once", 2);
	settle();
	assert_int_equal(raw_of(MQTT_PUBLISH).n, 1); /* qos=1 was asked for */
}

static void an_acknowledgement_for_a_wrong_id_leaves_the_right_one_waiting(void **state)
{
	(void)state;
	online(4);
	struct fault *fault = arm("a", "rewrite", "set_mid=999 type=PUBACK dir=down");
	publish(&a, "t", "x", 1);
	run_to(SIM_H);
	assert_int_equal(a.published, 0);
	assert_int_equal(a.disconnects, 0);
	assert_int_equal(client_backlog(a.client, w.clock.now, NULL), 1);
	assert_receipt(fault, 1, 1);
}

/* --- PUBLISH ---------------------------------------------------------------------- */

static void a_retained_flag_is_set_and_the_rest_is_the_same(void **state)
{
	(void)state;
	online(4);
	struct fault *fault = arm("a", "rewrite", "set_retain=true topic=device/#");
	publish(&a, "device/1/request", "start", 1);
	publish(&a, "other", "passes", 1);
	settle();
	assert_int_equal(raw_of(MQTT_PUBLISH).n, 2);
	assert_int_equal(raw_of(MQTT_PUBLISH).first_byte & 1, 0); /* the other */
	assert_int_equal(bytes_data(&w.peers[0].seen)[raw_of(MQTT_CONNECT).bytes] & 1, 1);
	assert_int_equal(a.published, 2);
	assert_receipt(fault, 1, 1);
}

static void a_rewritten_message_crosses_the_broker_with_its_cause(void **state)
{
	struct witness b;
	(void)state;
	make_client(&b, "b");
	connect_client(&b);
	client_subscribe(b.client, 0, "device/2/request", 1);
	settle();
	online(4);
	arm("a", "retarget", "to=device/2/+");
	arm("a", "rewrite", "set_json=print.task_id=\"7\"");
	publish(&a, "device/1/request", "{\"print\": {\"task_id\":\"1\"}}", 1);
	settle();
	assert_int_equal(b.messages, 1);
	assert_string_equal(b.last, "{\"print\": {\"task_id\":\"7\"}}");
	size_t acts = 0;
	for (trace_id id = b.cause; id; id = trace_find(w.trace, id)->cause) {
		const struct trace_event *event = trace_find(w.trace, id);
		acts += event->kind == KIND_FAULT_ACTED;
		if (event->kind == KIND_MQTT_QUEUED)
			break;
	}
	assert_int_equal(acts, 2);
	assert_non_null(trace_back_to(w.trace, b.cause, KIND_MQTT_QUEUED));
}

static void what_cannot_be_rewritten_passes_and_counts_as_matched_only(void **state)
{
	(void)state;
	online(4);
	struct fault *fault = arm("a", "rewrite", "set_json=a=1 type=PUBLISH");
	struct fault *expiry = arm("a", "rewrite", "remove=message_expiry type=PUBLISH");
	publish(&a, "t", "no json", 1);
	settle();
	assert_int_equal(raw_of(MQTT_PUBLISH).n, 1);
	assert_receipt(fault, 1, 0);
	assert_receipt(expiry, 1, 0);
}

static void expiry_is_stripped_and_changed(void **state)
{
	const struct client_message message = {
		.topic = "t", .payload = "x", .length = 1, .qos = 1, .expiry_s = 60};
	(void)state;
	online(5);
	struct fault *change = arm("a", "rewrite", "set_message_expiry=3 times=1");
	client_publish(a.client, 0, &message, 0, NULL);
	settle();
	assert_int_equal(mqtt_property(raw_of(MQTT_PUBLISH).last.properties,
				       MQTT_PROPERTY_EXPIRY),
			 3);
	fault_lift(change, 0);
	struct fault *strip = arm("a", "rewrite", "remove=message_expiry type=PUBLISH");
	client_publish(a.client, 0, &message, 0, NULL);
	settle();
	assert_int_equal(mqtt_property(raw_of(MQTT_PUBLISH).last.properties,
				       MQTT_PROPERTY_EXPIRY),
			 -1);
	assert_int_equal(a.published, 2);
	assert_receipt(strip, 1, 1);
}

static void a_copy_with_a_new_id_is_a_second_message(void **state)
{
	(void)state;
	online(4);
	struct fault *fault = arm("a", "duplicate", "new_id=true type=PUBLISH");
	publish(&a, "t", "x", 1);
	settle();
	assert_int_equal(raw_of(MQTT_PUBLISH).n, 2);
	assert_int_equal(raw_of(MQTT_PUBLISH).last.mid, 65535);
	assert_int_equal(a.published, 1);
	assert_int_equal(a.disconnects, 0); /* the strange PUBACK was ignored */
	assert_receipt(fault, 1, 1);
}

static void packets_of_a_window_change_places(void **state)
{
	(void)state;
	online(4);
	struct fault *fault = arm("a", "reorder", "window=3 type=PUBLISH");
	for (int i = 1; i <= 4; i++)
		publish(&a, "t", (const char *[]){"", "1", "2", "3", "4"}[i], 1);
	settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 3);
	run_to(SIM_S); /* an incomplete window goes on after a second */
	assert_int_equal(count_seen(MQTT_PUBLISH), 4);
	char order[8] = "";
	for (size_t i = 0; i < w.n_seen; i++)
		if (w.seen[i].type == MQTT_PUBLISH)
			strcat(order, w.seen[i].payload);
	assert_string_equal(order, "3214");
	assert_receipt(fault, 4, 4);
	assert_int_equal(receipt_of(fault).bytes, raw_of(MQTT_PUBLISH).bytes);
}

static void what_is_held_comes_in_bursts_newest_first(void **state)
{
	(void)state;
	online(4);
	struct fault *fault =
		arm("a", "hold", "order=newest_first burst=2 pace=10s type=PUBLISH");
	for (int i = 0; i < 5; i++)
		publish(&a, "t", (const char *[]){"1", "2", "3", "4", "5"}[i], 1);
	settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 0);
	assert_int_equal(fault_release(fault, w.clock.now, NULL), SIM_OK);
	settle();
	assert_int_equal(count_seen(MQTT_PUBLISH), 2);
	run_to(10 * SIM_S);
	assert_int_equal(count_seen(MQTT_PUBLISH), 4);
	fault_lift(fault, w.clock.now); /* the bursts go on */
	run_to(20 * SIM_S);
	char order[8] = "";
	for (size_t i = 0; i < w.n_seen; i++)
		if (w.seen[i].type == MQTT_PUBLISH)
			strcat(order, w.seen[i].payload);
	assert_string_equal(order, "54321");
	assert_int_equal(w.seen[w.n_seen - 1].at, 20 * SIM_S);
}

static void what_passed_comes_again_on_a_later_connection(void **state)
{
	(void)state;
	online(4);
	struct fault *fault = arm("a", "replay", "after=1h type=PUBLISH");
	publish(&a, "t", "yesterday", 1);
	run_to(SIM_MIN);
	arm("a", "reset", "");
	run_to(2 * SIM_H); /* due, but there is no connection */
	assert_int_equal(raw_of(MQTT_PUBLISH).n, 1);
	connect_client(&a);
	assert_int_equal(raw_of(MQTT_PUBLISH).n, 2);
	assert_int_equal(w.seen[w.n_seen - 1].peer, 1);
	assert_string_equal(w.seen[w.n_seen - 1].payload, "yesterday");
	assert_receipt(fault, 1, 1);
	run_to(4 * SIM_H);
	assert_int_equal(raw_of(MQTT_PUBLISH).n, 2); /* once */
}

static void what_came_for_its_own_connection_is_lost_with_it(void **state)
{
	(void)state;
	online(4);
	struct fault *fault = arm("a", "replay",
				  "after=10s again=3 pace=0s later_connection=false "
				  "type=PUBLISH times=1");
	publish(&a, "t", "x", 1);
	run_to(10 * SIM_S);
	assert_int_equal(raw_of(MQTT_PUBLISH).n, 4);
	assert_receipt(fault, 1, 3);
	struct fault *lost =
		arm("a", "replay", "after=10s later_connection=false type=PUBLISH");
	publish(&a, "t", "y", 1);
	settle();
	arm("a", "reset", "");
	settle();
	connect_client(&a);
	run_to(SIM_H);
	assert_receipt(lost, 1, 0);
}

/* --- CONNECT, PINGREQ, DISCONNECT ---------------------------------------------------- */

static void a_connect_is_rewritten_field_by_field(void **state)
{
	(void)state;
	make_client(&a, "a");
	struct fault *fault =
		arm("a", "rewrite",
		    "set_clean=true set_keepalive=1 set_client_id=other set_user=u "
		    "set_password=p set_will_topic=w set_will_payload=gone");
	connect_client(&a);
	const struct raw raw = raw_of(MQTT_CONNECT);
	assert_true(raw.last.connect.clean);
	assert_int_equal(raw.last.connect.keepalive_s, 1);
	assert_int_equal(raw.last.connect.client_id.length, 5);
	assert_int_equal(raw.last.connect.user.length, 1);
	assert_int_equal(raw.last.connect.password.length, 1);
	assert_int_equal(raw.last.connect.will_payload.length, 4);
	assert_int_equal(a.connects, 1);
	assert_receipt(fault, 1, 1);
}

static void what_is_no_packet_any_more_goes_on_as_bytes(void **state)
{
	(void)state;
	make_client(&a, "a");
	struct fault *fault = arm("a", "rewrite", "set_level=6 set_reserved=1");
	w.silent = true;
	connect_client(&a);
	const uint8_t *bytes = bytes_data(&w.peers[0].seen);
	assert_int_equal(bytes_length(&w.peers[0].seen), receipt_of(fault).bytes);
	assert_int_equal(bytes[8], 6);
	assert_int_equal(bytes[9] & 1, 1);
}

static void starved_pings_that_are_answered_hide_a_dead_broker(void **state)
{
	(void)state;
	online(4);
	struct fault *fault =
		arm("a", "forge",
		    "packet=PINGRESP toward=client how=instead type=PINGREQ");
	run_to(SIM_H);
	assert_int_equal(a.disconnects, 0);
	assert_int_equal(raw_of(MQTT_PINGREQ).n, 0);
	assert_int_equal(receipt_of(fault).matched, receipt_of(fault).affected);
	assert_int_equal(receipt_of(fault).bytes, 2 * receipt_of(fault).affected);
	assert_true(receipt_of(fault).affected >= 59);
}

static void a_disconnect_names_its_reason(void **state)
{
	(void)state;
	online(5);
	struct fault *fault =
		arm("a", "forge", "packet=DISCONNECT toward=client how=now set_code=142");
	settle();
	assert_int_equal(a.disconnects, 1);
	assert_int_equal(a.rc, 142); /* session taken over */
	assert_receipt(fault, 1, 1);
}

static void a_subscription_is_refused_or_lost(void **state)
{
	(void)state;
	online(4);
	struct fault *refuse = arm("a", "rewrite", "set_granted=128 times=1");
	client_subscribe(a.client, 0, "t", 1);
	settle();
	assert_receipt(refuse, 1, 1);
	assert_int_equal(receipt_of(refuse).bytes, 5);
	struct fault *lost =
		arm("a", "forge", "packet=ack toward=client how=instead type=SUBSCRIBE");
	client_subscribe(a.client, 0, "never", 1);
	settle();
	assert_int_equal(raw_of(MQTT_SUBSCRIBE).n, 1);
	assert_receipt(lost, 1, 1);
	say_down((struct mqtt_packet){.type = MQTT_PUBLISH,
				      .topic = mqtt_text("t"),
				      .payload = mqtt_text("x")});
	assert_int_equal(a.messages, 1);
}

static void a_property_goes_where_the_standard_has_it_unless_told_otherwise(void **state)
{
	(void)state;
	make_client_of(&a, "a", 5, 60);
	struct fault *fault = arm("a", "rewrite", "set_session_expiry=7");
	struct fault *lie =
		arm("a", "rewrite", "set_session_expiry=7 type=PUBACK dir=down");
	connect_client(&a);
	publish(&a, "t", "x", 1);
	settle();
	assert_int_equal(mqtt_property(raw_of(MQTT_CONNECT).last.properties, 0x11), 7);
	assert_int_equal(mqtt_property(raw_of(MQTT_PUBLISH).last.properties, 0x11), -1);
	assert_receipt(fault, 2, 2); /* CONNECT and CONNACK */
	assert_receipt(lie, 1, 1);
}

static void a_matcher_makes_no_sense_for_what_is_forged_now(void **state)
{
	const struct vocab_row *row = fault_find("forge");
	struct value values[64], parts[64];
	struct match match;
	struct sim_error error;
	(void)state;
	vocab_defaults(row, values);
	vocab_defaults(match_row(), parts);
	parts[vocab_find_param(match_row(), "first")].as.integer = 1;
	parts[vocab_find_param(match_row(), "first")].given = true;
	values[vocab_find_param(row, "how")].as.choice = 0;
	assert_int_equal(match_from_values(parts, &match, &error), SIM_OK);
	assert_int_equal(fault_arm(w.net, "a", row, values, &match, 0, 0, NULL, &error),
			 SIM_EINVAL);
	assert_non_null(strstr(error.text, "nothing to match"));
}

/* --- takeover --------------------------------------------------------------------- */

static void a_takeover_says_the_clients_own_connect_and_nothing_more(void **state)
{
	(void)state;
	online(4);
	struct fault *fault = arm("a", "takeover", "stay=30s");
	run_to(10 * SIM_S);
	assert_int_equal(w.n_peers, 2);
	const uint8_t *own = bytes_data(&w.peers[0].seen);
	const uint8_t *other = bytes_data(&w.peers[1].seen);
	size_t length = bytes_length(&w.peers[1].seen);
	assert_int_equal(bytes_length(&w.peers[0].seen), length);
	for (size_t i = 0; i < length; i++) /* but for the keep-alive */
		assert_int_equal(other[i], i == 10 || i == 11 ? 0 : own[i]);
	assert_receipt(fault, 1, 1);
	assert_int_equal(a.disconnects, 0); /* that is the broker's to do */
	assert_true(link_attached(client_link(a.client)));
	run_to(30 * SIM_S);
	assert_int_equal(w.peers[1].fd, -1);
	assert_true(w.peers[0].fd >= 0);
}

static void a_takeover_comes_again_when_it_was_put_out(void **state)
{
	(void)state;
	online(4);
	struct fault *fault = arm("a", "takeover", "times=2 every=10s");
	run_to(25 * SIM_S);
	assert_int_equal(w.n_peers, 2); /* it is still there */
	close(w.peers[1].fd);
	w.peers[1].fd = -1;
	run_to(40 * SIM_S);
	assert_int_equal(w.n_peers, 3);
	close(w.peers[2].fd);
	w.peers[2].fd = -1;
	run_to(SIM_H);
	assert_int_equal(w.n_peers, 3);
	assert_receipt(fault, 2, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_second_connack_calls_on_connect_again),
		TEST(a_forged_connack_attaches_nobody),
		TEST(a_session_that_is_claimed_is_believed),
		TEST(refusals_up_to_5_are_heard_and_others_are_protocol_errors),
		TEST(a_puback_that_is_withheld_is_asked_for_again_with_dup),
		TEST(a_pubrec_for_qos_1_is_a_protocol_error),
		TEST(acknowledgements_of_nothing_are_ignored_or_answered),
		TEST(a_message_is_believed_delivered_that_never_was),
		TEST(an_acknowledgement_for_a_wrong_id_leaves_the_right_one_waiting),
		TEST(a_retained_flag_is_set_and_the_rest_is_the_same),
		TEST(a_rewritten_message_crosses_the_broker_with_its_cause),
		TEST(what_cannot_be_rewritten_passes_and_counts_as_matched_only),
		TEST(expiry_is_stripped_and_changed),
		TEST(a_copy_with_a_new_id_is_a_second_message),
		TEST(packets_of_a_window_change_places),
		TEST(what_is_held_comes_in_bursts_newest_first),
		TEST(what_passed_comes_again_on_a_later_connection),
		TEST(what_came_for_its_own_connection_is_lost_with_it),
		TEST(a_connect_is_rewritten_field_by_field),
		TEST(what_is_no_packet_any_more_goes_on_as_bytes),
		TEST(starved_pings_that_are_answered_hide_a_dead_broker),
		TEST(a_disconnect_names_its_reason),
		TEST(a_subscription_is_refused_or_lost),
		TEST(a_property_goes_where_the_standard_has_it_unless_told_otherwise),
		TEST(a_matcher_makes_no_sense_for_what_is_forged_now),
		TEST(a_takeover_says_the_clients_own_connect_and_nothing_more),
		TEST(a_takeover_comes_again_when_it_was_put_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
