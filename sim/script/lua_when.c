/* lua_when.c - printer:when("nozzle", "above", 200, fn): fn runs at the first step of the
 * plant at which the true temperature is there. */
#include "sim/script/room.h"

#include <string.h>

/* While it waits nothing has to be looked at but what is recorded: the machine says
 * heat.crossed. */
static const int LOOK_EVERY_S = 86400;

enum {
	WATCH = 6 /* where its number lies, behind the arguments */
};

/* () -> boolean. Upvalues: the machine's index, the watch's number.        [-0, +1, -] */
static int has_come(lua_State *L)
{
	const struct script *script = script_of(L);
	int index = (int)lua_tointeger(L, lua_upvalueindex(1));
	int number = (int)lua_tointeger(L, lua_upvalueindex(2));
	lua_pushboolean(L,
			printer_watch_came(fleet_printer(script->fleet, index)->printer,
					   number));
	return 1;
}

static int over(lua_State *L, int status, lua_KContext unused)
{
	(void)L;
	(void)status;
	(void)unused;
	return 0;
}

/* What the machine said when it came; 0: nothing, it was so from the start. */
static trace_id crossing(const struct script *script, const char *who, int number)
{
	const struct trace *trace = script->stage.trace;
	for (size_t i = trace_count(trace); i > 0; i--) {
		const struct trace_event *event = trace_at(trace, i - 1);
		if (event->kind == KIND_HEAT_CROSSED && strcmp(event->who, who) == 0 &&
		    trace_int(event, "number", 0) == number)
			return event->id;
	}
	return 0;
}

/* After the wait: its answer lies on top; false: the run ends. */
static int act(lua_State *L, int status, lua_KContext unused)
{
	(void)status;
	(void)unused;
	if (!lua_toboolean(L, -1))
		return 0;
	const struct printer_box *box = box_check(L, 1, SCRIPT_PRINTER.name);
	struct script *script = script_of(L);
	script_set_cause(script,
			 crossing(script, box->name, (int)lua_tointeger(L, WATCH)));
	lua_pushvalue(L, 5);
	lua_callk(L, 0, 0, 0, over);
	return over(L, LUA_OK, 0);
}

/* As a function of its own in virtual time: printer, part, is, c, fn; then the watch. */
static int watch(lua_State *L)
{
	struct script *script = script_of(L);
	const struct printer_box *box = box_check(L, 1, SCRIPT_PRINTER.name);
	const struct printer_watch what = {
		.bed = strcmp(lua_tostring(L, 2), "bed") == 0,
		.above = strcmp(lua_tostring(L, 3), "above") == 0,
		.c = lua_tonumber(L, 4),
	};
	struct sim_error error;
	int number;
	if (printer_watch(fleet_printer(script->fleet, box->index)->printer,
			  script_now(script), &what, script_cause(script), &number,
			  &error) != SIM_OK)
		take_refuse(L, "printer:when", "%s", error.text);
	fleet_touched(script->fleet, box->index, script_now(script));
	lua_settop(L, WATCH - 1);
	lua_pushinteger(L, number);

	lua_pushcfunction(L, word_wait_until);
	lua_pushinteger(L, box->index);
	lua_pushinteger(L, number);
	lua_pushcclosure(L, has_come, 2);
	lua_createtable(L, 0, 1);
	lua_pushinteger(L, LOOK_EVERY_S);
	lua_setfield(L, -2, "every");
	lua_callk(L, 2, 1, 0, act);
	return act(L, LUA_OK, 0);
}

static void check_word(lua_State *L, int index, const char *a, const char *b)
{
	const char *word = take_string(L, index, "printer:when", a);
	if (strcmp(word, a) != 0 && strcmp(word, b) != 0)
		take_refuse(L, "printer:when", "\"%s\" is neither \"%s\" nor \"%s\"",
			    word, a, b);
}

/* printer:when(part, is, c, fn)                                            [-5, +0, e] */
int printer_when(lua_State *L)
{
	box_check(L, 1, SCRIPT_PRINTER.name);
	check_word(L, 2, "nozzle", "bed");
	check_word(L, 3, "above", "below");
	if (lua_type(L, 4) != LUA_TNUMBER || !(lua_tonumber(L, 4) > -273.15) ||
	    !(lua_tonumber(L, 4) < 2000.0))
		take_refuse(L, "printer:when",
			    "the third argument is a temperature in °C, such as 200");
	take_function(L, 5, "printer:when", "a function to run");
	if (!script_loading(L))
		script_need_run(L, "printer:when");
	lua_settop(L, 5);
	lua_pushcfunction(L, watch);
	lua_insert(L, 1);
	actor_add(L, 5, script_now(script_of(L)), 0, SIM_NEVER);
	return 0;
}
