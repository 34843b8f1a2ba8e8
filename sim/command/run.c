/* run.c - jobjam run: every scenario, every seed, then one line over all. */
#include "reports/run.h"
#include "sim/command/scenarios.h"
#include "sim/command/session.h"
#include "sim/command/terminal.h"
#include "sim/command/variant.h"
#include "sim/command/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct tally {
	const struct options *options;
	struct scenarios scenarios;
	bool colour;
	size_t shown, held;
	char (*directories)[VARIANT_PATH_MAX]; /* one a task; "": none */
	enum exit_status extra;                /* what only the parent sees */
};

static size_t task_count(const struct tally *tally)
{
	return tally->scenarios.n * (size_t)tally->options->repeat;
}

static enum exit_status work(void *arg, size_t index, int core, struct bulletin *bulletin)
{
	const struct tally *tally = arg;
	size_t repeat = (size_t)tally->options->repeat;
	struct session_options options = {
		.command = tally->options,
		.path = tally->scenarios.paths[index / repeat],
		.seed_offset = index % repeat,
		.level = tally->options->has_level ? tally->options->level : TRACE_STORY,
		.directory_suffix = "",
		.reports = true,
		.colour = tally->colour,
		.core = core,
	};

	return session_run(&options, bulletin);
}

/* Two files that call their scenario the same write one directory: the second has
 * overwritten the first, and nobody would notice. */
static void check_directory(struct tally *tally, size_t index, const char *directory)
{
	bulletin_write(tally->directories[index], sizeof(tally->directories[index]), directory);
	for (size_t i = 0; *directory && i < index; i++) {
		if (strcmp(tally->directories[i], directory) != 0)
			continue;
		terminal_complain(directory, "two scenarios of this call have the same name, "
					     "and the second overwrote the first");
		tally->directories[i][0] = '\0';
		tally->extra = EXIT_USAGE;
	}
}

static void done(void *arg, size_t index, const struct ending *ending)
{
	struct tally *tally = arg;

	tally->shown++;
	tally->held += ending->status == EXIT_HELD;
	fwrite(ending->output, 1, ending->output_length, stdout);
	fflush(stdout);
	fwrite(ending->errors, 1, ending->errors_length, stderr);
	check_directory(tally, index, ending->bulletin->directory);
	if (tally->directories[index][0] && tally->options->jobs > 1)
		variant_latest(tally->directories[index]); /* the newest in order, not in time */
}

/* One file over all runs that left a directory. */
static enum exit_status write_junit(const struct tally *tally)
{
	struct run **runs = calloc(task_count(tally), sizeof(*runs));
	struct sim_error error;
	struct text text = {0};
	size_t n = 0;
	int status = SIM_OK;

	for (size_t i = 0; runs && i < task_count(tally); i++) {
		char note[256];

		if (tally->directories[i][0] &&
		    run_read(tally->directories[i], &runs[n], note, &error) == SIM_OK)
			n++;
	}
	if (runs)
		status = report_junit((const struct run *const *)runs, n, &text);
	if (!runs || status)
		sim_fail(&error, status = SIM_ENOMEM, "no memory for %s", tally->options->junit);
	else
		status = report_write_file(tally->options->junit, &text, &error);
	for (size_t i = 0; i < n; i++)
		run_free(runs[i]);
	free(runs);
	text_fini(&text);
	return status ? terminal_refuse(NULL, &error) : EXIT_HELD;
}

static void sum_up(const struct tally *tally)
{
	if (task_count(tally) < 2)
		return;
	printf("%zu of %zu runs held", tally->held, task_count(tally));
	if (tally->shown < task_count(tally))
		printf(", %zu were not begun", task_count(tally) - tally->shown);
	printf("\n");
}

enum exit_status verb_run(const struct options *options)
{
	struct tally tally = {.options = options,
			      .colour = options_colour(options, STDOUT_FILENO)};
	struct supervision supervision = {
		.jobs = options->jobs,
		.watchdog_ms = options->watchdog_ms,
		.progress = !options->quiet && isatty(STDERR_FILENO),
		.pin = true,
		.arg = &tally,
		.work = work,
		.done = done,
	};
	enum exit_status status;

	if (!options->n_arguments && !options->filter && !options->shards) {
		terminal_complain(NULL, "jobjam run needs SCENARIO...; see jobjam run --help, or "
					"jobjam list for what there is");
		return EXIT_USAGE;
	}
	status = scenarios_collect(options, false, &tally.scenarios);
	if (status == EXIT_HELD) {
		supervision.n = task_count(&tally);
		tally.directories = calloc(supervision.n, sizeof(*tally.directories));
		if (!tally.directories)
			status = EXIT_INTERNAL;
	}
	if (status == EXIT_HELD) {
		status = supervise(&supervision);
		status = exit_worse(status, tally.extra);
		if (options->junit)
			status = exit_worse(status, write_junit(&tally));
		sum_up(&tally);
	}
	free(tally.directories);
	scenarios_fini(&tally.scenarios);
	return status;
}
