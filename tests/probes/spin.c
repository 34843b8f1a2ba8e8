/* spin.c - waits for time to pass without waiting: spin clock|poll MILLISECONDS. */
#include "tests/probes/probe.h"

int main(int argc, char **argv)
{
	double want = argc == 3 ? atof(argv[2]) : 0, passed = 0;

	probe_begin();
	while (passed < want) {
		if (argv[1][0] == 'p')
			poll(NULL, 0, 0);
		passed += probe_passed_ms();
	}
	printf("%.9g ms\n", passed);
	return 0;
}
