/*
 * edit_values.h - the packet editor's fields as parameters of a fault: set_topic = "…",
 * set_message_expiry = 60, remove = { "user" }; private to this room.
 *
 * A fault puts EDIT_PARAMS at the head of its own parameters, so that the values of both
 * begin at the same place.
 */
#ifndef JOBJAM_NET_EDIT_VALUES_H
#define JOBJAM_NET_EDIT_VALUES_H

#include "net/edit_table.h"
#include "sim/core/vocab.h"

#define EDIT_PARAM_FLAG   PARAM_BOOL, "", "false"
#define EDIT_PARAM_NUMBER PARAM_INT, "", "0"
#define EDIT_PARAM_TEXT   PARAM_TEXT, "", ""
#define EDIT_SHAPE_BYTE   PARAM_INT, "", "0", 0, 255
#define EDIT_SHAPE_INT_16 PARAM_INT, "", "0", 0, 65535
#define EDIT_SHAPE_INT_32 PARAM_INT, "", "0", 0, 4294967295.0
#define EDIT_SHAPE_VARINT PARAM_INT, "", "0", 0, 268435455
#define EDIT_SHAPE_BINARY PARAM_TEXT, "", "", 0, 0
#define EDIT_SHAPE_PAIR   PARAM_TEXT, "", "", 0, 0
#define EDIT_SHAPE_TEXT  PARAM_TEXT, "", "", 0, 0

#define EDIT_PARAM(name, kind, types, max, removable, place, help) \
	{"set_" #name, EDIT_PARAM_##kind, 0, max, NULL, help},
#define EDIT_PROPERTY_PARAM(identifier, shape, name, types, help) \
	{"set_" #name, EDIT_SHAPE_##shape, NULL, "MQTT 5.0: " help},
#define EDIT_PARAMS                                                                    \
	EDIT_FIELDS(EDIT_PARAM)                                                        \
	MQTT_PROPERTIES(EDIT_PROPERTY_PARAM)                                           \
	{"set_json", PARAM_TEXT, "", "", 0, 0, NULL,                                   \
	 "path=value of a member of the payload: 'print.task_id=\"7\"'; the rest is kept"}, \
	{"remove", PARAM_NAMES, "", "", 0, 0, NULL,                                    \
	 "what is taken out: \"user\", \"message_expiry\", \"json:print.task_id\""},    \
	{"twice", PARAM_NAMES, "", "", 0, 0, NULL,                                     \
	 "MQTT 5.0: properties of the packet that are written a second time"},

#define EDIT_COUNT_FIELD(name, kind, types, max, removable, place, help) +1
#define EDIT_COUNT_PROPERTY(identifier, shape, name, types, help) +1
enum {
	EDIT_N_PROPERTIES = 0 MQTT_PROPERTIES(EDIT_COUNT_PROPERTY),
	EDIT_VALUE_JSON = EDIT_N_FIELDS + EDIT_N_PROPERTIES,
	EDIT_VALUE_REMOVE,
	EDIT_VALUE_TWICE,
	EDIT_N_PARAMS /* a fault's own parameters begin here */
};

/* Is any given? */
bool edit_values_any(const struct value *values);
/* The types of packet that have all that is named: bits as in struct edit_field. legal:
 * properties only where the standard has them, else wherever any may stand. */
uint32_t edit_values_types(const struct value *values, bool legal);
/* Names that nobody knows, JSON that is none, fields of different packets. */
int edit_values_check(const struct value *values, struct sim_error *error);
/* Does what they say. A refusal leaves the edit half done: give it up. */
int edit_values_apply(struct edit *edit, const struct value *values, struct sim_error *error);

#endif
