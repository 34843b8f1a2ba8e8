/*
 * facts.h - what a report must know about a run, gathered from plan, fleet and options.
 */
#ifndef JOBJAM_COMMAND_FACTS_H
#define JOBJAM_COMMAND_FACTS_H

#include "reports/run.h"
#include "sim/command/options.h"
#include "sim/fleet/fleet.h"

/* Owns the lists and the texts made here; everything else is borrowed from plan and fleet,
 * which must outlive it. */
struct facts {
	struct run_facts run;
	struct run_setting *settings;
	char (*setting_names)[96];
	struct run_printer *printers;
	struct text reproduce, schedule;
};

/* Before the run: everything but reached, schedule and elapsed times. Call it after
 * fleet_start: only then the broker has said which one it is. variant and directory are
 * borrowed. SIM_ENOMEM. Release with facts_fini, also after a failure. */
int facts_gather(const struct plan *plan, struct fleet *fleet, const struct options *options,
		 const char *variant, const char *directory, struct facts *ret_facts,
		 struct sim_error *error);
void facts_fini(struct facts *facts);

/* The command line that does the same run again, quoted for a POSIX shell. */
void facts_reproduce(const struct plan *plan, const struct options *options,
		     struct text *ret_command);

#endif
