/* chance.c - xoshiro256** streams, seeded from seed and names by SplitMix64. */
#include "sim/core/chance.h"

#include "sim/core/real.h"
#include "sim/core/text.h"

#include <assert.h>
#include <math.h> /* sqrt: every bit of it is fixed by IEEE 754 */
#include <string.h>

static uint64_t splitmix(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint64_t rotate(uint64_t x, int by)
{
	return (x << by) | (x >> (64 - by));
}

struct chance chance_stream(uint64_t seed, const char *entity, const char *purpose)
{
	/* The NUL between the names keeps "ab","c" and "a","bc" apart. */
	uint64_t name = text_hash(TEXT_HASH_START, entity, strlen(entity) + 1);
	name = text_hash(name, purpose, strlen(purpose));

	uint64_t mix = seed;
	uint64_t state = splitmix(&mix) ^ name;
	struct chance chance;
	for (int i = 0; i < 4; i++)
		chance.state[i] = splitmix(&state);
	return chance;
}

uint64_t chance_u64(struct chance *chance)
{
	uint64_t *s = chance->state;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

double chance_unit(struct chance *chance)
{
	return (double)(chance_u64(chance) >> 11) * 0x1p-53;
}

int64_t chance_int(struct chance *chance, int64_t lo, int64_t hi)
{
	assert(lo <= hi);
	uint64_t n = (uint64_t)hi - (uint64_t)lo + 1;
	if (n == 0) /* the whole range of 64 bits */
		return (int64_t)chance_u64(chance);

	/* Refuse the 2^64 mod n lowest values: then every remainder is equally likely. */
	uint64_t skip = (0 - n) % n;
	uint64_t draw;
	do
		draw = chance_u64(chance);
	while (draw < skip);
	return (int64_t)((uint64_t)lo + draw % n);
}

bool chance_bool(struct chance *chance, double probability)
{
	return chance_unit(chance) < probability;
}

sim_ns chance_between(struct chance *chance, sim_ns lo, sim_ns hi)
{
	return chance_int(chance, lo, hi);
}

double chance_log_normal(struct chance *chance, double median, double sigma)
{
	assert(median > 0.0 && sigma >= 0.0);

	/* A normal variate by Marsaglia's polar method, which needs no sine. */
	double u, v, s;
	do {
		u = 2.0 * chance_unit(chance) - 1.0;
		v = 2.0 * chance_unit(chance) - 1.0;
		s = u * u + v * v;
	} while (s >= 1.0 || s == 0.0);
	double normal = u * sqrt(-2.0 * real_log(s) / s);
	return median * real_exp(sigma * normal);
}
