/* pselect.c - a time-out, its mask, and something ready. */
#include "tests/probes/probe.h"
#include <sys/select.h>

static int ends[2];

static void observe(const char *what, const struct timespec *timeout,
		    const sigset_t *mask)
{
	fd_set readable;

	FD_ZERO(&readable);
	FD_SET(ends[0], &readable);
	probe_say(what, pselect(ends[0] + 1, &readable, NULL, NULL, timeout, mask));
}

int main(void)
{
	const struct timespec timeout = {1, 500000000};
	sigset_t blocked, open;

	sigemptyset(&open);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	probe_handle(SIGUSR1);
	probe_pair(ends, 0);
	probe_begin();
	observe("nothing", &timeout, NULL);
	raise(SIGUSR1);
	fflush(stdout);
	observe("open", &timeout, &open);
	send(ends[1], "x", 1, 0);
	observe("ready", NULL, NULL);
	return 0;
}
