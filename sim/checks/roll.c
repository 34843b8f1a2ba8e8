/* roll.c - names and numbers to places, by open addressing. */
#include "sim/checks/roll.h"

#include "sim/core/status.h"
#include "sim/core/text.h"

#include <stdlib.h>
#include <string.h>

void *roll_grown(void *array, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return array;
	size_t more = *room ? *room * 2 : 16;
	void *bigger = realloc(array, more * size);
	if (bigger == NULL)
		sim_out_of_memory("checks");
	*room = more;
	return bigger;
}

void roll_fini(struct roll *roll)
{
	free(roll->entries);
	free(roll->places);
	*roll = (struct roll){0};
}

static uint64_t entry_hash(const char *name, int64_t number)
{
	return name != NULL ? text_hash(TEXT_HASH_START, name, strlen(name))
			    : text_hash(TEXT_HASH_START, &number, sizeof(number));
}

static bool entry_is(const struct roll_entry *entry, const char *name, int64_t number)
{
	return name != NULL ? strcmp(entry->name, name) == 0 : entry->number == number;
}

/* Where the entry stands among the places, or where it would. */
static size_t seek(const struct roll *roll, const char *name, int64_t number)
{
	size_t i = (size_t)entry_hash(name, number) & (roll->n_places - 1);
	while (roll->places[i] != 0 &&
	       !entry_is(&roll->entries[roll->places[i] - 1], name, number))
		i = (i + 1) & (roll->n_places - 1);
	return i;
}

static void widen(struct roll *roll)
{
	free(roll->places);
	roll->n_places = roll->n_places ? roll->n_places * 2 : 32;
	roll->places = calloc(roll->n_places, sizeof(*roll->places));
	if (roll->places == NULL)
		sim_out_of_memory("checks");
	for (size_t i = 0; i < roll->n; i++) {
		const struct roll_entry *entry = &roll->entries[i];
		roll->places[seek(roll, entry->name, entry->number)] = i + 1;
	}
}

static size_t find(const struct roll *roll, const char *name, int64_t number)
{
	if (roll->n == 0)
		return ROLL_NONE;
	size_t place = roll->places[seek(roll, name, number)];
	return place > 0 ? place - 1 : ROLL_NONE;
}

static size_t find_or_add(struct roll *roll, const char *name, int64_t number,
			  bool *ret_new)
{
	size_t place = find(roll, name, number);
	if (ret_new != NULL)
		*ret_new = place == ROLL_NONE;
	if (place != ROLL_NONE)
		return place;

	if (roll->n * 2 >= roll->n_places)
		widen(roll);
	roll->entries =
		roll_grown(roll->entries, roll->n, &roll->room, sizeof(*roll->entries));
	roll->entries[roll->n] = (struct roll_entry){.name = name, .number = number};
	roll->places[seek(roll, name, number)] = roll->n + 1;
	return roll->n++;
}

size_t roll_find_name(const struct roll *roll, const char *name)
{
	return find(roll, name, 0);
}

size_t roll_find_number(const struct roll *roll, int64_t number)
{
	return find(roll, NULL, number);
}

size_t roll_name(struct roll *roll, const char *name, bool *ret_new)
{
	return find_or_add(roll, name, 0, ret_new);
}

size_t roll_number(struct roll *roll, int64_t number, bool *ret_new)
{
	return find_or_add(roll, NULL, number, ret_new);
}
