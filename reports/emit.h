/*
 * emit.h - writing JSON: commas, keys, indentation. Knows no format of ours.
 *
 * With `lines`, members of the outermost two levels stand on lines of their own; what is
 * deeper stays on its line, so that files can be read and compared by people.
 */
#ifndef JOBJAM_REPORTS_EMIT_H
#define JOBJAM_REPORTS_EMIT_H

#include "sim/core/text.h"

#include <stdint.h>

struct emit {
	struct text *text;
	bool lines;
	int depth;
	bool begun; /* the present object or array has a member already */
};

/* key NULL: an element of an array, or the root. */
void emit_open(struct emit *emit, const char *key, char bracket);      /* '{' or '[' */
void emit_close(struct emit *emit, char bracket);                      /* '}' or ']' */
void emit_text(struct emit *emit, const char *key, const char *value); /* NULL: null */
void emit_int(struct emit *emit, const char *key, int64_t value);
void emit_real(struct emit *emit, const char *key, double value); /* 3 digits */
void emit_bool(struct emit *emit, const char *key, bool value);
/* value is JSON already. */
void emit_raw(struct emit *emit, const char *key, const char *value);

#endif
