/*
 * roll.h - who is called what: names and numbers to places in an array, in order of first
 * appearance.
 *
 * A place never changes and places count up from 0, so that the owner of a roll keeps his
 * records in a plain array beside it and walks them in an order that repeats. Names are
 * borrowed (interned by the trace). Without memory the program ends (sim_out_of_memory).
 */
#ifndef JOBJAM_CHECKS_ROLL_H
#define JOBJAM_CHECKS_ROLL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROLL_NONE SIZE_MAX

struct roll_entry {
	const char *name; /* NULL in a roll of numbers */
	int64_t number;
};

struct roll {
	struct roll_entry *entries;
	size_t n, room;
	size_t *places; /* open addressing, a power of two; place + 1, 0: empty */
	size_t n_places;
};

void roll_fini(struct roll *roll);
/* The place, or ROLL_NONE. */
size_t roll_find_name(const struct roll *roll, const char *name);
size_t roll_find_number(const struct roll *roll, int64_t number);
/* The place, made when there is none; *ret_new (may be NULL) says so. */
size_t roll_name(struct roll *roll, const char *name, bool *ret_new);
size_t roll_number(struct roll *roll, int64_t number, bool *ret_new);

/* The array with room for one more record of `size` bytes after its n, growing in doubling
 * steps: array = roll_grown(array, n, &room, sizeof(*array)). Ends the program without
 * memory. */
void *roll_grown(void *array, size_t n, size_t *room, size_t size);

#endif
