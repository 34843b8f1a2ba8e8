/*
 * leave.c - one way out of a process, at one second: leave SOCKET WAY.
 *
 * Answers one connection, idles for a second, does the one thing, idles on.
 */
#include "tests/probes/probe.h"
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

static struct iovec vector = {.iov_base = (char[]){"x"}, .iov_len = 1};

static long by_write(int fd)
{
	return write(fd, "x", 1);
}

static long by_writev(int fd)
{
	return writev(fd, &vector, 1);
}

static long by_send(int fd)
{
	return send(fd, "x", 1, 0);
}

static long by_sendto(int fd)
{
	return sendto(fd, "x", 1, 0, NULL, 0);
}

static long by_sendmsg(int fd)
{
	struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};

	return sendmsg(fd, &message, 0);
}

static long by_sendmmsg(int fd)
{
	struct mmsghdr message = {.msg_hdr = {.msg_iov = &vector, .msg_iovlen = 1}};

	return sendmmsg(fd, &message, 1, 0);
}

static long by_sendfile(int fd)
{
	return sendfile(fd, open("/proc/self/exe", O_RDONLY), NULL, 1);
}

static long by_shutdown(int fd)
{
	return shutdown(fd, SHUT_WR);
}

static long by_close(int fd)
{
	return close(fd);
}

static long by_dup2(int fd)
{
	return dup2(1, fd) == fd ? 0 : -1;
}

/* These leave nothing: a log, a pipe, a file that is closed. */

static long not_write(int fd)
{
	(void)fd;
	return write(1, "log\n", 4);
}

static long not_writev(int fd)
{
	(void)fd;
	return writev(1, &vector, 1);
}

static long not_pipe(int fd)
{
	int ends[2];

	(void)fd;
	return pipe(ends) == 0 ? write(ends[1], "x", 1) : -1;
}

static long not_close(int fd)
{
	(void)fd;
	return close(open("/dev/null", O_WRONLY));
}

static const struct way {
	const char *name;
	long (*go)(int fd);
} ways[] = {
	{"write", by_write},       {"writev", by_writev},     {"send", by_send},
	{"sendto", by_sendto},     {"sendmsg", by_sendmsg},   {"sendmmsg", by_sendmmsg},
	{"sendfile", by_sendfile}, {"shutdown", by_shutdown}, {"close", by_close},
	{"dup2", by_dup2},         {"log", not_write},        {"logv", not_writev},
	{"pipe", not_pipe},        {"close-file", not_close},
};

int main(int argc, char **argv)
{
	int fd = argc == 3 ? probe_accept(argv[1]) : -1;

	if (fd < 0)
		return 9;
	poll(NULL, 0, 1000);
	for (unsigned i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (strcmp(ways[i].name, argv[2]) == 0 && ways[i].go(fd) < 0)
			return 8;
	for (;;)
		poll(NULL, 0, 1000);
}
