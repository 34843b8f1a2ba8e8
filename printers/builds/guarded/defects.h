/*
 * defects.h - what can be wrong with a guarded build, for the mutants that tests are tried
 * on. Everything is off in the build that ships.
 *
 * A mutant's build.c names itself and one member, and includes guarded/build.c:
 *
 *	#define NAME "plate-sensor-fails-open"
 *	#define DEFECT .sensor_fails_open = true
 *	#include "printers/builds/guarded/build.c"
 */
#ifndef JOBJAM_BUILDS_GUARDED_DEFECTS_H
#define JOBJAM_BUILDS_GUARDED_DEFECTS_H

#include <stdbool.h>
#include <stdint.h>

struct defects {
	bool reheats_online;           /* a trip is forgotten when the network returns */
	bool confirms_twice;           /* an answer in the app counts again for the next prompt */
	bool sensor_fails_open;        /* a plate sensor that cannot tell counts as clear */
	bool forgets_seen_at_power_up; /* which starts were started before */
	bool latches_only_finished;    /* not after an aborted, failed or cancelled job */
	bool resumes_unasked;          /* after a power cut it goes on with its job by itself */
	bool heats_when_told;          /* a trip stops starts, and no lines of G-code */
	int64_t clock_off_ms;          /* expiry reads this clock, which is not UTC */
};
extern const struct defects guard_defects; /* in build.c */

#endif
