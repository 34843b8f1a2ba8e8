/*
 * edit.h - a decoded packet, copied with fields replaced, and encoded anew.
 *
 *	struct edit edit;
 *	edit_begin(&edit, packet);
 *	if (edit_set(&edit, edit_field_find("qos"), EDIT_NUMBER(1), &error) == SIM_OK &&
 *	    edit_json_set(&edit, "print.task_id", "\"7\"", &error) == SIM_OK)
 *		fault_replace(fault, passing, &edit, cause);    (net/fault_row.h)
 *	edit_end(&edit);
 *
 * What is not touched stays the same bytes; with nothing touched, edit_encode() gives
 * back what was read. The packet's bytes are borrowed until edit_end(); values are
 * copied. A setter that refuses says why in words (not in this packet, not in this
 * version, out of range) and changes nothing.
 *
 * A lie may be illegal. Fields are therefore only checked for what fits their place on
 * the wire: QoS 3, identifier 0, a wildcard in a topic, text that is no UTF-8, reserved
 * flags and unknown protocol levels can all be written. What then no longer decodes is
 * passed on unframed, and the broker or client judges it.
 *
 * What follows from another field is seen to: a PUBLISH raised from QoS 0 gets an
 * identifier (65535 unless one is set), one lowered to 0 loses it.
 */
#ifndef JOBJAM_NET_EDIT_H
#define JOBJAM_NET_EDIT_H

#include "net/properties.h"
#include "sim/core/status.h"

enum edit_kind {
	EDIT_IS_FLAG,
	EDIT_IS_NUMBER,
	EDIT_IS_TEXT /* any bytes; shown as text */
};

/* A field of some packet types, by name: "topic", "qos", "keepalive", "code", … */
struct edit_field {
	const char *name;
	enum edit_kind kind;
	uint32_t types;   /* bit 1 << type for each type that has it */
	int64_t max;      /* NUMBER: 0..max */
	bool removable;   /* may be absent: edit_remove() takes it out */
	int place;        /* private */
	const char *help; /* one sentence */
};
/* NULL past the end; NULL: unknown. */
const struct edit_field *edit_field_row(size_t index);
const struct edit_field *edit_field_find(const char *name);
bool edit_field_is_of(const struct edit_field *field, enum mqtt_type type);

struct edit_value {
	int64_t number;        /* FLAG: 0 or 1 */
	struct mqtt_span text; /* data NULL: none was given */
};
#define EDIT_NUMBER(n) ((struct edit_value){.number = (n)})
#define EDIT_TEXT(t)   ((struct edit_value){.text = mqtt_text(t)})

/* Reads a field of any packet; spans borrow. False: it is not there. */
bool edit_get(const struct mqtt_packet *packet, const struct edit_field *field,
	      struct edit_value *ret_value);

struct edit {
	struct mqtt_packet packet;  /* as it stands; read freely, write through setters */
	struct edit_chunk *chunks;  /* owned: what the spans of replaced fields point to */
	bool touched;
	int flags, level;           /* -1: as they should be */
	size_t entry;               /* of SUBSCRIBE and its kin, from 1; 0: see the field */
	uint8_t connack_flags, connect_flags; /* reserved bits to add */
	struct mqtt_span extra;     /* behind the last field */
};

/* A topic behind an alias is no longer in edit->packet: what was written was empty. */
void edit_begin(struct edit *edit, const struct mqtt_packet *packet);
void edit_end(struct edit *edit);

/* All return SIM_OK, or a refusal and its sentence (error may be NULL). */
int edit_set(struct edit *edit, const struct edit_field *field, struct edit_value value,
	     struct sim_error *error);
int edit_remove(struct edit *edit, const struct edit_field *field, struct sim_error *error);

/* Properties (MQTT 5.0 only). Setting replaces the first of that identifier in its place,
 * or adds it at the end; adding makes a second one (a protocol error for all but the user
 * property and the subscription identifier). name: of a user property, else NULL. Numbers
 * are value.number; everything else value.text. */
int edit_set_property(struct edit *edit, const struct mqtt_property *property, const char *name,
		      struct edit_value value, struct sim_error *error);
int edit_add_property(struct edit *edit, const struct mqtt_property *property, const char *name,
		      struct edit_value value, struct sim_error *error);
/* Takes all of them out (name: only the user properties of that name); none is no error. */
int edit_remove_property(struct edit *edit, const struct mqtt_property *property,
			 const char *name, struct sim_error *error);

/* The payload of a PUBLISH, or the will's of a CONNECT, as JSON (net/json_spot.h). value:
 * a JSON text, "\"7\"", "12", "null". Setting what is not there adds it to the object that
 * would hold it; removing what is not there is no error. */
int edit_json_set(struct edit *edit, const char *path, const char *value,
		  struct sim_error *error);
int edit_json_remove(struct edit *edit, const char *path, struct sim_error *error);

/* Appends the packet's bytes to out. SIM_ENOMEM, or SIM_ELIMIT when it became longer than
 * MQTT_PACKET_MAX or a field than 65,535 bytes. */
int edit_encode(const struct edit *edit, struct bytes *out, struct sim_error *error);

#endif
