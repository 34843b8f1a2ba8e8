/* why.c - jobjam why: causes, told from a recorded run. */
#include "sim/command/recorded.h"
#include "sim/command/terminal.h"
#include "sim/command/verbs.h"
#include "sim/core/vocab.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Is this the name of anybody in the trace? */
static bool is_actor(const struct run *run, const char *name)
{
	for (size_t i = 0; i < run->facts.n_printers; i++) {
		if (strcmp(run->facts.printers[i].name, name) == 0)
			return true;
	}
	for (size_t i = 0; i < trace_count(run->trace); i++) {
		if (strcmp(trace_at(run->trace, i)->who, name) == 0)
			return true;
	}
	return false;
}

static const char *next_actor(const void *arg, size_t index)
{
	const struct run *run = arg;

	if (index < run->facts.n_printers)
		return run->facts.printers[index].name;
	index -= run->facts.n_printers;
	return index < trace_count(run->trace) ? trace_at(run->trace, index)->who : NULL;
}

static enum exit_status refuse_actor(const struct run *run, const char *name)
{
	const char *near = text_nearest(name, next_actor, run);
	struct sim_error error;

	sim_fail(&error, SIM_ENOENT, "nobody called \"%s\" in this run%s%s%s", name,
		 near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	return terminal_refuse(NULL, &error);
}

static enum exit_status tell_event(const struct run *run, int64_t id, bool colour,
				   struct text *text)
{
	struct sim_error error;

	if (id > 0 && trace_find(run->trace, (trace_id)id)) {
		report_chain(run, (trace_id)id, colour, text);
		return EXIT_HELD;
	}
	sim_fail(&error, SIM_ENOENT, "no event has the number %lld in this run",
		 (long long)id);
	return terminal_refuse(NULL, &error);
}

enum exit_status verb_why(const struct options *options)
{
	const char *what = options->arguments[1];
	bool colour = options_colour(options, STDOUT_FILENO);
	struct text text = {0};
	struct sim_error error;
	enum exit_status status = EXIT_HELD;
	struct run *run;
	int64_t id;

	if (recorded_open(options, options->arguments[0], &run, &error))
		return terminal_refuse(NULL, &error);
	if (text_read_int(what, &id))
		status = tell_event(run, id, colour, &text);
	else if (is_actor(run, what))
		report_why(run, what, colour, &text);
	else
		status = refuse_actor(run, what);
	fputs(text_cstr(&text), stdout);
	text_fini(&text);
	run_free(run);
	return status;
}
