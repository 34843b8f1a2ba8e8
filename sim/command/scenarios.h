/*
 * scenarios.h - from what stands on the command line to a list of scenario files.
 *
 * A file is itself; a folder stands for its *.lua, sorted; a bare name for a shipped
 * scenario; nothing for all the shipped ones. --filter and --shard go by the scenario's
 * name, which stands in the file, so the files are loaded (in children) to ask; one that
 * does not load goes by the name of its file, so that its error is told where it falls.
 */
#ifndef JOBJAM_COMMAND_SCENARIOS_H
#define JOBJAM_COMMAND_SCENARIOS_H

#include "sim/checks/exit_status.h"
#include "sim/command/options.h"

#define SCENARIOS_MAX 10000

struct scenarios {
	char **paths; /* owned */
	size_t n;
	/* The descriptions that loading gave; NULL unless asked for. As long as paths. */
	struct scenario_words *words;
};
struct scenario_words {
	bool loads;
	char name[96], about[1024];
	char error[1024]; /* why it does not load */
};

/* Collects, filters and shares out. describe: fill words in any case. Says what is wrong
 * itself. EXIT_HELD, EXIT_USAGE (no such file), EXIT_NOTHING_MATCHED. Release with
 * scenarios_fini, also after a failure. */
enum exit_status scenarios_collect(const struct options *options, bool describe,
				   struct scenarios *ret_scenarios);
void scenarios_fini(struct scenarios *scenarios);

#endif
