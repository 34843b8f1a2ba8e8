/* scenarios.c - collecting, asking for names, filtering, sharing out. */
#include "sim/command/scenarios.h"

#include "sim/command/paths.h"
#include "sim/command/session.h"
#include "sim/command/terminal.h"
#include "sim/core/vocab.h"
#include "sim/script/script.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static enum exit_status add(struct scenarios *scenarios, const char *path)
{
	char real[PATHS_MAX], other[PATHS_MAX];
	char **paths;

	/* The same file twice would only write the same directory twice. */
	for (size_t i = 0; i < scenarios->n && realpath(path, real); i++) {
		if (realpath(scenarios->paths[i], other) && strcmp(real, other) == 0)
			return EXIT_HELD;
	}
	if (scenarios->n == SCENARIOS_MAX) {
		terminal_complain(path, "more scenarios than this program takes at once");
		return EXIT_USAGE;
	}
	paths = realloc(scenarios->paths, (scenarios->n + 1) * sizeof(*paths));
	if (!paths)
		return EXIT_INTERNAL;
	scenarios->paths = paths;
	paths[scenarios->n] = strdup(path);
	return paths[scenarios->n] ? (scenarios->n++, EXIT_HELD) : EXIT_INTERNAL;
}

static int is_script(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 4 && entry->d_name[0] != '.' &&
	       strcmp(entry->d_name + length - 4, ".lua") == 0;
}

static enum exit_status add_folder(struct scenarios *scenarios, const char *folder)
{
	enum exit_status status = EXIT_HELD;
	struct dirent **entries;
	int n = scandir(folder, &entries, is_script, paths_by_bytes);
	size_t length = strlen(folder);

	if (n < 0) {
		terminal_complain(folder, strerror(errno));
		return EXIT_USAGE;
	}
	while (length > 1 && folder[length - 1] == '/')
		length--;
	for (int i = 0; i < n; i++) {
		char path[PATHS_MAX];

		snprintf(path, sizeof(path), "%.*s/%s", (int)length, folder,
			 entries[i]->d_name);
		if (status == EXIT_HELD)
			status = add(scenarios, path);
		free(entries[i]);
	}
	free(entries);
	return status;
}

/* ---- bare names ---- */

struct shipped {
	struct dirent **entries;
	int n;
};

static const char *next_shipped(const void *arg, size_t index)
{
	const struct shipped *shipped = arg;

	/* The cut name is kept in the entry itself. */
	return index < (size_t)shipped->n ? shipped->entries[index]->d_name : NULL;
}

static enum exit_status unknown(const char *name)
{
	struct shipped shipped = {0};
	struct sim_error error;

	shipped.n =
		scandir(paths_scenarios(), &shipped.entries, is_script, paths_by_bytes);
	for (int i = 0; i < shipped.n; i++) {
		char *file = shipped.entries[i]->d_name;

		file[strlen(file) - 4] = '\0';
	}
	if (shipped.n > 0)
		vocab_unknown(&error, "scenario", name, next_shipped, &shipped);
	else
		sim_fail(&error, SIM_ENOENT, "no such file or scenario: %s", name);
	terminal_complain(NULL, error.text);
	for (int i = 0; i < shipped.n; i++)
		free(shipped.entries[i]);
	if (shipped.n >= 0)
		free(shipped.entries);
	return EXIT_USAGE;
}

static enum exit_status add_argument(struct scenarios *scenarios, const char *argument)
{
	char path[PATHS_MAX];
	struct stat stat_buffer;

	if (stat(argument, &stat_buffer) == 0)
		return S_ISDIR(stat_buffer.st_mode) ? add_folder(scenarios, argument)
						    : add(scenarios, argument);
	if (strchr(argument, '/')) {
		terminal_complain(argument, strerror(errno));
		return EXIT_USAGE;
	}
	snprintf(path, sizeof(path), "%s/%s", paths_scenarios(), argument);
	if (stat(path, &stat_buffer) < 0)
		snprintf(path, sizeof(path), "%s/%s.lua", paths_scenarios(), argument);
	return stat(path, &stat_buffer) == 0 ? add(scenarios, path) : unknown(argument);
}

/* ---- asking each file for its name ---- */

struct asking {
	const struct options *options;
	struct scenarios *scenarios;
};

static enum exit_status ask(void *arg, size_t index, int core, struct bulletin *bulletin)
{
	const struct asking *asking = arg;
	struct session_options options = {.command = asking->options,
					  .path = asking->scenarios->paths[index]};
	struct script *script;
	struct sim_error error;
	uint64_t seed;
	int status;

	(void)core;
	bulletin_write(bulletin->name, sizeof(bulletin->name), options.path);
	status = session_load(&options, &script, &seed, &error);
	if (status) {
		bulletin_write(bulletin->about, sizeof(bulletin->about), error.text);
		return terminal_status_of(status);
	}
	bulletin_write(bulletin->name, sizeof(bulletin->name), script_plan(script)->name);
	bulletin_write(bulletin->about, sizeof(bulletin->about),
		       script_plan(script)->about);
	script_free(script);
	return EXIT_HELD;
}

/* "scenarios/night.lua" -> "night" */
static void name_of_file(const char *path, char *ret_name, size_t size)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	size_t length = strlen(base);

	if (length > 4 && strcmp(base + length - 4, ".lua") == 0)
		length -= 4;
	snprintf(ret_name, size, "%.*s", (int)length, base);
}

static void note_answer(void *arg, size_t index, const struct ending *ending)
{
	const struct asking *asking = arg;
	struct scenario_words *words = &asking->scenarios->words[index];

	words->loads = ending->status == EXIT_HELD;
	if (words->loads) {
		bulletin_write(words->name, sizeof(words->name), ending->bulletin->name);
		bulletin_write(words->about, sizeof(words->about),
			       ending->bulletin->about);
	} else {
		name_of_file(asking->scenarios->paths[index], words->name,
			     sizeof(words->name));
		bulletin_write(words->error, sizeof(words->error),
			       *ending->bulletin->about ? ending->bulletin->about
							: "was cut off while loading");
	}
}

static enum exit_status ask_all(const struct options *options,
				struct scenarios *scenarios)
{
	struct asking asking = {options, scenarios};
	struct supervision supervision = {
		.n = scenarios->n,
		.jobs = options->jobs,
		.watchdog_ms = options->watchdog_ms,
		.arg = &asking,
		.work = ask,
		.done = note_answer,
	};
	enum exit_status status;

	scenarios->words =
		calloc(scenarios->n ? scenarios->n : 1, sizeof(*scenarios->words));
	if (!scenarios->words)
		return EXIT_INTERNAL;
	status = supervise(&supervision);
	/* What does not load is told by whoever goes on with it. */
	return status == EXIT_INTERRUPTED ? status : EXIT_HELD;
}

static bool wanted(const struct options *options, const char *name)
{
	if (options->filter && !text_glob(options->filter, name))
		return false;
	if (!options->shards)
		return true;
	return text_hash(TEXT_HASH_START, name, strlen(name)) %
		       (uint64_t)options->shards ==
	       (uint64_t)(options->shard - 1);
}

static void keep_wanted(const struct options *options, struct scenarios *scenarios)
{
	size_t kept = 0;

	for (size_t i = 0; i < scenarios->n; i++) {
		if (!wanted(options, scenarios->words[i].name)) {
			free(scenarios->paths[i]);
			continue;
		}
		scenarios->paths[kept] = scenarios->paths[i];
		scenarios->words[kept++] = scenarios->words[i];
	}
	scenarios->n = kept;
}

enum exit_status scenarios_collect(const struct options *options, bool describe,
				   struct scenarios *ret_scenarios)
{
	enum exit_status status = EXIT_HELD;

	*ret_scenarios = (struct scenarios){0};
	for (size_t i = 0; i < options->n_arguments && status == EXIT_HELD; i++)
		status = add_argument(ret_scenarios, options->arguments[i]);
	if (!options->n_arguments)
		status = add_folder(ret_scenarios, paths_scenarios());
	if (status == EXIT_HELD && (describe || options->filter || options->shards))
		status = ask_all(options, ret_scenarios);
	if (status == EXIT_HELD && (options->filter || options->shards))
		keep_wanted(options, ret_scenarios);
	if (status == EXIT_HELD && !ret_scenarios->n) {
		terminal_complain(NULL, options->filter || options->shards
						? "no scenario fits --filter and --shard"
						: "there is no scenario");
		status = EXIT_NOTHING_MATCHED;
	}
	return status;
}

void scenarios_fini(struct scenarios *scenarios)
{
	for (size_t i = 0; i < scenarios->n; i++)
		free(scenarios->paths[i]);
	free(scenarios->paths);
	free(scenarios->words);
	*scenarios = (struct scenarios){0};
}
