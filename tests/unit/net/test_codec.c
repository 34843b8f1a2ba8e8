/* MQTT packets of every type: there and back, cut off, and made of noise. */
#include "tests/unit/net/packets.h"

static const int versions[] = {MQTT_31, MQTT_311, MQTT_5};

/* Calls fn for the bytes of every sample. */
static void for_each_sample(void (*fn)(const uint8_t *bytes, size_t length, int version))
{
	struct sample samples[SAMPLES_MAX];
	for (size_t v = 0; v < 3; v++) {
		size_t n = make_samples(versions[v], samples);
		for (size_t i = 0; i < n; i++) {
			struct bytes bytes = {0};
			assert_true(mqtt_encode(&samples[i].packet, &bytes));
			fn(bytes_data(&bytes), bytes_length(&bytes), versions[v]);
			bytes_fini(&bytes);
		}
	}
}

static bool same(struct mqtt_span a, struct mqtt_span b)
{
	return a.length == b.length &&
	       (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static void every_type_comes_back_as_it_was(void **state)
{
	struct sample samples[SAMPLES_MAX];
	bool types[16] = {false};
	(void)state;
	for (size_t v = 0; v < 3; v++) {
		size_t n = make_samples(versions[v], samples);
		for (size_t i = 0; i < n; i++) {
			const struct mqtt_packet *in = &samples[i].packet;
			struct mqtt_packet out;
			struct mqtt_error error;
			struct bytes bytes = {0};
			assert_true(mqtt_encode(in, &bytes));
			if (!mqtt_decode(bytes_data(&bytes), bytes_length(&bytes),
					 versions[v], &out, &error))
				fail_msg("%s at %zu of %s", error.reason, error.offset,
					 mqtt_type_name(in->type));
			types[in->type] = true;
			assert_int_equal(out.type, in->type);
			assert_int_equal(out.mid, in->mid);
			assert_int_equal(out.qos, in->qos);
			assert_int_equal(out.dup, in->dup);
			assert_int_equal(out.retain, in->retain);
			assert_int_equal(out.code, in->code);
			assert_int_equal(out.has_code, in->has_code);
			assert_int_equal(out.session_present, in->session_present);
			assert_true(same(out.topic, in->topic));
			assert_true(same(out.payload, in->payload));
			assert_true(same(out.properties, in->properties));
			assert_true(same(out.entries, in->entries));
			assert_true(same(out.connect.client_id, in->connect.client_id));
			assert_true(same(out.connect.will_topic, in->connect.will_topic));
			assert_true(
				same(out.connect.will_payload, in->connect.will_payload));
			assert_true(same(out.connect.user, in->connect.user));
			assert_int_equal(out.connect.keepalive_s,
					 in->connect.keepalive_s);
			assert_int_equal(out.connect.clean, in->connect.clean);
			assert_int_equal(out.connect.will_qos, in->connect.will_qos);
			bytes_fini(&bytes);
		}
	}
	for (int type = MQTT_CONNECT; type <= MQTT_AUTH; type++)
		assert_true(types[type]);
}

static void encodes_back(const uint8_t *data, size_t length, int version)
{
	struct mqtt_packet packet;
	struct bytes bytes = {0};
	assert_true(mqtt_decode(data, length, version, &packet, NULL));
	assert_true(mqtt_encode(&packet, &bytes));
	assert_int_equal(bytes_length(&bytes), length);
	assert_memory_equal(bytes_data(&bytes), data, length);
	bytes_fini(&bytes);
}

static void what_decodes_encodes_to_the_same_bytes(void **state)
{
	(void)state;
	for_each_sample(encodes_back);
}

/* In memory of exactly that size, so that a sanitizer sees one byte too far. */
static void survives_every_cut(const uint8_t *data, size_t length, int version)
{
	for (size_t cut = 0; cut < length; cut++) {
		uint8_t *copy = malloc(cut ? cut : 1);
		struct mqtt_packet packet;
		struct mqtt_error error = {.reason = NULL};
		size_t needed;
		memcpy(copy, data, cut);
		assert_int_equal(mqtt_frame(copy, cut, &needed, &error), MQTT_FRAME_MORE);
		assert_true(needed > cut && needed <= length);
		assert_false(mqtt_decode(copy, cut, version, &packet, &error));
		/* The same with a length that claims the rest is not there. */
		if (cut >= 2) {
			copy[1] = (uint8_t)(cut - 2);
			if (length < 128 &&
			    !mqtt_decode(copy, cut, version, &packet, &error)) {
				assert_non_null(error.reason);
				assert_true(error.offset <= cut);
			}
		}
		free(copy);
	}
}

static void truncation_at_every_byte_is_survived(void **state)
{
	(void)state;
	for_each_sample(survives_every_cut);
}

static void random_bytes_are_survived(void **state)
{
	struct chance chance = chance_stream(1, "codec", "noise");
	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t length = (size_t)chance_int(&chance, 0, 40), needed;
		uint8_t *noise = malloc(length ? length : 1);
		struct mqtt_packet packet;
		struct mqtt_error error = {.reason = NULL};
		for (size_t i = 0; i < length; i++)
			noise[i] = (uint8_t)chance_u64(&chance);
		if (length > 1 && chance_bool(&chance, 0.8))
			noise[1] = (uint8_t)(length -
					     2); /* so that the fields are reached */
		int version = (int)chance_int(&chance, 0, 5);
		enum mqtt_framing framing = mqtt_frame(noise, length, &needed, &error);
		if (framing == MQTT_FRAME_BAD)
			assert_non_null(error.reason);
		if (framing == MQTT_FRAME_WHOLE &&
		    !mqtt_decode(noise, needed, version, &packet, &error))
			assert_true(error.reason && error.offset <= needed);
		free(noise);
	}
}

static void changed_samples(const uint8_t *data, size_t length, int version)
{
	struct chance chance = chance_stream(length, "codec", "mutation");
	for (int round = 0; round < 200; round++) {
		uint8_t *copy = malloc(length);
		struct mqtt_packet packet;
		struct mqtt_error error = {.reason = NULL};
		memcpy(copy, data, length);
		for (int k = 0; k < 3; k++)
			copy[chance_int(&chance, 0, (int64_t)length - 1)] =
				(uint8_t)chance_u64(&chance);
		if (!mqtt_decode(copy, length, version, &packet, &error))
			assert_non_null(error.reason);
		free(copy);
	}
}

static void samples_with_wrong_bytes_are_survived(void **state)
{
	(void)state;
	for_each_sample(changed_samples);
}

static void expect_reason(const char *bytes, size_t length, int version,
			  const char *reason, size_t offset)
{
	struct mqtt_packet packet;
	struct mqtt_error error = {.reason = NULL};
	assert_false(
		mqtt_decode((const uint8_t *)bytes, length, version, &packet, &error));
	assert_string_equal(error.reason, reason);
	assert_int_equal(error.offset, offset);
}

#define EXPECT(bytes, version, reason, offset) \
	expect_reason(bytes, sizeof(bytes) - 1, version, reason, offset)

static void each_malformation_has_its_reason_and_place(void **state)
{
	(void)state;
	EXPECT("\x00\x00", MQTT_311, "packet type 0 is reserved", 0);
	EXPECT("\xc0\xff\xff\xff\xff\x01", MQTT_311,
	       "remaining length of more than four bytes", 4);
	EXPECT("\x36\x05\x00\x01t\x00\x01", MQTT_311, "QoS 3", 0);
	EXPECT("\x32\x05\x00\x01t\x00\x00", MQTT_311, "packet identifier 0", 5);
	EXPECT("\x30\x04\x00\x05tt", MQTT_311, "packet ends inside a field", 4);
	EXPECT("\x30\x03\x00\x01\xff", MQTT_311,
	       "text is not well-formed UTF-8, or holds U+0000", 2);
	EXPECT("\x30\x03\x00\x01\x00", MQTT_311,
	       "text is not well-formed UTF-8, or holds U+0000", 2);
	EXPECT("\x60\x02\x00\x01", MQTT_311, "reserved flags in the first byte", 2);
	EXPECT("\xc0\x01\x00", MQTT_311, "bytes after the last field", 2);
	EXPECT("\xc0\x00", 0, "the first packet is no CONNECT", 2);
	EXPECT("\xf0\x00", MQTT_311, "AUTH before MQTT 5.0", 2);
	EXPECT("\x30\x05\x00\x01t\x01\x99", MQTT_5, "unknown or cut-off property", 6);
	EXPECT("\x90\x02\x00\x01", MQTT_311, "no reason code", 4);
	EXPECT("\x10\x0c\x00\x04MQTT\x07\x02\x00\x3c\x00\x00", 0,
	       "unknown protocol name or level", 9);
	EXPECT("\x10\x0c\x00\x04MQTT\x04\x03\x00\x3c\x00\x00", 0,
	       "connect flags contradict each other", 10);
}

static void a_packet_that_is_too_long_is_not_framed(void **state)
{
	size_t length;
	struct mqtt_error error;
	(void)state;
	/* 1 MiB in all is framed, one byte more is not. */
	assert_int_equal(mqtt_frame((const uint8_t *)"\x30\xfc\xff\x3f", 4, &length,
				    &error),
			 MQTT_FRAME_MORE);
	assert_int_equal(length, MQTT_PACKET_MAX);
	assert_int_equal(mqtt_frame((const uint8_t *)"\x30\xfd\xff\x3f", 4, &length,
				    &error),
			 MQTT_FRAME_BAD);
}

static void framing_needs_no_more_than_it_asks_for(void **state)
{
	struct sample samples[SAMPLES_MAX];
	struct bytes stream = {0};
	size_t n = make_samples(MQTT_5, samples), whole = 0, at = 0, have = 0, length;
	(void)state;
	for (size_t i = 0; i < n; i++)
		assert_true(mqtt_encode(&samples[i].packet, &stream));
	while (at < bytes_length(&stream)) {
		const uint8_t *data = bytes_data(&stream) + at;
		if (mqtt_frame(data, have, &length, NULL) == MQTT_FRAME_MORE) {
			assert_true(length > have);
			have = length;
			continue;
		}
		assert_int_equal(length, have);
		at += length;
		have = 0;
		whole++;
	}
	assert_int_equal(whole, n);
	bytes_fini(&stream);
}

static void filters_and_properties_are_read_in_place(void **state)
{
	struct mqtt_packet packet = {.type = MQTT_SUBSCRIBE,
				     .version = MQTT_311,
				     .mid = 1,
				     .entries = SPAN(sample_filters)};
	struct mqtt_span filter;
	uint8_t options;
	size_t at = 0;
	(void)state;
	assert_true(mqtt_next_filter(&packet, &at, &filter, &options));
	assert_true(same(filter, mqtt_text("a/+")));
	assert_int_equal(options, 1);
	assert_true(mqtt_next_filter(&packet, &at, &filter, &options));
	assert_true(same(filter, mqtt_text("#")));
	assert_false(mqtt_next_filter(&packet, &at, &filter, &options));
	assert_int_equal(mqtt_property(SPAN(sample_properties), MQTT_PROPERTY_EXPIRY),
			 60);
	assert_int_equal(mqtt_property(SPAN(sample_properties),
				       MQTT_PROPERTY_TOPIC_ALIAS),
			 -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_comes_back_as_it_was),
		cmocka_unit_test(what_decodes_encodes_to_the_same_bytes),
		cmocka_unit_test(truncation_at_every_byte_is_survived),
		cmocka_unit_test(random_bytes_are_survived),
		cmocka_unit_test(samples_with_wrong_bytes_are_survived),
		cmocka_unit_test(each_malformation_has_its_reason_and_place),
		cmocka_unit_test(a_packet_that_is_too_long_is_not_framed),
		cmocka_unit_test(framing_needs_no_more_than_it_asks_for),
		cmocka_unit_test(filters_and_properties_are_read_in_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
