/* host_clock.c - the host's monotonic clock, by raw system call. */
#include "sim/world/host_clock.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

double host_clock_s(void)
{
	struct timespec now = {0};

	(void)syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}
