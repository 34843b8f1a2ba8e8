/* lua_table.c - table functions whose work is counted, and a sort that repeats. */
#include "sim/script/sandbox.h"

#include <lauxlib.h>
#include <limits.h>

/* More elements than memory could hold: a length that only a metamethod made up. */
static lua_Integer length_of(lua_State *L, int index)
{
	lua_Integer n = luaL_len(L, index);
	if (n < 0 || n >= INT_MAX)
		luaL_error(L, "the list says that it is %I long", n);
	return n;
}

static void charge(lua_State *L, lua_Integer n)
{
	if (n > 0)
		budget_charge(L, (uint64_t)n);
}

/* table.insert(list, [at,] value)                                          [-3, +0, e] */
static int table_insert(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_Integer end = length_of(L, 1) + 1;
	int n = lua_gettop(L);
	if (n != 2 && n != 3)
		return luaL_error(L, "table.insert: wrong number of arguments");
	lua_Integer at = n == 3 ? luaL_checkinteger(L, 2) : end;
	luaL_argcheck(L, at >= 1 && at <= end, 2, "position out of bounds");
	charge(L, end - at);
	for (lua_Integer i = end; i > at; i--) {
		lua_geti(L, 1, i - 1);
		lua_seti(L, 1, i);
	}
	lua_seti(L, 1, at);
	return 0;
}

/* table.remove(list [, at]) -> value                                       [-2, +1, e] */
static int table_remove(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_Integer size = length_of(L, 1);
	lua_Integer at = luaL_optinteger(L, 2, size);
	if (!lua_isnoneornil(L, 2))
		luaL_argcheck(L, (at >= 1 && at <= size + 1) || (size == 0 && at == 0), 2,
			      "position out of bounds");
	lua_geti(L, 1, at);
	charge(L, size - at);
	for (; at < size; at++) {
		lua_geti(L, 1, at + 1);
		lua_seti(L, 1, at);
	}
	lua_pushnil(L);
	lua_seti(L, 1, at);
	return 1;
}

/* table.move(from, first, last, to [, list]) -> list                       [-5, +1, e] */
static int table_move(lua_State *L)
{
	int into = lua_isnoneornil(L, 5) ? 1 : 5;
	luaL_checktype(L, 1, LUA_TTABLE);
	luaL_checktype(L, into, LUA_TTABLE);
	lua_Integer first = luaL_checkinteger(L, 2), last = luaL_checkinteger(L, 3);
	lua_Integer to = luaL_checkinteger(L, 4);

	if (last >= first) {
		luaL_argcheck(L, first > 0 || last < LUA_MAXINTEGER + first, 3,
			      "too many elements to move");
		lua_Integer n = last - first + 1;
		luaL_argcheck(L, to <= LUA_MAXINTEGER - n + 1, 4,
			      "destination wraps around");
		charge(L, n);
		bool backwards = to > first && to <= last && into == 1;
		for (lua_Integer i = 0; i < n; i++) {
			lua_Integer at = backwards ? n - 1 - i : i;
			lua_geti(L, 1, first + at);
			lua_seti(L, into, to + at);
		}
	}
	lua_pushvalue(L, into);
	return 1;
}

/* table.concat(list [, gap [, first [, last]]]) -> text                    [-4, +1, e] */
static int table_concat(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	size_t gap_length;
	const char *gap = luaL_optlstring(L, 2, "", &gap_length);
	lua_Integer first = luaL_optinteger(L, 3, 1);
	lua_Integer last =
		lua_isnoneornil(L, 4) ? length_of(L, 1) : luaL_checkinteger(L, 4);
	luaL_Buffer buffer;

	luaL_buffinit(L, &buffer);
	for (lua_Integer i = first; i <= last; i++) {
		if (lua_geti(L, 1, i) != LUA_TSTRING && lua_type(L, -1) != LUA_TNUMBER)
			return luaL_error(L,
					  "table.concat: element %I is a %s, not a text",
					  i, luaL_typename(L, -1));
		budget_charge(L, 1 + lua_rawlen(L, -1) / 64);
		luaL_addvalue(&buffer);
		if (i < last)
			luaL_addlstring(&buffer, gap, gap_length);
		if (i == LUA_MAXINTEGER)
			break;
	}
	luaL_pushresult(&buffer);
	return 1;
}

/* table.unpack(list [, first [, last]]) -> values...                       [-3, +n, e] */
static int table_unpack(lua_State *L)
{
	lua_Integer first = luaL_optinteger(L, 2, 1);
	lua_Integer last =
		lua_isnoneornil(L, 3) ? luaL_len(L, 1) : luaL_checkinteger(L, 3);
	if (first > last)
		return 0;
	lua_Unsigned n = (lua_Unsigned)last - (lua_Unsigned)first;
	if (n >= 100000 || !lua_checkstack(L, (int)n + 1))
		return luaL_error(L, "table.unpack: too many values");
	budget_charge(L, n);
	for (lua_Unsigned i = 0; i <= n; i++)
		lua_geti(L, 1, (lua_Integer)((lua_Unsigned)first + i));
	return (int)n + 1;
}

/* --- sort --------------------------------------------------------------------------- */

/* Is the element at right (absolute index) before that at left? */
static bool before(lua_State *L, int right, int left)
{
	budget_charge(L, 8);
	if (lua_isnil(L, 2))
		return lua_compare(L, right, left, LUA_OPLT);
	lua_pushvalue(L, 2);
	lua_pushvalue(L, right);
	lua_pushvalue(L, left);
	lua_call(L, 2, 1);
	bool answer = lua_toboolean(L, -1);
	lua_pop(L, 1);
	return answer;
}

/* Merges from[low..mid) and from[mid..high) into to[low..high). */
static void merge(lua_State *L, int from, int to, lua_Integer low, lua_Integer mid,
		  lua_Integer high)
{
	lua_Integer left = low, right = mid;
	for (lua_Integer at = low; at < high; at++) {
		bool take_right = right < high;
		if (left < mid && right < high) {
			lua_rawgeti(L, from, left);
			lua_rawgeti(L, from, right);
			int top = lua_gettop(L);
			take_right = before(L, top, top - 1);
			lua_pop(L, 2);
		}
		lua_rawgeti(L, from, take_right ? right++ : left++);
		lua_rawseti(L, to, at);
	}
}

/* table.sort(list [, before]): a merge sort. It keeps the order of equals, asks the
 * same questions every time, and ends whatever `before` answers.           [-2, +0, e] */
static int table_sort(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	if (!lua_isnoneornil(L, 2))
		luaL_checktype(L, 2, LUA_TFUNCTION);
	lua_settop(L, 2);
	lua_Integer n = length_of(L, 1);
	charge(L, n);
	lua_createtable(L, (int)n, 0);
	lua_createtable(L, (int)n, 0);
	int from = 3, to = 4;
	for (lua_Integer i = 1; i <= n; i++) {
		lua_geti(L, 1, i);
		lua_rawseti(L, from, i);
	}
	for (lua_Integer width = 1; width < n; width *= 2) {
		for (lua_Integer low = 1; low <= n; low += 2 * width) {
			lua_Integer mid = low + width <= n ? low + width : n + 1;
			lua_Integer high = mid + width <= n ? mid + width : n + 1;
			merge(L, from, to, low, mid, high);
		}
		from = to;
		to = 7 - from;
	}
	for (lua_Integer i = 1; i <= n; i++) {
		lua_rawgeti(L, from, i);
		lua_seti(L, 1, i);
	}
	return 0;
}

void sandbox_open_table(lua_State *L)
{
	static const luaL_Reg TABLE[] = {
		{"insert", table_insert},
		{"remove", table_remove},
		{"move", table_move},
		{"concat", table_concat},
		{"unpack", table_unpack},
		{"sort", table_sort},
		{NULL, NULL},
	};
	lua_getglobal(L, "table");
	luaL_setfuncs(L, TABLE, 0);
	lua_pop(L, 1);
}
