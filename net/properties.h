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

/* PROPERTY(identifier, shape, name, types, help): table 2-4, in the order of the
 * identifiers. types: where it may stand (also in the will of a CONNECT), 1 << type. */
#define MQTT_PROPERTIES(PROPERTY) \
	PROPERTY(0x01, BYTE, payload_format, 0x000a, "1: the payload says that it is UTF-8") \
	PROPERTY(0x02, INT_32, message_expiry, 0x000a, "seconds until the broker may forget the message") \
	PROPERTY(0x03, TEXT, content_type, 0x000a, "what the payload is") \
	PROPERTY(0x08, TEXT, response_topic, 0x000a, "where an answer should go") \
	PROPERTY(0x09, BINARY, correlation_data, 0x000a, "what an answer should repeat") \
	PROPERTY(0x0b, VARINT, subscription_identifier, 0x0108, "number of the subscription it came by") \
	PROPERTY(0x11, INT_32, session_expiry, 0x4006, "seconds for which the session is kept; 4294967295: for ever") \
	PROPERTY(0x12, TEXT, assigned_client_id, 0x0004, "identifier that the broker chose") \
	PROPERTY(0x13, INT_16, server_keep_alive, 0x0004, "seconds that the client must use as its keep-alive") \
	PROPERTY(0x15, TEXT, authentication_method, 0x8006, "name of an extended authentication") \
	PROPERTY(0x16, BINARY, authentication_data, 0x8006, "data of an extended authentication") \
	PROPERTY(0x17, BYTE, request_problem_information, 0x0002, "0: no reason strings, please") \
	PROPERTY(0x18, INT_32, will_delay, 0x0002, "seconds from the loss to the will") \
	PROPERTY(0x19, BYTE, request_response_information, 0x0002, "1: response information, please") \
	PROPERTY(0x1a, TEXT, response_information, 0x0004, "basis of response topics") \
	PROPERTY(0x1c, TEXT, server_reference, 0x4004, "another server to use") \
	PROPERTY(0x1f, TEXT, reason_string, 0xcaf4, "words for people") \
	PROPERTY(0x21, INT_16, receive_maximum, 0x0006, "so many unacknowledged messages at a time") \
	PROPERTY(0x22, INT_16, topic_alias_maximum, 0x0006, "highest topic alias") \
	PROPERTY(0x23, INT_16, topic_alias, 0x0008, "number that stands for the topic") \
	PROPERTY(0x24, BYTE, maximum_qos, 0x0004, "0 or 1: higher is not supported") \
	PROPERTY(0x25, BYTE, retain_available, 0x0004, "0: no retained messages") \
	PROPERTY(0x26, PAIR, user_property, 0xcffe, "name=value") \
	PROPERTY(0x27, INT_32, maximum_packet_size, 0x0006, "bytes of the longest packet it takes") \
	PROPERTY(0x28, BYTE, wildcard_subscription_available, 0x0004, "0: no wildcards") \
	PROPERTY(0x29, BYTE, subscription_identifiers_available, 0x0004, "0: no subscription identifiers") \
	PROPERTY(0x2a, BYTE, shared_subscription_available, 0x0004, "0: no shared subscriptions")

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
