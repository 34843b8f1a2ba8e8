/* script.c - from a file to a plan, and the one way from C into Lua. */
#include "sim/script/room.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SOURCE_MAX = 4 << 20
};

struct script *script_of(lua_State *L)
{
	return *(struct script **)lua_getextraspace(L);
}

struct plan *script_plan(struct script *script)
{
	return script->plan;
}

const char *script_failure(const struct script *script)
{
	return script->failure;
}

sim_ns script_now(const struct script *script)
{
	return script->phase == SCRIPT_RUNNING || script->live ? script->stage.clock->now
							       : 0;
}

bool script_loading(lua_State *L)
{
	return script_of(L)->phase == SCRIPT_LOADING;
}

void script_need_run_to_plan(lua_State *L, const char *what)
{
	const struct script *script = script_of(L);
	if (script->phase != SCRIPT_RUNNING)
		take_refuse(L, what,
			    "only while the run is on: inside at(), after(), every()");
	if (script->judging)
		take_refuse(L, what, "a function that judges may look, not act");
}

void script_need_run(lua_State *L, const char *what)
{
	script_need_run_to_plan(L, what);
	if (script_of(L)->handling)
		take_refuse(
			L, what,
			"a function of net.on answers about its packet; what is to be done "
			"besides belongs into after(\"0s\", function() … end)");
}

void script_check(lua_State *L, int status, const struct sim_error *error)
{
	if (status == SIM_OK)
		return;
	luaL_where(L, 1);
	lua_pushstring(L, status == SIM_ENOMEM && error == NULL ? "not enough memory"
								: error->text);
	lua_concat(L, 2);
	lua_error(L);
}

void script_fail(struct script *script, const char *message)
{
	if (script->failure == NULL)
		script->failure = strdup(message);
	if (script->phase == SCRIPT_RUNNING) {
		struct sim_error error;
		sim_fail(&error, SIM_EINVAL, "%s", message);
		script->stage.stop(script->stage.stop_arg, &error);
	}
}

/* --- calls ------------------------------------------------------------------------------ */

/* Leaves the message of a failed coroutine, with its traceback, on top of L. It is built
 * in protected mode, because memory may be what has failed. */
static int build_message(lua_State *L)
{
	lua_State *co = lua_tothread(L, 1);
	const char *where = lua_tostring(L, 3);
	struct budget *budget = budget_of(L);
	if (budget->cut) {
		lua_pushstring(L, budget->why);
		return 1;
	}
	const char *message = sandbox_message(L, 2);
	/* Without a place of its own it gets that of the words that led here. */
	bool placed =
		strncmp(message, script_of(L)->file, strlen(script_of(L)->file)) == 0;
	lua_Debug frame = {.currentline = -1};
	for (int level = 0; !placed && lua_getstack(co, level, &frame); level++) {
		lua_getinfo(co, "Sl", &frame);
		if (frame.currentline > 0)
			break;
	}
	if (!placed && frame.currentline > 0)
		message = lua_pushfstring(L, "%s:%d: %s", frame.short_src,
					  frame.currentline, message);
	else if (!placed && where != NULL)
		message = lua_pushfstring(L, "%s: %s", where, message);
	luaL_traceback(L, co, message, 0);
	return 1;
}

void script_push_failure(lua_State *L, lua_State *co, int status, const char *where)
{
	struct budget *budget = budget_of(L);
	budget->reserve += 1 << 20;
	if (status == LUA_ERRMEM && !budget->cut) {
		lua_pop(co, 1);
		lua_pushstring(co, budget_shortage(budget));
	}
	lua_pushcfunction(L, build_message);
	lua_insert(L, -2);
	lua_xmove(co, L, 1);
	lua_pushstring(L, where);
	if (lua_pcall(L, 3, 1, 0) != LUA_OK) {
		lua_pop(L, 1);
		lua_pushliteral(
			L, "the script failed, and not enough memory is left to say how");
	}
	budget->reserve -= 1 << 20;
}

static int new_thread(lua_State *L)
{
	lua_newthread(L);
	return 1;
}

struct fleet_place script_enter(struct script *script)
{
	if (script->fleet == NULL)
		return (struct fleet_place){0};
	return fleet_enter(script->fleet, (struct fleet_place){.inside = INSIDE_SCRIPT});
}

void script_leave(struct script *script, struct fleet_place before)
{
	if (script->fleet != NULL)
		fleet_enter(script->fleet, before);
}

bool script_call(struct script *script, lua_State *L, int n, const char *where)
{
	int results;
	/* Protected: making a coroutine may need more memory than there is. */
	lua_pushcfunction(L, new_thread);
	if (lua_pcall(L, 0, 1, 0) != LUA_OK) {
		lua_replace(L, -(n + 2));
		lua_pop(L, n);
		return false;
	}
	lua_State *co = lua_tothread(L, -1);
	lua_insert(L, -(n + 2));
	lua_xmove(L, co, n + 1);

	struct fleet_place came_from = script_enter(script);
	struct budget_mark mark = budget_enter(&script->budget);
	int status = lua_resume(co, script->acting != NULL || script->judging ? L : NULL,
				n, &results);
	budget_leave(&script->budget, mark);
	script_leave(script, came_from);
	if (status == LUA_YIELD) {
		lua_settop(co, 0);
		lua_pushliteral(
			co, "wait works only in functions that at(), after() or every() "
			    "run");
		status = LUA_ERRRUN;
	}
	if (status != LUA_OK) {
		script_push_failure(L, co, status, where);
		return false;
	}
	if (results == 0)
		lua_pushnil(L);
	else
		lua_xmove(co, L, results > 1 ? 1 : results);
	lua_remove(L, -2);
	return true;
}

/* --- loading ------------------------------------------------------------------------------ */

static int read_source(const char *path, char **ret_source, size_t *ret_length,
		       struct sim_error *error)
{
	FILE *file = fopen(path, "re");
	char *source = malloc(SOURCE_MAX);
	int status = SIM_OK;
	size_t length = 0;

	if (file == NULL)
		status = sim_fail(error, SIM_ENOENT, "%s: %s", path, strerror(errno));
	else if (source == NULL)
		status = sim_fail(error, SIM_ENOMEM, "no memory for %s", path);
	if (status != SIM_OK)
		goto out;
	length = fread(source, 1, SOURCE_MAX, file);
	if (ferror(file))
		status = sim_fail(error, SIM_EIO, "%s: %s", path, strerror(errno));
	else if (length == SOURCE_MAX)
		status = sim_fail(error, SIM_ELIMIT, "%s is longer than %d MiB", path,
				  SOURCE_MAX >> 20);
out:
	if (file != NULL)
		fclose(file);
	if (status != SIM_OK) {
		free(source);
		return status;
	}
	*ret_source = source;
	*ret_length = length;
	return SIM_OK;
}

/* The file's name; and the plan's, until scenario{} says another: without ".lua". */
static void name_after_file(struct script *script, const char *path)
{
	const char *slash = strrchr(path, '/');
	snprintf(script->file, sizeof(script->file), "%s",
		 slash != NULL ? slash + 1 : path);
	snprintf(script->plan->name, sizeof(script->plan->name), "%s", script->file);
	char *dot = strrchr(script->plan->name, '.');
	if (dot != NULL && dot != script->plan->name)
		*dot = '\0';
}

static int open_state(lua_State *L)
{
	sandbox_open(L);
	words_open(L);
	return 0;
}

/* Compiles the file and leaves the function on the stack. */
static int compile(struct script *script, struct sim_error *error)
{
	lua_State *L = script->lua;
	char name[SCRIPT_FILE_MAX + 1];
	size_t from = 0;
	snprintf(name, sizeof(name), "@%s", script->file);
	/* A first line "#!…" is for the shell; its newline stays, so that lines keep count. */
	if (script->source_length > 0 && script->source[0] == '#')
		while (from < script->source_length && script->source[from] != '\n')
			from++;
	int status = luaL_loadbufferx(L, script->source + from,
				      script->source_length - from, name, "t");
	if (status == LUA_OK)
		return SIM_OK;
	const char *why = lua_tostring(L, -1);
	bool placed = strncmp(why, script->file, strlen(script->file)) == 0;
	return sim_fail(error, SIM_EINVAL, "%s%s%s", placed ? "" : script->file,
			placed ? "" : ": ", why);
}

/* What can only be judged when everything has been said. */
static int complete(struct script *script, const char *path, struct sim_error *error)
{
	struct plan *plan = script->plan;
	struct value values[SCRIPT_VALUES_MAX];

	if (!plan->has_scenario)
		return sim_fail(
			error, SIM_EINVAL,
			"%s: there is no scenario{ } in it; it gives the run its name, "
			"start and length",
			path);
	int status = override_rest(script, error);
	for (int i = 0; status == SIM_OK && i < plan->n_groups; i++)
		status = settings_parse(&plan->groups[i].options, plan_printers_row(),
					values, error);
	if (status == SIM_OK)
		status = settings_parse(&plan->cloud, cloud_row(), values, error);
	for (int i = 0; status == SIM_OK && i < plan->n_owners; i++)
		status = settings_parse(&plan->owners[i].options, people_row(), values,
					error);
	if (status == SIM_OK)
		status = settings_parse(&plan->broker, plan_broker_row(), values, error);
	if (status == SIM_OK)
		status = plan_check_bridges(plan, error);
	if (status == SIM_OK)
		status = expect_complete(script, error);
	return status;
}

static int run_body(struct script *script, struct sim_error *error)
{
	lua_State *L = script->lua;
	int status = compile(script, error);
	if (status != SIM_OK)
		return status;
	if (!script_call(script, L, 0, NULL))
		return sim_fail(error, SIM_EINVAL, "%s", lua_tostring(L, -1));
	lua_settop(L, 0);
	return SIM_OK;
}

static int prepare(struct script *script, const struct script_options *options,
		   struct sim_error *error)
{
	char hash[20];
	budget_init(&script->budget, options->memory_max, options->steps_max,
		    options->watchdog_ms);
	script->has_seed = options->has_seed;
	script->seed = options->seed;
	script->plan = plan_new();
	script->lua =
		script->plan != NULL ? lua_newstate(budget_alloc, &script->budget) : NULL;
	if (script->lua == NULL)
		return sim_fail(error, SIM_ENOMEM, "no memory for a scenario");
	*(struct script **)lua_getextraspace(script->lua) = script;
	name_after_file(script, options->path);
	if (options->live != NULL)
		live_prepare(script, options->live);
	int status = override_add_all(script, options->sets, error);
	if (status == SIM_OK)
		status = read_source(options->path, &script->source,
				     &script->source_length, error);
	if (status != SIM_OK)
		return status;
	snprintf(hash, sizeof(hash), "%016llx",
		 (unsigned long long)text_hash(TEXT_HASH_START, script->source,
					       script->source_length));
	script->plan->hash = strdup(hash);
	script->plan->path = strdup(options->path);
	lua_pushcfunction(script->lua, open_state);
	if (script->plan->hash == NULL || script->plan->path == NULL ||
	    lua_pcall(script->lua, 0, 0, 0) != LUA_OK)
		return sim_fail(error, SIM_ENOMEM, "no memory for a scenario: %s",
				lua_gettop(script->lua) > 0
					? lua_tostring(script->lua, -1)
					: "");
	budget_watch(script->lua, &script->budget);
	return SIM_OK;
}

int script_load(const struct script_options *options, struct script **ret_script,
		struct sim_error *error)
{
	struct script *script = calloc(1, sizeof(*script));
	if (script == NULL)
		return sim_fail(error, SIM_ENOMEM, "no memory for a scenario");
	int status = prepare(script, options, error);
	if (status == SIM_OK)
		status = run_body(script, error);
	if (status == SIM_OK && options->live != NULL)
		status = live_begin(script, options->live, error);
	else if (status == SIM_OK)
		status = complete(script, options->path, error);
	if (status != SIM_OK) {
		script_free(script);
		return status;
	}
	*ret_script = script;
	return SIM_OK;
}

void script_free(struct script *script)
{
	if (script == NULL)
		return;
	script->phase = SCRIPT_OVER;
	if (script->lua != NULL)
		lua_close(script->lua);
	actor_free_all(script);
	machine_fault_free_all(script);
	asked_free_all(script);
	while (script->outsides != NULL) {
		struct outside *next = script->outsides->next;
		free(script->outsides);
		script->outsides = next;
	}
	for (size_t i = 0; i < script->n_overrides; i++) {
		free(script->overrides[i].name);
		free(script->overrides[i].value);
	}
	free(script->overrides);
	plan_free(script->plan);
	free(script->source);
	free(script->failure);
	free(script);
}

/* --- the run ------------------------------------------------------------------------------ */

void script_notice(void *arg, const struct trace_event *event)
{
	struct script *script = arg;
	if (script->phase != SCRIPT_RUNNING)
		return;
	actor_noticed(script, event->t);
	expect_judge(script, event);
}

static void stop_world(void *arg, const struct sim_error *error)
{
	world_stop(arg, error);
}

static struct script_stage stage_of(struct world *world)
{
	return (struct script_stage){
		.clock = world_clock(world),
		.queue = world_queue(world),
		.trace = world_trace(world),
		.net = world_net(world),
		.stop = stop_world,
		.stop_arg = world,
	};
}

int script_attach(struct script *script, struct fleet *fleet, struct checks *checks,
		  struct sim_error *error)
{
	assert(script->phase == SCRIPT_LOADING);
	script->fleet = fleet;
	script->checks = checks;
	script->stage = stage_of(fleet_world(fleet));
	int status = expect_attach(script, error);
	if (status != SIM_OK)
		return status;
	script->phase = SCRIPT_RUNNING;
	trace_observe(script->stage.trace, script_notice, script);
	return SIM_OK;
}

void script_finish(struct script *script)
{
	if (script->phase != SCRIPT_RUNNING)
		return;
	machine_fault_receipts(script);
	if (script->failure == NULL)
		expect_at_end(script);
	script->phase = SCRIPT_OVER;
}
