/*
 * protect.h - protections against heaters gone wrong: one algorithm a file, each to be read
 * beside the description of the firmware family that it follows.
 *
 * A protection looks at readings, targets and duties, nothing else, and says what it found.
 * What is done about it (heaters off, halt, supply) is the build's decision (reference.h).
 * Its memory is plain data, zeroed at power-up.
 *
 * The algorithms are re-implementations from published descriptions and documentation of
 * options: Marlin (configuration options of its thermal protection), Klipper (its
 * verify_heater section and its microcontroller's range check), Prusa's 8-bit firmware (its
 * temperature checks and the thermal model of the MK3) and RepRapFirmware (its heater
 * model, M307, and its fault detection, M570). Times and degrees are those firmwares'
 * defaults. Left out in all: what cannot happen here (an SPI sensor's error counters,
 * autotuning, serial lines).
 */
#ifndef JOBJAM_BUILDS_PROTECT_H
#define JOBJAM_BUILDS_PROTECT_H

#include "printers/builds/common/fw.h"

enum fw_heater_fault { /* the low words of the public health codes */
	FW_HEATER_WELL = 0,
	FW_HEATER_TOO_HOT = 0x03,
	FW_SENSOR_SHORT = 0x06,
	FW_SENSOR_OPEN = 0x07,
	FW_HEATER_ASTRAY = 0x08,
	FW_HEATER_FULL_LOAD = 0x0C,
};

struct fw_finding {
	enum fw_heater_fault fault;
	bool nozzle;
	double reading_c;
	const char *rule; /* a literal: which check spoke */
	bool warns;       /* worth an alert, no reason to switch off */
	bool warms_off;   /* it is hot without any power that was asked for */
	bool idles;       /* nothing is wrong: it is wanted warm, and nobody needs it */
};

enum {
	FW_NOZZLE,
	FW_BED,
	FW_PARTS
};

/* One heater at one look. */
struct fw_look {
	double reading_c, target_c, pwm;
	uint64_t now_us;
	double dt_s; /* since the look before */
};

/* --- Marlin ---------------------------------------------------------------------- */

struct fw_marlin_defects { /* planted, for the mutants; all off in what ships */
	int slower;        /* periods are this many times as long; 0: as published */
	bool no_maxtemp, watch_rearms, blind_at_0;
};
struct fw_marlin {
	uint64_t deadline_us, watch_due_us;
	double running_target_c, watch_goal_c, target_c;
	int state;
};

/* --- Klipper --------------------------------------------------------------------- */

struct fw_klipper {
	double smooth_c, last_target_c, goal_c, error_c;
	uint64_t due_us, next_us;
	int out_of_range;
	bool smoothed, approaching, starting;
};

/* --- Prusa ----------------------------------------------------------------------- */

struct fw_prusa {
	double target_c, start_c;
	uint64_t next_us, heated_us;
	int state, count, errors;
};
enum {
	PRUSA_LAG_MAX = 16
};
struct fw_prusa_model {
	double reading_c, filtered, delayed[PRUSA_LAG_MAX], error;
	uint32_t at;
	bool begun;
};

/* --- RepRapFirmware --------------------------------------------------------------- */

struct fw_rrf {
	double target_c, reading_c, window_c, expected_c, pwm[20], bad_s, away_s;
	uint64_t began_us;
	uint32_t at;
	int mode, bad_readings;
	bool begun;
};

union fw_protect_memory {
	struct fw_marlin marlin[FW_PARTS];
	struct fw_klipper klipper[FW_PARTS];
	struct {
		struct fw_prusa part[FW_PARTS];
		struct fw_prusa_model model;
	} prusa;
	struct fw_rrf rrf[FW_PARTS];
};

struct fw_protection {
	uint64_t period_us; /* looks this often while anything is warm or wanted warm */
	double most_nozzle_c, most_bed_c; /* higher targets are cut to these; 0: never */
	bool (*look)(const struct fw *fw, const void *tuning,
		     union fw_protect_memory *memory, uint64_t dt_us,
		     struct fw_finding *ret_finding);
};
/* tuning of marlin: struct fw_marlin_defects. Prusa asks the setting at index 1 whether the
 * model counts. */
extern const struct fw_protection fw_protect_marlin, fw_protect_klipper, fw_protect_prusa,
	fw_protect_rrf;

/* For the algorithms: what stands at this step. */
struct fw_look fw_look_at(const struct fw *fw, int part, uint64_t dt_us);
/* Fills *ret_finding for part and returns true, unless rule is NULL. */
bool fw_found(const struct fw *fw, int part, enum fw_heater_fault fault, const char *rule,
	      struct fw_finding *ret_finding);
/* Is a check due that has a pace of its own, each period_us? It keeps that pace although
 * looks do not fall on it, but makes up for nothing that was slept through. */
bool fw_due(uint64_t *next_us, uint64_t now_us, uint64_t period_us);
/* Outside the range lo..hi: which of the two; else WELL. */
enum fw_heater_fault fw_range(double reading_c, double least_c, double most_c);

#endif
