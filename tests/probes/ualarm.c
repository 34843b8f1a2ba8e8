/* ualarm.c - clearing is harmless, setting is refused. */
#include "tests/probes/probe.h"

int main(void)
{
	probe_begin();
	probe_say("clear", ualarm(0, 0));
	probe_say("set", (int)ualarm(5000, 0));
	return 0;
}
