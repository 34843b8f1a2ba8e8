/* danger.c - the thresholds of danger.h. */
#include "printers/danger.h"

enum {
	LEVELS_MAX = 6
};
static const struct {
	const char *name;
	double c[LEVELS_MAX + 1]; /* 0 ends */
} LEVELS[2] = {
	[HEAT_NOZZLE] = {"nozzle", {260, 285, 300, 320, 350, 400}},
	[HEAT_BED] = {"bed", {115, 125, 140, 160}},
};
static const double BACK_C = 5;

static void look(struct printer *printer, int part, double c)
{
	struct machine *m = &printer->m;
	const double *levels = LEVELS[part].c;
	uint32_t passed = m->danger[part];

	while (passed > 0 && c < levels[passed - 1] - BACK_C)
		passed--;
	for (; levels[passed] > 0 && c > levels[passed]; passed++)
		outbox_say(printer->outbox, m->now, m->job ? SLOT_STAGE : SLOT_INPUT,
			   SLOT_NONE, KIND_HEAT_DANGER, F_TEXT("part", LEVELS[part].name),
			   F_REAL("limit_c", levels[passed]), F_REAL("c", c));
	m->danger[part] = passed;
}

uint32_t danger_count(enum heat_part part)
{
	uint32_t n = 0;
	while (LEVELS[part].c[n] > 0)
		n++;
	return n;
}

double danger_limit(enum heat_part part, double c)
{
	double limit = 0.0;
	for (int i = 0; LEVELS[part].c[i] > 0 && c > LEVELS[part].c[i]; i++)
		limit = LEVELS[part].c[i];
	return limit;
}

void machine_look_at_danger(struct printer *printer)
{
	look(printer, HEAT_NOZZLE, printer->m.heat.block_c);
	look(printer, HEAT_BED, printer->m.heat.plate_c);
}
