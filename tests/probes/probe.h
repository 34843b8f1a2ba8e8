/*
 * probe.h - what the probes share: a first rest, and the time that has passed.
 *
 * A probe is a guest of one purpose: it makes one kind of call and prints what it
 * observes. Its first rest ends at the instant of the second turn it is given.
 */
#ifndef JOBJAM_PROBE_H
#define JOBJAM_PROBE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static struct timespec probe_started;

/* Rests once, so that the simulator has a guest that has started. */
static inline void probe_begin(void)
{
	const struct timespec moment = {.tv_nsec = 1};

	nanosleep(&moment, NULL);
	clock_gettime(CLOCK_MONOTONIC, &probe_started);
}

/* Milliseconds since the last probe_begin() or probe_passed_ms(). */
static inline double probe_passed_ms(void)
{
	struct timespec now;
	double ms;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (double)(now.tv_sec - probe_started.tv_sec) * 1e3 +
	     (double)(now.tv_nsec - probe_started.tv_nsec) / 1e6;
	probe_started = now;
	return ms;
}

/* One line: what, what it answered, errno's name if that was -1, and the time it took. */
static inline void probe_say(const char *what, long answer)
{
	const char *error = answer == -1 ? strerrorname_np(errno) : NULL;

	printf("%s %ld%s%s %.12g ms\n", what, answer, error ? " " : "",
	       error ? error : "", probe_passed_ms());
}

/* Two connected sockets; a byte waits in the first of them if ready. */
static inline void probe_pair(int ends[2], int ready)
{
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
		exit(9);
	if (ready)
		send(ends[1], "x", 1, 0);
}

static inline void probe_on_signal(int number)
{
	char word[] = "handler ran\n";

	(void)number;
	if (write(1, word, sizeof(word) - 1) < 0)
		_exit(9);
}

static inline void probe_handle(int number)
{
	struct sigaction action = {.sa_handler = probe_on_signal, .sa_flags = SA_RESTART};

	sigaction(number, &action, NULL);
}

/* Listens at path, rests, and answers the first connection. */
static inline int probe_accept(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct pollfd waits = {.fd = fd, .events = POLLIN};

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(fd, 4) != 0)
		exit(9);
	poll(&waits, 1, -1);
	return accept(fd, NULL, NULL);
}

#endif
