/*
 * property.h - what a property is made of, for the files in properties/ and checks.c.
 *
 * A property is one file with one struct property, and one line in the sorted table of
 * property.c. It is shown the kinds of events that it named, after the story has taken
 * them in, and says what it saw: an event that it had to judge (watch_examined) and an
 * event that broke it (watch_breach). What it needs to remember is its state, zeroed when
 * the watch begins.
 *
 * A property that waits for something that may never come asks to be woken
 * (watch_wake_after): `wake` is called before the first event that lies later than the
 * asked instant, and at the end of the run. An event at exactly that instant is still seen
 * first: every limit is inclusive, "within 10 min" includes the tenth minute's last
 * nanosecond.
 */
#ifndef JOBJAM_CHECKS_PROPERTY_H
#define JOBJAM_CHECKS_PROPERTY_H

#include "sim/checks/checks.h"
#include "sim/checks/story.h"

struct watch; /* one expectation, watched */

struct property {
	struct vocab_row row;
	const enum trace_kind *kinds;
	size_t n_kinds;
	size_t state_size;
	void (*begin)(struct watch *watch); /* may be NULL */
	void (*see)(struct watch *watch, const struct trace_event *event);
	void (*wake)(struct watch *watch, sim_ns now); /* may be NULL */
	/* The run is over; what was due has been woken before. May be NULL. */
	void (*finish)(struct watch *watch, sim_ns now);
	void (*end)(struct watch *watch); /* frees what the state owns; may be NULL */
};

#define PROPERTY_KINDS(...)                              \
	.kinds = (const enum trace_kind[]){__VA_ARGS__}, \
	.n_kinds =                                       \
		sizeof((const enum trace_kind[]){__VA_ARGS__}) / sizeof(enum trace_kind)
#define PROPERTY_PARAMS(table) \
	.params = (table), .n_params = sizeof(table) / sizeof((table)[0])

void *watch_state(struct watch *watch);
const struct value *watch_value(const struct watch *watch, size_t index);
const struct story *watch_story(const struct watch *watch);
const struct trace *watch_trace(const struct watch *watch);
void watch_examined(struct watch *watch);
/* event: what broke it; subject: whom it happened to. The sentence is bounded. */
void watch_breach(struct watch *watch, trace_id event, const char *subject,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Calls wake once time is later than `at`; the earliest request counts, and is forgotten
 * when wake is called. */
void watch_wake_after(struct watch *watch, sim_ns at);

/* Things that wait for an instant, in the order of waiting; the wait is the same for all,
 * so the first in is the first due. */
struct waiting {
	struct waiting_item {
		trace_id event;
		sim_ns since;
		int64_t number; /* the property's own */
	} * items;
	size_t first, n, room; /* items[first..n) wait */
};
void waiting_add(struct waiting *waiting, trace_id event, sim_ns since, int64_t number);
const struct waiting_item *waiting_first(const struct waiting *waiting); /* or NULL */
void waiting_drop_first(struct waiting *waiting);
void waiting_fini(struct waiting *waiting);

/* The table, sorted by name; NULL past the end. */
const struct property *property_at(size_t index);

#endif
