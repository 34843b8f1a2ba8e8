/* deaf.c - ignores being asked to stop. */
#include "tests/probes/probe.h"

int main(void)
{
	signal(SIGTERM, SIG_IGN);
	for (;;)
		poll(NULL, 0, 1000);
}
