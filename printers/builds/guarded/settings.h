/*
 * settings.h - the switches of the guarded build, in their order.
 *
 * The table is in settings.c. The same names, with their holes, stand for readers in
 * printers/safeguards.c.
 */
#ifndef JOBJAM_BUILDS_GUARDED_SETTINGS_H
#define JOBJAM_BUILDS_GUARDED_SETTINGS_H

#include "printers/firmware/jobjam_firmware.h"

enum setting {
	BUSY_REFUSAL,
	CONFIRM_AT_MACHINE,
	CONFIRM_IN_APP,
	HEAT_BAND,
	HEAT_FLAT_LINE,
	HEAT_IDLE_OFF,
	HEAT_MODEL,
	HEAT_POWER,
	HEAT_RANGE,
	HEAT_RISE,
	HEAT_WATCHDOG,
	HEAT_WHILE_OFF,
	HEATER_CUTOFF,
	HEATER_MONITOR,
	IDEMPOTENCY,
	NO_REHEAT_WITHOUT_ACK,
	PLATE_LATCH,
	PLATE_SENSOR,
	POWER_RESUME,
	PROMPT_EXPIRY,
	SENSOR_FAIL_OPEN,
	START_EXPIRY,
	SUPERSEDE,
	SUPPLY_CUT,
	UNSTAMPED,
	N_SETTINGS
};
enum {
	UNSTAMPED_REFUSE,
	UNSTAMPED_CONFIRM,
	UNSTAMPED_ACCEPT
};
enum {
	RESUME_OFF,
	RESUME_ASK
};
enum {
	SUPPLY_NEVER,
	SUPPLY_RISING,
	SUPPLY_AT_ONCE
};

extern const struct jobjam_fw_setting guard_settings[N_SETTINGS];

#endif
