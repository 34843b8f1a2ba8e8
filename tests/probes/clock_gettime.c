/* clock_gettime.c - each clock id, and two that are none. */
#include "tests/probes/probe.h"

int main(void)
{
	static const int ids[] = {0, 1,  2,  3,  4,  5,  6,  7, 8,
				  9, 10, 11, 12, 99, -2, -6, -5};

	probe_begin();
	for (unsigned i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		struct timespec now;
		int answer = clock_gettime(ids[i], &now);

		if (answer == 0)
			printf("%d %lld.%09ld\n", ids[i], (long long)now.tv_sec,
			       now.tv_nsec);
		else
			printf("%d %s\n", ids[i], strerrorname_np(errno));
	}
	return 0;
}
