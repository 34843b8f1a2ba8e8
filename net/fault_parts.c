/* fault_parts.c - faults that are made of others: arming the parts, counting them. */
#include "net/fault_parts.h"

#include "net/inside.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* More than any row or matcher has; asserted. */
enum {
	VALUES_MAX = 64,
	WORDS_MAX = 16,
	WORD_SIZE = 256,
	KINDS_MAX = 16 /* of parts in one fault */
};

/* What a part's options say, as parameters of its primitive and as a matcher. */
struct said {
	struct value values[VALUES_MAX], parts[VALUES_MAX];
	bool matches;
	char words[WORDS_MAX][WORD_SIZE]; /* what the values point into */
	size_t n_words;
};

/* "$by" is the whole's own parameter. False: it was not given and has no default, so that
 * the part's own default stands. */
static bool put_in(const struct fault *whole, const char *written, char word[WORD_SIZE])
{
	struct text text = {0};
	const struct vocab_row *row = &whole->row->row;
	if (written[0] != '$') {
		snprintf(word, WORD_SIZE, "%s", written);
		return true;
	}
	int i = vocab_find_param(row, written + 1);
	assert(i >= 0); /* the table names a parameter that its row has not */
	const struct param *param = &row->params[i];
	const struct value *value = &whole->values[i];
	if (!value->given && (!param->fallback || !param->fallback[0]))
		return false;
	if (param->type == PARAM_TEXT || param->type == PARAM_NAMES)
		text_add(&text, value->as.text ? value->as.text : "");
	else if (param->type == PARAM_CHOICE)
		text_add(&text, param->choices[value->as.choice]);
	else
		param_add_text(&text, param, value);
	snprintf(word, WORD_SIZE, "%s", text_cstr(&text));
	text_fini(&text);
	return true;
}

static int read_word(const struct fault *whole, const struct net_fault *row, char *word,
		     struct said *said, struct sim_error *error)
{
	char *is = strchr(word, '=');
	assert(is && said->n_words < WORDS_MAX);
	*is = '\0';
	int i = vocab_find_param(&row->row, word);
	int j = i < 0 ? vocab_find_param(match_row(), word) : -1;
	assert(i >= 0 || (j >= 0 && row->takes_match)); /* no such parameter */
	char *text = said->words[said->n_words++];
	if (!put_in(whole, is + 1, text))
		return SIM_OK;
	struct value *value = i >= 0 ? &said->values[i] : &said->parts[j];
	int rc = param_parse(i >= 0 ? &row->row.params[i] : &match_row()->params[j], text,
			     value, error);
	value->given = true;
	said->matches |= i < 0;
	return rc;
}

/* Options as a row of the table has them: words apart at spaces. */
static int read_options(const struct fault *whole, const struct net_fault *row,
			const char *options, struct said *said, struct sim_error *error)
{
	char copy[512], *save = NULL;
	int rc = SIM_OK;
	assert(row->row.n_params <= VALUES_MAX && match_row()->n_params <= VALUES_MAX);
	assert(strlen(options) < sizeof(copy));
	vocab_defaults(&row->row, said->values);
	vocab_defaults(match_row(), said->parts);
	snprintf(copy, sizeof(copy), "%s", options);
	for (char *word = strtok_r(copy, " ", &save); word && rc == SIM_OK;
	     word = strtok_r(NULL, " ", &save))
		rc = read_word(whole, row, word, said, error);
	return rc;
}

int fault_arm_part(struct fault *whole, const char *glob, const struct fault_part *part,
		   sim_ns now, struct fault **ret_part, struct sim_error *error)
{
	const struct net_fault *row = fault_kind(fault_find(part->fault));
	struct said said = {0};
	struct fault_order order = {.glob = glob, .row = row, .whole = whole};
	struct match preset;
	assert(row);
	int rc = read_options(whole, row, part->options, &said, error);
	order.values = said.values;
	if (rc == SIM_OK && said.matches) {
		rc = match_from_values(said.parts, &preset, error);
		order.preset = &preset;
	}
	if (rc == SIM_OK && row->takes_match)
		order.match = whole->match;
	if (rc == SIM_OK)
		rc = fault_arm_order(whole->net, &order, now, whole->armed, ret_part,
				     error);
	return rc;
}

int fault_arm_parts(struct fault *whole, sim_ns now, struct sim_error *error)
{
	const struct fault_part *part = whole->row->parts;
	int rc = SIM_OK;
	for (; part && part->fault && rc == SIM_OK; part++)
		rc = fault_arm_part(whole, whole->glob, part, now, NULL, error);
	return rc;
}

void fault_add_made_of(struct text *text, const struct vocab_row *row)
{
	const struct fault_part *part = fault_kind(row)->parts;
	for (size_t i = 0; part && part[i].fault; i++)
		text_addf(text, "%s%s { %s%s}", i > 0 ? ", " : "", part[i].fault,
			  part[i].options, part[i].options[0] ? " " : "");
}

void fault_add_parts(const struct fault *fault, struct receipt *receipt)
{
	struct fault *part;
	struct receipt one;
	for (part = fault->parts; part; part = part->next_part) {
		fault_receipt(part, &one);
		receipt->matched += one.matched;
		receipt->affected += one.affected;
		receipt->bytes += one.bytes;
		if (one.first != SIM_NEVER &&
		    (receipt->first == SIM_NEVER || one.first < receipt->first))
			receipt->first = one.first;
		if (one.last != SIM_NEVER &&
		    (receipt->last == SIM_NEVER || one.last > receipt->last))
			receipt->last = one.last;
		if (one.why[0] && !receipt->why[0])
			memcpy(receipt->why, one.why, sizeof(one.why));
	}
}

/* Parts of one kind. */
struct kind {
	const char *name;
	int number;
	uint64_t matched, affected;
};

static struct kind *kind_of(struct kind *kinds, size_t *n, const char *name)
{
	size_t i = 0;
	while (i < *n && strcmp(kinds[i].name, name) != 0)
		i++;
	if (i == *n && *n < KINDS_MAX)
		kinds[(*n)++].name = name;
	return &kinds[i < *n ? i : *n - 1];
}

/* "reset 1/1, refuse x2 3/3": those of one kind added up, in the order of first arming. */
void fault_list_parts(const struct fault *fault, struct text *text)
{
	struct fault *part;
	struct receipt receipt;
	struct kind kinds[KINDS_MAX] = {0};
	size_t n = 0;
	for (part = fault->parts; part; part = part->next_part) {
		struct kind *kind = kind_of(kinds, &n, part->row->row.name);
		fault_receipt(part, &receipt);
		kind->number++;
		kind->matched += receipt.matched;
		kind->affected += receipt.affected;
	}
	for (size_t i = 0; i < n; i++) {
		text_addf(text, "%s%s", i > 0 ? ", " : "", kinds[i].name);
		if (kinds[i].number > 1)
			text_addf(text, " x%d", kinds[i].number);
		text_addf(text, " %llu/%llu", (unsigned long long)kinds[i].affected,
			  (unsigned long long)kinds[i].matched);
	}
}
