/* arc.c - angles by halving and a short series. */
#include "printers/gcode/arc.h"

#include <math.h> /* sqrt, fabs: exact */

static const double PI = 3.14159265358979323846;

/* atan x = 2 atan (x / (1 + sqrt (1 + x²))): four halvings bring |x| below 0.05, where six
 * terms of the series are exact to the last bits. */
static double arc_tangent(double x)
{
	for (int i = 0; i < 4; i++)
		x = x / (1.0 + sqrt(1.0 + x * x));
	double square = x * x, sum = 0.0;
	for (int odd = 11; odd >= 1; odd -= 2)
		sum = 1.0 / odd - square * sum;
	return 16.0 * x * sum;
}

/* 0 to 2 pi. */
static double angle_of(double x, double y)
{
	double angle;
	if (x == 0.0 && y == 0.0)
		return 0.0;
	if (fabs(x) >= fabs(y))
		angle = arc_tangent(y / x) + (x < 0.0 ? PI : 0.0);
	else
		angle = (y > 0.0 ? PI / 2 : 3 * PI / 2) - arc_tangent(x / y);
	return angle < 0.0 ? angle + 2 * PI : angle;
}

static void reach(struct arc *arc, double x, double y)
{
	arc->x0 = x < arc->x0 ? x : arc->x0;
	arc->y0 = y < arc->y0 ? y : arc->y0;
	arc->x1 = x > arc->x1 ? x : arc->x1;
	arc->y1 = y > arc->y1 ? y : arc->y1;
}

void arc_measure(double x, double y, double cx, double cy, double to_x, double to_y,
		 bool clockwise, struct arc *ret_arc)
{
	static const double SIDES[4][2] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
	double radius = sqrt((x - cx) * (x - cx) + (y - cy) * (y - cy));
	double from = angle_of(x - cx, y - cy), to = angle_of(to_x - cx, to_y - cy);
	/* Counter-clockwise from `begin` over `sweep`. */
	double begin = clockwise ? to : from;
	double sweep = clockwise ? from - to : to - from;
	struct arc arc = {.x0 = x, .y0 = y, .x1 = x, .y1 = y};

	if (sweep <= 1e-9)
		sweep += 2 * PI;
	reach(&arc, to_x, to_y);
	for (int i = 0; i < 4; i++) {
		double on = i * PI / 2 - begin;
		if (on < 0.0)
			on += 2 * PI;
		if (on <= sweep)
			reach(&arc, cx + radius * SIDES[i][0], cy + radius * SIDES[i][1]);
	}
	arc.length = radius * sweep;
	*ret_arc = arc;
}

bool arc_centre(double x, double y, double to_x, double to_y, double radius,
		bool clockwise, double *ret_cx, double *ret_cy)
{
	double dx = to_x - x, dy = to_y - y, chord = sqrt(dx * dx + dy * dy);
	double square = radius * radius - chord * chord / 4;
	if (chord <= 0.0 || square < -1e-6 * radius * radius)
		return false;
	double off = sqrt(square > 0.0 ? square : 0.0) / chord;
	if (clockwise != (radius < 0.0))
		off = -off;
	*ret_cx = (x + to_x) / 2 - dy * off;
	*ret_cy = (y + to_y) / 2 + dx * off;
	return true;
}
