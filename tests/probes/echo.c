/* echo.c - answers the bytes of one connection after a time-out of none: echo SOCKET. */
#include "tests/probes/probe.h"

int main(int argc, char **argv)
{
	int fd = argc == 2 ? probe_accept(argv[1]) : -1;
	struct pollfd watch = {.fd = fd, .events = POLLIN};

	for (;;) {
		char bytes[64];
		ssize_t n;

		probe_passed_ms();
		poll(&watch, 1, 10000);
		n = read(fd, bytes, sizeof(bytes));
		if (n <= 0)
			return 0;
		send(fd, bytes, (size_t)n, 0);
	}
}
