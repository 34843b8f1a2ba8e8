/* questions.c - a person is asked, at the machine or in the app, and answers or does not. */
#include "printers/builds/guarded/guard.h"

#include <string.h>

uint32_t guard_channels(const struct fw *fw)
{
	return (guard_on(fw, CONFIRM_AT_MACHINE) ? JOBJAM_FW_AT_MACHINE : 0) |
	       (guard_on(fw, CONFIRM_IN_APP) ? JOBJAM_FW_IN_APP : 0);
}

/* Nothing heats or moves before the answer. lasts_us 0: for ever. */
void guard_ask(struct fw *fw, enum asking asking, const char *what, uint32_t where,
	       uint64_t lasts_us, int64_t task, uint64_t message)
{
	struct guard *guard = guard_of(fw);
	struct fw_prompt *prompt = &fw->s->prompt;
	if (guard->warmed && !fw->s->busy)
		fw_heaters_off(fw);
	guard->warmed = false;
	guard->asking = asking;
	memset(prompt, 0, sizeof(*prompt));
	prompt->id = ++guard->nv.prompts;
	prompt->where = where;
	prompt->until_us = lasts_us ? fw->s->now_us + lasts_us : JOBJAM_FW_NEVER;
	prompt->not_after_ms =
		lasts_us ? fw->host->utc_ms(fw->host->arg) + (int64_t)(lasts_us / 1000)
			 : 0;
	prompt->epoch = guard->nv.epoch;
	prompt->task = task;
	strncpy(prompt->what, what, sizeof(prompt->what) - 1);
	guard_store(fw);
	fw_notice(fw, JOBJAM_FW_NOTICE_SHOWN,
		  (struct jobjam_fw_notice){.prompt = prompt->id,
					    .what = what,
					    .where = where,
					    .task = task,
					    .message = message});
	fw_report_soon(fw);
}

/* A question is over, whatever the answer: each takes one. */
uint32_t guard_close_prompt(struct fw *fw)
{
	uint32_t id = fw->s->prompt.id;
	memset(&fw->s->prompt, 0, sizeof(fw->s->prompt));
	guard_of(fw)->asking = ASKING_NOBODY;
	fw_report_soon(fw);
	return id;
}

bool guard_must_wait(const struct fw *fw)
{
	enum asking asking = guard_of(fw)->asking;
	return fw->s->busy || asking == ASKING_START || asking == ASKING_RESUME;
}

/* The start that waits is not needed or not possible any more. */
void guard_lapse(struct fw *fw, const char *reason)
{
	struct guard *guard = guard_of(fw);
	int64_t task = fw->s->prompt.task;
	uint32_t id = guard_close_prompt(fw);
	fw_notice(fw, JOBJAM_FW_NOTICE_LAPSED,
		  (struct jobjam_fw_notice){.prompt = id, .task = task});
	fw_refuse(fw, &guard->waiting, reason, id);
}

/* --- answers --------------------------------------------------------------------- */

void guard_acknowledge(struct fw *fw)
{
	guard_of(fw)->nv.trip = guard_of(fw)->nv.supply_open = 0;
	fw->s->fault_code = fw->s->alert = 0;
	fw->s->supply_off = false;
	guard_store(fw);
}

static void answered(struct fw *fw, bool yes, uint32_t where)
{
	struct guard *guard = guard_of(fw);
	struct fw_start waiting = guard->waiting;
	enum asking asking = guard->asking;
	int64_t task = fw->s->prompt.task;

	if (asking == ASKING_TRIP && !yes)
		return; /* not acknowledged: the question stays */
	uint32_t id = guard_close_prompt(fw);
	fw_notice(fw, JOBJAM_FW_NOTICE_ANSWERED,
		  (struct jobjam_fw_notice){
			  .prompt = id, .yes = yes, .where = where, .task = task});
	if (asking == ASKING_TRIP) {
		guard_acknowledge(fw);
		return;
	}
	if (asking == ASKING_RESUME) {
		guard_resume_answered(fw, yes, id);
		return;
	}
	if (!yes) {
		fw_refuse(fw, &waiting, "declined", id);
		return;
	}
	/* Somebody far away does not overrule what the machine can see. */
	if (where == JOBJAM_FW_IN_APP && guard_has_plate_sensor(fw) &&
	    !guard_says_clear(fw, guard_sense_plate(fw, task, 0, id))) {
		fw_refuse(fw, &waiting, "occupied", id);
		return;
	}
	if (guard->plate_asked)
		guard_plate_is_clear(fw);
	guard_begin(fw, &waiting, id, true);
}

/* In the app: for this prompt, this task, this plate, in time, once. */
bool guard_confirm(struct fw *fw, const struct fw_confirm *confirmation,
		   const char **ret_reason)
{
	const struct fw_prompt *prompt = &fw->s->prompt;
	int64_t now_ms = fw->host->utc_ms(fw->host->arg);
	*ret_reason = "expired";
	bool again = guard_defects.confirms_twice &&
		     confirmation->prompt == guard_of(fw)->confirmed_prompt;
	bool meant = confirmation->prompt == prompt->id &&
		     confirmation->task == prompt->task &&
		     confirmation->epoch == prompt->epoch;
	if (prompt->id == 0 || !(meant || again))
		return false;
	if (confirmation->not_after_ms > 0 && confirmation->not_after_ms < now_ms)
		return false;
	*ret_reason = "declined";
	if (!(prompt->where & JOBJAM_FW_IN_APP))
		return false;
	guard_of(fw)->confirmed_prompt = confirmation->prompt;
	answered(fw, confirmation->yes, JOBJAM_FW_IN_APP);
	return true;
}

static void plate_emptied(struct fw *fw)
{
	guard_plate_is_clear(fw);
	/* Answers from the app that were meant for the old plate count no more. */
	if (fw->s->prompt.id) {
		fw->s->prompt.epoch = guard_of(fw)->nv.epoch;
		fw_report_soon(fw);
	}
}

void guard_stop(struct fw *fw, int64_t task)
{
	struct guard *guard = guard_of(fw);
	int kept = 0;
	if (guard->asking == ASKING_START && (task == 0 || task == guard->waiting.task))
		guard_lapse(fw, "declined");
	if (guard->asking == ASKING_RESUME && (task == 0 || task == guard->nv.task))
		guard_lapse_resume(fw);
	for (int i = 0; i < guard->n_queue; i++)
		if (task == 0 || guard->queue[i].task == task)
			fw_refuse(fw, &guard->queue[i], "declined", 0);
		else
			guard->queue[kept++] = guard->queue[i];
	guard->n_queue = kept;
}

void guard_user(struct fw *fw, uint32_t event, uint32_t arg)
{
	const struct fw_prompt *prompt = &fw->s->prompt;
	bool here = prompt->id != 0 && prompt->where & JOBJAM_FW_AT_MACHINE;
	if (event == JOBJAM_FW_USER_PLATE_EMPTY)
		plate_emptied(fw);
	else if (event == JOBJAM_FW_USER_STOP)
		guard_stop(fw, 0);
	else if (here && arg == prompt->id)
		answered(fw, event == JOBJAM_FW_USER_YES, JOBJAM_FW_AT_MACHINE);
}
