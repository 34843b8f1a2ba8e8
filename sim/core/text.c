/* text.c - growing text, numbers without locale, globs, topic filters, nearest names. */
#include "sim/core/text.h"

#include <assert.h>
#include <math.h> /* floor, isnan, isinf: exact */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No text of ours comes near; a bug that appends for ever stops here. */
static const size_t TEXT_CAPACITY_MAX = (size_t)1 << 30;

void text_fini(struct text *text)
{
	free(text->bytes);
	*text = (struct text){0};
}

void text_clear(struct text *text)
{
	text->length = 0;
	text->failed = false;
	if (text->bytes != NULL)
		text->bytes[0] = '\0';
}

const char *text_cstr(const struct text *text)
{
	return text->bytes != NULL ? text->bytes : "";
}

char *text_reserve(struct text *text, size_t more)
{
	if (text->failed)
		return NULL;
	if (more < text->capacity - text->length) /* one byte is for the NUL */
		return text->bytes + text->length;
	if (more >= TEXT_CAPACITY_MAX - text->length) {
		text->failed = true;
		return NULL;
	}
	size_t capacity = text->capacity ? text->capacity : 64;
	while (capacity - text->length <= more)
		capacity *= 2;
	char *bytes = realloc(text->bytes, capacity);
	if (bytes == NULL) {
		text->failed = true;
		return NULL;
	}
	text->bytes = bytes;
	text->capacity = capacity;
	return text->bytes + text->length;
}

void text_extend(struct text *text, size_t length)
{
	text->length += length;
	assert(text->length < text->capacity);
	text->bytes[text->length] = '\0';
}

void text_add_bytes(struct text *text, const void *bytes, size_t length)
{
	char *to = text_reserve(text, length);
	if (to == NULL)
		return;
	if (length > 0)
		memcpy(to, bytes, length);
	text_extend(text, length);
}

void text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

void text_add_char(struct text *text, char c)
{
	text_add_bytes(text, &c, 1);
}

/* Writes value backwards, ending before end; returns where it begins. */
static char *write_digits(char *end, uint64_t value)
{
	static const char PAIRS[] = "00010203040506070809101112131415161718192021222324"
				    "25262728293031323334353637383940414243444546474849"
				    "50515253545556575859606162636465666768697071727374"
				    "75767778798081828384858687888990919293949596979899";
	for (; value >= 100; value /= 100) {
		end -= 2;
		memcpy(end, PAIRS + 2 * (value % 100), 2);
	}
	do {
		*--end = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	return end;
}

char *text_put_int(char *to, int64_t value)
{
	char digits[TEXT_INT_MAX];
	char *end = digits + sizeof(digits);
	char *begin =
		write_digits(end, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
	if (value < 0)
		*--begin = '-';
	memcpy(to, begin, (size_t)(end - begin));
	return to + (end - begin);
}

void text_add_int(struct text *text, int64_t value)
{
	char digits[TEXT_INT_MAX];
	text_add_bytes(text, digits, (size_t)(text_put_int(digits, value) - digits));
}

void text_addf(struct text *text, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char small[256];
	int length = vsnprintf(small, sizeof(small), format, args);
	va_end(args);
	if (length < 0) {
		text->failed = true;
		return;
	}
	if ((size_t)length < sizeof(small)) {
		text_add_bytes(text, small, (size_t)length);
		return;
	}
	char *to = text_reserve(text, (size_t)length);
	if (to == NULL)
		return;
	va_start(args, format);
	vsnprintf(to, (size_t)length + 1, format, args);
	va_end(args);
	text_extend(text, (size_t)length);
}

bool text_glob(const char *glob, const char *name)
{
	/* After a mismatch only the last '*' need take one more character. */
	const char *star = NULL, *resume = NULL;

	while (*name != '\0') {
		if (*glob == '*') {
			star = ++glob;
			resume = name;
		} else if (*glob == '?' || *glob == *name) {
			glob++;
			name++;
		} else if (star != NULL) {
			glob = star;
			name = ++resume;
		} else {
			return false;
		}
	}
	while (*glob == '*')
		glob++;
	return *glob == '\0';
}

bool text_is_topic_filter(const char *text)
{
	for (const char *c = text; *c != '\0'; c++) {
		if (*c != '+' && *c != '#')
			continue;
		if (c > text && c[-1] != '/')
			return false;
		if (c[1] != '\0' && (c[1] != '/' || *c == '#'))
			return false;
	}
	return true;
}

bool text_topic_matches(const char *filter, const char *topic, size_t topic_length)
{
	const char *end = topic + topic_length;

	if (topic_length == 0 || *filter == '\0')
		return false;
	/* Wildcards at the first level do not see $SYS and its like. */
	if (*topic == '$' && (*filter == '+' || *filter == '#'))
		return false;
	for (;;) {
		size_t level = strcspn(filter, "/");
		if (level == 1 && *filter == '#')
			return filter[1] == '\0';

		const char *slash = memchr(topic, '/', (size_t)(end - topic));
		const char *level_end = slash != NULL ? slash : end;
		bool any = level == 1 && *filter == '+';
		if (!any && (level != (size_t)(level_end - topic) ||
			     memchr(filter, '+', level) != NULL ||
			     memchr(filter, '#', level) != NULL ||
			     memcmp(filter, topic, level) != 0))
			return false;

		filter += level;
		topic = level_end;
		if (topic == end) /* "a/#" also names "a" itself */
			return *filter == '\0' || strcmp(filter, "/#") == 0;
		if (*filter == '\0')
			return false;
		filter++;
		topic++;
	}
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

enum {
	NAME_MAX_LENGTH = 63
};

/* Insertions, deletions, replacements and swaps of neighbours that make a into b;
 * letters in the wrong case cost nothing. */
static size_t edit_distance(const char *a, size_t n, const char *b, size_t m)
{
	size_t rows[3][NAME_MAX_LENGTH + 1];

	for (size_t j = 0; j <= m; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			char x = lower(a[i - 1]), y = lower(b[j - 1]);
			row[j] = least(least(above[j], row[j - 1]) + 1,
				       above[j - 1] + (x == y ? 0 : 1));
			if (i > 1 && j > 1 && x == lower(b[j - 2]) &&
			    y == lower(a[i - 2]))
				row[j] = least(row[j], two_above[j - 2] + 1);
		}
	}
	return rows[n % 3][m];
}

const char *text_nearest(const char *wrong,
			 const char *(*next)(const void *arg, size_t i), const void *arg)
{
	size_t length = strlen(wrong);
	if (length == 0 || length > NAME_MAX_LENGTH)
		return NULL;

	size_t bound = length < 3 ? 1 : length / 3;
	size_t best = bound + 1;
	const char *nearest = NULL, *candidate;
	for (size_t i = 0; (candidate = next(arg, i)) != NULL; i++) {
		size_t n = strlen(candidate);
		if (n > NAME_MAX_LENGTH || n > length + bound || n + bound < length)
			continue;
		size_t distance = edit_distance(wrong, length, candidate, n);
		/* Nothing left of the name in common is no likeness. */
		if (distance < best && distance < length) {
			best = distance;
			nearest = candidate;
		}
	}
	return nearest;
}

uint64_t text_hash(uint64_t hash, const void *bytes, size_t length)
{
	const unsigned char *p = bytes;
	for (size_t i = 0; i < length; i++) {
		hash ^= p[i];
		hash *= UINT64_C(0x100000001b3);
	}
	return hash;
}

bool text_read_int(const char *text, int64_t *ret_value)
{
	bool negative = *text == '-';
	if (negative)
		text++;
	if (*text == '\0')
		return false;

	uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);
	uint64_t value = 0;
	for (; *text >= '0' && *text <= '9'; text++) {
		uint64_t digit = (uint64_t)(*text - '0');
		if (value > (limit - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (*text != '\0')
		return false;
	*ret_value = negative ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

bool text_read_real(const char *text, double *ret_value)
{
	bool negative = *text == '-';
	if (negative)
		text++;

	int64_t mantissa = 0;
	int significant = 0, digits = 0, places = 0;
	bool point = false;
	for (; *text != '\0'; text++) {
		if (*text == '.' && !point) {
			point = true;
			continue;
		}
		if (*text < '0' || *text > '9')
			return false;
		digits++;
		if (mantissa > 0 || *text != '0')
			significant++;
		places += point ? 1 : 0;
		if (significant > 15 || places > 22)
			return false;
		mantissa = mantissa * 10 + (*text - '0');
	}
	if (digits == 0)
		return false;

	/* Both are exact doubles, so the one division rounds to the nearest. */
	double scale = 1.0;
	for (int i = 0; i < places; i++)
		scale *= 10.0;
	double value = (double)mantissa / scale;
	*ret_value = negative ? -value : value;
	return true;
}

const char *text_real(double value, int places, char buffer[TEXT_REAL_MAX])
{
	static const int64_t SCALES[] = {1,         10,        100,     1000,
					 10000,     100000,    1000000, 10000000,
					 100000000, 1000000000};
	char *end = buffer + TEXT_REAL_MAX - 1, *begin = end;

	assert(places >= 0 && places <= 9);
	if (isnan(value))
		return strcpy(buffer, "nan");
	if (isinf(value))
		return strcpy(buffer, value < 0 ? "-inf" : "inf");
	*end = '\0';

	bool negative = value < 0;
	double size = negative ? -value : value;
	int64_t whole, part = 0;
	if (size < 0x1p53) {
		/* The fraction of a double is exact; only its scaling rounds. */
		whole = (int64_t)size;
		part = (int64_t)floor((size - (double)whole) * (double)SCALES[places] +
				      0.5);
		if (part == SCALES[places]) {
			whole++;
			part = 0;
		}
	} else {
		int exponent = 0;
		while (size >= 0x1p62) {
			size /= 10.0;
			exponent++;
		}
		whole = (int64_t)size;
		if (exponent > 0) {
			begin = write_digits(begin, (uint64_t)exponent);
			*--begin = 'e';
		}
	}
	if (part > 0) {
		while (part % 10 == 0) {
			part /= 10;
			places--;
		}
		char *point = begin - places;
		begin = write_digits(begin, (uint64_t)part);
		while (begin > point)
			*--begin = '0';
		*--begin = '.';
	}
	begin = write_digits(begin, (uint64_t)whole);
	if (negative && (whole > 0 || part > 0))
		*--begin = '-';
	return memmove(buffer, begin, (size_t)(end - begin) + 1);
}
