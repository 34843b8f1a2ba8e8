/* timespec_get.c - the C11 door, and a base that is none. */
#include "tests/probes/probe.h"

int main(void)
{
	struct timespec now;
	int answer;

	probe_begin();
	answer = timespec_get(&now, TIME_UTC);
	printf("%d %lld.%09ld\n", answer, (long long)now.tv_sec, now.tv_nsec);
	printf("%d\n", timespec_get(&now, 77));
	return 0;
}
