/*
 * json_spot.h - where in a JSON text a member stands, so that it can be replaced or cut
 * out while every other byte stays as it is.
 *
 * Nothing is built and nothing is copied; the text is walked once. Bounded: nesting of
 * at most JSON_SPOT_DEPTH. Path: names separated by dots, places in an array by number
 * from 0 ("print.ams_mapping.1"). Of equal names in one object the first counts. Names
 * are compared as they are written: one that is escaped in the text is not found by its
 * plain form.
 */
#ifndef JOBJAM_NET_JSON_SPOT_H
#define JOBJAM_NET_JSON_SPOT_H

#include "net/codec.h"

#define JSON_SPOT_DEPTH 32

struct json_spot {
	bool found;
	size_t value, value_end;   /* the value's bytes: [value, value_end) */
	size_t member, member_end; /* with its name and the comma that goes with it */
	/* Not found: the object that would hold it. A member put at `insert` is inside it;
	 * empty: no comma is needed. insert is 0 when there is no such object. */
	size_t insert;
	bool empty;
};

/* False: no JSON, too deep, or the path is empty; *ret_error (may be NULL) says where. */
bool json_spot_find(struct mqtt_span text, const char *path, struct json_spot *ret_spot,
		    struct mqtt_error *ret_error);
/* Is all of it one JSON value? */
bool json_spot_is_value(struct mqtt_span text);

#endif
