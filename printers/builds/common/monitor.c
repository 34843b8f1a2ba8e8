/* monitor.c - one row of limits a heater, four checks. */
#include "printers/builds/common/monitor.h"

struct limits {
	double most_c, least_c; /* of a healthy reading */
	double gain_c;          /* at full power, at least this in gain_us */
	uint64_t gain_us;
	double band_c; /* around a target once reached */
	uint64_t band_us;
	double off_gain_c; /* above its lowest since it was switched off */
};
/* A healthy hotend gains 2-4 K/s and a bed 0.3 K/s or more; ranges as in the machines'
 * data sheets plus a little. */
static const struct limits NOZZLE_LIMITS = {305, -10, 2.0, 20 * FW_S, 15, 10 * FW_S, 12};
static const struct limits BED_LIMITS = {125, -10, 1.5, 60 * FW_S, 12, 30 * FW_S, 8};
static const double OPEN_C = 400, WARM_C = 50;

static void retarget(struct fw_monitored *part, double target_c, double reading_c)
{
	bool off = target_c <= 0.0;
	if (target_c == part->target_c && off == part->off)
		return;
	part->target_c = target_c;
	part->off = off;
	part->reached = false; /* full power stays full power: the climb goes on */
	part->astray_us = 0;
	part->lowest_c = reading_c;
}

static bool no_gain(const struct limits *limits, struct fw_monitored *part,
		    const struct fw_heater *heater, double reading_c, uint64_t now_us)
{
	/* At its target a fast print may need full power and gain nothing: see astray. */
	if (heater->pwm < 0.99 || part->reached) {
		part->climbing = false;
		return false;
	}
	if (!part->climbing || reading_c >= part->window_c + limits->gain_c) {
		part->climbing = true;
		part->window_c = reading_c;
		part->window_us = now_us;
		return false;
	}
	return now_us - part->window_us >= limits->gain_us;
}

static bool astray(const struct limits *limits, struct fw_monitored *part,
		   double reading_c, uint64_t dt_us)
{
	double error = reading_c - part->target_c;
	if (error < 3.0 && error > -3.0)
		part->reached = true;
	if (!part->reached || (error < limits->band_c && error > -limits->band_c)) {
		part->astray_us = 0;
		return false;
	}
	part->astray_us += dt_us;
	return part->astray_us >= limits->band_us;
}

static enum fw_heater_fault check_part(const struct limits *limits,
				       struct fw_monitored *part,
				       const struct fw_heater *heater, double reading_c,
				       uint64_t now_us, uint64_t dt_us)
{
	if (!(reading_c > limits->least_c))
		return FW_SENSOR_OPEN; /* also what is no number */
	if (reading_c > OPEN_C)
		return FW_SENSOR_SHORT;
	if (reading_c > limits->most_c)
		return FW_HEATER_TOO_HOT;

	retarget(part, heater->target_c, reading_c);
	if (part->off) {
		if (reading_c < part->lowest_c)
			part->lowest_c = reading_c;
		return reading_c > WARM_C &&
				       reading_c > part->lowest_c + limits->off_gain_c
			       ? FW_HEATER_ASTRAY
			       : FW_HEATER_WELL;
	}
	bool stuck = no_gain(limits, part, heater, reading_c, now_us);
	bool away = astray(limits, part, reading_c, dt_us);
	return stuck || away ? FW_HEATER_ASTRAY : FW_HEATER_WELL;
}

bool fw_monitor_look(struct fw_monitor *monitor, const struct fw *fw, uint64_t dt_us,
		     struct fw_finding *ret_finding)
{
	double nozzle_c = fw->sensors->nozzle_c, bed_c = fw->sensors->bed_c;
	enum fw_heater_fault nozzle =
		check_part(&NOZZLE_LIMITS, &monitor->nozzle, &fw->s->nozzle, nozzle_c,
			   fw->s->now_us, dt_us);
	enum fw_heater_fault bed = check_part(&BED_LIMITS, &monitor->bed, &fw->s->bed,
					      bed_c, fw->s->now_us, dt_us);
	if (nozzle != FW_HEATER_WELL)
		*ret_finding = (struct fw_finding){nozzle, true, nozzle_c};
	else if (bed != FW_HEATER_WELL)
		*ret_finding = (struct fw_finding){bed, false, bed_c};
	else
		return false;
	return true;
}

bool fw_monitor_warm(const struct fw *fw)
{
	return fw->sensors->nozzle_c > WARM_C || fw->sensors->bed_c > WARM_C;
}
