/*
 * plate.h - what lies on the plate: boxes with a height, and who put them there.
 *
 * At most PLATE_MAX; more than that melt into the last one. Coordinates in mm from the
 * front left corner, heights above the plate.
 */
#ifndef JOBJAM_PLANT_PLATE_H
#define JOBJAM_PLANT_PLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PLATE_MAX = 8
};

struct plate_box {
	double x0, y0, x1, y1;
	double base, top; /* base > 0: it stands on another object */
	double grams;
	double adhered; /* 0: loose, 1: as just printed; a cooled part holds less */
	int64_t task;
};

struct plate {
	int n;
	struct plate_box box[PLATE_MAX];
};

void plate_add(struct plate *plate, const struct plate_box *box);
void plate_clear(struct plate *plate);
double plate_top(const struct plate *plate); /* height of the highest object, 0: none */
double plate_grams(const struct plate *plate);

/* What a sensor that looks at the whole plate can make out: something more than 1 mm high
 * and 1 cm2 large (published for the first-layer scanner as an order of magnitude). */
bool plate_is_visible(const struct plate *plate);

struct plate_under {
	int n;          /* boxes that overlap the rectangle */
	double top;     /* the highest of them */
	double covered; /* share of the rectangle that the highest ones cover, 0..1 */
	int64_t task;   /* who left the highest */
};
void plate_under(const struct plate *plate, double x0, double y0, double x1, double y1,
		 struct plate_under *ret_under);
/* Distance of the box to the segment from (x0, y0) to (x1, y1), 0 when they meet. */
double plate_distance(const struct plate_box *box, double x0, double y0, double x1,
		      double y1);
/* The same to the whole rectangle between those corners, x0 <= x1, y0 <= y1. */
double plate_gap(const struct plate_box *box, double x0, double y0, double x1, double y1);

#endif
