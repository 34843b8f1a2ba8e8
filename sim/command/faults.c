/* faults.c - jobjam faults: the table of what can be done to a link. */
#include "net/fault.h"
#include "net/on.h"
#include "sim/command/terminal.h"
#include "sim/command/verbs.h"
#include "sim/command/vocabulary.h"

#include <stdio.h>

static const char *next_fault(const void *arg, size_t index)
{
	const struct vocab_row *row = fault_row(index);

	(void)arg;
	return row ? row->name : NULL;
}

static void add_short(struct text *text, const struct vocab_row *row)
{
	text_addf(text, "%-14s %s\n", row->name, row->summary);
	for (size_t i = 0; i < row->n_params; i++)
		text_addf(text, "%s%s%s", i ? ", " : "               { ",
			  row->params[i].name, i + 1 == row->n_params ? " }" : "");
	if (fault_takes_match(row))
		text_add(text,
			 row->n_params ? " and a matcher" : "               a matcher");
	text_add(text, row->n_params || fault_takes_match(row) ? "\n" : "");
}

static void add_function(struct text *text)
{
	text_addf(text, "%-14s %s\n               jobjam doc net.on\n",
		  net_on_row()->name, net_on_row()->summary);
}

static void add_made_of(struct text *text, const struct vocab_row *row)
{
	struct text parts = {0};

	fault_add_made_of(&parts, row);
	if (parts.length > 0)
		text_addf(text, "  Made of: %s\n", text_cstr(&parts));
	text_fini(&parts);
}

static void add_matcher(struct text *text)
{
	text_add(text, "\nThe matcher says which packets are meant:\n");
	vocabulary_add_row(text, NULL, match_row());
}

enum exit_status verb_faults(const struct options *options)
{
	const struct vocab_row *row;
	struct text text = {0};
	struct sim_error error;
	enum exit_status status = EXIT_HELD;

	if (!options->n_arguments) {
		for (size_t i = 0; (row = fault_row(i)); i++)
			add_short(&text, row);
		add_function(&text);
		add_matcher(&text);
	} else if ((row = fault_find(options->arguments[0]))) {
		vocabulary_add_row(&text, NULL, row);
		add_made_of(&text, row);
		if (fault_takes_match(row))
			add_matcher(&text);
	} else {
		vocab_unknown(&error, "fault", options->arguments[0], next_fault, NULL);
		status = terminal_refuse(NULL, &error);
	}
	fputs(text_cstr(&text), stdout);
	text_fini(&text);
	return status;
}
