/*
 * inside.h - the structs that the files of this room share.
 */
#ifndef JOBJAM_NET_INSIDE_H
#define JOBJAM_NET_INSIDE_H

#include "net/connection.h"
#include "net/crossing.h"
#include "net/ledger.h"
#include "net/link.h"
#include "net/outbox.h"

struct event_base;
struct client;

/* One broker: what has entered it, and what it must be holding. */
struct hub {
	struct net *net;
	char *name;
	int (*dial)(void *arg);
	void *dial_arg;
	struct crossing *crossing;
	struct ledger *ledger;
	bool input;      /* something has been written to it, or closed */
	bool dial_stuck; /* it was last asked for a connection in vain */
	struct hub *next;
};

struct link {
	struct net *net;
	struct hub *hub;  /* where it leads */
	struct hub *near; /* a bridge: whose broker is the client; else NULL */
	uint32_t index;   /* order of creation, and of service */
	char *name;
	char *who;             /* "link/…" */
	struct conn *conn;     /* whose client end is open, or NULL */
	struct conn *conns;    /* that and the ghosts, oldest first; owned */
	struct client *client; /* NULL: none of ours */
	struct outbox outbox;
	struct pile pile;      /* what is under way here */
	struct fault **faults; /* that act here, in the order of arming */
	size_t n_faults, faults_capacity;
	struct stream_door door;
	bool passing;       /* made for a client that came by itself; may be reused */
	bool idle;          /* on the list of those without a connection */
	struct link *chain; /* of the same bucket */
	struct link *older, *newer; /* on the list of idle ones */
	trace_id connect_cause;     /* of the next connection; set by the client */
	trace_id last;     /* the latest session event, also of ended connections */
	sim_ns last_write; /* of the client */
};

#define NET_BUCKETS 1024

struct net {
	struct net_options options;
	struct event_base *base;
	struct link **links; /* owned, as are the links */
	size_t n_links, links_capacity;
	struct link *names[NET_BUCKETS];     /* the same links, by name */
	struct link *idle_first, *idle_last; /* passing ones without a connection */
	size_t n_idle;
	uint64_t *busy; /* bit per link: has something to move */
	struct client **clients;
	size_t n_clients, clients_capacity;
	struct fault **faults;
	size_t n_faults, faults_capacity;
	struct hub hub; /* the broker of the options; the others hang on it, owned */
	struct bytes_spare spare; /* for sockets that are read live */
	struct event *timer;      /* of net_wait(); made on first use */
	sim_ns now;               /* as last told */
	uint64_t serial;
	size_t n_ready;   /* counted by libevent's callbacks */
	size_t n_waiting; /* connections that are dialling or blocked */
	bool draining, closing;
	struct net_counts counts;
};

bool hub_init(struct hub *hub, struct net *net, const char *name);
void hub_fini(struct hub *hub);

/* This link has something to move: the next drain looks at it. */
void net_wake(struct link *link);
/* The sockets of the broker's side, watched by libevent. */
struct event *net_watch(struct net *net, struct conn *conn);
void net_unwatch(struct event *event);

void link_free(struct link *link);
bool link_step(struct link *link, sim_ns now);
void link_sweep(struct link *link); /* frees connections that are over */
void link_add_fault(struct link *link, struct fault *fault);
/* The link of a client that came by itself. One that has long had no connection may be given
 * the name: at most LINKS_IDLE_MAX of those are remembered. NULL: no memory. */
#define LINKS_IDLE_MAX 4096
struct link *net_link_passing(struct net *net, const char *name);

void fault_free(struct fault *fault);
void fault_meet_link(struct fault *fault, struct link *link); /* if its glob fits */
/* The link gets another name: what the fault remembers of it is no longer true. */
void fault_forget_link(struct fault *fault, const struct link *link);

/* Reads, calls back, writes. Returns whether anything moved. */
bool client_serve(struct client *client, sim_ns now);
bool client_flush(struct client *client, sim_ns now);
void client_free(struct client *client);
/* Around what the library calls of ours: it is out of the library meanwhile. */
void client_called(struct client *client);
void client_returns(struct client *client);
/* Its bytes pass the link: client_backlog.c. */
struct outbox_entry;
void client_wrote(struct client *client, struct outbox_entry *entry);
/* The run ends: what is left in the library. */
void client_close_piles(struct client *client);
/* Bytes of the client stay in its socket. */
void client_look_at_socket(struct client *client);

/* One more place in a growing array of pointers. */
bool net_grow(void *array, size_t count, size_t *capacity);

#endif
