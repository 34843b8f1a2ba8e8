/* checks.c - watches the trace for every expectation, and keeps what was seen. */
#include "sim/checks/property.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BREACHES_KEPT = 64,
	DETAIL_MAX = 400
};

struct watch {
	struct checks *checks;
	const struct property *property; /* NULL: somebody above judges */
	struct value *values;
	void *state;
	sim_ns due;
	char *label, *where, *why;
	struct breach *breaches;
	struct outcome outcome;
};

struct checks {
	const struct trace *trace;
	struct trace *emits_to; /* NULL: judges a recorded run */
	struct story story;
	struct watch **watches; /* each keeps its address */
	size_t n_watches, room;
	/* For each kind, the watches that want to see it. */
	struct interest {
		struct watch **watches;
		size_t n, room;
	} interests[N_TRACE_KINDS];
	sim_ns next_due; /* no watch is due before or at this */
	bool finished;
};

static void *need(void *memory)
{
	if (memory == NULL)
		sim_out_of_memory("checks");
	return memory;
}

static char *copy_text(const char *text)
{
	return need(strdup(text));
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const NAMES[] = {
		[VERDICT_HELD] = "held",
		[VERDICT_VIOLATED] = "violated",
		[VERDICT_UNKNOWN] = "unknown",
	};
	assert((unsigned)verdict < sizeof(NAMES) / sizeof(NAMES[0]));
	return NAMES[verdict];
}

/* --- for the properties ----------------------------------------------------------- */

void *watch_state(struct watch *watch)
{
	return watch->state;
}

const struct value *watch_value(const struct watch *watch, size_t index)
{
	assert(index < watch->property->row.n_params);
	return &watch->values[index];
}

const struct story *watch_story(const struct watch *watch)
{
	return &watch->checks->story;
}

const struct trace *watch_trace(const struct watch *watch)
{
	return watch->checks->trace;
}

void watch_examined(struct watch *watch)
{
	watch->outcome.examined++;
}

void watch_wake_after(struct watch *watch, sim_ns at)
{
	if (at < watch->due)
		watch->due = at;
	if (at < watch->checks->next_due)
		watch->checks->next_due = at;
}

static void say(struct watch *watch, const struct breach *breach)
{
	struct trace *trace = watch->checks->emits_to;
	if (trace == NULL)
		return;
	bool never = watch->outcome.mode == EXPECT_NEVER;
	trace_say(trace, breach->event,
		  never ? KIND_PROPERTY_VIOLATED : KIND_PROPERTY_SEEN, "run",
		  F_TEXT("property", watch->outcome.property),
		  F_TEXT("label", watch->label), F_TEXT("subject", breach->subject),
		  F_TEXT("detail", breach->detail), F_TEXT("where", watch->where));
}

static void keep_breach(struct watch *watch, trace_id event, const char *subject,
			const char *detail)
{
	struct outcome *outcome = &watch->outcome;
	if (outcome->count++ >= BREACHES_KEPT)
		return;
	if (watch->breaches == NULL) {
		watch->breaches = need(calloc(BREACHES_KEPT, sizeof(*watch->breaches)));
		outcome->breaches = watch->breaches;
	}
	struct breach *breach = &watch->breaches[outcome->n_breaches++];
	*breach = (struct breach){
		.event = event,
		.subject = copy_text(subject),
		.detail = copy_text(detail),
	};
	say(watch, breach);
}

void watch_breach(struct watch *watch, trace_id event, const char *subject,
		  const char *format, ...)
{
	char detail[DETAIL_MAX];
	va_list args;
	va_start(args, format);
	if (vsnprintf(detail, sizeof(detail), format, args) < 0)
		detail[0] = '\0';
	va_end(args);
	keep_breach(watch, event, subject, detail);
}

/* --- making ----------------------------------------------------------------------- */

struct checks *checks_new_over(const struct trace *trace)
{
	struct checks *checks = need(calloc(1, sizeof(*checks)));
	checks->trace = trace;
	checks->next_due = SIM_NEVER;
	story_init(&checks->story, trace);
	return checks;
}

static void observe(void *arg, const struct trace_event *event);

struct checks *checks_new(struct trace *trace)
{
	struct checks *checks = checks_new_over(trace);
	checks->emits_to = trace;
	trace_observe(trace, observe, checks);
	return checks;
}

static bool holds_text(const struct param *param)
{
	return param->type == PARAM_TEXT || param->type == PARAM_NAMES;
}

/* The watch owns the texts among its values; they were copied, so they are not const. */
static void free_values(struct watch *watch)
{
	if (watch->property == NULL)
		return;
	const struct vocab_row *row = &watch->property->row;
	for (size_t i = 0; i < row->n_params; i++) {
		union {
			const char *shown;
			char *owned;
		} text = {.shown = holds_text(&row->params[i]) ? watch->values[i].as.text
							       : NULL};
		free(text.owned);
	}
	free(watch->values);
}

static void watch_free(struct watch *watch)
{
	if (watch->property != NULL && watch->property->end != NULL)
		watch->property->end(watch);
	free_values(watch);
	for (size_t i = 0; i < watch->outcome.n_breaches; i++) {
		union {
			const char *shown;
			char *owned;
		} subject = {.shown = watch->breaches[i].subject},
		  detail = {.shown = watch->breaches[i].detail};
		free(subject.owned);
		free(detail.owned);
	}
	free(watch->breaches);
	free(watch->state);
	free(watch->label);
	free(watch->where);
	free(watch->why);
	free(watch);
}

void checks_free(struct checks *checks)
{
	if (checks == NULL)
		return;
	for (size_t i = 0; i < checks->n_watches; i++)
		watch_free(checks->watches[i]);
	for (size_t i = 0; i < N_TRACE_KINDS; i++)
		free(checks->interests[i].watches);
	free(checks->watches);
	story_fini(&checks->story);
	free(checks);
}

static struct watch *add_watch(struct checks *checks, enum expect_mode mode,
			       const char *name, const char *label, const char *where)
{
	struct watch *watch = need(calloc(1, sizeof(*watch)));
	watch->checks = checks;
	watch->due = SIM_NEVER;
	watch->label = copy_text(label);
	watch->where = copy_text(where != NULL ? where : "");
	watch->outcome = (struct outcome){
		.property = name,
		.label = watch->label,
		.where = watch->where,
		.mode = mode,
		.verdict = VERDICT_UNKNOWN,
	};
	checks->watches = roll_grown(checks->watches, checks->n_watches, &checks->room,
				     sizeof(struct watch *));
	checks->watches[checks->n_watches++] = watch;
	return watch;
}

/* stale_start{older_than="10m"}: the name and what was given. */
static void make_label(const struct expectation *expectation, struct text *label)
{
	const struct vocab_row *row = expectation->property;
	bool any = false;
	text_add(label, row->name);
	for (size_t i = 0; i < row->n_params; i++) {
		if (!expectation->values[i].given)
			continue;
		text_addf(label, "%s%s=", any ? ", " : "{", row->params[i].name);
		param_add_text(label, &row->params[i], &expectation->values[i]);
		any = true;
	}
	if (any)
		text_add_char(label, '}');
}

static const struct property *property_of(const struct vocab_row *row)
{
	const struct property *property;
	for (size_t i = 0; (property = property_at(i)) != NULL; i++)
		if (&property->row == row)
			return property;
	return NULL;
}

static int check_values(const struct expectation *expectation, struct sim_error *error)
{
	const struct vocab_row *row = expectation->property;
	for (size_t i = 0; i < row->n_params; i++) {
		const struct param *param = &row->params[i];
		const struct value *value = &expectation->values[i];
		if (param->fallback == NULL && !value->given)
			return sim_fail(error, SIM_EINVAL, "%s: %s is required",
					row->name, param->name);
		struct sim_error reason;
		if (param_check(param, value, &reason) != SIM_OK)
			return sim_fail(error, SIM_EINVAL, "%s: %.900s", row->name,
					reason.text);
	}
	return SIM_OK;
}

static void add_interests(struct checks *checks, struct watch *watch)
{
	const struct property *property = watch->property;
	for (size_t i = 0; i < property->n_kinds; i++) {
		struct interest *interest = &checks->interests[property->kinds[i]];
		interest->watches = roll_grown(interest->watches, interest->n,
					       &interest->room, sizeof(struct watch *));
		interest->watches[interest->n++] = watch;
	}
}

int checks_add(struct checks *checks, const struct expectation *expectation,
	       struct sim_error *error)
{
	const struct property *property = property_of(expectation->property);
	assert(property != NULL && !checks->finished);
	int status = check_values(expectation, error);
	if (status != SIM_OK)
		return status;

	struct text label = {0};
	if (expectation->label != NULL)
		text_add(&label, expectation->label);
	else
		make_label(expectation, &label);
	struct watch *watch = add_watch(checks, expectation->mode, property->row.name,
					text_cstr(&label), expectation->where);
	text_fini(&label);

	const struct vocab_row *row = &property->row;
	watch->property = property;
	watch->values = need(calloc(row->n_params + 1, sizeof(*watch->values)));
	for (size_t i = 0; i < row->n_params; i++) {
		watch->values[i] = expectation->values[i];
		if (holds_text(&row->params[i]) && watch->values[i].as.text != NULL)
			watch->values[i].as.text = copy_text(watch->values[i].as.text);
	}
	watch->state = need(calloc(1, property->state_size + 1));
	add_interests(checks, watch);
	if (property->begin != NULL)
		property->begin(watch);
	return SIM_OK;
}

int checks_add_outside(struct checks *checks, enum expect_mode mode, const char *label,
		       const char *where)
{
	add_watch(checks, mode, "outside", label, where);
	return (int)checks->n_watches - 1;
}

void checks_report(struct checks *checks, int number, trace_id event, const char *detail)
{
	assert(number >= 0 && (size_t)number < checks->n_watches);
	struct watch *watch = checks->watches[number];
	assert(watch->property == NULL);
	const struct trace_event *what = trace_find(checks->trace, event);
	watch_examined(watch);
	watch_breach(watch, what != NULL ? event : 0, what != NULL ? what->who : "run",
		     "%s", detail);
}

/* --- running ---------------------------------------------------------------------- */

/* Wakes every watch whose instant lies before now. */
static void wake_due(struct checks *checks, sim_ns now)
{
	if (checks->next_due >= now)
		return;
	checks->next_due = SIM_NEVER;
	for (size_t i = 0; i < checks->n_watches; i++) {
		struct watch *watch = checks->watches[i];
		if (watch->due < now) {
			watch->due = SIM_NEVER;
			watch->property->wake(watch, now);
			assert(watch->due >= now); /* or it would never come to rest */
		}
		if (watch->due < checks->next_due)
			checks->next_due = watch->due;
	}
}

static void observe(void *arg, const struct trace_event *event)
{
	struct checks *checks = arg;
	if (checks->finished)
		return;
	wake_due(checks, event->t);
	story_tell(&checks->story, event);
	const struct interest *interest = &checks->interests[event->kind];
	for (size_t i = 0; i < interest->n; i++)
		interest->watches[i]->property->see(interest->watches[i], event);
}

void checks_replay(struct checks *checks)
{
	assert(checks->emits_to == NULL);
	for (size_t i = 0; i < trace_count(checks->trace); i++)
		observe(checks, trace_at(checks->trace, i));
}

static void judge(struct watch *watch, sim_ns now, bool cut_short)
{
	struct outcome *outcome = &watch->outcome;
	bool happened = outcome->count > 0;
	char words[DURATION_TEXT_MAX];
	struct text why = {0};

	if (happened) {
		outcome->verdict =
			outcome->mode == EXPECT_NEVER ? VERDICT_VIOLATED : VERDICT_HELD;
		return;
	}
	if (outcome->mode == EXPECT_NEVER && !cut_short) {
		outcome->verdict = VERDICT_HELD;
		return;
	}
	outcome->verdict = VERDICT_UNKNOWN;
	if (cut_short)
		text_addf(&why, "the run was cut short after %s",
			  duration_words(now, words));
	else if (watch->property == NULL)
		text_add(&why, "it was never seen");
	else
		text_addf(&why,
			  "it was never seen, among %llu events that could have shown it",
			  (unsigned long long)outcome->examined);
	watch->why = copy_text(text_cstr(&why));
	outcome->why = watch->why;
	text_fini(&why);
}

void checks_finish(struct checks *checks, sim_ns now, bool cut_short)
{
	if (checks->finished)
		return;
	/* Nothing comes any more: what was due by the last instant is due. */
	wake_due(checks, now + 1);
	for (size_t i = 0; i < checks->n_watches; i++) {
		struct watch *watch = checks->watches[i];
		if (watch->property != NULL && watch->property->finish != NULL)
			watch->property->finish(watch, now);
	}
	checks->finished = true;
	for (size_t i = 0; i < checks->n_watches; i++)
		judge(checks->watches[i], now, cut_short);
}

size_t checks_count(const struct checks *checks)
{
	return checks->n_watches;
}

const struct outcome *checks_outcome(const struct checks *checks, size_t index)
{
	return index < checks->n_watches ? &checks->watches[index]->outcome : NULL;
}
