/*
 * net.h - the network of one run: every link, every client, and the door to the broker.
 *
 *   client (libmosquitto) <-memory-> link: codec, faults <-AF_UNIX-> broker
 *
 * The client's side is memory: the program answers libmosquitto's socket calls itself
 * (net/stream). The broker's side is a real socket to a real process. libevent says which
 * broker-side sockets are readable; the order in which links are served is ours (order
 * of creation), so that a run repeats.
 *
 * Time: net reads clock->now only through its arguments and the queue; libmosquitto's own
 * clock calls are answered by net/clock_symbols.c from the clock bound here.
 */
#ifndef JOBJAM_NET_H
#define JOBJAM_NET_H

#include "sim/core/queue.h"
#include "sim/core/trace.h"

struct net;
struct link; /* net/link.h */

struct net_options {
	struct queue *queue;       /* borrowed */
	const struct clock *clock; /* borrowed; also bound for libmosquitto */
	struct trace *trace;       /* borrowed */
	uint64_t seed;
	/* Opens a non-blocking connection to the broker. Returns a descriptor, -EAGAIN when
	 * the backlog is full (net asks again after the broker's next turn), or another
	 * negative errno (refused). */
	int (*dial)(void *arg);
	void *dial_arg;
	/* Real time and real clients (net/proxy): the clock is not bound for the libraries, a
	 * socket that is full says when it no longer is, and one drain is one round. */
	bool wall;
	/* Nobody will read what passes: PUBLISH is not told, its cause not looked for, and the
	 * ledger and the piles of links not kept. Faults and sessions are told as ever. */
	bool unrecorded;
	bool strict; /* a malformed packet ends its connection; else it is passed on */
	/* Told when the process goes into the client library on behalf of that client, and
	 * (NULL) when it comes out of it, be it for the length of a callback; strictly in turns.
	 * May be NULL. The name lives as long as the net. */
	void (*library)(void *arg, const char *client);
	void *library_arg;
};

/* "libmosquitto 2.0.11": what is loaded, not what was compiled against. */
const char *net_library_name(char ret[32]);

/* One network at a time in a process (libmosquitto's clock is global); asserted. */
int net_new(const struct net_options *options, struct net **ret_net,
	    struct sim_error *error);
void net_free(struct net *net); /* frees links, faults and clients too */

/* Do the libraries really call our clock and socket symbols? With hidden visibility they
 * silently would not. SIM_EUNFIT and a sentence when not. */
int net_selftest(struct sim_error *error);

/* The link of that name, made on first use. Never NULL except without memory. */
struct link *net_link(struct net *net, const char *name);
/* Links in order of creation; NULL past the end. */
struct link *net_link_at(struct net *net, size_t index);

/* Moves every byte that can move at this instant, both ways, calling clients back.
 * Returns whether any moved. Call until it returns false and the broker is at rest. */
bool net_drain(struct net *net, sim_ns now);
/* Wall time only. Has any link something to move at once? Then nobody should wait. */
bool net_busy(const struct net *net);
/* Waits for news from a socket, at most so long, and looks which have some. */
void net_wait(struct net *net, sim_ns timeout);
/* Has anything been written to the broker (or closed) since the last call? Clears it. Here
 * and below the broker is the one of net_options; for others see net/hub.h. */
bool net_take_broker_input(struct net *net);
/* The broker is gone: every connection ends as if reset. Dialling fails until told. */
void net_broker_gone(struct net *net, sim_ns now);
/* What ends on the broker's side from now on is because of that event. */
void net_blame_broker(struct net *net, trace_id cause);
/* Emits fault.receipt for every fault, in order of arming. At the end of the run. */
void net_receipts(struct net *net, sim_ns now);

/* Tells what still waits anywhere here (backlog.left). At the end of the run. */
void net_backlogs_left(struct net *net, sim_ns now);

/* Descriptors that one client and its link take, for the fleet's sum: the socket to the
 * broker, and one more for a black-holed connection that the broker still believes in. */
#define NET_DESCRIPTORS_PER_LINK 2

struct net_counts {
	uint64_t packets_up, packets_down, bytes_up, bytes_down, publishes_sent,
		publishes_received;
};
struct net_counts net_counts(const struct net *net);

#endif
