/* impact.c - adding up. */
#include "printers/impact.h"

#include "sim/core/text.h"

#include <string.h>

static const char *const PARTS[IMPACT_PARTS] = {"nozzle", "front_cover", "plate",
						"cable"};

const char *printer_impact_part(int part)
{
	return part >= 0 && part < IMPACT_PARTS ? PARTS[part] : NULL;
}

static double higher(double a, double b)
{
	return a > b ? a : b;
}

void impact_passed(struct printer *printer, const struct heat_drive *drive, sim_ns dt)
{
	struct machine *m = &printer->m;
	struct printer_impact *impact = &m->impact;
	if (heat_is_heated(&m->heat, drive))
		impact->heated_s += (double)dt / 1e9;
	impact->peak_nozzle_c = higher(impact->peak_nozzle_c, m->heat.block_c);
	impact->peak_bed_c = higher(impact->peak_bed_c, m->heat.plate_c);
}

void impact_started(struct machine *machine, const char *file)
{
	struct printer_impact *impact = &machine->impact;
	uint64_t hash = text_hash(TEXT_HASH_START, file, strlen(file));
	uint32_t n = machine->n_started < STARTED_MAX ? machine->n_started : STARTED_MAX;

	impact->starts++;
	impact->starts_on_object += machine->plate.n > 0;
	for (uint32_t i = 0; file[0] != '\0' && i < n; i++) {
		if (machine->started[i] != hash)
			continue;
		impact->reprints++;
		return;
	}
	machine->started[machine->n_started++ % STARTED_MAX] = hash;
}

void impact_contact(struct machine *machine, const struct motion_contact *contact)
{
	struct printer_impact *impact = &machine->impact;
	impact->presses += contact->kind == CONTACT_PRESS;
	impact->laterals += contact->kind == CONTACT_LATERAL;
	impact->printed_over += contact->kind == CONTACT_OVER;
	impact->collisions += contact->kind != CONTACT_OVER;
}

void impact_damage(struct machine *machine, const char *part)
{
	machine->impact.damages++;
	for (int i = 0; i < IMPACT_PARTS; i++)
		machine->impact.damaged[i] += strcmp(PARTS[i], part) == 0;
}

void impact_add_filament(struct printer_impact *impact, const struct motion *motion)
{
	impact->grams_printed += motion->grams_good;
	impact->grams_over += motion->grams_over;
	impact->grams_air += motion->grams_air;
	impact->grams_wasted +=
		motion->grams_over + motion->grams_air + motion->grams_purged;
	impact->metres_wasted +=
		motion->metres_over + motion->metres_air + motion->metres_purged;
}
