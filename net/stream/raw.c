/* raw.c - the system calls themselves; syscall() sets errno as the wrappers do. */
#include "net/stream/raw.h"

#include <dlfcn.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The C library's own, which needs no system call; the proxy asks very often. */
int raw_clock_gettime(clockid_t clock, struct timespec *ret_time)
{
	static int (*of_libc)(clockid_t, struct timespec *);
	if (!of_libc) {
		void *found = dlsym(RTLD_NEXT, "clock_gettime");
		memcpy(&of_libc, &found, sizeof(of_libc)); /* ISO C has no such cast */
	}
	if (!of_libc)
		return (int)syscall(SYS_clock_gettime, clock, ret_time);
	return of_libc(clock, ret_time);
}

ssize_t raw_read(int fd, void *buffer, size_t length)
{
	return syscall(SYS_read, fd, buffer, length);
}

ssize_t raw_write(int fd, const void *buffer, size_t length)
{
	return syscall(SYS_write, fd, buffer, length);
}

ssize_t raw_recv(int fd, void *buffer, size_t length, int flags)
{
	return syscall(SYS_recvfrom, fd, buffer, length, flags, NULL, NULL);
}

ssize_t raw_send(int fd, const void *buffer, size_t length, int flags)
{
	return syscall(SYS_sendto, fd, buffer, length, flags, NULL, 0);
}

int raw_close(int fd)
{
	return (int)syscall(SYS_close, fd);
}

int raw_fcntl(int fd, int command, long argument)
{
	return (int)syscall(SYS_fcntl, fd, command, argument);
}

int raw_socket(int domain, int type, int protocol)
{
	return (int)syscall(SYS_socket, domain, type, protocol);
}

int raw_socketpair(int domain, int type, int protocol, int pair[2])
{
	return (int)syscall(SYS_socketpair, domain, type, protocol, pair);
}

int raw_connect(int fd, const struct sockaddr *address, socklen_t length)
{
	return (int)syscall(SYS_connect, fd, address, length);
}

int raw_shutdown(int fd, int how)
{
	return (int)syscall(SYS_shutdown, fd, how);
}

int raw_getsockopt(int fd, int level, int name, void *value, socklen_t *length)
{
	return (int)syscall(SYS_getsockopt, fd, level, name, value, length);
}

int raw_setsockopt(int fd, int level, int name, const void *value, socklen_t length)
{
	return (int)syscall(SYS_setsockopt, fd, level, name, value, length);
}
