/* vocabulary.c - one row in words. */
#include "sim/command/vocabulary.h"

#include <string.h>

static void add_range(struct text *text, const struct param *param)
{
	char lo[TEXT_REAL_MAX], hi[TEXT_REAL_MAX];

	if (param->choices) {
		for (size_t i = 0; param->choices[i]; i++)
			text_addf(text, "%s%s", i ? ", " : "; one of ",
				  param->choices[i]);
	} else if (param->min != 0 || param->max != 0) {
		text_addf(text, "; from %s to %s", text_real(param->min, 3, lo),
			  text_real(param->max, 3, hi));
		if (param->type == PARAM_DURATION)
			text_add(text, " s");
	}
}

static void add_param(struct text *text, const struct param *param)
{
	text_addf(text, "    %-18s %s", param->name, param_type_name(param->type));
	if (param->unit && *param->unit && param->type != PARAM_DURATION)
		text_addf(text, " in %s", param->unit);
	if (param->fallback && *param->fallback)
		text_addf(text, ", default %s", param->fallback);
	else if (param->fallback && param->type == PARAM_TEXT)
		text_add(text, ", default \"\"");
	else if (!param->fallback)
		text_add(text, ", required");
	add_range(text, param);
	text_addf(text, "\n    %-18s %s\n", "", param->help ? param->help : "");
}

void vocabulary_add_row(struct text *text, const char *section,
			const struct vocab_row *row)
{
	text_addf(text, "%s%s%s%s - %s\n", row->name, section ? "  (" : "",
		  section ? section : "", section ? ")" : "", row->summary);
	if (row->help && *row->help)
		text_addf(text, "  %s\n", row->help);
	for (size_t i = 0; i < row->n_params; i++)
		add_param(text, &row->params[i]);
}
