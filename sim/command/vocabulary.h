/*
 * vocabulary.h - rows of the vocabulary, told to people.
 */
#ifndef JOBJAM_COMMAND_VOCABULARY_H
#define JOBJAM_COMMAND_VOCABULARY_H

#include "sim/core/vocab.h"

/* One row with all its parameters. section: "faults"; NULL: not said. */
void vocabulary_add_row(struct text *text, const char *section, const struct vocab_row *row);

#endif
