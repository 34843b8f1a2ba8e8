/* lua_scenario.c - scenario, param, published, assumption, broker, known_bad. */
#include "sim/script/room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void only_loading(lua_State *L, const char *what)
{
	if (!script_loading(L))
		take_refuse(L, what,
			    "belongs to the file itself; it cannot be said during the "
			    "run");
}

/* --- scenario --------------------------------------------------------------------------- */

/* Each text of the list at index is handed to add. */
static void add_sentences(lua_State *L, int index, const char *key,
			  int (*add)(struct plan *plan, const char *text))
{
	struct plan *plan = script_of(L)->plan;
	char what[64];
	snprintf(what, sizeof(what), "scenario: %s", key);
	if (lua_getfield(L, index, key) == LUA_TNIL) {
		lua_pop(L, 1);
		return;
	}
	if (lua_type(L, -1) == LUA_TSTRING) {
		lua_createtable(L, 1, 0);
		lua_insert(L, -2);
		lua_rawseti(L, -2, 1);
	}
	if (lua_type(L, -1) != LUA_TTABLE)
		take_refuse(L, what, "wanted a list of sentences");
	lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
	for (lua_Integer i = 1; i <= n; i++) {
		lua_rawgeti(L, -1, i);
		if (add(plan, take_string(L, lua_gettop(L), what, "a sentence")) !=
		    SIM_OK)
			luaL_error(L, "not enough memory");
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

static const struct value *named(const struct vocab_row *row, const struct value *values,
				 const char *name)
{
	return &values[vocab_find_param(row, name)];
}

/* Names become folders: letters, digits, '.', '-' and '_'. */
static void check_name(lua_State *L, const char *name, size_t size)
{
	size_t length = strlen(name);
	if (length >= size || name[0] == '.' ||
	    name[strspn(name,
			"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			"._-")] != '\0')
		take_refuse(
			L, "scenario",
			"name: \"%.100s\" must be made of letters, digits, '.', '-' and '_', "
			"at most %zu, and not begin with '.'",
			name, size - 1);
}

/* From the settings to what the plan holds of them. */
static void fill_plan(lua_State *L, struct script *script)
{
	struct plan *plan = script->plan;
	const struct vocab_row *row = plan_scenario_row();
	struct value values[SCRIPT_VALUES_MAX];
	struct sim_error error;

	script_check(L, settings_parse(&plan->scenario, row, values, &error), &error);
	const char *name = named(row, values, "name")->as.text;
	const char *start = named(row, values, "start")->as.text;
	if (name[0] != '\0') {
		check_name(L, name, sizeof(plan->name));
		snprintf(plan->name, sizeof(plan->name), "%s", name);
	}
	if (instant_parse_iso(start, &plan->start_utc_ns) != SIM_OK)
		take_refuse(
			L, "scenario",
			"start: \"%.60s\" is no instant such as \"2023-08-14T15:00:00Z\"",
			start);
	if (plan->start_utc_ns % SIM_S != 0)
		take_refuse(L, "scenario", "start: wanted a whole second");
	plan->length = named(row, values, "length")->as.ns;
	plan->seed = script->has_seed ? script->seed
				      : (uint64_t)named(row, values, "seed")->as.integer;
	free(plan->about);
	plan->about = strdup(named(row, values, "about")->as.text);
	if (plan->about == NULL)
		luaL_error(L, "not enough memory");
}

/* scenario { name = …, start = …, length = …, … }                          [-1, +0, e] */
int word_scenario(lua_State *L)
{
	static const char *const OTHERS[] = {"published", "assumptions", NULL};
	struct script *script = script_of(L);
	const struct take take = {.what = "scenario",
				  .rows = {plan_scenario_row()},
				  .others = OTHERS};
	struct sim_error error;

	only_loading(L, "scenario");
	if (script->live)
		take_refuse(L, "scenario",
			    "has no place in a live script: it begins when the proxy "
			    "does, and has no end");
	if (script->plan->has_scenario)
		take_refuse(L, "scenario", "has been said already");
	take_table(L, 1, "scenario", "{ length = \"12h\" }");
	take_settings(L, 1, &take, (struct settings *[]){&script->plan->scenario});
	add_sentences(L, 1, "published", plan_add_published);
	add_sentences(L, 1, "assumptions", plan_add_assumption);
	/* Now already: at() looks at start and length, chance at the seed. */
	if (override_scenario(script, &error) != SIM_OK) {
		lua_pushstring(L, error.text);
		return lua_error(L);
	}
	fill_plan(L, script);
	script->plan->has_scenario = true;
	return 0;
}

static int add_sentence(lua_State *L, const char *what,
			int (*add)(struct plan *plan, const char *text))
{
	only_loading(L, what);
	if (add(script_of(L)->plan, take_string(L, 1, what, "a sentence")) != SIM_OK)
		return luaL_error(L, "not enough memory");
	return 0;
}

/* published(text)                                                          [-1, +0, e] */
int word_published(lua_State *L)
{
	return add_sentence(L, "published", plan_add_published);
}

/* assumption(text)                                                         [-1, +0, e] */
int word_assumption(lua_State *L)
{
	return add_sentence(L, "assumption", plan_add_assumption);
}

/* --- param -------------------------------------------------------------------------------- */

/* Pushes text as a value of the type that the default at index 2 has. */
static void push_override(lua_State *L, const char *name, const char *text)
{
	static const struct param NUMBER = {.name = "number", .type = PARAM_REAL};
	struct value value;
	int64_t whole;
	switch (lua_type(L, 2)) {
	case LUA_TBOOLEAN:
		if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
			break;
		lua_pushboolean(L, text[0] == 't');
		return;
	case LUA_TNUMBER:
		if (text_read_int(text, &whole))
			lua_pushinteger(L, whole);
		else if (param_parse(&NUMBER, text, &value, NULL) == SIM_OK)
			lua_pushnumber(L, value.as.real);
		else
			break;
		return;
	default:
		lua_pushstring(L, text);
		return;
	}
	take_refuse(L, "param", "--set %s=%s: wanted a %s, as its default is", name, text,
		    luaL_typename(L, 2));
}

static void remember_param(lua_State *L, const char *name, const char *help,
			   bool overridden)
{
	struct plan *plan = script_of(L)->plan;
	const char *shown = sandbox_tostring(L, -1, NULL);
	struct plan_param *param = plan_add_param(plan);
	if (param != NULL) {
		param->name = strdup(name);
		param->value = strdup(shown);
		param->help = strdup(help);
		param->overridden = overridden;
	}
	if (param == NULL || param->name == NULL || param->value == NULL ||
	    param->help == NULL)
		luaL_error(L, "not enough memory");
	lua_pop(L, 1);
}

/* param(name, default [, help]) -> value                                   [-3, +1, e] */
int word_param(lua_State *L)
{
	struct script *script = script_of(L);
	only_loading(L, "param");
	const char *name = take_string(L, 1, "param", "a name");
	int type = lua_type(L, 2);
	if (type != LUA_TBOOLEAN && type != LUA_TNUMBER && type != LUA_TSTRING)
		take_refuse(L, "param",
			    "%s: wanted a default that is a text, a number or a "
			    "boolean, got a %s",
			    name, luaL_typename(L, 2));
	if (strchr(name, '.') != NULL || strchr(name, '=') != NULL || name[0] == '\0')
		take_refuse(L, "param", "\"%s\": a name has no '.' and no '=' in it",
			    name);
	for (size_t i = 0; i < script->plan->n_params; i++)
		if (strcmp(script->plan->params[i].name, name) == 0)
			take_refuse(L, "param", "%s has been declared already", name);
	const char *help =
		lua_isnoneornil(L, 3) ? "" : take_string(L, 3, "param", "a help text");
	const char *text = override_param(script, name);
	if (text != NULL)
		push_override(L, name, text);
	else
		lua_pushvalue(L, 2);
	remember_param(L, name, help, text != NULL);
	return 1;
}

/* --- broker and known_bad ------------------------------------------------------------------- */

/* broker { max_queued_messages = …, … }                                    [-1, +0, e] */
int word_broker(lua_State *L)
{
	const struct take take = {.what = "broker", .rows = {plan_broker_row()}};
	only_loading(L, "broker");
	take_table(L, 1, "broker", "{ max_queued_messages = 1000 }");
	take_settings(L, 1, &take, (struct settings *[]){&script_of(L)->plan->broker});
	return 0;
}

static const struct param KNOWN_BAD_PARAMS[] = {
	{.name = "firmware",
	 .type = PARAM_TEXT,
	 .fallback = "",
	 .help = "The firmware build; left out: any."},
	{.name = "cloud",
	 .type = PARAM_TEXT,
	 .fallback = "",
	 .help = "The service's build; left out: any."},
	{.name = "breaks",
	 .type = PARAM_NAMES,
	 .help = "The properties that these builds are expected to break, and no others."},
};
const struct vocab_row *known_bad_row(void)
{
	static const struct vocab_row ROW = {
		.name = "known_bad",
		.summary = "What one combination of builds is known to break.",
		.help = "There a missing or an additional violation is the failure; the builds "
			"must run as they ship, with no safeguard set.",
		.params = KNOWN_BAD_PARAMS,
		.n_params = WORD_COUNT(KNOWN_BAD_PARAMS),
	};
	return &ROW;
}

/* known_bad { firmware = …, cloud = …, breaks = { … } }                    [-1, +0, e] */
int word_known_bad(lua_State *L)
{
	const struct take take = {.what = "known_bad", .rows = {known_bad_row()}};
	struct value values[SCRIPT_VALUES_MAX];
	char where[SCRIPT_WHERE_MAX];

	only_loading(L, "known_bad");
	take_table(L, 1, "known_bad",
		   "{ firmware = \"…\", breaks = { \"stale_start\" } }");
	take_values(L, 1, &take, (struct value *[]){values});
	struct plan_known_bad *bad = plan_add_known_bad(script_of(L)->plan);
	if (bad == NULL)
		return luaL_error(L, "not enough memory");
	script_where(L, where);
	bad->where = strdup(where);
	bad->firmware = values[0].given ? strdup(values[0].as.text) : NULL;
	bad->cloud = values[1].given ? strdup(values[1].as.text) : NULL;
	for (const char *at = values[2].as.text; *at != '\0';) {
		size_t length = strcspn(at, ",");
		lua_pushlstring(L, at, length);
		if (plan_known_bad_add(bad, lua_tostring(L, -1)) != SIM_OK)
			return luaL_error(L, "not enough memory");
		at += length + (at[length] == ',' ? 1 : 0);
	}
	return 0;
}
