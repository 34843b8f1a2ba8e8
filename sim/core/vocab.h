/*
 * vocab.h - the row type from which every name of the vocabulary is made.
 *
 * A fault, a property, a safeguard, a machine model, an option of cloud{}: each is one
 * row in the table of its room. From the rows come the registration in Lua, the checks
 * of arguments, `jobjam doc`, `jobjam faults`, --set and the editor's definition file.
 * So a room that owns a fault never sees Lua.
 */
#ifndef JOBJAM_CORE_VOCAB_H
#define JOBJAM_CORE_VOCAB_H

#include "sim/core/status.h"
#include "sim/core/text.h"
#include "sim/core/time.h"

enum param_type {
	PARAM_BOOL,
	PARAM_INT,
	PARAM_REAL,     /* with unit "s" also written "-5m": a duration with a sign */
	PARAM_DURATION, /* "5m", or a number of seconds */
	PARAM_TEXT,
	PARAM_CHOICE,   /* one of param.choices */
	PARAM_SPAN,     /* two durations {lo, hi}; one alone means both */
	PARAM_HOURS,    /* two local times of day {"23:00", "07:00"}; as text "23:00-07:00" */
	PARAM_NAMES,    /* a list of names; held as text, separated by commas */
	PARAM_INSTANT,  /* of the run; as text "+3h" after its start */
	PARAM_FUNCTION, /* of the script; held as the text of its place, "story.lua:12" */
};

/* Values are as the room wants them: durations in ns, instants in ns since the start, choices
 * as an index. */
struct value {
	bool given; /* false: this is the default */
	union {
		bool yes;
		int64_t integer;
		double real;
		sim_ns ns;
		struct {
			sim_ns lo, hi;
		} span;
		struct {
			int32_t from_s, to_s; /* seconds since local midnight; from > to spans it */
		} hours;
		const char *text; /* borrowed from whoever holds the value list */
		int choice;
	} as;
};

struct param {
	const char *name;
	enum param_type type;
	const char *unit;     /* "s", "mm", "" */
	const char *fallback; /* written as in a script: "5m", "true", "0.5"; NULL: required; "":
			       * none, so that a value that was not given says nothing */
	double min, max;      /* for INT, REAL; DURATION in seconds; both 0: unbounded */
	const char *const *choices; /* NULL-terminated, for CHOICE */
	const char *help;           /* one sentence */
};

struct vocab_row {
	const char *name;
	const char *summary; /* one line */
	const char *help;    /* a paragraph; may be NULL */
	const struct param *params;
	size_t n_params;
};

/* Fills values[0..n_params) with the defaults. Asserts that the table's own defaults
 * parse. Required ones stay given == false. */
void vocab_defaults(const struct vocab_row *row, struct value *values);
/* Parses text as the parameter's type. TEXT values keep a pointer to text.
 * SIM_EINVAL with a sentence naming the parameter, the unit and the allowed range. */
int param_parse(const struct param *param, const char *text, struct value *ret_value,
		struct sim_error *error);
/* Checks a value that came typed (from Lua) against min and max. */
int param_check(const struct param *param, const struct value *value, struct sim_error *error);
/* Index of the parameter, or -1. */
int vocab_find_param(const struct vocab_row *row, const char *name);
/* "unknown <what> \"name\"; did you mean \"nearest\"?", or the list of known names when
 * nothing is near. Always returns SIM_ENOENT. */
int vocab_unknown(struct sim_error *error, const char *what, const char *name,
		  const char *(*next)(const void *arg, size_t i), const void *arg);
const char *param_type_name(enum param_type type); /* "duration", … */
/* The value as it would be written in a script. */
void param_add_text(struct text *text, const struct param *param, const struct value *value);

#endif
