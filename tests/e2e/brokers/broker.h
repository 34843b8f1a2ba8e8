/*
 * broker.h - what the pretended brokers share: finding their socket in the configuration.
 */
#ifndef JOBJAM_E2E_BROKER_H
#define JOBJAM_E2E_BROKER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Listens where "listener 0 PATH" of the file after -c says. */
static inline int broker_listen(int argc, char **argv)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char line[512];
	FILE *file = argc > 2 ? fopen(argv[2], "r") : NULL;

	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "listener 0 %107s", address.sun_path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 10)) {
		perror("listen");
		exit(9);
	}
	return fd;
}

#endif
