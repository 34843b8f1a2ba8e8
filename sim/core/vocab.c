/* vocab.c - parameters of the vocabulary: parse, check, write, and name the unknown. */
#include "sim/core/vocab.h"

#include <assert.h>
#include <string.h>

/* --- what stands in messages ------------------------------------------------------ */

const char *param_type_name(enum param_type type)
{
	static const char *const NAMES[] = {
		[PARAM_BOOL] = "boolean", [PARAM_INT] = "integer",
		[PARAM_REAL] = "number",  [PARAM_DURATION] = "duration",
		[PARAM_TEXT] = "text",    [PARAM_CHOICE] = "choice",
		[PARAM_SPAN] = "span",    [PARAM_HOURS] = "hours",
		[PARAM_NAMES] = "names",   [PARAM_INSTANT] = "instant",
		[PARAM_FUNCTION] = "function",
	};
	assert((unsigned)type < sizeof(NAMES) / sizeof(NAMES[0]));
	return NAMES[type];
}

static bool bounded(const struct param *param)
{
	return param->min != 0.0 || param->max != 0.0;
}

/* A bound or a value in the parameter's own way of writing. */
static void add_number(struct text *text, const struct param *param, double number)
{
	char buffer[DURATION_TEXT_MAX > TEXT_REAL_MAX ? DURATION_TEXT_MAX
						      : TEXT_REAL_MAX];

	if (param->type == PARAM_DURATION || param->type == PARAM_SPAN) {
		text_add(text, duration_text((sim_ns)(number * 1e9), buffer));
		return;
	}
	text_add(text, text_real(number, 6, buffer));
	if (param->unit != NULL && param->unit[0] != '\0') {
		text_add_char(text, ' ');
		text_add(text, param->unit);
	}
}

static void add_choices(struct text *text, const struct param *param)
{
	for (size_t i = 0; param->choices[i] != NULL; i++) {
		text_add(text, i > 0 ? ", " : "");
		text_add(text, param->choices[i]);
	}
}

/* "a duration with a unit, such as \"5m\"; from 1s to 18h" */
static void add_expectation(struct text *text, const struct param *param)
{
	switch (param->type) {
	case PARAM_BOOL:
		text_add(text, "true or false");
		break;
	case PARAM_INT:
		text_add(text, "a whole number");
		break;
	case PARAM_REAL:
		text_add(text, "a number");
		break;
	case PARAM_DURATION:
		text_add(
			text,
			"a duration with a unit, such as \"5m\", or a number of seconds");
		break;
	case PARAM_SPAN:
		text_add(
			text,
			"two durations, the shorter one first, such as { \"4m\", \"9m\" }, "
			"or one");
		break;
	case PARAM_CHOICE:
		text_add(text, "one of ");
		add_choices(text, param);
		break;
	case PARAM_HOURS:
		text_add(text,
			 "two local times of day, such as { \"23:00\", \"07:00\" }");
		break;
	case PARAM_NAMES:
		text_add(text, "a list of names");
		break;
	case PARAM_TEXT:
		text_add(text, "text");
		break;
	case PARAM_INSTANT:
		text_add(text, "an instant such as \"+3h\", counted from the start");
		break;
	case PARAM_FUNCTION:
		text_add(text, "a function");
		break;
	}
	if (bounded(param)) {
		text_add(text, ", from ");
		add_number(text, param, param->min);
		text_add(text, " to ");
		add_number(text, param, param->max);
	} else if (param->unit != NULL && param->unit[0] != '\0' &&
		   (param->type == PARAM_INT || param->type == PARAM_REAL)) {
		text_add(text, ", in ");
		text_add(text, param->unit);
	}
}

/* "name: shown is not <expectation>" */
static int refuse(const struct param *param, const char *shown, struct sim_error *error)
{
	struct text message = {0};
	text_add(&message, param->name);
	text_add(&message, ": ");
	text_add_plain(&message, shown);
	text_add(&message, " is not ");
	add_expectation(&message, param);
	int status = sim_fail(error, SIM_EINVAL, "%s", text_cstr(&message));
	text_fini(&message);
	return status;
}

/* --- parsing ---------------------------------------------------------------------- */

enum {
	PART_MAX = 64
};

/* Copies text[0..length) without blanks and one pair of quotes around it. */
static bool copy_bare(const char *text, size_t length, char to[PART_MAX])
{
	while (length > 0 && *text == ' ') {
		text++;
		length--;
	}
	while (length > 0 && text[length - 1] == ' ')
		length--;
	if (length >= 2 && (*text == '"' || *text == '\'') && text[length - 1] == *text) {
		text++;
		length -= 2;
	}
	if (length == 0 || length >= PART_MAX)
		return false;
	memcpy(to, text, length);
	to[length] = '\0';
	return true;
}

static bool parse_duration(const char *text, size_t length, sim_ns *ret_ns)
{
	char bare[PART_MAX];
	double seconds;
	if (!copy_bare(text, length, bare))
		return false;
	if (duration_parse(bare, ret_ns) == SIM_OK)
		return true;
	/* 100 years and more are no duration of ours, and would not fit. */
	if (!text_read_real(bare, &seconds) || seconds < 0.0 || seconds > 3155760000.0)
		return false;
	*ret_ns = (sim_ns)(seconds * 1e9 + 0.5);
	return true;
}

struct pair {
	const char *first, *second; /* second: NULL when there is one part only */
	size_t first_length, second_length;
};

/* Two parts: "4m..9m" with the gap "..", or as in a script { "4m", "9m" }. */
static struct pair split_pair(const char *text, const char *gap)
{
	size_t length = strlen(text);
	while (length > 0 && text[length - 1] == ' ')
		length--;
	if (length >= 2 && text[0] == '{' && text[length - 1] == '}') {
		text++;
		length -= 2;
		gap = ",";
	}
	const char *at = memmem(text, length, gap, strlen(gap));
	if (at == NULL)
		return (struct pair){text, NULL, length, 0};
	size_t first = (size_t)(at - text);
	return (struct pair){text, at + strlen(gap), first, length - first - strlen(gap)};
}

static bool parse_span(const char *text, struct value *value)
{
	struct pair pair = split_pair(text, "..");
	if (!parse_duration(pair.first, pair.first_length, &value->as.span.lo))
		return false;
	value->as.span.hi = value->as.span.lo;
	return pair.second == NULL ||
	       parse_duration(pair.second, pair.second_length, &value->as.span.hi);
}

static bool parse_time_of_day(const char *text, size_t length, int32_t *ret_s)
{
	char bare[PART_MAX];
	bool is_utc;
	return copy_bare(text, length, bare) &&
	       time_of_day_parse(bare, ret_s, &is_utc) == SIM_OK && !is_utc;
}

static bool parse_hours(const char *text, struct value *value)
{
	struct pair pair = split_pair(text, "-");
	return pair.second != NULL &&
	       parse_time_of_day(pair.first, pair.first_length,
				 &value->as.hours.from_s) &&
	       parse_time_of_day(pair.second, pair.second_length, &value->as.hours.to_s);
}

static bool parse_choice(const struct param *param, const char *text, struct value *value)
{
	char bare[PART_MAX];
	if (!copy_bare(text, strlen(text), bare))
		return false;
	for (int i = 0; param->choices[i] != NULL; i++) {
		if (strcmp(param->choices[i], bare) == 0) {
			value->as.choice = i;
			return true;
		}
	}
	return false;
}

static bool parse_bool(const char *text, struct value *value)
{
	value->as.yes = strcmp(text, "true") == 0;
	return value->as.yes || strcmp(text, "false") == 0;
}

/* A REAL in seconds may be a duration with a sign: "-5m". */
static bool parse_real(const struct param *param, const char *text, double *ret_real)
{
	bool negative = text[0] == '-';
	sim_ns ns;

	if (text_read_real(text, ret_real))
		return true;
	if (param->unit == NULL || strcmp(param->unit, "s") != 0 ||
	    duration_parse(text + negative, &ns) != SIM_OK)
		return false;
	*ret_real = (negative ? -1.0 : 1.0) * (double)ns / (double)SIM_S;
	return true;
}

static bool parse(const struct param *param, const char *text, struct value *value)
{
	switch (param->type) {
	case PARAM_BOOL:
		return parse_bool(text, value);
	case PARAM_INT:
		return text_read_int(text, &value->as.integer);
	case PARAM_REAL:
		return parse_real(param, text, &value->as.real);
	case PARAM_DURATION:
		return parse_duration(text, strlen(text), &value->as.ns);
	case PARAM_SPAN:
		return parse_span(text, value);
	case PARAM_CHOICE:
		return parse_choice(param, text, value);
	case PARAM_HOURS:
		return parse_hours(text, value);
	case PARAM_INSTANT:
		return text[0] == '+' &&
		       duration_parse(text + 1, &value->as.ns) == SIM_OK;
	case PARAM_TEXT:
	case PARAM_NAMES:
	case PARAM_FUNCTION:
		value->as.text = text;
		return true;
	}
	return false;
}

static const char *next_choice(const void *arg, size_t i)
{
	const struct param *param = arg;
	return param->choices[i];
}

int param_parse(const struct param *param, const char *text, struct value *ret_value,
		struct sim_error *error)
{
	struct value value = {.given = true};

	if (!parse(param, text, &value)) {
		struct text shown = {0};
		text_addf(&shown, "\"%.200s\"", text);
		if (param->type == PARAM_CHOICE) {
			const char *near = text_nearest(text, next_choice, param);
			if (near != NULL)
				text_addf(&shown, " (did you mean \"%s\"?)", near);
		}
		int status = refuse(param, text_cstr(&shown), error);
		text_fini(&shown);
		return status;
	}
	int status = param_check(param, &value, error);
	if (status == SIM_OK)
		*ret_value = value;
	return status;
}

static bool within(const struct param *param, double number)
{
	/* Written so that a NaN is outside. */
	return number == number &&
	       (!bounded(param) || (number >= param->min && number <= param->max));
}

static bool is_time_of_day(int32_t s)
{
	return s >= 0 && s < 86400;
}

static bool acceptable(const struct param *param, const struct value *value)
{
	switch (param->type) {
	case PARAM_INT:
		return within(param, (double)value->as.integer);
	case PARAM_REAL:
		return within(param, value->as.real);
	case PARAM_DURATION:
		return value->as.ns >= 0 && within(param, (double)value->as.ns / 1e9);
	case PARAM_SPAN:
		return value->as.span.lo >= 0 && value->as.span.lo <= value->as.span.hi &&
		       within(param, (double)value->as.span.lo / 1e9) &&
		       within(param, (double)value->as.span.hi / 1e9);
	case PARAM_CHOICE: {
		int n = 0;
		while (param->choices[n] != NULL)
			n++;
		return value->as.choice >= 0 && value->as.choice < n;
	}
	case PARAM_HOURS:
		return is_time_of_day(value->as.hours.from_s) &&
		       is_time_of_day(value->as.hours.to_s);
	case PARAM_TEXT:
	case PARAM_NAMES:
	case PARAM_FUNCTION:
		return value->as.text != NULL;
	case PARAM_INSTANT:
		return value->as.ns >= 0;
	case PARAM_BOOL:
		return true;
	}
	return false;
}

int param_check(const struct param *param, const struct value *value,
		struct sim_error *error)
{
	if (acceptable(param, value))
		return SIM_OK;
	struct text shown = {0};
	/* An index outside the choices, or no text, has no way of writing. */
	if (param->type == PARAM_CHOICE || param->type == PARAM_TEXT ||
	    param->type == PARAM_NAMES || param->type == PARAM_HOURS ||
	    param->type == PARAM_FUNCTION)
		text_add(&shown, "the value");
	else
		param_add_text(&shown, param, value);
	int status = refuse(param, text_cstr(&shown), error);
	text_fini(&shown);
	return status;
}

static bool says_nothing(const struct param *param)
{
	return param->fallback == NULL ||
	       (param->fallback[0] == '\0' && param->type != PARAM_TEXT &&
		param->type != PARAM_NAMES);
}

void vocab_defaults(const struct vocab_row *row, struct value *values)
{
	for (size_t i = 0; i < row->n_params; i++) {
		values[i] = (struct value){0};
		if (says_nothing(&row->params[i]))
			continue;
		int status = param_parse(&row->params[i], row->params[i].fallback,
					 &values[i], NULL);
		assert(status == SIM_OK);
		(void)status;
		values[i].given = false;
	}
}

int vocab_find_param(const struct vocab_row *row, const char *name)
{
	for (size_t i = 0; i < row->n_params; i++)
		if (strcmp(row->params[i].name, name) == 0)
			return (int)i;
	return -1;
}

int vocab_unknown(struct sim_error *error, const char *what, const char *name,
		  const char *(*next)(const void *arg, size_t i), const void *arg)
{
	struct text message = {0};
	const char *near = text_nearest(name, next, arg), *known;

	text_addf(&message, "unknown %s \"", what);
	text_add_plain(&message, name);
	text_add_char(&message, '"');
	if (near != NULL) {
		text_addf(&message, "; did you mean \"%s\"?", near);
	} else {
		text_add(&message, "; known: ");
		for (size_t i = 0; (known = next(arg, i)) != NULL; i++) {
			text_add(&message, i > 0 ? ", " : "");
			text_add(&message, known);
		}
	}
	sim_fail(error, SIM_ENOENT, "%s", text_cstr(&message));
	text_fini(&message);
	return SIM_ENOENT;
}

/* --- writing ---------------------------------------------------------------------- */

/* A Lua string: what is not printable ASCII or whole UTF-8 becomes \ddd. */
static void add_lua_string(struct text *text, const char *string)
{
	size_t left = strlen(string);

	text_add_char(text, '"');
	while (left > 0) {
		uint32_t code;
		size_t n = text_utf8(string, left, &code);
		if (n == 1 && (code == '"' || code == '\\'))
			text_add_char(text, '\\');
		if (n == 0 || (n == 1 && (code < 0x20 || code == 0x7f))) {
			text_addf(text, "\\%03u", (unsigned)(unsigned char)*string);
			n = 1;
		} else {
			text_add_bytes(text, string, n);
		}
		string += n;
		left -= n;
	}
	text_add_char(text, '"');
}

static void add_time_of_day(struct text *text, int32_t s)
{
	text_addf(text, "\"%02d:%02d", s / 3600, s / 60 % 60);
	if (s % 60 != 0)
		text_addf(text, ":%02d", s % 60);
	text_add_char(text, '"');
}

/* "a,b" as { "a", "b" } */
static void add_names(struct text *text, const char *names)
{
	text_add(text, "{ ");
	while (*names != '\0') {
		size_t length = strcspn(names, ",");
		struct text name = {0};
		text_add_bytes(&name, names, length);
		add_lua_string(text, text_cstr(&name));
		text_fini(&name);
		names += length;
		if (*names == ',') {
			names++;
			text_add(text, ", ");
		}
	}
	text_add(text, " }");
}

static void add_duration(struct text *text, sim_ns ns)
{
	char buffer[DURATION_TEXT_MAX];
	text_add_char(text, '"');
	text_add(text, duration_text(ns, buffer));
	text_add_char(text, '"');
}

void param_add_text(struct text *text, const struct param *param,
		    const struct value *value)
{
	char number[TEXT_REAL_MAX], duration[DURATION_TEXT_MAX];

	switch (param->type) {
	case PARAM_BOOL:
		text_add(text, value->as.yes ? "true" : "false");
		break;
	case PARAM_INT:
		text_add_int(text, value->as.integer);
		break;
	case PARAM_REAL:
		text_add(text, text_real(value->as.real, 9, number));
		break;
	case PARAM_DURATION:
		add_duration(text, value->as.ns);
		break;
	case PARAM_SPAN:
		if (value->as.span.lo == value->as.span.hi) {
			add_duration(text, value->as.span.lo);
			break;
		}
		text_add(text, "{ ");
		add_duration(text, value->as.span.lo);
		text_add(text, ", ");
		add_duration(text, value->as.span.hi);
		text_add(text, " }");
		break;
	case PARAM_CHOICE:
		add_lua_string(text, param->choices[value->as.choice]);
		break;
	case PARAM_HOURS:
		text_add(text, "{ ");
		add_time_of_day(text, value->as.hours.from_s);
		text_add(text, ", ");
		add_time_of_day(text, value->as.hours.to_s);
		text_add(text, " }");
		break;
	case PARAM_NAMES:
		add_names(text, value->as.text != NULL ? value->as.text : "");
		break;
	case PARAM_TEXT:
		add_lua_string(text, value->as.text != NULL ? value->as.text : "");
		break;
	case PARAM_INSTANT:
		text_addf(text, "\"+%s\"", duration_text(value->as.ns, duration));
		break;
	case PARAM_FUNCTION:
		text_add_plain(text, value->as.text != NULL ? value->as.text : "");
		break;
	}
}
