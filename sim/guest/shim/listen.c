/* listen.c - a guest that listens at its own port listens on its own path. */
#include "sim/guest/shim/loopback.h"

SHIM_EXPORT int bind(int fd, const void *address, unsigned length);

/* Where a program listens at one port for IPv4 and for IPv6, there are two sockets, and the
 * path can be had once. The second one has a name that nobody knows. */
static unsigned short bound_family;

static long bind_to_path(int fd, const struct guest_page *page, unsigned short family)
{
	union shim_address address;
	unsigned length = shim_unix_address(page->listen_path, &address);
	long result = shim_become_unix(fd);

	if (result < 0)
		return result;
	if (bound_family != 0 && bound_family != family)
		length = sizeof(address.family);
	result = raw3(__NR_bind, fd, &address, length);
	if (result == 0 && bound_family == 0)
		bound_family = family;
	return result;
}

int bind(int fd, const void *address, unsigned length)
{
	const struct guest_page *page = shim_page();
	unsigned port = shim_loopback_port(address, length);

	if (port == 0 || port != page->listen_port)
		return (int)shim_result(raw3(__NR_bind, fd, address, length));
	return (int)shim_result(
		bind_to_path(fd, page, *(const unsigned short *)address));
}
