/* zone_data.c - where the system keeps its zones: open by name, nearest name, version. */
#include "sim/core/zone.h"

#include "sim/core/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char DIRECTORY[] = "/usr/share/zoneinfo";

enum {
	FILE_MAX = 256 * 1024,  /* of one zone; the largest have 4 KiB */
	LIST_MAX = 1024 * 1024, /* of tzdata.zi; it has 110 KiB */
};

/* Appends the file up to max bytes; a status without a message. */
static int read_file(const char *path, size_t max, struct text *bytes)
{
	char buffer[4096];
	int status = SIM_OK;
	FILE *file = fopen(path, "rbe");
	if (file == NULL)
		return errno == ENOENT || errno == ENOTDIR ? SIM_ENOENT : SIM_EIO;

	size_t n;
	while ((n = fread(buffer, 1, sizeof(buffer), file)) > 0) {
		if (bytes->length + n > max) {
			status = SIM_ELIMIT;
			break;
		}
		text_add_bytes(bytes, buffer, n);
	}
	if (ferror(file))
		status = SIM_EIO;
	if (bytes->failed)
		status = SIM_ENOMEM;
	fclose(file);
	return status;
}

/* --- names ------------------------------------------------------------------------ */

/* The names in tzdata.zi: "Z Europe/Berlin …" and "L Europe/Berlin Arctic/…". */
struct name_list {
	char *bytes; /* the names, each with its NUL */
	const char **names;
	size_t n;
};

/* The word number `which` of a line, or NULL. Ends it with a NUL. */
static char *word_of(char *line, int which)
{
	char *rest = NULL;
	char *word = strtok_r(line, " ", &rest);
	while (word != NULL && which-- > 0)
		word = strtok_r(NULL, " ", &rest);
	return word;
}

static void list_names(struct name_list *list)
{
	struct text bytes = {0};
	char path[64];
	size_t capacity = 0;

	*list = (struct name_list){0};
	snprintf(path, sizeof(path), "%s/tzdata.zi", DIRECTORY);
	read_file(path, LIST_MAX, &bytes);
	list->bytes = bytes.bytes; /* the list takes them */
	char *rest = NULL;
	char *line = bytes.bytes != NULL ? strtok_r(bytes.bytes, "\n", &rest) : NULL;
	for (; line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		if ((line[0] != 'Z' && line[0] != 'L') || line[1] != ' ')
			continue;
		char *name = word_of(line, line[0] == 'Z' ? 1 : 2);
		if (name == NULL)
			continue;
		if (list->n == capacity) {
			capacity = capacity ? capacity * 2 : 512;
			const char **names =
				realloc(list->names, capacity * sizeof(*list->names));
			if (names == NULL)
				return;
			list->names = names;
		}
		list->names[list->n++] = name;
	}
}

static const char *next_name(const void *arg, size_t i)
{
	const struct name_list *list = arg;
	return i < list->n ? list->names[i] : NULL;
}

static int unknown_zone(const char *name, struct sim_error *error)
{
	struct name_list list;
	struct text shown = {0};

	list_names(&list);
	text_add_plain(&shown, name);
	const char *near = text_nearest(name, next_name, &list);
	if (near != NULL)
		sim_fail(error, SIM_ENOENT,
			 "unknown time zone \"%s\"; did you mean \"%s\"?",
			 text_cstr(&shown), near);
	else if (list.n == 0)
		sim_fail(error, SIM_ENOENT,
			 "unknown time zone \"%s\"; there is no time zone data in %s: "
			 "install tzdata",
			 text_cstr(&shown), DIRECTORY);
	else
		sim_fail(
			error, SIM_ENOENT,
			"unknown time zone \"%s\"; write it as \"Europe/Berlin\" or \"UTC\"",
			text_cstr(&shown));
	text_fini(&shown);
	free(list.names);
	free(list.bytes);
	return SIM_ENOENT;
}

/* Names that leave the directory are refused, and those that mean another thing on each
 * host ("localtime") or count leap seconds ("right/…"). */
static bool acceptable_name(const char *name)
{
	static const char *const OTHER[] = {"localtime", "posixrules", "posix/",
					    "right/"};
	static const char LETTERS[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789_+-/";
	size_t length = strlen(name);

	if (length == 0 || length > 63 || strspn(name, LETTERS) != length)
		return false;
	if (name[0] == '/' || name[length - 1] == '/' || strstr(name, "//") != NULL)
		return false;
	for (size_t i = 0; i < sizeof(OTHER) / sizeof(OTHER[0]); i++)
		if (strncmp(name, OTHER[i], strlen(OTHER[i])) == 0)
			return false;
	return true;
}

/* UTC needs no data: a version 1 file with one type, so that a bare host has it too. */
static int open_utc(const char *name, struct zone **ret_zone, struct sim_error *error)
{
	static const unsigned char UTC[] = "TZif"
					   "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
					   "\0\0\0\0"
					   "\0\0\0\0"
					   "\0\0\0\0"
					   "\0\0\0\0"
					   "\0\0\0\1"
					   "\0\0\0\4"
					   "\0\0\0\0"
					   "\0"
					   "\0"
					   "UTC";
	return zone_parse(name, UTC, sizeof(UTC), ret_zone, error);
}

int zone_open(const char *name, struct zone **ret_zone, struct sim_error *error)
{
	struct text bytes = {0};
	char path[128];

	if (!acceptable_name(name))
		return unknown_zone(name, error);
	if (strcmp(name, "UTC") == 0)
		return open_utc(name, ret_zone, error);
	snprintf(path, sizeof(path), "%s/%s", DIRECTORY, name);
	int status = read_file(path, FILE_MAX, &bytes);
	if (status == SIM_OK)
		status = zone_parse(name, text_cstr(&bytes), bytes.length, ret_zone,
				    error);
	else if (status == SIM_ENOENT || errno == EISDIR)
		status = unknown_zone(name, error);
	else
		sim_fail(error, status, "time zone %s: %s could not be read", name, path);
	text_fini(&bytes);
	return status;
}

/* --- version ---------------------------------------------------------------------- */

/* The first line of file in the zone directory after prefix, if it is a short word. */
static bool version_from(const char *file, const char *prefix, char *version, size_t size)
{
	char path[64], line[64];
	snprintf(path, sizeof(path), "%s/%s", DIRECTORY, file);
	FILE *in = fopen(path, "rbe");
	if (in == NULL)
		return false;
	bool found = fgets(line, sizeof(line), in) != NULL &&
		     strncmp(line, prefix, strlen(prefix)) == 0;
	fclose(in);
	if (!found)
		return false;
	const char *word = line + strlen(prefix);
	size_t length = strspn(word, "0123456789abcdefghijklmnopqrstuvwxyz-.");
	if (length == 0 || length >= size)
		return false;
	memcpy(version, word, length);
	version[length] = '\0';
	return true;
}

const char *zone_data_version(void)
{
	/* The file does not change under a run; asked for once. */
	static char version[32];
	if (version[0] == '\0' &&
	    !version_from("tzdata.zi", "# version ", version, sizeof(version)) &&
	    !version_from("+VERSION", "", version, sizeof(version)))
		strcpy(version, "unknown");
	return version;
}
