/* shrink.c - a guest that tries to take the shared page away. */
#include "sim/guest/page.h"
#include "tests/probes/probe.h"

int main(void)
{
	probe_begin();
	probe_say("ftruncate", ftruncate(GUEST_PAGE_FD, 0));
	return 0;
}
