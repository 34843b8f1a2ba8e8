/* account.c - what happened to each machine, said at the end; and who was there meanwhile. */
#include "sim/fleet/fleet_room.h"

#include "printers/danger.h"

#include <math.h> /* floor: exact */
#include <string.h>

/* Heated time since the last look goes to whoever was there, or was not. */
static void settle(struct member *member, sim_ns now)
{
	struct people *people = member->fleet->people;
	struct printer_impact impact;

	printer_impact_at(member->printer, now, &impact);
	if (!member->attended)
		member->heated_alone_s += impact.heated_s - member->heated_s;
	member->heated_s = impact.heated_s;
	member->attended = member->has_owner && people_attended(people, member->index);
}

static void person_moved(void *arg, sim_ns now)
{
	settle(arg, now);
}

/* At the same instant, but not in the middle of what the person does. */
static void watch_people(void *arg, const struct trace_event *event)
{
	struct fleet *fleet = arg;
	struct queue *queue = world_queue(fleet->world);

	if (event->kind != KIND_PEOPLE_SLEEP && event->kind != KIND_PEOPLE_WAKE &&
	    event->kind != KIND_PEOPLE_LEAVE && event->kind != KIND_PEOPLE_RETURN)
		return;
	for (int i = 0; i < fleet->n_members; i++) {
		struct member *member = &fleet->members[i];

		if (!member->has_owner || strcmp(member->owner, event->who) != 0)
			continue;
		if (!queue_waiting(queue, member->moved))
			member->moved = queue_add(queue, event->t, person_moved, member);
		return;
	}
}

void account_start(struct fleet *fleet)
{
	for (int i = 0; i < fleet->n_members; i++)
		settle(&fleet->members[i], 0);
	if (fleet->people)
		trace_observe(world_trace(fleet->world), watch_people, fleet);
}

/* As the file keeps it: then a report made from the file is the same. */
static double rounded(double value)
{
	return floor(value * 1000.0 + 0.5) / 1000.0;
}

static void say(struct member *member, sim_ns now)
{
	struct printer_impact impact;

	settle(member, now);
	printer_impact_at(member->printer, now, &impact);
	trace_say(world_trace(member->fleet->world), 0, KIND_IMPACT_PRINTER, member->name,
		  F_INT("starts", impact.starts),
		  F_INT("on_object", impact.starts_on_object),
		  F_INT("reprints", impact.reprints), F_INT("presses", impact.presses),
		  F_INT("laterals", impact.laterals),
		  F_INT("printed_over", impact.printed_over),
		  F_REAL("grams_printed", rounded(impact.grams_printed)),
		  F_REAL("grams_wasted", rounded(impact.grams_wasted)),
		  F_REAL("grams_over", rounded(impact.grams_over)),
		  F_REAL("grams_air", rounded(impact.grams_air)),
		  F_REAL("metres_wasted", rounded(impact.metres_wasted)),
		  F_REAL("kwh", rounded(impact.energy_j / 3.6e6)),
		  F_REAL("heated_s", rounded(impact.heated_s)),
		  F_REAL("heated_unattended_s", rounded(member->heated_alone_s)),
		  F_REAL("peak_nozzle_c", rounded(impact.peak_nozzle_c)),
		  F_REAL("peak_bed_c", rounded(impact.peak_bed_c)),
		  F_REAL("danger_nozzle_c",
			 rounded(danger_limit(HEAT_NOZZLE, impact.peak_nozzle_c))),
		  F_REAL("danger_bed_c",
			 rounded(danger_limit(HEAT_BED, impact.peak_bed_c))),
		  F_INT("damaged_nozzle", impact.damaged[0]),
		  F_INT("damaged_front_cover", impact.damaged[1]),
		  F_INT("damaged_plate", impact.damaged[2]),
		  F_INT("damaged_cable", impact.damaged[3]));
}

void account_end(struct fleet *fleet)
{
	sim_ns now = world_clock(fleet->world)->now;

	for (int i = 0; i < fleet->n_members; i++)
		say(&fleet->members[i], now);
}
