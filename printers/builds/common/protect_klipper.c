/* protect_klipper.c - Klipper: the microcontroller's range check each 0.3 s, whatever the
 * target, and the host's verify_heater each second on the smoothed reading. The host's own
 * watchdogs (duty to be renewed each 3 s) concern a host that hangs, not a heater. */
#include "printers/builds/common/protect.h"

struct limits {
	double most_c, least_c;
	double hysteresis_c, max_error_c; /* kelvin seconds below the band */
	double gain_c;                    /* while approaching: at least this ... */
	uint64_t gain_us;                 /* ... in each such time */
};
/* Range as in common configurations (it has no default), the rest as published. */
static const struct limits LIMITS[FW_PARTS] = {
	[FW_NOZZLE] = {280, 0, 5, 120, 2, 20 * FW_S},
	[FW_BED] = {125, 0, 5, 120, 2, 60 * FW_S},
};
enum {
	RANGE_CHECKS = 4 /* in a row */
};
static const double SMOOTH_S = 1.0;

static void smooth(struct fw_klipper *m, const struct fw_look *look)
{
	double share = look->dt_s < SMOOTH_S ? look->dt_s / SMOOTH_S : 1.0;
	if (!m->smoothed)
		share = 1.0;
	m->smoothed = true;
	m->smooth_c += (look->reading_c - m->smooth_c) * share;
}

static void next_goal(const struct limits *limits, struct fw_klipper *m,
		      const struct fw_look *look)
{
	m->goal_c = m->smooth_c + limits->gain_c;
	m->due_us = look->now_us + limits->gain_us;
}

static const char *verify(const struct limits *limits, struct fw_klipper *m,
			  const struct fw_look *look)
{
	double target = look->target_c, low = target - limits->hysteresis_c;

	if (m->smooth_c >= low || target <= 0) {
		m->approaching = m->starting = false;
		if (m->smooth_c <= target + limits->hysteresis_c)
			m->error_c = 0;
		m->last_target_c = target;
		return NULL;
	}
	m->error_c += low - m->smooth_c;
	if (!m->approaching) {
		if (target != m->last_target_c) {
			m->approaching = m->starting = true;
			next_goal(limits, m, look);
		} else if (m->error_c >= limits->max_error_c) {
			return "not heating at expected rate";
		}
	} else if (m->smooth_c >= m->goal_c) {
		m->starting = false;
		m->error_c = 0;
		next_goal(limits, m, look);
	} else if (look->now_us >= m->due_us) {
		m->approaching = false; /* from now on the error counts */
	} else if (m->starting && m->smooth_c + limits->gain_c < m->goal_c) {
		m->goal_c = m->smooth_c + limits->gain_c; /* it was still falling */
	}
	m->last_target_c = target;
	return NULL;
}

static bool look_part(const struct fw *fw, int part, struct fw_klipper *m, uint64_t dt_us,
		      struct fw_finding *ret_finding)
{
	const struct limits *limits = &LIMITS[part];
	struct fw_look look = fw_look_at(fw, part, dt_us);
	enum fw_heater_fault range =
		fw_range(look.reading_c, limits->least_c, limits->most_c);

	smooth(m, &look);
	m->out_of_range = range == FW_HEATER_WELL ? 0 : m->out_of_range + 1;
	if (m->out_of_range >= RANGE_CHECKS)
		return fw_found(fw, part, range, "adc out of range", ret_finding);
	if (!fw_due(&m->next_us, look.now_us, FW_S))
		return false;
	return fw_found(fw, part, FW_HEATER_ASTRAY, verify(limits, m, &look),
			ret_finding);
}

static bool look(const struct fw *fw, const void *tuning, union fw_protect_memory *memory,
		 uint64_t dt_us, struct fw_finding *ret_finding)
{
	(void)tuning;
	for (int part = 0; part < FW_PARTS; part++)
		if (look_part(fw, part, &memory->klipper[part], dt_us, ret_finding))
			return true;
	return false;
}

const struct fw_protection fw_protect_klipper = {.period_us = 300000, .look = look};
