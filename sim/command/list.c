/* list.c - jobjam list: what there is to run. */
#include "sim/command/scenarios.h"
#include "sim/command/terminal.h"
#include "sim/command/verbs.h"

#include <stdio.h>
#include <string.h>

static void add_json_text(struct text *text, const char *key, const char *value)
{
	text_addf(text, "\"%s\":", key);
	text_add_json(text, value, strlen(value));
}

static void add_as_json(struct text *text, const char *path,
			const struct scenario_words *words)
{
	text_add(text, "{");
	add_json_text(text, "path", path);
	text_add(text, ",");
	add_json_text(text, "name", words->name);
	text_add(text, ",");
	if (words->loads)
		add_json_text(text, "about", words->about);
	else
		add_json_text(text, "error", words->error);
	text_add(text, "}");
}

static void add_in_words(struct text *text, const char *path,
			 const struct scenario_words *words)
{
	if (!words->loads)
		return;
	text_add_plain(text, words->name);
	text_add(text, "  ");
	text_add_plain(text, path);
	text_add(text, "\n    ");
	text_add_plain(text,
		       *words->about ? words->about : "(says nothing about itself)");
	text_add(text, "\n");
}

enum exit_status verb_list(const struct options *options)
{
	struct scenarios scenarios;
	struct text text = {0};
	enum exit_status status = scenarios_collect(options, true, &scenarios);

	for (size_t i = 0; status != EXIT_NOTHING_MATCHED && i < scenarios.n; i++) {
		const struct scenario_words *words = &scenarios.words[i];

		if (!scenarios.words)
			break;
		if (!words->loads) {
			status = exit_worse(status, EXIT_USAGE);
			fflush(stdout);
			terminal_complain(scenarios.paths[i], words->error);
		}
		if (options->json) {
			text_add(&text, i ? ",\n " : "[");
			add_as_json(&text, scenarios.paths[i], words);
		} else {
			add_in_words(&text, scenarios.paths[i], words);
		}
	}
	if (options->json)
		text_add(&text, text.length ? "]\n" : "[]\n");
	fputs(text_cstr(&text), stdout);
	text_fini(&text);
	scenarios_fini(&scenarios);
	return status;
}
