/* clock_nanosleep.c - for a while, until an instant, and clocks that cannot be slept on. */
#include "tests/probes/probe.h"

static void until(const char *what, clockid_t id, time_t seconds)
{
	struct timespec then;

	clock_gettime(id, &then);
	then.tv_sec += seconds;
	probe_say(what, clock_nanosleep(id, TIMER_ABSTIME, &then, NULL));
}

int main(void)
{
	const struct timespec pause = {2, 500000000};

	probe_begin();
	probe_say("relative", clock_nanosleep(CLOCK_REALTIME, 0, &pause, NULL));
	until("monotonic", CLOCK_MONOTONIC, 3);
	until("boottime", CLOCK_BOOTTIME, 3);
	until("realtime", CLOCK_REALTIME, 3);
	until("past", CLOCK_REALTIME, -3);
	probe_say("thread", clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &pause, NULL));
	probe_say("unknown", clock_nanosleep(99, 0, &pause, NULL));
	return 0;
}
