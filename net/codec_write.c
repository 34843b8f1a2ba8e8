/* codec_write.c - writing MQTT packets: the inverse of codec.c. */
#include "net/codec.h"

#include <string.h>

/* Appends to a buffer; a failure sticks. */
struct writer {
	struct bytes bytes;
	bool failed;
};

static void put(struct writer *writer, const void *data, size_t length)
{
	if (!writer->failed && !bytes_add(&writer->bytes, data, length))
		writer->failed = true;
}

static void put_byte(struct writer *writer, unsigned byte)
{
	uint8_t b = (uint8_t)byte;
	put(writer, &b, 1);
}

static void put_16(struct writer *writer, unsigned value)
{
	put_byte(writer, value >> 8);
	put_byte(writer, value & 0xff);
}

static void put_span(struct writer *writer, struct mqtt_span span)
{
	if (span.length > 0)
		put(writer, span.data, span.length);
}

static void put_field(struct writer *writer, struct mqtt_span span)
{
	if (span.length > UINT16_MAX)
		writer->failed = true;
	put_16(writer, (unsigned)span.length);
	put_span(writer, span);
}

static void put_varint(struct writer *writer, size_t value)
{
	do {
		put_byte(writer, (unsigned)(value & 0x7f) | (value > 0x7f ? 0x80U : 0));
		value >>= 7;
	} while (value > 0);
}

static void put_properties(struct writer *writer, struct mqtt_span properties)
{
	put_varint(writer, properties.length);
	put_span(writer, properties);
}

static void write_connect(struct writer *writer, const struct mqtt_packet *packet)
{
	const struct mqtt_connect *connect = &packet->connect;
	put_field(writer, mqtt_text(connect->version == MQTT_31 ? "MQIsdp" : "MQTT"));
	put_byte(writer, (unsigned)connect->version);
	put_byte(writer, (connect->clean ? 2U : 0) | (connect->has_will ? 4U : 0) |
				 (unsigned)connect->will_qos << 3 |
				 (connect->will_retain ? 0x20U : 0) |
				 (connect->password.data ? 0x40U : 0) |
				 (connect->user.data ? 0x80U : 0));
	put_16(writer, connect->keepalive_s);
	if (connect->version == MQTT_5)
		put_properties(writer, packet->properties);
	put_field(writer, connect->client_id);
	if (connect->has_will) {
		if (connect->version == MQTT_5)
			put_properties(writer, connect->will_properties);
		put_field(writer, connect->will_topic);
		put_field(writer, connect->will_payload);
	}
	if (connect->user.data)
		put_field(writer, connect->user);
	if (connect->password.data)
		put_field(writer, connect->password);
}

static void write_tail(struct writer *writer, const struct mqtt_packet *packet)
{
	if (packet->has_code)
		put_byte(writer, packet->code);
	if (packet->has_properties)
		put_properties(writer, packet->properties);
}

static void write_body(struct writer *writer, const struct mqtt_packet *packet)
{
	switch (packet->type) {
	case MQTT_CONNECT:
		write_connect(writer, packet);
		break;
	case MQTT_CONNACK:
		put_byte(writer, packet->session_present);
		write_tail(writer, packet);
		break;
	case MQTT_PUBLISH:
		put_field(writer, packet->topic);
		if (packet->qos > 0)
			put_16(writer, packet->mid);
		if (packet->version == MQTT_5)
			put_properties(writer, packet->properties);
		put_span(writer, packet->payload);
		break;
	case MQTT_SUBSCRIBE:
	case MQTT_SUBACK:
	case MQTT_UNSUBSCRIBE:
	case MQTT_UNSUBACK:
		put_16(writer, packet->mid);
		if (packet->version == MQTT_5)
			put_properties(writer, packet->properties);
		put_span(writer, packet->entries);
		break;
	case MQTT_PUBACK:
	case MQTT_PUBREC:
	case MQTT_PUBREL:
	case MQTT_PUBCOMP:
		put_16(writer, packet->mid);
		write_tail(writer, packet);
		break;
	case MQTT_DISCONNECT:
	case MQTT_AUTH:
		write_tail(writer, packet);
		break;
	case MQTT_PINGREQ:
	case MQTT_PINGRESP:
		break;
	}
}

static unsigned first_byte(const struct mqtt_packet *packet)
{
	unsigned flags = 0;
	if (packet->type == MQTT_PUBLISH)
		flags = (packet->dup ? 8U : 0) | (unsigned)packet->qos << 1 |
			packet->retain;
	else if (packet->type == MQTT_PUBREL || packet->type == MQTT_SUBSCRIBE ||
		 packet->type == MQTT_UNSUBSCRIBE)
		flags = 2;
	return (unsigned)packet->type << 4 | flags;
}

bool mqtt_encode(const struct mqtt_packet *packet, struct bytes *out)
{
	return mqtt_encode_with(packet, (struct mqtt_span){0}, out);
}

bool mqtt_encode_with(const struct mqtt_packet *packet, struct mqtt_span extra,
		      struct bytes *out)
{
	struct writer body = {0}, whole = {0};
	write_body(&body, packet);
	if (extra.length > 0)
		put_span(&body, extra);
	put_byte(&whole, first_byte(packet));
	put_varint(&whole, bytes_length(&body.bytes));
	if (bytes_length(&body.bytes) > 0)
		put(&whole, bytes_data(&body.bytes), bytes_length(&body.bytes));
	bool fine = !body.failed && !whole.failed &&
		    bytes_length(&whole.bytes) <= MQTT_PACKET_MAX &&
		    bytes_add(out, bytes_data(&whole.bytes), bytes_length(&whole.bytes));
	bytes_fini(&body.bytes);
	bytes_fini(&whole.bytes);
	return fine;
}
