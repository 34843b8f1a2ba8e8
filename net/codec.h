/*
 * codec.h - MQTT 3.1, 3.1.1 and 5.0 control packets: framing, reading, writing.
 *
 * Framing is incremental and needs nothing but the bytes: a fixed header says how long a
 * packet is. Decoding borrows: every span points into the caller's bytes. Encoding is
 * the inverse for everything that decodes; it serves to forge packets.
 *
 * What is checked is the shape: lengths, reserved flags, identifiers, UTF-8, the
 * properties' structure. Whether a peer may say such a thing now (a second CONNECT, a
 * wildcard in a topic) is the broker's to judge. Section numbers: OASIS MQTT 5.0 (3.1.1
 * where it differs).
 */
#ifndef JOBJAM_NET_CODEC_H
#define JOBJAM_NET_CODEC_H

#include "net/stream/bytes.h"

/* Larger packets are legal, but nobody looks into them: they pass as bytes. */
#define MQTT_PACKET_MAX (1024 * 1024)
/* Fixed header at most: type and four bytes of length. */
#define MQTT_HEADER_MAX 5

enum mqtt_type {
	MQTT_CONNECT = 1,
	MQTT_CONNACK,
	MQTT_PUBLISH,
	MQTT_PUBACK,
	MQTT_PUBREC,
	MQTT_PUBREL,
	MQTT_PUBCOMP,
	MQTT_SUBSCRIBE,
	MQTT_SUBACK,
	MQTT_UNSUBSCRIBE,
	MQTT_UNSUBACK,
	MQTT_PINGREQ,
	MQTT_PINGRESP,
	MQTT_DISCONNECT,
	MQTT_AUTH,
};

enum {
	MQTT_31 = 3,
	MQTT_311 = 4,
	MQTT_5 = 5
}; /* protocol levels */

struct mqtt_span {
	const uint8_t *data; /* borrowed; NULL: not there (which differs from empty) */
	size_t length;
};

/* Where a packet stops making sense: bytes from its first one. */
struct mqtt_error {
	size_t offset;
	const char *reason; /* a literal */
};

struct mqtt_connect {
	int version;
	bool clean;
	uint16_t keepalive_s;
	struct mqtt_span client_id;
	bool has_will, will_retain;
	int will_qos;
	struct mqtt_span will_properties, will_topic, will_payload;
	struct mqtt_span user, password;
};

struct mqtt_packet {
	enum mqtt_type type;
	uint8_t flags;          /* low four bits of the first byte */
	int version;            /* it was read as, or is to be written as */
	struct mqtt_span bytes; /* the whole packet, where it was read from */

	bool dup, retain;                /* PUBLISH */
	int qos;                         /* PUBLISH */
	uint16_t mid;                    /* packet identifier; 0: this packet has none */
	struct mqtt_span topic, payload; /* PUBLISH */
	bool session_present;            /* CONNACK */
	uint8_t code; /* return or reason code of CONNACK, PUBACK family, DISCONNECT, AUTH */
	bool has_code; /* MQTT 5.0 may leave it out, and the properties with it */
	bool has_properties;
	struct mqtt_span properties; /* without their length; MQTT 5.0 */
	struct mqtt_span entries;    /* SUBSCRIBE and UNSUBSCRIBE filters, SUBACK codes */
	size_t n_entries;
	struct mqtt_connect connect; /* CONNECT */
};

enum mqtt_framing {
	MQTT_FRAME_WHOLE,
	MQTT_FRAME_MORE,
	MQTT_FRAME_BAD
};

/* Is a whole packet at the start of data? WHOLE: *ret_length is its length. MORE: the
 * length so far known to be needed. BAD: *ret_error (may be NULL); a *ret_length above
 * MQTT_PACKET_MAX says that the packet is only too long. */
enum mqtt_framing mqtt_frame(const uint8_t *data, size_t length, size_t *ret_length,
			     struct mqtt_error *ret_error);

/* Reads one whole packet. version: of the connection; 0 before its CONNECT, when only a
 * CONNECT can be read. False: malformed, *ret_error (may be NULL) says where and why, and
 * *ret_packet is of no use. */
bool mqtt_decode(const uint8_t *data, size_t length, int version,
		 struct mqtt_packet *ret_packet, struct mqtt_error *ret_error);

/* Frames and reads at once. False: the first packet is not yet whole, or malformed. */
bool mqtt_next(const uint8_t *data, size_t length, int version,
	       struct mqtt_packet *ret_packet);

/* Appends the packet to out. What decodes, encodes back to the same bytes (if its length
 * was written in the fewest bytes). False: without memory, or it is too long. */
bool mqtt_encode(const struct mqtt_packet *packet, struct bytes *out);
/* The same with bytes behind the last field that do not belong there. */
bool mqtt_encode_with(const struct mqtt_packet *packet, struct mqtt_span extra,
		      struct bytes *out);

/* One filter of SUBSCRIBE or UNSUBSCRIBE; *at starts at 0. Options: requested QoS in the
 * two low bits; 0 for UNSUBSCRIBE. False past the end. */
bool mqtt_next_filter(const struct mqtt_packet *packet, size_t *at,
		      struct mqtt_span *ret_filter, uint8_t *ret_options);
/* The integer property of that identifier, or -1 (5.0, 2.2.2.2). */
int64_t mqtt_property(struct mqtt_span properties, uint8_t identifier);
#define MQTT_PROPERTY_EXPIRY         0x02
#define MQTT_PROPERTY_SESSION_EXPIRY 0x11
#define MQTT_PROPERTY_TOPIC_ALIAS    0x23
#define MQTT_PROPERTY_USER           0x26

struct mqtt_span mqtt_text(const char *text);
const char *mqtt_type_name(enum mqtt_type type); /* "PUBACK"; "?" for none of the 15 */
/* "any", "CONNECT", … "AUTH", NULL: index is the type. */
extern const char *const mqtt_type_names[];

#endif
