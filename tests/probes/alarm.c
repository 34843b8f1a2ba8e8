/* alarm.c - clearing is harmless, setting is refused. */
#include "tests/probes/probe.h"

int main(void)
{
	probe_begin();
	probe_say("clear", alarm(0));
	probe_say("set", (int)alarm(5));
	return 0;
}
