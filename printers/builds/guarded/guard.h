/*
 * guard.h - between the files of the guarded build.
 *
 * Each function belongs to the file that its heading names. All state is the machine's own
 * (struct fw_state, struct guard); what is written to nv outlives a power cut only after
 * guard_store().
 */
#ifndef JOBJAM_BUILDS_GUARDED_GUARD_H
#define JOBJAM_BUILDS_GUARDED_GUARD_H

#include "printers/builds/guarded/defects.h"
#include "printers/builds/guarded/memory.h"
#include "printers/builds/guarded/settings.h"

static inline struct guard *guard_of(const struct fw *fw)
{
	return fw->memory;
}

static inline bool guard_on(const struct fw *fw, enum setting setting)
{
	return fw->values[setting].integer != 0;
}

/* --- memory.c -------------------------------------------------------------------- */

void guard_store(struct fw *fw);     /* nv */
void guard_store_job(struct fw *fw); /* the job for power_resume */
void guard_forget_job(struct fw *fw);

/* --- questions.c ----------------------------------------------------------------- */

/* Where a start may be asked about: JOBJAM_FW_AT_MACHINE, JOBJAM_FW_IN_APP; 0: nowhere. */
uint32_t guard_channels(const struct fw *fw);
/* Nothing heats or moves before the answer. lasts_us 0: for ever. */
void guard_ask(struct fw *fw, enum asking asking, const char *what, uint32_t where,
	       uint64_t lasts_us, int64_t task, uint64_t message);
/* A question is over, whatever the answer: each takes one. Its number. */
uint32_t guard_close_prompt(struct fw *fw);
/* A job is on, or somebody is asked about one. */
bool guard_must_wait(const struct fw *fw);
/* The start that waits is not needed or not possible any more. */
void guard_lapse(struct fw *fw, const char *reason);
/* The heater fault is over: somebody at the machine said so. */
void guard_acknowledge(struct fw *fw);
/* Hooks of the engine (fw.h). */
bool guard_confirm(struct fw *fw, const struct fw_confirm *confirmation,
		   const char **ret_reason);
void guard_stop(struct fw *fw, int64_t task);
void guard_user(struct fw *fw, uint32_t event, uint32_t arg);

/* --- plate.c --------------------------------------------------------------------- */

void guard_plate_is_clear(struct fw *fw); /* somebody or something knows */
/* Looks, and says what was seen: enum jobjam_fw_plate. prompt: for which answer, or 0. */
uint32_t guard_sense_plate(struct fw *fw, int64_t task, uint64_t message,
			   uint32_t prompt);
bool guard_says_clear(const struct fw *fw, uint32_t plate);
bool guard_has_plate_sensor(const struct fw *fw); /* and it is switched on */
/* Why a person must look at the plate first; NULL: it is known to be clear. */
const char *guard_plate_question(struct fw *fw, const struct fw_start *start);

/* --- start.c --------------------------------------------------------------------- */

/* Begins, refuses or asks. */
void guard_judge(struct fw *fw, const struct fw_start *start);
/* Does a stamp say when it was sent, and is that longer ago than start_expiry? */
bool guard_is_stamped(const struct fw *fw, int64_t sent_at_ms);
bool guard_is_expired(const struct fw *fw, int64_t sent_at_ms);
/* Begins, whatever the rules say. As fw_begin(). */
void guard_begin(struct fw *fw, const struct fw_start *start, uint32_t prompt,
		 bool answer);
void guard_start(struct fw *fw, const struct fw_start *asked); /* hook of the engine */

/* --- orders.c -------------------------------------------------------------------- */

const char *guard_order(struct fw *fw, const struct fw_order *order); /* hook */

/* --- resume.c -------------------------------------------------------------------- */

/* Called at boot, cold: asks at the machine, where there is something to go on with. */
void guard_ask_to_resume(struct fw *fw);
void guard_resume_answered(struct fw *fw, bool yes, uint32_t prompt);
void guard_lapse_resume(struct fw *fw); /* the question is not needed any more */
void guard_record_layer(struct fw *fw);

/* --- trips.c --------------------------------------------------------------------- */

void guard_show_trip(struct fw *fw); /* the fault in nv, and the question about it */
void guard_monitor(struct fw *fw, uint64_t dt_us);
/* When the rules look next. */
uint64_t guard_next_watch(const struct fw *fw);

#endif
