/*
 * text.h - bounded growing text, escaping, globs, and the nearest known name.
 *
 * A struct text never overruns: when memory ends it turns "failed", keeps what it had
 * and ignores the rest, so a long chain of appends needs one check at its end.
 */
#ifndef JOBJAM_CORE_TEXT_H
#define JOBJAM_CORE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *bytes; /* NUL-terminated when length > 0 or capacity > 0; owned */
	size_t length, capacity;
	bool failed;
};

void text_fini(struct text *text); /* frees and clears */
void text_clear(struct text *text); /* keeps the memory */
const char *text_cstr(const struct text *text); /* "" when empty */
void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const void *bytes, size_t length);
void text_add_char(struct text *text, char c);
void text_add_int(struct text *text, int64_t value);
/* Room for more bytes behind the text, for writers in a hurry: write there, then call
 * text_extend with how many it were (at most more). NULL: failed. */
char *text_reserve(struct text *text, size_t more);
void text_extend(struct text *text, size_t length);
void text_addf(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Untrusted bytes made inert for the place they go to. Each keeps printable UTF-8 and
 * shows everything else as an escape; malformed UTF-8 is shown byte by byte. */
void text_add_json(struct text *text, const void *bytes, size_t length); /* with quotes */
#define TEXT_JSON_MAX(length) (6 * (length) + 2)
char *text_put_json(char *to, const void *bytes, size_t length); /* returns its end */
void text_add_plain(struct text *text, const char *string);    /* terminal: \x1b and so on */
void text_add_markdown(struct text *text, const char *string); /* also | < > & * _ ` [ ] # */
void text_add_xml(struct text *text, const char *string);      /* also < > & " '; XML 1.0 */

/* '*' any run of characters also across '/', '?' one character; the whole name. */
bool text_glob(const char *glob, const char *name);
/* MQTT topic filter with + and # (MQTT 3.1.1, 4.7). */
bool text_topic_matches(const char *filter, const char *topic, size_t topic_length);

/* Is it one? MQTT 5.0, 4.7.1: + stands alone on its level, # alone on the last. */
bool text_is_topic_filter(const char *text);

/* The candidate nearest to wrong (edit distance, bounded to a third of its length), or
 * NULL. next is called with i = 0, 1, … until it returns NULL. */
const char *text_nearest(const char *wrong, const char *(*next)(const void *arg, size_t i),
			 const void *arg);

/* FNV-1a, 64 bits: stable names for chance streams and byte-equality tables. */
#define TEXT_HASH_START UINT64_C(0xcbf29ce484222325)
uint64_t text_hash(uint64_t hash, const void *bytes, size_t length);

/* Writes the decimal digits, without a NUL, and returns their end. */
#define TEXT_INT_MAX 20
char *text_put_int(char *to, int64_t value);

/* Whole text as a decimal number, whatever the locale; false when it is none or does not
 * fit. Reals: digits with at most one point, at most 15 significant digits, so that the
 * value is the nearest double; no exponent. */
bool text_read_int(const char *text, int64_t *ret_value);
bool text_read_real(const char *text, double *ret_value);

/* The length of the UTF-8 character at bytes (1..4) and its code point, or 0 when what
 * stands there is malformed. */
size_t text_utf8(const void *bytes, size_t length, uint32_t *ret_code);

/* Shortest decimal form with at most `places` digits after the point, '.' whatever the
 * locale: 219.5, 20, -0.25. Returns buffer. */
#define TEXT_REAL_MAX 40
const char *text_real(double value, int places, char buffer[TEXT_REAL_MAX]);

#endif
