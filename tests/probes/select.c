/* select.c - the sets come back empty or full, and what was not slept is left over. */
#include "tests/probes/probe.h"
#include <sys/select.h>

static int ends[2];

static void observe(const char *what, struct timeval *timeout)
{
	fd_set readable;

	FD_ZERO(&readable);
	FD_SET(ends[0], &readable);
	probe_say(what, select(ends[0] + 1, &readable, NULL, NULL, timeout));
	printf("  set %d", FD_ISSET(ends[0], &readable) != 0);
	if (timeout)
		printf(" left %ld.%06ld", (long)timeout->tv_sec, (long)timeout->tv_usec);
	printf("\n");
}

int main(void)
{
	struct timeval timeout = {1, 500000}, zero = {0, 0}, later = {7, 0};

	probe_pair(ends, 0);
	probe_begin();
	observe("nothing", &timeout);
	observe("look", &zero);
	timeout = (struct timeval){1, 500000};
	probe_say("sleep", select(0, NULL, NULL, NULL, &timeout));
	send(ends[1], "x", 1, 0);
	observe("ready", &later);
	observe("ready", NULL);
	return 0;
}
