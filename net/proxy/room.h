/*
 * room.h - what the files of net/proxy/ share. Nobody else includes it.
 */
#ifndef JOBJAM_NET_PROXY_ROOM_H
#define JOBJAM_NET_PROXY_ROOM_H

#include "net/inside.h"
#include "net/proxy/proxy.h"

struct front;
struct control;

struct proxy {
	struct proxy_options options;
	struct clock clock;
	int64_t began_ns; /* of CLOCK_MONOTONIC, when clock.now was 0 */
	struct queue *queue;
	struct trace *trace;
	struct net *net;
	struct tls *tls;
	struct control *control;
	int listening; /* -1: none */
	bool bound_path;
	struct event *acceptor, *signals[2];
	bool accepting;
	struct queue_handle beat, retry;
	struct front *fronts; /* owned */
	struct proxy_counts counts;
	uint64_t said; /* sentences in this second … */
	sim_ns said_at;
	bool stopping;
	bool last_words; /* it ends as soon as the answer to `stop` is out */
	struct sim_error why; /* code 0: as asked */
};

/* Brings the clock up to the present. */
sim_ns proxy_now(struct proxy *proxy);
/* At most a few sentences a second get through. */
void proxy_say(struct proxy *proxy, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Takes fd: a client that has just been accepted. */
void front_new(struct proxy *proxy, int fd);
/* Before net_free: no more events, sockets closed. */
void front_close_all(struct proxy *proxy);
void front_free_all(struct proxy *proxy); /* after it */
/* One fewer is open: perhaps another may come in. */
void proxy_one_left(struct proxy *proxy);

#endif
