/* lua_string.c - string functions whose work is counted, and that show no addresses. */
#include "sim/script/pattern.h"
#include "sim/script/sandbox.h"

#include <lauxlib.h>
#include <limits.h>
#include <string.h>

enum {
	BYTES_A_STEP = 64
};

/* --- patterns ------------------------------------------------------------------------- */

static bool count_steps(void *arg, uint64_t steps)
{
	return budget_count(arg, steps);
}

/* Subject at index 1, pattern at index 2 of the stack. *ret_anchored: it began with '^'. */
static struct pattern pattern_of(lua_State *L, bool *ret_anchored)
{
	size_t subject_length, length;
	const char *subject = luaL_checklstring(L, 1, &subject_length);
	const char *text = luaL_checklstring(L, 2, &length);
	*ret_anchored = length > 0 && text[0] == '^';
	return (struct pattern){
		.text = text + (*ret_anchored ? 1 : 0),
		.text_end = text + length,
		.subject = subject,
		.subject_end = subject + subject_length,
		.count = count_steps,
		.arg = budget_of(L),
	};
}

/* Raises what went wrong in a match, if anything did. */
static void check_match(lua_State *L, struct pattern *pattern)
{
	uint64_t steps = pattern->steps + 1;
	pattern->steps = 0;
	budget_charge(L, steps);
	if (pattern->error != NULL)
		luaL_error(L, "%s", pattern->error);
}

/* Pushes capture i; without captures, 0 is the whole match.                [-0, +1, e] */
static void push_capture(lua_State *L, const struct pattern *pattern, int i,
			 const char *start, const char *end)
{
	if (i == 0 && pattern->n_captures == 0) {
		lua_pushlstring(L, start, (size_t)(end - start));
		return;
	}
	if (i >= pattern->n_captures)
		luaL_error(L, "invalid capture index %%%d", i + 1);
	const struct pattern_capture *capture = &pattern->captures[i];
	if (capture->length == PATTERN_POSITION)
		lua_pushinteger(L, capture->start - pattern->subject + 1);
	else
		lua_pushlstring(L, capture->start, (size_t)capture->length);
}

/* All captures, or the whole match when there are none and whole says so. */
static int push_captures(lua_State *L, const struct pattern *pattern, const char *start,
			 const char *end, bool whole)
{
	int n = pattern->n_captures == 0 && whole ? 1 : pattern->n_captures;
	luaL_checkstack(L, n, "too many captures");
	for (int i = 0; i < n; i++)
		push_capture(L, pattern, i, start, end);
	return n;
}

/* The place that a script's position means: from 1, negative from the end. */
static size_t start_of(lua_State *L, int argument, size_t length)
{
	lua_Integer at = luaL_optinteger(L, argument, 1);
	if (at > 0)
		return (lua_Unsigned)at - 1 > length ? length + 1 : (size_t)at - 1;
	if (at == 0 || (lua_Unsigned)(-(at + 1)) + 1 > length)
		return 0;
	return length - (size_t)-at;
}

static int find_plain(lua_State *L, const struct pattern *pattern, const char *from,
		      size_t length)
{
	size_t left = (size_t)(pattern->subject_end - from);
	budget_charge(L, left / BYTES_A_STEP + length / BYTES_A_STEP);
	const char *found = memmem(from, left, lua_tostring(L, 2), length);
	if (found == NULL) {
		lua_pushnil(L);
		return 1;
	}
	lua_pushinteger(L, found - pattern->subject + 1);
	lua_pushinteger(L, found - pattern->subject + (lua_Integer)length);
	return 2;
}

static int search(lua_State *L, bool find)
{
	bool anchored;
	struct pattern pattern = pattern_of(L, &anchored);
	size_t length = (size_t)(pattern.subject_end - pattern.subject), text_length;
	const char *text = lua_tolstring(L, 2, &text_length);
	size_t from = start_of(L, 3, length);

	if (from > length) {
		lua_pushnil(L);
		return 1;
	}
	const char *at = pattern.subject + from;
	if (find && (lua_toboolean(L, 4) || pattern_is_plain(text, text_length)))
		return find_plain(L, &pattern, at, text_length);
	for (; at <= pattern.subject_end; at++) {
		const char *end = pattern_match(&pattern, at);
		check_match(L, &pattern);
		if (end != NULL && find) {
			lua_pushinteger(L, at - pattern.subject + 1);
			lua_pushinteger(L, end - pattern.subject);
			return 2 + push_captures(L, &pattern, at, end, false);
		}
		if (end != NULL)
			return push_captures(L, &pattern, at, end, true);
		if (anchored)
			break;
	}
	lua_pushnil(L);
	return 1;
}

/* string.find(s, pattern [, from [, plain]]) -> first, last, captures...   [-4, +n, e] */
static int string_find(lua_State *L)
{
	return search(L, true);
}

/* string.match(s, pattern [, from]) -> captures...                         [-3, +n, e] */
static int string_match(lua_State *L)
{
	return search(L, false);
}

/* The step of gmatch: upvalues are subject, pattern, where to go on, and the end of the
 * last match (an empty one may not stand there).                           [-n, +m, e] */
static int next_match(lua_State *L)
{
	bool anchored;
	lua_settop(L, 0);
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_pushvalue(L, lua_upvalueindex(2));
	struct pattern pattern = pattern_of(L, &anchored);
	pattern.text -= anchored ? 1 : 0; /* no anchor here: it would never end */
	const char *at = pattern.subject + lua_tointeger(L, lua_upvalueindex(3));
	const char *last = pattern.subject + lua_tointeger(L, lua_upvalueindex(4));

	for (; at <= pattern.subject_end; at++) {
		const char *end = pattern_match(&pattern, at);
		check_match(L, &pattern);
		if (end == NULL || end == last)
			continue;
		lua_pushinteger(L, end - pattern.subject);
		lua_pushvalue(L, -1);
		lua_replace(L, lua_upvalueindex(3));
		lua_replace(L, lua_upvalueindex(4));
		return push_captures(L, &pattern, at, end, true);
	}
	return 0;
}

/* string.gmatch(s, pattern [, from]) -> function                           [-3, +1, e] */
static int string_gmatch(lua_State *L)
{
	size_t length;
	luaL_checklstring(L, 1, &length);
	luaL_checkstring(L, 2);
	size_t from = start_of(L, 3, length);
	lua_settop(L, 2);
	lua_pushinteger(L, (lua_Integer)from);
	lua_pushinteger(L, -1);
	lua_pushcclosure(L, next_match, 4);
	return 1;
}

/* Adds the text at index 3 with %0..%9 filled in. */
static void add_template(lua_State *L, luaL_Buffer *buffer, const struct pattern *pattern,
			 const char *start, const char *end)
{
	size_t length;
	const char *text = lua_tolstring(L, 3, &length);
	for (size_t i = 0; i < length; i++) {
		if (text[i] != '%') {
			luaL_addchar(buffer, text[i]);
			continue;
		}
		char c = ++i < length ? text[i] : '\0';
		if (c == '%') {
			luaL_addchar(buffer, '%');
		} else if (c == '0') {
			luaL_addlstring(buffer, start, (size_t)(end - start));
		} else if (c >= '1' && c <= '9') {
			push_capture(L, pattern, c - '1', start, end);
			luaL_tolstring(L, -1, NULL);
			lua_remove(L, -2);
			luaL_addvalue(buffer);
		} else {
			luaL_error(
				L,
				"string.gsub: '%%' in the replacement must be followed by a "
				"digit or another '%%'");
		}
	}
	budget_charge(L, length / 8);
}

/* Adds what stands for one match: a text, a table's entry, a function's answer. */
static void add_replacement(lua_State *L, luaL_Buffer *buffer,
			    const struct pattern *pattern, const char *start,
			    const char *end)
{
	switch (lua_type(L, 3)) {
	case LUA_TFUNCTION: {
		lua_pushvalue(L, 3);
		int n = push_captures(L, pattern, start, end, true);
		lua_call(L, n, 1);
		break;
	}
	case LUA_TTABLE:
		push_capture(L, pattern, 0, start, end);
		lua_gettable(L, 3);
		break;
	default:
		add_template(L, buffer, pattern, start, end);
		return;
	}
	if (!lua_toboolean(L, -1)) {
		lua_pop(L, 1);
		lua_pushlstring(L, start, (size_t)(end - start));
	} else if (!lua_isstring(L, -1)) {
		luaL_error(L, "string.gsub: the replacement is a %s, not a text",
			   luaL_typename(L, -1));
	}
	luaL_addvalue(buffer);
}

/* string.gsub(s, pattern, replacement [, most]) -> text, number            [-4, +2, e] */
static int string_gsub(lua_State *L)
{
	bool anchored;
	struct pattern pattern = pattern_of(L, &anchored);
	int type = lua_type(L, 3);
	luaL_argexpected(L,
			 type == LUA_TNUMBER || type == LUA_TSTRING ||
				 type == LUA_TFUNCTION || type == LUA_TTABLE,
			 3, "text, table or function");
	lua_Integer most = luaL_optinteger(L, 4, LUA_MAXINTEGER), n = 0;
	const char *at = pattern.subject, *last = NULL;
	luaL_Buffer buffer;

	lua_settop(L, 4);
	luaL_buffinit(L, &buffer);
	while (n < most) {
		const char *end = pattern_match(&pattern, at);
		check_match(L, &pattern);
		if (end != NULL && end != last) {
			n++;
			add_replacement(L, &buffer, &pattern, at, end);
			at = last = end;
		} else if (at < pattern.subject_end) {
			luaL_addchar(&buffer, *at++);
		} else {
			break;
		}
		if (anchored)
			break;
	}
	luaL_addlstring(&buffer, at, (size_t)(pattern.subject_end - at));
	luaL_pushresult(&buffer);
	lua_pushinteger(L, n);
	return 2;
}

/* --- the rest ------------------------------------------------------------------------- */

/* string.rep(s, n [, gap]) -> text                                         [-3, +1, e] */
static int string_rep(lua_State *L)
{
	size_t length, gap_length;
	const char *text = luaL_checklstring(L, 1, &length);
	lua_Integer n = luaL_checkinteger(L, 2);
	const char *gap = luaL_optlstring(L, 3, "", &gap_length);
	luaL_Buffer buffer;

	if (n <= 0) {
		lua_pushliteral(L, "");
		return 1;
	}
	size_t most = budget_of(L)->memory_max;
	if (length + gap_length > 0 && (lua_Unsigned)n > most / (length + gap_length))
		budget_rethrow(L, LUA_ERRMEM);
	if (length + gap_length == 0)
		n = 1;
	char *to = luaL_buffinitsize(L, &buffer, (size_t)n * (length + gap_length));
	size_t size = 0;
	for (lua_Integer i = 0; i < n; i++) {
		memcpy(to + size, text, length);
		size += length;
		if (i + 1 < n) {
			memcpy(to + size, gap, gap_length);
			size += gap_length;
		}
	}
	budget_charge(L, (uint64_t)n / 8);
	luaL_pushresultsize(&buffer, size);
	return 1;
}

/* Makes what %s is to show a text without an address, and refuses %p. */
static void prepare_format(lua_State *L)
{
	size_t length;
	const char *format = luaL_checklstring(L, 1, &length);
	int argument = 1;
	for (size_t i = 0; i < length; i++) {
		if (format[i] != '%' || (i + 1 < length && format[++i] == '%'))
			continue;
		while (i < length && strchr("-+ #0123456789.", format[i]) != NULL &&
		       format[i] != '\0')
			i++;
		argument++;
		if (i < length && format[i] == 'p')
			luaL_error(
				L,
				"string.format: %%p shows addresses, which never repeat");
		if (i < length && format[i] == 's' && argument <= lua_gettop(L)) {
			sandbox_tostring(L, argument, NULL);
			lua_replace(L, argument);
		}
	}
}

/* string.format(format, ...) -> text                                       [-n, +1, e] */
static int string_format(lua_State *L)
{
	lua_CFunction library = lua_tocfunction(L, lua_upvalueindex(1));
	prepare_format(L);
	for (int i = 1; i <= lua_gettop(L); i++)
		if (lua_type(L, i) == LUA_TSTRING)
			budget_charge(L, lua_rawlen(L, i) / BYTES_A_STEP);
	return library(L);
}

/* For functions that look at every byte and make nothing, so that no memory tells. */
static int charged(lua_State *L)
{
	lua_CFunction library = lua_tocfunction(L, lua_upvalueindex(1));
	uint64_t bytes = 0;
	for (int i = 1; i <= lua_gettop(L); i++)
		if (lua_type(L, i) == LUA_TSTRING)
			bytes += lua_rawlen(L, i);
	budget_charge(L, bytes / 4);
	return library(L);
}

/* The function, with the library's own as its upvalue, in the table on top. */
static void replace_function(lua_State *L, const char *name, lua_CFunction with)
{
	if (lua_getfield(L, -1, name) != LUA_TFUNCTION || !lua_iscfunction(L, -1)) {
		lua_pop(L, 1);
		return;
	}
	lua_pushcclosure(L, with, 1);
	lua_setfield(L, -2, name);
}

void sandbox_open_string(lua_State *L)
{
	static const luaL_Reg STRING[] = {
		{"find", string_find}, {"match", string_match}, {"gmatch", string_gmatch},
		{"gsub", string_gsub}, {"rep", string_rep},     {NULL, NULL},
	};
	static const char *const UTF8[] = {"len", "offset", NULL};

	lua_getglobal(L, "string");
	luaL_setfuncs(L, STRING, 0);
	replace_function(L, "format", string_format);
	lua_pushnil(L);
	lua_setfield(L, -2, "dump");
	lua_pop(L, 1);

	lua_getglobal(L, "utf8");
	for (size_t i = 0; UTF8[i] != NULL; i++)
		replace_function(L, UTF8[i], charged);
	lua_pop(L, 1);
	/* ("x"):method() goes through the string table; nobody may swap that for another. */
	lua_pushliteral(L, "");
	lua_getmetatable(L, -1);
	lua_pushboolean(L, 0);
	lua_setfield(L, -2, "__metatable");
	lua_pop(L, 2);
}
