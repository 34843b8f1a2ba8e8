/*
 * properties.h - the properties of MQTT 5.0 by name, read one after the other (2.2.2).
 *
 * Names are those of table 2-4 in small letters with underscores, without the words that
 * say nothing: "message_expiry", "session_expiry", "receive_maximum". Numbers are in the
 * units of the standard; expiry, delay and keep-alive are seconds.
 */
#ifndef JOBJAM_NET_PROPERTIES_H
#define JOBJAM_NET_PROPERTIES_H

#include "net/codec.h"

enum mqtt_property_shape {
	MQTT_PROPERTY_UNKNOWN,
	MQTT_PROPERTY_BYTE,
	MQTT_PROPERTY_INT_16,
	MQTT_PROPERTY_INT_32,
	MQTT_PROPERTY_VARINT,
	MQTT_PROPERTY_TEXT,  /* text behind a length */
	MQTT_PROPERTY_BINARY, /* bytes behind a length */
	MQTT_PROPERTY_PAIR,   /* two texts: the user property */
};

#define MQTT_IN(type) (1U << MQTT_##type)
#define MQTT_ANSWERS                                                              \
	(MQTT_IN(CONNACK) | MQTT_IN(PUBACK) | MQTT_IN(PUBREC) | MQTT_IN(PUBREL) |  \
	 MQTT_IN(PUBCOMP) | MQTT_IN(SUBACK) | MQTT_IN(UNSUBACK) | MQTT_IN(DISCONNECT) | \
	 MQTT_IN(AUTH))
#define MQTT_ALL_BUT_PINGS (0xfffeU & ~(MQTT_IN(PINGREQ) | MQTT_IN(PINGRESP)))

/* PROPERTY(identifier, shape, name, types, help): table 2-4, in the order of the
 * identifiers. types: where it may stand (also in the will of a CONNECT), 1 << type. */
#define MQTT_PROPERTIES(PROPERTY) \
	PROPERTY(0x01, BYTE, payload_format, MQTT_IN(CONNECT) | MQTT_IN(PUBLISH), \
		 "1: the payload says that it is UTF-8") \
	PROPERTY(0x02, INT_32, message_expiry, MQTT_IN(CONNECT) | MQTT_IN(PUBLISH), \
		 "seconds until the broker may forget the message") \
	PROPERTY(0x03, TEXT, content_type, MQTT_IN(CONNECT) | MQTT_IN(PUBLISH), \
		 "what the payload is") \
	PROPERTY(0x08, TEXT, response_topic, MQTT_IN(CONNECT) | MQTT_IN(PUBLISH), \
		 "where an answer should go") \
	PROPERTY(0x09, BINARY, correlation_data, MQTT_IN(CONNECT) | MQTT_IN(PUBLISH), \
		 "what an answer should repeat") \
	PROPERTY(0x0b, VARINT, subscription_identifier, MQTT_IN(PUBLISH) | MQTT_IN(SUBSCRIBE), \
		 "number of the subscription it came by") \
	PROPERTY(0x11, INT_32, session_expiry, MQTT_IN(CONNECT) | MQTT_IN(CONNACK) | MQTT_IN(DISCONNECT), \
		 "seconds for which the session is kept; 4294967295: for ever") \
	PROPERTY(0x12, TEXT, assigned_client_id, MQTT_IN(CONNACK), \
		 "identifier that the broker chose") \
	PROPERTY(0x13, INT_16, server_keep_alive, MQTT_IN(CONNACK), \
		 "seconds that the client must use as its keep-alive") \
	PROPERTY(0x15, TEXT, authentication_method, MQTT_IN(CONNECT) | MQTT_IN(CONNACK) | MQTT_IN(AUTH), \
		 "name of an extended authentication") \
	PROPERTY(0x16, BINARY, authentication_data, MQTT_IN(CONNECT) | MQTT_IN(CONNACK) | MQTT_IN(AUTH), \
		 "data of an extended authentication") \
	PROPERTY(0x17, BYTE, request_problem_information, MQTT_IN(CONNECT), \
		 "0: no reason strings, please") \
	PROPERTY(0x18, INT_32, will_delay, MQTT_IN(CONNECT), \
		 "seconds from the loss to the will") \
	PROPERTY(0x19, BYTE, request_response_information, MQTT_IN(CONNECT), \
		 "1: response information, please") \
	PROPERTY(0x1a, TEXT, response_information, MQTT_IN(CONNACK), \
		 "basis of response topics") \
	PROPERTY(0x1c, TEXT, server_reference, MQTT_IN(CONNACK) | MQTT_IN(DISCONNECT), \
		 "another server to use") \
	PROPERTY(0x1f, TEXT, reason_string, MQTT_ANSWERS, \
		 "words for people") \
	PROPERTY(0x21, INT_16, receive_maximum, MQTT_IN(CONNECT) | MQTT_IN(CONNACK), \
		 "so many unacknowledged messages at a time") \
	PROPERTY(0x22, INT_16, topic_alias_maximum, MQTT_IN(CONNECT) | MQTT_IN(CONNACK), \
		 "highest topic alias") \
	PROPERTY(0x23, INT_16, topic_alias, MQTT_IN(PUBLISH), \
		 "number that stands for the topic") \
	PROPERTY(0x24, BYTE, maximum_qos, MQTT_IN(CONNACK), \
		 "0 or 1: higher is not supported") \
	PROPERTY(0x25, BYTE, retain_available, MQTT_IN(CONNACK), \
		 "0: no retained messages") \
	PROPERTY(0x26, PAIR, user_property, MQTT_ALL_BUT_PINGS, \
		 "name=value") \
	PROPERTY(0x27, INT_32, maximum_packet_size, MQTT_IN(CONNECT) | MQTT_IN(CONNACK), \
		 "bytes of the longest packet it takes") \
	PROPERTY(0x28, BYTE, wildcard_subscription_available, MQTT_IN(CONNACK), \
		 "0: no wildcards") \
	PROPERTY(0x29, BYTE, subscription_identifiers_available, MQTT_IN(CONNACK), \
		 "0: no subscription identifiers") \
	PROPERTY(0x2a, BYTE, shared_subscription_available, MQTT_IN(CONNACK), \
		 "0: no shared subscriptions")

struct mqtt_property {
	uint8_t identifier;
	enum mqtt_property_shape shape;
	const char *name;
	uint32_t types; /* where it may stand: bit 1 << type */
};

/* Rows in the order of their identifiers; NULL past the end. */
const struct mqtt_property *mqtt_property_row(size_t index);
/* By identifier, or NULL. */
const struct mqtt_property *mqtt_property_of(uint8_t identifier);
/* By name, or by number ("0x26", "38"); NULL: neither. */
const struct mqtt_property *mqtt_property_find(const char *name);

/* One property where it stands. */
struct mqtt_property_value {
	uint8_t identifier;
	int64_t number;               /* BYTE, INT_16, INT_32, VARINT */
	struct mqtt_span text;        /* TEXT, BINARY; PAIR: the name */
	struct mqtt_span second;      /* PAIR: the value */
	struct mqtt_span bytes;       /* all of it, identifier and value */
};
/* *at starts at 0. False: past the end, or what stands there is no property. */
bool mqtt_property_next(struct mqtt_span properties, size_t *at, struct mqtt_property_value *ret_value);
/* The first of that identifier. */
bool mqtt_property_get(struct mqtt_span properties, uint8_t identifier,
		  struct mqtt_property_value *ret_value);

#endif
