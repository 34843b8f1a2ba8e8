/*
 * packets.h - one legal packet of every type and version, and a source of luck, for
 * tests that must not miss one.
 */
#ifndef JOBJAM_TESTS_NET_PACKETS_H
#define JOBJAM_TESTS_NET_PACKETS_H

#include "tests/testing.h"

#include "net/codec.h"
#include "sim/core/chance.h"

#pragma GCC diagnostic ignored "-Wunused-function"

struct sample {
	struct mqtt_packet packet;
	bool up;
};

enum {
	SAMPLES_MAX = 48
};

static const uint8_t sample_filters[] = {0, 3, 'a', '/', '+', 1, 0, 1, '#', 2};
static const uint8_t sample_bare_filters[] = {0, 3, 'a', '/', '+', 0, 1, '#'};
static const uint8_t sample_codes[] = {1, 0x80};
/* expiry 60 s; user property "k" = "v" */
static const uint8_t sample_properties[] = {0x02, 0, 0,   0, 60, 0x26,
					    0,    1, 'k', 0, 1,  'v'};
/* receive maximum 20, maximum packet size */
static const uint8_t sample_connack_properties[] = {0x21, 0, 20, 0x27, 0, 1, 0, 0};

static struct mqtt_span span_of(const void *data, size_t length)
{
	return (struct mqtt_span){data, length};
}

#define SPAN(array) span_of((array), sizeof(array))

static struct mqtt_packet sample_connect(int version, bool full)
{
	struct mqtt_packet packet = {.type = MQTT_CONNECT, .version = version};
	packet.has_properties = version == MQTT_5;
	packet.connect = (struct mqtt_connect){.version = version,
					       .clean = !full,
					       .keepalive_s = 60,
					       .client_id = mqtt_text("id")};
	if (!full)
		return packet;
	packet.connect.has_will = packet.connect.will_retain = true;
	packet.connect.will_qos = 1;
	packet.connect.will_topic = mqtt_text("will/t");
	packet.connect.will_payload = mqtt_text("gone");
	packet.connect.user = mqtt_text("me");
	packet.connect.password = mqtt_text("");
	return packet;
}

/* Fills samples with the packets of a version; returns how many. */
static size_t make_samples(int version, struct sample samples[SAMPLES_MAX])
{
	static const enum mqtt_type acks[] = {MQTT_PUBACK, MQTT_PUBREC, MQTT_PUBREL,
					      MQTT_PUBCOMP};
	bool five = version == MQTT_5;
	size_t n = 0;
#define SAMPLE(is_up, ...)                                                          \
	samples[n++] = (struct sample){.packet = {.version = version, __VA_ARGS__}, \
				       .up = (is_up)}
	samples[n++] = (struct sample){sample_connect(version, false), true};
	samples[n++] = (struct sample){sample_connect(version, true), true};
	SAMPLE(false, .type = MQTT_CONNACK, .has_code = true, .session_present = true,
	       .has_properties = five,
	       .properties = five ? SPAN(sample_connack_properties) : span_of(NULL, 0));
	for (int qos = 0; qos < 3; qos++)
		SAMPLE(qos == 1, .type = MQTT_PUBLISH, .qos = qos, .dup = qos == 2,
		       .retain = qos == 0, .mid = (uint16_t)(qos ? 0x1234 : 0),
		       .topic = mqtt_text("device/1/request"),
		       .payload = mqtt_text("{\"a\":1}"), .has_properties = five,
		       .properties = five ? SPAN(sample_properties) : span_of(NULL, 0));
	SAMPLE(true, .type = MQTT_PUBLISH, .topic = mqtt_text("empty"),
	       .has_properties = five);
	for (size_t i = 0; i < 4; i++) {
		SAMPLE(i % 2, .type = acks[i], .mid = 7);
		if (five)
			SAMPLE(i % 2, .type = acks[i], .mid = 8, .has_code = true,
			       .code = 0x10);
		if (five)
			SAMPLE(i % 2, .type = acks[i], .mid = 9, .has_code = true,
			       .code = 0x80, .has_properties = true);
	}
	SAMPLE(true, .type = MQTT_SUBSCRIBE, .mid = 1, .entries = SPAN(sample_filters),
	       .has_properties = five);
	SAMPLE(false, .type = MQTT_SUBACK, .mid = 1, .entries = SPAN(sample_codes),
	       .has_properties = five);
	SAMPLE(true, .type = MQTT_UNSUBSCRIBE, .mid = 2,
	       .entries = SPAN(sample_bare_filters), .has_properties = five);
	SAMPLE(false, .type = MQTT_UNSUBACK, .mid = 2, .has_properties = five,
	       .entries = five ? SPAN(sample_codes) : span_of(NULL, 0));
	SAMPLE(true, .type = MQTT_PINGREQ);
	SAMPLE(false, .type = MQTT_PINGRESP);
	SAMPLE(true, .type = MQTT_DISCONNECT);
	if (five) {
		SAMPLE(false, .type = MQTT_DISCONNECT, .has_code = true, .code = 0x8e,
		       .has_properties = true);
		SAMPLE(true, .type = MQTT_AUTH, .has_code = true, .code = 0x18,
		       .has_properties = true);
	}
#undef SAMPLE
	return n;
}

#endif
