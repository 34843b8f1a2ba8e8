/*
 * heat.h - heat in and out of one machine: hotend, bed, chamber.
 *
 * Nodes: block and its sensor; heatsink; bed plate, top sheet and the bed's sensor;
 * chamber with its walls (an open frame stands in the room itself). Each node is
 *
 *	C dT/dt = P(T) - sum of G (T - T_neighbour)
 *
 * and one step is an exponential integrator. Plate and top sheet, which exchange heat fast,
 * are solved together, the block by itself with its source linearised (exponential
 * Rosenbrock) and bent; air, heatsink and losses are held meanwhile, and then corrected by
 * half of what they have moved: of second order, and stable however long the step. Against
 * Runge-Kutta steps of 5 ms, over heating, fan and flow, holding and cooling, a step of
 * 0.25 s is within 0.0001 C, 1 s within 0.001 C, 5 s within 0.05 C, in each class and at
 * each node. A sensor lags the exponential of its node exactly. Whoever drives it ends a
 * step wherever something changes; heat_run() itself ends one where the bed's thermal switch
 * acts. What depends on conductances alone is worked out anew only where one of them or the
 * length of the step has changed.
 *
 * Formulas
 *	heater   P0 u (V/Vn)^2 / (1 + alpha (T - 25 C)): a ceramic heater limits itself
 *	block    G = [A0 + (A255 - A0) phi(fan)] (dT/195)^n; phi concave, measured points
 *	         published with the MK3 thermal model; A0 and A255 were measured near dT =
 *	         195 K and contain what the heatbreak takes, which is led through the heatsink
 *	filament 2.32 mJ per mm3 and kelvin (PLA: 1.24 mg/mm3 times 1.87 J/gK)
 *	bed      losses times max(0.6, (dT/50)^0.25), and more above 100 C
 *	sensor   dTs/dt = r (X - Ts), X = c T + (1 - c) T_air; c = 1: seated
 *	reading  dead time, then heat_sense.c: thermistor, converter, the build's table
 *
 * Faults change a coupling, a resistance, a switch, a fan or a supply, never a
 * temperature: struct heat_faults is that place.
 *
 * Left out: radiation by itself, the temperature field within a node, several heaters on
 * one bed.
 */
#ifndef JOBJAM_PLANT_HEAT_H
#define JOBJAM_PLANT_HEAT_H

#include "sim/core/chance.h"
#include "sim/core/time.h"

/* What one kind of machine is, in SI units. Rows and sources: printers/classes.c. */
struct plant_constants {
	const char *name;
	/* hotend */
	double heater_w, heater_alpha; /* W at 25 C, 1/K */
	double block_j_k;
	double sensor_per_s; /* one over the sensor's time constant */
	double sensor_lag_s; /* and its dead time, at most HEAT_LAG_MAX_S */
	double loss_w_k, loss_fan_w_k; /* at dT = 195 K: fan off, fan at full */
	double loss_exponent;          /* n: 0.35 by free convection, 0 as published for PTC */
	double heatbreak_w_k;          /* a part of loss_w_k */
	double sink_j_k, sink_w_k, sink_fan_w_k; /* heatsink to air; the hotend fan adds */
	/* bed */
	double bed_w, bed_220_w; /* at 110 V, at 220 V; the same: fed from the power supply */
	double plate_j_k, top_j_k, plate_top_w_k, top_air_w_k, plate_air_w_k;
	double bed_sensor_per_s;
	double bed_switch_c; /* a thermal switch in series opens here; 0: there is none */
	/* chamber; 0: an open frame */
	double chamber_j_k, chamber_w_k;
	double motors_w, standby_w; /* electronics that warm the chamber */
	/* the readings: 0 is an ideal one, else rms noise in K and a real converter */
	double noise_c;
	/* 1: the firmware can cut the heaters' supply; 0: a stuck switch stays on */
	double supply_switch;
	/* the highest targets that it is made for */
	double nozzle_max_c, bed_max_c;
};

extern const struct plant_constants plant_class_a; /* X1C-like */
extern const struct plant_constants plant_class_b; /* P1P-like */

enum {
	HEAT_LAG_SAMPLES = 16 /* of the dead time */
};
#define HEAT_LAG_MAX_S 2.5

enum heat_part {
	HEAT_NOZZLE,
	HEAT_BED
};

enum heat_circuit {
	HEAT_CIRCUIT_SOUND,
	HEAT_CIRCUIT_OPEN,
	HEAT_CIRCUIT_SHORT,
	HEAT_CIRCUIT_FLICKERS /* open for flicker_share of each flicker_s */
};

/* What is broken. heat_faults_none() is a machine in order. */
struct heat_part_faults {
	double coupling;     /* of the bead to what it measures; 1: seated */
	double sensor_per_s; /* of a bead that hangs in air; 0: as the class has it */
	enum heat_circuit circuit;
	double flicker_s, flicker_share;
	double drift_c_s, drift_since_s; /* the bead's resistance ages */
	double offset_c;                 /* a wrong calibration */
	double beta_k;                   /* the build's table is for this bead; 0: right */
	bool frozen;                     /* the converter repeats itself */
	double frozen_c;
	bool stuck_on, broken; /* the switch; the heater or its cable */
	double power;          /* share of the heater that still works; 1 */
};

struct heat_faults {
	struct heat_part_faults part[2];
	double part_fan; /* the part fan turns like this whatever it is told; -1: obeys */
	bool hotend_fan_stalled;
	double sock;    /* on the block's loss to air; 1 */
	double draught; /* on all losses to air; 1 */
	double vent;    /* on the chamber's loss to the room: open door > 1, blocked < 1 */
	double blob_j_k;     /* plastic that went round the block */
	double bed_switch_c; /* the thermal switch opens here; 0: as the class has it */
};
struct heat_faults heat_faults_none(void);

/* What drives it; constant over a step. */
struct heat_drive {
	double nozzle_pwm, bed_pwm, part_fan; /* 0..1, as the firmware wants them */
	double flow_mm3_s;                    /* filament through the hotend */
	bool motors;
	bool no_supply; /* the firmware cuts the heaters' supply: stuck switches, too */
	bool no_power;  /* nothing turns: no fans either */
};

/* What drive and faults come to: worked out anew only where one of them changed. */
struct heat_load {
	double nozzle_w, bed_w; /* now */
	double nozzle_full_w, bed_full_w;
	double per_block_j_k, per_plate_j_k, per_top_j_k, per_chamber_j_k;
	double per_sink_w_k, sink_per_s;
	double block_w_k, melt_w_k, coupling, sensor_per_s, sink_w_k;
	double top_w_k, bottom_w_k, bed_coupling, bed_sensor_per_s;
	double chamber_w, chamber_w_k;
};

/* What one step makes of whatever keeps its conductances from step to step; for dt_s. */
struct heat_kept {
	double sensor, bed_gone; /* exp(-r dt), and 1 less that */
	double sink_block, sink_air;
	/* K per W of surplus */
	double plate_plate, plate_top, top_plate, top_top, sensor_plate, sensor_top;
	double plate_half, top_half; /* half a step, for 1 W/K more to the air */
	double chamber_way, chamber_w_k; /* and for which conductance */
};

struct heat {
	double block_c, sensor_c, sink_c;
	double plate_c, top_c, bed_sensor_c;
	double chamber_c, room_c;
	double energy_j; /* of heaters and motors */
	double mains_v;  /* 110 */
	double noise_c;  /* of the readings, as in the constants */
	bool supply_switch; /* as in the constants: no_supply cuts something */
	double clock_s;  /* since heat_init() */
	sim_ns step; /* heat_run()'s longest step; 0: 2 s while heated, 10 s else */
	bool bed_switch_open;
	struct heat_faults faults; /* after a change: heat_changed() */
	/* kept between steps: exact, only saves time */
	bool loaded;
	struct heat_drive drive;
	struct heat_load load;
	double dt_s;
	struct heat_kept kept; /* for dt_s */
	/* the dead time: what the sensor showed, in a ring that begins at lag_first */
	int lag_first, lag_n;
	double lag_at_s[HEAT_LAG_SAMPLES], lag_c[HEAT_LAG_SAMPLES];
};

/* At rest in a room; mains of 110 V. */
void heat_init(struct heat *heat, const struct plant_constants *constants, double room_c);
/* A cable of a part tears: that of its thermistor, which then hangs in the air beside it, or
 * that of its heater. By a fault or by a collision. */
void heat_tear_cable(struct heat *heat, enum heat_part part, bool thermistor);
/* Faults or mains have been changed from outside. */
void heat_changed(struct heat *heat);
/* One step of dt_s > 0, best below 5 s while something heats. */
void heat_step(struct heat *heat, const struct plant_constants *constants,
	       const struct heat_drive *drive, double dt_s);
/* As many steps as it takes: at most 2 s while heated, 10 s while cooling, none once
 * nothing changes any more. */
void heat_run(struct heat *heat, const struct plant_constants *constants,
	      const struct heat_drive *drive, sim_ns duration);
/* Does a heater give power under this drive? Also a stuck one. */
bool heat_is_heated(const struct heat *heat, const struct heat_drive *drive);

/* What the firmware reads (heat_sense.c). luck is only drawn from where there is noise. */
double heat_reading(struct heat *heat, const struct plant_constants *constants,
		    enum heat_part part, struct chance *luck);
/* The converter stands still at what it shows now. */
void heat_freeze(struct heat *heat, const struct plant_constants *constants,
		 enum heat_part part, struct chance *luck);

#endif
