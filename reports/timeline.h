/*
 * timeline.h - which events a reader should see, in how many rows.
 *
 * Every event has a weight by its kind and by what it did; the heaviest rows are kept.
 * Like events in a row (the same kind, the same kind of actor, close together) become one
 * row that says how many more there were.
 */
#ifndef JOBJAM_REPORTS_TIMELINE_H
#define JOBJAM_REPORTS_TIMELINE_H

#include "reports/digest.h"

enum {
	TIMELINE_NAMED = 6
};

struct timeline_row {
	const struct trace_event *event; /* the first of them */
	const char *phase;               /* "before", "trigger", "latent", … */
	int weight;
	size_t more;                        /* how many others the row stands for */
	sim_ns until;                       /* the last of them */
	const char *others[TIMELINE_NAMED]; /* actors of the first few of them */
	size_t n_others;
};

struct timeline {
	struct timeline_row *rows;
	size_t n;
	size_t left_out; /* rows that were lighter and did not fit */
};

/* At most `most` rows of at least `weight` (1..9; 8 is what a short story needs). */
void timeline_make(struct timeline *timeline, const struct run *run,
		   const struct digest *digest, int weight, size_t most);
void timeline_fini(struct timeline *timeline);
/* " (and 6 more until 11:10:07Z: printer/003, …)" or nothing. Inert plain text. */
void timeline_add_more(struct text *text, const struct run *run,
		       const struct timeline_row *row);

#endif
