/* fault_place.c - what a fault remembers of each link: its luck, its marks, its state. */
#include "net/fault_row.h"

#include "net/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An array of n things more of that size; those that are new are zero. */
static bool widen(void *array, size_t had, size_t n, size_t size)
{
	void *old;
	memcpy(&old, array, sizeof(old));
	uint8_t *wide = realloc(old, n * size + 1);
	if (!wide)
		return false;
	memset(wide + had * size, 0, (n - had) * size);
	memcpy(array, &wide, sizeof(wide));
	return true;
}

static bool make_places(struct fault *fault)
{
	size_t n = fault->net->n_links, had = fault->n_places;
	if (had >= n)
		return true;
	if (!widen(&fault->chances, had, n, sizeof(*fault->chances)) ||
	    !widen(&fault->has_chance, had, n, sizeof(*fault->has_chance)) ||
	    !widen(&fault->spent, had, n, sizeof(*fault->spent)) ||
	    !widen(&fault->places, had, n, fault->row->place_size))
		return false;
	fault->n_places = n;
	return true;
}

void *fault_place(struct fault *fault, const struct link *link)
{
	if (!make_places(fault))
		return NULL;
	return fault->places + link->index * fault->row->place_size;
}

struct chance *fault_chance(struct fault *fault, struct link *link)
{
	char purpose[64];
	if (!make_places(fault))
		return NULL;
	if (!fault->has_chance[link->index]) {
		snprintf(purpose, sizeof(purpose), "%s %d", fault->row->row.name,
			 fault->number);
		fault->chances[link->index] =
			chance_stream(fault->net->options.seed, link->who, purpose);
		fault->has_chance[link->index] = true;
	}
	return &fault->chances[link->index];
}

bool fault_is_spent(const struct fault *fault, const struct link *link)
{
	return link->index < fault->n_places && fault->spent[link->index];
}

void fault_spend(struct fault *fault, struct link *link)
{
	if (make_places(fault))
		fault->spent[link->index] = true;
}
