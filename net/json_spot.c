/* json_spot.c - one walk along a JSON text, with an eye on one path. */
#include "net/json_spot.h"

#include <stdio.h>
#include <string.h>

struct walk {
	const uint8_t *data;
	size_t at, length;
	const char *reason;
	struct json_spot *spot; /* NULL: nothing is looked for */
};

static bool fail(struct walk *walk, const char *reason)
{
	if (!walk->reason)
		walk->reason = reason;
	return false;
}

static int peek(const struct walk *walk)
{
	return walk->at < walk->length ? walk->data[walk->at] : -1;
}

static void skip_blanks(struct walk *walk)
{
	int c;
	while ((c = peek(walk)) == ' ' || c == '\t' || c == '\n' || c == '\r')
		walk->at++;
}

static bool eat(struct walk *walk, int c)
{
	skip_blanks(walk);
	if (peek(walk) != c)
		return false;
	walk->at++;
	return true;
}

/* The bytes between the quotes, as they are written. */
static bool walk_string(struct walk *walk, struct mqtt_span *ret_inside)
{
	if (!eat(walk, '"'))
		return fail(walk, "a string is missing");
	size_t start = walk->at;
	for (int c; (c = peek(walk)) != '"'; walk->at++) {
		if (c < 0x20)
			return fail(walk, "a string does not end");
		if (c == '\\' && ++walk->at >= walk->length)
			return fail(walk, "a string does not end");
	}
	*ret_inside = (struct mqtt_span){walk->data + start, walk->at - start};
	walk->at++;
	return true;
}

static size_t digits(const char *text, size_t at, size_t length)
{
	while (at < length && text[at] >= '0' && text[at] <= '9')
		at++;
	return at;
}

/* RFC 8259, 6; a leading zero is let pass. */
static bool is_number(const char *text, size_t length)
{
	size_t at = text[0] == '-', end = digits(text, at, length);
	bool fine = end > at;
	if (end < length && text[end] == '.') {
		at = end + 1;
		end = digits(text, at, length);
		fine &= end > at;
	}
	if (end < length && (text[end] == 'e' || text[end] == 'E')) {
		at = end + 1;
		at += at < length && (text[at] == '+' || text[at] == '-');
		end = digits(text, at, length);
		fine &= end > at;
	}
	return fine && end == length;
}

/* Numbers and the three words. */
static bool walk_word(struct walk *walk)
{
	size_t start = walk->at;
	while (walk->at < walk->length && walk->data[walk->at] < 0x80 &&
	       strchr("+-.0123456789Eaeflnrstu", walk->data[walk->at]) &&
	       walk->data[walk->at])
		walk->at++;
	const char *word = (const char *)walk->data + start;
	size_t length = walk->at - start;
	if (length == 0)
		return fail(walk, "a value is missing");
	if (strchr("-0123456789", word[0]))
		return is_number(word, length) || fail(walk, "a number is malformed");
	if ((length == 4 && (!memcmp(word, "true", 4) || !memcmp(word, "null", 4))) ||
	    (length == 5 && !memcmp(word, "false", 5)))
		return true;
	return fail(walk, "a word that JSON does not know");
}

static bool walk_value(struct walk *walk, const char *path, int depth);

/* Does the path's first part name this member? *ret_rest: the parts behind it. */
static bool is_next(const char *path, const char *name, size_t length,
		    const char **ret_rest)
{
	size_t part = path ? strcspn(path, ".") : 0;
	if (!path || part != length || memcmp(path, name, part) != 0)
		return false;
	*ret_rest = path[part] == '.' ? path + part + 1 : NULL;
	return true;
}

/* A member or element at [start, at): the one that was sought? */
static void note_member(struct walk *walk, size_t start, size_t value, bool first)
{
	struct json_spot *spot = walk->spot;
	size_t end = walk->at;
	spot->found = true;
	spot->value = value;
	spot->value_end = spot->member_end = end;
	spot->member = start;
	spot->insert = 0;
	skip_blanks(walk);
	if (!first) /* the comma before it goes with it, or else the one behind */
		while (walk->data[--spot->member] != ',')
			;
	else if (peek(walk) == ',')
		spot->member_end = walk->at + 1;
	walk->at = end;
}

static bool walk_member(struct walk *walk, const char *path, bool object, size_t index,
			int depth)
{
	struct mqtt_span name;
	char number[24];
	const char *rest = NULL;
	skip_blanks(walk);
	size_t start = walk->at;
	if (object && (!walk_string(walk, &name) || !eat(walk, ':')))
		return fail(walk, "a colon is missing");
	if (!object) {
		snprintf(number, sizeof(number), "%zu", index);
		name = mqtt_text(number);
	}
	bool sought = walk->spot && !walk->spot->found &&
		      is_next(path, (const char *)name.data, name.length, &rest);
	skip_blanks(walk);
	size_t value = walk->at;
	if (!walk_value(walk, sought ? rest : NULL, depth + 1))
		return false;
	if (sought && !rest)
		note_member(walk, start, value, index == 0);
	return true;
}

static bool walk_members(struct walk *walk, const char *path, bool object, int depth)
{
	int end = object ? '}' : ']';
	size_t index = 0, open = ++walk->at;
	if (depth >= JSON_SPOT_DEPTH)
		return fail(walk, "nested too deeply");
	if (!eat(walk, end)) {
		do {
			if (!walk_member(walk, path, object, index++, depth))
				return false;
		} while (eat(walk, ','));
		if (!eat(walk, end))
			return fail(walk, "a comma or a closing bracket is missing");
	}
	/* The last part of the path, and nothing of that name here: it would go here. */
	if (walk->spot && !walk->spot->found && object && path && !strchr(path, '.')) {
		walk->spot->insert = open;
		walk->spot->empty = index == 0;
	}
	return true;
}

static bool walk_value(struct walk *walk, const char *path, int depth)
{
	struct mqtt_span ignored;
	skip_blanks(walk);
	switch (peek(walk)) {
	case '{':
		return walk_members(walk, path, true, depth);
	case '[':
		return walk_members(walk, path, false, depth);
	case '"':
		return walk_string(walk, &ignored);
	default:
		return walk_word(walk);
	}
}

static bool walk_all(struct walk *walk, const char *path)
{
	if (!walk_value(walk, path, 0))
		return false;
	skip_blanks(walk);
	return walk->at == walk->length || fail(walk, "bytes after the value");
}

bool json_spot_find(struct mqtt_span text, const char *path, struct json_spot *ret_spot,
		    struct mqtt_error *ret_error)
{
	struct walk walk = {.data = text.data, .length = text.length, .spot = ret_spot};
	*ret_spot = (struct json_spot){0};
	if (path[0] == '\0')
		fail(&walk, "the path is empty");
	else
		walk_all(&walk, path);
	if (walk.reason && ret_error)
		*ret_error = (struct mqtt_error){walk.at, walk.reason};
	return !walk.reason;
}

bool json_spot_is_value(struct mqtt_span text)
{
	struct walk walk = {.data = text.data, .length = text.length};
	return walk_all(&walk, NULL);
}
