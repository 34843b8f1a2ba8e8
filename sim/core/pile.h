/*
 * pile.h - what waits in one place of one actor: how much, how long, how it is let go.
 *
 * Whoever keeps messages (a library, a link, a broker's session, a store) says what comes
 * and what leaves; the pile tells of it when something really waits:
 *
 *	backlog.depth    depth reaches at least told_from and the oldest has waited for a
 *			 second; then each new depth up to 64, beyond that each growth by
 *			 an eighth
 *	backlog.drained  it is empty again, or a minute after it fell below told_from;
 *			 with how many were let go, how many were lost (and of these, how
 *			 many for their age), how many were let go within one window of
 *			 10 s at most, and a histogram of the ages
 *			 (time in this place) of those let go
 *
 * Nothing is told of what only passes through. Costs a few stores for each message.
 */
#ifndef JOBJAM_CORE_PILE_H
#define JOBJAM_CORE_PILE_H

#include "sim/core/place.h"
#include "sim/core/queue.h"
#include "sim/core/trace.h"

/* Upper bounds of the classes of age, inclusive; the last has none. */
enum {
	PILE_AGES = 7
};
extern const sim_ns pile_age_bounds[PILE_AGES - 1];
/* "up to 1 s", …, "over 6 h". */
extern const char *const pile_age_names[PILE_AGES];
#define PILE_BURST_WINDOW (10 * SIM_S)

typedef uint64_t pile_ticket; /* 0: none */

struct pile_item {
	sim_ns since;
	trace_id event;
	uint32_t bytes;
	bool gone;
};

struct pile {
	struct trace *trace;
	struct queue *queue;
	const char *who; /* borrowed */
	enum place place;
	size_t told_from;
	/* what is there */
	struct pile_item *items; /* owned; items[first..end), with holes */
	size_t first, end, capacity;
	pile_ticket base; /* ticket of items[0] */
	size_t depth, peak;
	uint64_t bytes;
	/* what has been told: since the pile was last empty */
	size_t told;
	sim_ns since;
	trace_id event;
	struct queue_handle check;
	/* what left meanwhile */
	uint64_t released, lost, burst;
	uint64_t expired; /* of those lost */
	uint64_t ages[PILE_AGES];
	sim_ns oldest; /* of those that left */
	sim_ns *releases; /* owned; releases[first_release..n_releases): the last window */
	size_t first_release, n_releases, releases_capacity;
};

/* Borrows all. told_from: 2 for what is on its way anyway, 1 for what should not be. */
void pile_init(struct pile *pile, struct trace *trace, struct queue *queue,
	       const char *who, enum place place, size_t told_from);
void pile_fini(struct pile *pile); /* says nothing */

/* event: what brought it. Without memory it is not counted: 0. */
pile_ticket pile_enter(struct pile *pile, sim_ns now, size_t bytes, trace_id event);
/* A ticket that is 0, or has been given back, is fine: nothing happens. cause: what let it
 * go. */
void pile_release(struct pile *pile, sim_ns now, pile_ticket ticket, trace_id cause);
void pile_lose(struct pile *pile, sim_ns now, pile_ticket ticket, trace_id cause);
/* Lost, because somebody's limit says that it is too old. */
void pile_expire(struct pile *pile, sim_ns now, pile_ticket ticket, trace_id cause);
/* It goes out and stays all the same: a retained message. */
void pile_copy_out(struct pile *pile, sim_ns now, pile_ticket ticket);
/* All that is there is lost; returns how many. */
size_t pile_lose_all(struct pile *pile, sim_ns now, trace_id cause);
/* The run ends: tells of what is still there, if it was told before (backlog.left). */
void pile_close(struct pile *pile, sim_ns now);
bool pile_holds(const struct pile *pile, pile_ticket ticket);
/* The oldest that is there, or NULL. */
const struct pile_item *pile_oldest(const struct pile *pile);
/* Which class an age belongs to. */
size_t pile_age_class(sim_ns age);

#endif
