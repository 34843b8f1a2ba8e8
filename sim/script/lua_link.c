/* lua_link.c - net.link and the faults on links. */
#include "sim/script/room.h"

#include "net/fault.h"
#include "net/match.h"

#include <stdio.h>
#include <string.h>

static const char LINK[] = "Link", FAULT[] = "Fault";

struct link_box {
	struct sandbox_box box;
	char glob[SCRIPT_GLOB_MAX];
};

void link_push(lua_State *L, const char *name)
{
	struct link_box *link = box_new(L, LINK, sizeof(*link));
	snprintf(link->glob, sizeof(link->glob), "%s", name);
}

struct fault_box {
	struct sandbox_box box;
	struct fault *fault; /* borrowed; NULL until it is armed */
	char name[48];
};

/* net.link(name or glob) -> link                                           [-1, +1, e] */
static int net_link_word(lua_State *L)
{
	const char *glob =
		take_string(L, 1, "net.link",
			    "the name of a link such as \"cloud/command-a\", or a "
			    "glob such as \"printer/*\"");
	take_check_glob(L, "net.link", glob);
	link_push(L, glob);
	return 1;
}

struct fault **fault_push(lua_State *L, int index, const char *name)
{
	struct fault_box *fault = box_test(L, index, FAULT);
	if (fault != NULL) {
		lua_pushvalue(L, index);
		return &fault->fault;
	}
	fault = box_new(L, FAULT, sizeof(*fault));
	snprintf(fault->name, sizeof(fault->name), "%s", name);
	return &fault->fault;
}

/* --- arming ------------------------------------------------------------------------------- */

static void read_options(lua_State *L, int table, const struct vocab_row *row,
			 struct value *values, struct match *ret_match)
{
	struct value parts[SCRIPT_VALUES_MAX];
	struct take take = {.what = row->name, .rows = {row}};
	struct sim_error error;
	bool matches = fault_takes_match(row);

	if (matches)
		take.rows[1] = match_row();
	take_values(L, table, &take, (struct value *[]){values, parts});
	if (!matches)
		return;
	if (match_from_values(parts, ret_match, &error) != SIM_OK)
		take_refuse(L, row->name, "%s", error.text);
	asked_when(L, table, parts, ret_match);
}

/* The method of a fault: link:drop { … } -> fault. Upvalue: the row's name. A handle
 * that was made while loading comes back as the third argument.            [-3, +1, e] */
static int arm(lua_State *L)
{
	const struct vocab_row *row = fault_find(lua_tostring(L, lua_upvalueindex(1)));
	const struct link_box *link = box_test(L, 1, LINK);
	bool again = box_test(L, 3, FAULT) != NULL;
	struct value values[SCRIPT_VALUES_MAX];
	struct match match = {0};
	struct sim_error error;

	if (link == NULL)
		take_refuse(L, row->name,
			    "is called with a colon, as in net.link \"…\":%s()",
			    row->name);
	if (!again)
		take_table(L, 2, row->name, "{ key = value }");
	read_options(L, 2, row, values, &match);
	struct fault **fault = fault_push(L, 3, row->name);
	if (script_loading(L)) {
		lua_pushvalue(L, lua_upvalueindex(1));
		lua_pushcclosure(L, arm, 1);
		lua_pushvalue(L, 1);
		lua_pushvalue(L, 2);
		lua_pushvalue(L, -4);
		actor_add(L, 3, 0, 0, SIM_NEVER);
		return 1;
	}
	script_need_run(L, row->name);
	struct script *script = script_of(L);
	if (fault_arm(script->stage.net, link->glob, row, values,
		      fault_takes_match(row) ? &match : NULL, script_now(script),
		      script_cause(script), fault, &error) != SIM_OK)
		take_refuse(L, row->name, "%s", error.text);
	return 1;
}

static const char *next_fault(const void *unused, size_t i)
{
	(void)unused;
	const struct vocab_row *row = fault_row(i);
	return row != NULL ? row->name : NULL;
}

/* A method: each fault of the table is one.                                [-2, +1, e] */
static int link_field(lua_State *L)
{
	struct sim_error error;
	const char *name = take_string(L, 2, "link", "the name of a fault");
	if (strcmp(name, "name") == 0) {
		lua_pushstring(L, ((const struct link_box *)box_check(L, 1, LINK))->glob);
		return 1;
	}
	if (fault_find(name) == NULL) {
		vocab_unknown(&error, "fault", name, next_fault, NULL);
		return luaL_error(L, "%s", error.text);
	}
	lua_pushstring(L, name);
	lua_pushcclosure(L, arm, 1);
	return 1;
}

static int link_show(lua_State *L)
{
	lua_pushfstring(L, "link %s",
			((const struct link_box *)box_check(L, 1, LINK))->glob);
	return 1;
}

/* --- an armed fault ------------------------------------------------------------------------- */

static struct fault_box *armed(lua_State *L, const char *what)
{
	struct fault_box *fault = box_check(L, 1, FAULT);
	script_need_run(L, what);
	if (fault->fault == NULL)
		take_refuse(L, what, "the fault %s has not been armed yet", fault->name);
	return fault;
}

/* fault:lift()                                                             [-1, +0, e] */
static int fault_lift_word(lua_State *L)
{
	fault_lift(armed(L, "fault:lift")->fault, script_now(script_of(L)));
	return 0;
}

/* fault:release()                                                          [-1, +0, e] */
static int fault_release_word(lua_State *L)
{
	struct fault_box *fault = armed(L, "fault:release");
	struct sim_error error;
	if (fault_release(fault->fault, script_now(script_of(L)), &error) != SIM_OK)
		take_refuse(L, "fault:release", "%s", error.text);
	return 0;
}

/* fault:receipt() -> { matched = …, affected = …, bytes = … }              [-1, +1, e] */
static int fault_receipt_word(lua_State *L)
{
	const struct fault_box *fault = box_check(L, 1, FAULT);
	struct receipt receipt = {0};
	if (fault->fault != NULL && script_of(L)->phase == SCRIPT_RUNNING)
		fault_receipt(fault->fault, &receipt);
	lua_createtable(L, 0, 3);
	lua_pushinteger(L, (lua_Integer)receipt.matched);
	lua_setfield(L, -2, "matched");
	lua_pushinteger(L, (lua_Integer)receipt.affected);
	lua_setfield(L, -2, "affected");
	lua_pushinteger(L, (lua_Integer)receipt.bytes);
	lua_setfield(L, -2, "bytes");
	return 1;
}

static int fault_show(lua_State *L)
{
	lua_pushfstring(L, "fault %s",
			((const struct fault_box *)box_check(L, 1, FAULT))->name);
	return 1;
}

void open_link(lua_State *L)
{
	box_class(L, LINK, link_field, link_show);
	box_class(L, FAULT, NULL, fault_show);
}

static const struct script_word NET_WORDS[] = {
	{{.name = "link",
	  .summary = "The named path of a client to the broker, or all whose names fit.",
	  .help = "Names: \"cloud/command-a\", \"printer/007\", \"printer/*\". A link outlives its "
		  "connections; what it is told holds for links that are made later, too."},
	 "name: string",
	 "jobjam.Link",
	 net_link_word},
	{{.name = "on",
	  .summary = "A function decides what becomes of each packet that fits.",
	  .help = "net.on { link = \"printer/*\", type = \"PUBLISH\", topic = "
		  "\"device/+/request\", function(packet, link) … end }. It returns nothing "
		  "or pass, drop, hold, cut, delay(\"5s\"), duplicate(2), or replace{ topic = "
		  "… }."},
	 "options: jobjam.OnOptions",
	 "jobjam.Fault",
	 net_on_word},
};
static const struct script_word FAULT_WORDS[] = {
	{{.name = "lift", .summary = "Ends it; packets that it holds go on, in order."},
	 "",
	 NULL,
	 fault_lift_word},
	{{.name = "receipt",
	  .summary = "What it has done so far: matched, affected, bytes."},
	 "",
	 "{ matched: integer, affected: integer, bytes: integer }",
	 fault_receipt_word},
	{{.name = "release",
	  .summary = "Lets what a hold keeps back go, in order; it goes on holding."},
	 "",
	 NULL,
	 fault_release_word},
};

const struct script_class SCRIPT_NET = {
	.name = "net",
	.summary = "The network between clients and broker.",
	.kind = CLASS_TABLE,
	.words = NET_WORDS,
	.n_words = WORD_COUNT(NET_WORDS),
};
const struct script_class SCRIPT_LINK = {
	.name = LINK,
	.summary =
		"One client's path to the broker. Each fault is a method; it returns the armed "
		"fault.",
	.kind = CLASS_HANDLE,
	.row = fault_row,
	.row_returns = "jobjam.Fault",
};
const struct script_class SCRIPT_FAULT = {
	.name = FAULT,
	.summary = "A fault that is armed.",
	.kind = CLASS_HANDLE,
	.words = FAULT_WORDS,
	.n_words = WORD_COUNT(FAULT_WORDS),
};
