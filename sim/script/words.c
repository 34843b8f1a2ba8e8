/* words.c - the words of the language in one table, and how they get into Lua. */
#include "sim/script/room.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const struct script_word GLOBALS[] = {
	{{.name = "after",
	  .summary =
		  "Runs the function after that time, counted from now (in the file itself: "
		  "from the start)."},
	 "duration: jobjam.Duration, fn: fun()",
	 NULL,
	 word_after},
	{{.name = "assumption",
	  .summary = "Names something that the scenario assumes; the report shows it."},
	 "text: string",
	 NULL,
	 word_assumption},
	{{.name = "at",
	  .summary = "Runs the function at that instant.",
	  .help = "Instants: \"2023-08-15T02:30Z\", \"10:03Z\" (the first such time after the "
		  "start), \"22:30 Europe/Berlin\", \"+3h\", or seconds after the start. One "
		  "outside the run is an error. The function may wait."},
	 "instant: jobjam.Instant, fn: fun()",
	 NULL,
	 word_at},
	{{.name = "bridge",
	  .summary = "A site with a broker of its own, bridged to the cloud's.",
	  .help = "Before printers{}, whose groups may then be there."},
	 "options?: jobjam.BridgeOptions",
	 NULL,
	 word_bridge},
	{{.name = "broker", .summary = "Settings of the broker under test."},
	 "options: jobjam.BrokerOptions",
	 NULL,
	 word_broker},
	{{.name = "cloud",
	  .summary = "The print service: its build, clients and safeguards."},
	 "options?: jobjam.CloudOptions",
	 "jobjam.Service",
	 word_cloud},
	{{.name = "cut",
	  .summary =
		  "Answer of a net.on function: the packet is gone, and the connection with it."},
	 "",
	 "jobjam.Verdict",
	 word_cut},
	{{.name = "delay",
	  .summary =
		  "Answer of a net.on function: the packet goes on after that time; what follows waits behind it."},
	 "by: jobjam.Duration, options?: jobjam.DelayAnswerOptions",
	 "jobjam.Verdict",
	 word_delay},
	{{.name = "drop", .summary = "Answer of a net.on function: the packet vanishes."},
	 "",
	 "jobjam.Verdict",
	 word_drop},
	{{.name = "duplicate",
	  .summary =
		  "Answer of a net.on function: so many copies (1 unless said) follow the packet at once."},
	 "copies?: integer",
	 "jobjam.Verdict",
	 word_duplicate},
	{{.name = "every",
	  .summary =
		  "Runs the function again and again, with that time between, to the end of "
		  "the run or until an instant."},
	 "duration: jobjam.Duration, fn: fun(), until_?: jobjam.Instant",
	 NULL,
	 word_every},
	{{.name = "hold",
	  .summary =
		  "Answer of a net.on function: the packet is kept until the fault is released or lifted."},
	 "",
	 "jobjam.Verdict",
	 word_hold},
	{{.name = "job", .summary = "A sliced file, for owners to send."},
	 "options: jobjam.JobOptions",
	 "jobjam.Job",
	 word_job},
	{{.name = "known_bad",
	  .summary =
		  "Which promises exactly one combination of builds is known to break."},
	 "options: jobjam.KnownBadOptions",
	 NULL,
	 word_known_bad},
	{{.name = "machine",
	  .summary = "A model of one's own, given by its constants in SI units.",
	  .help = "Before printers{}, which may then name it."},
	 "options: jobjam.MachineOptions",
	 NULL,
	 word_machine},
	{{.name = "note",
	  .summary = "Says something in the story; what follows names it as cause."},
	 "text: string",
	 NULL,
	 word_note},
	{{.name = "now", .summary = "Seconds since the start."}, "", "number", word_now},
	{{.name = "owners", .summary = "The people whose machines these are."},
	 "options: jobjam.OwnersOptions",
	 "jobjam.People",
	 word_owners},
	{{.name = "param",
	  .summary = "Declares a value that --set name=value can change; returns it.",
	  .help = "The default's type (text, number, boolean) is that of every value."},
	 "name: string, default: any, help?: string",
	 "any",
	 word_param},
	{{.name = "pass",
	  .summary =
		  "Answer of a net.on function: the packet goes on as it is, as if nothing were returned."},
	 "",
	 "jobjam.Verdict",
	 word_pass},
	{{.name = "printers", .summary = "The fleet: groups of machines."},
	 "groups: jobjam.PrintersOptions",
	 "jobjam.Fleet",
	 word_printers},
	{{.name = "published",
	  .summary =
		  "Names something that was published about the outage; the report shows it."},
	 "text: string",
	 NULL,
	 word_published},
	{{.name = "replace",
	  .summary = "Answer of a net.on function: the packet goes on changed.",
	  .help = "Either what was assigned to its fields, or what the table says: replace { topic = \"…\", json = { [\"print.task_id\"] = \"7\" }, properties = { message_expiry = 60 } }. nil removes where that can be done."},
	 "changes?: jobjam.Packet|jobjam.Replacement",
	 "jobjam.Verdict",
	 word_replace},
	{{.name = "scenario",
	  .summary = "Name, start, length and seed of the run; comes first."},
	 "options: jobjam.ScenarioOptions",
	 NULL,
	 word_scenario},
	{{.name = "utc", .summary = "The instant as \"2023-08-15T02:30:00Z\"."},
	 "",
	 "string",
	 word_utc},
	{{.name = "wait", .summary = "Lets that much time of the run pass."},
	 "duration: jobjam.Duration",
	 NULL,
	 word_wait},
	{{.name = "wait_until",
	  .summary = "Waits until the function returns true; false when it gave up.",
	  .help = "It looks whenever something was recorded, and every 10s."},
	 "condition: (fun(): any), options?: jobjam.WaitUntilOptions",
	 "boolean",
	 word_wait_until},
};

const struct script_class SCRIPT_GLOBALS = {
	.name = "",
	.summary = "Words of their own.",
	.kind = CLASS_GLOBALS,
	.words = GLOBALS,
	.n_words = WORD_COUNT(GLOBALS),
};

const struct script_class *script_class_at(size_t index)
{
	static const struct script_class *const CLASSES[] = {
		&SCRIPT_GLOBALS, &SCRIPT_BROKER, &SCRIPT_CHANCE,  &SCRIPT_EXPECT,
		&SCRIPT_NET,     &SCRIPT_FLEET,  &SCRIPT_PRINTER, &SCRIPT_SERVICE,
		&SCRIPT_PEOPLE,  &SCRIPT_LINK,   &SCRIPT_FAULT,   &SCRIPT_EVENT,
		&SCRIPT_TRACE,   &SCRIPT_JOB,    &SCRIPT_PACKET,
	};
	return index < WORD_COUNT(CLASSES) ? CLASSES[index] : NULL;
}

/* --- handles ------------------------------------------------------------------------------ */

static const struct script_class *find_class(const char *name)
{
	const struct script_class *class;
	for (size_t i = 0; (class = script_class_at(i)) != NULL; i++)
		if (strcmp(class->name, name) == 0)
			return class;
	return NULL;
}

void *box_new(lua_State *L, const char *class, size_t size)
{
	assert(size >= sizeof(struct sandbox_box));
	struct sandbox_box *box = lua_newuserdatauv(L, size, 0);
	memset(box, 0, size);
	box->serial = ++script_of(L)->serials;
	luaL_setmetatable(L, class);
	return box;
}

void *box_test(lua_State *L, int index, const char *class)
{
	return luaL_testudata(L, index, class);
}

void *box_check(lua_State *L, int index, const char *class)
{
	void *box = box_test(L, index, class);
	if (box == NULL)
		luaL_error(L,
			   "wanted a %s, got a %s: is there a '.' where a ':' should be?",
			   class, luaL_typename(L, index));
	return box;
}

static const char *next_method(const void *arg, size_t i)
{
	const struct script_class *class = arg;
	if (i < class->n_words)
		return class->words[i].row.name;
	const struct vocab_row *row =
		class->row != NULL ? class->row(i - class->n_words) : NULL;
	return row != NULL ? row->name : NULL;
}

/* __index of a handle: upvalues are the table of its words, the class's name, and the
 * function that answers for what is no word (or nil).                      [-2, +1, e] */
static int handle_read(lua_State *L)
{
	const char *class_name = lua_tostring(L, lua_upvalueindex(2));
	lua_CFunction read = lua_tocfunction(L, lua_upvalueindex(3));
	box_check(L, 1, class_name);
	lua_settop(L, 2);
	lua_pushvalue(L, 2);
	if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
		return 1;
	lua_settop(L, 2);
	int n = read != NULL ? read(L) : 0;
	const struct script_class *class = find_class(class_name);
	if (n > 0 || lua_type(L, 2) != LUA_TSTRING ||
	    strcmp(class_name, SCRIPT_EVENT.name) == 0)
		return n;
	struct sim_error error;
	if (class == NULL || next_method(class, 0) == NULL)
		return luaL_error(L, "a %s has no field \"%s\"", class_name,
				  lua_tostring(L, 2));
	vocab_unknown(&error, "name", lua_tostring(L, 2), next_method, class);
	return luaL_error(L, "%s: %s", class_name, error.text);
}

static int handle_write(lua_State *L)
{
	return luaL_error(L, "handles are not for writing to");
}

static int handle_show(lua_State *L)
{
	lua_pushvalue(L, lua_upvalueindex(1));
	return 1;
}

/* A table of the class's words.                                            [-0, +1, m] */
static void push_words(lua_State *L, const struct script_class *class)
{
	lua_newtable(L);
	for (size_t i = 0; class != NULL && i < class->n_words; i++) {
		lua_pushcfunction(L, class->words[i].fn);
		lua_setfield(L, -2, class->words[i].row.name);
	}
	const struct vocab_row *row;
	for (size_t i = 0;
	     class != NULL && class->row_fn != NULL && (row = class->row(i)) != NULL;
	     i++) {
		lua_pushstring(L, row->name);
		lua_pushcclosure(L, class->row_fn, 1);
		lua_setfield(L, -2, row->name);
	}
}

void box_class(lua_State *L, const char *class, lua_CFunction read, lua_CFunction show)
{
	luaL_newmetatable(L, class);
	push_words(L, find_class(class));
	lua_pushstring(L, class);
	if (read != NULL)
		lua_pushcfunction(L, read);
	else
		lua_pushnil(L);
	lua_pushcclosure(L, handle_read, 3);
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, handle_write);
	lua_setfield(L, -2, "__newindex");
	if (show != NULL) {
		lua_pushcfunction(L, show);
	} else {
		lua_pushstring(L, class);
		lua_pushcclosure(L, handle_show, 1);
	}
	lua_setfield(L, -2, "__tostring");
	lua_pushboolean(L, 0);
	lua_setfield(L, -2, "__metatable");
	lua_pop(L, 1);
}

/* --- tables of words ------------------------------------------------------------------------ */

/* __index of chance, net and expect: an unknown word, by name.             [-2, +1, e] */
static int word_missing(lua_State *L)
{
	const struct script_class *class =
		find_class(lua_tostring(L, lua_upvalueindex(1)));
	struct sim_error error;
	if (lua_type(L, 2) != LUA_TSTRING)
		return 0;
	vocab_unknown(&error, "word", lua_tostring(L, 2), next_method, class);
	return luaL_error(L, "%s: %s", class->name, error.text);
}

static int word_overwritten(lua_State *L)
{
	return luaL_error(L, "words of jobjam are not for writing to");
}

/* An empty table in front of the words, so that nobody overwrites them.    [-0, +1, m] */
static void push_class(lua_State *L, const struct script_class *class)
{
	lua_newtable(L);
	lua_newtable(L);
	push_words(L, class);
	lua_newtable(L);
	lua_pushstring(L, class->name);
	lua_pushcclosure(L, word_missing, 1);
	lua_setfield(L, -2, "__index");
	lua_setmetatable(L, -2);
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, word_overwritten);
	lua_setfield(L, -2, "__newindex");
	if (class->call != NULL) {
		lua_pushcfunction(L, class->call);
		lua_setfield(L, -2, "__call");
	}
	lua_pushboolean(L, 0);
	lua_setfield(L, -2, "__metatable");
	lua_setmetatable(L, -2);
}

void words_open(lua_State *L)
{
	const struct script_class *class;
	sandbox_push_words(L);
	for (size_t c = 0; (class = script_class_at(c)) != NULL; c++) {
		if (class->kind == CLASS_TABLE) {
			push_class(L, class);
			lua_setfield(L, -2, class->name);
		}
		for (size_t i = 0; class->kind == CLASS_GLOBALS && i < class->n_words;
		     i++) {
			lua_pushcfunction(L, class->words[i].fn);
			lua_setfield(L, -2, class->words[i].row.name);
		}
	}
	lua_pop(L, 1);
	open_fleet(L);
	open_printer(L);
	open_service(L);
	open_people(L);
	open_job(L);
	open_link(L);
	open_on(L);
	open_packet(L);
	open_expect(L);
	open_event(L);
}
