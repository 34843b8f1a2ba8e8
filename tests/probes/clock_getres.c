/* clock_getres.c - every known clock ticks in nanoseconds; an unknown one is refused. */
#include "tests/probes/probe.h"

int main(void)
{
	struct timespec tick = {9, 9};
	int answer;

	probe_begin();
	answer = clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
	printf("%d %ld.%09ld\n", answer, (long)tick.tv_sec, tick.tv_nsec);
	printf("%d\n", clock_getres(CLOCK_REALTIME, NULL));
	answer = clock_getres(99, &tick);
	printf("%d %s\n", answer, strerrorname_np(errno));
	return 0;
}
