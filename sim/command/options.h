/*
 * options.h - the command line: one table of options, from which come the parsing, the
 * errors with the nearest name, and what --help prints.
 *
 * Options may stand before or after the scenario names, as "--name value" or
 * "--name=value"; "--" ends them. An option that a verb does not take is refused by name.
 */
#ifndef JOBJAM_COMMAND_OPTIONS_H
#define JOBJAM_COMMAND_OPTIONS_H

#include "sim/core/status.h"
#include "sim/core/text.h"
#include "sim/core/trace.h"

struct verb; /* verbs.h */

#define OPTION_SETS_MAX 128
#define OPTION_BROKERS_MAX 8
#define OPTION_REPEAT_MAX 100000
#define OPTION_JOBS_MAX 256
#define OPTION_SHARDS_MAX 10000

struct options {
	const struct verb *verb;
	const char **arguments; /* what is not an option; owned list of argv's strings */
	size_t n_arguments;
	bool help;

	const char *broker, *firmware; /* specs; NULL: not given */
	const char *brokers[OPTION_BROKERS_MAX]; /* every --broker; the first is broker */
	size_t n_brokers;
	bool same; /* a difference between brokers is a broken promise */
	const char *sets[OPTION_SETS_MAX + 1]; /* NULL-terminated */
	size_t n_sets;
	bool has_seed;
	uint64_t seed;
	int repeat, jobs;         /* 1 unless given */
	int shard, shards;        /* from 1; shards 0: not given */
	const char *out;          /* "out" unless given */
	const char *filter, *junit, *against;
	int watchdog_ms;          /* 15,000 unless given */
	/* of proxy; NULL: not given */
	const char *listen, *upstream, *record, *control, *cert, *key, *self_signed, *ca;
	bool strict, wall;
	bool quiet, no_color, json, tick_exact, has_level;
	enum trace_level level;
};

/* argv: without the program's and the verb's name. Borrows it. SIM_EINVAL with a sentence.
 * Release with options_fini, also after a failure. */
int options_parse(const struct verb *verb, int argc, char **argv, struct options *ret_options,
		  struct sim_error *error);
void options_fini(struct options *options);

/* The part of --help that lists what this verb takes; NULL: every option. */
void options_help(const struct verb *verb, struct text *text);

/* May colour go to this descriptor? Not with --no-color, NO_COLOR, or a dumb or absent
 * terminal. */
bool options_colour(const struct options *options, int fd);

#endif
