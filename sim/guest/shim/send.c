/*
 * send.c - noticing what leaves through a socket.
 *
 * Anything sent, shut down, closed or connected ends the horizon: the simulator must see
 * it at the instant at which it happened. Whether a descriptor is a socket is asked of
 * the kernel each time: a table of our own would go stale wherever the libc opens and
 * closes descriptors behind its own doors. Files and pipes do not count.
 */
#include "sim/guest/shim/loopback.h"

#include <asm/socket.h>
#include <linux/socket.h>
#include <linux/uio.h>

#define SEND_BUFFER (4 << 20) /* bytes; large bursts of a broker then do not stall */

struct msghdr {
	void *name;
	unsigned name_length;
	const struct iovec *vectors;
	unsigned long n_vectors;
	void *control;
	unsigned long control_length;
	int flags;
};

SHIM_EXPORT long write(int fd, const void *bytes, unsigned long length);
SHIM_EXPORT long writev(int fd, const struct iovec *vectors, int n);
SHIM_EXPORT long send(int fd, const void *bytes, unsigned long length, int flags);
SHIM_EXPORT long sendto(int fd, const void *bytes, unsigned long length, int flags,
			const void *address, unsigned address_length);
SHIM_EXPORT long sendmsg(int fd, const struct msghdr *message, int flags);
SHIM_EXPORT int sendmmsg(int fd, void *messages, unsigned n, int flags);
SHIM_EXPORT long sendfile(int to, int from, long *offset, unsigned long length);
SHIM_EXPORT long sendfile64(int to, int from, long *offset, unsigned long length);
SHIM_EXPORT int shutdown(int fd, int how);
SHIM_EXPORT int close(int fd);
SHIM_EXPORT int dup2(int from, int to);
SHIM_EXPORT int dup3(int from, int to, int flags);
SHIM_EXPORT int accept(int fd, void *address, unsigned *length);
SHIM_EXPORT int accept4(int fd, void *address, unsigned *length, int flags);

static long left(long result)
{
	if (result > 0)
		shim_sent();
	return shim_result(result);
}

static bool socket_option(int fd, int option, int *ret_value)
{
	unsigned length = sizeof(*ret_value);

	return raw5(__NR_getsockopt, fd, SOL_SOCKET, option, ret_value, &length) == 0;
}

static bool is_socket(int fd)
{
	int type;

	return socket_option(fd, SO_TYPE, &type);
}

/* On a socket write and send are the same call; on anything else send changes nothing. */
long write(int fd, const void *bytes, unsigned long length)
{
	long result = raw6_of(__NR_sendto, fd, bytes, length, 0, 0, 0);

	if (result == -ENOTSOCK)
		return shim_result(raw3(__NR_write, fd, bytes, length));
	return left(result);
}

long writev(int fd, const struct iovec *vectors, int n)
{
	struct msghdr message = {.vectors = vectors, .n_vectors = (unsigned long)n};
	long result = n < 0 ? -EINVAL : raw3(__NR_sendmsg, fd, &message, 0);

	if (result == -ENOTSOCK)
		return shim_result(raw3(__NR_writev, fd, vectors, n));
	return left(result);
}

long send(int fd, const void *bytes, unsigned long length, int flags)
{
	return sendto(fd, bytes, length, flags, NULL, 0);
}

long sendto(int fd, const void *bytes, unsigned long length, int flags,
	    const void *address, unsigned address_length)
{
	return left(
		raw6_of(__NR_sendto, fd, bytes, length, flags, address, address_length));
}

long sendmsg(int fd, const struct msghdr *message, int flags)
{
	return left(raw3(__NR_sendmsg, fd, message, flags));
}

int sendmmsg(int fd, void *messages, unsigned n, int flags)
{
	return (int)left(raw4(__NR_sendmmsg, fd, messages, n, flags));
}

long sendfile(int to, int from, long *offset, unsigned long length)
{
	long result = raw4(__NR_sendfile, to, from, offset, length);

	return result > 0 && is_socket(to) ? left(result) : shim_result(result);
}

long sendfile64(int to, int from, long *offset, unsigned long length)
{
	return sendfile(to, from, offset, length);
}

int shutdown(int fd, int how)
{
	long result = raw2(__NR_shutdown, fd, how);

	if (result == 0)
		shim_sent();
	return (int)shim_result(result);
}

int close(int fd)
{
	if (is_socket(fd))
		shim_sent();
	return (int)shim_result(raw1(__NR_close, fd));
}

/* Whatever `to` was is closed by it. */
int dup3(int from, int to, int flags)
{
	if (is_socket(to))
		shim_sent();
	return (int)shim_result(raw3(__NR_dup3, from, to, flags));
}

int dup2(int from, int to)
{
	/* dup3 refuses what dup2 answers: the same descriptor twice. */
	if (from == to) {
		long result = raw3(__NR_fcntl, from, 1 /* F_GETFD */, 0);

		return (int)shim_result(result < 0 ? result : to);
	}
	return dup3(from, to, 0);
}

/* The larger buffer needs a privilege where the host's limit is low; the page keeps
 * what was really given, because it is then part of the model. */
void shim_widen(int fd)
{
	struct guest_page *page = shim_page();
	int domain, size = SEND_BUFFER, given;

	if (!socket_option(fd, SO_DOMAIN, &domain) || domain != AF_UNIX_DOMAIN)
		return;
	if (raw5(__NR_setsockopt, fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) !=
	    0)
		raw5(__NR_setsockopt, fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	if (socket_option(fd, SO_SNDBUF, &given) && given > 0 &&
	    (page->send_buffer == 0 || (unsigned)given < page->send_buffer))
		page->send_buffer = (unsigned)given;
}

int accept4(int fd, void *address, unsigned *length, int flags)
{
	unsigned room = address && length ? *length : 0;
	long result = raw4(__NR_accept4, fd, address, length, flags);

	if (result >= 0) {
		shim_page()->fruitless = 0;
		shim_widen((int)result);
		if (room > 0 && shim_guise((int)result) != 0) {
			*length = room;
			shim_write_loopback(SHIM_SOME_PORT, address, length);
		}
	}
	return (int)shim_result(result);
}

int accept(int fd, void *address, unsigned *length)
{
	return accept4(fd, address, length, 0);
}
