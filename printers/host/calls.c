/* calls.c - system calls for the channels to builds' processes. */
#include "printers/host/page.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int host_pair(int fds[2], bool packets)
{
	int type = (packets ? SOCK_SEQPACKET : SOCK_STREAM) | SOCK_CLOEXEC;
	return (int)syscall(SYS_socketpair, AF_UNIX, type, 0, fds);
}

int host_memory(size_t size)
{
	int fd = memfd_create("jobjam-firmware", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd >= 0 && ftruncate(fd, (off_t)size) != 0) {
		host_close(fd);
		return -1;
	}
	if (fd >= 0) /* nobody takes it away under our feet */
		fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
	return fd;
}

ssize_t host_send(int fd, const void *bytes, size_t length)
{
	ssize_t n;
	do
		n = syscall(SYS_sendto, fd, bytes, length, MSG_NOSIGNAL, NULL, 0);
	while (n < 0 && errno == EINTR);
	return n;
}

void host_patience(int fd, int milliseconds)
{
	struct timeval limit = {milliseconds / 1000, milliseconds % 1000 * 1000L};
	syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

bool host_has_more(int fd)
{
	char byte;
	return syscall(SYS_recvfrom, fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT, NULL, NULL) ==
	       1;
}

ssize_t host_receive(int fd, void *bytes, size_t length)
{
	ssize_t n;
	do
		n = syscall(SYS_recvfrom, fd, bytes, length, 0, NULL, NULL);
	while (n < 0 && errno == EINTR);
	return n < 0 && errno == EAGAIN ? -2 : n;
}

void host_close(int fd)
{
	if (fd >= 0)
		syscall(SYS_close, fd);
}

int64_t host_cpu_ns(pid_t pid)
{
	struct timespec used;
	/* The clock of another process, as clock_getcpuclockid() makes its number. */
	clockid_t clock = (clockid_t)((~(unsigned)pid << 3) | 2u);
	if (syscall(SYS_clock_gettime, clock, &used) != 0)
		return -1;
	return used.tv_sec * INT64_C(1000000000) + used.tv_nsec;
}

void host_exit(int status)
{
	for (;;)
		syscall(SYS_exit_group, status);
}
