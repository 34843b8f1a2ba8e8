/* protect.c - what the protections have in common. */
#include "printers/builds/common/protect.h"

struct fw_look fw_look_at(const struct fw *fw, int part, uint64_t dt_us)
{
	const struct fw_heater *heater = part == FW_NOZZLE ? &fw->s->nozzle : &fw->s->bed;
	return (struct fw_look){
		.reading_c =
			part == FW_NOZZLE ? fw->sensors->nozzle_c : fw->sensors->bed_c,
		.target_c = heater->target_c,
		.pwm = heater->pwm,
		.now_us = fw->s->now_us,
		.dt_s = (double)dt_us / 1e6,
	};
}

bool fw_found(const struct fw *fw, int part, enum fw_heater_fault fault, const char *rule,
	      struct fw_finding *ret_finding)
{
	if (!rule)
		return false;
	*ret_finding = (struct fw_finding){
		.fault = fault,
		.nozzle = part == FW_NOZZLE,
		.reading_c =
			part == FW_NOZZLE ? fw->sensors->nozzle_c : fw->sensors->bed_c,
		.rule = rule,
	};
	return true;
}

enum fw_heater_fault fw_range(double reading_c, double least_c, double most_c)
{
	if (!(reading_c >= least_c))
		return FW_SENSOR_OPEN; /* also what is no number */
	if (reading_c > 400)
		return FW_SENSOR_SHORT;
	return reading_c > most_c ? FW_HEATER_TOO_HOT : FW_HEATER_WELL;
}

bool fw_due(uint64_t *next_us, uint64_t now_us, uint64_t period_us)
{
	if (now_us < *next_us)
		return false;
	*next_us += period_us;
	if (*next_us <= now_us)
		*next_us = now_us + period_us;
	return true;
}
