/*
 * queue.h - what happens when: events ordered by (due, sequence).
 *
 * sequence counts insertions, so events due at the same instant fire in the order in
 * which they were scheduled. That is the only tie-break, and it is the reason why a run
 * repeats. A binary heap; add and cancel are O(log n).
 */
#ifndef JOBJAM_CORE_QUEUE_H
#define JOBJAM_CORE_QUEUE_H

#include "sim/core/time.h"

struct queue;

/* Called at its instant; now == the event's due. May add and cancel events, also itself
 * again. */
typedef void queue_fn(void *arg, sim_ns now);

/* A handle that stays harmless after the event has fired or was cancelled: it carries a
 * generation. {0} never names an event. */
struct queue_handle {
	uint32_t slot, generation;
};

struct queue *queue_new(void); /* NULL: no memory */
void queue_free(struct queue *queue);

/* Borrows arg: it must outlive the event. due may not lie before the event that is being
 * run (asserted). Running out of memory ends the program with a message (the queue is
 * the one thing without which nothing can go on). */
struct queue_handle queue_add(struct queue *queue, sim_ns due, queue_fn *fn, void *arg);
/* Cancels if still waiting; clears *handle. Returns whether it was waiting. */
bool queue_cancel(struct queue *queue, struct queue_handle *handle);
bool queue_waiting(const struct queue *queue, struct queue_handle handle);

sim_ns queue_next_due(const struct queue *queue); /* SIM_NEVER when empty */
size_t queue_count(const struct queue *queue);
/* Runs the first event if it is due at or before now. Returns whether one ran. */
bool queue_run_one(struct queue *queue, sim_ns now);

#endif
