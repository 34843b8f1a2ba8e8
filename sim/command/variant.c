/* variant.c - names and claims of run directories. */
#include "sim/command/variant.h"

#include "sim/cloud/cloud.h"
#include "sim/command/paths.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* Everything that a run writes; nothing else in the directory is touched. */
static const char *const files[] = {
	"verdict.json",     "events.ndjson",  "schedule.json", "junit.xml",
	"report.md",        "report.html",    "broker.log",    "reproduce.sh",
	"trace-event.json", "capture.pcapng",
};

static bool is_safe(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '=' || c == '+' ||
	       c == '-';
}

void variant_safe(const char *name, char ret_name[VARIANT_NAME_MAX])
{
	size_t length = strlen(name);
	bool changed = length >= VARIANT_NAME_MAX || !length;
	size_t room = VARIANT_NAME_MAX - 1 - 17, n = length < room ? length : room;
	uint64_t hash = text_hash(TEXT_HASH_START, name, length);

	for (size_t i = 0; i < length; i++)
		changed = changed ||
			  (!is_safe(name[i]) && name[i] != ' ' && name[i] != '/');
	if (!changed)
		n = length;
	for (size_t i = 0; i < n; i++)
		ret_name[i] = is_safe(name[i]) && (i || name[i] != '.') ? name[i] : '-';
	ret_name[n] = '\0';
	if (changed) /* two names that differ only in what was cut or replaced stay apart */
		snprintf(ret_name + n, VARIANT_NAME_MAX - n, "-%016llx",
			 (unsigned long long)hash);
}

/* The last part of a path, without ".so". */
static void add_spec(struct text *text, const char *spec, size_t length)
{
	size_t start = length;

	while (start > 0 && spec[start - 1] != '/')
		start--;
	if (length - start > 3 && strncmp(spec + length - 3, ".so", 3) == 0)
		length -= 3;
	text_add_bytes(text, spec + start, length - start);
}

static const char *option_of(const struct settings *settings, const struct vocab_row *row,
			     const char *name)
{
	const struct setting *setting = settings_get(settings, name);
	int index = vocab_find_param(row, name);

	if (setting)
		return setting->value;
	return index >= 0 && row->params[index].fallback ? row->params[index].fallback
							 : "";
}

/* Each build once, in order of first mention. */
static void add_firmware(struct text *text, const struct plan *plan, const char *specs)
{
	const struct vocab_row *row = plan_printers_row();

	if (specs) {
		for (const char *at = specs;; at++) {
			/* A command is the last of the list. */
			size_t length = strncmp(at, "exec:", 5) == 0 ? strlen(at)
								     : strcspn(at, ",");

			text_add(text, at == specs ? "" : "-and-");
			add_spec(text, at, length);
			at += length;
			if (!*at)
				return;
		}
	}
	for (int i = 0; i < plan->n_groups; i++) {
		const char *name = option_of(&plan->groups[i].options, row, "firmware");
		bool known = false;

		for (int j = 0; j < i && !known; j++)
			known = strcmp(name, option_of(&plan->groups[j].options, row,
						       "firmware")) == 0;
		if (known)
			continue;
		text_add(text, i ? "-and-" : "");
		add_spec(text, name, strlen(name));
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_sets(struct text *text, const struct options *options)
{
	const char *sorted[OPTION_SETS_MAX];

	memcpy(sorted, options->sets, options->n_sets * sizeof(*sorted));
	qsort(sorted, options->n_sets, sizeof(*sorted), by_name);
	for (size_t i = 0; i < options->n_sets; i++)
		text_addf(text, "+%s", sorted[i]);
}

void variant_name(const struct plan *plan, const struct options *options,
		  uint64_t own_seed, char ret_name[VARIANT_NAME_MAX])
{
	struct text text = {0};

	add_firmware(&text, plan, options->firmware);
	text_addf(&text, "+cloud-%s", option_of(&plan->cloud, cloud_row(), "build"));
	if (plan->seed != own_seed)
		text_addf(&text, "+seed-%llu", (unsigned long long)plan->seed);
	add_sets(&text, options);
	if (options->broker) {
		text_add(&text, "+broker-");
		add_spec(&text, options->broker, strlen(options->broker));
		if (strchr(options->broker, '/')) /* two builds often have one name */
			text_addf(&text, "-%08x",
				  (unsigned)text_hash(TEXT_HASH_START, options->broker,
						      strlen(options->broker)));
	}
	if (options->tick_exact)
		text_add(&text, "+tick-exact");
	variant_safe(text_cstr(&text), ret_name);
	text_fini(&text);
}

/* Also what a killed run left half-written: "verdict.json.a1B2c3". */
static bool is_ours(const char *name)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		size_t length = strlen(files[i]);

		if (strncmp(name, files[i], length) == 0 &&
		    (!name[length] ||
		     (name[length] == '.' && strlen(name + length) == 7)))
			return true;
	}
	return fnmatch("firmware-*.log", name, 0) == 0 ||
	       fnmatch("broker-*.log", name, 0) == 0; /* of a site */
}

static void remove_files(const char *directory)
{
	DIR *stream = opendir(directory);
	struct dirent *entry;

	while (stream && (entry = readdir(stream))) {
		if (is_ours(entry->d_name))
			unlinkat(dirfd(stream), entry->d_name, 0);
	}
	if (stream)
		closedir(stream);
}

int variant_claim(const char *directory, struct sim_error *error)
{
	int status = paths_make(directory), fd;

	if (status)
		return sim_fail(error, SIM_EIO, "%s: cannot be made: %s", directory,
				strerror(-status));
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return sim_fail(error, SIM_EIO, "%s: %s", directory, strerror(errno));
	/* The descriptor is kept open on purpose: the lock lives as long as the process. */
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
		close(fd);
		return sim_fail(
			error, SIM_EINVAL,
			"%s: another run is writing there now; wait for it, or give "
			"this one a folder of its own with --out",
			directory);
	}
	remove_files(directory);
	return SIM_OK;
}

void variant_latest(const char *directory)
{
	const char *slash = strrchr(directory, '/');
	char link[PATHS_MAX], temporary[PATHS_MAX];

	if (!slash || (size_t)(slash - directory) > PATHS_MAX - 64)
		return;
	snprintf(link, sizeof(link), "%.*s/latest", (int)(slash - directory), directory);
	snprintf(temporary, sizeof(temporary), "%.*s/.latest.%ld",
		 (int)(slash - directory), directory, (long)getpid());
	unlink(temporary);
	if (symlink(slash + 1, temporary) == 0 && rename(temporary, link) < 0)
		unlink(temporary);
}

void variant_remove(const char *directory)
{
	remove_files(directory);
	variant_drop(directory);
}

void variant_drop(const char *directory)
{
	const char *slash = strrchr(directory, '/');
	char above[PATHS_MAX];

	if (rmdir(directory) < 0 || !slash || slash == directory)
		return;
	snprintf(above, sizeof(above), "%.*s", (int)(slash - directory), directory);
	rmdir(above);
}
