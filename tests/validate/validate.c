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
#include "printers/classes.h"
#include "printers/plant/heat_batch.h"
#include "sim/core/real.h"
#include "tests/validate/prototype.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int outside, rows;

/* --- the table ------------------------------------------------------------------------ */

static void title(const char *text)
{
	printf("\n%-46s %10s %15s  %s\n", text, "model", "wanted", "source");
}

static void judge(const char *what, double got, double lo, double hi, const char *wanted,
		  const char *source)
{
	bool in = got >= lo && got <= hi;
	rows++;
	outside += !in;
	printf("%-46s %10.2f %15s  %s%s\n", what, got, wanted, source,
	       in ? "" : "  OUTSIDE");
}

/* Within a share of the figure. */
static void near(const char *what, double got, double wanted, double percent,
		 const char *source)
{
	char text[32];
	double off = fabs(wanted) * percent / 100.0;
	snprintf(text, sizeof(text), "%g ± %g%%", wanted, percent);
	judge(what, got, wanted - off, wanted + off, text, source);
}

/* Within an absolute distance. */
static void within(const char *what, double got, double wanted, double off,
		   const char *source)
{
	char text[32];
	snprintf(text, sizeof(text), "%.4g ± %g", wanted, off);
	judge(what, got, wanted - off, wanted + off, text, source);
}

static void between(const char *what, double got, double lo, double hi,
		    const char *source)
{
	char text[32];
	snprintf(text, sizeof(text), "%g … %g", lo, hi);
	judge(what, got, lo, hi, text, source);
}

/* --- one machine ----------------------------------------------------------------------- */

static struct heat machine(const struct plant_constants *c, double room_c)
{
	struct heat heat;
	heat_init(&heat, c, room_c);
	heat.block_c = heat.sensor_c = heat.sink_c = heat.plate_c = heat.top_c = room_c;
	heat.bed_sensor_c = heat.chamber_c = room_c;
	return heat;
}

static double reading(struct heat *heat, const struct plant_constants *c,
		      enum heat_part part)
{
	return heat_reading(heat, c, part, NULL); /* ideal: no chance is drawn */
}

/* Seconds until a part's reading passes a temperature, at full or no power. */
static double until(struct heat *heat, const struct plant_constants *c,
		    enum heat_part part, const struct heat_drive *drive, double to_c)
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

static double heat_up(const struct plant_constants *c, enum heat_part part, double volts,
		      double to_c)
{
	struct heat heat = machine(c, 25.0);
	struct heat_drive full = {.nozzle_pwm = part == HEAT_NOZZLE,
				  .bed_pwm = part == HEAT_BED};
	heat.mains_v = volts;
	return until(&heat, c, part, &full, to_c);
}

static double cool(const struct plant_constants *c, double from_c, double to_c,
		   double fan)
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

/* The power that keeps a part at a temperature: the duty that ends there, by halving. With
 * a heater of any strength: what is needed, not what it can give. */
static double hold_power(const struct plant_constants *of, enum heat_part part,
			 double at_c, double fan, double flow)
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

static double limit(const struct plant_constants *c)
{
	struct heat heat = machine(c, 25.0);
	struct heat_drive full = {.nozzle_pwm = 1.0};
	for (int i = 0; i < 4000; i++)
		heat_step(&heat, c, &full, 10.0);
	return heat.block_c;
}

/* --- closed forms, finer steps ----------------------------------------------------------- */

static struct plant_constants linear(const struct plant_constants *of)
{
	struct plant_constants c = *of;
	c.heater_alpha = c.loss_exponent = c.heatbreak_w_k = 0.0;
	return c;
}

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

/* --- autotune ----------------------------------------------------------------------------- */

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

static void autotunes(void)
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

/* --- what the machines do (not gating) ------------------------------------------------------ */

static const char *text_or_none(const char *text)
{
	return text ? text : "-";
}

/* Below our line, in its columns. */
static void print_prototype(const char *name)
{
	const struct prototype *p = prototype_of(name);
	if (p)
		printf("%22s %30s %17s %26s %20s %16s  prototype\n",
		       text_or_none(p->heat_up), text_or_none(p->hold),
		       text_or_none(p->limit), text_or_none(p->cool),
		       text_or_none(p->bed), text_or_none(p->bed_hold));
}

static void machines(void)
{
	printf("\nnot gating: what the machines do, room 25 °C, beds at 110 V; below, what an "
	       "independent program with the same constants found\n"
	       "class  to 200/220/250 °C, s   hold 220: still/fan/+flow, W   full power, °C   "
	       "220 to 50: still/fan, s   bed to 60/100, s   hold 60/100, W\n");
	for (size_t i = 0; plant_class_at(i); i++) {
		const struct plant_constants *c = plant_class_at(i);
		printf("%-5s  %6.0f %6.0f %6.0f   %9.1f %8.1f %8.1f %17.0f %17.0f %8.0f "
		       "%13.0f %6.0f %10.0f %5.0f\n",
		       c->name, heat_up(c, HEAT_NOZZLE, 110, 200),
		       heat_up(c, HEAT_NOZZLE, 110, 220),
		       heat_up(c, HEAT_NOZZLE, 110, 250),
		       hold_power(c, HEAT_NOZZLE, 220, 0, 0),
		       hold_power(c, HEAT_NOZZLE, 220, 1, 0),
		       hold_power(c, HEAT_NOZZLE, 220, 1, 20), limit(c),
		       cool(c, 220, 50, 0), cool(c, 220, 50, 1),
		       heat_up(c, HEAT_BED, 110, 60), heat_up(c, HEAT_BED, 110, 100),
		       hold_power(c, HEAT_BED, 60, 0, 0),
		       hold_power(c, HEAT_BED, 100, 0, 0));
		print_prototype(c->name);
	}
	printf("Where they differ:\n");
	for (size_t i = 0; i < sizeof(PROTOTYPE_DIFFERS) / sizeof(PROTOTYPE_DIFFERS[0]);
	     i++)
		printf("  %s\n", PROTOTYPE_DIFFERS[i]);
	printf("\nnot gating: at full power from 220 °C, true block, s to 260/300/350/400 °C\n");
	for (size_t i = 0; plant_class_at(i); i++) {
		const struct plant_constants *c = plant_class_at(i);
		struct heat heat = machine(c, 25.0);
		struct heat_drive full = {.nozzle_pwm = 1.0};
		static const double TO[] = {260, 300, 350, 400};
		double t = 0.0;
		printf("%-5s ", c->name);
		heat.block_c = heat.sensor_c = 220.0;
		for (size_t k = 0; k < 4; k++) {
			while (heat.block_c < TO[k] && t < 5000.0) {
				heat_step(&heat, c, &full, 0.5);
				t += 0.5;
			}
			printf(t < 5000.0 ? " %6.0f" : "  never", t);
		}
		const struct prototype *p = prototype_of(c->name);
		printf(p && p->full ? "   prototype: %s\n" : "\n", p ? p->full : NULL);
	}
}

/* --- speed (not gating) ----------------------------------------------------------------------- */

enum {
	FLEET = 1000,
	ROUNDS = 400
};

static double now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double alone(const struct plant_constants *c)
{
	static struct heat fleet[FLEET];
	double best = 1e12;
	for (int i = 0; i < FLEET; i++)
		fleet[i] = machine(c, 25.0);
	for (int repeat = 0; repeat < 7; repeat++) {
		double from = now_ns();
		for (int n = 0; n < ROUNDS; n++)
			for (int i = 0; i < FLEET; i++) {
				struct heat_drive drive = {.nozzle_pwm = 0.3 + 1e-4 * i,
							   .bed_pwm = 0.3,
							   .motors = true};
				heat_step(&fleet[i], c, &drive, 0.25);
			}
		double took = (now_ns() - from) / FLEET / ROUNDS;
		best = took < best ? took : best;
	}
	return best;
}

static double side_by_side(const struct plant_constants *c, int way)
{
	struct heat_batch *batch;
	double best = 1e12;
	if (heat_batch_new(FLEET, c, 25.0, &batch) != SIM_OK)
		return best;
	for (size_t i = 0; i < FLEET; i++) {
		struct heat heat = machine(c, 25.0);
		struct heat_drive drive = {.nozzle_pwm = 0.3 + 1e-4 * (double)i,
					   .bed_pwm = 0.3,
					   .motors = true};
		heat_batch_put(batch, i, &heat, &drive);
	}
	for (int repeat = 0; repeat < 7; repeat++) {
		double from = now_ns();
		for (int n = 0; n < ROUNDS; n++)
			heat_batch_step_as(batch, 0.25, way);
		double took = (now_ns() - from) / FLEET / ROUNDS;
		best = took < best ? took : best;
	}
	heat_batch_free(batch);
	return best;
}

static void speed(void)
{
	printf("\nnot gating: ns per printer-step, best of 7 (marks: 50 alone, 10 side by side)\n"
	       "class    alone");
	for (int way = 0; way < heat_batch_ways(); way++)
		printf("  %8s", heat_batch_way(way));
	printf("\n");
	for (size_t i = 0; plant_class_at(i); i++) {
		printf("%-5s %8.1f", plant_class_at(i)->name, alone(plant_class_at(i)));
		for (int way = 0; way < heat_batch_ways(); way++)
			printf("  %8.1f", side_by_side(plant_class_at(i), way));
		printf("\n");
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
	printf("\n%d rows, %d outside\n", rows, outside);
	return outside > 0;
}
