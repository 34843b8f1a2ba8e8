/* waits.c - where starts waited longest, and how many in each place. */
#include "reports/waits.h"

#include <string.h>

/* Its group, a new one if need be; takes the words. NULL: there are too many places. */
static struct wait_group *group_of(struct waits *waits, struct text *place)
{
	size_t i = 0;
	while (i < waits->n &&
	       strcmp(text_cstr(&waits->groups[i].place), text_cstr(place)) != 0)
		i++;
	if (i < waits->n || i == WAITS_MAX) {
		text_fini(place);
		return i < WAITS_MAX ? &waits->groups[i] : NULL;
	}
	waits->groups[waits->n++].place = *place;
	return &waits->groups[i];
}

void waits_count(struct waits *waits, const struct run *run,
		 const struct trace_event *start)
{
	struct chain chain;
	struct text place = {0};
	sim_ns wait;

	chain_find(run, start->id, &chain);
	size_t after = chain_longest_wait(&chain, &wait);
	if (after == 0 || wait < SIM_MIN)
		return;
	chain_add_place(&place, chain.events[after - 1], chain.events[after]);
	struct wait_group *group = group_of(waits, &place);
	if (group == NULL)
		return;
	group->n++;
	if (wait > group->longest) {
		group->longest = wait;
		group->from = chain.events[after - 1];
		group->to = chain.events[after];
	}
}

static bool goes_before(const struct wait_group *a, const struct wait_group *b)
{
	return a->n != b->n ? a->n > b->n : a->longest > b->longest;
}

void waits_sort(struct waits *waits)
{
	for (size_t i = 1; i < waits->n; i++) {
		struct wait_group group = waits->groups[i];
		size_t at = i;
		for (; at > 0 && goes_before(&group, &waits->groups[at - 1]); at--)
			waits->groups[at] = waits->groups[at - 1];
		waits->groups[at] = group;
	}
}

void waits_fini(struct waits *waits)
{
	for (size_t i = 0; i < waits->n; i++)
		text_fini(&waits->groups[i].place);
	*waits = (struct waits){0};
}
