/* plate.c - boxes on a plate: adding, overlap, distance. */
#include "printers/plant/plate.h"

#include <math.h> /* sqrt: exact */

static double least(double a, double b)
{
	return a < b ? a : b;
}

static double most(double a, double b)
{
	return a > b ? a : b;
}

void plate_add(struct plate *plate, const struct plate_box *box)
{
	if (plate->n < PLATE_MAX) {
		plate->box[plate->n++] = *box;
		return;
	}
	struct plate_box *last = &plate->box[PLATE_MAX - 1];
	last->x0 = least(last->x0, box->x0);
	last->y0 = least(last->y0, box->y0);
	last->x1 = most(last->x1, box->x1);
	last->y1 = most(last->y1, box->y1);
	last->base = least(last->base, box->base);
	last->top = most(last->top, box->top);
	last->grams += box->grams;
	last->adhered = least(last->adhered, box->adhered);
	last->task = box->task;
}

void plate_clear(struct plate *plate)
{
	plate->n = 0;
}

double plate_top(const struct plate *plate)
{
	double top = 0.0;
	for (int i = 0; i < plate->n; i++)
		top = most(top, plate->box[i].top);
	return top;
}

double plate_grams(const struct plate *plate)
{
	double grams = 0.0;
	for (int i = 0; i < plate->n; i++)
		grams += plate->box[i].grams;
	return grams;
}

bool plate_is_visible(const struct plate *plate)
{
	for (int i = 0; i < plate->n; i++) {
		const struct plate_box *box = &plate->box[i];
		double area = (box->x1 - box->x0) * (box->y1 - box->y0);
		if (box->top > 1.0 && area > 100.0)
			return true;
	}
	return false;
}

static double overlap(const struct plate_box *box, double x0, double y0, double x1,
		      double y1)
{
	double width = least(box->x1, x1) - most(box->x0, x0);
	double depth = least(box->y1, y1) - most(box->y0, y0);
	return width > 0.0 && depth > 0.0 ? width * depth : 0.0;
}

void plate_under(const struct plate *plate, double x0, double y0, double x1, double y1,
		 struct plate_under *ret_under)
{
	struct plate_under under = {0};
	double area = (x1 - x0) * (y1 - y0);
	for (int i = 0; i < plate->n; i++) {
		const struct plate_box *box = &plate->box[i];
		double shared = overlap(box, x0, y0, x1, y1);
		if (shared <= 0.0)
			continue;
		under.n++;
		if (box->top > under.top) {
			under.top = box->top;
			under.task = box->task;
			under.covered = area > 0.0 ? shared / area : 0.0;
		}
	}
	*ret_under = under;
}

static double point_distance(const struct plate_box *box, double x, double y)
{
	double dx = x < box->x0 ? box->x0 - x : x > box->x1 ? x - box->x1 : 0.0;
	double dy = y < box->y0 ? box->y0 - y : y > box->y1 ? y - box->y1 : 0.0;
	return sqrt(dx * dx + dy * dy);
}

/* The distance to a convex set is convex along a segment: a ternary search finds its
 * least value; sixty times two thirds of a plate's width are far below a micrometre. */
double plate_distance(const struct plate_box *box, double x0, double y0, double x1,
		      double y1)
{
	double from = 0.0, to = 1.0;
	for (int i = 0; i < 60; i++) {
		double a = from + (to - from) / 3.0, b = to - (to - from) / 3.0;
		double at_a = point_distance(box, x0 + (x1 - x0) * a, y0 + (y1 - y0) * a);
		double at_b = point_distance(box, x0 + (x1 - x0) * b, y0 + (y1 - y0) * b);
		if (at_a <= at_b)
			to = b;
		else
			from = a;
		if (at_a <= 0.0 || at_b <= 0.0)
			return 0.0;
	}
	double middle = (from + to) / 2.0;
	return point_distance(box, x0 + (x1 - x0) * middle, y0 + (y1 - y0) * middle);
}

double plate_gap(const struct plate_box *box, double x0, double y0, double x1, double y1)
{
	double dx = most(0.0, most(box->x0 - x1, x0 - box->x1));
	double dy = most(0.0, most(box->y0 - y1, y0 - box->y1));
	return sqrt(dx * dx + dy * dy);
}
