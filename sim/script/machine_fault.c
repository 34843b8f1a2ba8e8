/* machine_fault.c - faults of machines: fleet:power_cut { … }, fleet[3]:plate_sensor { … };
 * and what every fault that is no link's leaves behind. */
#include "sim/script/room.h"

#include "printers/faults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What one call has done, for its receipt at the end. */
struct machine_fault {
	const struct vocab_row *row;
	char who[SCRIPT_GLOB_MAX];
	int number, machines; /* machines: or 1, the service */
	sim_ns at, last;
	trace_id armed;
	struct machine_fault *next;
};

static const struct vocab_row *find(const char *name)
{
	const struct vocab_row *row;
	for (size_t i = 0; (row = printer_fault_row(i)) != NULL; i++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

/* "state=blind" of what was given. */
static void add_options(struct text *text, const struct vocab_row *row,
			const struct value *values)
{
	for (size_t i = 0; i < row->n_params; i++) {
		if (!values[i].given)
			continue;
		text_addf(text, "%s%s=", text->length > 0 ? " " : "",
			  row->params[i].name);
		param_add_text(text, &row->params[i], &values[i]);
	}
}

static struct machine_fault *record(lua_State *L, const struct vocab_row *row,
				    const char *who, const struct value *values)
{
	struct script *script = script_of(L);
	struct machine_fault *fault = calloc(1, sizeof(*fault)),
			     **place = &script->faults;
	struct text options = {0};
	if (fault == NULL)
		luaL_error(L, "not enough memory");
	fault->row = row;
	fault->at = fault->last = script_now(script);
	snprintf(fault->who, sizeof(fault->who), "%s", who);
	for (fault->number = 1; *place != NULL; place = &(*place)->next)
		fault->number++;
	*place = fault;
	add_options(&options, row, values);
	fault->armed =
		trace_say(script->stage.trace, script_cause(script), KIND_FAULT_ARMED,
			  who, F_TEXT("fault", row->name), F_INT("number", fault->number),
			  F_TEXT("options", text_cstr(&options)));
	text_fini(&options);
	return fault;
}

static trace_id say_acted(const struct script *script, const struct machine_fault *fault,
			  const char *who)
{
	return trace_say(script->stage.trace, fault->armed, KIND_FAULT_ACTED, who,
			 F_TEXT("fault", fault->row->name),
			 F_INT("number", fault->number),
			 F_TEXT("action", fault->row->name));
}

trace_id service_fault(lua_State *L, const struct vocab_row *row,
		       const struct value *values, sim_ns lasts)
{
	struct machine_fault *fault = record(L, row, "cloud", values);
	fault->machines = 1;
	fault->last = lasts < SIM_NEVER - fault->at ? fault->at + lasts : SIM_NEVER;
	return say_acted(script_of(L), fault, "cloud");
}

static void apply(lua_State *L, struct machine_fault *fault, int index,
		  const struct value *values)
{
	struct script *script = script_of(L);
	const struct fleet_printer *view = fleet_printer(script->fleet, index);
	struct sim_error error;
	trace_id acted = say_acted(script, fault, view->name);
	struct fleet_place before = fleet_enter_printer(script->fleet, index);
	int status = printer_fault_apply(view->printer, fault->row, values,
					 script->stage.queue, script_now(script), acted,
					 &error);
	fleet_enter(script->fleet, before);
	if (status != SIM_OK)
		take_refuse(L, fault->row->name, "%s", error.text);
	fault->machines++;
	fleet_touched(script->fleet, index, script_now(script));
}

/* printer:clock_skew { … } and its kin; fleet:… for each. Upvalue: the name.  [-2, +0, e] */
static int machine_fault(lua_State *L)
{
	const struct vocab_row *row = find(lua_tostring(L, lua_upvalueindex(1)));
	const struct fleet_box *fleet = box_test(L, 1, SCRIPT_FLEET.name);
	const struct printer_box *printer =
		fleet != NULL ? NULL : box_check(L, 1, SCRIPT_PRINTER.name);
	const struct take take = {.what = row->name, .rows = {row}};
	const struct script *script = script_of(L);
	struct value values[SCRIPT_VALUES_MAX];

	take_table(L, 2, row->name, "{ key = value }");
	take_values(L, 2, &take, (struct value *[]){values});
	if (script_loading(L)) {
		lua_settop(L, 2);
		lua_pushvalue(L, lua_upvalueindex(1));
		lua_pushcclosure(L, machine_fault, 1);
		lua_insert(L, 1);
		actor_add(L, 2, 0, 0, SIM_NEVER);
		return 0;
	}
	script_need_run(L, row->name);
	struct machine_fault *fault =
		record(L, row, fleet != NULL ? fleet->glob : printer->name, values);
	if (printer != NULL)
		apply(L, fault, printer->index, values);
	for (int i = 0; fleet != NULL && (i = fleet_next(script, fleet, i)) >= 0; i++)
		apply(L, fault, i, values);
	return 0;
}

int machine_fault_push(lua_State *L, const char *name)
{
	if (find(name) == NULL)
		return 0;
	lua_pushstring(L, name);
	lua_pushcclosure(L, machine_fault, 1);
	return 1;
}

static void say_receipt(const struct script *script, const struct machine_fault *fault)
{
	sim_ns now = script_now(script);
	trace_say(script->stage.trace, fault->armed, KIND_FAULT_RECEIPT, fault->who,
		  F_TEXT("fault", fault->row->name), F_INT("number", fault->number),
		  F_INT("matched", fault->machines), F_INT("affected", fault->machines),
		  F_INT("bytes", 0), F_INT("first_ns", fault->at),
		  F_INT("last_ns", fault->last < now ? fault->last : now),
		  F_TEXT("why", fault->machines > 0 ? "" : "no machine took it"));
}

void machine_fault_receipts(struct script *script)
{
	for (const struct machine_fault *fault = script->faults; fault;
	     fault = fault->next)
		say_receipt(script, fault);
}

void machine_fault_free_all(struct script *script)
{
	while (script->faults != NULL) {
		struct machine_fault *next = script->faults->next;
		free(script->faults);
		script->faults = next;
	}
}
