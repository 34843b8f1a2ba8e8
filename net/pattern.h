/*
 * pattern.h - faults that act by a timetable, link by link; private to this room.
 *
 * Such a fault has a struct pattern at the start of its state, sets its steps when it is
 * armed and is called for each of them in turn. It covers the links that fit its glob at
 * that moment. Chance is drawn for each link by itself, so that one more link shifts nobody
 * else's luck; ties go by the order of the links.
 */
#ifndef JOBJAM_NET_PATTERN_H
#define JOBJAM_NET_PATTERN_H

#include "net/fault_row.h"

struct pattern_step {
	sim_ns due;
	uint32_t link; /* index in the net */
	int what;      /* the fault's own word for it */
};

struct pattern {
	struct pattern_step *steps; /* owned */
	size_t n_steps, capacity, at;
	struct queue_handle timer;
	void (*take)(struct fault *fault, const struct pattern_step *step, sim_ns now);
};

/* Without memory the step is left out. */
void pattern_add(struct fault *fault, sim_ns due, uint32_t link, int what);
/* Puts the steps in order and takes those that are due. */
void pattern_begin(struct fault *fault, sim_ns now,
		   void (*take)(struct fault *fault, const struct pattern_step *step,
				sim_ns now));
/* For the row: no more steps; memory back. */
void pattern_stop(struct fault *fault, sim_ns now);
void pattern_free(struct fault *fault);

/* The links that fit, n of them, in a drawn order (a new one each time). Owned by the
 * caller; NULL: none, or no memory. */
uint32_t *pattern_shuffle(struct fault *fault, size_t *ret_n);
/* The links that fit, in their own order. */
uint32_t *pattern_links(struct fault *fault, size_t *ret_n);
/* Arms a part on one link; NULL: no memory. */
struct fault *pattern_arm(struct fault *fault, uint32_t link, const char *primitive,
			  const char *options, sim_ns now);

#endif
