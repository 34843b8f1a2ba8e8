/* settings.c - the switches of the guarded build: defaults and meaning. */
#include "printers/builds/guarded/settings.h"

static const char *const RESUME_CHOICES[] = {"off", "ask", NULL};
static const char *const SUPPLY_CHOICES[] = {"never", "rising", "at_once", NULL};
static const char *const UNSTAMPED_CHOICES[] = {"refuse", "confirm", "accept", NULL};

/* clang-format off */
#define SWITCH(label, default_text, sentence) \
	{.size = sizeof(struct jobjam_fw_setting), .type = JOBJAM_FW_BOOL, .name = (label), \
	 .unit = "", .fallback = (default_text), .help = (sentence)}

const struct jobjam_fw_setting guard_settings[N_SETTINGS] = {
	[BUSY_REFUSAL] = SWITCH("busy_refusal", "true",
		"refuse a start while a job is on; off: keep it and start it afterwards"),
	[CONFIRM_AT_MACHINE] = SWITCH("confirm_at_machine", "true",
		"questions may be answered on the machine's screen"),
	[CONFIRM_IN_APP] = SWITCH("confirm_in_app", "false",
		"questions may be answered in the app, by somebody who may not see the plate"),
	[HEAT_BAND] = SWITCH("heat_band", "true",
		"the nozzle 15 C from a target that it had reached for 5 s, or 120 K s more than 5 C "
		"below it, where full power could do better; the bed 15 C above its own for 30 s"),
	[HEAT_FLAT_LINE] = SWITCH("heat_flat_line", "false",
		"40 readings that are the same bit by bit while it heats; only for sensors with "
		"noise, hence off"),
	[HEAT_IDLE_OFF] = SWITCH("heat_idle_off", "true",
		"switch off what is wanted warm without a job for half an hour (60 s while somebody is "
		"asked); no trip"),
	[HEAT_MODEL] = SWITCH("heat_model", "true",
		"the nozzle's reading leaves a model of it by more than 1.74 K/s"),
	[HEAT_POWER] = SWITCH("heat_power", "true",
		"for two minutes the power differs by more than 0.35 from what holds the nozzle "
		"where it says it is; too little trips, too much (a draught, a lost sock) warns, unless "
		"it crept up over four: a reading that drifts"),
	[HEAT_RANGE] = SWITCH("heat_range", "true",
		"a reading that cannot be, four in a row or for 1.2 s"),
	[HEAT_RISE] = SWITCH("heat_rise", "true",
		"less than 0.6 (bed 0.5) of the rise that its power should give against half as much "
		"again to lose"),
	[HEAT_WATCHDOG] = SWITCH("heat_watchdog", "true",
		"the control was not called for 3 s while it heats"),
	[HEAT_WHILE_OFF] = SWITCH("heat_while_off", "true",
		"the mean of its readings rises by 0.3 K/s for 5 s without power"),
	[HEATER_CUTOFF] = SWITCH("heater_cutoff", "true",
		"on a heater fault switch the heaters off, end the job and, as supply_cut says, open "
		"the supply"),
	[HEATER_MONITOR] = SWITCH("heater_monitor", "true",
		"watch the heaters by the rules heat_... and show one alert for one fault, also after "
		"the network was down"),
	[IDEMPOTENCY] = SWITCH("idempotency", "true",
		"refuse a start whose job_key, else task and file, was started before (the last "
		"64, kept over power cuts; ids of 0 cannot be recognised)"),
	[NO_REHEAT_WITHOUT_ACK] = SWITCH("no_reheat_without_ack", "true",
		"after a heater fault no start and no order heats until somebody at the machine "
		"acknowledges it"),
	[PLATE_LATCH] = SWITCH("plate_latch", "true",
		"after every ending of a job no start before the plate is known to be clear"),
	[PLATE_SENSOR] = SWITCH("plate_sensor", "true",
		"ask the plate sensor before each start, where the model has one; one that "
		"cannot tell counts as occupied"),
	[POWER_RESUME] = {.size = sizeof(struct jobjam_fw_setting), .type = JOBJAM_FW_CHOICE,
			  .name = "power_resume", .unit = "", .fallback = "off",
			  .choices = RESUME_CHOICES,
			  .help = "after a power cut in mid-print ask somebody at the machine "
				  "(never in the app) whether the job may go on, cold until "
				  "then; off: the cut ends it"},
	[PROMPT_EXPIRY] = {.size = sizeof(struct jobjam_fw_setting),
			   .type = JOBJAM_FW_DURATION, .name = "prompt_expiry", .unit = "s",
			   .fallback = "30m", .min = 0, .max = 604800,
			   .help = "a question nobody answers refuses its start after this "
				   "long; 0: it waits for ever"},
	[SENSOR_FAIL_OPEN] = SWITCH("sensor_fail_open", "false",
		"a hole: a plate sensor that cannot tell counts as clear"),
	[START_EXPIRY] = {.size = sizeof(struct jobjam_fw_setting),
			  .type = JOBJAM_FW_DURATION, .name = "start_expiry", .unit = "s",
			  .fallback = "5m", .min = 0, .max = 604800,
			  .help = "refuse a start, or an order that heats, whose sent_at is older than this by the "
				  "machine's clock; 0: off"},
	[SUPERSEDE] = SWITCH("supersede", "true",
		"a start with a later stamp makes older ones that wait, or come afterwards, void"),
	[SUPPLY_CUT] = {.size = sizeof(struct jobjam_fw_setting), .type = JOBJAM_FW_CHOICE,
			.name = "supply_cut", .unit = "", .fallback = "rising",
			.choices = SUPPLY_CHOICES,
			.help = "when a trip opens the heaters' supply as well: when something "
				"still rises 5 s after its power went off, at once, or never"},
	[UNSTAMPED] = {.size = sizeof(struct jobjam_fw_setting), .type = JOBJAM_FW_CHOICE,
		       .name = "unstamped", .unit = "", .fallback = "confirm",
		       .choices = UNSTAMPED_CHOICES,
		       .help = "what a start without a usable sent_at gets while "
			       "start_expiry is on"},
};
/* clang-format on */
