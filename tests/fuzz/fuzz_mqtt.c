/*
 * fuzz_mqtt.c - noise for the MQTT codec.
 *
 * The first byte chooses the protocol version and how the rest is cut into pieces. Then:
 *
 *   - framing in pieces finds the same packets as framing at once;
 *   - a packet that decodes has all its spans inside itself, and encodes to itself, if
 *     its lengths were written in the fewest bytes; else to something that decodes to
 *     the same fields;
 *   - one that does not decode has a reason and a place inside it.
 */
#include "tests/fuzz/fuzz.h"

#include "net/codec.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void check_span(const struct mqtt_packet *packet, struct mqtt_span span)
{
	const uint8_t *start = packet->bytes.data, *end = start + packet->bytes.length;
	assert(span.length == 0 ||
	       (span.data >= start && span.data + span.length <= end));
}

static void check_same(struct mqtt_span a, struct mqtt_span b)
{
	assert(a.length == b.length);
	assert(a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static void check_filters(const struct mqtt_packet *packet)
{
	struct mqtt_span filter;
	uint8_t options;
	size_t at = 0, n = 0;
	if (packet->type != MQTT_SUBSCRIBE && packet->type != MQTT_UNSUBSCRIBE)
		return;
	while (mqtt_next_filter(packet, &at, &filter, &options)) {
		check_span(packet, filter);
		n++;
	}
	assert(n == packet->n_entries && at == packet->entries.length);
}

static void check_decoded(const struct mqtt_packet *packet)
{
	const struct mqtt_connect *connect = &packet->connect;
	const struct mqtt_span spans[] = {
		packet->topic,       packet->payload,       packet->properties,
		packet->entries,     connect->client_id,    connect->will_properties,
		connect->will_topic, connect->will_payload, connect->user,
		connect->password,
	};
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++)
		check_span(packet, spans[i]);
	check_filters(packet);
	mqtt_property(packet->properties, MQTT_PROPERTY_EXPIRY);

	struct bytes bytes = {0};
	struct mqtt_packet again;
	bool fits = mqtt_encode(packet, &bytes);
	assert(fits);
	assert(bytes_length(&bytes) <= packet->bytes.length);
	fits = mqtt_decode(bytes_data(&bytes), bytes_length(&bytes), packet->version,
			   &again, NULL);
	assert(fits);
	if (bytes_length(&bytes) == packet->bytes.length)
		check_same((struct mqtt_span){bytes_data(&bytes), bytes_length(&bytes)},
			   packet->bytes);
	assert(again.type == packet->type && again.mid == packet->mid);
	assert(again.qos == packet->qos && again.code == packet->code);
	check_same(again.topic, packet->topic);
	check_same(again.payload, packet->payload);
	check_same(again.properties, packet->properties);
	check_same(again.entries, packet->entries);
	check_same(again.connect.client_id, packet->connect.client_id);
	bytes_fini(&bytes);
}

/* The length of the first packet, found with growing pieces; 0: none. */
static size_t frame_in_pieces(const uint8_t *data, size_t size, size_t step)
{
	size_t length;
	for (size_t have = 0;; have = have + step < size ? have + step : size) {
		enum mqtt_framing framing = mqtt_frame(data, have, &length, NULL);
		if (framing == MQTT_FRAME_WHOLE)
			return length;
		if (framing == MQTT_FRAME_BAD || have == size)
			return 0;
		assert(length > have);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	int version = data[0] & 7;
	size_t step = 1 + (data[0] >> 3), length;
	data++;
	size--;
	while (size > 0) {
		struct mqtt_packet packet;
		struct mqtt_error error = {.reason = NULL};
		enum mqtt_framing framing = mqtt_frame(data, size, &length, &error);
		assert(frame_in_pieces(data, size, step) ==
		       (framing == MQTT_FRAME_WHOLE ? length : 0));
		if (framing != MQTT_FRAME_WHOLE) {
			assert(framing == MQTT_FRAME_MORE ||
			       (error.reason && error.offset <= size));
			break;
		}
		/* Memory of its own, so that a byte too far is seen. */
		uint8_t *copy = malloc(length);
		if (!copy)
			break;
		memcpy(copy, data, length);
		if (mqtt_decode(copy, length, version, &packet, &error)) {
			check_decoded(&packet);
			version = packet.version;
		} else {
			assert(error.reason && error.offset <= length);
		}
		free(copy);
		data += length;
		size -= length;
	}
	return 0;
}
