/* usleep.c - microseconds, also more than a second of them. */
#include "tests/probes/probe.h"

int main(void)
{
	probe_begin();
	probe_say("short", usleep(1));
	probe_say("long", usleep(2500000));
	return 0;
}
