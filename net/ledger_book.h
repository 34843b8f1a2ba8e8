/*
 * ledger_book.h - the books of the ledger: sessions, subscriptions, groups; private to
 * net/ledger*.c.
 */
#ifndef JOBJAM_NET_LEDGER_BOOK_H
#define JOBJAM_NET_LEDGER_BOOK_H

#include "net/ledger.h"
#include "sim/core/pile.h"

struct session;
struct group;

struct owed { /* a message owed to a session or to a group */
	struct owed *next, *previous;
	uint64_t hash;
	sim_ns entered;
	trace_id event;
	uint32_t bytes;
	uint16_t mid;
	bool sent; /* has come out */
	pile_ticket ticket;
	struct pile *kept;          /* where it is as long as it has not come out */
	sim_ns expires;             /* SIM_NEVER: it does not */
	struct queue_handle expiry; /* while it is kept */
};

struct owed_list {
	struct owed *first, *last;
	size_t n_sent;
};

struct sub {
	struct sub *next_in_chain; /* of equal hash, or of those with wildcards */
	struct sub *next_of_session;
	struct session *session;
	struct group *group; /* NULL: not shared */
	char *filter;        /* without $share/group/ */
	int qos;
};

struct asked { /* SUBSCRIBE and UNSUBSCRIBE that wait for their answers */
	struct asked *next;
	uint16_t mid;
	bool leaves;
	char *filters; /* each behind its requested QoS as a digit, ended by a NUL */
	size_t n, size;
};

struct group {
	struct group *next;
	char *who; /* "broker/reports" */
	struct owed_list owed;
	struct pile pile;
	size_t n_members;
};

struct session {
	struct session *next; /* in the order of first appearance */
	char *id, *who;
	struct conn *conn; /* NULL: absent */
	size_t n_conns;    /* that said its identifier, accepted or not */
	bool ends_with_conn;
	uint32_t expiry_s; /* UINT32_MAX: never */
	sim_ns left_at;
	sim_ns idle_since; /* it came, or acknowledged something, last */
	struct owed_list owed;
	struct pile kept, window;
	struct sub *subs;
	struct asked *asked;
	uint64_t routed; /* number of the publish that it was last given */
};

struct retained {
	struct retained *next;
	struct ledger *ledger;
	struct queue_handle expiry; /* of its message, if it has one */
	uint64_t hash;              /* of topic and payload */
	char *topic;
	pile_ticket ticket;
};

enum {
	LEDGER_CHAINS = 4096
};

struct ledger {
	struct trace *trace;
	struct queue *queue;
	const char *who;
	struct session *sessions, **last_session;
	struct session *bridge; /* to another broker; NULL: none */
	struct group *groups;
	struct sub *exact[LEDGER_CHAINS], *wild;
	struct retained *retained;
	struct pile retained_pile;
	size_t n_owed;
	uint64_t n_published;
};

/* It is forgotten: replaced, cleared or expired. */
void book_forget(struct retained *retained, sim_ns now, trace_id cause);
/* ledger_book.c. NULL: no memory. */
struct session *book_session(struct ledger *ledger, const char *id, const char *who,
			     enum place place);
/* The session of that open connection, or NULL. */
struct session *book_session_of(struct ledger *ledger, const struct conn *conn);
/* Forgets it, if nothing of it is left: no connection, no subscription, no debt. */
void book_drop_empty(struct ledger *ledger, struct session *session);
/* All it is owed is lost. */
void book_lose_all(struct ledger *ledger, struct session *session, sim_ns now,
		   trace_id cause);
/* And its subscriptions are gone. */
void book_wipe(struct ledger *ledger, struct session *session, sim_ns now,
	       trace_id cause);
void book_subscribe(struct ledger *ledger, struct session *session, const char *filter,
		    int qos);
void book_unsubscribe(struct ledger *ledger, struct session *session, const char *filter,
		      sim_ns now);
void book_free(struct ledger *ledger);
/* ledger.c: into the broker from that client (NULL: unknown), out of it to that one. */
void book_in(struct ledger *ledger, struct session *session,
	     const struct passing *passing, trace_id event);
void book_out(struct ledger *ledger, struct session *session,
	      const struct passing *passing);
/* ledger_session.c */
void book_leave(struct ledger *ledger, struct session *session, sim_ns now,
		trace_id cause);
void book_connect(struct ledger *ledger, const struct passing *passing);
void book_accepted(struct ledger *ledger, const struct passing *passing);
void book_ask(struct session *session, const struct mqtt_packet *packet);
void book_granted(struct ledger *ledger, struct session *session,
		  const struct passing *passing);
uint64_t book_hash(const void *topic, size_t length);

/* Appends; NULL without memory or room. */
struct owed *owed_add(struct ledger *ledger, struct owed_list *list);
/* It is kept from now on, and until it is removed or sent. */
void owed_keep(struct ledger *ledger, struct owed *owed, struct pile *pile, sim_ns now);
void owed_remove(struct ledger *ledger, struct owed_list *list, struct owed *owed);

#endif
