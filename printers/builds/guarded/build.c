/*
 * build.c - the guarded firmware: every safeguard on the printer's side, each with a
 * switch of its own.
 *
 * A start passes the rules of the table RULES, first refusal wins; then the plate and the
 * time stamp may raise a question, and while a person is asked nothing heats or moves.
 */
#include "printers/builds/guarded/defects.h"
#include "printers/builds/guarded/memory.h"
#include "printers/builds/guarded/settings.h"

#include <string.h>

/* A stamp this far in the future is no stamp: one of the two clocks is wrong. */
static const int64_t FUTURE_MS = 2 * 60 * 1000;
/* a queued start waits this long after an end */
static const uint64_t QUEUE_US = 5 * FW_S;

static struct guard *guard_of(const struct fw *fw)
{
	return fw->memory;
}

static bool on(const struct fw *fw, enum setting setting)
{
	return fw->values[setting].integer != 0;
}

static void store(struct fw *fw)
{
	struct guard *guard = guard_of(fw);
	if (fw->host->nv_write(fw->host->arg, NV_KEY, &guard->nv, sizeof(guard->nv)))
		fw_log(fw, "no room left in non-volatile memory");
}

static void store_job(struct fw *fw)
{
	const struct nv_job *job = &guard_of(fw)->job;
	uint32_t size = job->version ? sizeof(*job) : 0;
	if (fw->host->nv_write(fw->host->arg, NV_JOB_KEY, job, size))
		fw_log(fw, "no room left in non-volatile memory");
}

static void forget_job(struct fw *fw)
{
	if (guard_of(fw)->job.version == 0)
		return;
	memset(&guard_of(fw)->job, 0, sizeof(guard_of(fw)->job));
	store_job(fw);
}

/* --- asking a person ------------------------------------------------------------- */

static uint32_t channels(const struct fw *fw)
{
	return (on(fw, CONFIRM_AT_MACHINE) ? JOBJAM_FW_AT_MACHINE : 0) |
	       (on(fw, CONFIRM_IN_APP) ? JOBJAM_FW_IN_APP : 0);
}

/* Nothing heats or moves before the answer. lasts_us 0: for ever. */
static void ask(struct fw *fw, enum asking asking, const char *what, uint32_t where,
		uint64_t lasts_us, int64_t task, uint64_t message)
{
	struct guard *guard = guard_of(fw);
	struct fw_prompt *prompt = &fw->s->prompt;
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
	store(fw);
	fw_notice(fw, JOBJAM_FW_NOTICE_SHOWN,
		  (struct jobjam_fw_notice){.prompt = prompt->id,
					    .what = what,
					    .where = where,
					    .task = task,
					    .message = message});
	fw_report_soon(fw);
}

/* A question is over, whatever the answer: each takes one. */
static uint32_t close_prompt(struct fw *fw)
{
	uint32_t id = fw->s->prompt.id;
	memset(&fw->s->prompt, 0, sizeof(fw->s->prompt));
	guard_of(fw)->asking = ASKING_NOBODY;
	fw_report_soon(fw);
	return id;
}

static bool starts_must_wait(const struct fw *fw)
{
	enum asking asking = guard_of(fw)->asking;
	return fw->s->busy || asking == ASKING_START || asking == ASKING_RESUME;
}

/* The start that waits is not needed or not possible any more. */
static void lapse(struct fw *fw, const char *reason)
{
	struct guard *guard = guard_of(fw);
	int64_t task = fw->s->prompt.task;
	uint32_t id = close_prompt(fw);
	fw_notice(fw, JOBJAM_FW_NOTICE_LAPSED,
		  (struct jobjam_fw_notice){.prompt = id, .task = task});
	fw_refuse(fw, &guard->waiting, reason, id);
}

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
	if (!on(fw, IDEMPOTENCY) || key == 0)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (nv->seen[i] == key)
			return true;
	return false;
}

static bool is_stamped(const struct fw *fw, const struct fw_start *start)
{
	return start->sent_at_ms > 0 &&
	       start->sent_at_ms <= fw->host->utc_ms(fw->host->arg) + FUTURE_MS;
}

static bool is_expired(struct fw *fw, const struct fw_start *start)
{
	int64_t age_ms = fw->host->utc_ms(fw->host->arg) + DEFECTS.clock_off_ms -
			 start->sent_at_ms;
	return on(fw, START_EXPIRY) && is_stamped(fw, start) &&
	       age_ms > fw->values[START_EXPIRY].integer / 1000;
}

static bool is_unstamped(struct fw *fw, const struct fw_start *start)
{
	return on(fw, START_EXPIRY) && !is_stamped(fw, start) &&
	       fw->values[UNSTAMPED].integer == UNSTAMPED_REFUSE;
}

static bool is_superseded(struct fw *fw, const struct fw_start *start)
{
	return on(fw, SUPERSEDE) && is_stamped(fw, start) &&
	       start->sent_at_ms < guard_of(fw)->nv.newest_ms;
}

static bool is_busy(struct fw *fw, const struct fw_start *start)
{
	(void)start;
	return on(fw, BUSY_REFUSAL) && starts_must_wait(fw);
}

static bool is_tripped(struct fw *fw, const struct fw_start *start)
{
	(void)start;
	return on(fw, NO_REHEAT_WITHOUT_ACK) && guard_of(fw)->nv.trip != 0;
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

/* --- the plate ------------------------------------------------------------------- */

static void plate_known_clear(struct fw *fw)
{
	struct guard *guard = guard_of(fw);
	if (!guard->nv.latched)
		return;
	guard->nv.latched = 0;
	guard->nv.epoch++;
	store(fw);
}

static uint32_t sense(struct fw *fw, int64_t task, uint64_t message, uint32_t prompt)
{
	uint32_t plate = fw->sensors->plate;
	fw_notice(fw, JOBJAM_FW_NOTICE_SENSED,
		  (struct jobjam_fw_notice){.plate = plate,
					    .task = task,
					    .message = message,
					    .prompt = prompt});
	return plate;
}

/* A sensor that cannot tell counts as one that sees something, unless the documented hole
 * sensor_fail_open is switched on. */
static bool says_clear(const struct fw *fw, uint32_t plate)
{
	return plate == JOBJAM_FW_PLATE_CLEAR ||
	       (plate == JOBJAM_FW_PLATE_UNAVAILABLE &&
		(on(fw, SENSOR_FAIL_OPEN) || DEFECTS.sensor_fails_open));
}

static bool has_sensor(const struct fw *fw)
{
	return on(fw, PLATE_SENSOR) && fw->has_plate_sensor;
}

/* Why a person must look at the plate first; NULL: it is known to be clear. Without latch
 * and sensor nothing is known, so every start is asked about, if anybody can be. */
static const char *plate_question(struct fw *fw, const struct fw_start *start)
{
	if (has_sensor(fw)) {
		if (!says_clear(fw, sense(fw, start->task, start->message, 0)))
			return "occupied";
		plate_known_clear(fw);
		return NULL;
	}
	if (on(fw, PLATE_LATCH))
		return guard_of(fw)->nv.latched ? "latched" : NULL;
	return channels(fw) ? "confirm" : NULL;
}

static const char *stamp_question(const struct fw *fw, const struct fw_start *start)
{
	bool asks = on(fw, START_EXPIRY) && !is_stamped(fw, start) &&
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

static void begin(struct fw *fw, const struct fw_start *start, uint32_t prompt,
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
	store(fw);
	if (fw->values[POWER_RESUME].integer == RESUME_ASK) {
		guard_of(fw)->job =
			(struct nv_job){.version = NV_JOB_VERSION, .start = *start};
		store_job(fw);
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
	ask(fw, ASKING_START, plate ? "plate_clear" : "start_anyway", channels(fw),
	    (uint64_t)fw->values[PROMPT_EXPIRY].integer, start->task, start->message);
}

static void judge(struct fw *fw, const struct fw_start *start)
{
	for (size_t i = 0; i < sizeof(RULES) / sizeof(RULES[0]); i++)
		if (RULES[i].refuses(fw, start)) {
			fw_refuse(fw, start, RULES[i].reason, 0);
			return;
		}
	const char *plate = plate_question(fw, start);
	const char *reason = plate ? plate : stamp_question(fw, start);
	if (!reason)
		begin(fw, start, 0, true);
	else if (channels(fw))
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
	if (!on(fw, SUPERSEDE) || !is_stamped(fw, start))
		return;
	if (guard->asking == ASKING_START && guard->waiting.sent_at_ms > 0 &&
	    guard->waiting.sent_at_ms < start->sent_at_ms)
		lapse(fw, "superseded");
	for (int i = 0; i < guard->n_queue; i++)
		if (guard->queue[i].sent_at_ms > 0 &&
		    guard->queue[i].sent_at_ms < start->sent_at_ms)
			fw_refuse(fw, &guard->queue[i], "superseded", 0);
		else
			guard->queue[kept++] = guard->queue[i];
	guard->n_queue = kept;
}

static void start(struct fw *fw, const struct fw_start *asked)
{
	struct guard *guard = guard_of(fw);
	bool waiting = guard->asking == ASKING_START;
	/* The same one again while it waits: the same answer. */
	if (waiting && on(fw, IDEMPOTENCY) && key_of(asked) != 0 &&
	    key_of(asked) == key_of(&guard->waiting)) {
		fw_answer(fw, asked, true, "waiting");
		return;
	}
	if (!is_expired(fw, asked) && !was_seen(fw, asked))
		drop_older(fw, asked);
	if (!on(fw, BUSY_REFUSAL) && starts_must_wait(fw))
		keep_for_later(fw, asked);
	else
		judge(fw, asked);
}

/* --- after a power cut ----------------------------------------------------------- */

/* It stays what the cut made of it: an aborted job, and the latch is armed. */
static void resume_is_off(struct fw *fw)
{
	fw->s->state = JOBJAM_FW_FAILED;
	forget_job(fw);
	fw_report_soon(fw);
}

static void lapse_resume(struct fw *fw)
{
	int64_t task = fw->s->prompt.task;
	uint32_t id = close_prompt(fw);
	fw_notice(fw, JOBJAM_FW_NOTICE_LAPSED,
		  (struct jobjam_fw_notice){.prompt = id, .task = task});
	resume_is_off(fw);
}

static void resume_answered(struct fw *fw, bool yes, uint32_t prompt)
{
	struct nv *nv = &guard_of(fw)->nv;
	if (!yes) {
		resume_is_off(fw);
		return;
	}
	nv->running = 1;
	store(fw);
	fw_resume(fw, prompt);
}

/* Called at boot, cold: asks at the machine and nowhere else, and only where nothing is wrong
 * with the heat. Until a yes the job is one that the cut has ended. */
static void ask_to_resume(struct fw *fw)
{
	struct nv_job *job = &guard_of(fw)->job;
	const struct nv *nv = &guard_of(fw)->nv;
	bool stored = fw->host->nv_read(fw->host->arg, NV_JOB_KEY, job, sizeof(*job)) ==
			      sizeof(*job) &&
		      job->version == NV_JOB_VERSION && job->start.task == nv->task;
	bool may = fw->values[POWER_RESUME].integer == RESUME_ASK &&
		   on(fw, CONFIRM_AT_MACHINE) && nv->trip == 0 && nv->supply_open == 0;
	if (!stored)
		memset(job, 0, sizeof(*job));
	if (!stored || !may || !fw_hold(fw, &job->start, job->layer)) {
		forget_job(fw);
		return;
	}
	fw->s->job.message = 0; /* that one was before the cut */
	if (DEFECTS.resumes_unasked) {
		resume_answered(fw, true, 0);
		return;
	}
	ask(fw, ASKING_RESUME, "resume", JOBJAM_FW_AT_MACHINE,
	    (uint64_t)fw->values[PROMPT_EXPIRY].integer, nv->task, 0);
}

static void record_layer(struct fw *fw)
{
	struct nv_job *job = &guard_of(fw)->job;
	if (job->version == 0 || !fw_sequence_printing(fw) || job->layer == fw->s->layer)
		return;
	job->layer = fw->s->layer;
	store_job(fw);
}

/* --- answers --------------------------------------------------------------------- */

static void acknowledge(struct fw *fw)
{
	guard_of(fw)->nv.trip = guard_of(fw)->nv.supply_open = 0;
	fw->s->fault_code = fw->s->alert = 0;
	fw->s->supply_off = false;
	store(fw);
}

static void answered(struct fw *fw, bool yes, uint32_t where)
{
	struct guard *guard = guard_of(fw);
	struct fw_start waiting = guard->waiting;
	enum asking asking = guard->asking;
	int64_t task = fw->s->prompt.task;

	if (asking == ASKING_TRIP && !yes)
		return; /* not acknowledged: the question stays */
	uint32_t id = close_prompt(fw);
	fw_notice(fw, JOBJAM_FW_NOTICE_ANSWERED,
		  (struct jobjam_fw_notice){
			  .prompt = id, .yes = yes, .where = where, .task = task});
	if (asking == ASKING_TRIP) {
		acknowledge(fw);
		return;
	}
	if (asking == ASKING_RESUME) {
		resume_answered(fw, yes, id);
		return;
	}
	if (!yes) {
		fw_refuse(fw, &waiting, "declined", id);
		return;
	}
	/* Somebody far away does not overrule what the machine can see. */
	if (where == JOBJAM_FW_IN_APP && has_sensor(fw) &&
	    !says_clear(fw, sense(fw, task, 0, id))) {
		fw_refuse(fw, &waiting, "occupied", id);
		return;
	}
	if (guard->plate_asked)
		plate_known_clear(fw);
	begin(fw, &waiting, id, true);
}

/* In the app: for this prompt, this task, this plate, in time, once. */
static bool confirm(struct fw *fw, const struct fw_confirm *confirmation,
		    const char **ret_reason)
{
	const struct fw_prompt *prompt = &fw->s->prompt;
	int64_t now_ms = fw->host->utc_ms(fw->host->arg);
	*ret_reason = "expired";
	bool again = DEFECTS.confirms_twice &&
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
	plate_known_clear(fw);
	/* Answers from the app that were meant for the old plate count no more. */
	if (fw->s->prompt.id) {
		fw->s->prompt.epoch = guard_of(fw)->nv.epoch;
		fw_report_soon(fw);
	}
}

static void stop(struct fw *fw, int64_t task)
{
	struct guard *guard = guard_of(fw);
	int kept = 0;
	if (guard->asking == ASKING_START && (task == 0 || task == guard->waiting.task))
		lapse(fw, "declined");
	if (guard->asking == ASKING_RESUME && (task == 0 || task == guard->nv.task))
		lapse_resume(fw);
	for (int i = 0; i < guard->n_queue; i++)
		if (task == 0 || guard->queue[i].task == task)
			fw_refuse(fw, &guard->queue[i], "declined", 0);
		else
			guard->queue[kept++] = guard->queue[i];
	guard->n_queue = kept;
}

static void user(struct fw *fw, uint32_t event, uint32_t arg)
{
	const struct fw_prompt *prompt = &fw->s->prompt;
	bool here = prompt->id != 0 && prompt->where & JOBJAM_FW_AT_MACHINE;
	if (event == JOBJAM_FW_USER_PLATE_EMPTY)
		plate_emptied(fw);
	else if (event == JOBJAM_FW_USER_STOP)
		stop(fw, 0);
	else if (here && arg == prompt->id)
		answered(fw, event == JOBJAM_FW_USER_YES, JOBJAM_FW_AT_MACHINE);
}

/* --- heat ------------------------------------------------------------------------ */

static bool rules_on(const struct fw *fw)
{
	return on(fw, HEATER_MONITOR) || on(fw, HEATER_CUTOFF);
}

static uint32_t rule_bits(const struct fw *fw)
{
	static const enum setting SWITCHES[FW_N_RULES] = {
		[FW_RULE_RANGE] = HEAT_RANGE,         [FW_RULE_RISE] = HEAT_RISE,
		[FW_RULE_BAND] = HEAT_BAND,           [FW_RULE_MODEL] = HEAT_MODEL,
		[FW_RULE_OFF] = HEAT_WHILE_OFF,       [FW_RULE_POWER] = HEAT_POWER,
		[FW_RULE_FLAT_LINE] = HEAT_FLAT_LINE, [FW_RULE_WATCHDOG] = HEAT_WATCHDOG,
		[FW_RULE_IDLE] = HEAT_IDLE_OFF,
	};
	uint32_t bits = 0;
	for (int i = 0; i < FW_N_RULES; i++)
		bits |= (uint32_t)on(fw, SWITCHES[i]) << i;
	return bits;
}

static void show_trip(struct fw *fw)
{
	fw->s->fault_code = fw->s->alert = guard_of(fw)->nv.trip;
	ask(fw, ASKING_TRIP, "heater_fault", JOBJAM_FW_AT_MACHINE, 0, 0, 0);
}

static void open_supply(struct fw *fw)
{
	fw->s->supply_off = true;
	guard_of(fw)->nv.supply_open = 1;
	store(fw);
}

static void trip(struct fw *fw, const struct fw_finding *finding)
{
	struct guard *guard = guard_of(fw);
	bool was_off = fw->s->nozzle.target_c <= 0 && fw->s->bed.target_c <= 0;
	int64_t supply = fw->values[SUPPLY_CUT].integer;
	fw_trip(fw, finding);
	fw_heaters_off(fw);
	guard->tripped_us = fw->s->now_us;
	guard->off_rises = supply == SUPPLY_RISING;
	if (supply == SUPPLY_AT_ONCE || (supply == SUPPLY_RISING && was_off))
		open_supply(fw); /* it warms with its power off: that is known by now */
	if (fw->s->busy)
		fw_end(fw, "aborted", "heater fault", 0x03004003);
	if (guard->asking == ASKING_RESUME)
		lapse_resume(fw);
	if (!on(fw, NO_REHEAT_WITHOUT_ACK))
		return;
	guard->nv.trip = fw->s->fault_code;
	if (guard->asking == ASKING_START)
		lapse(fw, "tripped");
	show_trip(fw);
}

/* The second way: what still rises 5 s after its power went off has a switch that is
 * stuck. Compared 2 s apart, until everything has cooled. */
static void look_at_supply(struct fw *fw)
{
	struct guard *guard = guard_of(fw);
	const double now_c[FW_PARTS] = {fw->sensors->nozzle_c, fw->sensors->bed_c};
	static const uint64_t LET_SETTLE_US = 5 * FW_S, APART_US = 2 * FW_S;
	static const double RISE_C = 0.6;

	if (!guard->off_rises || fw->s->supply_off || fw->s->fault_code == 0 ||
	    fw->s->now_us - guard->tripped_us < LET_SETTLE_US)
		return;
	bool first = guard->since_us < guard->tripped_us;
	if (!first && fw->s->now_us - guard->since_us < APART_US)
		return;
	for (int part = 0; part < FW_PARTS; part++) {
		if (!first && now_c[part] > guard->since_c[part] + RISE_C)
			open_supply(fw);
		guard->since_c[part] = now_c[part];
	}
	guard->since_us = fw->s->now_us;
}

static void monitor(struct fw *fw, uint64_t dt_us)
{
	struct fw_finding finding;
	if (!rules_on(fw))
		return;
	look_at_supply(fw);
	if (!fw_rules_look(&guard_of(fw)->rules, fw, rule_bits(fw), 1.0, dt_us, &finding))
		return;
	if (finding.idles) {
		fw_heaters_off(fw);
		fw_report_soon(fw);
		return;
	}
	/* Tripped before, power gone and back, and its switch is stuck. */
	if (finding.warms_off && fw->s->fault_code &&
	    fw->values[SUPPLY_CUT].integer != SUPPLY_NEVER)
		open_supply(fw);
	if (on(fw, HEATER_CUTOFF) && fw->s->fault_code == 0 && !finding.warns)
		trip(fw, &finding);
	else if (on(fw, HEATER_MONITOR))
		fw_alert(fw, &finding);
}

/* Suspicion, a trip and heat want a look at once; a cold machine is looked at seldom. What is
 * stuck on shows by its second look at the latest, and five seconds later it is sure: at
 * most 15 s (S5: 10 s without power, and 5 s rising), in which a nozzle gains 50 C. */
static uint64_t next_watch(const struct fw *fw)
{
	const struct guard *guard = guard_of(fw);
	uint64_t now = fw->s->now_us;
	bool hot = fw->s->nozzle.target_c > 0 || fw->s->bed.target_c > 0;
	if (!rules_on(fw))
		return JOBJAM_FW_NEVER;
	if (fw_rules_uneasy(&guard->rules, hot))
		return now + FW_S / 4;
	if (fw->s->fault_code && now - guard->tripped_us < 60 * FW_S)
		return now + FW_S;
	return now + (hot || fw_rules_warm(fw) ? 2 * FW_S : 5 * FW_S);
}

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
		nv->latched = on(fw, PLATE_LATCH);
		fw->s->state = JOBJAM_FW_FAILED;
		fw->s->job.task = nv->task;
		store(fw);
	}
	if (DEFECTS.forgets_seen_at_power_up)
		nv->n_seen = 0;
	fw->s->supply_off = nv->supply_open != 0;
	if (nv->trip && on(fw, NO_REHEAT_WITHOUT_ACK))
		show_trip(fw);
	ask_to_resume(fw);
}

static bool misses_latch(const struct fw *fw)
{
	return DEFECTS.latches_only_finished && fw->s->state != JOBJAM_FW_FINISH;
}

static void ended(struct fw *fw)
{
	struct guard *guard = guard_of(fw);
	guard->nv.running = 0;
	guard->nv.epoch++;
	guard->nv.latched = on(fw, PLATE_LATCH) && !misses_latch(fw);
	guard->queue_us = fw->s->now_us + QUEUE_US;
	store(fw);
	forget_job(fw);
}

static bool queue_is_due(const struct fw *fw)
{
	const struct guard *guard = guard_of(fw);
	return guard->n_queue > 0 && !starts_must_wait(fw);
}

/* Planted: with the network comes the job that a heater fault had ended. */
static void resume_when_online(struct fw *fw)
{
	struct guard *guard = guard_of(fw);
	bool came = fw->s->online && !guard->was_online;
	guard->was_online = fw->s->online;
	if (!DEFECTS.reheats_online || !came || guard->nv.trip == 0)
		return;
	close_prompt(fw);
	acknowledge(fw);
	begin(fw, &fw->s->job, 0, false);
}

static void tick(struct fw *fw, uint64_t dt_us)
{
	struct guard *guard = guard_of(fw);
	resume_when_online(fw);
	monitor(fw, dt_us);
	if (guard->asking == ASKING_START && fw->s->now_us >= fw->s->prompt.until_us)
		lapse(fw, "no_answer");
	if (guard->asking == ASKING_RESUME && fw->s->now_us >= fw->s->prompt.until_us)
		lapse_resume(fw);
	record_layer(fw);
	if (queue_is_due(fw) && fw->s->now_us >= guard->queue_us) {
		struct fw_start first = guard->queue[0];
		memmove(guard->queue, guard->queue + 1,
			(size_t)--guard->n_queue * sizeof(guard->queue[0]));
		guard->queue_us = fw->s->now_us + QUEUE_US;
		judge(fw, &first);
	}
	guard->watch_us = next_watch(fw);
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
	.settings = SETTINGS,
};

const struct fw_policy fw_policy = {
	.info = &INFO,
	.memory_size = sizeof(struct guard),
	.boot = boot,
	.start = start,
	.confirm = confirm,
	.stop = stop,
	.user = user,
	.ended = ended,
	.tick = tick,
	.next_wake = next_wake,
};
