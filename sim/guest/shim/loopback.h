/*
 * loopback.h - AF_UNIX sockets in the guise of TCP sockets of loopback.
 *
 * Many programs know a host and a port and nothing else. TCP, even over loopback, delivers
 * when the host's scheduler likes; an AF_UNIX socket has what was sent at once, so runs
 * repeat. So a guest's page may name two ports: what it says to loopback at the peer's port
 * goes to the peer's socket (peer.c), and where it listens at its own port it listens on a
 * path instead (listen.c). The descriptor stays the same, and as far as a program can ask, it
 * still is a TCP socket (guise.c).
 */
#ifndef JOBJAM_SHIM_LOOPBACK_H
#define JOBJAM_SHIM_LOOPBACK_H

#include "sim/guest/shim/shim.h"

#define AF_UNIX_DOMAIN  1
#define AF_INET_DOMAIN  2
#define AF_INET6_DOMAIN 10

/* Of the other end: a program may want to print one. */
#define SHIM_SOME_PORT 49152

/* As long as the longest that is asked for here. */
union shim_address {
	unsigned short family;
	struct {
		unsigned short family;
		unsigned char port[2], host[4]; /* in network order */
		unsigned char zero[8];
	} inet;
	struct {
		unsigned short family;
		unsigned char port[2], flow[4], host[16], scope[4];
	} inet6;
	struct {
		unsigned short family;
		char path[GUEST_PATH_MAX];
	} local;
};

/* The port of an address of IPv4 or IPv6 that is loopback, or any; else 0. */
unsigned shim_loopback_port(const void *address, unsigned length);
/* Another socket, of AF_UNIX, takes the descriptor's place, with its flags. 0 or an error. */
long shim_become_unix(int fd);
/* The address of a path, and its length. */
unsigned shim_unix_address(const char *path, union shim_address *ret_address);

/* The port in whose guise the socket is: the peer's when it is connected to it, the own one
 * when it listens there or was accepted there; else 0. */
unsigned shim_guise(int fd);
/* Writes loopback at that port, as the kernel writes an address: no more than there is room
 * for, and how long it is. */
void shim_write_loopback(unsigned port, void *ret_address, unsigned *length);

#endif
