/* epoll_pwait2.c - nanoseconds, for ever until ready, and a time that is none. */
#include "tests/probes/probe.h"
#include <sys/epoll.h>

int main(void)
{
	const struct timespec timeout = {1, 500000001}, zero = {0, 0},
			      bad = {0, 1000000000};
	struct epoll_event event = {.events = EPOLLIN};
	int ends[2], fd = epoll_create1(0);

	probe_pair(ends, 0);
	epoll_ctl(fd, EPOLL_CTL_ADD, ends[0], &event);
	probe_begin();
	probe_say("nothing", epoll_pwait2(fd, &event, 1, &timeout, NULL));
	probe_say("look", epoll_pwait2(fd, &event, 1, &zero, NULL));
	probe_say("bad", epoll_pwait2(fd, &event, 1, &bad, NULL));
	send(ends[1], "x", 1, 0);
	probe_say("ready", epoll_pwait2(fd, &event, 1, NULL, NULL));
	return 0;
}
