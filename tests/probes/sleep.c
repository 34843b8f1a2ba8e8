/* sleep.c - seconds, in both spellings. */
#include "tests/probes/probe.h"
#include <threads.h>

int main(void)
{
	const struct timespec pause = {2, 0};

	probe_begin();
	probe_say("sleep", sleep(7200));
	probe_say("thrd_sleep", thrd_sleep(&pause, NULL));
	return 0;
}
