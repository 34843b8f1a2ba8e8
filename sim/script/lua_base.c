/* lua_base.c - base and coroutine functions that repeat, and let cut-offs through. */
#include "sim/script/sandbox.h"

#include "sim/core/text.h"

#include <assert.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

/* --- protected calls ---------------------------------------------------------------- */

static int after_pcall(lua_State *L, int status, lua_KContext unused)
{
	(void)unused;
	if (status == LUA_OK || status == LUA_YIELD)
		return lua_gettop(L);
	budget_rethrow(L, status);
	lua_pushboolean(L, 0);
	lua_insert(L, -2);
	return 2;
}

/* pcall(f, ...) -> true, results... | false, error                          [-n, +m, e] */
static int base_pcall(lua_State *L)
{
	luaL_checkany(L, 1);
	lua_pushboolean(L, 1);
	lua_insert(L, 1);
	int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, after_pcall);
	return after_pcall(L, status, 0);
}

static int after_handler(lua_State *L, int unused, lua_KContext below)
{
	(void)unused;
	return lua_gettop(L) - (int)below;
}

static int after_xpcall(lua_State *L, int status, lua_KContext unused)
{
	(void)unused;
	if (status == LUA_OK || status == LUA_YIELD)
		return lua_gettop(L) - 1;
	budget_rethrow(L, status);
	int below = lua_gettop(L) - 1;
	lua_pushboolean(L, 0);
	lua_pushvalue(L, 1);
	lua_rotate(L, below + 1, 2); /* false, handler, error */
	lua_callk(L, 1, LUA_MULTRET, below, after_handler);
	return after_handler(L, LUA_OK, below);
}

/* xpcall(f, handler, ...): the handler runs after the stack has unwound, like any other
 * function, so that it cannot loop where the hook is blind.                 [-n, +m, e] */
static int base_xpcall(lua_State *L)
{
	luaL_checkany(L, 1);
	luaL_checktype(L, 2, LUA_TFUNCTION);
	lua_pushboolean(L, 1);
	lua_rotate(L, 1, 1); /* true, f, handler, arguments */
	lua_pushvalue(L, 3);
	lua_insert(L, 1);
	lua_remove(L, 4); /* handler, true, f, arguments */
	int status = lua_pcallk(L, lua_gettop(L) - 3, LUA_MULTRET, 0, 0, after_xpcall);
	return after_xpcall(L, status, 0);
}

/* --- coroutines ------------------------------------------------------------------- */

/* Moves n values from the top of L into co and resumes it; its results, or its error,
 * come back to L. Returns the number of results, or -1 with the error on top. */
static int resume(lua_State *L, lua_State *co, int n)
{
	int results;
	if (!lua_checkstack(co, n)) {
		lua_pushliteral(L, "too many arguments to resume");
		return -1;
	}
	lua_xmove(L, co, n);
	int status = lua_resume(co, L, n, &results);
	if (status != LUA_OK && status != LUA_YIELD) {
		lua_xmove(co, L, 1);
		budget_rethrow(L, status);
		return -1;
	}
	if (!lua_checkstack(L, results + 1)) {
		lua_pop(co, results);
		lua_pushliteral(L, "too many results to resume");
		return -1;
	}
	lua_xmove(co, L, results);
	return results;
}

static lua_State *check_coroutine(lua_State *L)
{
	lua_State *co = lua_tothread(L, 1);
	luaL_argexpected(L, co != NULL, 1, "coroutine");
	return co;
}

/* coroutine.resume(co, ...) -> true, results... | false, error              [-n, +m, e] */
static int co_resume(lua_State *L)
{
	lua_State *co = check_coroutine(L);
	int n = resume(L, co, lua_gettop(L) - 1);
	lua_pushboolean(L, n >= 0);
	lua_insert(L, n >= 0 ? -(n + 1) : -2);
	return n >= 0 ? n + 1 : 2;
}

static int wrapped(lua_State *L)
{
	lua_State *co = lua_tothread(L, lua_upvalueindex(1));
	int n = resume(L, co, lua_gettop(L));
	if (n >= 0)
		return n;
	int status = lua_status(co);
	if (status != LUA_OK && status != LUA_YIELD) {
		lua_resetthread(co); /* its __close variables */
		budget_rethrow(L, LUA_OK);
	}
	return lua_error(L);
}

/* coroutine.wrap(f) -> function                                             [-1, +1, e] */
static int co_wrap(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TFUNCTION);
	lua_State *co = lua_newthread(L);
	lua_pushvalue(L, 1);
	lua_xmove(L, co, 1);
	lua_pushcclosure(L, wrapped, 1);
	return 1;
}

/* coroutine.close(co): the library's, and then the cut-off, if there was one. */
static int co_close(lua_State *L)
{
	lua_CFunction library = lua_tocfunction(L, lua_upvalueindex(1));
	int n = library(L);
	budget_rethrow(L, LUA_OK);
	return n;
}

/* --- pairs and next ----------------------------------------------------------------- */

enum key_class {
	KEY_NUMBER,
	KEY_TEXT,
	KEY_BOOL,
	KEY_BOX
};

struct key {
	enum key_class class;
	int place; /* in the table of keys */
	/* long double holds every 64-bit integer and every double exactly. */
	long double number;
	const char *text;
	size_t length;
	uint64_t serial; /* of a box; or the boolean */
};

static int compare_keys(const void *a, const void *b)
{
	const struct key *left = a, *right = b;
	if (left->class != right->class)
		return left->class < right->class ? -1 : 1;
	if (left->class == KEY_NUMBER)
		return (left->number > right->number) - (left->number < right->number);
	if (left->class == KEY_TEXT) {
		size_t length =
			left->length < right->length ? left->length : right->length;
		int order = memcmp(left->text, right->text, length);
		if (order != 0)
			return order;
		return (left->length > right->length) - (left->length < right->length);
	}
	return (left->serial > right->serial) - (left->serial < right->serial);
}

static bool is_box(lua_State *L, int index)
{
	return lua_type(L, index) == LUA_TUSERDATA &&
	       lua_rawlen(L, index) >= sizeof(struct sandbox_box);
}

static struct key read_key(lua_State *L, int index, int place)
{
	struct key key = {.place = place};
	switch (lua_type(L, index)) {
	case LUA_TNUMBER:
		key.class = KEY_NUMBER;
		key.number = lua_isinteger(L, index)
				     ? (long double)lua_tointeger(L, index)
				     : (long double)lua_tonumber(L, index);
		return key;
	case LUA_TSTRING:
		key.class = KEY_TEXT;
		key.text = lua_tolstring(L, index, &key.length);
		return key;
	case LUA_TBOOLEAN:
		key.class = KEY_BOOL;
		key.serial = (uint64_t)lua_toboolean(L, index);
		return key;
	default:
		if (!is_box(L, index))
			luaL_error(
				L,
				"pairs: a key is a %s; such keys have no order that repeats "
				"(use numbers or texts as keys)",
				luaL_typename(L, index));
		key.class = KEY_BOX;
		key.serial =
			((const struct sandbox_box *)lua_touserdata(L, index))->serial;
		return key;
	}
}

void sandbox_push_keys(lua_State *L, int index)
{
	int n = 0;
	lua_newtable(L);
	int keys = lua_gettop(L);
	for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
		lua_pushvalue(L, -2);
		lua_rawseti(L, keys, ++n);
	}
	budget_charge(L, (uint64_t)n);
	if (n < 2)
		return;

	struct key *list = lua_newuserdatauv(L, (size_t)n * sizeof(*list), 0);
	for (int i = 0; i < n; i++) {
		lua_rawgeti(L, keys, i + 1);
		list[i] = read_key(L, -1, i + 1);
		lua_pop(L, 1);
	}
	qsort(list, (size_t)n, sizeof(*list), compare_keys);
	lua_createtable(L, n, 0);
	for (int i = 0; i < n; i++) {
		lua_rawgeti(L, keys, list[i].place);
		lua_rawseti(L, -2, i + 1);
	}
	lua_replace(L, keys);
	lua_settop(L, keys);
}

/* The step of pairs(): upvalues are the keys and how many have been used. What was
 * removed meanwhile is left out; what was added is not seen.                [-2, +2, -] */
static int step(lua_State *L)
{
	lua_Integer used = lua_tointeger(L, lua_upvalueindex(2));
	for (;;) {
		used++;
		if (lua_rawgeti(L, lua_upvalueindex(1), used) == LUA_TNIL)
			return 1;
		lua_pushvalue(L, -1);
		if (lua_rawget(L, 1) != LUA_TNIL)
			break;
		lua_pop(L, 2);
	}
	lua_pushinteger(L, used);
	lua_replace(L, lua_upvalueindex(2));
	return 2;
}

/* pairs(t): numbers ascending, then texts by their bytes, then false, true, then handles
 * in the order of their creation.                                           [-1, +3, e] */
static int base_pairs(lua_State *L)
{
	luaL_checkany(L, 1);
	if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
		lua_pushvalue(L, 1);
		lua_call(L, 1, 3);
		return 3;
	}
	luaL_checktype(L, 1, LUA_TTABLE);
	sandbox_push_keys(L, 1);
	lua_pushinteger(L, 0);
	lua_pushcclosure(L, step, 2);
	lua_pushvalue(L, 1);
	lua_pushnil(L);
	return 3;
}

/* next(t [, key]): the same order, but sorted anew at each call.          [-2, +2|1, e] */
static int base_next(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 2);
	sandbox_push_keys(L, 1);
	lua_Integer n = (lua_Integer)lua_rawlen(L, 3), at = 0;
	if (!lua_isnil(L, 2)) {
		bool found = false;
		while (!found && at < n) {
			lua_rawgeti(L, 3, ++at);
			found = lua_rawequal(L, 2, -1);
			lua_pop(L, 1);
		}
		budget_charge(L, (uint64_t)n);
		if (!found)
			return luaL_error(L,
					  "next: the table has no such key (any more)");
	}
	if (at == n) {
		lua_pushnil(L);
		return 1;
	}
	lua_rawgeti(L, 3, at + 1);
	lua_pushvalue(L, -1);
	lua_rawget(L, 1);
	return 2;
}

/* --- the rest ----------------------------------------------------------------------- */

const char *sandbox_tostring(lua_State *L, int index, size_t *ret_length)
{
	int type = lua_type(L, index);
	bool has_address = type == LUA_TTABLE || type == LUA_TFUNCTION ||
			   type == LUA_TUSERDATA || type == LUA_TLIGHTUSERDATA ||
			   type == LUA_TTHREAD;

	index = lua_absindex(L, index);
	if (!has_address)
		return luaL_tolstring(L, index, ret_length);
	if (luaL_getmetafield(L, index, "__tostring") != LUA_TNIL) {
		lua_pop(L, 1);
		return luaL_tolstring(L, index, ret_length);
	}
	lua_pushstring(L, type == LUA_TTHREAD ? "coroutine" : lua_typename(L, type));
	return lua_tolstring(L, -1, ret_length);
}

const char *sandbox_message(lua_State *L, int index)
{
	if (lua_type(L, index) == LUA_TSTRING || lua_type(L, index) == LUA_TNUMBER)
		lua_pushvalue(L, index);
	else
		lua_pushfstring(L, "(the error is not a text but a %s value)",
				luaL_typename(L, index));
	return lua_tostring(L, -1);
}

/* tostring(v) -> text                                                       [-1, +1, e] */
static int base_tostring(lua_State *L)
{
	luaL_checkany(L, 1);
	sandbox_tostring(L, 1, NULL);
	return 1;
}

/* setmetatable(t, metatable) -> t                                           [-2, +1, e] */
static int base_setmetatable(lua_State *L)
{
	static const char *const REFUSED[] = {"__gc", "__mode"};
	luaL_checktype(L, 1, LUA_TTABLE);
	luaL_argexpected(L, lua_isnil(L, 2) || lua_istable(L, 2), 2, "nil or table");
	lua_settop(L, 2);
	for (size_t i = 0; lua_istable(L, 2) && i < 2; i++) {
		lua_pushstring(L, REFUSED[i]);
		if (lua_rawget(L, 2) != LUA_TNIL)
			return luaL_error(
				L,
				"setmetatable: %s is not for scenarios: when memory is "
				"collected must not be seen",
				REFUSED[i]);
		lua_pop(L, 1);
	}
	if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
		return luaL_error(L, "setmetatable: this table's metatable is protected");
	lua_settop(L, 2);
	lua_setmetatable(L, 1);
	return 1;
}

/* load(text [, name [, mode [, env]]]) -> function | nil, message           [-n, +m, e] */
static int base_load(lua_State *L)
{
	size_t length;
	luaL_argexpected(L, lua_type(L, 1) == LUA_TSTRING, 1, "text");
	const char *text = lua_tolstring(L, 1, &length);
	const char *name = luaL_optstring(L, 2, text);
	bool has_env = !lua_isnone(L, 4);
	lua_settop(L, 4);

	budget_charge(L, length / 8);
	int status = luaL_loadbufferx(L, text, length, name, "t");
	if (status != LUA_OK) {
		budget_rethrow(L, status);
		lua_pushnil(L);
		lua_insert(L, -2);
		return 2;
	}
	if (has_env) {
		lua_pushvalue(L, 4);
		if (lua_setupvalue(L, -2, 1) == NULL)
			lua_pop(L, 1);
	}
	return 1;
}

void sandbox_open_base(lua_State *L)
{
	static const luaL_Reg BASE[] = {
		{"pcall", base_pcall},
		{"xpcall", base_xpcall},
		{"pairs", base_pairs},
		{"next", base_next},
		{"load", base_load},
		{"tostring", base_tostring},
		{"setmetatable", base_setmetatable},
		{NULL, NULL},
	};
	static const luaL_Reg COROUTINE[] = {{"resume", co_resume},
					     {"wrap", co_wrap},
					     {NULL, NULL}};
	static const char *const GONE[] = {"dofile", "loadfile", "collectgarbage",
					   "print",  "warn",     "require",
					   NULL};

	lua_pushglobaltable(L);
	luaL_setfuncs(L, BASE, 0);
	for (size_t i = 0; GONE[i] != NULL; i++) {
		lua_pushnil(L);
		lua_setfield(L, -2, GONE[i]);
	}
	lua_getfield(L, -1, "coroutine");
	luaL_setfuncs(L, COROUTINE, 0);
	lua_getfield(L, -1, "close");
	assert(lua_iscfunction(L, -1));
	lua_pushcclosure(L, co_close, 1);
	lua_setfield(L, -2, "close");
	lua_pop(L, 2);
}
