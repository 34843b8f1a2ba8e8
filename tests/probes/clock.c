/* clock.c - processor time is virtual time too: it must not show how fast the host is. */
#include "tests/probes/probe.h"
#include <sys/times.h>

int main(void)
{
	struct tms used;

	probe_begin();
	printf("clock %ld\n", (long)clock());
	printf("times %ld", (long)times(&used));
	printf(" user %ld\n", (long)used.tms_utime);
	return 0;
}
