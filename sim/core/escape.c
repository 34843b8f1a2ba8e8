/* escape.c - untrusted bytes made inert: JSON, terminal, Markdown, XML (see text.h). */
#include "sim/core/text.h"

#include <string.h>

size_t text_utf8(const void *bytes, size_t length, uint32_t *ret_code)
{
	const unsigned char *p = bytes;
	static const uint32_t LEAST[] = {0, 0, 0x80, 0x800, 0x10000};

	if (length == 0)
		return 0;
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (n > length || (p[0] >= 0x80 && p[0] < 0xc0) || p[0] >= 0xf8)
		return 0;
	uint32_t code = n == 1 ? p[0] : p[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3fu);
	}
	if (code < LEAST[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret_code = code;
	return n;
}

/* Controls, and what changes the look of other characters without showing itself:
 * zero-width and bidirectional controls, line separators, tags, noncharacters. */
static bool printable(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} HIDDEN[] = {
		{0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},
		{0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
		{0xfdd0, 0xfdef}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff},
	};

	if (code >= 0x20 && code < 0x7f)
		return true;
	for (size_t i = 0; i < sizeof(HIDDEN) / sizeof(HIDDEN[0]); i++)
		if (code >= HIDDEN[i].first && code <= HIDDEN[i].last)
			return false;
	return (code & 0xfffe) != 0xfffe;
}

static const char HEX[] = "0123456789abcdef";

static char *put(char *to, const char *string)
{
	size_t length = strlen(string);
	memcpy(to, string, length);
	return to + length;
}

static char *put_hex(char *to, uint32_t value, int digits)
{
	for (int i = digits; i-- > 0; value >>= 4)
		to[i] = HEX[value & 15];
	return to + digits;
}

/* Printable ASCII that JSON takes as it is. */
static bool json_clean(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static char *put_json_escape(char *to, uint32_t code)
{
	static const char SHORT[] = "\"\"\\\\\nn\rr\tt\bb\ff";

	*to++ = '\\';
	for (const char *p = SHORT; *p != '\0'; p += 2) {
		if ((uint32_t)*p == code) {
			*to++ = p[1];
			return to;
		}
	}
	*to++ = 'u';
	if (code <= 0xffff)
		return put_hex(to, code, 4);
	to = put_hex(to, 0xd800 + ((code - 0x10000) >> 10), 4);
	return put_hex(put(to, "\\u"), 0xdc00 + ((code - 0x10000) & 0x3ff), 4);
}

char *text_put_json(char *to, const void *bytes, size_t length)
{
	const unsigned char *p = bytes, *end = p + length;

	*to++ = '"';
	while (p < end) {
		if (json_clean(*p)) {
			*to++ = (char)*p++;
			continue;
		}
		uint32_t code;
		size_t n = text_utf8(p, (size_t)(end - p), &code);
		if (n == 0) {
			to = put_hex(put(to, "\\\\x"), *p++, 2); /* reads back as \xff */
			continue;
		}
		if (n > 1 && printable(code)) {
			memcpy(to, p, n);
			to += n;
		} else {
			to = put_json_escape(to, code);
		}
		p += n;
	}
	*to++ = '"';
	return to;
}

void text_add_json(struct text *text, const void *bytes, size_t length)
{
	char *to = text_reserve(text, TEXT_JSON_MAX(length));
	if (to != NULL)
		text_extend(text, (size_t)(text_put_json(to, bytes, length) - to));
}

static void add_hex(struct text *text, const char *prefix, uint32_t value, int digits)
{
	char hex[8];
	put_hex(hex, value, digits);
	text_add(text, prefix);
	text_add_bytes(text, hex, (size_t)digits);
}

/* An unprintable character, or with valid == false one byte, for human eyes. */
static void visible_escape(struct text *text, const char *backslash, uint32_t code,
			   bool valid)
{
	static const char SHORT[] = "\nn\rr\tt";

	text_add(text, backslash);
	for (const char *p = SHORT; *p != '\0'; p += 2) {
		if ((uint32_t)*p == code) {
			text_add_char(text, p[1]);
			return;
		}
	}
	if (!valid || code < 0x80) {
		add_hex(text, "x", code, 2);
		return;
	}
	add_hex(text, "u{", code, code > 0xffff ? 6 : 4);
	text_add_char(text, '}');
}

/* Walks string; asks special for the replacement of a printable ASCII character (NULL: as
 * it is) and writes the rest as escapes after backslash. */
static void add_escaped(struct text *text, const char *string, const char *backslash,
			const char *(*special)(const char *begin, const char *at))
{
	const char *p = string, *end = string + strlen(string);

	while (p < end) {
		uint32_t code;
		size_t n = text_utf8(p, (size_t)(end - p), &code);
		if (n == 0) {
			visible_escape(text, backslash, (unsigned char)*p++, false);
			continue;
		}
		const char *instead = n == 1 ? special(string, p) : NULL;
		if (!printable(code))
			visible_escape(text, backslash, code, true);
		else if (instead != NULL)
			text_add(text, instead);
		else
			text_add_bytes(text, p, n);
		p += n;
	}
}

/* CI systems obey "::command" at the beginning of a line and "##[command]" anywhere. */
static const char *plain_special(const char *begin, const char *at)
{
	if (at > begin && at[0] == '#' && at[-1] == '#')
		return "\\x23";
	if (at > begin && at[0] == ':' && at[-1] == ':' &&
	    strspn(begin, " ") == (size_t)(at - 1 - begin))
		return "\\x3a";
	return NULL;
}

void text_add_plain(struct text *text, const char *string)
{
	add_escaped(text, string, "\\", plain_special);
}

struct replacement {
	char c;
	const char *with;
};

static const char *replaced(const struct replacement *table, char c)
{
	for (; table->c != '\0'; table++)
		if (table->c == c)
			return table->with;
	return NULL;
}

static const char *markdown_special(const char *begin, const char *at)
{
	static const struct replacement TABLE[] = {
		{'|', "\\|"}, {'<', "&lt;"}, {'>', "&gt;"},  {'&', "&amp;"}, {'*', "\\*"},
		{'_', "\\_"}, {'`', "\\`"},  {'[', "\\["},   {']', "\\]"},   {'#', "\\#"},
		{'~', "\\~"}, {'$', "\\$"},  {'\\', "\\\\"}, {'\0', NULL},
	};
	(void)begin;
	return replaced(TABLE, *at);
}

void text_add_markdown(struct text *text, const char *string)
{
	add_escaped(text, string, "\\\\", markdown_special);
}

static const char *xml_special(const char *begin, const char *at)
{
	static const struct replacement TABLE[] = {
		{'<', "&lt;"},   {'>', "&gt;"},   {'&', "&amp;"},
		{'"', "&quot;"}, {'\'', "&#39;"}, {'\0', NULL},
	};
	(void)begin;
	return replaced(TABLE, *at);
}

void text_add_xml(struct text *text, const char *string)
{
	add_escaped(text, string, "\\", xml_special);
}
