/* emit.c - writes JSON. */
#include "reports/emit.h"

#include <string.h>

enum {
	LINES_DEPTH = 2
};

static void new_line(struct emit *emit)
{
	text_add_char(emit->text, '\n');
	for (int i = 0; i < emit->depth; i++)
		text_add(emit->text, "  ");
}

static void member(struct emit *emit, const char *key)
{
	if (emit->begun)
		text_add_char(emit->text, ',');
	if (emit->lines && emit->depth > 0 && emit->depth <= LINES_DEPTH)
		new_line(emit);
	else if (emit->lines && emit->begun)
		text_add_char(emit->text, ' ');
	emit->begun = true;
	if (key != NULL) {
		text_add_json(emit->text, key, strlen(key));
		text_add(emit->text, emit->lines ? ": " : ":");
	}
}

void emit_open(struct emit *emit, const char *key, char bracket)
{
	member(emit, key);
	text_add_char(emit->text, bracket);
	emit->depth++;
	emit->begun = false;
}

void emit_close(struct emit *emit, char bracket)
{
	emit->depth--;
	if (emit->lines && emit->begun && emit->depth < LINES_DEPTH)
		new_line(emit);
	text_add_char(emit->text, bracket);
	emit->begun = true;
}

void emit_text(struct emit *emit, const char *key, const char *value)
{
	member(emit, key);
	if (value == NULL)
		text_add(emit->text, "null");
	else
		text_add_json(emit->text, value, strlen(value));
}

void emit_int(struct emit *emit, const char *key, int64_t value)
{
	member(emit, key);
	text_add_int(emit->text, value);
}

void emit_real(struct emit *emit, const char *key, double value)
{
	char number[TEXT_REAL_MAX];
	member(emit, key);
	text_add(emit->text, text_real(value, 3, number));
}

void emit_bool(struct emit *emit, const char *key, bool value)
{
	member(emit, key);
	text_add(emit->text, value ? "true" : "false");
}

void emit_raw(struct emit *emit, const char *key, const char *value)
{
	member(emit, key);
	text_add(emit->text, value);
}
