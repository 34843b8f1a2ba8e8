/*
 * endpoint.h - an address as people write it, and sockets that listen there or call it.
 *
 *	127.0.0.1:1883  [::1]:1883  broker.local:1883  unix:/run/mqtt.sock
 *	tls:broker.local:8883  (and mqtt://…, mqtts://… for those that paste)
 *
 * Names are looked up once, when the address is read. Left out: TLS itself (tls.h).
 */
#ifndef JOBJAM_NET_PROXY_ENDPOINT_H
#define JOBJAM_NET_PROXY_ENDPOINT_H

#include "sim/core/status.h"

#include <stdbool.h>
#include <sys/socket.h>

struct endpoint {
	struct sockaddr_storage address;
	socklen_t length;
	bool tls;
	bool local;     /* a unix socket */
	bool loopback;  /* or a unix socket: nobody else reaches it */
	char host[256]; /* as it was written; the path of a unix socket */
	char text[300]; /* for messages: "tls:localhost:8883" */
};

/* option: "--listen", for the sentence. SIM_EINVAL, or SIM_ENOENT when no such host is known. */
int endpoint_parse(const char *option, const char *text, struct endpoint *ret_endpoint,
		   struct sim_error *error);

/* A socket that listens and does not block. A unix socket that a dead process has left is
 * replaced, and whoever closes it unlinks it. The endpoint learns the port if that was 0.
 * SIM_EINVAL and a sentence when the address is taken or not ours. */
int endpoint_listen(struct endpoint *endpoint, int *ret_fd, struct sim_error *error);

/* Begins a connection and does not wait for it. A descriptor or a negative errno; -EAGAIN:
 * the backlog of a unix socket is full. */
int endpoint_dial(const struct endpoint *endpoint);

/* Small packets leave at once. No-op on unix sockets. */
void endpoint_hurry(int fd);

/* Connects, and waits for that a few seconds at most. A descriptor that does not block, or a
 * negative errno. */
int endpoint_call(const struct endpoint *endpoint);

/* The same, and hangs up. SIM_EINVAL and a sentence. */
int endpoint_probe(const struct endpoint *endpoint, struct sim_error *error);

#endif
