/*
 * codec_properties.h - the property lists of MQTT 5.0 (2.2.2), and well-formed UTF-8
 * (1.5.4): what codec.c needs to tell a whole field from a broken one.
 */
#ifndef JOBJAM_NET_CODEC_PROPERTIES_H
#define JOBJAM_NET_CODEC_PROPERTIES_H

#include "net/codec.h"

/* A variable byte integer (1.5.5) of at most four bytes. */
bool mqtt_read_varint(const uint8_t *data, size_t length, size_t *ret_used,
		      size_t *ret_value);
/* Every identifier known and every value whole; else *ret_bad is where the bad one is. */
bool mqtt_properties_are_well_formed(struct mqtt_span properties, size_t *ret_bad);
/* No overlong forms, no surrogates, no U+0000. */
bool mqtt_utf8_is_well_formed(const uint8_t *data, size_t length);

#endif
