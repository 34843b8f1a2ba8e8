/*
 * session.h - one run of one scenario, from its file to its reports, in this process.
 *
 *   script → fleet → checks → the night → receipts → verdict → reports → terminal
 *
 * Meant for a child of supervise.h: it posts where it is, prints to stdout and stderr, and
 * its process ends after it (networks and clocks are global to a process).
 */
#ifndef JOBJAM_COMMAND_SESSION_H
#define JOBJAM_COMMAND_SESSION_H

#include "sim/command/options.h"
#include "sim/command/supervise.h"

struct session_options {
	const struct options *command;
	const char *path;        /* of the scenario's file */
	uint64_t seed_offset;    /* added to the seed: --repeat */
	enum trace_level level;
	const char *directory_suffix; /* "": the variant's own directory */
	bool reports;            /* false: events.ndjson and broker.log alone, nothing printed */
	bool colour;
	int core;
};

enum exit_status session_run(const struct session_options *options, struct bulletin *bulletin);

/* Loads the script as session_run would (--set, --seed, --repeat's offset) and returns the
 * seed that the file itself asks for. The caller frees the script. */
struct script;
int session_load(const struct session_options *options, struct script **ret_script,
		 uint64_t *ret_own_seed, struct sim_error *error);

#endif
