/*
 * heat.h - heat in and out of one machine: hotend, bed, chamber.
 *
 * Nodes: block and its sensor; bed plate, top sheet and the bed's sensor; chamber with
 * its walls. Each node is
 *
 *	C dT/dt = P(T) - sum of G (T - T_neighbour)
 *
 * and one step is an exponential integrator: the neighbours are held, the source is
 * linearised, and that much is solved exactly. Against a 10 ms reference a step of 1 s is
 * within 0.01 C, 5 s within 0.1 C (facts: prototype of the same scheme). A sensor lags
 * the exponential of its node exactly.
 *
 * The PTC heater gives P0 u / (1 + alpha (T - 25 C)). Losses of the bed grow with
 * max(0.6, (dT/50)^0.25). Melting filament takes 2.32 mJ per mm3 and kelvin.
 *
 * Left out: heatsink and heat creep, radiation by itself, noise and quantisation of the
 * readings, mains voltage other than the one in the row.
 */
#ifndef JOBJAM_PLANT_HEAT_H
#define JOBJAM_PLANT_HEAT_H

#include "sim/core/time.h"

/* SI units. Published values where there are any; [E] marks an engineering estimate. */
struct plant_constants {
	const char *name;
	/* hotend */
	double heater_w, heater_alpha; /* W at 25 C, 1/K */
	double block_j_k;
	double sensor_per_s;           /* one over the sensor's time constant */
	double loss_w_k, loss_fan_w_k; /* fan off, fan at full */
	/* bed */
	double bed_w, plate_j_k, top_j_k, plate_top_w_k, top_air_w_k, plate_air_w_k;
	double bed_sensor_per_s;
	/* chamber; 0: an open frame */
	double chamber_j_k, chamber_w_k;
	double motors_w, standby_w; /* electronics that warm the chamber */
};

extern const struct plant_constants plant_class_a; /* X1C-like */
extern const struct plant_constants plant_class_b; /* P1P-like */

/* What drives it; constant over a step. */
struct heat_drive {
	double nozzle_pwm, bed_pwm, part_fan; /* 0..1 */
	double flow_mm3_s;                    /* filament through the hotend */
	bool motors;
};

struct heat {
	double block_c, sensor_c;
	double plate_c, top_c, bed_sensor_c;
	double chamber_c, room_c;
	double energy_j; /* of heaters and motors */
	/* exp(-rate dt) of the two sensors for the last dt: exact, only saves time */
	double cached_s, cached_sensor, cached_bed_sensor;
};

void heat_init(struct heat *heat, const struct plant_constants *constants, double room_c);
/* One step of dt_s > 0, best below 5 s while something heats. */
void heat_step(struct heat *heat, const struct plant_constants *constants,
	       const struct heat_drive *drive, double dt_s);
/* As many steps as it takes: at most 2 s while heated, 10 s while cooling, none once
 * nothing changes any more. */
void heat_run(struct heat *heat, const struct plant_constants *constants,
	      const struct heat_drive *drive, sim_ns duration);

#endif
