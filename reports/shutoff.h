/*
 * shutoff.h - the two layers of shut-off, for each heater whose switch stuck: the duty, which a
 * trip takes away and a stuck switch does not heed, and the supply, which not every machine
 * can cut. From heat.stuck, firmware.trip and heat.supply; for report.md, verdict.json and
 * the terminal.
 */
#ifndef JOBJAM_REPORTS_SHUTOFF_H
#define JOBJAM_REPORTS_SHUTOFF_H

#include "reports/emit.h"
#include "reports/run.h"

enum shutoff_end {
	SHUTOFF_SUPPLY_CUT, /* the second layer stopped it */
	SHUTOFF_NOT_CUT,    /* it could have, and the firmware did not */
	SHUTOFF_BEYOND      /* there is none: no firmware can stop this */
};

struct shutoff {
	const char *printer, *part; /* borrowed from the trace */
	trace_id event;             /* the switch sticks … */
	sim_ns at;
	sim_ns tripped; /* … and so much later the duty is off; -1: it never tripped */
	sim_ns cut;     /* … and the supply; -1: never */
	enum shutoff_end end;
};

/* Owned by the caller, free() it; NULL and 0: no switch stuck, or no memory. */
struct shutoff *shutoff_read(const struct run *run, size_t *ret_n);
/* "no firmware can stop this: …" */
const char *shutoff_words(enum shutoff_end end);
/* "beyond_firmware" and "shut_off": [ … ] of verdict.json. */
void shutoff_emit(struct emit *emit, const struct run *run);

#endif
