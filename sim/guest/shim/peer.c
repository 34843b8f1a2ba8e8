/*
 * peer.c - the one host that a guest can reach: the peer that its page names.
 */
#include "sim/guest/shim/loopback.h"

#include <asm/fcntl.h>

SHIM_EXPORT int connect(int fd, const void *address, unsigned length);

/* TCP is never there at once where one does not wait for it, and a program may rely on that:
 * mosquitto's bridge says CONNECT only when it is told that it may write. */
static long connect_to_peer(int fd, const struct guest_page *page)
{
	union shim_address address;
	unsigned length = shim_unix_address(page->peer_path, &address);
	long flags = raw3(__NR_fcntl, fd, F_GETFL, 0);
	long result = shim_become_unix(fd);

	if (result < 0)
		return result;
	shim_widen(fd);
	result = raw3(__NR_connect, fd, &address, length);
	if (result == -EAGAIN || result == -ENOENT) /* no room, nobody there */
		return -ECONNREFUSED;
	return result == 0 && flags & O_NONBLOCK ? -EINPROGRESS : result;
}

int connect(int fd, const void *address, unsigned length)
{
	const struct guest_page *page = shim_page();
	unsigned port = shim_loopback_port(address, length);
	long result = port != 0 && port == page->peer_port
			      ? connect_to_peer(fd, page)
			      : raw3(__NR_connect, fd, address, length);

	if (result == 0 || result == -EINPROGRESS)
		shim_sent();
	return (int)shim_result(result);
}
