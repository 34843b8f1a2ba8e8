/*
 * start.h - one start, looked at from all sides: whose wish it serves, how old that is,
 * what lies on the plate, who is there, who expects it.
 *
 * Asked when the story has just taken the firmware.start event in. Properties judge by
 * this, and reports count by it, so that both mean the same by "stale".
 */
#ifndef JOBJAM_CHECKS_START_H
#define JOBJAM_CHECKS_START_H

#include "sim/checks/story.h"

struct start {
	const struct wish *wish;       /* NULL: no tap was found behind it */
	const struct machine *machine; /* never NULL */
	sim_ns age; /* of the wish when the firmware accepted; 0 without one */
	const struct trace_event *object; /* what lies on the plate, or NULL */
	bool duplicate, after_cancel;
	bool attended;      /* somebody awake at the machine */
	bool wanted;        /* somebody asked for it and did not cancel */
	sim_ns since_asked; /* since the last tap, or the yes to its prompt */
};

void start_look(const struct story *story, const struct trace_event *event,
		struct start *ret_start);

#endif
