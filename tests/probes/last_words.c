/* last_words.c - says something, with a control character in it, and ends: [STATUS]. */
#include "tests/probes/probe.h"

int main(int argc, char **argv)
{
	if (argc > 2)
		probe_begin();
	fprintf(stderr, "Error: cannot open \x1b[31mthe door\x1b[0m.\n");
	if (argc > 1 && strcmp(argv[1], "signal") == 0)
		raise(SIGKILL);
	return argc > 1 ? atoi(argv[1]) : 3;
}
