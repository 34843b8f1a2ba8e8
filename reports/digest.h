/*
 * digest.h - what a report counts: every start looked at, harms, refusals, waits.
 *
 * One walk over the trace with the bookkeeping and the definitions of sim/checks, at the
 * default limits of the properties and whatever the scenario expects, so that the numbers
 * of two reports compare. Exact: nothing is sampled.
 */
#ifndef JOBJAM_REPORTS_DIGEST_H
#define JOBJAM_REPORTS_DIGEST_H

#include "reports/run.h"
#include "sim/checks/start.h"

enum start_flag {
	START_STALE = 1, /* older than stale_start's default, or without a tap */
	START_DUPLICATE = 2,
	START_ON_OBJECT = 4,
	START_UNATTENDED = 8, /* by unattended_start's default */
	START_AFTER_CANCEL = 16,
};

struct digest_start {
	const struct trace_event *event;
	const char *printer;
	unsigned flags; /* of enum start_flag; 0: as it should be */
	bool tapped;    /* age means something */
	sim_ns age;
	sim_ns lasted; /* until it ended, or the run did */
	bool harmed;   /* some harm came of it */
};

/* Names with counts, in order of first appearance; what exceeds the room is in others. */
enum {
	TALLY_NAMES = 16
};
struct tally {
	const char *names[TALLY_NAMES];
	uint64_t counts[TALLY_NAMES];
	size_t n;
	uint64_t others, total;
};

struct digest_lie { /* the service believed, and it was not so */
	const char *client;
	sim_ns from, to;
	trace_id event;
};

struct digest_backlog {
	const char *who, *place;
	int64_t deepest;
	sim_ns at, oldest_for; /* of the deepest */
	trace_id event;
};

enum {
	DIGEST_LIES = 32,
	DIGEST_BACKLOGS = 32
};

struct digest {
	struct digest_start *starts; /* in order */
	size_t n_starts;
	uint64_t stale, duplicate, on_object, unattended, after_cancel; /* starts */
	uint64_t unwanted;            /* starts with any flag */
	uint64_t machines_hit;        /* machines with such a start */
	sim_ns unwanted_printing;     /* how long those printed, together */
	sim_ns stale_limit, promptly; /* the limits that were used */

	uint64_t collisions, printed_over, spaghetti;
	struct tally damage; /* by part */
	double grams_spaghetti, grams_wasted, metres_wasted;

	uint64_t wishes, wishes_started, wishes_cancelled, wishes_dropped, resends;
	struct tally dropped_by_people; /* by reason */
	uint64_t timeouts,
		retries; /* job.timeout; dispatches after the first of a task */
	uint64_t shed, merged, success_shown;
	struct tally refused, dropped; /* by machines, by the service; by reason */
	uint64_t given_up; /* messages, by clients for their age */
	uint64_t prompts_shown, prompts_yes, prompts_no, prompts_expired, trips;
	uint64_t asleep_starts, away_starts; /* unwanted starts whose owner was so */
	uint64_t objects_left; /* plates that were occupied when the run ended */

	struct digest_lie lies[DIGEST_LIES];
	size_t n_lies;
	struct digest_backlog backlogs[DIGEST_BACKLOGS]; /* the deepest of each place */
	size_t n_backlogs;

	const struct trace_event *first_fault;               /* fault.acted, or NULL */
	const struct trace_event *first_unwanted;            /* firmware.start, or NULL */
	const struct trace_event *first_harm, *last_trouble; /* or NULL */
	const struct trace_event *telling; /* the event whose chain tells most, or NULL */
};

void digest_make(struct digest *digest, const struct run *run);
void digest_fini(struct digest *digest);
const struct digest_start *digest_start_of(const struct digest *digest,
					   const struct trace_event *event);
/* "busy (12), expired (3)" */
void tally_add_text(struct text *text, const struct tally *tally);

/* Beyond one sentence of facts nothing is claimed: where the order waited longest, what
 * the service believed then, and what set it free. Empty when nothing went wrong. Inert
 * plain text. */
void digest_add_probable_cause(struct text *text, const struct run *run,
			       const struct digest *digest);

#endif
