/* verify.c - jobjam verify: twice the same? */
#include "sim/command/compare.h"
#include "sim/command/paths.h"
#include "sim/command/recorded.h"
#include "sim/command/scenarios.h"
#include "sim/command/session.h"
#include "sim/command/terminal.h"
#include "sim/command/variant.h"
#include "sim/command/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct verification {
	const struct options *options;
	struct scenarios scenarios;
	size_t runs;                  /* of each scenario: 2, or 1 with --against */
	char against[PATHS_MAX];      /* "" without */
	char first[VARIANT_PATH_MAX]; /* directory of the run that waits for its second */
	enum exit_status worst;       /* of the comparisons */
	enum trace_level level;
};

static enum exit_status work(void *arg, size_t index, int core, struct bulletin *bulletin)
{
	const struct verification *verification = arg;
	struct session_options options = {
		.command = verification->options,
		.path = verification->scenarios.paths[index / verification->runs],
		.level = verification->level,
		.directory_suffix =
			index % verification->runs ? ".verify-2" : ".verify-1",
		.core = core,
	};

	return session_run(&options, bulletin);
}

/* Whether promises held is not the question here; whether the run went through is. */
static enum exit_status of_interest(enum exit_status status)
{
	return status == EXIT_BROKEN || status == EXIT_INCONCLUSIVE ? EXIT_HELD : status;
}

static enum exit_status compare(const struct options *options, const char *name,
				const char *first, const char *second)
{
	struct comparison comparison;
	struct sim_error error;
	struct text text = {0};
	enum exit_status status = EXIT_HELD;

	if (compare_runs(first, second, &comparison, &error)) {
		status = terminal_refuse(NULL, &error);
	} else if (comparison.same) {
		text_add_plain(&text, name);
		text_addf(&text, ": identical, %llu events\n",
			  (unsigned long long)comparison.events);
	} else {
		text_add_plain(&text, name);
		text_addf(&text, ": NOT REPRODUCIBLE, after %llu equal events\n",
			  (unsigned long long)comparison.events);
		if (!options->quiet) {
			text_addf(&text, "- %s\n+ %s\n", first, second);
			text_add(&text, text_cstr(&comparison.words));
		}
		status = EXIT_NOT_REPRODUCIBLE;
	}
	fputs(text_cstr(&text), stdout);
	fflush(stdout);
	text_fini(&text);
	comparison_fini(&comparison);
	return status;
}

static void done(void *arg, size_t index, const struct ending *ending)
{
	struct verification *verification = arg;
	const char *directory = ending->bulletin->directory,
		   *name = ending->bulletin->name;
	enum exit_status status = of_interest(ending->status), compared;
	bool is_second = index % verification->runs + 1 == verification->runs;

	fwrite(ending->errors, 1, ending->errors_length, stderr);
	verification->worst = exit_worse(verification->worst, status);
	if (!is_second) {
		bulletin_write(verification->first, sizeof(verification->first),
			       ending->bulletin->events ? directory : "");
		return;
	}
	if (*verification->against)
		bulletin_write(verification->first, sizeof(verification->first),
			       verification->against);
	/* A run that did not get anywhere has said why; there is nothing to compare. */
	if (!ending->bulletin->events || !*verification->first ||
	    status == EXIT_INTERRUPTED)
		return;
	compared = compare(verification->options, name, verification->first, directory);
	verification->worst = exit_worse(verification->worst, compared);
	if (compared == EXIT_HELD) {
		variant_remove(directory);
		if (!*verification->against)
			variant_remove(verification->first);
	}
}

/* Is this the line of an event that only a full trace has? */
static bool is_full(const char *line)
{
	static const char key[] = "\"kind\":\"";
	const char *at = strstr(line, key);
	char name[48];
	enum trace_kind kind;

	if (!at)
		return false;
	at += sizeof(key) - 1;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(at, "\""), at);
	kind = trace_kind_find(name);
	return kind != N_TRACE_KINDS && trace_kind_level(kind) == TRACE_FULL;
}

/* The level at which a recording was made: like must be compared with like. */
static enum trace_level level_of(const char *directory)
{
	enum trace_level level = TRACE_STORY;
	char path[PATHS_MAX + 32], *line = NULL;
	size_t capacity = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/events.ndjson", directory);
	file = fopen(path, "re");
	while (file && level == TRACE_STORY && getline(&line, &capacity, file) > 0)
		level = is_full(line) ? TRACE_FULL : TRACE_STORY;
	if (file)
		fclose(file);
	free(line);
	return level;
}

static bool is_run(const char *path)
{
	char events[PATHS_MAX + 32];

	snprintf(events, sizeof(events), "%s/events.ndjson", path);
	return access(events, R_OK) == 0;
}

static enum exit_status run_all(struct verification *verification)
{
	const struct options *options = verification->options;
	struct supervision supervision = {
		.jobs = options->jobs,
		.watchdog_ms = options->watchdog_ms,
		.progress = !options->quiet && isatty(STDERR_FILENO),
		.pin = true,
		.arg = verification,
		.work = work,
		.done = done,
	};
	enum exit_status status =
		scenarios_collect(options, false, &verification->scenarios);

	if (status == EXIT_HELD) {
		supervision.n = verification->scenarios.n * verification->runs;
		status = of_interest(supervise(&supervision));
	}
	scenarios_fini(&verification->scenarios);
	return exit_worse(status, verification->worst);
}

enum exit_status verb_verify(const struct options *options)
{
	struct verification verification = {
		.options = options,
		.runs = options->against ? 1 : 2,
		.worst = EXIT_HELD,
		.level = options->has_level ? options->level : TRACE_FULL,
	};
	struct sim_error error;

	if (!options->n_arguments && !options->filter && !options->shards) {
		terminal_complain(
			NULL,
			"jobjam verify needs SCENARIO...; see jobjam verify --help");
		return EXIT_USAGE;
	}
	if (options->against) {
		if (recorded_find(options, options->against, verification.against,
				  sizeof(verification.against), &error))
			return terminal_refuse(NULL, &error);
		if (options->n_arguments == 1 && is_run(options->arguments[0]))
			return compare(options, options->arguments[0],
				       verification.against, options->arguments[0]);
		if (!options->has_level)
			verification.level = level_of(verification.against);
	}
	return run_all(&verification);
}
