/* signals.c - each kind of wait is interrupted when a handler ran, despite SA_RESTART. */
#include "tests/probes/probe.h"
#include <sys/epoll.h>
#include <sys/select.h>

int main(void)
{
	const struct timespec hour = {3600, 0};
	struct timespec left = {0, 0};
	struct epoll_event event;
	sigset_t open;

	sigemptyset(&open);
	probe_handle(SIGUSR1);
	signal(SIGUSR2, SIG_IGN);
	probe_begin();
	probe_say("poll", poll(NULL, 0, -1));
	fflush(stdout);
	probe_say("epoll_wait", epoll_wait(epoll_create1(0), &event, 1, -1));
	fflush(stdout);
	probe_say("select", select(0, NULL, NULL, NULL, NULL));
	fflush(stdout);
	probe_say("pause", pause());
	fflush(stdout);
	probe_say("sigsuspend", sigsuspend(&open));
	fflush(stdout);
	probe_say("nanosleep", nanosleep(&hour, &left));
	printf("left %ld.%09ld\n", (long)left.tv_sec, left.tv_nsec);
	fflush(stdout);
	probe_say("sleep", sleep(3600));
	return 0;
}
