/* burst.c - how much fits into an accepted socket before it would block: burst SOCKET. */
#include "tests/probes/probe.h"
#include <fcntl.h>

int main(int argc, char **argv)
{
	int fd = argc == 2 ? probe_accept(argv[1]) : -1;
	long sent = 0;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (send(fd, "1234", 4, 0) == 4)
		sent++;
	printf("%s %s\n", strerrorname_np(errno), sent > 1000 ? "many" : "few");
	fflush(stdout);
	poll(NULL, 0, -1);
	return 0;
}
