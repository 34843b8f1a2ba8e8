/* source.c - the line of a key: Lua itself only remembers that of the call. */
#include "sim/script/room.h"

#include <stdio.h>
#include <string.h>

struct reader {
	const char *at, *end;
	int line, depth;
};

static char peek(const struct reader *r, size_t ahead)
{
	return (size_t)(r->end - r->at) > ahead ? r->at[ahead] : '\0';
}

static void skip(struct reader *r)
{
	if (*r->at++ == '\n')
		r->line++;
}

/* "[[" or "[==[": the number of its equal signs, or -1. */
static int long_bracket(const struct reader *r)
{
	int level = 0;
	while (peek(r, (size_t)level + 1) == '=')
		level++;
	return peek(r, 0) == '[' && peek(r, (size_t)level + 1) == '[' ? level : -1;
}

static void skip_long(struct reader *r, int level)
{
	for (int opening = level + 2; opening > 0; opening--)
		skip(r);
	while (r->at < r->end) {
		int equal = 0;
		while (peek(r, (size_t)equal + 1) == '=')
			equal++;
		bool closes = peek(r, 0) == ']' && equal == level &&
			      peek(r, (size_t)level + 1) == ']';
		skip(r);
		if (closes) {
			for (int rest = level + 1; rest > 0; rest--)
				skip(r);
			return;
		}
	}
}

/* A comment or a text, as a whole. Returns whether there was one. */
static bool skip_quiet(struct reader *r)
{
	bool comment = peek(r, 0) == '-' && peek(r, 1) == '-';
	if (comment)
		r->at += 2;
	int level = r->at < r->end ? long_bracket(r) : -1;
	if (level >= 0) {
		skip_long(r, level);
		return true;
	}
	if (comment) {
		while (r->at < r->end && *r->at != '\n')
			r->at++;
		return true;
	}
	char quote = peek(r, 0);
	if (quote != '"' && quote != '\'')
		return false;
	skip(r);
	while (r->at < r->end && *r->at != quote && *r->at != '\n') {
		if (*r->at == '\\' && r->at + 1 < r->end)
			skip(r);
		skip(r);
	}
	if (peek(r, 0) == quote)
		skip(r);
	return true;
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

enum {
	DEPTH_MAX = 8,
	STEP_MAX = 48
};

/* Where the reader stands: "#2" (second entry of a list), then "safeguards". */
struct path {
	char steps[DEPTH_MAX][STEP_MAX];
	int entries[DEPTH_MAX]; /* list entries seen at that depth */
};

/* "#2.safeguards": the tables that are open inside the call's own one. */
static void write_path(const struct path *path, int depth, char *to, size_t size)
{
	to[0] = '\0';
	for (int i = 1; i < depth && i < DEPTH_MAX; i++) {
		size_t length = strlen(to);
		snprintf(to + length, size - length, "%s%s", i > 1 ? "." : "",
			 path->steps[i]);
	}
}

/* Reads a name; *ret_assigned: one '=' stands behind it. */
static void read_name(struct reader *r, char name[STEP_MAX], bool *ret_assigned)
{
	size_t length = 0;
	for (; r->at < r->end && is_name(*r->at); r->at++)
		if (length + 1 < STEP_MAX)
			name[length++] = *r->at;
	name[length] = '\0';
	struct reader behind = *r;
	while (behind.at < behind.end && strchr(" \t\r\n", *behind.at) != NULL)
		behind.at++;
	*ret_assigned = peek(&behind, 0) == '=' && peek(&behind, 1) != '=';
}

/* A table opens: under the name it is assigned to, or as an entry of a list. */
static void open_table(struct reader *r, struct path *path, const char *assigned_to)
{
	if (r->depth >= 0 && r->depth < DEPTH_MAX) {
		char *step = path->steps[r->depth];
		if (assigned_to[0] != '\0')
			snprintf(step, STEP_MAX, "%s", assigned_to);
		else
			snprintf(step, STEP_MAX, "#%d", ++path->entries[r->depth]);
	}
	r->depth++;
	if (r->depth < DEPTH_MAX)
		path->entries[r->depth] = 0;
}

int source_key_line(const char *source, size_t length, int line, const char *where,
		    const char *key)
{
	struct reader r = {.at = source, .end = source + length, .line = 1};
	struct path path = {0};
	char name[STEP_MAX] = "", here[DEPTH_MAX * STEP_MAX];

	while (r.at < r.end && r.line < line)
		skip(&r);
	while (r.at < r.end) {
		if (skip_quiet(&r))
			continue;
		if (is_name(*r.at)) {
			bool assigned;
			read_name(&r, name, &assigned);
			write_path(&path, r.depth, here, sizeof(here));
			if (assigned && r.depth > 0 && strcmp(name, key) == 0 &&
			    strcmp(here, where) == 0)
				return r.line;
			if (!assigned)
				name[0] = '\0';
			continue;
		}
		if (*r.at == '{')
			open_table(&r, &path, name);
		if (*r.at == '}' && --r.depth <= 0)
			return 0;
		if (strchr(" \t\r\n=", *r.at) == NULL)
			name[0] = '\0';
		skip(&r);
	}
	return 0;
}
