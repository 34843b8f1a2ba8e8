/*
 * schedule.h - the seam between vclock.so, which waits for the one thread of a guest, and
 * vthreads.so, which is preloaded beside it into guests that may have several.
 *
 * vthreads.so puts its scheduler into jobjam_schedule; from then on every wait of every
 * thread ends up there, and it alone moves the clock and hands over the turn.
 */
#ifndef JOBJAM_SHIM_SCHEDULE_H
#define JOBJAM_SHIM_SCHEDULE_H

#include "sim/guest/shim/shim.h"

/* As shim_wait without a mask, after a first look was in vain. */
typedef long shim_schedule(shim_ready *ready, void *arg, int64_t deadline);
SHIM_EXPORT shim_schedule *jobjam_schedule;

enum shim_passed {
	SHIM_ALONE,       /* the clock stands at the deadline; nothing can have come */
	SHIM_LOOK,        /* the simulator had the turn: look again */
	SHIM_INTERRUPTED, /* the same, and a signal handler has run */
};
/* Moves the clock to the deadline if that lies within the horizon and nothing was sent,
 * else hands over the turn with the deadline as the instant to wake at. */
SHIM_EXPORT enum shim_passed jobjam_pass_time(int64_t deadline);
SHIM_EXPORT struct guest_page *jobjam_page(void);
SHIM_EXPORT int jobjam_refuse(const char *name, int error);
SHIM_EXPORT int jobjam_result(long result); /* -1 and errno, or the value */

/* The function of that name behind vclock.so, for what only the libc can do (making a
 * thread); NULL: none. The one use of dlsym, and never from inside a call that the libc
 * might make itself. */
typedef void shim_function(void);
SHIM_EXPORT shim_function *jobjam_libc(const char *name);

#endif
