/*
 * job_file.h - a sliced file: what a machine needs to know to print it.
 *
 * Stands in for the G-code: first-layer box, height, layers, time, filament and
 * temperatures. A shelf keeps the files of a run and finds them by md5 or url.
 */
#ifndef JOBJAM_PRINTERS_JOB_FILE_H
#define JOBJAM_PRINTERS_JOB_FILE_H

#include "sim/core/status.h"
#include "sim/core/time.h"

struct job_file {
	char name[64];
	char md5[40]; /* 32 hex digits */
	char url[128];
	double x0_mm, y0_mm, x1_mm, y1_mm; /* box of the first layer on the plate */
	double height_mm, layer_mm;
	int layers;
	sim_ns print_for; /* the printing itself, without the start sequence */
	double grams, metres;
	double nozzle_c, bed_c;
};

struct job_shelf;
struct job_shelf *job_shelf_new(void);
void job_shelf_free(struct job_shelf *shelf);
/* Copies. SIM_EINVAL names the field that is out of range. */
int job_shelf_add(struct job_shelf *shelf, const struct job_file *file,
		  struct sim_error *error);
const struct job_file *job_shelf_find(const struct job_shelf *shelf,
				      const char *md5_or_url);

#endif
