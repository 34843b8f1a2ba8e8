/*
 * skew.h - a wall clock that is wrong: off by so much, and gaining or losing.
 *
 * It shows the truth plus skew_at(). A struct of zeros is a clock that is right. Elapsed
 * time (monotonic clocks, timers) is never touched by it.
 */
#ifndef JOBJAM_CORE_SKEW_H
#define JOBJAM_CORE_SKEW_H

#include "sim/core/time.h"

struct skew {
	sim_ns off;  /* at `since`; behind the truth when negative */
	int64_t ppm; /* microseconds gained in each second since then */
	sim_ns since;
};

/* In millionths of a second first, so that a year's worth does not overflow. */
static inline sim_ns skew_at(const struct skew *skew, sim_ns now)
{
	sim_ns ns = now - skew->since;

	return skew->off + ns / 1000000 * skew->ppm + ns % 1000000 * skew->ppm / 1000000;
}

static inline void skew_set(struct skew *skew, sim_ns now, sim_ns off, int64_t ppm)
{
	*skew = (struct skew){off, ppm, now};
}

#endif
