/* validate.c - the plant against closed forms, against its own finer steps, and against
 * published figures: a table, each row with its source and tolerance. A row outside ends
 * with status 1. Beside it, not gating: what the machines do.
 *
 *	make validate
 *
 * Sources, by the word in the table
 *	closed form   solved by hand for constant power and losses
 *	fine step     the same formulas in steps of 10 ms
 *	vendor        what the maker of the machine states: converges near 400 °C; slicer
 *	              profile, 2 °C/s both ways
 *	MK3 model     the maker's thermal model: hold power from its table of R
 *	MINI model    the maker's model for stuck thermistors: ramp at full power
 *	Revo table    power over temperature, published with a controller's manual
 *	users' M307   tunings that users of another firmware published: 6 beds, 12 hotends
 *	prototype     an independent program with the same constants, room 25 °C. Wider where
 *	              it is known to differ: the heatbreak here conducts in proportion to
 *	              dT (limit 5 %, cooling 10 %), and its bed sensors lag more (12 %)
 *	autotune      the published procedure of a model-predictive controller, run here
 */
#include "tests/validate/validate.h"
#include "printers/classes.h"
#include "printers/plant/heat_batch.h"
#include "sim/core/real.h"
#include "tests/validate/machine.h"
#include "tests/validate/prototype.h"
#include "tests/validate/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- closed forms, finer steps ----------------------------------------------------------- */

static void closed_forms(void)
{
	title("closed forms");
	for (size_t i = 0; plant_class_at(i); i++) {
		struct plant_constants c = linear(plant_class_at(i));
		struct heat heat = machine(&c, 25.0);
		struct heat_drive half = {.nozzle_pwm = 0.5};
		char what[64];
		c.chamber_j_k = c.chamber_w_k = 0.0;
		double k = c.loss_w_k / c.block_j_k, r = c.sensor_per_s, t = 100.0;
		double end = 25.0 + 0.5 * c.heater_w / c.loss_w_k;
		double b = r * (25.0 - end) / (r - k);
		for (int n = 0; n < 400; n++)
			heat_step(&heat, &c, &half, 0.25);
		snprintf(what, sizeof(what), "%s linear: block after 100 s, °C", c.name);
		within(what, heat.block_c, end + (25.0 - end) * real_exp(-k * t), 1e-6,
		       "closed form");
		snprintf(what, sizeof(what), "%s linear: its sensor, °C", c.name);
		within(what, heat.sensor_c,
		       end + (25.0 - end - b) * real_exp(-r * t) + b * real_exp(-k * t),
		       1e-6, "closed form");
	}
}

/* 60 s of heating, 60 s of fan and flow, 60 s off: the worst distance from 10 ms steps. */
static double worst(const struct plant_constants *c, double step, bool bed)
{
	static const struct heat_drive DRIVES[] = {
		{.nozzle_pwm = 1.0, .bed_pwm = 1.0},
		{.nozzle_pwm = 1.0, .bed_pwm = 0.2, .part_fan = 1.0, .flow_mm3_s = 20.0},
		{.nozzle_pwm = 0.0},
	};
	struct heat coarse = machine(c, 25.0), fine = coarse;
	double off = 0.0;
	for (int d = 0; d < 3; d++)
		for (double t = 0.0; t < 60.0 - 1e-9; t += step) {
			heat_step(&coarse, c, &DRIVES[d], step);
			for (int i = 0; i < (int)(step * 100.0 + 0.5); i++)
				heat_step(&fine, c, &DRIVES[d], 0.01);
			double now = bed ? fabs(coarse.plate_c - fine.plate_c)
					 : fabs(coarse.block_c - fine.block_c);
			off = now > off ? now : off;
		}
	return off;
}

static void finer_steps(void)
{
	static const struct {
		double step, block, plate;
	} ROWS[] = {{0.25, 0.001, 0.001}, {1.0, 0.002, 0.001}, {5.0, 0.05, 0.01}};
	title("steps, against 10 ms: worst distance in 180 s");
	for (size_t i = 0; i < 3; i++)
		for (int bed = 0; bed < 2; bed++) {
			double off = 0.0;
			char what[64];
			for (size_t k = 0; plant_class_at(k); k++) {
				double now = worst(plant_class_at(k), ROWS[i].step, bed);
				off = now > off ? now : off;
			}
			snprintf(what, sizeof(what), "%s, all classes, %g s steps, K",
				 bed ? "bed" : "block", ROWS[i].step);
			between(what, off, 0.0, bed ? ROWS[i].plate : ROWS[i].block,
				"fine step");
		}
}

/* --- published figures ------------------------------------------------------------------- */

static double rate(const struct plant_constants *c, double from_c, double to_c)
{
	struct heat heat = machine(c, 25.0);
	struct heat_drive full = {.nozzle_pwm = 1.0}, off = {.part_fan = 1.0};
	if (from_c < to_c) {
		double before = until(&heat, c, HEAT_NOZZLE, &full, from_c);
		(void)before;
		return (to_c - from_c) / until(&heat, c, HEAT_NOZZLE, &full, to_c);
	}
	heat.block_c = heat.sensor_c = from_c;
	return (from_c - to_c) / until(&heat, c, HEAT_NOZZLE, &off, to_c);
}

static double steepest(const struct plant_constants *c)
{
	struct heat heat = machine(c, 25.0);
	struct heat_drive full = {.nozzle_pwm = 1.0};
	double most = 0.0;
	for (int i = 0; i < 60; i++) {
		double before = heat.sensor_c;
		heat_step(&heat, c, &full, 1.0);
		most = heat.sensor_c - before > most ? heat.sensor_c - before : most;
	}
	return most;
}

static void published_hotends(void)
{
	static const struct {
		double c, w;
	} REVO[] = {{180, 30}, {200, 29}, {220, 28}, {240, 28}, {260, 27}, {300, 26}};
	char what[64];
	title("hotends, published");
	near("A at full power for ever, °C", limit(&plant_class_a), 400, 5, "vendor");
	near("B at full power for ever, °C", limit(&plant_class_b), 400, 5, "vendor");
	near("B 140 to 220 °C, K/s", rate(&plant_class_b, 140, 220), 2.0, 15, "vendor");
	near("B 250 to 140 °C, fan, K/s", rate(&plant_class_b, 250, 140), 2.0, 20,
	     "vendor");
	near("E holds 220 °C, fan off, W",
	     hold_power(&plant_class_e, HEAT_NOZZLE, 220, 0, 0), 195 / 20.5, 3,
	     "MK3 model");
	near("E holds 220 °C, fan at full, W",
	     hold_power(&plant_class_e, HEAT_NOZZLE, 220, 1, 0), 195 / 10.1, 3,
	     "MK3 model");
	near("E2 holds 220 °C, fan off, W",
	     hold_power(&plant_class_e2, HEAT_NOZZLE, 220, 0, 0), 195 / 25.3, 3,
	     "MK3 model");
	near("F steepest rise at full power, K/s", steepest(&plant_class_f), 3.58, 10,
	     "MINI model");
	for (size_t i = 0; i < sizeof(REVO) / sizeof(REVO[0]); i++) {
		const struct plant_constants *c = &plant_class_e2;
		snprintf(what, sizeof(what), "E2 heater at %g °C, W", REVO[i].c);
		near(what, c->heater_w / (1.0 + c->heater_alpha * (REVO[i].c - 25.0)),
		     REVO[i].w, 15, "Revo table");
	}
	for (size_t i = 0; plant_class_at(i); i++) {
		const struct plant_constants *c = plant_class_at(i);
		snprintf(what, sizeof(what), "%s steepest rise, K/s", c->name);
		between(what, steepest(c), 1.18, 4.6,
			"users' M307 to 3.57, MK3 model to 4.56");
		snprintf(what, sizeof(what), "%s time constant of cooling at 195 K, s",
			 c->name);
		between(what, c->block_j_k / c->loss_w_k, 105, 360, "users' M307");
	}
}

static void published_beds(void)
{
	char what[64];
	title("beds, published");
	for (size_t i = 0; plant_class_at(i); i++) {
		const struct plant_constants *c = plant_class_at(i);
		snprintf(what, sizeof(what), "%s 25 to 60 °C at 110 V, s", c->name);
		between(what, heat_up(c, HEAT_BED, 110, 60), 43, 134, "users' M307");
		snprintf(what, sizeof(what), "%s 25 to 100 °C at 110 V, s", c->name);
		between(what, heat_up(c, HEAT_BED, 110, 100), 91, 325, "users' M307");
		snprintf(what, sizeof(what), "%s duty that holds 60 °C", c->name);
		between(what, hold_power(c, HEAT_BED, 60, 0, 0) / c->bed_w, 0.05, 0.25,
			"users' M307: 0.06 … 0.22");
	}
}

static void prototype(void)
{
	static const struct {
		const struct plant_constants *c;
		double to200, to220, to250, hold, fan, flow, limit, cool, cool_fan;
	} HOT[] = {
		{&plant_class_b, 68, 80, 101, 11.3, 25.4, 34.4, 409, 427, 192},
		{&plant_class_d, 89, 101, 121, 13.3, 18.9, 28.0, 467, 743, 522},
		{&plant_class_d2, 90, 107, 141, 24.5, 25.6, 34.7, 305, 349, 334},
		{&plant_class_e, 66, 74, 87, 9.5, 19.3, 28.4, 569, 750, 372},
	};
	static const struct {
		const struct plant_constants *c;
		double volts, to60, to100;
	} BEDS[] = {
		{&plant_class_a, 220, 36, 70},   {&plant_class_a, 110, 98, 220},
		{&plant_class_b, 110, 98, 224},  {&plant_class_c, 110, 98, 228},
		{&plant_class_d, 110, 124, 302}, {&plant_class_e, 110, 90, 222},
		{&plant_class_f, 110, 112, 289},
	};
	char what[64];
	title("hotends and beds, expected of these constants");
	for (size_t i = 0; i < sizeof(HOT) / sizeof(HOT[0]); i++) {
		const struct plant_constants *c = HOT[i].c;
#define SAY(format) snprintf(what, sizeof(what), "%s " format, c->name)
		SAY("25 to 200 °C, s");
		near(what, heat_up(c, HEAT_NOZZLE, 110, 200), HOT[i].to200, 6,
		     "prototype");
		SAY("25 to 220 °C, s");
		near(what, heat_up(c, HEAT_NOZZLE, 110, 220), HOT[i].to220, 6,
		     "prototype");
		SAY("25 to 250 °C, s");
		near(what, heat_up(c, HEAT_NOZZLE, 110, 250), HOT[i].to250, 6,
		     "prototype");
		SAY("holds 220 °C, W");
		near(what, hold_power(c, HEAT_NOZZLE, 220, 0, 0), HOT[i].hold, 3,
		     "prototype");
		SAY("holds 220 °C, fan, W");
		near(what, hold_power(c, HEAT_NOZZLE, 220, 1, 0), HOT[i].fan, 3,
		     "prototype");
		SAY("holds 220 °C, fan and 20 mm3/s, W");
		near(what, hold_power(c, HEAT_NOZZLE, 220, 1, 20), HOT[i].flow, 3,
		     "prototype");
		SAY("at full power for ever, °C");
		near(what, limit(c), HOT[i].limit, 5, "prototype");
		SAY("220 to 50 °C, s");
		near(what, cool(c, 220, 50, 0), HOT[i].cool, 10, "prototype");
		SAY("220 to 50 °C, fan, s");
		near(what, cool(c, 220, 50, 1), HOT[i].cool_fan, 10, "prototype");
	}
	for (size_t i = 0; i < sizeof(BEDS) / sizeof(BEDS[0]); i++) {
		const struct plant_constants *c = BEDS[i].c;
		snprintf(what, sizeof(what), "%s bed at %g V, 25 to 60 °C, s", c->name,
			 BEDS[i].volts);
		near(what, heat_up(c, HEAT_BED, BEDS[i].volts, 60), BEDS[i].to60, 12,
		     "prototype");
		snprintf(what, sizeof(what), "%s bed at %g V, 25 to 100 °C, s", c->name,
			 BEDS[i].volts);
		near(what, heat_up(c, HEAT_BED, BEDS[i].volts, 100), BEDS[i].to100, 12,
		     "prototype");
	}
}

int main(void)
{
	closed_forms();
	finer_steps();
	published_hotends();
	published_beds();
	prototype();
	autotunes();
	machines();
	speed();
	return table_sum() > 0;
}
