/* timer_create.c - a timer in the kernel would run on real time. */
#include "tests/probes/probe.h"

int main(void)
{
	timer_t timer;

	probe_begin();
	probe_say("timer_create", timer_create(CLOCK_MONOTONIC, NULL, &timer));
	return 0;
}
