/* machine_heat.c - the plant between two steps of the build: when it must be looked at, and
 * what is watched in it. */
#include "printers/danger.h"

/* As often as a build would step at most while something heats. */
static const sim_ns HEATED_TICK = 2 * SIM_S;
static const sim_ns WATCHED_TICK = 250 * SIM_MS;

sim_ns machine_plant_due(const struct printer *printer)
{
	const struct machine *m = &printer->m;
	if (m->n_watches > 0)
		return m->now + WATCHED_TICK;
	if (m->wake <= m->now + HEATED_TICK)
		return SIM_NEVER; /* the build looks soon enough */
	struct heat_drive drive = machine_drive(m);
	return heat_is_heated(&m->heat, &drive) ? m->now + HEATED_TICK : SIM_NEVER;
}

sim_ns machine_next(const struct printer *printer)
{
	sim_ns plant = machine_plant_due(printer);
	return plant < printer->m.wake ? plant : printer->m.wake;
}

void machine_go(struct printer *printer)
{
	sim_ns plant = machine_plant_due(printer);
	if (plant < printer->m.wake)
		machine_pass(printer, plant);
	else
		machine_step(printer, printer->m.wake);
}

static bool has_come(const struct heat *heat, const struct printer_watch *watch,
		     double *ret_c)
{
	*ret_c = watch->bed ? heat->plate_c : heat->block_c;
	return watch->above ? *ret_c > watch->c : *ret_c < watch->c;
}

void machine_look_at_heat(struct printer *printer)
{
	struct machine *m = &printer->m;
	int kept = 0;
	machine_look_at_danger(printer);
	for (int i = 0; i < m->n_watches; i++) {
		const struct machine_watch *watch = &m->watch[i];
		double c;
		if (!has_come(&m->heat, &watch->what, &c)) {
			m->watch[kept++] = *watch;
			continue;
		}
		outbox_say(printer->outbox, m->now, m->job ? SLOT_STAGE : SLOT_INPUT,
			   SLOT_NONE, KIND_HEAT_CROSSED,
			   F_TEXT("part", watch->what.bed ? "bed" : "nozzle"),
			   F_TEXT("is", watch->what.above ? "above" : "below"),
			   F_REAL("limit_c", watch->what.c), F_REAL("c", c),
			   F_INT("number", watch->number));
	}
	m->n_watches = kept;
}

void machine_freeze(struct printer *printer, enum heat_part part)
{
	heat_freeze(&printer->m.heat, printer->model->plant, part,
		    &printer->m.sensor_luck);
}
