/*
 * outbox.h - what a client has handed to its library, until that is acknowledged.
 *
 * Two uses: a PUBLISH that passes the link hours later finds the event that queued it
 * (QoS 1 and 2 by packet identifier, QoS 0 by bytes), and the client's backlog is
 * counted here, because the library does not tell.
 *
 * Bounded by the protocol: identifiers are 16 bits. QoS 0 entries wait only for their own
 * bytes to pass; the newest OUTBOX_UNCONFIRMED are kept.
 */
#ifndef JOBJAM_NET_OUTBOX_H
#define JOBJAM_NET_OUTBOX_H

#include "sim/core/pile.h"

#define OUTBOX_UNCONFIRMED 4096

struct outbox_entry {
	uint64_t hash; /* crossing_hash of topic and payload */
	uint16_t mid;  /* 0: QoS 0 */
	bool done;
	enum trace_level level;
	trace_id event; /* mqtt.queued, later mqtt.publish of its latest try */
	trace_id queued;
	sim_ns queued_at;
	uint32_t bytes;
	uint16_t number; /* what its owner knows it by; 0: by mid */
	void *copy;      /* of the message, owned by the outbox; NULL: none is kept */
	/* where it is counted as waiting: client_backlog.c */
	enum place part;
	pile_ticket in_all, in_part, in_link;
};

struct outbox {
	struct outbox_entry *entries; /* in the order of handing over; owned */
	size_t first, end, capacity;
	size_t n_waiting, n_unconfirmed; /* QoS > 0; QoS 0 */
};

void outbox_fini(struct outbox *outbox);
/* Forgets all; returns how many of QoS > 0 were waiting. */
size_t outbox_clear(struct outbox *outbox);
/* Copies entry, takes its copy. Without memory it is forgotten: its publish has no cause then. */
void outbox_add(struct outbox *outbox, const struct outbox_entry *entry);
/* The waiting entry of that identifier, or NULL; valid until the next add. */
struct outbox_entry *outbox_of_mid(struct outbox *outbox, uint16_t mid);
/* The earliest QoS 0 entry with that hash is taken out. */
bool outbox_take_unconfirmed(struct outbox *outbox, uint64_t hash,
			     struct outbox_entry *ret_entry);
/* Acknowledged. */
void outbox_done(struct outbox *outbox, uint16_t mid);
/* The oldest that waits with QoS > 0, or NULL. */
const struct outbox_entry *outbox_oldest(const struct outbox *outbox);

#endif
