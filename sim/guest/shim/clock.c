/* clock.c - every door to the time, answered from the page. */
#include "sim/guest/shim/shim.h"

#define TIME_UTC 1

struct tms {
	long user, system, child_user, child_system;
};

SHIM_EXPORT int clock_gettime(int clock, struct timespec *ret_time);
SHIM_EXPORT int clock_getres(int clock, struct timespec *ret_resolution);
SHIM_EXPORT int timespec_get(struct timespec *ret_time, int base);
SHIM_EXPORT int timespec_getres(struct timespec *ret_resolution, int base);
SHIM_EXPORT int gettimeofday(struct timeval *ret_time, void *zone);
SHIM_EXPORT long time(long *ret_time);
SHIM_EXPORT long clock(void);
SHIM_EXPORT long times(struct tms *ret_times);
SHIM_EXPORT int clock_settime(int clock, const struct timespec *time);
SHIM_EXPORT int settimeofday(const struct timeval *time, const void *zone);
SHIM_EXPORT int adjtime(const struct timeval *delta, struct timeval *ret_old);
SHIM_EXPORT int adjtimex(void *change);
SHIM_EXPORT int clock_adjtime(int clock, void *change);
SHIM_EXPORT int ntp_adjtime(void *change);

static int64_t add_saturated(int64_t a, int64_t b)
{
	int64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? GUEST_NEVER : sum;
}

int64_t shim_deadline_after(int64_t ns, bool rounded)
{
	const struct guest_page *page = shim_page();
	int64_t deadline = add_saturated(page->now, ns);
	int64_t tick = page->tick_ns, rest;

	if (!rounded || tick <= 1 || ns <= 0 || deadline == GUEST_NEVER)
		return deadline;
	rest = deadline % tick;
	return rest == 0 ? deadline : add_saturated(deadline, tick - rest);
}

int64_t shim_timespec_ns(const struct timespec *time)
{
	int64_t ns;

	if (time->tv_sec < 0 || time->tv_nsec < 0 || time->tv_nsec >= SHIM_S)
		return -1;
	if (__builtin_mul_overflow((int64_t)time->tv_sec, SHIM_S, &ns))
		return GUEST_NEVER;
	return add_saturated(ns, time->tv_nsec);
}

void shim_ns_timespec(int64_t ns, struct timespec *ret_time)
{
	ret_time->tv_sec = ns / SHIM_S;
	ret_time->tv_nsec = ns % SHIM_S;
	if (ret_time->tv_nsec < 0) { /* before 1970 */
		ret_time->tv_nsec += SHIM_S;
		ret_time->tv_sec--;
	}
}

enum base {
	NONE,
	REAL,
	MONOTONIC,
	USED
};

/* Which of our three clocks answers for an id. Time that the processor spent counts as
 * if it had always been busy: it must not show how fast the host is. */
static enum base base_of(int clock)
{
	static const uint8_t known[] = {
		[CLOCK_REALTIME] = REAL,
		[CLOCK_MONOTONIC] = MONOTONIC,
		[CLOCK_PROCESS_CPUTIME_ID] = USED,
		[CLOCK_THREAD_CPUTIME_ID] = USED,
		[CLOCK_MONOTONIC_RAW] = MONOTONIC,
		[CLOCK_REALTIME_COARSE] = REAL,
		[CLOCK_MONOTONIC_COARSE] = MONOTONIC,
		[CLOCK_BOOTTIME] = MONOTONIC,
		[CLOCK_REALTIME_ALARM] = REAL,
		[CLOCK_BOOTTIME_ALARM] = MONOTONIC,
		[CLOCK_TAI] = REAL,
	};

	/* Negative ids name the processor time of one process or thread, except when
	 * their low three bits say that they name an open device. */
	if (clock < 0)
		return (clock & 7) == 3 ? NONE : USED;
	return clock < (int)(sizeof(known)) ? (enum base)known[clock] : NONE;
}

bool shim_clock_offset(int clock, int64_t *ret_offset)
{
	const struct guest_page *page = shim_page();

	switch (base_of(clock)) {
	case REAL:
		*ret_offset = guest_page_realtime(page, page->now);
		return true;
	case MONOTONIC:
		*ret_offset = page->monotonic_offset_ns;
		return true;
	case USED:
		*ret_offset = 0;
		return true;
	case NONE:
		break;
	}
	return false;
}

static int64_t look(int64_t offset)
{
	struct guest_page *page = shim_page();

	page->clock_reads++;
	shim_fruitless(page, 1);
	return page->now + offset;
}

static int64_t look_real(void)
{
	const struct guest_page *page = shim_page();

	return look(guest_page_realtime(page, page->now));
}

int clock_gettime(int clock, struct timespec *ret_time)
{
	int64_t offset;

	if (!shim_clock_offset(clock, &offset))
		return (int)shim_result(-EINVAL);
	shim_ns_timespec(look(offset), ret_time);
	return 0;
}

int clock_getres(int clock, struct timespec *ret_resolution)
{
	int64_t offset;

	if (!shim_clock_offset(clock, &offset))
		return (int)shim_result(-EINVAL);
	if (ret_resolution)
		shim_ns_timespec(1, ret_resolution);
	return 0;
}

int timespec_get(struct timespec *ret_time, int base)
{
	if (base != TIME_UTC)
		return 0;
	shim_ns_timespec(look_real(), ret_time);
	return base;
}

int timespec_getres(struct timespec *ret_resolution, int base)
{
	if (base != TIME_UTC)
		return 0;
	if (ret_resolution)
		shim_ns_timespec(1, ret_resolution);
	return base;
}

int gettimeofday(struct timeval *ret_time, void *zone)
{
	struct timespec time;

	shim_ns_timespec(look_real(), &time);
	if (ret_time) {
		ret_time->tv_sec = time.tv_sec;
		ret_time->tv_usec = time.tv_nsec / 1000;
	}
	if (zone)
		*(struct timezone *)zone = (struct timezone){0};
	return 0;
}

long time(long *ret_time)
{
	struct timespec time;

	shim_ns_timespec(look_real(), &time);
	if (ret_time)
		*ret_time = time.tv_sec;
	return time.tv_sec;
}

long clock(void)
{
	return look(0) / 1000; /* CLOCKS_PER_SEC is a million wherever there is POSIX */
}

long times(struct tms *ret_times)
{
	struct guest_page *page = shim_page();
	long ticks = look(0) / (SHIM_S / 100); /* Linux has 100 of them in a second */

	if (ret_times)
		*ret_times = (struct tms){.user = ticks};
	return ticks + page->monotonic_offset_ns / (SHIM_S / 100);
}

/* Setting the clock would set the host's. */

int clock_settime(int clock, const struct timespec *time)
{
	(void)clock, (void)time;
	return shim_refuse("clock_settime", EPERM);
}

int settimeofday(const struct timeval *time, const void *zone)
{
	(void)time, (void)zone;
	return shim_refuse("settimeofday", EPERM);
}

int adjtime(const struct timeval *delta, struct timeval *ret_old)
{
	(void)delta, (void)ret_old;
	return shim_refuse("adjtime", EPERM);
}

int adjtimex(void *change)
{
	(void)change;
	return shim_refuse("adjtimex", EPERM);
}

int clock_adjtime(int clock, void *change)
{
	(void)clock, (void)change;
	return shim_refuse("clock_adjtime", EPERM);
}

int ntp_adjtime(void *change)
{
	(void)change;
	return shim_refuse("ntp_adjtime", EPERM);
}
