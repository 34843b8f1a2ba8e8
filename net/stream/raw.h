/*
 * raw.h - system calls past every interposed symbol.
 *
 * The program's own read(), clock_gettime() and so on are symbols of this room
 * (socket_symbols.c, clock_symbols.c); whoever wants the kernel itself comes here. Each
 * returns what the C library's function of that name would, and sets errno.
 */
#ifndef JOBJAM_NET_STREAM_RAW_H
#define JOBJAM_NET_STREAM_RAW_H

#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>

int raw_clock_gettime(clockid_t clock, struct timespec *ret_time);
ssize_t raw_read(int fd, void *buffer, size_t length);
ssize_t raw_write(int fd, const void *buffer, size_t length);
ssize_t raw_recv(int fd, void *buffer, size_t length, int flags);
ssize_t raw_send(int fd, const void *buffer, size_t length, int flags);
int raw_close(int fd);
int raw_fcntl(int fd, int command, long argument);
int raw_socket(int domain, int type, int protocol);
int raw_socketpair(int domain, int type, int protocol, int pair[2]);
int raw_connect(int fd, const struct sockaddr *address, socklen_t length);
int raw_shutdown(int fd, int how);
int raw_getsockopt(int fd, int level, int name, void *value, socklen_t *length);
int raw_setsockopt(int fd, int level, int name, const void *value, socklen_t length);

#endif
