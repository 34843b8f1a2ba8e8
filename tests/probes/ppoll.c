/* ppoll.c - a time-out, its mask, and a time that is none. */
#include "tests/probes/probe.h"

int main(void)
{
	const struct timespec timeout = {1, 500000000}, bad = {0, -1};
	struct pollfd watch = {.events = POLLIN};
	sigset_t blocked, open;
	int ends[2];

	sigemptyset(&open);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	probe_handle(SIGUSR1);
	probe_pair(ends, 0);
	watch.fd = ends[0];
	probe_begin();
	probe_say("nothing", ppoll(&watch, 1, &timeout, NULL));
	probe_say("bad", ppoll(&watch, 1, &bad, NULL));
	raise(SIGUSR1);
	fflush(stdout);
	probe_say("open", ppoll(&watch, 1, &timeout, &open));
	send(ends[1], "x", 1, 0);
	probe_say("ready", ppoll(&watch, 1, NULL, NULL));
	return 0;
}
