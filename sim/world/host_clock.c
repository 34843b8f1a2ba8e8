/* host_clock.c - the host's monotonic clock, past the program's own. */
#include "sim/world/host_clock.h"

#include "net/stream/raw.h"

double host_clock_s(void)
{
	struct timespec now = {0};

	(void)raw_clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}
