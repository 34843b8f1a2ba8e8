/* words.c - "X10 Y20.5 E" as letters and numbers. */
#include "printers/gcode/words.h"

#include <math.h> /* fabs: exact */
#include <string.h>

bool words_has(const struct words *words, char letter)
{
	return words->has[letter - 'A'];
}

double words_get(const struct words *words, char letter, double otherwise)
{
	return words_has(words, letter) ? words->value[letter - 'A'] : otherwise;
}

bool words_is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

char words_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

int words_read(struct reader *reader, const char *text, struct words *ret_words)
{
	char shown[READER_SHOWN];

	memset(ret_words, 0, sizeof(*ret_words));
	for (text += strspn(text, " \t"); *text; text += strspn(text, " \t")) {
		if (!words_is_letter(*text))
			return reader_fail(reader, SIM_EINVAL,
					   "\"%s\": wanted a letter and a number",
					   reader_shown(text, shown));
		char letter = words_upper(*text);
		const char *number = text + 1 + strspn(text + 1, " \t");
		double value = 0.0;
		const char *end = reader_number(number, &value);
		if (end == number && number > text + 1)
			end = text + 1;
		if (*end && !words_is_letter(*end) && *end != ' ' && *end != '\t')
			return reader_fail(reader, SIM_EINVAL, "\"%s\" is no number",
					   reader_shown(text, shown));
		if (!(fabs(value) <= 1e9))
			return reader_fail(reader, SIM_EINVAL, "%c is out of all bounds",
					   letter);
		ret_words->has[letter - 'A'] = true;
		ret_words->value[letter - 'A'] = value;
		text = end;
	}
	return SIM_OK;
}
