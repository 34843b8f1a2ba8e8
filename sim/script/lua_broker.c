/* lua_broker.c - broker:restart { … } and its kin: what happens to the broker's process. */
#include "sim/script/room.h"

#include "sim/world/broker_faults.h"

#include <string.h>

static const struct vocab_row *find(const char *name)
{
	const struct vocab_row *row;
	for (size_t i = 0; (row = broker_fault_row(i)) != NULL; i++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

/* broker:pause { … } and its kin. Upvalue: the row's name.                 [-2, +0, e] */
static int broker_fault(lua_State *L)
{
	const struct vocab_row *row = find(lua_tostring(L, lua_upvalueindex(1)));
	const struct take take = {.what = row->name, .rows = {row}};
	struct value values[SCRIPT_VALUES_MAX];
	struct sim_error error;

	if (lua_type(L, 1) != LUA_TTABLE || lua_getmetatable(L, 1) == 0)
		take_refuse(L, row->name, "is called with a colon, as in broker:%s()",
			    row->name);
	lua_pop(L, 1);
	take_table(L, 2, row->name, "{ key = value }");
	take_values(L, 2, &take, (struct value *[]){values});
	if (script_loading(L)) {
		lua_settop(L, 2);
		lua_pushvalue(L, lua_upvalueindex(1));
		lua_pushcclosure(L, broker_fault, 1);
		lua_insert(L, 1);
		actor_add(L, 2, 0, 0, SIM_NEVER);
		return 0;
	}
	script_need_run(L, row->name);
	struct script *script = script_of(L);
	if (script->fleet == NULL)
		take_refuse(L, row->name,
			    "the broker behind a live proxy is not jobjam's");
	if (broker_fault_do(fleet_world(script->fleet), row, values, script_now(script),
			    script_cause(script), &error) != SIM_OK)
		take_refuse(L, row->name, "%s", error.text);
	return 0;
}

/* broker { max_queued_messages = …, … }: the table itself is called.       [-2, +0, e] */
static int broker_called(lua_State *L)
{
	lua_remove(L, 1);
	return word_broker(L);
}

const struct script_class SCRIPT_BROKER = {
	.name = "broker",
	.summary =
		"The broker under test: broker { } sets it up, and as a process it can be "
		"paused, stopped, killed and restarted.",
	.kind = CLASS_TABLE,
	.row = broker_fault_row,
	.row_fn = broker_fault,
	.row_prefix = "Broker",
	.call = broker_called,
};
