/* help.c - the text of --help. */
#include "sim/command/help.h"

static void add_verbs(struct text *text)
{
	const struct verb *verb;

	for (size_t i = 0; (verb = verb_at(i)); i++)
		text_addf(text, "  %-8s %-16s %s\n", verb->name, verb->arguments,
			  verb->summary);
}

static void add_statuses(struct text *text)
{
	const struct exit_row *row;

	text_add(text, "\nExit status:\n");
	for (size_t i = 0; (row = exit_row_at(i)); i++)
		text_addf(text, "  %3d  %s\n", (int)row->status, row->meaning);
}

static void put(struct text *text, FILE *file)
{
	fputs(text_cstr(text), file);
	text_fini(text);
}

enum exit_status help_all(void)
{
	struct text text = {0};

	text_add(
		&text,
		"jobjam - outage scenarios for 3D printers and their cloud, against a real MQTT\n"
		"broker in virtual time\n\n"
		"usage: jobjam VERB [OPTIONS] [ARGUMENTS]\n\nVerbs:\n");
	add_verbs(&text);
	text_add(&text, "\nOptions (jobjam VERB --help says which a verb takes):\n");
	options_help(NULL, &text);
	text_addf(&text, "  %-22s %s\n", "--version", "the program's version");
	add_statuses(&text);
	text_add(&text, "\nFirst steps:\n"
			"  jobjam doctor                 can this machine do it?\n"
			"  jobjam list                   what is there to run?\n"
			"  jobjam init my-outage         a scenario of your own\n");
	put(&text, stdout);
	return EXIT_HELD;
}

enum exit_status help_verb(const struct verb *verb)
{
	struct text text = {0};

	text_addf(&text,
		  "jobjam %s - %s\n\nusage: jobjam %s [OPTIONS]%s%s\n\n%s\n\nOptions:\n",
		  verb->name, verb->summary, verb->name, *verb->arguments ? " " : "",
		  verb->arguments, verb->text);
	options_help(verb, &text);
	add_statuses(&text);
	put(&text, stdout);
	return EXIT_HELD;
}

void help_usage(FILE *file)
{
	struct text text = {0};

	text_add(&text, "usage: jobjam VERB [OPTIONS] [ARGUMENTS]\n\n");
	add_verbs(&text);
	text_add(&text, "\njobjam --help tells more.\n");
	put(&text, file);
}
