/* fork.c - a child would share the clock of its parent. */
#include "tests/probes/probe.h"

int main(void)
{
	probe_begin();
	probe_say("fork", fork());
	probe_say("system", system("true"));
	return 0;
}
