/* timing.c - planning moves and adding up their time. */
#include "printers/gcode/timing.h"

#include <math.h> /* sqrt, fabs: exact */
#include <string.h>

static const double LENGTH_LEAST = 1e-6, SPEED_LEAST = 0.01;

static double least(double a, double b)
{
	return a < b ? a : b;
}

/* A common machine of the kind: what slicers assume when a profile says nothing. */
void timing_init(struct timing *timing)
{
	*timing = (struct timing){
		.limits = {.speed = {500, 500, 20, 120},
			   .acceleration = {20000, 20000, 500, 5000},
			   .jerk = {9, 9, 3, 3},
			   .printing = 1500,
			   .travelling = 1500,
			   .retracting = 1500},
	};
}

/* Entry speeds that can be braked to, from the last move backwards, and then those that
 * can be reached, forwards. The first one's entry is history. */
static void plan(struct timing *timing)
{
	double exit = 0.0;
	for (int i = timing->n - 1; i > 0; i--) {
		struct timing_move *move = &timing->move[i];
		double brakes =
			sqrt(exit * exit + 2.0 * move->acceleration * move->length);
		move->entry = least(move->entry_most, brakes);
		exit = move->entry;
	}
	for (int i = 0; i + 1 < timing->n; i++) {
		const struct timing_move *move = &timing->move[i];
		double reaches = sqrt(move->entry * move->entry +
				      2.0 * move->acceleration * move->length);
		timing->move[i + 1].entry = least(timing->move[i + 1].entry, reaches);
	}
}

static double duration(const struct timing_move *move, double exit)
{
	double in = move->entry * move->entry, out = exit * exit, a = move->acceleration;
	double peak = sqrt((2.0 * a * move->length + in + out) / 2.0);
	double top = least(peak, move->speed);
	if (top < SPEED_LEAST)
		top = SPEED_LEAST;
	double steady = move->length - (2.0 * top * top - in - out) / (2.0 * a);
	double s = (2.0 * top - move->entry - exit) / a;
	if (steady > 0.0)
		s += steady / top;
	return s > 0.0 ? s : 0.0;
}

static void commit(struct timing *timing, int n)
{
	for (int i = 0; i < n; i++) {
		double exit = i + 1 < timing->n ? timing->move[i + 1].entry : 0.0;
		double s = duration(&timing->move[i], exit);
		timing->all_s += s;
		if (timing->move[i].counts)
			timing->counted_s += s;
	}
	timing->n -= n;
	memmove(timing->move, timing->move + n,
		(size_t)timing->n * sizeof(timing->move[0]));
}

/* The fastest at which the head can turn from one direction to the next. */
static double corner(const struct timing *timing, const double along[AXES])
{
	double most = 1e9;
	for (int i = 0; i < AXES; i++) {
		double turn = fabs(along[i] - timing->along[i]);
		if (turn * most > timing->limits.jerk[i])
			most = timing->limits.jerk[i] / turn;
	}
	return most;
}

static double path_of(const double by[AXES])
{
	double xyz = sqrt(by[0] * by[0] + by[1] * by[1] + by[2] * by[2]);
	return xyz > LENGTH_LEAST ? xyz : fabs(by[3]);
}

void timing_add(struct timing *timing, const double by[AXES], double speed, bool counts)
{
	const struct timing_limits *limits = &timing->limits;
	double length = path_of(by), along[AXES];
	bool head = by[0] != 0.0 || by[1] != 0.0 || by[2] != 0.0;
	struct timing_move move = {.length = length, .speed = speed, .counts = counts};

	if (length <= LENGTH_LEAST)
		return;
	move.acceleration = !head         ? limits->retracting
			    : by[3] > 0.0 ? limits->printing
					  : limits->travelling;
	for (int i = 0; i < AXES; i++) {
		along[i] = by[i] / length;
		double share = fabs(along[i]);
		if (share * move.speed > limits->speed[i])
			move.speed = limits->speed[i] / share;
		if (share * move.acceleration > limits->acceleration[i])
			move.acceleration = limits->acceleration[i] / share;
	}
	if (move.speed < SPEED_LEAST)
		move.speed = SPEED_LEAST;
	move.entry_most = least(corner(timing, along), move.speed);
	if (timing->last_speed > 0.0)
		move.entry_most = least(move.entry_most, timing->last_speed);
	if (timing->n == 0)
		move.entry =
			least(move.entry_most, sqrt(2.0 * move.acceleration * length));
	if (timing->n == TIMING_MOVES) {
		plan(timing);
		commit(timing, TIMING_MOVES / 2);
	}
	timing->move[timing->n++] = move;
	memcpy(timing->along, along, sizeof(along));
	timing->last_speed = move.speed;
}

void timing_rest(struct timing *timing, double s, bool counts)
{
	plan(timing);
	commit(timing, timing->n);
	timing->all_s += s;
	if (counts)
		timing->counted_s += s;
	memset(timing->along, 0, sizeof(timing->along));
	timing->last_speed = 0.0;
}
