/*
 * verdict.h - from outcomes and receipts to one word and one exit status.
 */
#ifndef JOBJAM_VERDICT_H
#define JOBJAM_VERDICT_H

#include "sim/checks/checks.h"
#include "sim/checks/exit_status.h"

/* Which promises exactly are expected to break for one combination of builds. */
struct known_bad {
	const char *firmware, *cloud; /* names of builds; NULL: any */
	const char *const *breaks;    /* property names */
	size_t n_breaks;
	const char *where;
};

struct verdict_inputs {
	const struct checks *checks;
	const struct trace *trace;         /* receipts are read from it (fault.receipt) */
	const struct known_bad *known_bad; /* NULL: none applies to this run's builds */
	/* The scenario has a known_bad, for other builds than these: `sometimes` says what
	 * its reproduction must show, and a safeguard may well keep that from ever coming
	 * up. Here it is reported and decides nothing: the promises alone count. */
	bool promises_alone;
	bool cut_short;    /* the run did not reach its end */
	bool interrupted;  /* by a signal */
	bool subject_died; /* broker or firmware, unasked */
};

struct summary {
	enum exit_status status;
	bool as_known_bad; /* judged against known_bad, and exactly as it says */
	/* "HELD", "BROKEN", "REPRODUCED" (as known_bad), "NOT AS KNOWN", "INCONCLUSIVE", "NOTHING JUDGED", … */
	const char *word;
	char sentence[512]; /* why, for the last line and for verdict.json */
	int held, violated, unknown;
	/* Differences from known_bad: names separated by spaces. */
	char missing[256], additional[256];
	int faults_armed, faults_unmatched;
	char unmatched[256]; /* "drop on cloud/command-a: no PUBACK passed", first few */
};
/* In place, for texts that were cut to their room: a character cut in the middle is left
 * out at the end, any other byte that is not UTF-8 becomes '?'. So what is written can be
 * read back into the same room. */
void verdict_tidy(char *text);
void verdict_sum_up(const struct verdict_inputs *inputs, struct summary *ret_summary);

#endif
