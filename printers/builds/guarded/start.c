/* start.c - what becomes of a request to print: the rules that refuse it, what raises a
 * question, and its beginning. */
#include "printers/builds/guarded/guard.h"

/* A stamp this far in the future is no stamp: one of the two clocks is wrong. */
static const int64_t FUTURE_MS = 2 * 60 * 1000;

/* --- the rules for a start ------------------------------------------------------- */

/* What makes two starts the same one: the service's key for the wish, else task and file.
 * Ids of "0" (a local job) name nothing: such a start cannot be recognised. */
static uint64_t key_of(const struct fw_start *start)
{
	if (start->job_key[0] && !fw_same(start->job_key, "0"))
		return fw_hash(fw_hash(FW_HASH_START, "key"), start->job_key);
	if (start->task == 0)
		return 0;
	uint64_t hash = fw_hash(fw_hash(FW_HASH_START, "task"), start->task_text);
	return fw_hash(hash, start->md5);
}

static bool was_seen(struct fw *fw, const struct fw_start *start)
{
	const struct nv *nv = &guard_of(fw)->nv;
	uint64_t key = key_of(start);
	uint32_t n = nv->n_seen < SEEN_MAX ? nv->n_seen : SEEN_MAX;
	if (!guard_on(fw, IDEMPOTENCY) || key == 0)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (nv->seen[i] == key)
			return true;
	return false;
}

bool guard_is_stamped(const struct fw *fw, int64_t sent_at_ms)
{
	return sent_at_ms > 0 &&
	       sent_at_ms <= fw->host->utc_ms(fw->host->arg) + FUTURE_MS;
}

bool guard_is_expired(const struct fw *fw, int64_t sent_at_ms)
{
	int64_t age_ms =
		fw->host->utc_ms(fw->host->arg) + guard_defects.clock_off_ms - sent_at_ms;
	return guard_on(fw, START_EXPIRY) && guard_is_stamped(fw, sent_at_ms) &&
	       age_ms > fw->values[START_EXPIRY].integer / 1000;
}

static bool is_stamped(const struct fw *fw, const struct fw_start *start)
{
	return guard_is_stamped(fw, start->sent_at_ms);
}

static bool is_expired(struct fw *fw, const struct fw_start *start)
{
	return guard_is_expired(fw, start->sent_at_ms);
}

static bool is_unstamped(struct fw *fw, const struct fw_start *start)
{
	return guard_on(fw, START_EXPIRY) && !is_stamped(fw, start) &&
	       fw->values[UNSTAMPED].integer == UNSTAMPED_REFUSE;
}

static bool is_superseded(struct fw *fw, const struct fw_start *start)
{
	return guard_on(fw, SUPERSEDE) && is_stamped(fw, start) &&
	       start->sent_at_ms < guard_of(fw)->nv.newest_ms;
}

static bool is_busy(struct fw *fw, const struct fw_start *start)
{
	(void)start;
	return guard_on(fw, BUSY_REFUSAL) && guard_must_wait(fw);
}

static bool is_tripped(struct fw *fw, const struct fw_start *start)
{
	(void)start;
	return guard_on(fw, NO_REHEAT_WITHOUT_ACK) && guard_of(fw)->nv.trip != 0;
}

static bool lacks_file(struct fw *fw, const struct fw_start *start)
{
	return !fw_has_file(fw, start);
}

static const struct {
	bool (*refuses)(struct fw *fw, const struct fw_start *start);
	const char *reason;
} RULES[] = {
	{was_seen, "seen"},          {is_expired, "expired"},
	{is_unstamped, "unstamped"}, {is_superseded, "superseded"},
	{is_busy, "busy"},           {is_tripped, "tripped"},
	{lacks_file, "no_file"},
};

static const char *stamp_question(const struct fw *fw, const struct fw_start *start)
{
	bool asks = guard_on(fw, START_EXPIRY) && !is_stamped(fw, start) &&
		    fw->values[UNSTAMPED].integer == UNSTAMPED_CONFIRM;
	return asks ? "unstamped" : NULL;
}

/* --- deciding -------------------------------------------------------------------- */

static void remember_stamp(struct fw *fw, const struct fw_start *start)
{
	struct nv *nv = &guard_of(fw)->nv;
	if (is_stamped(fw, start) && start->sent_at_ms > nv->newest_ms)
		nv->newest_ms = start->sent_at_ms;
}

void guard_begin(struct fw *fw, const struct fw_start *start, uint32_t prompt,
		 bool answer)
{
	struct nv *nv = &guard_of(fw)->nv;
	uint64_t key = key_of(start);
	fw->s->supply_off = false;
	nv->supply_open = 0;
	fw->s->fault_code = fw->s->alert = 0;
	if (!fw_begin(fw, start, prompt, answer))
		return;
	if (key != 0)
		nv->seen[nv->n_seen++ % SEEN_MAX] = key;
	remember_stamp(fw, start);
	nv->running = 1;
	nv->task = start->task;
	guard_store(fw);
	if (fw->values[POWER_RESUME].integer == RESUME_ASK) {
		guard_of(fw)->job =
			(struct nv_job){.version = NV_JOB_VERSION, .start = *start};
		guard_store_job(fw);
	}
}

static void wait_for_person(struct fw *fw, const struct fw_start *start,
			    const char *reason, bool plate)
{
	struct guard *guard = guard_of(fw);
	guard->waiting = *start;
	guard->plate_asked = plate;
	remember_stamp(fw, start);
	fw_notice(fw, JOBJAM_FW_NOTICE_WAITING,
		  (struct jobjam_fw_notice){.task = start->task,
					    .reason = reason,
					    .message = start->message,
					    .job = start->name,
					    .file = start->md5});
	fw_answer(fw, start, true, "waiting");
	guard_ask(fw, ASKING_START, plate ? "plate_clear" : "start_anyway",
		  guard_channels(fw), (uint64_t)fw->values[PROMPT_EXPIRY].integer,
		  start->task, start->message);
}

void guard_judge(struct fw *fw, const struct fw_start *start)
{
	for (size_t i = 0; i < sizeof(RULES) / sizeof(RULES[0]); i++)
		if (RULES[i].refuses(fw, start)) {
			fw_refuse(fw, start, RULES[i].reason, 0);
			return;
		}
	const char *plate = guard_plate_question(fw, start);
	const char *reason = plate ? plate : stamp_question(fw, start);
	if (!reason)
		guard_begin(fw, start, 0, true);
	else if (guard_channels(fw))
		wait_for_person(fw, start, reason, plate != NULL);
	else
		fw_refuse(fw, start, reason, 0);
}

static void keep_for_later(struct fw *fw, const struct fw_start *start)
{
	struct guard *guard = guard_of(fw);
	if (guard->n_queue == QUEUE_MAX) {
		fw_refuse(fw, start, "busy", 0);
		return;
	}
	guard->queue[guard->n_queue++] = *start;
	fw_answer(fw, start, true, "waiting");
}

/* With supersede on, a later wish makes the older ones void. */
static void drop_older(struct fw *fw, const struct fw_start *start)
{
	struct guard *guard = guard_of(fw);
	int kept = 0;
	if (!guard_on(fw, SUPERSEDE) || !is_stamped(fw, start))
		return;
	if (guard->asking == ASKING_START && guard->waiting.sent_at_ms > 0 &&
	    guard->waiting.sent_at_ms < start->sent_at_ms)
		guard_lapse(fw, "superseded");
	for (int i = 0; i < guard->n_queue; i++)
		if (guard->queue[i].sent_at_ms > 0 &&
		    guard->queue[i].sent_at_ms < start->sent_at_ms)
			fw_refuse(fw, &guard->queue[i], "superseded", 0);
		else
			guard->queue[kept++] = guard->queue[i];
	guard->n_queue = kept;
}

void guard_start(struct fw *fw, const struct fw_start *asked)
{
	struct guard *guard = guard_of(fw);
	bool waiting = guard->asking == ASKING_START;
	/* The same one again while it waits: the same answer. */
	if (waiting && guard_on(fw, IDEMPOTENCY) && key_of(asked) != 0 &&
	    key_of(asked) == key_of(&guard->waiting)) {
		fw_answer(fw, asked, true, "waiting");
		return;
	}
	if (!is_expired(fw, asked) && !was_seen(fw, asked))
		drop_older(fw, asked);
	if (!guard_on(fw, BUSY_REFUSAL) && guard_must_wait(fw))
		keep_for_later(fw, asked);
	else
		guard_judge(fw, asked);
}
