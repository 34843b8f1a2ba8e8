/* Packets copied with fields replaced: what is not touched stays the same bytes. */
#include "tests/unit/net/packets.h"

#include "net/edit.h"
#include "net/json_spot.h"

static const int versions[] = {MQTT_31, MQTT_311, MQTT_5};

static struct bytes before, after;
static struct mqtt_packet packet, changed;
static struct edit edit;
static struct sim_error error;

static int clean_up(void **state)
{
	(void)state;
	edit_end(&edit);
	bytes_fini(&before);
	bytes_fini(&after);
	edit = (struct edit){0};
	return 0;
}

static void open_packet(const struct mqtt_packet *sample)
{
	clean_up(NULL);
	assert_true(mqtt_encode(sample, &before));
	assert_true(mqtt_decode(bytes_data(&before), bytes_length(&before),
				sample->version, &packet, NULL));
	edit_begin(&edit, &packet);
}

static void open_publish(int version, const char *payload)
{
	struct mqtt_packet sample = {
		.type = MQTT_PUBLISH,
		.version = version,
		.qos = 1,
		.mid = 7,
		.topic = mqtt_text("device/1/request"),
		.payload = mqtt_text(payload),
		.has_properties = version == MQTT_5,
	};
	if (version == MQTT_5)
		sample.properties = SPAN(sample_properties);
	open_packet(&sample);
}

static void close_packet(void)
{
	bytes_clear(&after);
	if (edit_encode(&edit, &after, &error) != SIM_OK)
		fail_msg("%s", error.text);
	if (!mqtt_decode(bytes_data(&after), bytes_length(&after), packet.version,
			 &changed, NULL))
		fail_msg("the edited packet does not decode");
}

static bool same(struct mqtt_span a, struct mqtt_span b)
{
	return a.length == b.length &&
	       (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

#define assert_span(span, text) assert_true(same((span), mqtt_text(text)))

static bool same_bytes(void)
{
	return same(span_of(bytes_data(&before), bytes_length(&before)),
		    span_of(bytes_data(&after), bytes_length(&after)));
}

static int set(const char *name, struct edit_value value)
{
	const struct edit_field *field = edit_field_find(name);
	assert_non_null(field);
	return edit_set(&edit, field, value, &error);
}

static void untouched_packets_are_the_same_bytes(void **state)
{
	struct sample samples[SAMPLES_MAX];
	(void)state;
	for (size_t v = 0; v < 3; v++) {
		size_t n = make_samples(versions[v], samples);
		for (size_t i = 0; i < n; i++) {
			open_packet(&samples[i].packet);
			close_packet();
			assert_true(same_bytes());
		}
	}
}

/* Each field set to what it already is: encoded anew, and still the same bytes. */
static void fields_set_to_what_they_are_change_nothing(void **state)
{
	struct sample samples[SAMPLES_MAX];
	bool used[64] = {false};
	const struct edit_field *field;
	struct edit_value value;
	(void)state;
	for (size_t v = 0; v < 3; v++) {
		size_t n = make_samples(versions[v], samples);
		for (size_t i = 0; i < n; i++) {
			for (size_t f = 0; (field = edit_field_row(f)); f++) {
				open_packet(&samples[i].packet);
				if (!edit_get(&packet, field, &value))
					continue;
				if (strcmp(field->name, "granted") == 0 &&
				    packet.n_entries > 1)
					continue; /* sets them all */
				if (strcmp(field->name, "options") == 0)
					continue;
				used[f] = true;
				assert_int_equal(edit_set(&edit, field, value, &error),
						 SIM_OK);
				close_packet();
				if (!same_bytes())
					fail_msg("%s of %s", field->name,
						 mqtt_type_name(packet.type));
			}
		}
	}
	for (size_t f = 0; (field = edit_field_row(f)); f++)
		if (!used[f] &&
		    !strstr("reserved extra granted options entry", field->name))
			fail_msg("no sample has the field %s", field->name);
}

static void every_field_is_seen_after_it_was_set(void **state)
{
	struct sample samples[SAMPLES_MAX];
	const struct edit_field *field;
	struct edit_value value, got;
	(void)state;
	for (size_t v = 0; v < 3; v++) {
		size_t n = make_samples(versions[v], samples);
		for (size_t i = 0; i < n; i++) {
			for (size_t f = 0; (field = edit_field_row(f)); f++) {
				open_packet(&samples[i].packet);
				if (!edit_get(&packet, field, &value) ||
				    strcmp(field->name, "level") == 0 ||
				    strcmp(field->name, "flags") == 0)
					continue;
				value = (struct edit_value){.number =
								    value.number ? 0 : 1,
							    .text = mqtt_text("other")};
				if (strcmp(field->name, "mid") == 0 ||
				    strcmp(field->name, "entries") == 0)
					value.number = 513;
				if (strcmp(field->name, "code") == 0 &&
				    packet.type != MQTT_CONNACK &&
				    packet.version != MQTT_5) {
					assert_int_equal(edit_set(&edit, field, value,
								  &error),
							 SIM_EINVAL);
					continue;
				}
				assert_int_equal(edit_set(&edit, field, value, &error),
						 SIM_OK);
				close_packet();
				assert_true(edit_get(&changed, field, &got));
				if (field->kind == EDIT_IS_TEXT)
					assert_true(same(got.text, value.text));
				else
					assert_int_equal(got.number, value.number);
			}
		}
	}
}

static void a_field_of_another_packet_is_refused_in_words(void **state)
{
	(void)state;
	open_publish(MQTT_311, "x");
	assert_int_equal(set("keepalive", EDIT_NUMBER(1)), SIM_EINVAL);
	assert_string_equal(error.text, "keepalive: PUBLISH has no such field");
	assert_int_equal(set("qos", EDIT_NUMBER(4)), SIM_EINVAL);
	assert_string_equal(error.text, "qos: a number from 0 to 3 is needed");
	assert_int_equal(edit_set_property(&edit, mqtt_property_find("message_expiry"),
					   NULL, EDIT_NUMBER(1), &error),
			 SIM_EINVAL);
	assert_non_null(strstr(error.text, "speaks MQTT 3.1.1"));
	assert_int_equal(edit_remove(&edit, edit_field_find("topic"), &error),
			 SIM_EINVAL);
	close_packet();
	assert_true(same_bytes());
}

static void the_identifier_comes_and_goes_with_the_quality_of_service(void **state)
{
	(void)state;
	open_publish(MQTT_311, "x");
	assert_int_equal(set("qos", EDIT_NUMBER(0)), SIM_OK);
	close_packet();
	assert_int_equal(changed.mid, 0);
	assert_int_equal(bytes_length(&before) - bytes_length(&after), 2);
	const struct mqtt_packet plain = {.type = MQTT_PUBLISH,
					  .version = MQTT_311,
					  .topic = mqtt_text("t")};
	open_packet(&plain);
	assert_int_equal(set("qos", EDIT_NUMBER(1)), SIM_OK);
	close_packet();
	assert_int_equal(changed.mid, 65535);
}

static void a_payload_is_cut_off_or_padded(void **state)
{
	(void)state;
	open_publish(MQTT_311, "0123456789");
	assert_int_equal(set("payload_bytes", EDIT_NUMBER(4)), SIM_OK);
	close_packet();
	assert_span(changed.payload, "0123");
	open_publish(MQTT_311, "01");
	assert_int_equal(set("payload_bytes", EDIT_NUMBER(5)), SIM_OK);
	close_packet();
	assert_span(changed.payload, "01   ");
	open_publish(MQTT_311, "01");
	assert_int_equal(set("payload_bytes", EDIT_NUMBER(MQTT_PACKET_MAX - 1024)),
			 SIM_OK);
	close_packet();
	assert_int_equal(changed.payload.length, MQTT_PACKET_MAX - 1024);
}

static void properties_are_set_added_and_taken_out(void **state)
{
	struct mqtt_property_value value;
	const struct mqtt_property *expiry = mqtt_property_find("message_expiry"),
				   *user = mqtt_property_find("0x26"),
				   *topic = mqtt_property_find("response_topic");
	(void)state;
	open_publish(MQTT_5, "x");
	assert_ptr_equal(user, mqtt_property_find("user_property"));
	assert_int_equal(edit_set_property(&edit, expiry, NULL, EDIT_NUMBER(9), &error),
			 SIM_OK);
	assert_int_equal(edit_add_property(&edit, user, "k", EDIT_TEXT("w"), &error),
			 SIM_OK);
	assert_int_equal(edit_set_property(&edit, user, "new", EDIT_TEXT("n"), &error),
			 SIM_OK);
	assert_int_equal(edit_set_property(&edit, topic, NULL, EDIT_TEXT("a/#"), &error),
			 SIM_OK);
	close_packet();
	assert_int_equal(mqtt_property(changed.properties, MQTT_PROPERTY_EXPIRY), 9);
	assert_true(mqtt_property_get(changed.properties, 0x08, &value));
	assert_span(value.text, "a/#");
	size_t users = 0;
	for (size_t at = 0; mqtt_property_next(changed.properties, &at, &value);)
		users += value.identifier == MQTT_PROPERTY_USER;
	assert_int_equal(users, 3);
	assert_int_equal(edit_remove_property(&edit, user, "k", &error), SIM_OK);
	assert_int_equal(edit_remove_property(&edit, expiry, NULL, &error), SIM_OK);
	close_packet();
	assert_int_equal(mqtt_property(changed.properties, MQTT_PROPERTY_EXPIRY), -1);
	assert_true(mqtt_property_get(changed.properties, MQTT_PROPERTY_USER, &value));
	assert_span(value.text, "new");
}

static void a_property_brings_the_code_it_stands_behind(void **state)
{
	const struct mqtt_packet plain = {.type = MQTT_PUBACK,
					  .version = MQTT_5,
					  .mid = 3};
	(void)state;
	open_packet(&plain);
	assert_int_equal(edit_set_property(&edit, mqtt_property_find("reason_string"),
					   NULL, EDIT_TEXT("because"), &error),
			 SIM_OK);
	close_packet();
	assert_true(changed.has_code && changed.has_properties);
	assert_int_equal(changed.code, 0);
	assert_int_equal(edit_set_property(&edit, mqtt_property_find("receive_maximum"),
					   NULL, EDIT_NUMBER(65536), &error),
			 SIM_EINVAL);
}

static void a_member_of_the_payload_is_replaced_and_the_rest_kept(void **state)
{
	(void)state;
	open_publish(MQTT_311, "{ \"print\" : {\"task_id\":\"1\",  \"a\":[1, 2.50]} }\n");
	assert_int_equal(edit_json_set(&edit, "print.task_id", "\"77\"", &error), SIM_OK);
	assert_int_equal(edit_json_set(&edit, "print.a.1", "null", &error), SIM_OK);
	close_packet();
	assert_span(changed.payload,
		    "{ \"print\" : {\"task_id\":\"77\",  \"a\":[1, null]} }\n");
	assert_int_equal(edit_json_remove(&edit, "print.task_id", &error), SIM_OK);
	assert_int_equal(edit_json_remove(&edit, "print.a.1", &error), SIM_OK);
	assert_int_equal(edit_json_remove(&edit, "print.absent", &error), SIM_OK);
	close_packet();
	assert_span(changed.payload, "{ \"print\" : {  \"a\":[1]} }\n");
	assert_int_equal(edit_json_set(&edit, "print.new", "true", &error), SIM_OK);
	assert_int_equal(edit_json_remove(&edit, "print.a", &error), SIM_OK);
	close_packet();
	assert_span(changed.payload, "{ \"print\" : {\"new\":true} }\n");
}

static void what_is_no_json_is_refused_with_its_place(void **state)
{
	(void)state;
	open_publish(MQTT_311, "{\"a\":01x}");
	assert_int_equal(edit_json_set(&edit, "a", "1", &error), SIM_EINVAL);
	assert_non_null(strstr(error.text, "no JSON"));
	assert_non_null(strstr(error.text, "byte 7"));
	open_publish(MQTT_311, "{\"a\":1}");
	assert_int_equal(edit_json_set(&edit, "a", "seven", &error), SIM_EINVAL);
	assert_non_null(strstr(error.text, "needs its quotes"));
	assert_int_equal(edit_json_set(&edit, "b.c", "1", &error), SIM_EINVAL);
	assert_non_null(strstr(error.text, "no object"));
	char deep[200];
	memset(deep, '[', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	open_publish(MQTT_311, deep);
	assert_int_equal(edit_json_set(&edit, "a", "1", &error), SIM_EINVAL);
	assert_non_null(strstr(error.text, "nested too deeply"));
}

static void json_cut_off_at_every_byte_is_survived(void **state)
{
	const char *text = "{\"print\":{\"task_id\":\"1\\\"\",\"a\":[1,-2.5e+3,{\"b\":"
			   "null}]},\"c\":false}";
	struct json_spot spot;
	(void)state;
	assert_true(json_spot_find(mqtt_text(text), "print.a.2.b", &spot, NULL));
	assert_true(spot.found);
	for (size_t n = 0; n < strlen(text); n++) {
		uint8_t *copy = malloc(n + 1); /* its own piece: overruns are seen */
		memcpy(copy, text, n);
		assert_false(
			json_spot_find(span_of(copy, n), "print.a.2.b", &spot, NULL));
		free(copy);
	}
}

static void lies_that_no_packet_may_tell_can_be_written(void **state)
{
	struct mqtt_packet connect = sample_connect(MQTT_311, true);
	const struct mqtt_packet ping = {.type = MQTT_PINGREQ, .version = MQTT_311};
	(void)state;
	open_packet(&connect);
	assert_int_equal(set("level", EDIT_NUMBER(6)), SIM_OK);
	assert_int_equal(set("reserved", EDIT_NUMBER(1)), SIM_OK);
	assert_int_equal(edit_encode(&edit, &after, &error), SIM_OK);
	assert_int_equal(bytes_length(&after), bytes_length(&before));
	assert_int_equal(bytes_data(&after)[8], 6);
	assert_int_equal(bytes_data(&after)[9], bytes_data(&before)[9] | 1);
	open_packet(&ping);
	assert_int_equal(set("extra", EDIT_TEXT("ab")), SIM_OK);
	assert_int_equal(set("flags", EDIT_NUMBER(3)), SIM_OK);
	assert_int_equal(edit_encode(&edit, &after, &error), SIM_OK);
	assert_true(same(span_of(bytes_data(&after), bytes_length(&after)),
			 mqtt_text("\xc3\x02"
				   "ab")));
	open_publish(MQTT_311, "x");
	assert_int_equal(set("qos", EDIT_NUMBER(3)), SIM_OK);
	assert_int_equal(set("mid", EDIT_NUMBER(0)), SIM_OK);
	assert_int_equal(edit_encode(&edit, &after, &error), SIM_OK);
	assert_int_equal(bytes_data(&after)[0], 0x36);
}

static void a_will_and_credentials_are_taken_out_and_put_in(void **state)
{
	struct mqtt_packet connect = sample_connect(MQTT_5, true);
	(void)state;
	open_packet(&connect);
	assert_int_equal(edit_remove(&edit, edit_field_find("will_topic"), &error),
			 SIM_OK);
	assert_int_equal(edit_remove(&edit, edit_field_find("user"), &error), SIM_OK);
	assert_int_equal(edit_remove(&edit, edit_field_find("password"), &error), SIM_OK);
	close_packet();
	assert_false(changed.connect.has_will);
	assert_null(changed.connect.user.data);
	assert_null(changed.connect.password.data);
	assert_int_equal(set("will_payload", EDIT_TEXT("p")), SIM_EINVAL);
	assert_non_null(strstr(error.text, "set will_topic first"));
	assert_int_equal(set("will_topic", EDIT_TEXT("w")), SIM_OK);
	assert_int_equal(set("will_payload", EDIT_TEXT("p")), SIM_OK);
	assert_int_equal(set("user", EDIT_TEXT("")), SIM_OK);
	close_packet();
	assert_span(changed.connect.will_topic, "w");
	assert_span(changed.connect.will_payload, "p");
	assert_non_null(changed.connect.user.data);
}

static void subscriptions_and_their_codes_are_replaced(void **state)
{
	struct mqtt_packet subscribe = {.type = MQTT_SUBSCRIBE,
					.version = MQTT_311,
					.mid = 1,
					.entries = SPAN(sample_filters)};
	struct mqtt_packet suback = {.type = MQTT_SUBACK,
				     .version = MQTT_311,
				     .mid = 1,
				     .entries = SPAN(sample_codes)};
	(void)state;
	open_packet(&subscribe);
	assert_int_equal(set("filter", EDIT_TEXT("elsewhere/#")), SIM_OK);
	assert_int_equal(set("options", EDIT_NUMBER(0)), SIM_OK);
	close_packet();
	assert_true(same(changed.entries, span_of("\0\xb"
						  "elsewhere/#\0\0\1#\0",
						  18)));
	open_packet(&suback);
	assert_int_equal(set("granted", EDIT_NUMBER(128)), SIM_OK);
	assert_int_equal(set("entries", EDIT_NUMBER(3)), SIM_OK);
	close_packet();
	assert_true(same(changed.entries, span_of("\x80\x80\x80", 3)));
	open_packet(&suback); /* one of many */
	assert_int_equal(set("entry", EDIT_NUMBER(2)), SIM_OK);
	assert_int_equal(set("granted", EDIT_NUMBER(0x87)), SIM_OK);
	close_packet();
	assert_true(same(changed.entries, span_of("\1\x87", 2)));
	open_packet(&subscribe);
	assert_int_equal(set("entry", EDIT_NUMBER(2)), SIM_OK);
	assert_int_equal(set("filter", EDIT_TEXT("$SYS/#")), SIM_OK);
	assert_int_equal(set("options", EDIT_NUMBER(0)), SIM_OK);
	close_packet();
	assert_true(same(changed.entries, span_of("\0\3a/+\1\0\6$SYS/#\0", 15)));
	assert_int_equal(set("entry", EDIT_NUMBER(3)), SIM_OK);
	assert_int_equal(set("filter", EDIT_TEXT("x")), SIM_EINVAL);
	assert_string_equal(error.text, "entry: this SUBSCRIBE has 2");
}

static void a_property_of_the_will_stands_in_the_will(void **state)
{
	struct mqtt_packet full = sample_connect(MQTT_5, true),
			   bare = sample_connect(MQTT_5, false);
	const struct mqtt_property *delay = mqtt_property_find("will_delay");
	(void)state;
	open_packet(&full);
	assert_int_equal(edit_set_property(&edit, delay, NULL, EDIT_NUMBER(60), &error),
			 SIM_OK);
	close_packet();
	assert_int_equal(changed.properties.length, 0);
	assert_int_equal(mqtt_property(changed.connect.will_properties, 0x18), 60);
	open_packet(&bare);
	assert_int_equal(edit_set_property(&edit, delay, NULL, EDIT_NUMBER(60), &error),
			 SIM_EINVAL);
	assert_string_equal(error.text, "will_delay: this CONNECT has no will");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(untouched_packets_are_the_same_bytes, clean_up),
		cmocka_unit_test_teardown(fields_set_to_what_they_are_change_nothing,
					  clean_up),
		cmocka_unit_test_teardown(every_field_is_seen_after_it_was_set, clean_up),
		cmocka_unit_test_teardown(a_field_of_another_packet_is_refused_in_words,
					  clean_up),
		cmocka_unit_test_teardown(
			the_identifier_comes_and_goes_with_the_quality_of_service,
			clean_up),
		cmocka_unit_test_teardown(a_payload_is_cut_off_or_padded, clean_up),
		cmocka_unit_test_teardown(a_property_of_the_will_stands_in_the_will,
					  clean_up),
		cmocka_unit_test_teardown(properties_are_set_added_and_taken_out,
					  clean_up),
		cmocka_unit_test_teardown(a_property_brings_the_code_it_stands_behind,
					  clean_up),
		cmocka_unit_test_teardown(
			a_member_of_the_payload_is_replaced_and_the_rest_kept, clean_up),
		cmocka_unit_test_teardown(what_is_no_json_is_refused_with_its_place,
					  clean_up),
		cmocka_unit_test_teardown(json_cut_off_at_every_byte_is_survived,
					  clean_up),
		cmocka_unit_test_teardown(lies_that_no_packet_may_tell_can_be_written,
					  clean_up),
		cmocka_unit_test_teardown(a_will_and_credentials_are_taken_out_and_put_in,
					  clean_up),
		cmocka_unit_test_teardown(subscriptions_and_their_codes_are_replaced,
					  clean_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
