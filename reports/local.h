/*
 * local.h - whose clock an event is told by: UTC, and the local time of the machine that
 * it concerns.
 */
#ifndef JOBJAM_REPORTS_LOCAL_H
#define JOBJAM_REPORTS_LOCAL_H

#include "reports/run.h"
#include "sim/core/zone.h"

struct local {
	const struct run *run; /* borrowed */
	struct local_zone {
		const char *name;
		struct zone *zone; /* NULL: not known on this system */
	} * zones;
	size_t n_zones;
};

void local_init(struct local *local, const struct run *run);
void local_fini(struct local *local);

/* The machine that an event is about, by its actor or its fields; NULL: none. */
const struct run_printer *local_printer(const struct local *local,
					const struct trace_event *event);
/* The machine that is called so, or whose owner, app or link is; NULL: none. */
const struct run_printer *local_printer_named(const struct local *local,
					      const char *actor);

/* "2023-08-15 11:10:05Z" */
void local_add_utc(const struct local *local, struct text *text, sim_ns at);
/* "04:10 PDT", with the weekday in front when with_day: "Tue 04:10 PDT". Nothing when the
 * machine or its zone is not known; then false. */
bool local_add_time(struct local *local, struct text *text,
		    const struct run_printer *printer, sim_ns at, bool with_day);

#endif
