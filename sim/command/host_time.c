/* host_time.c - raw system calls for the machine's clocks, waiting, and processors. */
#include "sim/command/host_time.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double read_clock(clockid_t id)
{
	struct timespec now;

	if (syscall(SYS_clock_gettime, id, &now) < 0)
		return -1;
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double host_time_s(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

double host_time_used_s(pid_t pid)
{
	/* The kernel's number of a process's clock: ~pid above three bits, of which 2 means
	 * time the scheduler gave it (clock_getcpuclockid). */
	return read_clock((clockid_t)((~(unsigned)pid << 3) | 2U));
}

int host_process_open(pid_t pid)
{
	long fd = syscall(SYS_pidfd_open, pid, 0);

	return fd < 0 ? -errno : (int)fd;
}

#define WAIT_MAX 256

void host_wait(const int *descriptors, size_t n, int milliseconds)
{
	struct timespec limit = {milliseconds / 1000, (milliseconds % 1000) * 1000000L};
	struct pollfd waits[WAIT_MAX];

	if (n > WAIT_MAX)
		n = WAIT_MAX;
	for (size_t i = 0; i < n; i++)
		waits[i] = (struct pollfd){.fd = descriptors[i], .events = POLLIN};
	syscall(SYS_ppoll, waits, n, &limit, NULL, 0);
}

int host_core(size_t index)
{
	cpu_set_t set;
	int count, start, seen = 0;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return -1;
	count = CPU_COUNT(&set);
	start = sched_getcpu();
	if (count < 1 || start < 0)
		return -1;
	for (int step = 0; step < CPU_SETSIZE; step++) {
		int core = (start + step) % CPU_SETSIZE;

		if (CPU_ISSET(core, &set) && seen++ == (int)(index % (size_t)count))
			return core;
	}
	return -1;
}
