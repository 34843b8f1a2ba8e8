/* gettimeofday.c - microseconds. */
#include "tests/probes/probe.h"
#include <sys/time.h>

int main(void)
{
	struct timeval now;
	int answer;

	probe_begin();
	answer = gettimeofday(&now, NULL);
	printf("%d %lld.%06ld\n", answer, (long long)now.tv_sec, (long)now.tv_usec);
	return 0;
}
