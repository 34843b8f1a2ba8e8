/*
 * edit_parts.h - what the files of the packet editor share; private to them.
 */
#ifndef JOBJAM_NET_EDIT_PARTS_H
#define JOBJAM_NET_EDIT_PARTS_H

#include "net/edit.h"
#include "net/json_spot.h"

/* Memory that lives until edit_end(); NULL: none. */
uint8_t *edit_room(struct edit *edit, size_t length);
/* What edit_room() gave last. */
uint8_t *edit_newest(struct edit *edit);
/* Copies text and marks the packet as touched. */
int edit_keep(struct edit *edit, struct mqtt_span text, struct mqtt_span *ret_kept,
	      struct sim_error *error);
/* Replaces the bytes [from, to) of *span, which then points to memory of the edit. */
int edit_splice(struct edit *edit, struct mqtt_span *span, size_t from, size_t to,
		struct mqtt_span insert, struct sim_error *error);

#endif
