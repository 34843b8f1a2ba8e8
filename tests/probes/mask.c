/* mask.c - a signal that is blocked while waiting waits for the wait to end. */
#include "tests/probes/probe.h"

int main(void)
{
	sigset_t blocked, open;

	sigemptyset(&open);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	probe_handle(SIGUSR1);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	probe_begin();
	probe_say("poll", poll(NULL, 0, 5000));
	fflush(stdout);
	sigprocmask(SIG_SETMASK, &open, NULL);
	printf("open\n");
	return 0;
}
