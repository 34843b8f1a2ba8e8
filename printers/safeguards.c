/* safeguards.c - the table of printer-side safeguards: what each does, and its hole. */
#include "printers/safeguards.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
#define SWITCH(label, text, sentence) \
	{.name = (label), .type = PARAM_BOOL, .unit = "", .fallback = (text), .help = (sentence)}
#define DURATION(label, text, sentence) \
	{.name = (label), .type = PARAM_DURATION, .unit = "s", .fallback = (text), .min = 0, \
	 .max = 604800, .help = (sentence)}

static const char *const RESUME[] = {"off", "ask", NULL};
static const char *const SUPPLY[] = {"never", "rising", "at_once", NULL};
static const char *const UNSTAMPED[] = {"refuse", "confirm", "accept", NULL};

static const struct param BUSY_REFUSAL[] = {
	SWITCH("busy_refusal", "true", "off: a start while a job is on waits and follows it"),
};
static const struct param CONFIRM_AT_MACHINE[] = {
	SWITCH("confirm_at_machine", "true", "questions appear on the machine's screen"),
	DURATION("prompt_expiry", "30m", "an unanswered question refuses its start; 0: never"),
	{.name = "power_resume", .type = PARAM_CHOICE, .unit = "", .fallback = "off",
	 .choices = RESUME, .help = "after a power cut ask at the machine (never in the app) whether "
				    "the job may go on; heaters stay off until then"},
};
static const struct param CONFIRM_IN_APP[] = {
	SWITCH("confirm_in_app", "false", "questions appear in the app"),
};
static const struct param HEATER_CUTOFF[] = {
	SWITCH("heater_cutoff", "true", "switch the heaters off"),
	{.name = "supply_cut", .type = PARAM_CHOICE, .unit = "", .fallback = "rising",
	 .choices = SUPPLY, .help = "when the supply is opened as well: something still rises 5 s "
				    "after its power went off, at once, never"},
};
static const struct param HEATER_MONITOR[] = {
	SWITCH("heater_monitor", "true", "look by the following rules, and alert"),
	SWITCH("heat_band", "true", "15 C from a reached target for 5 s, unless full power can do no more"),
	SWITCH("heat_flat_line", "false", "40 readings the same bit by bit; sensors with noise"),
	SWITCH("heat_idle_off", "true", "off after half an hour without a job; no trip"),
	SWITCH("heat_model", "true", "the reading leaves a model of the nozzle by 1.74 K/s"),
	SWITCH("heat_power", "true", "minutes of power that differ by 0.35 from the model's, or creep up"),
	SWITCH("heat_range", "true", "a reading that cannot be, four in a row or for 1.2 s"),
	SWITCH("heat_rise", "true", "less than 0.6 (bed 0.5) of the rise that is due"),
	SWITCH("heat_watchdog", "true", "the control was not called for 3 s while it heats"),
	SWITCH("heat_while_off", "true", "it warms without power"),
};
static const struct param IDEMPOTENCY[] = {
	SWITCH("idempotency", "true", "refuse a start that was started before"),
};
static const struct param NO_REHEAT[] = {
	SWITCH("no_reheat_without_ack", "true", "a trip must be acknowledged at the machine"),
};
static const struct param PLATE_LATCH[] = {
	SWITCH("plate_latch", "true", "no start before the plate is known to be clear"),
};
static const struct param PLATE_SENSOR[] = {
	SWITCH("plate_sensor", "true", "ask the sensor before each start"),
	SWITCH("sensor_fail_open", "false", "a hole: unavailable counts as clear"),
};
static const struct param START_EXPIRY[] = {
	DURATION("start_expiry", "5m", "the oldest sent_at that still starts; 0: off"),
	{.name = "unstamped", .type = PARAM_CHOICE, .unit = "", .fallback = "confirm",
	 .choices = UNSTAMPED, .help = "what a start without a usable sent_at gets"},
};
static const struct param SUPERSEDE[] = {
	SWITCH("supersede", "true", "a later wish makes older ones void"),
};

#define PARAMS(table) .params = (table), .n_params = sizeof(table) / sizeof((table)[0])

static const struct vocab_row ROWS[] = {
	{.name = "busy_refusal",
	 .summary = "a start is refused while a job is on",
	 .help = "Every machine of 2023 had this. It does not help against a stale start that "
		 "comes when the machine is idle, and a service that keeps refused jobs sends "
		 "them again, one after another.",
	 PARAMS(BUSY_REFUSAL)},
	{.name = "confirm_at_machine",
	 .summary = "a person at the machine answers before anything heats or moves",
	 .help = "With plate_latch or plate_sensor on, only when the plate is not known to be "
		 "clear; without them before every print. Heaters stay off meanwhile. Hole: a "
		 "person who says yes without looking; with power_resume, one who takes the part "
		 "off and lets the job go on.",
	 PARAMS(CONFIRM_AT_MACHINE)},
	{.name = "confirm_in_app",
	 .summary = "the same question may be answered in the app",
	 .help = "An answer counts for one prompt, one task, one plate epoch, until its "
		 "not_after, once; it does not overrule a plate sensor. Hole: who answers from "
		 "afar has not seen the plate. Off in the shipped build for that reason.",
	 PARAMS(CONFIRM_IN_APP)},
	{.name = "heater_cutoff",
	 .summary = "a heater fault switches the heaters off and ends the job",
	 .help = "Works without any network. What a stuck switch heats, only the supply stops: "
		 "supply_cut.",
	 PARAMS(HEATER_CUTOFF)},
	{.name = "heater_monitor",
	 .summary = "readings are compared with what the heaters' power should do",
	 .help = "Shows one alert for one fault, also when the network was down meanwhile. "
		 "Switches nothing off by itself. The rules beyond range, rise, band and off need "
		 "the heaters' data, which the machine's class gives.",
	 PARAMS(HEATER_MONITOR)},
	{.name = "idempotency",
	 .summary = "a start that was started before is refused",
	 .help = "Recognised by job_key, else by task and file, over the last 64 and over "
		 "power cuts. Holes: jobs whose ids are 0; a resend that the service gave a "
		 "new task without a job_key.",
	 PARAMS(IDEMPOTENCY)},
	{.name = "no_reheat_without_ack",
	 .summary = "after a heater trip nothing heats until somebody at the machine says so",
	 .help = "No start, no resume and no temperature; over power cuts as well. Needs heater_cutoff: without a trip there is "
		 "nothing to acknowledge.",
	 PARAMS(NO_REHEAT)},
	{.name = "plate_latch",
	 .summary = "after every ending the next start waits for a clear plate",
	 .help = "Armed by finished, failed, cancelled and aborted jobs; kept over power cuts. "
		 "Released by a plate sensor that sees nothing, by a person who takes the "
		 "object and says so, or by the answer to a question. With neither "
		 "confirm_at_machine nor confirm_in_app such a start is refused.",
	 PARAMS(PLATE_LATCH)},
	{.name = "plate_sensor",
	 .summary = "the plate sensor is asked before each start, where there is one",
	 .help = "An object, or a sensor that cannot tell, raises a question or refuses. "
		 "Holes: models without a sensor; a blind sensor that reports a clear plate; "
		 "sensor_fail_open.",
	 PARAMS(PLATE_SENSOR)},
	{.name = "start_expiry",
	 .summary = "a start is refused when its stamp is too old",
	 .help = "Judges sent_at, which the service writes (stamp_starts), by the machine's "
		 "own clock, in starts and in orders that heat (a resume, a temperature); such an "
		 "order without a stamp is refused unless unstamped is accept. A stamp more than two minutes in the future is no stamp. Holes: a "
		 "machine whose clock is slow; a service that stamps a retry anew.",
	 PARAMS(START_EXPIRY)},
	{.name = "supersede",
	 .summary = "a later wish makes older ones void",
	 .help = "A start with a later stamp voids those that wait; one with an earlier stamp "
		 "than the newest accepted is refused; so with orders that heat. Hole: unstamped starts.",
	 PARAMS(SUPERSEDE)},
};
/* clang-format on */

const struct vocab_row *printer_safeguard_at(size_t index)
{
	return index < sizeof(ROWS) / sizeof(ROWS[0]) ? &ROWS[index] : NULL;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct param *)a)->name, ((const struct param *)b)->name);
}

const struct vocab_row *printer_safeguard_row(void)
{
	enum {
		PARAMS_MAX = 40
	};
	static struct param params[PARAMS_MAX];
	static struct vocab_row row = {
		.name = "safeguards",
		.summary =
			"the safeguards of the printers' firmware, each with its own switch",
		.params = params,
	};
	if (row.n_params > 0)
		return &row;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++)
		for (size_t j = 0; j < ROWS[i].n_params; j++) {
			assert(row.n_params < PARAMS_MAX);
			params[row.n_params++] = ROWS[i].params[j];
		}
	qsort(params, row.n_params, sizeof(params[0]), by_name);
	return &row;
}
