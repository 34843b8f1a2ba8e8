/*
 * chain.h - the causes of one event, first cause first.
 */
#ifndef JOBJAM_REPORTS_CHAIN_H
#define JOBJAM_REPORTS_CHAIN_H

#include "reports/local.h"

enum {
	CHAIN_MAX = 64
};

struct chain {
	const struct trace_event *events[CHAIN_MAX]; /* first cause first */
	size_t n;
	size_t left_out; /* in the middle, of a chain that is longer */
	size_t gap_at;   /* events after this index come after the gap */
};

void chain_find(const struct run *run, trace_id id, struct chain *ret_chain);
/* The longest wait: index of the event after it; 0 when the chain has less than two. */
size_t chain_longest_wait(const struct chain *chain, sim_ns *ret_wait);
/* The machine whose print it is, by the event nearest to the end that names one. */
const struct run_printer *chain_printer(const struct local *local,
					const struct chain *chain);
/* Where something waited between two events of a chain, in words: "in the library of
 * cloud/command-a"; NULL when the table has no words for it. Bounded. */
void chain_add_place(struct text *text, const struct trace_event *before,
		     const struct trace_event *after);

#endif
