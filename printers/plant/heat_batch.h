/*
 * heat_batch.h - the heat of many machines of one class, stepped side by side.
 *
 * For sweeps in which nothing leaves the plant: validation, populations, benchmarks. (A
 * machine in a run steps alone, when its own build wants to.) Eight machines lie in one
 * group, node by node, so that the compiler turns the step into vectors, as wide as the
 * processor has them; the results are the same bits as heat_step()'s, on any of them.
 *
 * Left out: the bed's thermal switch and the dead time of readings; energy is counted.
 */
#ifndef JOBJAM_PLANT_HEAT_BATCH_H
#define JOBJAM_PLANT_HEAT_BATCH_H

#include "printers/plant/heat.h"
#include "sim/core/status.h"

struct heat_batch;

/* n machines in a room of that temperature, at rest. Borrows constants. SIM_ENOMEM. */
int heat_batch_new(size_t n, const struct plant_constants *constants, double room_c,
		   struct heat_batch **ret_batch);
void heat_batch_free(struct heat_batch *batch);
/* Takes a machine's state, drive and faults over; and gives its temperatures and energy
 * back. */
void heat_batch_put(struct heat_batch *batch, size_t i, const struct heat *heat,
		    const struct heat_drive *drive);
void heat_batch_get(const struct heat_batch *batch, size_t i, struct heat *heat);
/* One step of dt_s for all of them. */
void heat_batch_step(struct heat_batch *batch, double dt_s);

/* The ways in which it can be done: 0 plain, and what this processor has beyond. */
int heat_batch_ways(void);
const char *heat_batch_way(int way); /* "128 bit", … */
void heat_batch_step_as(struct heat_batch *batch, double dt_s, int way);

#endif
