/*
 * fault_params.h - what machine faults can be told, with units and ranges; for faults.c
 * alone.
 */
#ifndef JOBJAM_PRINTERS_FAULT_PARAMS_H
#define JOBJAM_PRINTERS_FAULT_PARAMS_H

#include "sim/core/vocab.h"

/* clang-format off */
static const char *const PARTS[] = {"nozzle", "bed", NULL};
#define PART {.name = "part", .type = PARAM_CHOICE, .unit = "", .fallback = "nozzle", \
	      .choices = PARTS, .help = "whose"}

static const struct param BED_SWITCH_OPENS[] = {
	{.name = "at", .type = PARAM_REAL, .unit = "°C", .fallback = "60", .min = 20, .max = 300,
	 .help = "the plate's temperature at which it opens; it closes 20 K below"},
};

static const char *const CABLES[] = {"thermistor", "heater", NULL};
static const struct param CABLE_TEARS[] = {
	PART,
	{.name = "cable", .type = PARAM_CHOICE, .unit = "", .fallback = "thermistor",
	 .choices = CABLES, .help = "thermistor: pulled out of its place; heater: broken"},
};

static const struct param CHAMBER_VENTS_BLOCKED[] = {
	{.name = "share", .type = PARAM_REAL, .unit = "", .fallback = "0.3", .min = 0.01, .max = 1,
	 .help = "what is left of the heat that goes from chamber to room"},
};

static const char *const DIRECTIONS[] = {"slow", "fast", NULL};
static const struct param CLOCK_SKEW[] = {
	{.name = "by", .type = PARAM_DURATION, .unit = "s", .min = 0, .max = 31536000,
	 .help = "how far the machine's clock is off; 0 puts it right"},
	{.name = "direction", .type = PARAM_CHOICE, .unit = "", .fallback = "slow",
	 .choices = DIRECTIONS, .help = "slow: it shows an earlier time than it is"},
	{.name = "drift", .type = PARAM_INT, .unit = "ppm", .fallback = "0", .min = -100000,
	 .max = 100000, .help = "from now on it gains so many microseconds each second"},
};

static const struct param COLD_SHEET[] = {
	{.name = "sheet_c", .type = PARAM_REAL, .unit = "°C", .fallback = "25", .min = -20,
	 .max = 100, .help = "temperature of the sheet that is laid on"},
};

static const struct param DOOR_OPENS[] = {
	{.name = "vent", .type = PARAM_REAL, .unit = "", .fallback = "4", .min = 1, .max = 100,
	 .help = "how many times as much heat goes from chamber to room"},
	{.name = "draught", .type = PARAM_REAL, .unit = "", .fallback = "1.2", .min = 1, .max = 10,
	 .help = "factor on what nozzle and bed lose to the air"},
};

static const struct param DRAUGHT[] = {
	{.name = "factor", .type = PARAM_REAL, .unit = "", .fallback = "2", .min = 1, .max = 10,
	 .help = "on what nozzle, bed and heatsink lose to the air; 1: over"},
};

static const struct param ONE_PART[] = {PART};

static const struct param HEATER_SHORTS[] = {
	PART,
	{.name = "lasts", .type = PARAM_DURATION, .unit = "s", .fallback = "1h", .min = 0.001,
	 .max = 31536000, .help = "until somebody turns the machine on again"},
};

static const struct param HEATER_WEAKENS[] = {
	PART,
	{.name = "power", .type = PARAM_REAL, .unit = "", .fallback = "0.5", .min = 0, .max = 1,
	 .help = "the share of its power that is left"},
};

static const struct param MAINS_VOLTAGE[] = {
	{.name = "volts", .type = PARAM_REAL, .unit = "V", .fallback = "90", .min = 1, .max = 280,
	 .help = "what comes out of the wall"},
};

static const struct param MENDED[] = {
	{.name = "acknowledges", .type = PARAM_BOOL, .unit = "", .fallback = "true",
	 .help = "who mends it also acknowledges the heater fault on its screen"},
};

static const struct param NOZZLE_BLOB[] = {
	{.name = "plastic_j_k", .type = PARAM_REAL, .unit = "J/K", .fallback = "15", .min = 0,
	 .max = 1000, .help = "heat capacity of the plastic that went round the block"},
	{.name = "coupling", .type = PARAM_REAL, .unit = "", .fallback = "0.9", .min = 0,
	 .max = 1, .help = "of the thermistor that it pushes about; 1: seated"},
	{.name = "loss", .type = PARAM_REAL, .unit = "", .fallback = "1.5", .min = 0.1,
	 .max = 10, .help = "factor on what the block loses to the air"},
};

static const struct param NOZZLE_IS_SET[] = {
	{.name = "to", .type = PARAM_INT, .unit = "°C", .min = 0, .max = 500,
	 .help = "the nozzle's target from now on"},
};

static const struct param PART_FAN_STICKS[] = {
	{.name = "at", .type = PARAM_REAL, .unit = "", .fallback = "0", .min = 0, .max = 1,
	 .help = "0: it stands still; 1: it blows at full"},
};

/* In the order of enum plate_sensor_state. */
static const char *const SENSOR_STATES[] = {"works", "unavailable", "blind", NULL};
static const struct param PLATE_SENSOR[] = {
	{.name = "state", .type = PARAM_CHOICE, .unit = "", .fallback = "unavailable",
	 .choices = SENSOR_STATES,
	 .help = "unavailable: it cannot tell and says so; blind: it reports a clear plate"},
};

static const struct param POWER_CUT[] = {
	{.name = "lasts", .type = PARAM_DURATION, .unit = "s", .fallback = "10s", .min = 0.001,
	 .max = 31536000, .help = "power is back after this long"},
};

static const struct param SOCK_FALLS_OFF[] = {
	{.name = "factor", .type = PARAM_REAL, .unit = "", .fallback = "1.5", .min = 1, .max = 3,
	 .help = "on what the block loses to still air"},
};

static const struct param THERMISTOR_DRIFTS[] = {
	PART,
	{.name = "rate", .type = PARAM_REAL, .unit = "K/s", .fallback = "-0.1", .min = -10,
	 .max = 10, .help = "of the reading; 0: it stays where it has got to"},
};

static const struct param THERMISTOR_FALLS_OUT[] = {
	PART,
	{.name = "coupling", .type = PARAM_REAL, .unit = "", .fallback = "0.05", .min = 0,
	 .max = 1, .help = "what it still sees of the block; the rest is air"},
	{.name = "lag", .type = PARAM_DURATION, .unit = "s", .fallback = "25s", .min = 0.1,
	 .max = 600, .help = "its time constant in air"},
};

static const struct param THERMISTOR_FLICKERS[] = {
	PART,
	{.name = "period", .type = PARAM_DURATION, .unit = "s", .fallback = "1s", .min = 0.01,
	 .max = 3600, .help = "of the contact"},
	{.name = "open", .type = PARAM_REAL, .unit = "", .fallback = "0.3", .min = 0, .max = 1,
	 .help = "the share of it in which the circuit is open"},
};

static const struct param THERMISTOR_LOOSENS[] = {
	PART,
	{.name = "coupling", .type = PARAM_REAL, .unit = "", .fallback = "0.8", .min = 0,
	 .max = 1, .help = "1: seated"},
};

static const struct param THERMISTOR_TABLE_WRONG[] = {
	PART,
	{.name = "beta", .type = PARAM_REAL, .unit = "K", .fallback = "3950", .min = 1000,
	 .max = 6000, .help = "of the bead that the build's table is for; the real one has 4267"},
	{.name = "offset", .type = PARAM_REAL, .unit = "K", .fallback = "0", .min = -200,
	 .max = 200, .help = "added to the reading besides"},
};
/* clang-format on */

#endif
