/* clock_symbols.c - clock_gettime, time and gettimeofday of the whole program. */
#include "net/clock_symbols.h"

#include "net/stream/raw.h"

#include <errno.h>
#include <sys/time.h>
#include <time.h>

static const struct clock *bound;
static uint64_t calls;

const struct clock *clock_symbols_bind(const struct clock *clock)
{
	const struct clock *before = bound;
	bound = clock;
	return before;
}

uint64_t clock_symbols_calls(void)
{
	return calls;
}

static struct timespec from_ns(int64_t ns)
{
	int64_t seconds = ns / SIM_S;
	int64_t rest = ns % SIM_S;
	if (rest < 0) {
		seconds--;
		rest += SIM_S;
	}
	return (struct timespec){.tv_sec = seconds, .tv_nsec = rest};
}

static struct timespec utc(void)
{
	struct timespec now;
	if (!bound)
		raw_clock_gettime(CLOCK_REALTIME, &now);
	else
		now = from_ns(clock_utc_ns(bound, bound->now));
	return now;
}

int clock_gettime(clockid_t clock, struct timespec *ret_time)
{
	if (!bound)
		return raw_clock_gettime(clock, ret_time);
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_TAI:
		*ret_time = utc();
		break;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
		*ret_time = from_ns(bound->now + CLOCK_SYMBOLS_UPTIME_S * SIM_S);
		break;
	default:
		return raw_clock_gettime(clock, ret_time);
	}
	calls++;
	return 0;
}

time_t time(time_t *ret_time)
{
	time_t seconds = utc().tv_sec;
	calls += bound != NULL;
	if (ret_time)
		*ret_time = seconds;
	return seconds;
}

int gettimeofday(struct timeval *restrict ret_time, void *restrict zone)
{
	(void)zone;
	struct timespec now = utc();
	calls += bound != NULL;
	*ret_time = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
	return 0;
}
