/*
 * gcode.h - what a sliced file says: how long, how hot, how much filament, how large.
 *
 * Reads plain G-code as PrusaSlicer, OrcaSlicer, BambuStudio and Cura write it, and the
 * zip that BambuStudio and OrcaSlicer send to their machines (.gcode.3mf, one plate of
 * it). Streams: memory does not grow with the file. Bounded: bytes, lines, coordinates.
 *
 * Understood: G0 G1 G2 G3 G4 G20 G21 G28 G29 G90 G91 G92, M82 M83, M104 M109 M140 M190,
 * M201 M203 M204 M205 M220, Klipper's SET_VELOCITY_LIMIT and EXCLUDE_OBJECT_START, M486;
 * and of comments the layers, kinds of extrusion, object names, times, filament and
 * layer counts. Everything else is passed over, if it looks like G-code at all.
 *
 * Time is reckoned from the moves (printers/gcode/timing.h) and, where the slicer states
 * its own estimate, that is kept beside it.
 *
 * Left out: what a machine's own macros do, flow factors (M221), firmware retraction
 * (G10 G11), arcs in other planes than XY, binary G-code (refused with a reason).
 */
#ifndef JOBJAM_PRINTERS_GCODE_H
#define JOBJAM_PRINTERS_GCODE_H

#include "printers/job_file.h"

enum {
	GCODE_BOXES_MAX = 16
};

struct gcode_limits { /* 0: the default, 1 GiB and 50 million lines */
	uint64_t bytes, lines;
};

struct gcode_box {
	char object[32]; /* as the slicer calls it, cut off; "" without names */
	double x0_mm, y0_mm, x1_mm, y1_mm;
};

/* 0 where a file does not say; temperatures and boxes as documented. */
struct gcode_facts {
	char slicer[48]; /* "PrusaSlicer 2.5.0", "" */
	uint64_t bytes, lines, moves;
	uint64_t hash;	  /* FNV-1a of all bytes */
	sim_ns moved_for; /* reckoned: every move and pause of the file */
	sim_ns printed_for;	 /* reckoned: from the first layer on */
	sim_ns stated_for;	 /* by the slicer: the whole */
	sim_ns stated_print_for; /* by the slicer: without the start sequence */
	/* At which most filament was extruded. */
	double nozzle_c, bed_c;
	double nozzle_most_c, bed_most_c; /* the highest targets in the file */
	/* Extruded: the farthest that the filament ever got. grams from it, with density
	 * and thickness as stated, else 1.24 g/cm3 and 1.75 mm. */
	double metres, grams, stated_metres, stated_grams;
	double filament_mm, filament_g_cm3;
	/* Extrusion of the first layer, by object, without skirt, brim and purge lines
	 * where the file names those; the surplus of more than GCODE_BOXES_MAX objects is
	 * in the last one. */
	struct gcode_box boxes[GCODE_BOXES_MAX];
	int n_boxes;
	struct gcode_box first_layer; /* all of them together */
	struct gcode_box probed;      /* the area a G29 names; x1_mm 0: none does */
	double height_mm, layer_mm;   /* top of the last layer; the usual layer */
	int layers, stated_layers;
};

/* Reads a file; plate: which of a .gcode.3mf (from 1). Errors begin with name and, where
 * there is one, line. SIM_EIO: cannot be read. SIM_EINVAL: no G-code, malformed, cut off,
 * a binary. SIM_ELIMIT: too large. */
int gcode_read(const char *path, int plate, const struct gcode_limits *limits,
	       struct gcode_facts *ret_facts, struct sim_error *error);
/* The same from memory. */
int gcode_read_bytes(const char *name, const void *bytes, size_t size, int plate,
		     const struct gcode_limits *limits, struct gcode_facts *ret_facts,
		     struct sim_error *error);

/* As a job. The slicer's own figures go before reckoned ones; name, md5 and url are left
 * to the caller. SIM_EINVAL: something that a job needs is in no line of the file. */
int gcode_job(const struct gcode_facts *facts, const char *name,
	      struct job_file *ret_file, struct sim_error *error);

#endif
