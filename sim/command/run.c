/* run.c - jobjam run: every scenario, every seed, then one line over all. */
#include "reports/run.h"
#include "sim/command/difference.h"
#include "sim/command/scenarios.h"
#include "sim/command/session.h"
#include "sim/command/terminal.h"
#include "sim/command/variant.h"
#include "sim/command/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is kept of a task after its child has gone. */
struct result {
	char directory[VARIANT_PATH_MAX]; /* "": none was made */
	char name[96], sentence[640];
	enum exit_status status;
	double elapsed_s;
};

struct tally {
	const struct options *options;
	struct scenarios scenarios;
	bool colour;
	size_t shown, held;
	struct result *results; /* one a task */
	enum exit_status extra; /* what only the parent sees */
};

static size_t broker_count(const struct tally *tally)
{
	return tally->options->n_brokers ? tally->options->n_brokers : 1;
}

static size_t task_count(const struct tally *tally)
{
	return tally->scenarios.n * (size_t)tally->options->repeat * broker_count(tally);
}

/* Brokers change fastest, then seeds, then scenarios. */
static const char *path_of(const struct tally *tally, size_t index)
{
	return tally->scenarios
		.paths[index / ((size_t)tally->options->repeat * broker_count(tally))];
}

static size_t seed_offset_of(const struct tally *tally, size_t index)
{
	return index / broker_count(tally) % (size_t)tally->options->repeat;
}

static enum exit_status work(void *arg, size_t index, int core, struct bulletin *bulletin)
{
	const struct tally *tally = arg;
	struct options command = *tally->options;
	struct session_options options = {
		.command = &command,
		.path = path_of(tally, index),
		.seed_offset = seed_offset_of(tally, index),
		.level = tally->options->has_level ? tally->options->level : TRACE_STORY,
		.directory_suffix = "",
		.reports = true,
		.colour = tally->colour,
		.core = core,
	};

	if (command.n_brokers)
		command.broker = command.brokers[index % command.n_brokers];
	return session_run(&options, bulletin);
}

static const char *meaning_of(enum exit_status status)
{
	const struct exit_row *row;

	for (size_t i = 0; (row = exit_row_at(i)); i++) {
		if (row->status == status)
			return row->meaning;
	}
	return "";
}

static void keep(struct result *result, const struct ending *ending)
{
	const struct bulletin *bulletin = ending->bulletin;

	result->status = ending->status;
	result->elapsed_s = ending->elapsed_s;
	bulletin_write(result->directory, sizeof(result->directory), bulletin->directory);
	bulletin_write(result->name, sizeof(result->name), bulletin->name);
	/* One that was cut off had no time to say why. */
	bulletin_write(result->sentence, sizeof(result->sentence),
		       *bulletin->sentence ? bulletin->sentence
					   : meaning_of(ending->status));
}

/* Two files that call their scenario the same write one directory: the second has
 * overwritten the first, and nobody would notice. */
static void check_directory(struct tally *tally, size_t index)
{
	const char *directory = tally->results[index].directory;

	for (size_t i = 0; *directory && i < index; i++) {
		if (strcmp(tally->results[i].directory, directory) != 0)
			continue;
		terminal_complain(directory,
				  "two scenarios of this call have the same name, "
				  "and the second overwrote the first");
		tally->results[i].directory[0] = '\0';
		tally->extra = EXIT_USAGE;
	}
}

static bool has_verdict(const struct result *result)
{
	char path[VARIANT_PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/verdict.json", result->directory);
	return result->directory[0] && access(path, R_OK) == 0;
}

/* This run beside that of the first broker. */
static void compare_brokers(struct tally *tally, size_t index)
{
	size_t which = index % broker_count(tally);
	const struct result *first = &tally->results[index - which],
			    *second = &tally->results[index];
	const char *const specs[] = {tally->options->brokers[0],
				     tally->options->brokers[which]};
	struct difference difference;
	struct sim_error error;

	if (which == 0)
		return;
	printf("%s: the first: %s, the other: %s\n", second->name, specs[0], specs[1]);
	if (!has_verdict(first) || !has_verdict(second)) {
		printf("  cannot be compared: %s did not come to a verdict\n",
		       has_verdict(first) ? "the other" : "the first");
		return;
	}
	if (difference_find(first->directory, second->directory,
			    (const char *const[]){"the first", "the other"}, &difference,
			    &error))
		tally->extra = exit_worse(tally->extra, terminal_refuse(NULL, &error));
	else if (tally->options->same && (difference.story || difference.harm))
		tally->extra = exit_worse(tally->extra, EXIT_BROKEN);
	fputs(text_cstr(&difference.words), stdout);
	difference_fini(&difference);
}

static void done(void *arg, size_t index, const struct ending *ending)
{
	struct tally *tally = arg;

	tally->shown++;
	tally->held += ending->status == EXIT_HELD;
	fwrite(ending->output, 1, ending->output_length, stdout);
	fflush(stdout);
	fwrite(ending->errors, 1, ending->errors_length, stderr);
	keep(&tally->results[index], ending);
	check_directory(tally, index);
	if (broker_count(tally) > 1)
		compare_brokers(tally, index);
	if (tally->results[index].directory[0] && tally->options->jobs > 1)
		variant_latest(
			tally->results[index].directory); /* in order, not in time */
}

/* Has its verdict, and the process ended with what that says? A run that crashed, was cut
 * off or could not write its reports leaves events that look like a run without trouble. */
static bool is_whole(const struct run *read, const struct result *result)
{
	return read && strcmp(read->summary.word, "UNFINISHED") != 0 &&
	       read->summary.status == result->status;
}

/* A run that left no verdict is still a test case: an error. read: what it left, so that
 * its case is called the same as on good days; NULL: nothing. */
static struct run without_verdict(const struct tally *tally, size_t index,
				  const struct run *read)
{
	const struct result *result = &tally->results[index];
	struct run run = {
		.summary = {.status = result->status,
			    .word = result->status == EXIT_HELD     ? "HELD"
				    : result->status == EXIT_BROKEN ? "BROKEN"
								    : "ERROR"},
	};

	if (read)
		run.facts = read->facts;
	if (!run.facts.scenario)
		run.facts.scenario = result->name;
	run.facts.scenario_path = path_of(tally, index);
	run.facts.elapsed_s = result->elapsed_s;
	bulletin_write(run.summary.sentence, sizeof(run.summary.sentence),
		       result->sentence);
	return run;
}

/* One file over all that was begun. */
static enum exit_status write_junit(const struct tally *tally)
{
	struct run **read =
		calloc(tally->shown + 1, sizeof(*read)); /* NULL: no verdict */
	struct run *made = calloc(tally->shown + 1, sizeof(*made));
	const struct run **all = calloc(tally->shown + 1, sizeof(*all));
	struct sim_error error;
	struct text text = {0};
	int status = read && made && all ? SIM_OK : SIM_ENOMEM;

	for (size_t i = 0; !status && i < tally->shown; i++) {
		const char *directory = tally->results[i].directory;
		char note[256];

		if (!*directory || run_read(directory, &read[i], note, &error))
			read[i] = NULL;
		made[i] = without_verdict(tally, i, read[i]);
		all[i] = is_whole(read[i], &tally->results[i]) ? read[i] : &made[i];
	}
	if (!status)
		status = report_junit(all, tally->shown, &text);
	if (status)
		sim_fail(&error, status, "no memory for %s", tally->options->junit);
	else
		status = report_write_file(tally->options->junit, &text, &error);
	for (size_t i = 0; read && i < tally->shown; i++)
		if (read[i])
			run_free(read[i]);
	free(read);
	free(made);
	free(all);
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
		terminal_complain(
			NULL, "jobjam run needs SCENARIO...; see jobjam run --help, or "
			      "jobjam list for what there is");
		return EXIT_USAGE;
	}
	status = scenarios_collect(options, false, &tally.scenarios);
	if (status == EXIT_HELD) {
		supervision.n = task_count(&tally);
		tally.results = calloc(supervision.n, sizeof(*tally.results));
		if (!tally.results)
			status = EXIT_INTERNAL;
	}
	if (status == EXIT_HELD) {
		status = supervise(&supervision);
		status = exit_worse(status, tally.extra);
		if (options->junit)
			status = exit_worse(status, write_junit(&tally));
		sum_up(&tally);
	}
	free(tally.results);
	scenarios_fini(&tally.scenarios);
	return status;
}
