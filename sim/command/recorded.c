/* recorded.c - from a name to a run directory. */
#include "sim/command/recorded.h"

#include "sim/command/paths.h"
#include "sim/command/terminal.h"
#include "sim/core/vocab.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct folders {
	struct dirent **entries;
	int n;
};

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static const char *next_folder(const void *arg, size_t index)
{
	const struct folders *folders = arg;

	return index < (size_t)folders->n ? folders->entries[index]->d_name : NULL;
}

static int unknown(const struct options *options, const char *run,
		   struct sim_error *error)
{
	struct folders folders = {0};

	folders.n = scandir(options->out, &folders.entries, is_visible, paths_by_bytes);
	if (folders.n > 0)
		vocab_unknown(error, "run", run, next_folder, &folders);
	else
		sim_fail(error, SIM_ENOENT, "no run called \"%s\", and none at all in %s",
			 run, options->out);
	for (int i = 0; i < folders.n; i++)
		free(folders.entries[i]);
	if (folders.n >= 0)
		free(folders.entries);
	return SIM_ENOENT;
}

int recorded_find(const struct options *options, const char *run, char ret_directory[],
		  size_t size, struct sim_error *error)
{
	const struct {
		const char *before, *after;
	} tries[] = {{"", ""}, {"", "/latest"}, {options->out, "/latest"}};
	const char *slash = strrchr(run, '/');
	char path[PATHS_MAX];

	if (slash && strcmp(slash, "/events.ndjson") == 0 && access(run, R_OK) == 0) {
		snprintf(ret_directory, size, "%.*s", (int)(slash - run), run);
		return SIM_OK;
	}
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		const char *between = *tries[i].before ? "/" : "";

		snprintf(path, sizeof(path), "%s%s%s%s/events.ndjson", tries[i].before,
			 between, run, tries[i].after);
		if (access(path, R_OK) < 0)
			continue;
		snprintf(ret_directory, size, "%s%s%s%s", tries[i].before, between, run,
			 tries[i].after);
		return SIM_OK;
	}
	/* A file of events alone, as jobjam proxy --record writes it. */
	const char *dot = strrchr(run, '.');
	if (dot && strcmp(dot, ".ndjson") == 0 && access(run, R_OK) == 0 &&
	    strlen(run) < size) {
		snprintf(ret_directory, size, "%s", run);
		return SIM_OK;
	}
	return unknown(options, run, error);
}

int recorded_open(const struct options *options, const char *run, struct run **ret_run,
		  struct sim_error *error)
{
	char directory[PATHS_MAX], note[256] = "";
	int status = recorded_find(options, run, directory, sizeof(directory), error);

	if (!status)
		status = run_read(directory, ret_run, note, error);
	if (!status && *note)
		terminal_complain(directory, note);
	if (status ==
	    SIM_EIO) /* EIO otherwise means that something could not be written */
		status = error->code = SIM_ENOENT;
	return status;
}
