/* stuck.c - never comes to rest: at once, or (with an argument) after the first rest. */
#include "tests/probes/probe.h"

int main(int argc, char **argv)
{
	volatile int forever = 1;

	(void)argv;
	if (argc > 1)
		probe_begin();
	while (forever)
		;
	return 0;
}
