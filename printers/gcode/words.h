/*
 * words.h - the words of a command, behind its name: letters with numbers.
 */
#ifndef JOBJAM_GCODE_WORDS_H
#define JOBJAM_GCODE_WORDS_H

#include "printers/gcode/reader.h"

struct words {
	bool has[26];
	double value[26];
};

/* A letter without a number is a flag: 0. What is spelt wrong fails the reader. */
int words_read(struct reader *reader, const char *text, struct words *ret_words);
/* letter: a capital. */
bool words_has(const struct words *words, char letter);
double words_get(const struct words *words, char letter, double otherwise);
bool words_is_letter(char c);
char words_upper(char c);

#endif
