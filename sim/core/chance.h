/*
 * chance.h - luck that repeats: a tree of streams keyed by (seed, entity, purpose).
 *
 * Each actor draws from streams of its own, named by what they are for, so that adding a
 * printer, or one more question, shifts nobody else's luck. The generator is
 * xoshiro256** seeded by SplitMix64 (Blackman and Vigna, public domain descriptions);
 * names enter through FNV-1a. Plain values: copy a stream to save it.
 */
#ifndef JOBJAM_CORE_CHANCE_H
#define JOBJAM_CORE_CHANCE_H

#include "sim/core/time.h"

struct chance {
	uint64_t state[4];
};

/* entity "owner/007", purpose "bedtime". */
struct chance chance_stream(uint64_t seed, const char *entity, const char *purpose);

uint64_t chance_u64(struct chance *chance);
double chance_unit(struct chance *chance);                      /* [0, 1) */
int64_t chance_int(struct chance *chance, int64_t lo, int64_t hi); /* lo..hi, both included */
bool chance_bool(struct chance *chance, double probability);
sim_ns chance_between(struct chance *chance, sim_ns lo, sim_ns hi);
/* Log-normal with that median and sigma of the underlying normal; uses real.h only. */
double chance_log_normal(struct chance *chance, double median, double sigma);

#endif
