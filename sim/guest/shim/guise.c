/* guise.c - what a program asks of a TCP socket, answered for an AF_UNIX one in its place. */
#include "sim/guest/shim/loopback.h"

#define IPPROTO_IP   0
#define IPPROTO_TCP  6
#define IPPROTO_IPV6 41

SHIM_EXPORT int getsockname(int fd, void *ret_address, unsigned *length);
SHIM_EXPORT int getpeername(int fd, void *ret_address, unsigned *length);
SHIM_EXPORT int setsockopt(int fd, int level, int option, const void *value,
			   unsigned length);

static int name_of(long number, int fd, void *ret_address, unsigned *length, bool own)
{
	const struct guest_page *page = shim_page();
	unsigned port = shim_guise(fd);

	if (port == 0)
		return (int)shim_result(raw3(number, fd, ret_address, length));
	shim_write_loopback((port == page->listen_port) == own ? port : SHIM_SOME_PORT,
			    ret_address, length);
	return 0;
}

int getsockname(int fd, void *ret_address, unsigned *length)
{
	return name_of(__NR_getsockname, fd, ret_address, length, true);
}

int getpeername(int fd, void *ret_address, unsigned *length)
{
	return name_of(__NR_getpeername, fd, ret_address, length, false);
}

/* TCP_NODELAY and its like: nothing is ever delayed here. */
int setsockopt(int fd, int level, int option, const void *value, unsigned length)
{
	bool of_tcp = level == IPPROTO_IP || level == IPPROTO_TCP || level == IPPROTO_IPV6;

	if (of_tcp && shim_guise(fd) != 0)
		return 0;
	return (int)shim_result(
		raw5(__NR_setsockopt, fd, level, option, value, length));
}
