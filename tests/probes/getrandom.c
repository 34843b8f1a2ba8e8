/* getrandom.c - the stream of the seed, through each door. */
#include "tests/probes/probe.h"
#include <sys/random.h>

static void show(const char *what, long answer, const unsigned char *bytes, int n)
{
	printf("%s %ld ", what, answer);
	for (int i = 0; i < n; i++)
		printf("%02x", bytes[i]);
	printf("\n");
}

int main(void)
{
	unsigned char bytes[12] = {0}, many[300];

	probe_begin();
	show("getrandom", getrandom(bytes, sizeof(bytes), 0), bytes, sizeof(bytes));
	show("getentropy", getentropy(bytes, sizeof(bytes)), bytes, sizeof(bytes));
	probe_say("too much", getentropy(many, sizeof(many)));
	probe_say("bad flag", getrandom(bytes, 1, 0x80));
	return 0;
}
