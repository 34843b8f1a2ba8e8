/* sleep.c - sleeping takes virtual time only, and exactly as long as was asked. */
#include "sim/guest/shim/shim.h"

SHIM_EXPORT int nanosleep(const struct timespec *duration, struct timespec *ret_left);
SHIM_EXPORT int clock_nanosleep(int clock, int flags, const struct timespec *time,
				struct timespec *ret_left);
SHIM_EXPORT int usleep(unsigned duration_us);
SHIM_EXPORT unsigned sleep(unsigned duration_s);
SHIM_EXPORT int thrd_sleep(const struct timespec *duration, struct timespec *ret_left);

/* Sleeps; negative error number, and on -EINTR what was left. */
static long sleep_for(int64_t ns, int64_t *ret_left)
{
	int64_t deadline = shim_deadline_after(ns, false);
	long result = shim_sleep_until(deadline);
	int64_t left = deadline - shim_page()->now;

	*ret_left = left > 0 ? left : 0;
	return result;
}

static long sleep_timespec(const struct timespec *duration, struct timespec *ret_left)
{
	int64_t ns = shim_timespec_ns(duration), left;
	long result;

	if (ns < 0)
		return -EINVAL;
	result = sleep_for(ns, &left);
	if (result == -EINTR && ret_left)
		shim_ns_timespec(left, ret_left);
	return result;
}

int nanosleep(const struct timespec *duration, struct timespec *ret_left)
{
	return (int)shim_result(sleep_timespec(duration, ret_left));
}

/* Answers the error itself, not -1. */
int clock_nanosleep(int clock, int flags, const struct timespec *time,
		    struct timespec *ret_left)
{
	int64_t offset, deadline;

	if (clock == CLOCK_THREAD_CPUTIME_ID || !shim_clock_offset(clock, &offset))
		return EINVAL;
	if (!(flags & TIMER_ABSTIME))
		return (int)-sleep_timespec(time, ret_left);
	deadline = shim_timespec_ns(time);
	if (deadline < 0)
		return EINVAL;
	if (deadline != GUEST_NEVER)
		deadline -= offset;
	return (int)-shim_sleep_until(deadline);
}

int usleep(unsigned duration_us)
{
	int64_t left;

	return (int)shim_result(sleep_for((int64_t)duration_us * 1000, &left));
}

unsigned sleep(unsigned duration_s)
{
	int64_t left;

	(void)sleep_for((int64_t)duration_s * SHIM_S, &left);
	return (unsigned)((left + SHIM_S / 2) / SHIM_S);
}

/* -1: interrupted; other errors below that. */
int thrd_sleep(const struct timespec *duration, struct timespec *ret_left)
{
	long result = sleep_timespec(duration, ret_left);

	return result == 0 ? 0 : result == -EINTR ? -1 : -2;
}
