/* protect_marlin.c - Marlin: maximum and minimum, the runaway state machine, the heating
 * watch. Looks each 164 ms, when 16 samples of the converter have been averaged. */
#include "printers/builds/common/protect.h"

struct limits {
	double most_c, least_c;
	uint64_t period_us;  /* runaway: this long below ... */
	double hysteresis_c; /* ... the target by more than this */
	uint64_t watch_us;   /* watch: in this long ... */
	double watch_c;      /* ... at least this much gain */
};
static const struct limits LIMITS[FW_PARTS] = {
	[FW_NOZZLE] = {275, 5, 40 * FW_S, 4, 20 * FW_S, 2},
	[FW_BED] = {125, 5, 20 * FW_S, 2, 60 * FW_S, 2},
};
static const double TEMP_HYSTERESIS_C = 3; /* also keeps the watch off near the target */

enum {
	INACTIVE,
	FIRST_HEATING,
	STABLE
};

/* Armed where there is enough of a way to go; the present reading is the start of it. */
static void watch_restart(const struct limits *limits, int slower, struct fw_marlin *m,
			  const struct fw_look *look)
{
	bool far = look->target_c > 0 && look->reading_c + limits->watch_c <
						 look->target_c - TEMP_HYSTERESIS_C - 1;
	m->watch_goal_c = look->reading_c + limits->watch_c;
	m->watch_due_us = far ? look->now_us + limits->watch_us * (uint64_t)slower : 0;
}

static const char *watch(const struct limits *limits,
			 const struct fw_marlin_defects *defects, int slower,
			 struct fw_marlin *m, const struct fw_look *look)
{
	if (m->watch_due_us == 0 || look->now_us < m->watch_due_us)
		return NULL;
	if (look->reading_c < m->watch_goal_c && !defects->watch_rearms)
		return "heating failed";
	watch_restart(limits, slower, m, look);
	return NULL;
}

/* Any change of the target disarms it until that target has been reached. */
static const char *runaway(const struct limits *limits, int slower, struct fw_marlin *m,
			   const struct fw_look *look)
{
	if (look->target_c != m->running_target_c) {
		m->running_target_c = look->target_c;
		m->state = look->target_c > 0 ? FIRST_HEATING : INACTIVE;
	}
	if (m->state == INACTIVE ||
	    (m->state == FIRST_HEATING && look->reading_c < look->target_c))
		return NULL;
	if (m->state == FIRST_HEATING ||
	    look->reading_c >= look->target_c - limits->hysteresis_c) {
		m->state = STABLE;
		m->deadline_us = look->now_us + limits->period_us * (uint64_t)slower;
		return NULL;
	}
	return look->now_us < m->deadline_us ? NULL : "thermal runaway";
}

static bool look_part(const struct fw *fw, const struct fw_marlin_defects *defects,
		      int part, struct fw_marlin *m, uint64_t dt_us,
		      struct fw_finding *ret_finding)
{
	const struct limits *limits = &LIMITS[part];
	struct fw_look look = fw_look_at(fw, part, dt_us);
	int slower = defects->slower > 0 ? defects->slower : 1;
	bool wanted = look.target_c > 0;

	if (!(look.reading_c <= limits->most_c) && !defects->no_maxtemp &&
	    (wanted || !defects->blind_at_0))
		return fw_found(fw, part, FW_HEATER_TOO_HOT, "maxtemp", ret_finding);
	if (look.reading_c < limits->least_c && wanted)
		return fw_found(fw, part, FW_SENSOR_OPEN, "mintemp", ret_finding);
	if (look.target_c != m->target_c) {
		m->target_c = look.target_c;
		watch_restart(limits, slower, m, &look);
	}
	const char *rule = watch(limits, defects, slower, m, &look);
	if (!rule)
		rule = runaway(limits, slower, m, &look);
	return fw_found(fw, part, FW_HEATER_ASTRAY, rule, ret_finding);
}

static bool look(const struct fw *fw, const void *tuning, union fw_protect_memory *memory,
		 uint64_t dt_us, struct fw_finding *ret_finding)
{
	for (int part = 0; part < FW_PARTS; part++)
		if (look_part(fw, tuning, part, &memory->marlin[part], dt_us,
			      ret_finding))
			return true;
	return false;
}

const struct fw_protection fw_protect_marlin = {
	.period_us = 164000,
	.most_nozzle_c = 260, /* maximum less 15 */
	.most_bed_c = 115,    /* maximum less 10 */
	.look = look,
};
