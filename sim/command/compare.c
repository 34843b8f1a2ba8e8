/* compare.c - two events.ndjson side by side. */
#include "sim/command/compare.h"

#include "sim/command/paths.h"
#include "sim/json/json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHAIN_MAX 12
#define SHOWN_MAX 600 /* bytes of a line on the terminal */

struct reader {
	FILE *file;
	char *line;
	size_t capacity;
	ssize_t length; /* -1: past the end */
};

/* Where each event of the common part stands, for walking causes back. */
struct place {
	uint64_t id;
	long offset;
};
struct places {
	struct place *items;
	size_t n, capacity;
};

static int open_reader(const char *directory, struct reader *reader,
		       struct sim_error *error)
{
	char path[PATHS_MAX];

	snprintf(path, sizeof(path), "%s/events.ndjson", directory);
	*reader = (struct reader){.file = fopen(path, "re")};
	if (!reader->file)
		return sim_fail(error, SIM_ENOENT, "%s: %s", path, strerror(errno));
	return SIM_OK;
}

static void close_reader(struct reader *reader)
{
	if (reader->file)
		fclose(reader->file);
	free(reader->line);
}

static void next_line(struct reader *reader)
{
	reader->length = getline(&reader->line, &reader->capacity, reader->file);
}

static bool equal(const struct reader *a, const struct reader *b)
{
	return a->length == b->length &&
	       (a->length < 0 || memcmp(a->line, b->line, (size_t)a->length) == 0);
}

/* The number under a key of a line's object; 0: none. */
static uint64_t number_in(const char *line, ssize_t length, const char *key)
{
	struct json *json = length > 0 ? json_parse(line, (size_t)length, NULL) : NULL;
	int64_t number = json_int(json_get(json, key), 0);

	json_free(json);
	return number > 0 ? (uint64_t)number : 0;
}

/* Events begin with their id; a full parse of every line would cost more than the run. */
static uint64_t id_of(const char *line)
{
	static const char prefix[] = "{\"id\":";

	if (strncmp(line, prefix, sizeof(prefix) - 1) != 0)
		return 0;
	return strtoull(line + sizeof(prefix) - 1, NULL, 10);
}

static void remember(struct places *places, uint64_t id, long offset)
{
	if (places->n == places->capacity) {
		size_t capacity = places->capacity ? 2 * places->capacity : 1024;
		struct place *items = realloc(places->items, capacity * sizeof(*items));

		if (!items)
			return; /* the chain will be shorter */
		places->items = items;
		places->capacity = capacity;
	}
	places->items[places->n++] = (struct place){id, offset};
}

static const struct place *find(const struct places *places, uint64_t id)
{
	size_t lo = 0, hi = places->n;

	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;

		if (places->items[middle].id < id)
			lo = middle + 1;
		else
			hi = middle;
	}
	return lo < places->n && places->items[lo].id == id ? &places->items[lo] : NULL;
}

static void add_line(struct text *text, const char *label, const char *line,
		     ssize_t length)
{
	char part[SHOWN_MAX + 1];
	size_t n = length > 0 ? (size_t)length : 0;

	if (n && line[n - 1] == '\n')
		n--;
	if (n > SHOWN_MAX)
		n = SHOWN_MAX;
	memcpy(part, line ? line : "", n);
	part[n] = '\0';
	text_add(text, label);
	if (length < 0)
		text_add(text, "(has ended)");
	else
		text_add_plain(text, part);
	text_add(text, n == SHOWN_MAX ? "…\n" : "\n");
}

/* The causes of the line, first cause first; both recordings agree on them. */
static void add_chain(struct text *text, struct reader *reader,
		      const struct places *places)
{
	long offsets[CHAIN_MAX];
	uint64_t cause = number_in(reader->line, reader->length, "cause");
	const struct place *place;
	size_t n = 0;

	while (cause && n < CHAIN_MAX && (place = find(places, cause))) {
		offsets[n++] = place->offset;
		if (fseek(reader->file, place->offset, SEEK_SET) < 0)
			break;
		next_line(reader);
		cause = number_in(reader->line, reader->length, "cause");
	}
	if (!n)
		return;
	text_add(text, cause ? "caused by (the last of the chain):\n" : "caused by:\n");
	while (n-- > 0 && fseek(reader->file, offsets[n], SEEK_SET) == 0) {
		next_line(reader);
		add_line(text, "    ", reader->line, reader->length);
	}
}

static void tell(struct comparison *comparison, struct reader *a, struct reader *b,
		 const struct places *places)
{
	text_addf(&comparison->words, "line %llu differs:\n",
		  (unsigned long long)comparison->lines + 1);
	add_line(&comparison->words, "  - ", a->line, a->length);
	add_line(&comparison->words, "  + ", b->line, b->length);
	add_chain(&comparison->words, a->length >= 0 ? a : b, places);
}

int compare_runs(const char *first, const char *second, struct comparison *ret_comparison,
		 struct sim_error *error)
{
	struct comparison *comparison = ret_comparison;
	struct reader a = {0}, b = {0};
	struct places places = {0};
	int status;

	*comparison = (struct comparison){0};
	status = open_reader(first, &a, error);
	if (!status)
		status = open_reader(second, &b, error);
	while (!status) {
		long offset = ftell(a.file);

		next_line(&a);
		next_line(&b);
		comparison->same = equal(&a, &b);
		if (!comparison->same || a.length < 0)
			break;
		comparison->lines++;
		if (id_of(a.line)) {
			comparison->events++;
			remember(&places, id_of(a.line), offset);
		}
	}
	if (!status && (ferror(a.file) || ferror(b.file)))
		status = sim_fail(error, SIM_EIO,
				  "%s and %s: could not be read to the end", first,
				  second);
	if (!status && !comparison->same)
		tell(comparison, &a, &b, &places);
	close_reader(&a);
	close_reader(&b);
	free(places.items);
	return status;
}

void comparison_fini(struct comparison *comparison)
{
	text_fini(&comparison->words);
}
