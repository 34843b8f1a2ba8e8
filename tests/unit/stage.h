/*
 * stage.h - what the benches of several rooms share: a clock that lives from due to due,
 * and looking back at what the trace tells.
 */
#ifndef TESTS_STAGE_H
#define TESTS_STAGE_H

#include "tests/testing.h"

#include "sim/core/queue.h"
#include "sim/core/trace.h"

static inline void stage_run_until(struct queue *queue, struct clock *clock, sim_ns until)
{
	while (queue_next_due(queue) <= until) {
		clock->now = queue_next_due(queue);
		queue_run_one(queue, clock->now);
	}
	clock->now = until;
}

/* The next event of that kind from *at on, which then points behind it; NULL: no more.
 * `for (size_t at = 0; (event = stage_next(trace, kind, &at));)` reads the trace once. */
static inline const struct trace_event *stage_next(const struct trace *trace,
						   enum trace_kind kind, size_t *at)
{
	while (*at < trace_count(trace)) {
		const struct trace_event *event = trace_at(trace, (*at)++);
		if (event->kind == kind)
			return event;
	}
	return NULL;
}

/* The last event of that kind; NULL: none. */
static inline const struct trace_event *stage_last(const struct trace *trace,
						   enum trace_kind kind)
{
	for (size_t i = trace_count(trace); i > 0; i--)
		if (trace_at(trace, i - 1)->kind == kind)
			return trace_at(trace, i - 1);
	return NULL;
}

static inline size_t stage_count(const struct trace *trace, enum trace_kind kind)
{
	size_t n = 0;
	for (size_t at = 0; stage_next(trace, kind, &at) != NULL;)
		n++;
	return n;
}

#endif
