/* doc.c - jobjam doc: the vocabulary, from the tables of every room. */
#include "sim/command/terminal.h"
#include "sim/command/verbs.h"
#include "sim/command/vocabulary.h"
#include "sim/script/script.h"

#include <stdio.h>
#include <string.h>

/* Every name of every section, one after the other. */
static const struct vocab_row *row_at(size_t index,
				      const struct script_section **ret_section)
{
	const struct script_section *section;

	for (size_t s = 0; (section = script_section(s)); s++) {
		const struct vocab_row *row;

		for (size_t i = 0; (row = section->row(i)); i++) {
			if (index-- == 0) {
				*ret_section = section;
				return row;
			}
		}
	}
	return NULL;
}

static const char *next_name(const void *arg, size_t index)
{
	const struct script_section *section;
	const struct vocab_row *row = row_at(index, &section);

	(void)arg;
	return row ? row->name : NULL;
}

static bool add_section(const char *name, struct text *text)
{
	const struct script_section *section;
	const struct vocab_row *row;

	for (size_t s = 0; (section = script_section(s)); s++) {
		if (strcmp(section->name, name) != 0)
			continue;
		text_addf(text, "%s: %s\n\n", section->name, section->summary);
		for (size_t i = 0; (row = section->row(i)); i++)
			vocabulary_add_row(text, NULL, row);
		return true;
	}
	return false;
}

static bool add_named(const char *name, struct text *text)
{
	const struct script_section *section;
	const struct vocab_row *row;
	bool found = false;

	for (size_t i = 0; (row = row_at(i, &section)); i++) {
		if (strcmp(row->name, name) != 0)
			continue;
		vocabulary_add_row(text, section->name, row);
		found = true;
	}
	return found;
}

enum exit_status verb_doc(const struct options *options)
{
	enum exit_status status = EXIT_HELD;
	struct text text = {0};
	struct sim_error error;

	if (!options->n_arguments) {
		script_doc(&text);
	} else if (!add_named(options->arguments[0], &text) &&
		   !add_section(options->arguments[0], &text)) {
		vocab_unknown(&error, "name", options->arguments[0], next_name, NULL);
		status = terminal_refuse(NULL, &error);
	}
	fputs(text_cstr(&text), stdout);
	text_fini(&text);
	return status;
}
