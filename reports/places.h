/*
 * places.h - where orders waited: an account of each place, from backlog.depth and
 * backlog.drained, for report.md, verdict.json and the terminal.
 */
#ifndef JOBJAM_REPORTS_PLACES_H
#define JOBJAM_REPORTS_PLACES_H

#include "reports/emit.h"
#include "reports/run.h"
#include "sim/core/pile.h"

struct place_account {
	size_t actors; /* in how many of them something waited; 0: it never did */
	size_t open;   /* of them, not let go when the run ended */
	int64_t deepest;
	const char *who; /* where it was deepest */
	sim_ns at;
	trace_id event; /* of the deepest */
	sim_ns oldest;  /* the longest wait that was told */
	int64_t bytes;
	bool counted; /* something was let go, and said so: what follows is of that */
	int64_t released, lost, expired; /* expired: of those lost */
	int64_t burst; /* most that one actor let go within 10 s */
	int64_t ages[PILE_AGES];
};

/* ret[enum place]. */
void places_read(const struct run *run, struct place_account ret[N_PLACES]);
/* "up to 164, the oldest for 7 h, 164 let go within 10 s" */
void places_add_words(struct text *text, const struct place_account *account);
/* "places": [ … ] of verdict.json, in the order of the way. */
void places_emit(struct emit *emit, const struct run *run);

#endif
