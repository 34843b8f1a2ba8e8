/* epoll_wait.c - nothing there, a time-out of 0, something ready, an error. */
#include "tests/probes/probe.h"
#include <sys/epoll.h>

int main(void)
{
	struct epoll_event event = {.events = EPOLLIN};
	int ends[2], fd = epoll_create1(0);

	probe_pair(ends, 0);
	epoll_ctl(fd, EPOLL_CTL_ADD, ends[0], &event);
	probe_begin();
	probe_say("nothing", epoll_wait(fd, &event, 1, 1500));
	probe_say("look", epoll_wait(fd, &event, 1, 0));
	send(ends[1], "x", 1, 0);
	probe_say("ready", epoll_wait(fd, &event, 1, 1500));
	probe_say("bad", epoll_wait(-1, &event, 1, 1500));
	return 0;
}
