/*
 * settings.h - the switches of the guarded build: their order, defaults and meaning.
 *
 * Only build.c includes this. The same names, with their holes, stand for readers in
 * printers/safeguards.c.
 */
#ifndef JOBJAM_BUILDS_GUARDED_SETTINGS_H
#define JOBJAM_BUILDS_GUARDED_SETTINGS_H

#include "printers/firmware/jobjam_firmware.h"

enum setting {
	BUSY_REFUSAL,
	CONFIRM_AT_MACHINE,
	CONFIRM_IN_APP,
	HEATER_CUTOFF,
	HEATER_MONITOR,
	IDEMPOTENCY,
	NO_REHEAT_WITHOUT_ACK,
	PLATE_LATCH,
	PLATE_SENSOR,
	PROMPT_EXPIRY,
	SENSOR_FAIL_OPEN,
	START_EXPIRY,
	SUPERSEDE,
	UNSTAMPED,
	N_SETTINGS
};
enum {
	UNSTAMPED_REFUSE,
	UNSTAMPED_CONFIRM,
	UNSTAMPED_ACCEPT
};
static const char *const UNSTAMPED_CHOICES[] = {"refuse", "confirm", "accept", NULL};

/* clang-format off */
#define SWITCH(label, default_text, sentence) \
	{.size = sizeof(struct jobjam_fw_setting), .type = JOBJAM_FW_BOOL, .name = (label), \
	 .unit = "", .fallback = (default_text), .help = (sentence)}

static const struct jobjam_fw_setting SETTINGS[N_SETTINGS] = {
	[BUSY_REFUSAL] = SWITCH("busy_refusal", "true",
		"refuse a start while a job is on; off: keep it and start it afterwards"),
	[CONFIRM_AT_MACHINE] = SWITCH("confirm_at_machine", "true",
		"questions may be answered on the machine's screen"),
	[CONFIRM_IN_APP] = SWITCH("confirm_in_app", "false",
		"questions may be answered in the app, by somebody who may not see the plate"),
	[HEATER_CUTOFF] = SWITCH("heater_cutoff", "true",
		"on a heater fault switch the heaters and their supply off and end the job"),
	[HEATER_MONITOR] = SWITCH("heater_monitor", "true",
		"compare the heaters' readings with what their power should do, and show an alert"),
	[IDEMPOTENCY] = SWITCH("idempotency", "true",
		"refuse a start whose job_key, else task and file, was started before (the last "
		"64, kept over power cuts; ids of 0 cannot be recognised)"),
	[NO_REHEAT_WITHOUT_ACK] = SWITCH("no_reheat_without_ack", "true",
		"after a heater fault no start heats until somebody at the machine "
		"acknowledges it"),
	[PLATE_LATCH] = SWITCH("plate_latch", "true",
		"after every ending of a job no start before the plate is known to be clear"),
	[PLATE_SENSOR] = SWITCH("plate_sensor", "true",
		"ask the plate sensor before each start, where the model has one; one that "
		"cannot tell counts as occupied"),
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
			  .help = "refuse a start whose sent_at is older than this by the "
				  "machine's clock; 0: off"},
	[SUPERSEDE] = SWITCH("supersede", "true",
		"a start with a later stamp makes older ones that wait, or come afterwards, void"),
	[UNSTAMPED] = {.size = sizeof(struct jobjam_fw_setting), .type = JOBJAM_FW_CHOICE,
		       .name = "unstamped", .unit = "", .fallback = "confirm",
		       .choices = UNSTAMPED_CHOICES,
		       .help = "what a start without a usable sent_at gets while "
			       "start_expiry is on"},
};
/* clang-format on */

#endif
