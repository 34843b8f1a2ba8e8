/* json.c - checks the grammar and the bounds itself, then lets cJSON build the tree. */
#include "sim/json/json.h"

#include <cjson/cJSON.h>

#include <math.h> /* isfinite */
#include <string.h>

enum {
	SIZE_MAX_BYTES = 1024 * 1024,
	DEPTH_MAX = 32,
	NUMBER_MAX = 60, /* digits; cJSON copies numbers into 64 bytes */
};

/* Beyond this a double skips integers. */
static const double INTEGER_MAX = 9007199254740991.0; /* 2^53 - 1 */

/* --- grammar (RFC 8259), so that cJSON's leniency never shows ---------------------- */

struct reader {
	const char *at, *end;
};

static bool more(const struct reader *r)
{
	return r->at < r->end;
}

static void skip_blanks(struct reader *r)
{
	while (more(r) &&
	       (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r'))
		r->at++;
}

static bool take(struct reader *r, char c)
{
	if (!more(r) || *r->at != c)
		return false;
	r->at++;
	return true;
}

static bool take_word(struct reader *r, const char *word)
{
	size_t length = strlen(word);
	if ((size_t)(r->end - r->at) < length || memcmp(r->at, word, length) != 0)
		return false;
	r->at += length;
	return true;
}

static bool take_digits(struct reader *r)
{
	const char *begin = r->at;
	while (more(r) && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return r->at > begin;
}

static bool check_number(struct reader *r)
{
	const char *begin = r->at;
	take(r, '-');
	if (!take(r, '0') && !take_digits(r))
		return false;
	if (take(r, '.') && !take_digits(r))
		return false;
	if (more(r) && (*r->at == 'e' || *r->at == 'E')) {
		r->at++;
		if (!take(r, '+'))
			take(r, '-');
		if (!take_digits(r))
			return false;
	}
	return r->at - begin <= NUMBER_MAX;
}

/* Four hexadecimal digits after \u; the value, or -1. */
static int take_hex(struct reader *r)
{
	int value = 0;
	if (r->end - r->at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		static const char DIGITS[] = "0123456789abcdefABCDEF";
		const char *digit = *r->at != '\0' ? strchr(DIGITS, *r->at) : NULL;
		if (digit == NULL)
			return -1;
		int n = (int)(digit - DIGITS);
		value = value * 16 + (n < 16 ? n : n - 6);
		r->at++;
	}
	return value;
}

/* \u0000 is refused: cJSON's strings end there, and the rest would be lost unseen. Halves
 * of surrogate pairs are refused because cJSON drops the whole text for them. */
static bool check_unicode_escape(struct reader *r)
{
	int code = take_hex(r);
	if (code <= 0 || (code >= 0xdc00 && code <= 0xdfff))
		return false;
	if (code < 0xd800 || code > 0xdbff)
		return true;
	if (!take_word(r, "\\u"))
		return false;
	int low = take_hex(r);
	return low >= 0xdc00 && low <= 0xdfff;
}

/* Bytes above 0x7f pass as they are: what machines send need not be UTF-8. */
static bool check_string(struct reader *r)
{
	if (!take(r, '"'))
		return false;
	while (more(r)) {
		unsigned char c = (unsigned char)*r->at;
		if (c < 0x20)
			return false;
		r->at++;
		if (c == '"')
			return true;
		if (c != '\\')
			continue;
		if (take(r, 'u')) {
			if (!check_unicode_escape(r))
				return false;
		} else if (!more(r) || *r->at == '\0' ||
			   strchr("\"\\/bfnrt", *r->at) == NULL) {
			return false;
		} else {
			r->at++;
		}
	}
	return false;
}

static bool check_value(struct reader *r, int depth);

static bool check_members(struct reader *r, char close, int depth)
{
	r->at++; /* the bracket */
	skip_blanks(r);
	if (take(r, close))
		return true;
	do {
		skip_blanks(r);
		if (close == '}') {
			if (!check_string(r))
				return false;
			skip_blanks(r);
			if (!take(r, ':'))
				return false;
		}
		if (!check_value(r, depth))
			return false;
		skip_blanks(r);
	} while (take(r, ','));
	return take(r, close);
}

/* Recursion is bounded by DEPTH_MAX. */
static bool check_value(struct reader *r, int depth)
{
	skip_blanks(r);
	if (!more(r))
		return false;
	switch (*r->at) {
	case '{':
		return depth < DEPTH_MAX && check_members(r, '}', depth + 1);
	case '[':
		return depth < DEPTH_MAX && check_members(r, ']', depth + 1);
	case '"':
		return check_string(r);
	case 't':
		return take_word(r, "true");
	case 'f':
		return take_word(r, "false");
	case 'n':
		return take_word(r, "null");
	default:
		return check_number(r);
	}
}

struct json *json_parse(const void *bytes, size_t length, size_t *ret_offset)
{
	struct reader r = {bytes, (const char *)bytes + length};
	cJSON *root = NULL;

	if (length <= SIZE_MAX_BYTES && check_value(&r, 0)) {
		skip_blanks(&r);
		if (r.at == r.end)
			root = cJSON_ParseWithLength(bytes, length);
	}
	if (root == NULL && ret_offset != NULL)
		*ret_offset = (size_t)(r.at - (const char *)bytes);
	return (struct json *)root;
}

/* --- reading the tree: a struct json is a cJSON under another name ------------------ */

static const cJSON *item_of(const struct json *value)
{
	return (const cJSON *)value;
}

static const struct json *json_of(const cJSON *item)
{
	return (const struct json *)item;
}

void json_free(struct json *root)
{
	cJSON_Delete((cJSON *)root);
}

const struct json *json_get(const struct json *object, const char *key)
{
	if (!json_is_object(object))
		return NULL;
	return json_of(cJSON_GetObjectItemCaseSensitive(item_of(object), key));
}

const struct json *json_path(const struct json *root, const char *dotted)
{
	const struct json *value = root;
	char key[128];

	while (value != NULL) {
		size_t length = strcspn(dotted, ".");
		if (length >= sizeof(key))
			return NULL;
		memcpy(key, dotted, length);
		key[length] = '\0';
		value = json_get(value, key);
		if (dotted[length] == '\0')
			return value;
		dotted += length + 1;
	}
	return NULL;
}

const struct json *json_first(const struct json *array_or_object)
{
	if (!json_is_array(array_or_object) && !json_is_object(array_or_object))
		return NULL;
	return json_of(item_of(array_or_object)->child);
}

const struct json *json_next(const struct json *item)
{
	return item != NULL ? json_of(item_of(item)->next) : NULL;
}

const char *json_key(const struct json *item)
{
	return item != NULL ? item_of(item)->string : NULL;
}

bool json_is_text(const struct json *value)
{
	return cJSON_IsString(item_of(value));
}

bool json_is_number(const struct json *value)
{
	return cJSON_IsNumber(item_of(value));
}

bool json_is_bool(const struct json *value)
{
	return cJSON_IsBool(item_of(value));
}

bool json_is_object(const struct json *value)
{
	return cJSON_IsObject(item_of(value));
}

bool json_is_array(const struct json *value)
{
	return cJSON_IsArray(item_of(value));
}

const char *json_text(const struct json *value, const char *otherwise)
{
	return json_is_text(value) ? item_of(value)->valuestring : otherwise;
}

/* Decimal digits, with a sign perhaps; nothing else, and it must fit. */
static bool digits_to_int(const char *text, int64_t *ret_value)
{
	bool negative = *text == '-';
	uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1 : 0), value = 0;

	text += negative ? 1 : 0;
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		uint64_t digit = (uint64_t)*text - '0';
		if (digit > 9 || value > (limit - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*ret_value = negative ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

int64_t json_int(const struct json *value, int64_t otherwise)
{
	int64_t integer;
	if (json_is_text(value))
		return digits_to_int(item_of(value)->valuestring, &integer) ? integer
									    : otherwise;
	if (!json_is_number(value))
		return otherwise;
	double number = item_of(value)->valuedouble;
	if (!(number >= -INTEGER_MAX && number <= INTEGER_MAX))
		return otherwise;
	return (double)(int64_t)number == number ? (int64_t)number : otherwise;
}

double json_real(const struct json *value, double otherwise)
{
	int64_t integer;
	if (json_is_text(value))
		return digits_to_int(item_of(value)->valuestring, &integer)
			       ? (double)integer
			       : otherwise;
	if (!json_is_number(value) || !isfinite(item_of(value)->valuedouble))
		return otherwise;
	return item_of(value)->valuedouble;
}

bool json_bool(const struct json *value, bool otherwise)
{
	return json_is_bool(value) ? cJSON_IsTrue(item_of(value)) != 0 : otherwise;
}
