/*
 * peer.c - the one host that a guest can reach: the peer that its page names.
 *
 * Some programs connect to a host and a port and to nothing else, such as the bridge of a
 * broker. What they say to loopback at the peer's port goes to the peer's AF_UNIX socket
 * instead, where delivery is synchronous and repeats. The descriptor stays the same: the
 * program may already have it in a set of its own.
 */
#include "sim/guest/shim/shim.h"

#include <asm/fcntl.h>
#include <linux/net.h>

#define AF_UNIX_DOMAIN 1
#define AF_INET_DOMAIN 2
#define STREAM         1
#define LOOPBACK_NET   127

struct inet_address {
	unsigned short family;
	unsigned char port[2], host[4]; /* in network order */
};

struct unix_address {
	unsigned short family;
	char path[GUEST_PEER_MAX];
};

SHIM_EXPORT int connect(int fd, const void *address, unsigned length);

static bool is_peer(const struct guest_page *page, const struct inet_address *address,
		    unsigned length)
{
	return page->peer_port != 0 && length >= sizeof(*address) &&
	       address->family == AF_INET_DOMAIN && address->host[0] == LOOPBACK_NET &&
	       (unsigned)(address->port[0] << 8 | address->port[1]) == page->peer_port;
}

/* Another socket takes the descriptor's place, with its flags. */
static long become_unix(int fd, long flags)
{
	long close_on_exec = raw3(__NR_fcntl, fd, F_GETFD, 0);
	long other = raw3(__NR_socket, AF_UNIX_DOMAIN,
			  STREAM | (flags > 0 ? flags & O_NONBLOCK : 0), 0);
	long result;

	if (other < 0)
		return other;
	result = raw3(__NR_dup3, other, fd,
		      close_on_exec > 0 && close_on_exec & FD_CLOEXEC ? O_CLOEXEC : 0);
	raw1(__NR_close, other);
	return result;
}

/* TCP is never there at once where one does not wait for it, and a program may rely on that:
 * mosquitto's bridge says CONNECT only when it is told that it may write. */
static long connect_to_peer(int fd, const struct guest_page *page)
{
	struct unix_address address = {.family = AF_UNIX_DOMAIN};
	long flags = raw3(__NR_fcntl, fd, F_GETFL, 0);
	long result = become_unix(fd, flags);

	if (result < 0)
		return result;
	shim_copy(address.path, page->peer_path, sizeof(address.path) - 1);
	shim_widen(fd);
	result = raw3(__NR_connect, fd, &address, sizeof(address));
	if (result == -EAGAIN)
		return -ECONNREFUSED;
	return result == 0 && flags > 0 && flags & O_NONBLOCK ? -EINPROGRESS : result;
}

int connect(int fd, const void *address, unsigned length)
{
	const struct guest_page *page = shim_page();
	long result = is_peer(page, address, length)
			      ? connect_to_peer(fd, page)
			      : raw3(__NR_connect, fd, address, length);

	if (result == 0 || result == -EINPROGRESS)
		shim_sent();
	return (int)shim_result(result);
}
