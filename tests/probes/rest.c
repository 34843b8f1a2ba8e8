/*
 * rest.c - rests for ever; before that, it may change user: rest [shim|raw [spin]].
 *
 * raw goes past the shim, as a program does that makes the system call by itself.
 */
#include "tests/probes/probe.h"
#include <sys/syscall.h>

#define NOBODY 65534

int main(int argc, char **argv)
{
	volatile int forever = 1;
	int answer = 0;

	if (argc > 1 && strcmp(argv[1], "shim") == 0)
		answer = setgid(NOBODY) != 0 || setuid(NOBODY) != 0;
	else if (argc > 1 && strcmp(argv[1], "raw") == 0)
		answer = syscall(SYS_setresuid, NOBODY, NOBODY, NOBODY) != 0;
	if (answer != 0)
		return 9;
	printf("uid %d\n", (int)getuid());
	fflush(stdout);
	probe_begin();
	printf("%.9g ms\n", probe_passed_ms());
	fflush(stdout);
	while (argc > 2 && forever)
		;
	for (;;)
		poll(NULL, 0, -1);
}
