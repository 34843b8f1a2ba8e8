/*
 * reader.h - the inside of the G-code reader, shared by its files only.
 *
 * reader.c takes bytes and makes lines; command.c carries commands out; comment.c reads
 * what slicers say of their own work; file.c opens files and zips; job.c sums up.
 */
#ifndef JOBJAM_PRINTERS_GCODE_READER_H
#define JOBJAM_PRINTERS_GCODE_READER_H

#include "printers/gcode/gcode.h"
#include "printers/gcode/timing.h"

enum {
	LINE_MAX_BYTES = 1024, /* of a line that is kept; more only in a comment */
	TARGETS_MAX = 8,
	PLACES_MAX = 10000, /* mm: no machine is larger */
	READER_SHOWN = 24
};

/* How much was extruded at each target. */
struct targets {
	double c[TARGETS_MAX], mm[TARGETS_MAX];
	int n;
};

struct reader {
	struct gcode_limits limits;
	struct gcode_facts facts;
	const char *name; /* for errors */
	struct sim_error *error;
	char line[LINE_MAX_BYTES + 1];
	size_t length;
	bool overlong, at_begin;
	/* the machine, as far as it matters */
	double at[AXES], offset[AXES]; /* offset: of the file's numbers, after G92 */
	double unit_mm, feed_mm_s, feed_factor;
	bool relative, relative_e;
	double pushed_mm, farthest_mm; /* filament, net */
	double nozzle_c, bed_c;
	struct targets nozzle, bed;
	double said_nozzle_c, said_bed_c; /* in the slicer's settings; 0: not */
	struct timing timing;
	/* layers */
	bool names_layers, layer_due, skipped_kind;
	double top_mm, first_mm; /* highest extrusion; first layer's height */
	double said_layer_mm, said_height_mm;
	char object[32];
	/* is it whole? */
	int open_blocks;
	bool wants_end, has_end, has_totals;
};

void reader_init(struct reader *reader, const char *name,
		 const struct gcode_limits *limits, struct sim_error *error);
/* Any cut of the bytes will do. Not SIM_OK: the reason stands in the error. */
int reader_feed(struct reader *reader, const void *bytes, size_t size);
int reader_end(struct reader *reader, struct gcode_facts *ret_facts);

/* "name:line: …" */
int reader_fail(struct reader *reader, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The begin of text as an error may show it: printable, short. */
const char *reader_shown(const char *text, char ret_shown[READER_SHOWN]);
/* A decimal number at text: sign, digits, one point. Returns where it ends; text itself:
 * there is none. */
const char *reader_number(const char *text, double *ret_value);

/* command.c: one command without comment and line number. */
int reader_command(struct reader *reader, const char *text);
/* comment.c: what stands behind ';'. */
void reader_comment(struct reader *reader, const char *text);
void reader_object(struct reader *reader, const char *name, size_t length);

#endif
