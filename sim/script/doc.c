/* doc.c - the whole vocabulary as Markdown, for `jobjam doc`. */
#include "sim/script/room.h"

#include "net/fault.h"
#include "net/on.h"

#include <string.h>

/* Without the "jobjam." of the editor's types. */
static void add_bare(struct text *text, const char *types)
{
	static const char PREFIX[] = "jobjam.";
	for (const char *next; (next = strstr(types, PREFIX)) != NULL;
	     types = next + strlen(PREFIX))
		text_add_bytes(text, types, (size_t)(next - types));
	text_add(text, types);
}

/* "Fleet:each(fn: fun(printer: Printer))", "chance.bool(probability: number) -> boolean" */
static void add_signature(struct text *text, const struct script_class *class,
			  const struct script_word *word)
{
	if (class->kind != CLASS_GLOBALS)
		text_addf(text, "%s%s", class->name,
			  class->kind == CLASS_TABLE ? "." : ":");
	text_addf(text, "%s(", word->row.name);
	add_bare(text, word->parameters);
	text_add_char(text, ')');
	if (word->returns != NULL) {
		text_add(text, " -> ");
		add_bare(text, word->returns);
	}
}

static void add_class(struct text *text, const struct script_class *class)
{
	if (class->kind != CLASS_GLOBALS)
		text_addf(text, "### %s\n\n", class->name);
	text_addf(text, "%s\n\n", class->summary);
	for (size_t i = 0; i < class->n_words; i++) {
		const struct script_word *word = &class->words[i];
		text_add(text, "- `");
		add_signature(text, class, word);
		text_addf(text, "`: %s", word->row.summary);
		if (word->row.help != NULL)
			text_addf(text, " %s", word->row.help);
		text_add_char(text, '\n');
	}
	for (size_t i = 0; class->row != NULL && class->row(i) != NULL; i++)
		text_addf(text, "- `%s:%s(options)`: %s\n", class->name,
			  class->row(i)->name, class->row(i)->summary);
	if (class->n_words > 0 || class->row != NULL)
		text_add_char(text, '\n');
}

static void add_functions(struct text *text)
{
	for (size_t c = 0; script_class_at(c) != NULL; c++)
		add_class(text, script_class_at(c));
}

/* "duration", "choice: whole, exact", "integer, 0 to 100 °C" */
static void add_type(struct text *text, const struct param *param)
{
	char low[TEXT_REAL_MAX], high[TEXT_REAL_MAX];
	text_add(text, param_type_name(param->type));
	for (size_t i = 0; param->choices != NULL && param->choices[i] != NULL; i++)
		text_addf(text, "%s%s", i == 0 ? ": " : ", ", param->choices[i]);
	if (param->min != 0.0 || param->max != 0.0)
		text_addf(text, ", %s to %s", text_real(param->min, 6, low),
			  text_real(param->max, 6, high));
	bool in_seconds = param->type == PARAM_DURATION || param->type == PARAM_SPAN;
	if (param->unit != NULL && param->unit[0] != '\0')
		text_addf(text, " %s", param->unit);
	else if (in_seconds && (param->min != 0.0 || param->max != 0.0))
		text_add(text, " s");
}

static void add_params(struct text *text, const struct vocab_row *row)
{
	text_add(text, "| key | type | default | meaning |\n|---|---|---|---|\n");
	for (size_t i = 0; i < row->n_params; i++) {
		const struct param *param = &row->params[i];
		text_addf(text, "| `%s` | ", param->name);
		add_type(text, param);
		text_add(text, " | ");
		if (param->fallback == NULL)
			text_add(text, "required");
		else if (param->fallback[0] != '\0')
			text_addf(text, "`%s`", param->fallback);
		text_addf(text, " | %s |\n", param->help != NULL ? param->help : "");
	}
	text_add_char(text, '\n');
}

static void add_made_of(struct text *text, const struct vocab_row *row)
{
	struct text parts = {0};
	fault_add_made_of(&parts, row);
	if (parts.length > 0)
		text_addf(text, "Made of `%s`.\n\n", text_cstr(&parts));
	text_fini(&parts);
}

static void add_row(struct text *text, const struct vocab_row *row)
{
	text_addf(text, "### %s\n\n%s", row->name, row->summary);
	if (row->help != NULL)
		text_addf(text, "\n\n%s", row->help);
	text_add(text, "\n\n");
	if (row->n_params > 0)
		add_params(text, row);
	if (fault_find(row->name) == row)
		add_made_of(text, row);
	if (row == net_on_row() ||
	    (fault_find(row->name) == row && fault_takes_match(row)))
		text_add(text, "Also takes the keys of *match*.\n\n");
}

/* Rows that have a name and a line each, and nothing else. */
static bool only_names(const struct script_section *section)
{
	const struct vocab_row *row;
	for (size_t i = 0; (row = section->row(i)) != NULL; i++)
		if (row->n_params > 0 || row->help != NULL)
			return false;
	return true;
}

static void add_section(struct text *text, const struct script_section *section)
{
	const struct vocab_row *row;
	text_addf(text, "## %s\n\n%s\n\n", section->name, section->summary);
	if (strcmp(section->name, "functions") == 0) {
		add_functions(text);
		return;
	}
	bool names = only_names(section);
	for (size_t i = 0; (row = section->row(i)) != NULL; i++) {
		if (names)
			text_addf(text, "- `%s`: %s\n", row->name, row->summary);
		else
			add_row(text, row);
	}
	if (names)
		text_add_char(text, '\n');
}

void script_doc(struct text *ret_markdown)
{
	text_add(
		ret_markdown,
		"# The vocabulary of jobjam\n\n"
		"Durations are texts with a unit (`\"250ms\"`, `\"5m\"`, `\"1h30m\"`) or numbers "
		"of seconds. Instants are `\"2023-08-15T02:30Z\"`, `\"10:03Z\"` (the first such "
		"time after the start), `\"22:30 Europe/Berlin\"`, `\"+3h\"`, or seconds after the "
		"start. A span is `{ \"4m\", \"9m\" }`, hours are `{ \"23:00\", \"07:00\" }` in "
		"local time. An unknown key is an error.\n\n");
	for (size_t i = 0; script_section(i) != NULL; i++)
		add_section(ret_markdown, script_section(i));
}
