/* loopback.c - which addresses are meant, and a socket that takes another's place. */
#include "sim/guest/shim/loopback.h"

#include <asm/fcntl.h>

#define STREAM       1 /* SOCK_STREAM */
#define LOOPBACK_NET 127

/* ::, ::1 and, as dual-stack programs write it, ::ffff:127.0.0.0/8. */
static bool is_loopback6(const unsigned char host[16])
{
	bool mapped = host[10] == 0xff && host[11] == 0xff;

	for (int i = 0; i < 10; i++)
		if (host[i] != 0)
			return false;
	if (mapped)
		return host[12] == LOOPBACK_NET;
	for (int i = 10; i < 15; i++)
		if (host[i] != 0)
			return false;
	return host[15] <= 1;
}

static bool is_loopback4(const unsigned char host[4])
{
	return host[0] == LOOPBACK_NET ||
	       (host[0] | host[1] | host[2] | host[3]) == 0; /* any */
}

unsigned shim_loopback_port(const void *address, unsigned length)
{
	const union shim_address *given = address;

	if (!given || length < sizeof(given->inet))
		return 0;
	if (given->family == AF_INET_DOMAIN && is_loopback4(given->inet.host))
		return (unsigned)(given->inet.port[0] << 8 | given->inet.port[1]);
	if (given->family == AF_INET6_DOMAIN && length >= sizeof(given->inet6) &&
	    is_loopback6(given->inet6.host))
		return (unsigned)(given->inet6.port[0] << 8 | given->inet6.port[1]);
	return 0;
}

long shim_become_unix(int fd)
{
	long flags = raw3(__NR_fcntl, fd, F_GETFL, 0);
	long close_on_exec = raw3(__NR_fcntl, fd, F_GETFD, 0);
	long other, result;

	if (flags < 0)
		return flags;
	other = raw3(__NR_socket, AF_UNIX_DOMAIN, STREAM | (flags & O_NONBLOCK), 0);
	if (other < 0)
		return other;
	result = raw3(__NR_dup3, other, fd,
		      close_on_exec > 0 && close_on_exec & FD_CLOEXEC ? O_CLOEXEC : 0);
	raw1(__NR_close, other);
	return result < 0 ? result : 0;
}

unsigned shim_unix_address(const char *path, union shim_address *ret_address)
{
	*ret_address = (union shim_address){.local = {.family = AF_UNIX_DOMAIN}};
	shim_copy(ret_address->local.path, path, sizeof(ret_address->local.path) - 1);
	return sizeof(ret_address->local);
}

/* --- the guise --- */

static bool same(const char *a, const char *b)
{
	for (unsigned i = 0; i < GUEST_PATH_MAX; i++) {
		if (a[i] != b[i])
			return false;
		if (a[i] == '\0')
			return true;
	}
	return true;
}

/* The kernel is asked each time, for the reason that send.c gives. */
static bool is_named(long number, int fd, const char *path)
{
	union shim_address name = {0};
	unsigned length = sizeof(name);

	return raw3(number, fd, &name, &length) == 0 && name.family == AF_UNIX_DOMAIN &&
	       length > sizeof(name.family) && same(name.local.path, path);
}

unsigned shim_guise(int fd)
{
	const struct guest_page *page = shim_page();

	if (page->listen_port != 0 &&
	    is_named(__NR_getsockname, fd, page->listen_path))
		return page->listen_port;
	if (page->peer_port != 0 && is_named(__NR_getpeername, fd, page->peer_path))
		return page->peer_port;
	return 0;
}

void shim_write_loopback(unsigned port, void *ret_address, unsigned *length)
{
	const union shim_address address = {
		.inet = {.family = AF_INET_DOMAIN,
			 .port = {(unsigned char)(port >> 8), (unsigned char)port},
			 .host = {LOOPBACK_NET, 0, 0, 1}}};
	unsigned size = sizeof(address.inet);

	shim_copy(ret_address, &address, *length < size ? *length : size);
	*length = size;
}
