/* clock_settime.c - a guest may not set the host's clock. */
#include "tests/probes/probe.h"
#include <sys/time.h>

int main(void)
{
	const struct timespec past = {.tv_sec = 1};
	const struct timeval past_us = {.tv_sec = 1};

	probe_begin();
	probe_say("clock_settime", clock_settime(CLOCK_REALTIME, &past));
	probe_say("settimeofday", settimeofday(&past_us, NULL));
	return 0;
}
