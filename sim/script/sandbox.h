/*
 * sandbox.h - the Lua that scripts get: the standard library without what would make a
 * run differ, or never end.
 *
 * Kept: base, coroutine, table, string, math, utf8. Gone: os io package debug require
 * dofile loadfile collectgarbage print warn string.dump math.random. Replaced:
 *
 *	pairs next          in order: 1..n, other numbers, strings, booleans, handles
 *	tostring format     without addresses
 *	setmetatable        refuses __gc and __mode: nobody can see the collector at work
 *	load                text only
 *	pcall xpcall coroutine.resume wrap close    let cut-offs through
 *	string.find match gmatch gsub rep           counted (script_pattern.h)
 *	table.insert remove move concat sort unpack counted; sort is stable
 *
 * Reading a global that nobody has set is an error that names the nearest word; words of
 * the vocabulary cannot be overwritten.
 */
#ifndef JOBJAM_SCRIPT_SANDBOX_H
#define JOBJAM_SCRIPT_SANDBOX_H

#include "sim/script/budget.h"

/* Sets the libraries and the (still empty) table of words up. Call it protected: it
 * raises when memory ends.                                                 [-0, +0, m] */
void sandbox_open(lua_State *L);
/* The table in which the vocabulary's words stand (by name).               [-0, +1, -] */
void sandbox_push_words(lua_State *L);

/* What tostring() shows, without an address: pushes it and returns it.     [-0, +1, e] */
const char *sandbox_tostring(lua_State *L, int index, size_t *ret_length);

/* Pushes a list of the keys of the table at (absolute) index, in the order of pairs().
 *                                                                          [-0, +1, e] */
void sandbox_push_keys(lua_State *L, int index);

/* For errors: makes any error value a message; no script code runs.        [-0, +1, m] */
const char *sandbox_message(lua_State *L, int index);

/* lua_base.c, lua_string.c, lua_table.c: replace functions in the tables that are there. */
void sandbox_open_base(lua_State *L);
void sandbox_open_string(lua_State *L);
void sandbox_open_table(lua_State *L);

/* Anything that pairs() can put in order beside numbers, texts and booleans: userdata of
 * this room begins with its number, which counts creations. */
struct sandbox_box {
	uint64_t serial;
};

#endif
