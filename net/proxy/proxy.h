/*
 * proxy.h - links, faults, receipts and trace as in a run, live between real clients and a
 * real broker.
 *
 *	client <-kernel socket-> front <-memory-> link: codec, faults <-kernel socket-> broker
 *
 * Time is CLOCK_MONOTONIC, counted from the start; the queue is the same and is run when it
 * is due, so a fault may act a millisecond late but never early. Nothing here repeats.
 *
 * A client is read until its CONNECT is whole, because faults on CONNECT must know whose it
 * is; then its link is "client/<client id>" (name.h). Whoever says nothing for
 * PROXY_SILENCE is let through as "conn/<n>", and the broker may judge.
 *
 * Bounds: each direction of a connection keeps CONN_WAITING_MAX and one packet, then its
 * sender is no longer read; connections beyond what the descriptors allow wait in the
 * kernel's backlog. One proxy at a time in a process (it owns the net).
 */
#ifndef JOBJAM_NET_PROXY_H
#define JOBJAM_NET_PROXY_H

#include "net/net.h"
#include "net/proxy/endpoint.h"
#include "net/proxy/tls.h"

#define PROXY_SILENCE (5 * SIM_S)

struct proxy;

struct proxy_options {
	struct endpoint listen, upstream;
	struct tls_settings tls; /* texts borrowed for the call of proxy_new */
	const char *control;     /* path of the control socket; NULL: none; borrowed */
	bool strict;             /* malformed packets end their connection */
	uint64_t seed;
	enum trace_level level; /* TRACE_STORY: what passes is not told (net.h, unrecorded) */
	/* Something that whoever watches should know: one sentence. May be NULL. */
	void (*say)(void *arg, const char *sentence);
	/* Several times a second. May be NULL. */
	void (*tick)(void *arg, sim_ns now);
	void *arg;
};

/* Listens; reaches the upstream once, to see that it is there. Copies *options. SIM_EINVAL
 * (an address, a certificate), SIM_ENOENT, SIM_EIO or SIM_ENOMEM, with a sentence. */
int proxy_new(const struct proxy_options *options, struct proxy **ret_proxy,
	      struct sim_error *error);
void proxy_free(struct proxy *proxy);

/* Until SIGINT, SIGTERM or proxy_stop(), then emits the receipts. Returns SIM_OK, or what
 * proxy_fail() was given. */
int proxy_run(struct proxy *proxy, struct sim_error *error);
void proxy_stop(struct proxy *proxy);
/* Ends it with that error. The first one counts. */
void proxy_fail(struct proxy *proxy, const struct sim_error *why);

/* Says it to options.say, unless much was said in this second. */
void proxy_tell(struct proxy *proxy, const char *sentence);

const struct endpoint *proxy_listen(const struct proxy *proxy); /* with its real port */
struct net *proxy_net(struct proxy *proxy);
struct queue *proxy_queue(struct proxy *proxy);
struct trace *proxy_trace(struct proxy *proxy);
const struct clock *proxy_clock(const struct proxy *proxy);

struct proxy_counts {
	struct net_counts net;
	uint64_t accepted;      /* connections, ever */
	size_t open;            /* now */
	size_t pending;         /* of those, not yet known by name */
	size_t most;            /* that may be open at a time */
	uint64_t refused;       /* attempts that a fault or the upstream refused */
	size_t faults;          /* armed and not lifted */
	uint64_t acts;          /* of all faults */
};
struct proxy_counts proxy_counts(const struct proxy *proxy);

#endif
