/*
 * model.h - the machines that can be simulated, one row each.
 */
#ifndef JOBJAM_PRINTERS_MODEL_H
#define JOBJAM_PRINTERS_MODEL_H

#include "sim/core/vocab.h"

struct printer_model {
	const char *name;    /* "x1c" */
	const char *summary; /* "X1C-like: enclosed core-xy, plate sensor (LIDAR)" */
	bool has_plate_sensor;
	bool full_reports; /* each report is complete (X1); false: only what changed (P1) */
	double bed_x_mm, bed_y_mm, height_mm;
	/* toolhead geometry for collisions (facts: published machine profiles) */
	double nozzle_radius_mm, head_radius_mm, nozzle_length_mm, rod_distance_mm,
		rod_height_mm;
	const struct plant_constants *plant; /* printers/plant/heat.h */
};

const struct printer_model *printer_model_at(size_t index); /* NULL past the end */
const struct printer_model *printer_model_find(const char *name);

#endif
