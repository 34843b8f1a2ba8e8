/* surroundings.c - what a guest is born into. */
#include "tests/probes/probe.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>

int main(int argc, char **argv, char **environment)
{
	struct sigaction pipe_action;
	char where[512], input[64] = "";

	(void)argc, (void)argv;
	probe_begin();
	for (char **entry = environment; *entry; entry++)
		printf("%.*s\n", (int)strcspn(*entry, "="), *entry);
	for (int fd = 0; fd < 256; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			printf("fd %d\n", fd);
	if (readlink("/proc/self/fd/0", input, sizeof(input) - 1) > 0)
		printf("input %s\n", input);
	sigaction(SIGPIPE, NULL, &pipe_action);
	printf("group of its own %d\n", getpgrp() == getpid());
	printf("SIGPIPE default %d\n", pipe_action.sa_handler == SIG_DFL);
	printf("directory %s\n", getcwd(where, sizeof(where)));
	return 0;
}
