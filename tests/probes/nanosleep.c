/* nanosleep.c - exact to the nanosecond; a time that is none. */
#include "tests/probes/probe.h"

int main(void)
{
	const struct timespec hour = {3600, 1000000}, bad = {0, 1000000000};

	probe_begin();
	probe_say("hour", nanosleep(&hour, NULL));
	probe_say("bad", nanosleep(&bad, NULL));
	return 0;
}
