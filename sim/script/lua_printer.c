/* lua_printer.c - one machine, as a script sees it. */
#include "sim/script/room.h"

#include "printers/faults.h"

#include <stdio.h>
#include <string.h>

static const char PRINTER[] = "Printer";

void printer_box_push(lua_State *L, int index, const char *name)
{
	struct printer_box *printer = box_new(L, PRINTER, sizeof(*printer));
	printer->index = index;
	snprintf(printer->name, sizeof(printer->name), "%s", name);
}

static struct printer_view look(lua_State *L, const char *what)
{
	struct script *script = script_of(L);
	const struct printer_box *printer = box_check(L, 1, PRINTER);
	struct printer_view view;
	/* Judging functions may look, too. */
	if (script->phase != SCRIPT_RUNNING)
		script_need_run(L, what);
	struct fleet_place before = fleet_enter_printer(script->fleet, printer->index);
	printer_look(fleet_printer(script->fleet, printer->index)->printer,
		     script_now(script), &view);
	fleet_enter(script->fleet, before);
	return view;
}

/* printer:state() -> "IDLE", "RUNNING", …                                  [-1, +1, e] */
static int printer_state(lua_State *L)
{
	lua_pushstring(L, look(L, "printer:state").state);
	return 1;
}

/* printer:printing() -> boolean                                            [-1, +1, e] */
static int printer_printing(lua_State *L)
{
	lua_pushboolean(L, look(L, "printer:printing").printing);
	return 1;
}

/* printer:plate() -> how many objects lie on it                            [-1, +1, e] */
static int printer_plate(lua_State *L)
{
	lua_pushinteger(L, look(L, "printer:plate").objects);
	return 1;
}

/* printer:job() -> name, task; nothing when there is none                  [-1, +2, e] */
static int printer_job(lua_State *L)
{
	struct printer_view view = look(L, "printer:job");
	if (view.job[0] == '\0')
		return 0;
	lua_pushstring(L, view.job);
	lua_pushinteger(L, view.task);
	return 2;
}

/* printer:prompt() -> does one wait on its screen                          [-1, +1, e] */
static int printer_prompt(lua_State *L)
{
	lua_pushboolean(L, look(L, "printer:prompt").prompt != 0);
	return 1;
}

/* printer:nozzle() -> °C                                                   [-1, +1, e] */
static int printer_nozzle(lua_State *L)
{
	lua_pushnumber(L, look(L, "printer:nozzle").nozzle_c);
	return 1;
}

/* printer:bed() -> °C                                                      [-1, +1, e] */
static int printer_bed(lua_State *L)
{
	lua_pushnumber(L, look(L, "printer:bed").bed_c);
	return 1;
}

/* printer:attended() -> is anybody awake at it                             [-1, +1, e] */
static int printer_attended(lua_State *L)
{
	struct script *script = script_of(L);
	const struct printer_box *printer = box_check(L, 1, PRINTER);
	if (script->phase != SCRIPT_RUNNING)
		script_need_run(L, "printer:attended");
	struct people *people = fleet_people(script->fleet);
	lua_pushboolean(L, people != NULL && people_attended(people, printer->index));
	return 1;
}

static void push_setting(lua_State *L, const struct script *script, int index,
			 const char *name)
{
	const struct plan_group *group = plan_printer_group(script->plan, index);
	const struct setting *setting =
		group != NULL ? settings_get(&group->options, name) : NULL;
	const struct vocab_row *row = plan_printers_row();
	lua_pushstring(L, setting != NULL
				  ? setting->value
				  : row->params[vocab_find_param(row, name)].fallback);
}

/* Fields: name, model, zone, firmware; then the faults.                    [-2, +1, e] */
static int printer_field(lua_State *L)
{
	static const struct {
		const char *field, *option;
	} FIELDS[] = {{"model", "model"}, {"zone", "timezone"}, {"firmware", "firmware"}};
	const struct script *script = script_of(L);
	const struct printer_box *printer = box_check(L, 1, PRINTER);
	if (lua_type(L, 2) != LUA_TSTRING)
		return 0;
	const char *name = lua_tostring(L, 2);
	if (strcmp(name, "name") == 0) {
		lua_pushstring(L, printer->name);
		return 1;
	}
	if (strcmp(name, "firmware") == 0 && script->fleet != NULL) {
		lua_pushstring(L, fleet_printer(script->fleet, printer->index)->firmware);
		return 1;
	}
	for (size_t i = 0; i < WORD_COUNT(FIELDS); i++) {
		if (strcmp(FIELDS[i].field, name) != 0)
			continue;
		push_setting(L, script, printer->index, FIELDS[i].option);
		return 1;
	}
	return machine_fault_push(L, name);
}

static int printer_show(lua_State *L)
{
	lua_pushstring(L, ((const struct printer_box *)box_check(L, 1, PRINTER))->name);
	return 1;
}

void open_printer(lua_State *L)
{
	box_class(L, PRINTER, printer_field, printer_show);
}

/* clang-format off */
static const struct script_word PRINTER_WORDS[] = {
	{{.name = "attended", .summary = "Is anybody awake at the machine now?"},
	 "", "boolean", printer_attended},
	{{.name = "bed", .summary = "The bed's true temperature in °C."},
	 "", "number", printer_bed},
	{{.name = "job", .summary = "Name and task of the job on it; nothing when there is none."},
	 "", "string?, integer?", printer_job},
	{{.name = "nozzle", .summary = "The nozzle's true temperature in °C."},
	 "", "number", printer_nozzle},
	{{.name = "plate", .summary = "How many objects lie on its plate."},
	 "", "integer", printer_plate},
	{{.name = "printing", .summary = "Does anything move or heat for a job?"},
	 "", "boolean", printer_printing},
	{{.name = "prompt", .summary = "Does a question wait on its screen?"},
	 "", "boolean", printer_prompt},
	{{.name = "state", .summary = "What its screen says: IDLE, PREPARE, RUNNING, PAUSE, FINISH, FAILED."},
	 "", "string", printer_state},
	{{.name = "when", .summary = "Runs the function once the true temperature is above or below that one.",
	  .help = "At the first step of the plant at which it is: \"nozzle\" or \"bed\", \"above\" or \"below\", °C."},
	 "part: string, is: string, celsius: number, fn: fun()", NULL, printer_when},
};
/* clang-format on */

const struct script_class SCRIPT_PRINTER = {
	.name = PRINTER,
	.summary = "One machine. Fields: name, model, zone, firmware.",
	.kind = CLASS_HANDLE,
	.words = PRINTER_WORDS,
	.n_words = WORD_COUNT(PRINTER_WORDS),
	.row = printer_fault_row,
};
