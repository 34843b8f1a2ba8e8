/*
 * arc.h - G2 and G3 in the plane: length, and how far they reach.
 *
 * Own arc tangent: nothing here may depend on libm's last bit.
 */
#ifndef JOBJAM_PRINTERS_GCODE_ARC_H
#define JOBJAM_PRINTERS_GCODE_ARC_H

#include <stdbool.h>

struct arc {
	double length;
	double x0, y0, x1, y1; /* the box that it touches */
};

/* From (x, y) around the centre (cx, cy) to (to_x, to_y), which should lie on the same
 * circle; equal ends make a whole circle. */
void arc_measure(double x, double y, double cx, double cy, double to_x, double to_y,
		 bool clockwise, struct arc *ret_arc);
/* The centre for a given radius; negative: the longer way round. false: no such circle. */
bool arc_centre(double x, double y, double to_x, double to_y, double radius,
		bool clockwise, double *ret_cx, double *ret_cy);

#endif
