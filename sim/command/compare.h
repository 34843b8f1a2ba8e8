/*
 * compare.h - are two recordings the same, line by line?
 *
 * Knows lines and the numbers of events and causes in them, nothing else: what is compared
 * is what was written. A torn last line (a killed run) differs from a whole one.
 */
#ifndef JOBJAM_COMMAND_COMPARE_H
#define JOBJAM_COMMAND_COMPARE_H

#include "sim/core/status.h"
#include "sim/core/text.h"

struct comparison {
	bool same;
	uint64_t lines;  /* that are the same, from the first on */
	uint64_t events; /* of those, how many are events (not header or end) */
	/* The first difference, in words for the terminal: its line in both recordings (one
	 * may have ended), and the causes that led to it. */
	struct text words;
};

/* first, second: run directories. SIM_EIO when one cannot be read. Release with
 * comparison_fini, also after a failure. */
int compare_runs(const char *first, const char *second, struct comparison *ret_comparison,
		 struct sim_error *error);
void comparison_fini(struct comparison *comparison);

#endif
