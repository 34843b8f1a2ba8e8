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
	MQTT_PROPERTY_TEXT,   /* UTF-8 behind a length */
	MQTT_PROPERTY_BINARY, /* bytes behind a length */
	MQTT_PROPERTY_PAIR,   /* two texts: the user property */
};

struct mqtt_property {
	uint8_t identifier;
	enum mqtt_property_shape shape;
	const char *name;
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
