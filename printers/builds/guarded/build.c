/*
 * build.c - the guarded firmware: every safeguard on the printer's side, each with a
 * switch of its own.
 *
 * A start passes the rules of the table in start.c, first refusal wins; then the plate and the
 * time stamp may raise a question, and while a person is asked nothing heats or moves.
 */
#include "printers/builds/guarded/guard.h"

#include <string.h>

#ifndef NAME
#define NAME "guarded"
#endif
#ifndef DEFECT
#define DEFECT .clock_off_ms = 0
#endif

const struct defects guard_defects = {DEFECT};

/* a queued start waits this long after an end */
static const uint64_t QUEUE_US = 5 * FW_S;

/* --- hooks of the engine --------------------------------------------------------- */

static void boot(struct fw *fw)
{
	struct nv *nv = &guard_of(fw)->nv;
	if (fw->host->nv_read(fw->host->arg, NV_KEY, nv, sizeof(*nv)) != sizeof(*nv) ||
	    nv->version != NV_VERSION) {
		memset(nv, 0, sizeof(*nv));
		nv->version = NV_VERSION;
		return;
	}
	if (nv->running) { /* the power went while it printed: an ending like others */
		nv->running = 0;
		nv->epoch++;
		nv->latched = guard_on(fw, PLATE_LATCH);
		fw->s->state = JOBJAM_FW_FAILED;
		fw->s->job.task = nv->task;
		guard_store(fw);
	}
	if (guard_defects.forgets_seen_at_power_up)
		nv->n_seen = 0;
	fw->s->supply_off = nv->supply_open != 0;
	if (nv->trip && guard_on(fw, NO_REHEAT_WITHOUT_ACK))
		guard_show_trip(fw);
	guard_ask_to_resume(fw);
}

static bool misses_latch(const struct fw *fw)
{
	return guard_defects.latches_only_finished && fw->s->state != JOBJAM_FW_FINISH;
}

static void ended(struct fw *fw)
{
	struct guard *guard = guard_of(fw);
	guard->nv.running = 0;
	guard->nv.epoch++;
	guard->nv.latched = guard_on(fw, PLATE_LATCH) && !misses_latch(fw);
	guard->queue_us = fw->s->now_us + QUEUE_US;
	guard_store(fw);
	guard_forget_job(fw);
}

static bool queue_is_due(const struct fw *fw)
{
	const struct guard *guard = guard_of(fw);
	return guard->n_queue > 0 && !guard_must_wait(fw);
}

/* Planted: with the network comes the job that a heater fault had ended. */
static void resume_when_online(struct fw *fw)
{
	struct guard *guard = guard_of(fw);
	bool came = fw->s->online && !guard->was_online;
	guard->was_online = fw->s->online;
	if (!guard_defects.reheats_online || !came || guard->nv.trip == 0)
		return;
	guard_close_prompt(fw);
	guard_acknowledge(fw);
	guard_begin(fw, &fw->s->job, 0, false);
}

static void tick(struct fw *fw, uint64_t dt_us)
{
	struct guard *guard = guard_of(fw);
	resume_when_online(fw);
	guard_monitor(fw, dt_us);
	if (guard->asking == ASKING_START && fw->s->now_us >= fw->s->prompt.until_us)
		guard_lapse(fw, "no_answer");
	if (guard->asking == ASKING_RESUME && fw->s->now_us >= fw->s->prompt.until_us)
		guard_lapse_resume(fw);
	guard_record_layer(fw);
	if (queue_is_due(fw) && fw->s->now_us >= guard->queue_us) {
		struct fw_start first = guard->queue[0];
		memmove(guard->queue, guard->queue + 1,
			(size_t)--guard->n_queue * sizeof(guard->queue[0]));
		guard->queue_us = fw->s->now_us + QUEUE_US;
		guard_judge(fw, &first);
	}
	guard->watch_us = guard_next_watch(fw);
}

static uint64_t next_wake(const struct fw *fw)
{
	const struct guard *guard = guard_of(fw);
	uint64_t wake = guard->watch_us;
	bool waits = guard->asking == ASKING_START || guard->asking == ASKING_RESUME;
	if (waits && fw->s->prompt.until_us < wake)
		wake = fw->s->prompt.until_us;
	if (queue_is_due(fw) && guard->queue_us < wake)
		wake = guard->queue_us;
	return wake;
}

/* --- the build ------------------------------------------------------------------- */

static const struct jobjam_fw_info INFO = {
	.size = sizeof(INFO),
	.abi_major = JOBJAM_FW_ABI_MAJOR,
	.abi_minor = JOBJAM_FW_ABI_MINOR,
	.n_settings = N_SETTINGS,
	.caps = JOBJAM_FW_CAP_SAVE | JOBJAM_FW_CAP_MULTI | JOBJAM_FW_CAP_PROMPTS,
	.name = NAME,
	.version = "1.0",
	.about = "asks, refuses or starts by the safeguards that are switched on",
	.settings = guard_settings,
};

const struct fw_policy fw_policy = {
	.info = &INFO,
	.memory_size = sizeof(struct guard),
	.boot = boot,
	.start = guard_start,
	.confirm = guard_confirm,
	.order = guard_order,
	.stop = guard_stop,
	.user = guard_user,
	.ended = ended,
	.tick = tick,
	.next_wake = next_wake,
};
