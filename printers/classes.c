/* classes.c - the kinds of machines, one row each, and the check of a row. */
#include "printers/classes.h"

#include "printers/plant/heat_math.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Hotends: A-C a 48 W ceramic heater whose PTC coefficient and losses are as published
 * for its kind, capacity and lag [E]; D the constants published with a model-predictive
 * controller for the E3D V6; D2 the community's for a stock Ender-3 V2; E and E2 the
 * vendor's thermal model of the MK3 with V6 and with Revo 40 W; F the published ones of
 * the MINI. Heatsinks [E]: 32 C beside a block of 220, and 57 C, where PLA clogs, 9
 * minutes after the fan has stopped. Beds [E], to a quarter, but where the heat-up times
 * of comparable beds pin them down. What a machine is made for: the vendors' figures. */
#define SINK \
	.heatbreak_w_k = 0.010, .sink_j_k = 22, .sink_w_k = 0.03, .sink_fan_w_k = 0.25
#define CERAMIC                                                                        \
	.heater_w = 48, .heater_alpha = 0.003, .block_j_k = 12.0, .sensor_per_s = 0.5, \
	.loss_w_k = 0.058, .loss_fan_w_k = 0.130, SINK, .nozzle_max_c = 300,           \
	.supply_switch = 1
#define MAINS_BED \
	.bed_w = 300, .bed_220_w = 900, .bed_sensor_per_s = 0.2, .bed_switch_c = 140
/* clang-format off */
const struct plant_constants plant_class_a = {
	.name = "A", CERAMIC, MAINS_BED,
	.plate_j_k = 560, .top_j_k = 190, .plate_top_w_k = 18,
	.top_air_w_k = 0.75, .plate_air_w_k = 0.35, .bed_max_c = 110,
	.chamber_j_k = 5200, .chamber_w_k = 3.2, .motors_w = 45, .standby_w = 10,
};
const struct plant_constants plant_class_b = {
	.name = "B", CERAMIC, MAINS_BED,
	.plate_j_k = 560, .top_j_k = 190, .plate_top_w_k = 18,
	.top_air_w_k = 0.80, .plate_air_w_k = 0.40, .bed_max_c = 100,
	.motors_w = 35, .standby_w = 10,
};
const struct plant_constants plant_class_c = { /* its bed moves */
	.name = "C", CERAMIC, MAINS_BED,
	.plate_j_k = 540, .top_j_k = 190, .plate_top_w_k = 18,
	.top_air_w_k = 0.95, .plate_air_w_k = 0.55, .bed_max_c = 100,
	.motors_w = 35, .standby_w = 10,
};
#define ENDER_BED                                                               \
	.bed_w = 220, .bed_220_w = 220, .plate_j_k = 480, .top_j_k = 210,       \
	.plate_top_w_k = 12, .top_air_w_k = 0.70, .plate_air_w_k = 0.55,        \
	.bed_sensor_per_s = 0.2, .bed_max_c = 110, .motors_w = 20, .standby_w = 5
const struct plant_constants plant_class_d = {
	.name = "D", SINK, ENDER_BED,
	.heater_w = 40, .block_j_k = 16.7, .sensor_per_s = 0.22,
	.loss_w_k = 0.068, .loss_fan_w_k = 0.097, .loss_exponent = 0.35,
	.nozzle_max_c = 260,
};
const struct plant_constants plant_class_d2 = {
	.name = "D2", SINK, ENDER_BED,
	.heater_w = 40, .block_j_k = 14.4, .sensor_per_s = 0.2187,
	.loss_w_k = 0.1257, .loss_fan_w_k = 0.1315, .loss_exponent = 0.35,
	.nozzle_max_c = 260,
};
#define MK3_BED                                                                 \
	.bed_w = 200, .bed_220_w = 200, .plate_j_k = 260, .top_j_k = 190,       \
	.plate_top_w_k = 12, .top_air_w_k = 0.68, .plate_air_w_k = 0.55,        \
	.bed_sensor_per_s = 0.2, .bed_max_c = 120, .motors_w = 25, .standby_w = 7
const struct plant_constants plant_class_e = {
	.name = "E", SINK, MK3_BED,
	.heater_w = 38, .block_j_k = 12.1, .sensor_per_s = 0.25, .sensor_lag_s = 2.1,
	.loss_w_k = 0.0488, .loss_fan_w_k = 0.0990, .loss_exponent = 0.35,
	.nozzle_max_c = 300,
};
const struct plant_constants plant_class_e2 = {
	.name = "E2", SINK, MK3_BED,
	.heater_w = 40, .heater_alpha = 0.0028, .block_j_k = 8.77,
	.sensor_per_s = 0.6, .sensor_lag_s = 0.27,
	.loss_w_k = 0.0395, .loss_fan_w_k = 0.0649,
	.nozzle_max_c = 300,
};
const struct plant_constants plant_class_f = {
	.name = "F", SINK,
	.heater_w = 40, .block_j_k = 10.46, .sensor_per_s = 0.7801,
	.loss_w_k = 0.0564, .loss_fan_w_k = 0.1264, .loss_exponent = 0.35,
	.nozzle_max_c = 280,
	.bed_w = 100, .bed_220_w = 100, .plate_j_k = 160, .top_j_k = 115,
	.plate_top_w_k = 8, .top_air_w_k = 0.42, .plate_air_w_k = 0.30,
	.bed_sensor_per_s = 0.2, .bed_max_c = 100, .motors_w = 20, .standby_w = 5,
};
/* clang-format on */

static const struct plant_constants *const CLASSES[] = {
	&plant_class_a,  &plant_class_b, &plant_class_c,  &plant_class_d,
	&plant_class_d2, &plant_class_e, &plant_class_e2, &plant_class_f,
};

const struct plant_constants *plant_class_at(size_t index)
{
	return index < sizeof(CLASSES) / sizeof(CLASSES[0]) ? CLASSES[index] : NULL;
}

const struct plant_constants *plant_class_find(const char *name)
{
	for (size_t i = 0; plant_class_at(i); i++)
		if (strcmp(CLASSES[i]->name, name) == 0)
			return CLASSES[i];
	return NULL;
}

/* --- the constants by name ------------------------------------------------------- */

enum constant_kind {
	ABOVE_ZERO, /* something is divided by it, or nothing works without */
	NOT_NEGATIVE
};

#define CONSTANT(field, of_unit, of_kind, of_help)                                 \
	{                                                                          \
#field, of_unit, of_help, offsetof(struct plant_constants, field), \
			of_kind                                                    \
	}

static const struct {
	const char *name, *unit, *help;
	size_t offset;
	enum constant_kind kind;
} CONSTANTS[] = {
	CONSTANT(heater_w, "W", ABOVE_ZERO, "Hotend heater at 25 °C."),
	CONSTANT(heater_alpha, "1/K", NOT_NEGATIVE,
		 "How much its resistance grows with temperature; 0: a cartridge."),
	CONSTANT(block_j_k, "J/K", ABOVE_ZERO, "Heat capacity of the block."),
	CONSTANT(sensor_per_s, "1/s", ABOVE_ZERO,
		 "One over the time constant of the hotend's sensor."),
	CONSTANT(sensor_lag_s, "s", NOT_NEGATIVE, "Dead time of the hotend's sensor."),
	CONSTANT(loss_w_k, "W/K", ABOVE_ZERO,
		 "Loss of the block at 195 K above the air, part fan off."),
	CONSTANT(loss_fan_w_k, "W/K", ABOVE_ZERO, "The same with the part fan at full."),
	CONSTANT(loss_exponent, "", NOT_NEGATIVE,
		 "How the loss grows with temperature; 0: not, 0.35: free convection."),
	CONSTANT(heatbreak_w_k, "W/K", NOT_NEGATIVE,
		 "The part of the loss that goes into the heatsink."),
	CONSTANT(sink_j_k, "J/K", ABOVE_ZERO, "Heat capacity of the heatsink."),
	CONSTANT(sink_w_k, "W/K", ABOVE_ZERO, "Loss of the heatsink, its fan stopped."),
	CONSTANT(sink_fan_w_k, "W/K", NOT_NEGATIVE, "What its fan adds."),
	CONSTANT(bed_w, "W", ABOVE_ZERO, "Bed heater at 110 V."),
	CONSTANT(bed_220_w, "W", ABOVE_ZERO,
		 "Bed heater at 220 V; as bed_w: behind a power supply."),
	CONSTANT(plate_j_k, "J/K", ABOVE_ZERO, "Heat capacity of the heated plate."),
	CONSTANT(top_j_k, "J/K", ABOVE_ZERO, "Heat capacity of the sheet on it."),
	CONSTANT(plate_top_w_k, "W/K", ABOVE_ZERO, "From plate to sheet."),
	CONSTANT(top_air_w_k, "W/K", ABOVE_ZERO, "From sheet to air, at 50 K."),
	CONSTANT(plate_air_w_k, "W/K", ABOVE_ZERO, "From plate to air, at 50 K."),
	CONSTANT(bed_sensor_per_s, "1/s", ABOVE_ZERO,
		 "One over the time constant of the bed's sensor."),
	CONSTANT(bed_switch_c, "°C", NOT_NEGATIVE,
		 "Where the bed's thermal switch opens; 0: there is none."),
	CONSTANT(chamber_j_k, "J/K", NOT_NEGATIVE,
		 "Heat capacity of chamber and walls; 0: an open frame."),
	CONSTANT(chamber_w_k, "W/K", NOT_NEGATIVE, "From chamber to room."),
	CONSTANT(motors_w, "W", NOT_NEGATIVE, "Electronics while something moves."),
	CONSTANT(standby_w, "W", NOT_NEGATIVE, "Electronics at rest."),
	CONSTANT(
		noise_c, "K", NOT_NEGATIVE,
		"Noise of the readings, rms; 0: ideal readings, else also a converter's steps."),
	CONSTANT(supply_switch, "", NOT_NEGATIVE,
		 "1: the firmware can cut the heaters' supply; 0: only their switches."),
	CONSTANT(nozzle_max_c, "°C", ABOVE_ZERO,
		 "Highest nozzle temperature it is made for."),
	CONSTANT(bed_max_c, "°C", ABOVE_ZERO, "Highest bed temperature it is made for."),
};

enum {
	N_CONSTANTS = sizeof(CONSTANTS) / sizeof(CONSTANTS[0]),
	N_WORDS = 2 /* name, like */
};

static double *field(struct plant_constants *constants, size_t i)
{
	return (double *)(void *)((char *)constants + CONSTANTS[i].offset);
}

static double value_of(const struct plant_constants *constants, size_t i)
{
	double value;
	memcpy(&value, (const char *)constants + CONSTANTS[i].offset, sizeof(value));
	return value;
}

const struct vocab_row *plant_machine_row(void)
{
	static struct param params[N_WORDS + N_CONSTANTS] = {
		{.name = "name",
		 .type = PARAM_TEXT,
		 .help = "What printers{ model = … } calls it."},
		{.name = "like",
		 .type = PARAM_TEXT,
		 .help = "The model whose constants and geometry hold where nothing else is said."},
	};
	static const struct vocab_row ROW = {
		.name = "machine",
		.summary = "A machine of one's own.",
		.help = "Constants in SI units; those that are left out are as in `like`.",
		.params = params,
		.n_params = N_WORDS + N_CONSTANTS,
	};
	for (size_t i = 0; i < N_CONSTANTS; i++)
		params[N_WORDS + i] = (struct param){.name = CONSTANTS[i].name,
						     .type = PARAM_REAL,
						     .unit = CONSTANTS[i].unit,
						     .fallback = "0",
						     .help = CONSTANTS[i].help};
	return &ROW;
}

int plant_constants_take(struct plant_constants *constants, const struct value *values,
			 struct sim_error *error)
{
	for (size_t i = 0; i < N_CONSTANTS; i++)
		if (values[N_WORDS + i].given)
			*field(constants, i) = values[N_WORDS + i].as.real;
	return plant_constants_check(constants, error);
}

/* --- can it be ------------------------------------------------------------------- */

static int refuse(struct sim_error *error, const struct plant_constants *constants,
		  const char *what, double has, const char *why)
{
	char number[TEXT_REAL_MAX];
	return sim_fail(error, SIM_EINVAL, "machine \"%s\": %s = %s: %s", constants->name,
			what, text_real(has, 6, number), why);
}

static int check_ranges(const struct plant_constants *constants, struct sim_error *error)
{
	for (size_t i = 0; i < N_CONSTANTS; i++) {
		double value = value_of(constants, i);
		if (!(value >= 0.0))
			return refuse(error, constants, CONSTANTS[i].name, value,
				      "may not be negative");
		if (value == 0.0 && CONSTANTS[i].kind == ABOVE_ZERO)
			return refuse(error, constants, CONSTANTS[i].name, value,
				      "must be above 0");
		if (value > 1e7)
			return refuse(error, constants, CONSTANTS[i].name, value,
				      "is beyond any machine (10 000 000)");
	}
	return SIM_OK;
}

static int check_relations(const struct plant_constants *c, struct sim_error *error)
{
	double sink = c->sink_w_k + c->sink_fan_w_k;
	double through = c->heatbreak_w_k * sink / (c->heatbreak_w_k + sink);
	if (c->loss_fan_w_k < c->loss_w_k)
		return refuse(error, c, "loss_fan_w_k", c->loss_fan_w_k,
			      "the part fan cannot warm the block: below loss_w_k");
	if (through >= c->loss_w_k)
		return refuse(error, c, "heatbreak_w_k", c->heatbreak_w_k,
			      "takes more than the whole loss_w_k of which it is a part");
	if (c->bed_220_w < c->bed_w)
		return refuse(error, c, "bed_220_w", c->bed_220_w,
			      "220 V cannot give less than 110 V: below bed_w");
	if (c->chamber_j_k > 0.0 && c->chamber_w_k <= 0.0)
		return refuse(error, c, "chamber_w_k", c->chamber_w_k,
			      "must be above 0 where there is a chamber");
	if (c->chamber_j_k == 0.0 && c->chamber_w_k > 0.0)
		return refuse(error, c, "chamber_j_k", c->chamber_j_k,
			      "must be above 0 where chamber_w_k is");
	if (c->sensor_lag_s > HEAT_LAG_MAX_S)
		return refuse(error, c, "sensor_lag_s", c->sensor_lag_s,
			      "at most 2.5 s can be simulated");
	if (c->heater_alpha > 0.01)
		return refuse(error, c, "heater_alpha", c->heater_alpha,
			      "at most 0.01 1/K: beyond, the heater has no resistance in "
			      "the cold");
	if (c->loss_exponent > 1.0)
		return refuse(error, c, "loss_exponent", c->loss_exponent, "at most 1");
	if (c->supply_switch != 0.0 && c->supply_switch != 1.0)
		return refuse(error, c, "supply_switch", c->supply_switch, "is 0 or 1");
	if (c->noise_c > 10.0)
		return refuse(error, c, "noise_c", c->noise_c, "at most 10 K");
	return SIM_OK;
}

/* Where it ends at full power in a room of 22 C; by running it: the losses bend. */
static double end_of(const struct plant_constants *c, enum heat_part part)
{
	struct heat heat;
	struct heat_drive drive = {.nozzle_pwm = part == HEAT_NOZZLE,
				   .bed_pwm = part == HEAT_BED};
	double before;
	heat_init(&heat, c, 22.0);
	heat.faults.bed_switch_c = 1e9;
	for (int i = 0; i < 200; i++) {
		before = part == HEAT_NOZZLE ? heat.block_c : heat.plate_c;
		for (int j = 0; j < 100; j++)
			heat_step(&heat, c, &drive, 10.0);
		double now = part == HEAT_NOZZLE ? heat.block_c : heat.plate_c;
		if (fabs(now - before) < 0.05)
			break;
	}
	return part == HEAT_NOZZLE ? heat.block_c : heat.plate_c;
}

static int check_reach(const struct plant_constants *c, enum heat_part part,
		       struct sim_error *error)
{
	double wants = part == HEAT_NOZZLE ? c->nozzle_max_c : c->bed_max_c;
	double end = end_of(c, part);
	char reached[TEXT_REAL_MAX], why[160];
	if (end >= wants)
		return SIM_OK;
	snprintf(why, sizeof(why),
		 "its %s ends at %s °C at full power and never gets there",
		 part == HEAT_NOZZLE ? "nozzle" : "bed",
		 text_real(floor(end), 0, reached));
	return refuse(error, c, part == HEAT_NOZZLE ? "nozzle_max_c" : "bed_max_c", wants,
		      why);
}

int plant_constants_check(const struct plant_constants *constants,
			  struct sim_error *error)
{
	int status = check_ranges(constants, error);
	if (!status)
		status = check_relations(constants, error);
	if (!status)
		status = check_reach(constants, HEAT_NOZZLE, error);
	if (!status)
		status = check_reach(constants, HEAT_BED, error);
	return status;
}
