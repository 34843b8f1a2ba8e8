/* model.c - the table of machines, sorted by name. */
#include "printers/model.h"

#include "printers/plant/heat.h"

#include <string.h>

/* Toolhead clearances as in the vendor's published slicer profiles: radius 68 mm, rod 33
 * mm away and 34 mm up, nozzle 4.2 mm below the head. */
/* clang-format off */
static const struct printer_model MODELS[] = {
	{
		.name = "p1p",
		.summary = "P1P-like: open core-xy, no plate sensor, reports only what changed",
		.has_plate_sensor = false, .full_reports = false,
		.bed_x_mm = 256, .bed_y_mm = 256, .height_mm = 256,
		.nozzle_radius_mm = 0.5, .head_radius_mm = 68, .nozzle_length_mm = 4.2,
		.rod_distance_mm = 33, .rod_height_mm = 34,
		.plant = &plant_class_b,
	},
	{
		.name = "x1c",
		.summary = "X1C-like: enclosed core-xy, plate sensor (LIDAR), full reports",
		.has_plate_sensor = true, .full_reports = true,
		.bed_x_mm = 256, .bed_y_mm = 256, .height_mm = 256,
		.nozzle_radius_mm = 0.5, .head_radius_mm = 68, .nozzle_length_mm = 4.2,
		.rod_distance_mm = 33, .rod_height_mm = 34,
		.plant = &plant_class_a,
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
