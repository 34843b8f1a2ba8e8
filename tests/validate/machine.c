/* machine.c - one machine without firmware, stepped until something has happened. */
#include "tests/validate/machine.h"

struct heat machine(const struct plant_constants *c, double room_c)
{
	struct heat heat;
	heat_init(&heat, c, room_c);
	heat.block_c = heat.sensor_c = heat.sink_c = heat.plate_c = heat.top_c = room_c;
	heat.bed_sensor_c = heat.chamber_c = room_c;
	return heat;
}

double reading(struct heat *heat, const struct plant_constants *c, enum heat_part part)
{
	return heat_reading(heat, c, part, NULL); /* ideal: no chance is drawn */
}

double until(struct heat *heat, const struct plant_constants *c, enum heat_part part,
	     const struct heat_drive *drive, double to_c)
{
	bool rising = reading(heat, c, part) < to_c;
	for (int i = 1; i < 80000; i++) {
		heat_step(heat, c, drive, 0.1);
		double now = reading(heat, c, part);
		if (rising ? now >= to_c : now <= to_c)
			return i * 0.1;
	}
	return 1.0 / 0.0;
}

double heat_up(const struct plant_constants *c, enum heat_part part, double volts,
	       double to_c)
{
	struct heat heat = machine(c, 25.0);
	struct heat_drive full = {.nozzle_pwm = part == HEAT_NOZZLE,
				  .bed_pwm = part == HEAT_BED};
	heat.mains_v = volts;
	return until(&heat, c, part, &full, to_c);
}

double cool(const struct plant_constants *c, double from_c, double to_c, double fan)
{
	struct heat heat = machine(c, 25.0);
	struct heat_drive hold = {.part_fan = fan}, off = {.part_fan = fan};
	/* The heatsink belongs to a block that was hot for long. */
	for (int i = 0; i < 4000; i++) {
		heat.block_c = heat.sensor_c = from_c;
		heat_step(&heat, c, &hold, 0.25);
	}
	heat.block_c = heat.sensor_c = from_c;
	heat.lag_n = 0;
	return until(&heat, c, HEAT_NOZZLE, &off, to_c);
}

double hold_power(const struct plant_constants *of, enum heat_part part, double at_c,
		  double fan, double flow)
{
	struct plant_constants strong = *of, *c = &strong;
	strong.heater_w *= 3.0;
	double lo = 0.0, hi = 1.0, watts = 0.0;
	for (int i = 0; i < 26; i++) {
		double duty = 0.5 * (lo + hi);
		struct heat heat = machine(c, 25.0);
		struct heat_drive drive = {.nozzle_pwm = part == HEAT_NOZZLE ? duty : 0.0,
					   .bed_pwm = part == HEAT_BED ? duty : 0.0,
					   .part_fan = fan,
					   .flow_mm3_s = flow};
		heat.mains_v = 220.0;
		for (int n = 0; n < 1500; n++)
			heat_step(&heat, c, &drive, 10.0);
		double before = heat.energy_j;
		heat_step(&heat, c, &drive, 10.0);
		watts = (heat.energy_j - before) / 10.0;
		if ((part == HEAT_NOZZLE ? heat.block_c : heat.plate_c) > at_c)
			hi = duty;
		else
			lo = duty;
	}
	return watts;
}

double limit(const struct plant_constants *c)
{
	struct heat heat = machine(c, 25.0);
	struct heat_drive full = {.nozzle_pwm = 1.0};
	for (int i = 0; i < 4000; i++)
		heat_step(&heat, c, &full, 10.0);
	return heat.block_c;
}

struct plant_constants linear(const struct plant_constants *of)
{
	struct plant_constants c = *of;
	c.heater_alpha = c.loss_exponent = c.heatbreak_w_k = 0.0;
	return c;
}
