/* heat.c - the exponential integrator of heat.h and the two machine classes. */
#include "printers/plant/heat.h"

#include "sim/core/real.h"

#include <assert.h>
#include <math.h> /* sqrt, fabs: exact */

/* Classes A and B. Hotend: PTC coefficient and losses as published for the ceramic
 * heaters of the kind (loss at dT = 195 K); 48 W, block capacity and sensor lag [E]. Bed:
 * 300 W at 110 V, capacities and couplings [E], 25 to 60 C in 98 s. */
/* clang-format off */
const struct plant_constants plant_class_a = {
	.name = "A",
	.heater_w = 48, .heater_alpha = 0.003, .block_j_k = 12.0, .sensor_per_s = 0.5,
	.loss_w_k = 0.058, .loss_fan_w_k = 0.130,
	.bed_w = 300, .plate_j_k = 560, .top_j_k = 190, .plate_top_w_k = 18,
	.top_air_w_k = 0.75, .plate_air_w_k = 0.35, .bed_sensor_per_s = 0.2,
	.chamber_j_k = 5200, .chamber_w_k = 3.2, .motors_w = 45, .standby_w = 10,
};
const struct plant_constants plant_class_b = {
	.name = "B",
	.heater_w = 48, .heater_alpha = 0.003, .block_j_k = 12.0, .sensor_per_s = 0.5,
	.loss_w_k = 0.058, .loss_fan_w_k = 0.130,
	.bed_w = 300, .plate_j_k = 560, .top_j_k = 190, .plate_top_w_k = 18,
	.top_air_w_k = 0.80, .plate_air_w_k = 0.40, .bed_sensor_per_s = 0.2,
	.chamber_j_k = 0, .chamber_w_k = 0, .motors_w = 35, .standby_w = 10,
};
/* clang-format on */

static const double REFERENCE_C = 25.0;
static const double MELT_J_MM3_K = 0.00232; /* PLA: 1.24 mg/mm3 times 1.87 J/gK */

/* Effect of the part fan on the block: concave, measured points published with the MK3
 * thermal model. */
static double fan_effect(double fan)
{
	static const double AT[] = {0.0, 1.0 / 15, 4.0 / 15, 7.0 / 15, 11.0 / 15, 1.0};
	static const double EFFECT[] = {0.0, 0.11, 0.44, 0.67, 0.87, 1.0};
	if (fan <= 0.0)
		return 0.0;
	for (int i = 1; i < 6; i++)
		if (fan < AT[i])
			return EFFECT[i - 1] + (EFFECT[i] - EFFECT[i - 1]) *
						       (fan - AT[i - 1]) /
						       (AT[i] - AT[i - 1]);
	return 1.0;
}

static double bed_loss_factor(double plate_c, double air_c)
{
	double rise = (plate_c - air_c) / 50.0;
	double factor = rise > 0.0 ? sqrt(sqrt(rise)) : 0.0;
	if (factor < 0.6)
		factor = 0.6;
	return plate_c > 100.0 ? factor * (1.0 + (plate_c - 100.0) / 400.0) : factor;
}

/* T after dt of dT/dt = rate at the start, falling with k. */
static double settle(double t, double rate, double k, double dt_s)
{
	return t + rate * (1.0 - real_exp(-k * dt_s)) / k;
}

/* A first-order sensor behind a node that went from t0 to t1 as an exponential with k;
 * e_r = exp(-r dt). */
static double lag(double sensor, double t0, double t1, double end, double k, double r,
		  double dt_s, double e_r)
{
	double e_k = fabs(t0 - end) > 1e-9 ? (t1 - end) / (t0 - end) : 0.0;
	if (fabs(r - k) < 1e-6 * r) /* the two exponentials are one: the limit */
		return end + (sensor - end + r * (t0 - end) * dt_s) * e_r;
	double b = r * (t0 - end) / (r - k);
	return end + (sensor - end - b) * e_r + b * e_k;
}

void heat_init(struct heat *heat, const struct plant_constants *constants, double room_c)
{
	double air = room_c;
	if (constants->chamber_j_k > 0.0)
		air += constants->standby_w / constants->chamber_w_k;
	*heat = (struct heat){
		.block_c = air,
		.sensor_c = air,
		.plate_c = air,
		.top_c = air,
		.bed_sensor_c = air,
		.chamber_c = air,
		.room_c = room_c,
	};
}

static void cache(struct heat *heat, const struct plant_constants *constants, double dt_s)
{
	if (heat->cached_s == dt_s)
		return;
	heat->cached_s = dt_s;
	heat->cached_sensor = real_exp(-constants->sensor_per_s * dt_s);
	heat->cached_bed_sensor = real_exp(-constants->bed_sensor_per_s * dt_s);
}

static double step_block(struct heat *heat, const struct plant_constants *c,
			 const struct heat_drive *drive, double air_c, double dt_s)
{
	double bend = 1.0 + c->heater_alpha * (heat->block_c - REFERENCE_C);
	double power = drive->nozzle_pwm * c->heater_w / bend;
	double loss = c->loss_w_k +
		      (c->loss_fan_w_k - c->loss_w_k) * fan_effect(drive->part_fan) +
		      MELT_J_MM3_K * drive->flow_mm3_s;
	double rate = (power - loss * (heat->block_c - air_c)) / c->block_j_k;
	double k = (loss + power * c->heater_alpha / bend) / c->block_j_k;
	double before = heat->block_c;

	heat->block_c = settle(before, rate, k, dt_s);
	heat->sensor_c = lag(heat->sensor_c, before, heat->block_c, before + rate / k, k,
			     c->sensor_per_s, dt_s, heat->cached_sensor);
	return power;
}

static double step_bed(struct heat *heat, const struct plant_constants *c,
		       const struct heat_drive *drive, double air_c, double dt_s)
{
	double factor = bed_loss_factor(heat->plate_c, air_c);
	double power = drive->bed_pwm * c->bed_w;
	double bottom = c->plate_air_w_k * factor, top = c->top_air_w_k * factor;
	double before = heat->plate_c;
	double k = (c->plate_top_w_k + bottom) / c->plate_j_k;
	double rate = (power - c->plate_top_w_k * (before - heat->top_c) -
		       bottom * (before - air_c)) /
		      c->plate_j_k;

	heat->plate_c = settle(before, rate, k, dt_s);
	heat->bed_sensor_c =
		lag(heat->bed_sensor_c, before, heat->plate_c, before + rate / k, k,
		    c->bed_sensor_per_s, dt_s, heat->cached_bed_sensor);

	double k_top = (c->plate_top_w_k + top) / c->top_j_k;
	double plate = 0.5 * (before + heat->plate_c); /* its mean over the step */
	double rate_top =
		(c->plate_top_w_k * (plate - heat->top_c) - top * (heat->top_c - air_c)) /
		c->top_j_k;
	heat->top_c = settle(heat->top_c, rate_top, k_top, dt_s);
	return power;
}

static void step_chamber(struct heat *heat, const struct plant_constants *c,
			 const struct heat_drive *drive, double dt_s)
{
	double factor = bed_loss_factor(heat->plate_c, heat->chamber_c);
	double top = c->top_air_w_k * factor, bottom = c->plate_air_w_k * factor;
	double in = top * heat->top_c + bottom * heat->plate_c +
		    c->loss_w_k * heat->block_c + c->chamber_w_k * heat->room_c +
		    (drive->motors ? c->motors_w : c->standby_w);
	double out = top + bottom + c->loss_w_k + c->chamber_w_k;
	heat->chamber_c =
		settle(heat->chamber_c, (in - out * heat->chamber_c) / c->chamber_j_k,
		       out / c->chamber_j_k, dt_s);
}

void heat_step(struct heat *heat, const struct plant_constants *constants,
	       const struct heat_drive *drive, double dt_s)
{
	assert(dt_s > 0.0);
	bool enclosed = constants->chamber_j_k > 0.0;
	double air = enclosed ? heat->chamber_c : heat->room_c;

	cache(heat, constants, dt_s);
	double power = step_block(heat, constants, drive, air, dt_s);
	power += step_bed(heat, constants, drive, air, dt_s);
	if (enclosed)
		step_chamber(heat, constants, drive, dt_s);
	else
		heat->chamber_c = heat->room_c;
	if (drive->motors)
		power += constants->motors_w;
	heat->energy_j += power * dt_s;
}

/* Below this change in ten seconds (K) there is nothing left to follow. */
static const double STILL_C = 1e-5;

static bool at_rest(const struct heat *now, const struct heat *before)
{
	return fabs(now->block_c - before->block_c) < STILL_C &&
	       fabs(now->plate_c - before->plate_c) < STILL_C &&
	       fabs(now->top_c - before->top_c) < STILL_C &&
	       fabs(now->chamber_c - before->chamber_c) < STILL_C;
}

void heat_run(struct heat *heat, const struct plant_constants *constants,
	      const struct heat_drive *drive, sim_ns duration)
{
	bool off = drive->nozzle_pwm == 0.0 && drive->bed_pwm == 0.0 && !drive->motors;
	sim_ns longest = off ? 10 * SIM_S : 2 * SIM_S;
	while (duration > 0) {
		sim_ns part = duration < longest ? duration : longest;
		struct heat before = *heat;
		heat_step(heat, constants, drive, (double)part / 1e9);
		if (off && part == longest && at_rest(heat, &before))
			return;
		duration -= part;
	}
}
