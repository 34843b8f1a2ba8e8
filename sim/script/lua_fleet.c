/* lua_fleet.c - a fleet: printers in the order of their numbers. */
#include "sim/script/room.h"

#include "printers/faults.h"

#include <stdio.h>
#include <string.h>

static const char FLEET[] = "Fleet";

void fleet_push(lua_State *L, const char *glob)
{
	struct fleet_box *fleet = box_new(L, FLEET, sizeof(*fleet));
	snprintf(fleet->glob, sizeof(fleet->glob), "%s", glob);
}

/* How many there are and what they are called: of the running fleet, or of the plan. */
static int count_all(const struct script *script)
{
	return script->fleet != NULL ? fleet_count(script->fleet)
				     : plan_printer_count(script->plan);
}

static void name_of(const struct script *script, int index, char *ret_name, size_t size)
{
	if (script->fleet != NULL)
		snprintf(ret_name, size, "%s", fleet_printer(script->fleet, index)->name);
	else
		plan_printer_name(script->plan, index, ret_name, size);
}

static const char PRINTERS_KEY =
	'p'; /* registry: handles by index, so that they compare */

void printer_push(lua_State *L, int index)
{
	const struct script *script = script_of(L);
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &PRINTERS_KEY) == LUA_TNIL) {
		lua_pop(L, 1);
		lua_newtable(L);
		lua_pushvalue(L, -1);
		lua_rawsetp(L, LUA_REGISTRYINDEX, &PRINTERS_KEY);
	}
	if (lua_rawgeti(L, -1, index + 1) == LUA_TNIL) {
		lua_pop(L, 1);
		char name[SCRIPT_GLOB_MAX];
		name_of(script, index, name, sizeof(name));
		printer_box_push(L, index, name);
		lua_pushvalue(L, -1);
		lua_rawseti(L, -3, index + 1);
	}
	lua_remove(L, -2);
}

int fleet_next(const struct script *script, const struct fleet_box *fleet, int from)
{
	char name[SCRIPT_GLOB_MAX];
	for (int n = count_all(script); from < n; from++) {
		name_of(script, from, name, sizeof(name));
		if (text_glob(fleet->glob, name))
			return from;
	}
	return -1;
}

const char *fleet_glob(lua_State *L, int index, const char *what)
{
	const struct fleet_box *fleet = box_test(L, index, FLEET);
	const struct printer_box *printer = box_test(L, index, SCRIPT_PRINTER.name);
	if (fleet != NULL)
		return fleet->glob;
	if (printer != NULL)
		return printer->name;
	const char *glob =
		take_string(L, index, what,
			    "a fleet, a printer, or a text such as \"printer/00*\"");
	take_check_glob(L, what, glob);
	struct fleet_box wanted = {.glob = {0}};
	snprintf(wanted.glob, sizeof(wanted.glob), "%s", glob);
	if (fleet_next(script_of(L), &wanted, 0) < 0) {
		char last[SCRIPT_GLOB_MAX] = "none";
		if (count_all(script_of(L)) > 0)
			name_of(script_of(L), count_all(script_of(L)) - 1, last,
				sizeof(last));
		take_refuse(L, what, "no printer is called \"%s\"; the last one is %s",
			    glob, last);
	}
	return glob;
}

/* fleet:each(fn): calls fn(printer) for each, in order                     [-2, +0, e] */
static int fleet_each(lua_State *L)
{
	const struct fleet_box *fleet = box_check(L, 1, FLEET);
	take_function(L, 2, "fleet:each", "a function(printer)");
	for (int i = 0; (i = fleet_next(script_of(L), fleet, i)) >= 0; i++) {
		lua_pushvalue(L, 2);
		printer_push(L, i);
		lua_call(L, 1, 0);
	}
	return 0;
}

/* fleet:only(glob) -> fleet                                                [-2, +1, e] */
static int fleet_only(lua_State *L)
{
	box_check(L, 1, FLEET);
	fleet_push(L, fleet_glob(L, 2, "fleet:only"));
	return 1;
}

/* fleet[i] -> printer, or nil behind the last                              [-2, +1, e] */
static int fleet_read(lua_State *L)
{
	const struct fleet_box *fleet = box_check(L, 1, FLEET);
	int exact, at = -1;
	lua_Integer wanted = lua_tointegerx(L, 2, &exact);
	for (lua_Integer i = 0; exact && i < wanted; i++)
		if ((at = fleet_next(script_of(L), fleet, at + 1)) < 0)
			break;
	if (at < 0)
		lua_pushnil(L);
	else
		printer_push(L, at);
	return 1;
}

/* #fleet                                                                   [-1, +1, e] */
static int fleet_length(lua_State *L)
{
	const struct fleet_box *fleet = box_check(L, 1, FLEET);
	int n = 0;
	for (int i = 0; (i = fleet_next(script_of(L), fleet, i)) >= 0; i++)
		n++;
	lua_pushinteger(L, n);
	return 1;
}

/* fleet[i], or a fault's name as a method                                  [-2, +1, e] */
static int fleet_field(lua_State *L)
{
	if (lua_type(L, 2) == LUA_TNUMBER)
		return fleet_read(L);
	return lua_type(L, 2) == LUA_TSTRING ? machine_fault_push(L, lua_tostring(L, 2))
					     : 0;
}

static int fleet_show(lua_State *L)
{
	lua_pushfstring(L, "fleet %s",
			((const struct fleet_box *)box_check(L, 1, FLEET))->glob);
	return 1;
}

void open_fleet(lua_State *L)
{
	box_class(L, FLEET, fleet_field, fleet_show);
	luaL_getmetatable(L, FLEET);
	lua_pushcfunction(L, fleet_length);
	lua_setfield(L, -2, "__len");
	lua_pop(L, 1);
}

/* clang-format off */
static const struct script_word FLEET_WORDS[] = {
	{{.name = "each", .summary = "Calls the function with each printer, in order."},
	 "fn: fun(printer: jobjam.Printer)", NULL, fleet_each},
	{{.name = "only", .summary = "The printers whose names fit: fleet:only(\"printer/00*\")."},
	 "glob: string", "jobjam.Fleet", fleet_only},
};
/* clang-format on */

const struct script_class SCRIPT_FLEET = {
	.name = FLEET,
	.summary =
		"Printers, in the order of their numbers: fleet[1], #fleet, and the faults of "
		"machines for all of them.",
	.kind = CLASS_HANDLE,
	.words = FLEET_WORDS,
	.n_words = WORD_COUNT(FLEET_WORDS),
	.row = printer_fault_row,
};
