/* model.c - the table of machines, sorted by name. */
#include "printers/model.h"

#include "printers/classes.h"

#include <string.h>

/* Toolhead clearances. P1P, X1C and A1 as in the vendor's published slicer profiles: radius
 * 68 (A1: 73) mm, rod 33 (56.5) mm away and 34 (25) mm up, nozzle 4.2 (4.76) mm below the
 * head. The others [E]: bed-slingers of the usual build. */
/* clang-format off */
#define CORE_XY \
	.bed_x_mm = 256, .bed_y_mm = 256, .height_mm = 256, .nozzle_radius_mm = 0.5, \
	.head_radius_mm = 68, .nozzle_length_mm = 4.2, .rod_distance_mm = 33, \
	.rod_height_mm = 34
#define ENDER \
	.bed_x_mm = 220, .bed_y_mm = 220, .height_mm = 250, .nozzle_radius_mm = 0.5, \
	.head_radius_mm = 45, .nozzle_length_mm = 4, .rod_distance_mm = 45, \
	.rod_height_mm = 25
#define MK3 \
	.bed_x_mm = 250, .bed_y_mm = 210, .height_mm = 210, .nozzle_radius_mm = 0.5, \
	.head_radius_mm = 45, .nozzle_length_mm = 4, .rod_distance_mm = 45, \
	.rod_height_mm = 20
static const struct printer_model MODELS[] = {
	{
		.name = "a1",
		.summary = "A1-like: open bed-slinger, no plate sensor, reports only what changed",
		.bed_x_mm = 256, .bed_y_mm = 256, .height_mm = 256,
		.nozzle_radius_mm = 0.5, .head_radius_mm = 73, .nozzle_length_mm = 4.76,
		.rod_distance_mm = 56.5, .rod_height_mm = 25,
		.plant = &plant_class_c,
	},
	{
		.name = "ender3",
		.summary = "Ender-3-like with an E3D V6: its firmware cannot cut the heaters' supply",
		ENDER, .plant = &plant_class_d,
	},
	{
		.name = "ender3v2",
		.summary = "Ender-3-V2-like: its firmware cannot cut the heaters' supply",
		ENDER, .plant = &plant_class_d2,
	},
	{
		.name = "mini",
		.summary = "MINI-like: small, its firmware cannot cut the heaters' supply",
		.bed_x_mm = 180, .bed_y_mm = 180, .height_mm = 180,
		.nozzle_radius_mm = 0.5, .head_radius_mm = 35, .nozzle_length_mm = 4,
		.rod_distance_mm = 35, .rod_height_mm = 20,
		.plant = &plant_class_f,
	},
	{
		.name = "mk3",
		.summary = "MK3-like with an E3D V6: its firmware cannot cut the heaters' supply",
		MK3, .plant = &plant_class_e,
	},
	{
		.name = "mk3revo",
		.summary = "MK3-like with a Revo hotend of 40 W, whose heater limits itself",
		MK3, .plant = &plant_class_e2,
	},
	{
		.name = "p1p",
		.summary = "P1P-like: open core-xy, no plate sensor, reports only what changed",
		CORE_XY, .plant = &plant_class_b,
	},
	{
		.name = "x1c",
		.summary = "X1C-like: enclosed core-xy, plate sensor (LIDAR), full reports",
		.has_plate_sensor = true, .full_reports = true,
		CORE_XY, .plant = &plant_class_a,
	},
};
/* clang-format on */

const struct printer_model *printer_model_at(size_t index)
{
	return index < sizeof(MODELS) / sizeof(MODELS[0]) ? &MODELS[index] : NULL;
}

const struct printer_model *printer_model_find(const char *name)
{
	for (size_t i = 0; printer_model_at(i); i++)
		if (strcmp(MODELS[i].name, name) == 0)
			return &MODELS[i];
	return NULL;
}
