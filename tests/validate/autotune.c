/* autotune.c - the published tuning procedure of a model-predictive controller, run on ours. */
#include "printers/classes.h"
#include "sim/core/real.h"
#include "tests/validate/machine.h"
#include "tests/validate/table.h"
#include "tests/validate/validate.h"

#include <math.h>
#include <stdio.h>

struct tuned {
	double block_j_k, sensor_per_s, loss_w_k, loss_fan_w_k;
};

/* Holds a temperature with the model found so far; the mean power of the last 20 s. */
static double settle_and_weigh(struct heat *heat, const struct plant_constants *c,
			       const struct tuned *model, double air_c, double fan,
			       double target_c)
{
	double integral = model->loss_w_k * (target_c - air_c), weighed = 0.0;
	enum {
		SETTLE_S = 180,
		WEIGH_S = 20
	}; /* a PI loop settles slower than theirs */
	for (int i = 0; i < (SETTLE_S + WEIGH_S) * 4; i++) {
		double error = target_c - reading(heat, c, HEAT_NOZZLE);
		double watts = integral + error * model->block_j_k * 0.1;
		integral += error * model->block_j_k * 0.01 * 0.25;
		struct heat_drive drive = {.nozzle_pwm =
						   watts < 0 ? 0 : watts / c->heater_w,
					   .part_fan = fan};
		drive.nozzle_pwm = drive.nozzle_pwm > 1 ? 1 : drive.nozzle_pwm;
		double before = heat->energy_j, was = reading(heat, c, HEAT_NOZZLE);
		heat_step(heat, c, &drive, 0.25);
		if (i >= SETTLE_S * 4) /* less what the block took itself */
			weighed +=
				heat->energy_j - before -
				(reading(heat, c, HEAT_NOZZLE) - was) * model->block_j_k;
	}
	return weighed / WEIGH_S;
}

/* The procedure: from the air's temperature at full power to 200 °C, a sample each second
 * from 100 °C; three of them, equally far apart, give the end of the exponential and its
 * rate; then the losses are weighed with the fan off and at full. Readings alone. */
static struct tuned autotune(const struct plant_constants *c)
{
	struct heat heat = machine(c, 25.0);
	struct heat_drive full = {.nozzle_pwm = 1.0};
	double air = reading(&heat, c, HEAT_NOZZLE), sample[200], first_s = 0.0;
	int n = 0;
	for (int s = 1; s < 200; s++) {
		heat_step(&heat, c, &full, 1.0);
		double t = reading(&heat, c, HEAT_NOZZLE);
		if (t >= 100.0 && n == 0)
			first_s = s;
		if (t >= 100.0)
			sample[n++] = t;
		if (t >= 200.0)
			break;
	}
	int apart = (n - 1) / 2;
	double t1 = sample[0], t2 = sample[apart], t3 = sample[2 * apart];
	double end = (t2 * t2 - t1 * t3) / (2.0 * t2 - t1 - t3);
	double k = -real_log((t2 - end) / (t1 - end)) / apart;
	struct tuned tuned = {.loss_w_k = c->heater_w / (end - air)};
	tuned.block_j_k = tuned.loss_w_k / k;
	tuned.sensor_per_s =
		k / (1.0 - (air - end) * real_exp(-k * first_s) / (t1 - end));
	double still = settle_and_weigh(&heat, c, &tuned, air, 0.0, 200.0);
	double blown = settle_and_weigh(&heat, c, &tuned, air, 1.0, 200.0);
	tuned.loss_w_k = still / (reading(&heat, c, HEAT_NOZZLE) - air);
	tuned.loss_fan_w_k = blown / (reading(&heat, c, HEAT_NOZZLE) - air);
	tuned.block_j_k = tuned.loss_w_k / k;
	return tuned;
}

void autotunes(void)
{
	title("autotune of linear hotends gives back what was put in");
	for (size_t i = 0; plant_class_at(i); i++) {
		struct plant_constants c = linear(plant_class_at(i));
		c.sensor_lag_s = 0.0; /* the procedure knows of none */
		c.chamber_j_k = c.chamber_w_k = 0.0;
		struct tuned tuned = autotune(&c);
		char what[64];
		snprintf(what, sizeof(what), "%s C, J/K", c.name);
		near(what, tuned.block_j_k, c.block_j_k, 2, "autotune");
		snprintf(what, sizeof(what), "%s r, 1/s", c.name);
		near(what, tuned.sensor_per_s, c.sensor_per_s, 2, "autotune");
		snprintf(what, sizeof(what), "%s A0, mW/K", c.name);
		near(what, tuned.loss_w_k * 1e3, c.loss_w_k * 1e3, 2, "autotune");
		snprintf(what, sizeof(what), "%s A255, mW/K", c.name);
		near(what, tuned.loss_fan_w_k * 1e3, c.loss_fan_w_k * 1e3, 2, "autotune");
	}
}
