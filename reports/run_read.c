/* run_read.c - a run directory back into a run. */
#include "reports/run_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	VERDICT_BYTES_MAX = 1 << 20, /* as much as json_parse takes */
	SCHEDULE_BYTES_MAX = 64 << 20,
};

/* A file of bounded size; *ret_text stays empty when there is none. */
static int read_whole(const char *path, size_t most, struct text *ret_text,
		      struct sim_error *error)
{
	char buffer[65536];
	size_t n;
	FILE *file = fopen(path, "rbe");
	if (file == NULL)
		return errno == ENOENT ? SIM_OK
				       : sim_fail(error, SIM_EIO, "%s: %s", path,
						  strerror(errno));
	while ((n = fread(buffer, 1, sizeof(buffer), file)) > 0 &&
	       ret_text->length <= most)
		text_add_bytes(ret_text, buffer, n);
	bool failed = ferror(file) != 0;
	fclose(file);
	if (failed)
		return sim_fail(error, SIM_EIO, "%s: cannot be read", path);
	if (ret_text->failed)
		return sim_fail(error, SIM_ENOMEM, "%s: no memory", path);
	if (ret_text->length > most)
		return sim_fail(error, SIM_EINVAL, "%s: is longer than %zu MiB", path,
				most >> 20);
	return SIM_OK;
}

static int read_events(struct run_store *store, const char *path, char note[256],
		       struct sim_error *error)
{
	FILE *file = fopen(path, "rbe");
	if (file == NULL)
		return sim_fail(error, errno == ENOENT ? SIM_ENOENT : SIM_EIO,
				"%s: %s; is this the directory of a run?", path,
				strerror(errno));
	int status = run_store_events(store, file, path, note, error);
	fclose(file);
	return status;
}

static int read_verdict(struct run_store *store, const char *path, char note[256],
			struct sim_error *error)
{
	struct text text = {0};
	int status = read_whole(path, VERDICT_BYTES_MAX, &text, error);

	if (status == SIM_OK && text.length > 0) {
		status = run_store_verdict(store, text.bytes, text.length, path, error);
	} else if (status == SIM_OK) {
		if (note[0] == '\0')
			snprintf(note, 256, "%s",
				 store->ended
					 ? "there is no verdict.json: judged by what the "
					   "trace says"
					 : "the run was not finished: judged by what its "
					   "trace says");
		status = run_store_guess(store);
	}
	text_fini(&text);
	return status;
}

static int read_schedule(struct run_store *store, const char *path,
			 struct sim_error *error)
{
	struct text text = {0};
	int status = read_whole(path, SCHEDULE_BYTES_MAX, &text, error);
	if (status == SIM_OK && text.length > 0) {
		char *copy = run_store_take(store, text.length + 1);
		if (copy == NULL)
			status = sim_fail(error, SIM_ENOMEM, "%s: no memory", path);
		else
			store->run.facts.schedule_json =
				memcpy(copy, text.bytes, text.length);
	}
	text_fini(&text);
	return status;
}

static bool is_file(const char *path)
{
	struct stat found;
	return stat(path, &found) == 0 && S_ISREG(found.st_mode);
}

int run_read(const char *directory, struct run **ret_run, char ret_note[256],
	     struct sim_error *error)
{
	struct run_store *store = run_store_new();
	char path[4096];
	int status;

	ret_note[0] = '\0';
	if (store == NULL)
		return sim_fail(error, SIM_ENOMEM, "no memory for a run");
	size_t size = strlen(directory) + 1;
	char *copy = run_store_take(store, size);
	if (copy == NULL || size > sizeof(path) - 32) {
		status = sim_fail(error, SIM_EINVAL, "%.200s…: the path is too long",
				  directory);
		goto out;
	}
	store->run.facts.directory = memcpy(copy, directory, size);

	/* A file alone, as jobjam proxy records it: nothing lies beside it that is its own. */
	if (is_file(directory)) {
		status = read_events(store, directory, ret_note, error);
		if (status == SIM_OK)
			status = run_store_guess(store);
		goto out;
	}
	snprintf(path, sizeof(path), "%s/events.ndjson", directory);
	status = read_events(store, path, ret_note, error);
	snprintf(path, sizeof(path), "%s/verdict.json", directory);
	if (status == SIM_OK)
		status = read_verdict(store, path, ret_note, error);
	snprintf(path, sizeof(path), "%s/schedule.json", directory);
	if (status == SIM_OK)
		status = read_schedule(store, path, error);
out:
	if (status == SIM_OK)
		*ret_run = &store->run;
	else
		run_store_free(store);
	return status;
}

void run_free(struct run *run)
{
	/* A run that was read is the first member of its store. */
	run_store_free((struct run_store *)run);
}
