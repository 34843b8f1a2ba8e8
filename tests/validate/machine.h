/*
 * machine.h - one machine without firmware: how long it takes to get hot or cold, and what it
 * takes to stay so. Rooms of 25 degrees C, readings without noise.
 */
#ifndef JOBJAM_TESTS_VALIDATE_MACHINE_H
#define JOBJAM_TESTS_VALIDATE_MACHINE_H

#include "printers/plant/heat.h"

/* The same machine with a heater of one resistance, losses in proportion, and no heatbreak. */
struct plant_constants linear(const struct plant_constants *of);
/* At rest, all of it as warm as the room. */
struct heat machine(const struct plant_constants *c, double room_c);
double reading(struct heat *heat, const struct plant_constants *c, enum heat_part part);
/* Seconds until a part's reading passes a temperature, at full or no power. */
double until(struct heat *heat, const struct plant_constants *c, enum heat_part part,
	     const struct heat_drive *drive, double to_c);
double heat_up(const struct plant_constants *c, enum heat_part part, double volts, double to_c);
/* Of the nozzle, after it was hot for long. */
double cool(const struct plant_constants *c, double from_c, double to_c, double fan);
/* The power that keeps a part at a temperature: the duty that ends there, by halving. With
 * a heater of any strength: what is needed, not what it can give. */
double hold_power(const struct plant_constants *of, enum heat_part part, double at_c, double fan,
		  double flow);
/* How hot the nozzle gets at full power. */
double limit(const struct plant_constants *c);

#endif
