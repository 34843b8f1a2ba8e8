/* lua_chance.c - luck that comes from the seed. */
#include "sim/script/room.h"

#include <stdio.h>

/* Each purpose has a stream of its own: the name that the script gives, or the line on
 * which it asks. So one more question shifts no other answer. */
static const char STREAMS_KEY = 's';

static struct chance *stream(lua_State *L, int purpose, const char *what)
{
	struct script *script = script_of(L);
	char line[SCRIPT_WHERE_MAX];
	if (!script->plan->has_scenario)
		take_refuse(L, what,
			    "scenario{ } must come first: its seed is where luck comes "
			    "from");
	if (lua_isnoneornil(L, purpose))
		script_where(L, line);
	else
		snprintf(line, sizeof(line), "%s",
			 take_string(L, purpose, what, "a purpose such as \"dice\""));
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &STREAMS_KEY) == LUA_TNIL) {
		lua_pop(L, 1);
		lua_newtable(L);
		lua_pushvalue(L, -1);
		lua_rawsetp(L, LUA_REGISTRYINDEX, &STREAMS_KEY);
	}
	if (lua_getfield(L, -1, line) == LUA_TNIL) {
		lua_pop(L, 1);
		struct chance *made = lua_newuserdatauv(L, sizeof(*made), 0);
		*made = chance_stream(script->plan->seed, "script", line);
		lua_pushvalue(L, -1);
		lua_setfield(L, -3, line);
	}
	struct chance *found = lua_touserdata(L, -1);
	lua_pop(L, 2); /* the registry keeps it */
	return found;
}

/* chance.int(low, high [, purpose]) -> integer                             [-3, +1, e] */
static int chance_int_word(lua_State *L)
{
	lua_Integer low = luaL_checkinteger(L, 1), high = luaL_checkinteger(L, 2);
	if (low > high)
		take_refuse(L, "chance.int",
			    "the first number is greater than the second");
	lua_pushinteger(L, chance_int(stream(L, 3, "chance.int"), low, high));
	return 1;
}

/* chance.real(low, high [, purpose]) -> number                             [-3, +1, e] */
static int chance_real_word(lua_State *L)
{
	double low = luaL_checknumber(L, 1), high = luaL_checknumber(L, 2);
	if (!(low <= high))
		take_refuse(L, "chance.real",
			    "the first number is greater than the second");
	lua_pushnumber(L, low + (high - low) * chance_unit(stream(L, 3, "chance.real")));
	return 1;
}

/* chance.bool(probability [, purpose]) -> boolean                          [-2, +1, e] */
static int chance_bool_word(lua_State *L)
{
	double probability = luaL_checknumber(L, 1);
	if (!(probability >= 0.0 && probability <= 1.0))
		take_refuse(L, "chance.bool", "wanted a probability from 0 to 1");
	lua_pushboolean(L, chance_bool(stream(L, 2, "chance.bool"), probability));
	return 1;
}

/* chance.pick(list [, purpose]) -> one of it                               [-2, +1, e] */
static int chance_pick_word(lua_State *L)
{
	luaL_argexpected(L, lua_istable(L, 1) || lua_isuserdata(L, 1), 1, "list");
	lua_Integer n = luaL_len(L, 1);
	if (n <= 0)
		take_refuse(L, "chance.pick", "the list is empty");
	lua_geti(L, 1, chance_int(stream(L, 2, "chance.pick"), 1, n));
	return 1;
}

static const struct script_word WORDS[] = {
	{{.name = "bool", .summary = "true with that probability."},
	 "probability: number, purpose?: string",
	 "boolean",
	 chance_bool_word},
	{{.name = "int", .summary = "A whole number from low to high, both included."},
	 "low: integer, high: integer, purpose?: string",
	 "integer",
	 chance_int_word},
	{{.name = "pick", .summary = "One of the list (or of a fleet)."},
	 "list: any[]|jobjam.Fleet, purpose?: string",
	 "any",
	 chance_pick_word},
	{{.name = "real", .summary = "A number from low up to, but not including, high."},
	 "low: number, high: number, purpose?: string",
	 "number",
	 chance_real_word},
};

const struct script_class SCRIPT_CHANCE = {
	.name = "chance",
	.summary =
		"Luck that repeats: it comes from the seed and the purpose, or from the seed and "
		"the line of the call when no purpose is named.",
	.kind = CLASS_TABLE,
	.words = WORDS,
	.n_words = WORD_COUNT(WORDS),
};
