/* property.c - the table of properties, and queues of things that wait. */
#include "sim/checks/property.h"

#include <stdlib.h>
#include <string.h>

/* One line a property, sorted by name. */
#define PROPERTIES(P)                     \
	P(alert_lost)                     \
	P(alert_repeated)                 \
	P(backlog)                        \
	P(burst_release)                  \
	P(duplicate_start)                \
	P(false_connected)                \
	P(false_trip)                     \
	P(harm)                           \
	P(heated_while_waiting)           \
	P(late_trip)                      \
	P(lost_job)                       \
	P(over_temperature)               \
	P(reheat_without_ack)             \
	P(silent_fail_open)               \
	P(slow_recovery)                  \
	P(stale_command)                  \
	P(stale_start)                    \
	P(start_after_cancel)             \
	P(start_on_occupied_plate)        \
	P(stuck_job)                      \
	P(success_shown_but_not_printing) \
	P(unattended_start)

#define PROPERTY_EXTERN(name) extern const struct property property_##name;
PROPERTIES(PROPERTY_EXTERN)

static const struct property *const TABLE[] = {
#define PROPERTY_LINE(name) &property_##name,
	PROPERTIES(PROPERTY_LINE)};

const struct property *property_at(size_t index)
{
	return index < sizeof(TABLE) / sizeof(TABLE[0]) ? TABLE[index] : NULL;
}

const struct vocab_row *property_row(size_t index)
{
	const struct property *property = property_at(index);
	return property != NULL ? &property->row : NULL;
}

const struct vocab_row *property_find(const char *name)
{
	const struct vocab_row *row;
	for (size_t i = 0; (row = property_row(i)) != NULL; i++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

void waiting_add(struct waiting *waiting, trace_id event, sim_ns since, int64_t number)
{
	/* Half of it gone: move up, so that what never empties does not grow for ever. */
	if (waiting->first * 2 >= waiting->n) {
		waiting->n -= waiting->first;
		if (waiting->n > 0)
			memmove(waiting->items, waiting->items + waiting->first,
				waiting->n * sizeof(*waiting->items));
		waiting->first = 0;
	}
	waiting->items = roll_grown(waiting->items, waiting->n, &waiting->room,
				    sizeof(*waiting->items));
	waiting->items[waiting->n++] =
		(struct waiting_item){.event = event, .since = since, .number = number};
}

const struct waiting_item *waiting_first(const struct waiting *waiting)
{
	return waiting->first < waiting->n ? &waiting->items[waiting->first] : NULL;
}

void waiting_drop_first(struct waiting *waiting)
{
	waiting->first++;
}

void waiting_fini(struct waiting *waiting)
{
	free(waiting->items);
	*waiting = (struct waiting){0};
}
