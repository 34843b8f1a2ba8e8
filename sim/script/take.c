/* take.c - Lua values to settings and parameters. */
#include "sim/script/room.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- errors --------------------------------------------------------------------------- */

int script_line(lua_State *L)
{
	lua_Debug frame;
	for (int level = 0; lua_getstack(L, level, &frame); level++) {
		lua_getinfo(L, "l", &frame);
		if (frame.currentline > 0)
			return frame.currentline;
	}
	return 0;
}

void script_where(lua_State *L, char ret_where[SCRIPT_WHERE_MAX])
{
	snprintf(ret_where, SCRIPT_WHERE_MAX, "%s:%d", script_of(L)->file,
		 script_line(L));
}

/* "story.lua:7" of the key, or of the call when that cannot be told. */
static void key_where(lua_State *L, const struct take *take, const char *key,
		      char ret_where[SCRIPT_WHERE_MAX])
{
	const struct script *script = script_of(L);
	int call = script_line(L), line = 0;
	if (call > 0 && key != NULL)
		line = source_key_line(script->source, script->source_length, call,
				       take->where != NULL ? take->where : "", key);
	snprintf(ret_where, SCRIPT_WHERE_MAX, "%s:%d", script->file,
		 line > 0 ? line : call);
}

/* key: NULL when it is about the whole call. */
static _Noreturn void refuse(lua_State *L, const struct take *take, const char *key,
			     const char *format, va_list list)
{
	char sentence[1024], where[SCRIPT_WHERE_MAX];
	vsnprintf(sentence, sizeof(sentence), format, list);
	key_where(L, take, key, where);
	if (script_line(L) > 0)
		lua_pushfstring(L, "%s: %s: %s", where, take->what, sentence);
	else
		lua_pushfstring(L, "%s: %s", take->what, sentence);
	lua_error(L);
	abort(); /* lua_error does not return, but is not declared so */
}

void take_refuse(lua_State *L, const char *what, const char *format, ...)
{
	const struct take take = {.what = what};
	va_list list;
	va_start(list, format);
	refuse(L, &take, NULL, format, list);
}

static _Noreturn void refuse_key(lua_State *L, const struct take *take, const char *key,
				 const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void refuse_key(lua_State *L, const struct take *take, const char *key,
		       const char *format, ...)
{
	va_list list;
	va_start(list, format);
	refuse(L, take, key, format, list);
}

const char *take_describe(lua_State *L, int index, char *buffer, size_t size)
{
	switch (lua_type(L, index)) {
	case LUA_TSTRING:
		snprintf(buffer, size, "the text \"%.60s\"", lua_tostring(L, index));
		break;
	case LUA_TBOOLEAN:
		snprintf(buffer, size, "%s", lua_toboolean(L, index) ? "true" : "false");
		break;
	case LUA_TNUMBER:
		lua_pushvalue(L, index);
		snprintf(buffer, size, "the number %.40s", lua_tostring(L, -1));
		lua_pop(L, 1);
		break;
	case LUA_TNONE:
	case LUA_TNIL:
		snprintf(buffer, size, "nothing");
		break;
	case LUA_TUSERDATA:
		snprintf(buffer, size, "a handle");
		break;
	default:
		snprintf(buffer, size, "a %s", luaL_typename(L, index));
		break;
	}
	return buffer;
}

static _Noreturn void refuse_type(lua_State *L, int index, const struct param *param,
				  const struct take *take, const char *wanted)
{
	char got[120];
	refuse_key(L, take, param->name, "%s: wanted %s, got %s", param->name, wanted,
		   take_describe(L, index, got, sizeof(got)));
}

/* --- one value -------------------------------------------------------------------------- */

static bool is_digits(const char *text)
{
	if (*text == '-')
		text++;
	return *text != '\0' && text[strspn(text, "0123456789.")] == '\0';
}

int setting_check(const struct param *param, const char *text, struct sim_error *error)
{
	struct value value;
	if ((param->type == PARAM_DURATION || param->type == PARAM_SPAN) &&
	    is_digits(text))
		return sim_fail(
			error, SIM_EINVAL,
			"%s: \"%s\" has no unit; write \"%ss\" for seconds, \"%sm\" for "
			"minutes",
			param->name, text, text, text);
	return param_parse(param, text, &value, error);
}

/* A duration at index as text with a unit.                                 [-0, +1, e] */
static const char *push_duration(lua_State *L, int index, const struct param *param,
				 const struct take *take)
{
	char buffer[DURATION_TEXT_MAX];
	struct sim_error error;
	if (lua_type(L, index) == LUA_TNUMBER) {
		double seconds = lua_tonumber(L, index);
		if (!(seconds >= 0.0 && seconds < 3155760000.0))
			refuse_key(L, take, param->name, "%s: %f seconds is no duration",
				   param->name, seconds);
		return lua_pushstring(L, duration_text((sim_ns)(seconds * 1e9 + 0.5),
						       buffer));
	}
	if (lua_type(L, index) == LUA_TBOOLEAN && !lua_toboolean(L, index))
		return lua_pushliteral(L, "0s"); /* how a safeguard is switched off */
	if (lua_type(L, index) != LUA_TSTRING)
		refuse_type(L, index, param, take,
			    "a duration such as \"5m\", or a number of seconds");
	const char *text = lua_tostring(L, index);
	struct param bare = {.name = param->name, .type = PARAM_DURATION};
	if (setting_check(&bare, text, &error) != SIM_OK)
		refuse_key(L, take, param->name, "%s", error.text);
	lua_pushvalue(L, index);
	return text;
}

/* "lo..hi" from { lo, hi } or from one duration. */
static const char *push_span(lua_State *L, int index, const struct param *param,
			     const struct take *take)
{
	if (lua_type(L, index) != LUA_TTABLE) {
		if (lua_type(L, index) == LUA_TSTRING &&
		    strstr(lua_tostring(L, index), "..")) {
			lua_pushvalue(L, index);
			return lua_tostring(L, -1);
		}
		return push_duration(L, index, param, take);
	}
	if (lua_rawlen(L, index) != 2)
		refuse_type(L, index, param, take,
			    "two durations { \"4m\", \"9m\" }, or one");
	for (int i = 1; i <= 2; i++) {
		lua_rawgeti(L, index, i);
		push_duration(L, lua_gettop(L), param, take);
		lua_remove(L, -2);
	}
	lua_pushfstring(L, "%s..%s", lua_tostring(L, -2), lua_tostring(L, -1));
	lua_replace(L, -3);
	lua_pop(L, 1);
	return lua_tostring(L, -1);
}

/* { "a", "b" } joined, or one text as it is. */
static const char *push_joined(lua_State *L, int index, const struct param *param,
			       const struct take *take, const char *gap,
			       const char *wanted)
{
	if (lua_type(L, index) == LUA_TSTRING) {
		lua_pushvalue(L, index);
		return lua_tostring(L, -1);
	}
	if (lua_type(L, index) != LUA_TTABLE)
		refuse_type(L, index, param, take, wanted);
	lua_Integer n = (lua_Integer)lua_rawlen(L, index);
	lua_pushliteral(L, "");
	for (lua_Integer i = 1; i <= n; i++) {
		if (lua_rawgeti(L, index, i) != LUA_TSTRING)
			refuse_type(L, -1, param, take, wanted);
		if (strchr(lua_tostring(L, -1), gap[0]) != NULL)
			refuse_key(L, take, param->name, "%s: \"%s\" has a '%s' in it",
				   param->name, lua_tostring(L, -1), gap);
		lua_pushfstring(L, "%s%s%s", lua_tostring(L, -2), i > 1 ? gap : "",
				lua_tostring(L, -1));
		lua_replace(L, -3);
		lua_pop(L, 1);
	}
	return lua_tostring(L, -1);
}

static const char *push_number(lua_State *L, int index, const struct param *param,
			       const struct take *take)
{
	char buffer[TEXT_REAL_MAX > 32 ? TEXT_REAL_MAX : 32];
	bool whole = param->type == PARAM_INT,
	     seconds = param->unit && !strcmp(param->unit, "s");
	if (!whole && seconds && lua_type(L, index) == LUA_TSTRING) {
		lua_pushvalue(L, index); /* "-5m": the core reads it */
		return lua_tostring(L, -1);
	}
	if (lua_type(L, index) != LUA_TNUMBER)
		refuse_type(L, index, param, take, whole ? "a whole number" : "a number");
	if (whole) {
		int exact;
		lua_Integer n = lua_tointegerx(L, index, &exact);
		if (!exact)
			refuse_type(L, index, param, take, "a whole number");
		snprintf(buffer, sizeof(buffer), "%lld", (long long)n);
		return lua_pushstring(L, buffer);
	}
	double number = lua_tonumber(L, index);
	if (!(number > -1e15 && number < 1e15))
		refuse_type(L, index, param, take, "a number of a sensible size");
	/* As many digits as text_read_real() takes back. */
	int places = 9;
	for (double size = number < 0 ? -number : number; size >= 1e6 && places > 0;
	     size /= 10)
		places--;
	return lua_pushstring(L, text_real(number, places, buffer));
}

/* "+2h30m" from any way of writing an instant. */
static const char *push_instant(lua_State *L, int index, const struct param *param,
				const struct take *take)
{
	char what[120], since[DURATION_TEXT_MAX];
	snprintf(what, sizeof(what), "%s: %s", take->what, param->name);
	lua_pushfstring(L, "+%s", duration_text(take_instant(L, index, what), since));
	return lua_tostring(L, -1);
}

/* "story.lua:12", where the function stands. */
static const char *push_place(lua_State *L, int index, const struct param *param,
			      const struct take *take)
{
	lua_Debug frame;
	if (lua_type(L, index) != LUA_TFUNCTION)
		refuse_type(L, index, param, take, "a function");
	lua_pushvalue(L, index);
	lua_getinfo(L, ">S", &frame);
	lua_pushfstring(L, "%s:%d", frame.short_src, frame.linedefined);
	return lua_tostring(L, -1);
}

const char *take_text(lua_State *L, int index, const struct param *param,
		      const struct take *take)
{
	struct sim_error error;
	const char *text = NULL;
	index = lua_absindex(L, index);
	luaL_checkstack(L, 8, NULL);

	switch (param->type) {
	case PARAM_BOOL:
		if (lua_type(L, index) != LUA_TBOOLEAN)
			refuse_type(L, index, param, take, "true or false");
		text = lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
		break;
	case PARAM_INT:
	case PARAM_REAL:
		text = push_number(L, index, param, take);
		break;
	case PARAM_DURATION:
		text = push_duration(L, index, param, take);
		break;
	case PARAM_SPAN:
		text = push_span(L, index, param, take);
		break;
	case PARAM_HOURS:
		text = push_joined(L, index, param, take, "-",
				   "two local times of day { \"23:00\", \"07:00\" }");
		break;
	case PARAM_NAMES:
		text = push_joined(L, index, param, take, ",", "a list of names");
		break;
	case PARAM_INSTANT:
		text = push_instant(L, index, param, take);
		break;
	case PARAM_FUNCTION:
		text = push_place(L, index, param, take);
		break;
	case PARAM_TEXT:
	case PARAM_CHOICE:
		/* protocol = 5 chooses "5". */
		if (lua_type(L, index) != LUA_TSTRING &&
		    (param->type != PARAM_CHOICE || lua_type(L, index) != LUA_TNUMBER))
			refuse_type(L, index, param, take, "a text");
		lua_pushvalue(L, index);
		text = lua_tostring(L, -1);
		break;
	}
	assert(text != NULL);
	if (strlen(text) != lua_rawlen(L, -1))
		refuse_key(L, take, param->name, "%s: there is a zero byte in the text",
			   param->name);
	if (setting_check(param, text, &error) != SIM_OK)
		refuse_key(L, take, param->name, "%s", error.text);
	return text;
}

/* --- tables ------------------------------------------------------------------------------- */

/* The i-th key that is known, over all rows and others. */
static const char *next_key(const void *arg, size_t i)
{
	const struct take *take = arg;
	for (size_t r = 0; r < 3 && take->rows[r] != NULL; r++) {
		if (i < take->rows[r]->n_params)
			return take->rows[r]->params[i].name;
		i -= take->rows[r]->n_params;
	}
	for (size_t o = 0; take->others != NULL && take->others[o] != NULL; o++, i--)
		if (i == 0)
			return take->others[o];
	return NULL;
}

static bool is_other(const struct take *take, const char *key)
{
	for (size_t o = 0; take->others != NULL && take->others[o] != NULL; o++)
		if (strcmp(take->others[o], key) == 0)
			return true;
	return false;
}

/* The row (0, 1, …) and the parameter of a key; -1: another, which the caller takes. */
static int find_key(lua_State *L, const struct take *take, const char *key,
		    int *ret_param)
{
	for (int r = 0; r < 3 && take->rows[r] != NULL; r++) {
		*ret_param = vocab_find_param(take->rows[r], key);
		if (*ret_param >= 0)
			return r;
	}
	if (is_other(take, key))
		return -1;
	struct sim_error error;
	if (next_key(take, 0) == NULL)
		refuse_key(L, take, key, "unknown key \"%.80s\"; it takes none", key);
	vocab_unknown(&error, "key", key, next_key, take);
	refuse_key(L, take, key, "%s", error.text);
}

/* Calls for each text key in order; raises on keys that are no texts. */
static void each_key(lua_State *L, int table, const struct take *take,
		     void (*fn)(lua_State *L, int anchor, const struct take *take,
				int row, int param, const char *key, void *arg),
		     int anchor, void *arg)
{
	sandbox_push_keys(L, table);
	int keys = lua_gettop(L);
	lua_Integer n = (lua_Integer)lua_rawlen(L, keys);
	for (lua_Integer i = 1; i <= n; i++) {
		int type = lua_rawgeti(L, keys, i), param = -1;
		if (type == LUA_TSTRING) {
			const char *key = lua_tostring(L, -1);
			int row = find_key(L, take, key, &param);
			lua_pushvalue(L, -1);
			lua_rawget(L, table);
			if (row >= 0)
				fn(L, anchor, take, row, param, key, arg);
		} else if (type != LUA_TNUMBER || !take->list_allowed) {
			refuse_key(L, take, NULL,
				   "there is a value without a key in the table; write "
				   "key = value");
		}
		lua_settop(L, keys);
	}
	lua_pop(L, 1);
}

static void set_one(lua_State *L, int unused, const struct take *take, int row, int param,
		    const char *key, void *arg)
{
	(void)unused;
	struct settings *const *settings = arg;
	char where[SCRIPT_WHERE_MAX];
	const char *text = take_text(L, -1, &take->rows[row]->params[param], take);
	if (settings == NULL || settings[row] == NULL)
		return;
	key_where(L, take, key, where);
	if (settings_set(settings[row], key, text, "scenario", where) != SIM_OK)
		luaL_error(L, "not enough memory");
}

void take_settings(lua_State *L, int table, const struct take *take,
		   struct settings *const *settings)
{
	/* Only the pointers are const; the callee's void * carries them through. */
	each_key(L, lua_absindex(L, table), take, set_one, 0,
		 (void *)(uintptr_t)settings);
}

/* table: the one that keeps the texts. */
static void value_one(lua_State *L, int table, const struct take *take, int row,
		      int param, const char *key, void *arg)
{
	struct value *const *values = arg;
	const struct param *described = &take->rows[row]->params[param];
	const char *text = take_text(L, -1, described, take);
	struct sim_error error;
	if (param_parse(described, text, &values[row][param], &error) != SIM_OK)
		refuse_key(L, take, key, "%s", error.text);
	values[row][param].given = true;
	lua_rawseti(L, table, (lua_Integer)lua_rawlen(L, table) + 1);
}

void take_values(lua_State *L, int table, const struct take *take,
		 struct value *const *values)
{
	for (size_t r = 0; r < 3 && take->rows[r] != NULL; r++) {
		assert(take->rows[r]->n_params <= SCRIPT_VALUES_MAX);
		vocab_defaults(take->rows[r], values[r]);
	}
	table = lua_absindex(L, table);
	lua_newtable(L);
	each_key(L, table, take, value_one, lua_gettop(L), (void *)(uintptr_t)values);
	for (size_t r = 0; r < 3 && take->rows[r] != NULL; r++)
		for (size_t i = 0; i < take->rows[r]->n_params; i++)
			if (take->rows[r]->params[i].fallback == NULL &&
			    !values[r][i].given)
				refuse_key(L, take, NULL, "\"%s\" is missing: %s",
					   take->rows[r]->params[i].name,
					   take->rows[r]->params[i].help);
}

void take_table(lua_State *L, int index, const char *what, const char *example)
{
	char got[120];
	if (lua_isnone(L, index) || (lua_isnil(L, index) && lua_gettop(L) == index)) {
		lua_settop(L, index - 1);
		lua_newtable(L);
		return;
	}
	if (lua_type(L, index) != LUA_TTABLE)
		take_refuse(L, what, "wanted a table such as %s, got %s", example,
			    take_describe(L, index, got, sizeof(got)));
}

const char *take_string(lua_State *L, int index, const char *what, const char *wanted)
{
	char got[120];
	if (lua_type(L, index) != LUA_TSTRING)
		take_refuse(L, what, "wanted %s, got %s", wanted,
			    take_describe(L, index, got, sizeof(got)));
	if (strlen(lua_tostring(L, index)) != lua_rawlen(L, index))
		take_refuse(L, what, "there is a zero byte in the text");
	return lua_tostring(L, index);
}

void take_check_glob(lua_State *L, const char *what, const char *glob)
{
	if (glob[0] == '\0')
		take_refuse(L, what, "\"\" is no name");
	if (strlen(glob) >= SCRIPT_GLOB_MAX)
		take_refuse(L, what,
			    "\"%.40s…\" has %d bytes; a name or a glob has at most %d",
			    glob, (int)strlen(glob), SCRIPT_GLOB_MAX - 1);
}

void take_function(lua_State *L, int index, const char *what, const char *wanted)
{
	char got[120];
	if (!lua_isfunction(L, index))
		take_refuse(L, what, "wanted %s, got %s", wanted,
			    take_describe(L, index, got, sizeof(got)));
}
