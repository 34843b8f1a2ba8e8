/* sandbox.c - the globals of a script: libraries, words, and errors for everything else. */
#include "sim/script/sandbox.h"

#include "sim/core/text.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

static const char WORDS_KEY = 'w'; /* its address is the key in the registry */

void sandbox_push_words(lua_State *L)
{
	lua_rawgetp(L, LUA_REGISTRYINDEX, &WORDS_KEY);
}

/* --- names that are not there --------------------------------------------------------- */

static const struct {
	const char *name, *instead;
} MISSED[] = {
	{"os", "scenarios do not see the host; the time of the run is now() or utc()"},
	{"io",
	 "scenarios read and write no files; note(text) says something in the story"},
	{"print", "note(text) says something in the story"},
	{"warn", "note(text) says something in the story"},
	{"debug", "scenarios do without it"},
	{"package", "a scenario is one file"},
	{"require", "a scenario is one file"},
	{"dofile", "a scenario is one file"},
	{"loadfile", "a scenario is one file"},
	{"collectgarbage", "when memory is collected must not be seen"},
};

/* The i-th text among the keys of words, then of the globals. For text_nearest. */
static const char *next_word(const void *arg, size_t i)
{
	const char *const *names = arg;
	return names[i];
}

enum {
	NAMES_MAX = 255
};

static size_t add_names(lua_State *L, int table, const char **names, size_t n)
{
	for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1))
		if (lua_type(L, -2) == LUA_TSTRING && n < NAMES_MAX)
			names[n++] = lua_tostring(L, -2);
	return n;
}

/* Of equally near names the first in the alphabet: the order of a table never shows. */
static void sort_names(const char **names, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const char *name = names[i];
		size_t at = i;
		for (; at > 0 && strcmp(names[at - 1], name) > 0; at--)
			names[at] = names[at - 1];
		names[at] = name;
	}
}

static int refuse_unknown(lua_State *L, const char *name)
{
	const char *names[NAMES_MAX + 1] = {NULL};
	for (size_t i = 0; i < sizeof(MISSED) / sizeof(MISSED[0]); i++)
		if (strcmp(MISSED[i].name, name) == 0)
			return luaL_error(L, "there is no \"%s\" here: %s", name,
					  MISSED[i].instead);
	sandbox_push_words(L);
	size_t n = add_names(L, lua_gettop(L), names, 0);
	lua_pushglobaltable(L);
	n = add_names(L, lua_gettop(L), names, n);
	sort_names(names, n);
	const char *near = text_nearest(name, next_word, names);
	if (near != NULL)
		return luaL_error(L, "unknown name \"%s\"; did you mean \"%s\"?", name,
				  near);
	return luaL_error(
		L,
		"unknown name \"%s\": no variable and no word of jobjam is called so "
		"(jobjam doc lists the words)",
		name);
}

/* _G.__index(globals, name) -> value                                       [-2, +1, e] */
static int global_read(lua_State *L)
{
	if (lua_type(L, 2) != LUA_TSTRING)
		return 0;
	sandbox_push_words(L);
	lua_pushvalue(L, 2);
	if (lua_rawget(L, -2) != LUA_TNIL)
		return 1;
	return refuse_unknown(L, lua_tostring(L, 2));
}

/* _G.__newindex(globals, name, value)                                      [-3, +0, e] */
static int global_write(lua_State *L)
{
	if (lua_type(L, 2) == LUA_TSTRING) {
		sandbox_push_words(L);
		lua_pushvalue(L, 2);
		if (lua_rawget(L, -2) != LUA_TNIL)
			return luaL_error(
				L, "\"%s\" is a word of jobjam; choose another name",
				lua_tostring(L, 2));
		lua_settop(L, 3);
	}
	lua_rawset(L, 1);
	return 0;
}

/* --- math ----------------------------------------------------------------------------- */

static int no_random(lua_State *L)
{
	return luaL_error(L,
			  "math.random does not repeat; use chance.int, chance.real, "
			  "chance.bool or chance.pick, whose luck comes from the seed");
}

static void open_libraries(lua_State *L)
{
	static const luaL_Reg LIBRARIES[] = {
		{LUA_GNAME, luaopen_base},       {LUA_COLIBNAME, luaopen_coroutine},
		{LUA_TABLIBNAME, luaopen_table}, {LUA_STRLIBNAME, luaopen_string},
		{LUA_MATHLIBNAME, luaopen_math}, {LUA_UTF8LIBNAME, luaopen_utf8},
	};
	for (size_t i = 0; i < sizeof(LIBRARIES) / sizeof(LIBRARIES[0]); i++) {
		luaL_requiref(L, LIBRARIES[i].name, LIBRARIES[i].func, 1);
		lua_pop(L, 1);
	}
}

void sandbox_open(lua_State *L)
{
	static const luaL_Reg RANDOM[] = {{"random", no_random},
					  {"randomseed", no_random},
					  {NULL, NULL}};
	static const luaL_Reg GLOBALS[] = {{"__index", global_read},
					   {"__newindex", global_write},
					   {NULL, NULL}};

	open_libraries(L);
	sandbox_open_base(L);
	sandbox_open_string(L);
	sandbox_open_table(L);
	lua_getglobal(L, "math");
	luaL_setfuncs(L, RANDOM, 0);
	lua_pop(L, 1);

	lua_newtable(L);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &WORDS_KEY);
	lua_pushglobaltable(L);
	lua_newtable(L);
	luaL_setfuncs(L, GLOBALS, 0);
	lua_pushboolean(L, 0);
	lua_setfield(L, -2, "__metatable");
	lua_setmetatable(L, -2);
	lua_pop(L, 1);
}
