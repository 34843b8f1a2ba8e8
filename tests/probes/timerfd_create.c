/* timerfd_create.c - a timer in the kernel would run on real time. */
#include "tests/probes/probe.h"
#include <sys/timerfd.h>

int main(void)
{
	probe_begin();
	probe_say("timerfd_create", timerfd_create(CLOCK_MONOTONIC, 0));
	return 0;
}
