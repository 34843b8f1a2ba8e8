/* lua_expect.c - promises: by a property's name, or judged by a function of the script. */
#include "sim/script/room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char EXPECTATION[] = "Expectation";

struct expectation_box {
	struct sandbox_box box;
	size_t index; /* in the plan */
	bool set;     /* its values have been given */
};

/* --- by name ---------------------------------------------------------------------------- */

static const char *next_property(const void *unused, size_t i)
{
	(void)unused;
	const struct vocab_row *row = property_row(i);
	return row != NULL ? row->name : NULL;
}

static struct plan_expectation *add(lua_State *L, bool sometimes,
				    const struct vocab_row *property)
{
	struct plan_expectation *expectation = plan_add_expectation(script_of(L)->plan);
	char where[SCRIPT_WHERE_MAX];
	script_where(L, where);
	if (expectation != NULL)
		expectation->where = strdup(where);
	if (expectation == NULL || expectation->where == NULL)
		luaL_error(L, "not enough memory");
	expectation->sometimes = sometimes;
	expectation->property = property;
	return expectation;
}

static int by_name(lua_State *L, bool sometimes, const char *what)
{
	const struct vocab_row *property = property_find(lua_tostring(L, 1));
	struct sim_error error;
	if (property == NULL) {
		vocab_unknown(&error, "property", lua_tostring(L, 1), next_property,
			      NULL);
		take_refuse(L, what, "%s", error.text);
	}
	add(L, sometimes, property);
	struct expectation_box *box = box_new(L, EXPECTATION, sizeof(*box));
	box->index = script_of(L)->plan->n_expectations - 1;
	if (lua_istable(L, 2)) { /* expect.never("stale_start", { … }) is fine, too */
		lua_pushvalue(L, -1);
		lua_pushvalue(L, 2);
		lua_call(L, 1, 1);
	}
	return 1;
}

/* expect.never "stale_start" { older_than = "10m" }: the table             [-2, +1, e] */
static int expectation_call(lua_State *L)
{
	struct expectation_box *box = box_check(L, 1, EXPECTATION);
	struct plan_expectation *expectation =
		&script_of(L)->plan->expectations[box->index];
	const struct take take = {.what = expectation->property->name,
				  .rows = {expectation->property}};
	if (!script_loading(L) || box->set)
		take_refuse(L, take.what, "has its values already");
	box->set = true;
	take_table(L, 2, take.what, "{ older_than = \"10m\" }");
	take_settings(L, 2, &take, (struct settings *[]){&expectation->values});
	lua_settop(L, 1);
	return 1;
}

/* --- by function -------------------------------------------------------------------------- */

static int by_function(lua_State *L, bool sometimes, bool at_end, const char *what)
{
	struct script *script = script_of(L);
	const char *label = lua_isnoneornil(L, 2)
				    ? NULL
				    : take_string(L, 2, what, "a label for the report");
	struct plan_expectation *expectation = add(L, sometimes, NULL);
	struct outside *outside = calloc(1, sizeof(*outside));
	if (outside == NULL)
		return luaL_error(L, "not enough memory");
	outside->script = script;
	outside->at_end = at_end;
	outside->sometimes = sometimes;
	outside->fn = LUA_NOREF;
	snprintf(outside->where, sizeof(outside->where), "%s", expectation->where);
	snprintf(outside->label, sizeof(outside->label), "%s",
		 label != NULL ? label : outside->where);
	/* In the order of saying, which is the order of judging. */
	struct outside **place = &script->outsides;
	while (*place != NULL)
		place = &(*place)->next;
	*place = outside;
	expectation->outside = outside;
	lua_pushvalue(L, 1);
	outside->fn = luaL_ref(L, LUA_REGISTRYINDEX);
	return 0;
}

static int expect(lua_State *L, bool sometimes, const char *what)
{
	if (!script_loading(L))
		take_refuse(L, what, "belongs to the file itself");
	if (lua_type(L, 1) == LUA_TSTRING)
		return by_name(L, sometimes, what);
	take_function(L, 1, what, "the name of a property, or a function(event)");
	return by_function(L, sometimes, false, what);
}

/* expect.never(name | function [, label]) -> expectation                   [-2, +1, e] */
static int expect_never(lua_State *L)
{
	return expect(L, false, "expect.never");
}

/* expect.sometimes(name | function [, label]) -> expectation               [-2, +1, e] */
static int expect_sometimes(lua_State *L)
{
	return expect(L, true, "expect.sometimes");
}

/* expect.at_end(function(trace) [, label])                                 [-2, +0, e] */
static int expect_at_end_word(lua_State *L)
{
	if (!script_loading(L))
		take_refuse(L, "expect.at_end", "belongs to the file itself");
	take_function(L, 1, "expect.at_end", "a function(trace)");
	return by_function(L, false, true, "expect.at_end");
}

/* --- judging ------------------------------------------------------------------------------ */

/* Calls the function with what lies on top of the state's stack, and reports what it
 * says: true or a sentence. */
static void judge(struct script *script, struct outside *outside, trace_id event)
{
	lua_State *L = script->lua;
	lua_rawgeti(L, LUA_REGISTRYINDEX, outside->fn);
	lua_insert(L, -2);
	script->judging = true;
	bool ok = script_call(script, L, 1, outside->where);
	script->judging = false;
	if (!ok)
		script_fail(script, lua_tostring(L, -1));
	else if (lua_type(L, -1) == LUA_TSTRING)
		checks_report(script->checks, outside->number, event,
			      lua_tostring(L, -1));
	else if (lua_toboolean(L, -1))
		checks_report(script->checks, outside->number, event, outside->label);
	lua_pop(L, 1);
}

static int push_event(lua_State *L)
{
	event_push(L, lua_touserdata(L, 1));
	return 1;
}

/* Leaves the view of an event on the stack; protected. */
static bool push_protected(struct script *script, const struct trace_event *event)
{
	lua_State *L = script->lua;
	lua_pushcfunction(L, push_event);
	lua_pushlightuserdata(L, (void *)(uintptr_t)event);
	if (lua_pcall(L, 1, 1, 0) == LUA_OK)
		return true;
	script_fail(script, lua_tostring(L, -1));
	lua_pop(L, 1);
	return false;
}

void expect_judge(struct script *script, const struct trace_event *event)
{
	/* What the checks themselves say is no matter of a promise, nor is routine. */
	if (script->outsides == NULL || script->judging || script->failure != NULL ||
	    event->kind == KIND_PROPERTY_VIOLATED || event->kind == KIND_PROPERTY_SEEN ||
	    trace_kind_level(event->kind) != TRACE_STORY)
		return;
	for (struct outside *o = script->outsides; o != NULL; o = o->next)
		if (!o->at_end && script->failure == NULL &&
		    push_protected(script, event))
			judge(script, o, event->id);
}

static int push_trace(lua_State *L)
{
	trace_push(L);
	return 1;
}

void expect_at_end(struct script *script)
{
	lua_State *L = script->lua;
	const struct trace *trace = script->stage.trace;
	size_t n = trace_count(trace);
	trace_id last = n > 0 ? trace_at(trace, n - 1)->id : 0;
	for (struct outside *o = script->outsides; o != NULL; o = o->next) {
		if (!o->at_end || script->failure != NULL)
			continue;
		lua_pushcfunction(L, push_trace);
		if (lua_pcall(L, 0, 1, 0) != LUA_OK) {
			script_fail(script, lua_tostring(L, -1));
			lua_pop(L, 1);
			return;
		}
		judge(script, o, last);
	}
}

/* --- handing over --------------------------------------------------------------------------- */

static bool is_label(const struct script *script, const char *name)
{
	for (const struct outside *o = script->outsides; o != NULL; o = o->next)
		if (strcmp(o->label, name) == 0)
			return true;
	return false;
}

static int check_known_bad(struct script *script, const struct plan_known_bad *bad,
			   struct sim_error *error)
{
	struct sim_error unknown;
	for (size_t i = 0; i < bad->n_breaks; i++) {
		const char *name = bad->breaks[i];
		bool promised = is_label(script, name);
		if (!promised && property_find(name) == NULL) {
			vocab_unknown(&unknown, "property", name, next_property, NULL);
			return sim_fail(error, SIM_EINVAL,
					"%s: known_bad: breaks: %.700s", bad->where,
					unknown.text);
		}
		for (size_t e = 0; !promised && e < script->plan->n_expectations; e++) {
			const struct plan_expectation *said =
				&script->plan->expectations[e];
			promised = said->property != NULL && !said->sometimes &&
				   strcmp(said->property->name, name) == 0;
		}
		if (!promised)
			return sim_fail(
				error, SIM_EINVAL,
				"%s: known_bad: breaks: \"%s\" is promised nowhere; say "
				"expect.never \"%s\"",
				bad->where, name, name);
	}
	return SIM_OK;
}

int expect_complete(struct script *script, struct sim_error *error)
{
	struct value values[SCRIPT_VALUES_MAX];
	for (size_t i = 0; i < script->plan->n_expectations; i++) {
		const struct plan_expectation *said = &script->plan->expectations[i];
		if (said->property == NULL)
			continue;
		int status = settings_parse(&said->values, said->property, values, error);
		if (status != SIM_OK)
			return status;
	}
	for (size_t i = 0; i < script->plan->n_known_bads; i++) {
		int status = check_known_bad(script, &script->plan->known_bads[i], error);
		if (status != SIM_OK)
			return status;
	}
	return SIM_OK;
}

int expect_attach(struct script *script, struct sim_error *error)
{
	struct value values[SCRIPT_VALUES_MAX];
	for (size_t i = 0; i < script->plan->n_expectations; i++) {
		const struct plan_expectation *said = &script->plan->expectations[i];
		enum expect_mode mode = said->sometimes ? EXPECT_SOMETIMES : EXPECT_NEVER;
		if (said->property == NULL) {
			struct outside *outside = said->outside;
			outside->number = checks_add_outside(script->checks, mode,
							     outside->label, said->where);
			continue;
		}
		int status = settings_parse(&said->values, said->property, values, error);
		const struct expectation expectation = {
			.mode = mode,
			.property = said->property,
			.values = values,
			.where = said->where,
		};
		if (status == SIM_OK)
			status = checks_add(script->checks, &expectation, error);
		if (status != SIM_OK)
			return status;
	}
	return SIM_OK;
}

static int expectation_show(lua_State *L)
{
	const struct expectation_box *box = box_check(L, 1, EXPECTATION);
	lua_pushfstring(L, "expectation %s",
			script_of(L)->plan->expectations[box->index].property->name);
	return 1;
}

void open_expect(lua_State *L)
{
	box_class(L, EXPECTATION, NULL, expectation_show);
	luaL_getmetatable(L, EXPECTATION);
	lua_pushcfunction(L, expectation_call);
	lua_setfield(L, -2, "__call");
	lua_pop(L, 1);
}

static const struct script_word WORDS[] = {
	{{.name = "at_end",
	  .summary = "The function looks at the whole trace when the run is over.",
	  .help = "It returns true, or a sentence, when the promise is broken."},
	 "judge: (fun(trace: jobjam.Trace): boolean|string|nil), label?: string",
	 NULL,
	 expect_at_end_word},
	{{.name = "never",
	  .summary = "A promise: this must not happen, whatever the builds.",
	  .help = "expect.never \"stale_start\" { older_than = \"10m\" }, with a property and its "
		  "parameters; or with a function that is shown each event of the story and "
		  "returns true, or a sentence, when that event breaks the promise."},
	 "property: jobjam.Property|(fun(event: jobjam.Event): boolean|string|nil), label?: string",
	 "fun(parameters: table)",
	 expect_never},
	{{.name = "sometimes",
	  .summary = "This must be seen at least once, or the run proves nothing.",
	  .help = "As expect.never; a run in which it was never seen is inconclusive. In a "
		  "scenario with a known_bad it says what the reproduction must show: on other "
		  "builds, whose safeguards may keep it from coming up, it decides nothing."},
	 "property: jobjam.Property|(fun(event: jobjam.Event): boolean|string|nil), label?: string",
	 "fun(parameters: table)",
	 expect_sometimes},
};

const struct script_class SCRIPT_EXPECT = {
	.name = "expect",
	.summary = "What the run is judged by.",
	.kind = CLASS_TABLE,
	.words = WORDS,
	.n_words = WORD_COUNT(WORDS),
};
