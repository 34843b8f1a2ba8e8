/*
 * outbox.h - what a machine has computed ahead and not yet said.
 *
 * An event's id is only known when it is recorded, and one that was computed ahead may be
 * thrown away again. So entries name their causes by slots ("the job's start", "the
 * present move"); a slot gets its id when the entry that fills it is committed.
 */
#ifndef JOBJAM_PRINTERS_OUTBOX_H
#define JOBJAM_PRINTERS_OUTBOX_H

#include "printers/printer.h"

enum outbox_slot {
	SLOT_NONE,   /* never filled */
	SLOT_INPUT,  /* the last input's cause */
	SLOT_START,  /* firmware.start, or .resumed, of the present or last job */
	SLOT_STATE,  /* firmware.state */
	SLOT_STAGE,  /* firmware.stage */
	SLOT_MOVE,   /* motion.stage */
	SLOT_TOUCH,  /* the last harm.collision */
	SLOT_ENDED,  /* firmware.ended, or what was ordered since and obeyed */
	SLOT_TRIP,   /* firmware.trip */
	SLOT_PROMPT, /* and the next 8: by prompt number */
	/* and the next 256: by message number; a start that a build keeps back while more
	 * messages than that come in loses its cause */
	SLOT_MESSAGE = SLOT_PROMPT + 8,
	N_SLOTS = SLOT_MESSAGE + 256
};
#define SLOT_OF_PROMPT(n)  ((enum outbox_slot)(SLOT_PROMPT + (n) % 8))
#define SLOT_OF_MESSAGE(n) ((enum outbox_slot)(SLOT_MESSAGE + (n) % 256))

struct outbox;

struct outbox *outbox_new(void); /* NULL: no memory */
void outbox_free(struct outbox *outbox);
bool outbox_is_empty(const struct outbox *outbox);
/* More has been said at one instant than any build has to say. */
bool outbox_is_full(const struct outbox *outbox);
sim_ns outbox_first(const struct outbox *outbox); /* SIM_NEVER when empty */
void outbox_drop(struct outbox *outbox);          /* throws everything away */

/* Texts are copied, keys are literals. fills: slots that get the event's id; SLOT_NONE
 * where there is none. */
void outbox_event(struct outbox *outbox, sim_ns t, enum outbox_slot cause,
		  enum outbox_slot fills, enum outbox_slot fills_too,
		  enum trace_kind kind, const struct trace_field *fields,
		  size_t n_fields);
#define outbox_say(outbox, t, cause, fills, kind, ...) \
	outbox_event(outbox, t, cause, fills, SLOT_NONE, kind, TRACE_FIELDS(__VA_ARGS__))
void outbox_report(struct outbox *outbox, sim_ns t, enum outbox_slot cause,
		   enum trace_level level, const void *payload, size_t length, int qos);
/* Reports of one instant come after its events: between begin and end they are held back. */
void outbox_hold_reports(struct outbox *outbox);
void outbox_append_reports(struct outbox *outbox);

void outbox_set_slot(struct outbox *outbox, enum outbox_slot slot, trace_id id);
trace_id outbox_slot(const struct outbox *outbox, enum outbox_slot slot);
/* Says everything, in order, and empties it. */
void outbox_commit(struct outbox *outbox, struct trace *trace, const char *who,
		   const struct printer_outlets *outlets);

/* Everything in it as bytes, for another process; false: more than capacity. unpack adds
 * them: false, and nothing was added, when they are not what pack writes, all of it said at that
 * instant. The bytes may be a stranger's. */
bool outbox_pack(const struct outbox *outbox, void *bytes, size_t capacity,
		 size_t *ret_length);
bool outbox_unpack(struct outbox *outbox, const void *bytes, size_t length, sim_ns at);

#endif
