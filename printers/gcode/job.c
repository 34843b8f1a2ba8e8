/* job.c - from what a sliced file says to what a machine needs to know. */
#include "printers/gcode/gcode.h"

#include <string.h>

static double first_given(double a, double b)
{
	return a > 0.0 ? a : b;
}

static sim_ns first_time(sim_ns a, sim_ns b)
{
	return a > 0 ? a : b;
}

int gcode_job(const struct gcode_facts *facts, const char *name,
	      struct job_file *ret_file, struct sim_error *error)
{
	const struct gcode_box *box = &facts->first_layer;
	struct job_file file = {
		.x0_mm = box->x0_mm,
		.y0_mm = box->y0_mm,
		.x1_mm = box->x1_mm,
		.y1_mm = box->y1_mm,
		.height_mm = facts->height_mm,
		.layer_mm = facts->layer_mm,
		.layers = facts->layers,
		.print_for =
			first_time(facts->stated_print_for,
				   first_time(facts->stated_for, facts->printed_for)),
		.metres = first_given(facts->stated_metres, facts->metres),
		.grams = first_given(facts->stated_grams, facts->grams),
		.nozzle_c = facts->nozzle_c,
		.bed_c = facts->bed_c,
	};
	size_t length = strnlen(name, sizeof(file.name) - 1);

	if (facts->nozzle_c <= 0.0)
		return sim_fail(error, SIM_EINVAL,
				"%.200s: no line says how hot the nozzle is to be", name);
	memcpy(file.name, name, length);
	*ret_file = file;
	return SIM_OK;
}
