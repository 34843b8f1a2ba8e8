/*
 * plant.c - what the heat of one machine costs: nanoseconds a printer-step, one machine
 * after the other and side by side. Marks: 50 and 10.
 *
 * The best of several rounds: what else this machine does can only add.
 */
#include "printers/classes.h"
#include "printers/plant/heat_batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
	MACHINES = 1000,
	STEPS = 400,
	ROUNDS = 7
};
static const double STEP_S = 0.25;

static double host_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* They heat at different duties, as a fleet does. */
static struct heat_drive drive_of(int i)
{
	return (struct heat_drive){.nozzle_pwm = 0.2 + 0.0005 * i,
				   .bed_pwm = 0.1 + 0.0003 * i,
				   .part_fan = i % 2,
				   .flow_mm3_s = 5,
				   .motors = true};
}

static double one_by_one(const struct plant_constants *constants, double *ret_sum)
{
	static struct heat heats[MACHINES];
	for (int i = 0; i < MACHINES; i++)
		heat_init(&heats[i], constants, 22.0);
	double began = host_s();
	for (int i = 0; i < MACHINES; i++) {
		struct heat_drive drive = drive_of(i);
		for (int n = 0; n < STEPS; n++)
			heat_step(&heats[i], constants, &drive, STEP_S);
	}
	double took = host_s() - began;
	*ret_sum = 0;
	for (int i = 0; i < MACHINES; i++)
		*ret_sum += heats[i].block_c;
	return took;
}

static double side_by_side(const struct plant_constants *constants, int way,
			   double *ret_sum)
{
	struct heat_batch *batch;
	struct heat heat;
	if (heat_batch_new(MACHINES, constants, 22.0, &batch) != SIM_OK)
		exit(1);
	heat_init(&heat, constants, 22.0);
	for (int i = 0; i < MACHINES; i++) {
		struct heat_drive drive = drive_of(i);
		heat_batch_put(batch, (size_t)i, &heat, &drive);
	}
	double began = host_s();
	for (int n = 0; n < STEPS; n++)
		heat_batch_step_as(batch, STEP_S, way);
	double took = host_s() - began;
	*ret_sum = 0;
	for (int i = 0; i < MACHINES; i++) {
		heat_batch_get(batch, (size_t)i, &heat);
		*ret_sum += heat.block_c;
	}
	heat_batch_free(batch);
	return took;
}

/* way -1: one after the other. */
static double best_ns(const struct plant_constants *constants, int way, double *ret_sum)
{
	double best = 1e9;
	for (int i = 0; i < ROUNDS; i++) {
		double took = way < 0 ? one_by_one(constants, ret_sum)
				      : side_by_side(constants, way, ret_sum);
		best = took < best ? took : best;
	}
	return best * 1e9 / MACHINES / STEPS;
}

int main(void)
{
	static const char *const CLASSES[] = {"A", "B", "D"};
	int differ = 0;
	printf("The heat of %d machines in steps of %g s, ns a printer-step (marks: 50 alone, "
	       "10 side by side)\n",
	       MACHINES, STEP_S);
	for (size_t k = 0; k < sizeof(CLASSES) / sizeof(CLASSES[0]); k++) {
		const struct plant_constants *constants = plant_class_find(CLASSES[k]);
		double alone, sum;
		printf("  class %-2s  alone %5.1f", CLASSES[k],
		       best_ns(constants, -1, &alone));
		for (int way = 0; way < heat_batch_ways(); way++) {
			printf(",  %s %5.1f", heat_batch_way(way),
			       best_ns(constants, way, &sum));
			differ |= sum != alone; /* not the same work */
		}
		printf("\n");
	}
	return differ;
}
