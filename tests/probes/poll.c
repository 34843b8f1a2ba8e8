/* poll.c - nothing there, a time-out of 0, something ready, and as a way to sleep. */
#include "tests/probes/probe.h"

int main(void)
{
	struct pollfd watch = {.events = POLLIN};
	int ends[2];

	probe_pair(ends, 0);
	watch.fd = ends[0];
	probe_begin();
	probe_say("nothing", poll(&watch, 1, 1500));
	probe_say("look", poll(&watch, 1, 0));
	probe_say("sleep", poll(NULL, 0, 1500));
	send(ends[1], "x", 1, 0);
	probe_say("ready", poll(&watch, 1, -1));
	printf("revents %d\n", watch.revents);
	return 0;
}
