/* time.c - whole seconds, by result and by pointer. */
#include "tests/probes/probe.h"

int main(void)
{
	time_t stored = 0;

	probe_begin();
	printf("%lld", (long long)time(&stored));
	printf(" %lld %lld\n", (long long)stored, (long long)time(NULL));
	return 0;
}
