/*
 * clock_symbols.h - the clock that the libraries in this process read.
 *
 * libmosquitto asks clock_gettime() what time it is and decides from that when to ping
 * and when to give up. The program exports its own clock_gettime(), time() and
 * gettimeofday() (net/exports.list), which answer from the bound clock; with none bound
 * they ask the kernel. Clocks that measure work done (CPU time) are always the kernel's.
 */
#ifndef JOBJAM_NET_CLOCK_SYMBOLS_H
#define JOBJAM_NET_CLOCK_SYMBOLS_H

#include "sim/core/time.h"

/* Borrows clock until another, or NULL, is bound. Returns what was bound before. */
const struct clock *clock_symbols_bind(const struct clock *clock);
/* How often a virtual answer was given, ever. */
uint64_t clock_symbols_calls(void);

/* CLOCK_MONOTONIC at virtual 0: libmosquitto takes a zero time for "never". Whole
 * seconds, so that its seconds are ours. */
#define CLOCK_SYMBOLS_UPTIME_S 86400

#endif
