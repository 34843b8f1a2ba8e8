/* epoll_pwait.c - a signal that only the wait lets through interrupts it. */
#include "tests/probes/probe.h"
#include <sys/epoll.h>

int main(void)
{
	struct epoll_event event = {.events = EPOLLIN};
	int ends[2], fd = epoll_create1(0);
	sigset_t blocked, open;

	sigemptyset(&open);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	probe_handle(SIGUSR1);
	probe_pair(ends, 0);
	epoll_ctl(fd, EPOLL_CTL_ADD, ends[0], &event);
	probe_begin();
	probe_say("nothing", epoll_pwait(fd, &event, 1, 1500, &open));
	raise(SIGUSR1);
	printf("raised, held back\n");
	fflush(stdout);
	probe_say("masked", epoll_pwait(fd, &event, 1, 1500, &blocked));
	fflush(stdout);
	probe_say("open", epoll_pwait(fd, &event, 1, 1500, &open));
	probe_say("again", epoll_pwait(fd, &event, 1, 1500, NULL));
	return 0;
}
