/*
 * json.h - reading JSON. The one place that knows cJSON.
 *
 * Small and bounded: depth and size are limited, names are compared exactly, integers
 * that a double cannot hold are refused rather than rounded. Writing is done by small
 * emitters beside the data (sim/core/text.h escapes).
 */
#ifndef JOBJAM_JSON_H
#define JOBJAM_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json; /* one value; children are borrowed from the root */

/* NULL when it is not JSON, longer than 1 MiB or deeper than 32. Trailing bytes other
 * than white space are an error. Copies. *ret_offset (may be NULL): where it went wrong. */
struct json *json_parse(const void *bytes, size_t length, size_t *ret_offset);
void json_free(struct json *root); /* NULL is fine */

/* All of these accept NULL and a value of the wrong type. */
const struct json *json_get(const struct json *object, const char *key);
const struct json *json_path(const struct json *root, const char *dotted); /* "print.task_id" */
const struct json *json_first(const struct json *array_or_object);
const struct json *json_next(const struct json *item);
const char *json_key(const struct json *item);  /* name inside its object, or NULL */
const char *json_text(const struct json *value, const char *otherwise); /* a string */
bool json_is_text(const struct json *value);
bool json_is_number(const struct json *value);
bool json_is_bool(const struct json *value);
bool json_is_object(const struct json *value);
bool json_is_array(const struct json *value);
/* Numbers, and strings of decimal digits (the dialect writes ids as strings). */
int64_t json_int(const struct json *value, int64_t otherwise);
double json_real(const struct json *value, double otherwise);
bool json_bool(const struct json *value, bool otherwise);

#endif
