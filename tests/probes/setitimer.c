/* setitimer.c - clearing is harmless, setting is refused. */
#include "tests/probes/probe.h"
#include <sys/time.h>

int main(void)
{
	const struct itimerval clear = {0}, set = {.it_value.tv_sec = 5};
	struct itimerval old = {.it_value.tv_sec = 9};

	probe_begin();
	probe_say("clear", setitimer(ITIMER_REAL, &clear, &old));
	printf("old %ld\n", (long)old.it_value.tv_sec);
	probe_say("set", setitimer(ITIMER_REAL, &set, NULL));
	return 0;
}
