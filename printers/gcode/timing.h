/*
 * timing.h - how long moves take: trapezoids of speed with a look-ahead.
 *
 * Each move speeds up and slows down at its acceleration. Between two moves no axis may
 * change its speed by more than its jerk (the classic rule of hobby firmwares); the last
 * TIMING_MOVES moves are planned together, and the plan always ends at rest. Within that,
 * it is the fastest way to do them. What it leaves out: pressure advance, input shaping,
 * minimum layer times that a firmware adds, time for heating.
 *
 * mm, s.
 */
#ifndef JOBJAM_PRINTERS_GCODE_TIMING_H
#define JOBJAM_PRINTERS_GCODE_TIMING_H

#include <stdbool.h>

enum {
	TIMING_MOVES = 128,
	AXES = 4 /* X Y Z E */
};

struct timing_limits { /* as a file sets them; the start is a plain machine */
	double speed[AXES], acceleration[AXES], jerk[AXES];
	double printing, travelling, retracting; /* acceleration */
};

struct timing_move {
	double length, speed, acceleration;
	double entry_most, entry; /* speed at its begin */
	bool counts;		  /* for counted_s */
};

struct timing {
	struct timing_limits limits;
	struct timing_move move[TIMING_MOVES];
	int n;
	double along[AXES]; /* direction of the last one, 0: at rest */
	double last_speed;
	double all_s, counted_s;
};

void timing_init(struct timing *timing);
/* by: how far each axis goes. speed: as asked for, along the path of X, Y and Z. */
void timing_add(struct timing *timing, const double by[AXES], double speed, bool counts);
/* At rest from here on, and then nothing for that long. */
void timing_rest(struct timing *timing, double s, bool counts);

#endif
