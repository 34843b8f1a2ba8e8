/*
 * hot.h - what the properties of heat remember of each machine: which heaters are on, and
 * one matter (a danger, a trip, a question, an alert) that stands since an event.
 *
 * Heaters are known by heat.on and heat.off, which tell of duties and targets, never of
 * what a firmware thinks of itself.
 */
#ifndef JOBJAM_CHECKS_HOT_H
#define JOBJAM_CHECKS_HOT_H

#include "sim/checks/property.h"

enum {
	HOT_NOZZLE,
	HOT_BED,
	HOT_PARTS
};

struct hot {
	const char *who;
	trace_id on[HOT_PARTS]; /* heat.on of what is on; 0: it is off */
	trace_id event;         /* the matter; 0: none */
	sim_ns at;
	int64_t number; /* the property's own */
	bool judged;    /* a breach of this matter has been told */
};

struct hots {
	struct hot *items;
	size_t n, room;
};

struct hot *hot_of(struct hots *hots, const char *who); /* good until the next call */
void hots_fini(struct hots *hots);
/* Takes heat.on, heat.off and what switches everything off in. */
void hot_follow(struct hot *hot, const struct trace_event *event);
int hot_part(const struct trace_event *event);
const char *hot_part_name(int part);
void hot_raise(struct hot *hot, const struct trace_event *event);
void hot_settle(struct hot *hot);
/* Is this a person at the machine who acknowledges a heater fault? */
bool hot_acknowledged(const struct trace *trace, const struct trace_event *event);
/* For properties whose state is one struct hots. */
void hot_end(struct watch *watch);
/* The same, with "within" as their first parameter: each matter that has stood so long is a
 * breach (event: the matter; marks it as judged) if a heater of its machine is on; wakes again
 * for those that are younger. Each is judged once. */
typedef void hot_breach(struct watch *watch, struct hot *hot, int part, trace_id event,
			const char *how);
void hot_judge_on(struct watch *watch, sim_ns now, const char *how, hot_breach *breach);

#endif
