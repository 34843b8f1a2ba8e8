/* ungated.c - what the machines do, and what a step costs: shown, not judged. */
#include "printers/classes.h"
#include "printers/plant/heat_batch.h"
#include "tests/validate/machine.h"
#include "tests/validate/prototype.h"
#include "tests/validate/validate.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

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

void machines(void)
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

void speed(void)
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
