/*
 * waits.h - where starts waited longest, and how many in each place.
 */
#ifndef JOBJAM_REPORTS_WAITS_H
#define JOBJAM_REPORTS_WAITS_H

#include "reports/chain.h"

enum {
	WAITS_MAX = 8 /* places; what waited in others is not counted */
};

struct wait_group {
	struct text place; /* in words, as of chain_add_place() */
	size_t n;
	sim_ns longest;
	const struct trace_event *from, *to; /* of the longest wait */
};

struct waits {
	struct wait_group groups[WAITS_MAX];
	size_t n;
};

/* Counts the start with the place of its longest wait, if that lasted a minute. */
void waits_count(struct waits *waits, const struct run *run, const struct trace_event *start);
/* The place of most first; of equals that of the longer wait; of those the first counted. */
void waits_sort(struct waits *waits);
void waits_fini(struct waits *waits);

#endif
