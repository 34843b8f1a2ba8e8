/* codec.c - reading MQTT packets: the frame, then the fields. */
#include "net/codec.h"

#include "net/codec_properties.h"

#include <string.h>

const char *const mqtt_type_names[] = {
	"any",     "CONNECT",  "CONNACK",    "PUBLISH", "PUBACK",      "PUBREC",
	"PUBREL",  "PUBCOMP",  "SUBSCRIBE",  "SUBACK",  "UNSUBSCRIBE", "UNSUBACK",
	"PINGREQ", "PINGRESP", "DISCONNECT", "AUTH",    NULL,
};

const char *mqtt_type_name(enum mqtt_type type)
{
	return type >= MQTT_CONNECT && type <= MQTT_AUTH ? mqtt_type_names[type] : "?";
}

struct mqtt_span mqtt_text(const char *text)
{
	return (struct mqtt_span){(const uint8_t *)text, strlen(text)};
}

static void say(struct mqtt_error *error, size_t offset, const char *reason)
{
	if (error)
		*error = (struct mqtt_error){.offset = offset, .reason = reason};
}

/* *ret_header: where the fields begin, if it is whole. */
static enum mqtt_framing frame(const uint8_t *data, size_t length, size_t *ret_header,
			       size_t *ret_length, struct mqtt_error *ret_error)
{
	*ret_length = 2;
	if (length == 0)
		return MQTT_FRAME_MORE;
	if (data[0] >> 4 == 0) {
		say(ret_error, 0, "packet type 0 is reserved");
		return MQTT_FRAME_BAD;
	}
	size_t rest = 0;
	for (size_t i = 1; i < MQTT_HEADER_MAX; i++) {
		*ret_length = i + 1;
		if (i >= length)
			return MQTT_FRAME_MORE;
		rest |= (size_t)(data[i] & 0x7f) << (7 * (i - 1));
		if (data[i] & 0x80)
			continue;
		*ret_header = i + 1;
		*ret_length = i + 1 + rest;
		if (*ret_length > MQTT_PACKET_MAX) {
			say(ret_error, i, "packet larger than jobjam frames");
			return MQTT_FRAME_BAD; /* *ret_length says how long it is */
		}
		return *ret_length <= length ? MQTT_FRAME_WHOLE : MQTT_FRAME_MORE;
	}
	say(ret_error, 4, "remaining length of more than four bytes");
	return MQTT_FRAME_BAD;
}

enum mqtt_framing mqtt_frame(const uint8_t *data, size_t length, size_t *ret_length,
			     struct mqtt_error *ret_error)
{
	size_t header;
	return frame(data, length, &header, ret_length, ret_error);
}

/* --- fields ----------------------------------------------------------------------- */

/* Reads on from `at`; the first thing wrong sticks in `reason`. */
struct reader {
	const uint8_t *data;
	size_t at, length;
	const char *reason;
};

static bool want(struct reader *reader, size_t n)
{
	if (!reader->reason && reader->length - reader->at < n)
		reader->reason = "packet ends inside a field";
	return !reader->reason;
}

static uint8_t read_byte(struct reader *reader)
{
	return want(reader, 1) ? reader->data[reader->at++] : 0;
}

static uint16_t read_16(struct reader *reader)
{
	if (!want(reader, 2))
		return 0;
	reader->at += 2;
	return (uint16_t)(reader->data[reader->at - 2] << 8 |
			  reader->data[reader->at - 1]);
}

static struct mqtt_span read_span(struct reader *reader, size_t length)
{
	if (!want(reader, length))
		return (struct mqtt_span){0};
	reader->at += length;
	return (struct mqtt_span){reader->data + reader->at - length, length};
}

static struct mqtt_span read_binary(struct reader *reader)
{
	return read_span(reader, read_16(reader));
}

static struct mqtt_span read_text(struct reader *reader)
{
	size_t start = reader->at;
	struct mqtt_span span = read_binary(reader);
	if (!reader->reason && !mqtt_utf8_is_well_formed(span.data, span.length)) {
		reader->at = start;
		reader->reason = "text is not well-formed UTF-8, or holds U+0000";
	}
	return span;
}

static uint16_t read_mid(struct reader *reader)
{
	size_t start = reader->at;
	uint16_t mid = read_16(reader);
	if (!reader->reason && mid == 0) {
		reader->at = start;
		reader->reason = "packet identifier 0";
	}
	return mid;
}

static struct mqtt_span read_properties(struct reader *reader)
{
	if (reader->reason)
		return (struct mqtt_span){0};
	size_t used, length;
	if (!mqtt_read_varint(reader->data + reader->at, reader->length - reader->at,
			      &used, &length)) {
		reader->reason = "length of the properties is cut off or too long";
		return (struct mqtt_span){0};
	}
	reader->at += used;
	size_t start = reader->at;
	struct mqtt_span span = read_span(reader, length);
	size_t bad;
	if (!reader->reason && !mqtt_properties_are_well_formed(span, &bad)) {
		reader->at = start + bad;
		reader->reason = "unknown or cut-off property";
	}
	return span;
}

static void read_connect(struct reader *reader, struct mqtt_packet *packet)
{
	struct mqtt_connect *connect = &packet->connect;
	struct mqtt_span protocol = read_text(reader);
	connect->version = read_byte(reader);
	if (reader->reason)
		return;
	const char *name = connect->version == MQTT_31 ? "MQIsdp" : "MQTT";
	if (connect->version < MQTT_31 || connect->version > MQTT_5 ||
	    protocol.length != strlen(name) ||
	    memcmp(protocol.data, name, protocol.length) != 0) {
		reader->reason = "unknown protocol name or level";
		return;
	}
	packet->version = connect->version;
	uint8_t flags = read_byte(reader);
	if ((flags & 0x01) || (flags & 0x18) == 0x18 ||
	    (!(flags & 0x04) && (flags & 0x38)))
		reader->reason = "connect flags contradict each other";
	connect->clean = flags & 0x02;
	connect->has_will = flags & 0x04;
	connect->will_qos = flags >> 3 & 3;
	connect->will_retain = flags & 0x20;
	connect->keepalive_s = read_16(reader);
	if (connect->version == MQTT_5)
		packet->properties = read_properties(reader);
	packet->has_properties = connect->version == MQTT_5;
	connect->client_id = read_text(reader);
	if (connect->has_will) {
		if (connect->version == MQTT_5)
			connect->will_properties = read_properties(reader);
		connect->will_topic = read_text(reader);
		connect->will_payload = read_binary(reader);
	}
	if (flags & 0x80)
		connect->user = read_text(reader);
	if (flags & 0x40)
		connect->password = read_binary(reader);
}

static void read_connack(struct reader *reader, struct mqtt_packet *packet)
{
	uint8_t flags = read_byte(reader);
	if (!reader->reason && flags > 1)
		reader->reason = "reserved bits in the CONNACK flags";
	packet->session_present = flags & 1;
	packet->code = read_byte(reader);
	packet->has_code = true;
	/* A broker that does not speak 5.0 refuses in the old shape. */
	if (packet->version == MQTT_5 &&
	    (reader->at < reader->length || packet->code == 0)) {
		packet->properties = read_properties(reader);
		packet->has_properties = true;
	}
}

static void read_publish(struct reader *reader, struct mqtt_packet *packet)
{
	packet->dup = packet->flags & 8;
	packet->qos = packet->flags >> 1 & 3;
	packet->retain = packet->flags & 1;
	if (packet->qos == 3) {
		reader->at = 0;
		reader->reason = "QoS 3";
		return;
	}
	packet->topic = read_text(reader);
	if (packet->qos > 0)
		packet->mid = read_mid(reader);
	if (packet->version == MQTT_5) {
		packet->properties = read_properties(reader);
		packet->has_properties = true;
	}
	packet->payload = read_span(reader, reader->length - reader->at);
}

/* The optional tail of 5.0: a reason code, then properties (3.4.2, 3.14.2, 3.15.2). */
static void read_reason(struct reader *reader, struct mqtt_packet *packet)
{
	if (packet->version != MQTT_5 || reader->at == reader->length)
		return;
	packet->code = read_byte(reader);
	packet->has_code = true;
	if (reader->at == reader->length)
		return;
	packet->properties = read_properties(reader);
	packet->has_properties = true;
}

static void read_ack(struct reader *reader, struct mqtt_packet *packet)
{
	packet->mid = read_mid(reader);
	read_reason(reader, packet);
}

static void read_nothing(struct reader *reader, struct mqtt_packet *packet)
{
	(void)reader;
	(void)packet;
}

static void read_filters(struct reader *reader, struct mqtt_packet *packet)
{
	packet->mid = read_mid(reader);
	if (packet->version == MQTT_5) {
		packet->properties = read_properties(reader);
		packet->has_properties = true;
	}
	if (reader->reason)
		return;
	packet->entries.data = reader->data + reader->at;
	size_t start = reader->at;
	do { /* at least one (3.8.3, 3.10.3) */
		read_text(reader);
		if (packet->type == MQTT_SUBSCRIBE && (read_byte(reader) & 3) == 3 &&
		    !reader->reason)
			reader->reason = "QoS 3 in a subscription";
		packet->n_entries++;
	} while (!reader->reason && reader->at < reader->length);
	packet->entries.length = reader->at - start;
}

static void read_codes(struct reader *reader, struct mqtt_packet *packet)
{
	packet->mid = read_mid(reader);
	if (packet->version == MQTT_5) {
		packet->properties = read_properties(reader);
		packet->has_properties = true;
	}
	if (packet->type == MQTT_UNSUBACK && packet->version != MQTT_5)
		return;
	packet->entries = read_span(reader, reader->length - reader->at);
	packet->n_entries = packet->entries.length;
	if (!reader->reason && packet->n_entries == 0)
		reader->reason = "no reason code";
}

/* flags: what the low bits must be (2.1.3); PUBLISH has its own. */
static const struct {
	void (*read)(struct reader *reader, struct mqtt_packet *packet);
	uint8_t flags;
} readers[] = {
	[MQTT_CONNECT] = {read_connect, 0},  [MQTT_CONNACK] = {read_connack, 0},
	[MQTT_PUBLISH] = {read_publish, 0},  [MQTT_PUBACK] = {read_ack, 0},
	[MQTT_PUBREC] = {read_ack, 0},       [MQTT_PUBREL] = {read_ack, 2},
	[MQTT_PUBCOMP] = {read_ack, 0},      [MQTT_SUBSCRIBE] = {read_filters, 2},
	[MQTT_SUBACK] = {read_codes, 0},     [MQTT_UNSUBSCRIBE] = {read_filters, 2},
	[MQTT_UNSUBACK] = {read_codes, 0},   [MQTT_PINGREQ] = {read_nothing, 0},
	[MQTT_PINGRESP] = {read_nothing, 0}, [MQTT_DISCONNECT] = {read_reason, 0},
	[MQTT_AUTH] = {read_reason, 0},
};

/* Reads the fields of a packet of exactly that length. */
static bool decode(const uint8_t *data, size_t header, size_t length, int version,
		   struct mqtt_packet *packet, struct mqtt_error *ret_error)
{
	struct reader reader = {.data = data, .at = header, .length = length};
	memset(packet, 0, sizeof(*packet)); /* faster than a copy of another one */
	packet->type = (enum mqtt_type)(data[0] >> 4);
	packet->flags = data[0] & 15;
	packet->version = version;
	packet->bytes = (struct mqtt_span){data, length};
	if (packet->type != MQTT_CONNECT && version == 0)
		reader.reason = "the first packet is no CONNECT";
	else if (packet->type != MQTT_PUBLISH &&
		 packet->flags != readers[packet->type].flags)
		reader.reason = "reserved flags in the first byte";
	else if (packet->type == MQTT_AUTH && version != MQTT_5)
		reader.reason = "AUTH before MQTT 5.0";
	else
		readers[packet->type].read(&reader, packet);
	if (!reader.reason && reader.at != length)
		reader.reason = "bytes after the last field";
	if (reader.reason)
		say(ret_error, reader.at < length ? reader.at : length, reader.reason);
	return !reader.reason;
}

bool mqtt_decode(const uint8_t *data, size_t length, int version,
		 struct mqtt_packet *ret_packet, struct mqtt_error *ret_error)
{
	size_t header, whole;
	enum mqtt_framing framing = frame(data, length, &header, &whole, ret_error);
	if (framing == MQTT_FRAME_MORE)
		say(ret_error, length, "packet ends inside a field");
	else if (framing == MQTT_FRAME_WHOLE && whole < length)
		say(ret_error, whole, "bytes after the last field");
	return framing == MQTT_FRAME_WHOLE && whole == length &&
	       decode(data, header, length, version, ret_packet, ret_error);
}

bool mqtt_next(const uint8_t *data, size_t length, int version,
	       struct mqtt_packet *ret_packet)
{
	size_t header, whole;
	return frame(data, length, &header, &whole, NULL) == MQTT_FRAME_WHOLE &&
	       decode(data, header, whole, version, ret_packet, NULL);
}

bool mqtt_next_filter(const struct mqtt_packet *packet, size_t *at,
		      struct mqtt_span *ret_filter, uint8_t *ret_options)
{
	struct reader reader = {.data = packet->entries.data,
				.at = *at,
				.length = packet->entries.length};
	if (reader.at >= reader.length)
		return false;
	*ret_filter = read_binary(&reader);
	*ret_options = packet->type == MQTT_SUBSCRIBE ? read_byte(&reader) : 0;
	*at = reader.at;
	return !reader.reason;
}
