/*
 * schedule.h - schedule.json: what was done to whom, and when, as it happened in this run.
 *
 * Derived from the trace alone. Version 1:
 *
 *   {"schema":1,"scenario":…,"seed":…,"start":…,"length_ns":…,
 *    "faults":[{"t":…,"id":…,"act":"armed"|"lifted","fault":…,"number":…,"who":…,"options":…}],
 *    "sends":[{"t":…,"id":…,"who":…,"printer":…,"intent":…,"tap":…,"job":…,"file":…}],
 *    "cancels":[{"t":…,"id":…,"who":…,"printer":…,"intent":…}]}
 *
 * t in nanoseconds since the start, id the event's number in events.ndjson; the objects
 * of faults, sends and cancels carry every field of their event.
 */
#ifndef JOBJAM_COMMAND_SCHEDULE_H
#define JOBJAM_COMMAND_SCHEDULE_H

#include "sim/core/trace.h"
#include "sim/fleet/plan.h"

void schedule_json(const struct plan *plan, const struct trace *trace, struct text *ret_json);

#endif
