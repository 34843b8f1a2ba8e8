/* actor.c - functions of a script in virtual time: they begin, wait, and go on. */
#include "sim/script/lua_packet.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ACTORS_MAX = 100000,
	FIRINGS_MAX = 10000000
};

struct actor {
	struct script *script;
	int fn;     /* in the registry: the function, or a list { fn, arguments… } */
	int n_args; /* of that list; 0: fn is the function */
	sim_ns period, until; /* until: SIM_NEVER without */
	sim_ns at;
	char where[SCRIPT_WHERE_MAX];

	lua_State *co; /* while it runs or waits; NULL otherwise */
	int co_ref;
	struct queue_handle wake;
	int condition; /* of wait_until, in the registry; LUA_NOREF: it just waits */
	sim_ns gives_up, look_every;
	trace_id note; /* what it does follows from: what it waited for, or said last */
	struct actor *next;
};

static void actor_begin(void *arg, sim_ns now);
static void actor_wake(void *arg, sim_ns now);

trace_id script_cause(const struct script *script)
{
	if (script->shown != NULL)
		return script->shown->sight->cause;
	return script->acting != NULL ? script->acting->note : 0;
}

void script_set_cause(struct script *script, trace_id cause)
{
	if (script->acting != NULL)
		script->acting->note = cause;
}

void actor_free_all(struct script *script)
{
	while (script->actors != NULL) {
		struct actor *next = script->actors->next;
		free(script->actors);
		script->actors = next;
	}
}

/* --- making ------------------------------------------------------------------------------- */

static struct actor *make(lua_State *L)
{
	struct script *script = script_of(L);
	if (script->n_actors == ACTORS_MAX)
		luaL_error(L, "more than %d functions are to run at some time",
			   ACTORS_MAX);
	struct actor *actor = calloc(1, sizeof(*actor));
	if (actor == NULL)
		luaL_error(L, "not enough memory");
	script->n_actors++;
	actor->script = script;
	actor->condition = actor->co_ref = actor->fn = LUA_NOREF;
	script_where(L, actor->where);
	actor->next = script->actors;
	script->actors = actor;
	return actor;
}

void actor_add(lua_State *L, int n, sim_ns at, sim_ns period, sim_ns until)
{
	struct script *script = script_of(L);
	struct actor *actor = make(L);
	actor->period = period;
	actor->until = until;
	actor->n_args = n;
	actor->at = at;
	if (n > 0) {
		lua_createtable(L, n + 1, 0);
		lua_insert(L, -(n + 2));
		for (int i = n + 1; i >= 1; i--)
			lua_rawseti(L, -(i + 1), i);
	}
	actor->fn = luaL_ref(L, LUA_REGISTRYINDEX);
	if (script->phase == SCRIPT_RUNNING)
		queue_add(script->stage.queue, at, actor_begin, actor);
	else if (plan_add_deed(script->plan, at, actor_begin, actor) != SIM_OK)
		luaL_error(L, "not enough memory");
}

void actor_defer(lua_State *L, lua_CFunction fn)
{
	int n = lua_gettop(L);
	luaL_checkstack(L, n + 4, NULL);
	lua_pushcfunction(L, fn);
	for (int i = 1; i <= n; i++)
		lua_pushvalue(L, i);
	actor_add(L, n, 0, 0, SIM_NEVER);
}

/* --- running ------------------------------------------------------------------------------- */

static void stop_watching(struct actor *actor)
{
	if (actor->condition == LUA_NOREF)
		return;
	luaL_unref(actor->script->lua, LUA_REGISTRYINDEX, actor->condition);
	actor->condition = LUA_NOREF;
	actor->script->n_watching--;
}

static void finish(struct actor *actor, sim_ns now)
{
	struct script *script = actor->script;
	luaL_unref(script->lua, LUA_REGISTRYINDEX, actor->co_ref);
	stop_watching(actor);
	actor->co = NULL;
	actor->co_ref = LUA_NOREF;
	/* A turn that waited longer than its period begins the next one late, not twice. */
	sim_ns next = actor->at;
	if (actor->period > 0)
		next += ((now - next) / actor->period + 1) * actor->period;
	if (actor->period > 0 && next <= actor->until) {
		actor->at = next;
		queue_add(script->stage.queue, next, actor_begin, actor);
		return;
	}
	luaL_unref(script->lua, LUA_REGISTRYINDEX, actor->fn);
	actor->fn = LUA_NOREF;
}

/* Runs it until it ends, waits or fails. n arguments lie on its stack. */
static void go_on(struct actor *actor, int n, sim_ns now)
{
	struct script *script = actor->script;
	struct actor *before = script->acting;
	int results;

	script->acting = actor;
	struct fleet_place came_from = script_enter(script);
	struct budget_mark mark = budget_enter(&script->budget);
	int status =
		lua_resume(actor->co, before != NULL ? script->lua : NULL, n, &results);
	budget_leave(&script->budget, mark);
	script_leave(script, came_from);
	script->acting = before;

	if (status == LUA_YIELD) {
		lua_pop(actor->co, results);
		return; /* wait() has said when it wakes */
	}
	if (status != LUA_OK) {
		lua_State *L = script->lua;
		lua_rawgeti(L, LUA_REGISTRYINDEX, actor->co_ref);
		script_push_failure(L, actor->co, status, actor->where);
		script_fail(script, lua_tostring(L, -1));
		lua_pop(L, 1);
		actor->period = 0;
	}
	finish(actor, now);
}

static int push_call(lua_State *L)
{
	struct actor *actor = lua_touserdata(L, 1);
	lua_State *co = lua_newthread(L);
	actor->co_ref = luaL_ref(L, LUA_REGISTRYINDEX);
	actor->co = co;
	lua_rawgeti(co, LUA_REGISTRYINDEX, actor->fn);
	luaL_checkstack(co, actor->n_args + 4, NULL);
	for (int i = 1; actor->n_args > 0 && i <= actor->n_args + 1; i++)
		lua_rawgeti(co, 1, i);
	if (actor->n_args > 0)
		lua_remove(co, 1);
	return 0;
}

static void actor_begin(void *arg, sim_ns now)
{
	struct actor *actor = arg;
	struct script *script = actor->script;
	lua_State *L = script->lua;
	if (script->failure != NULL || script->phase != SCRIPT_RUNNING)
		return;
	actor->note = 0;
	/* Protected: making a coroutine may need more memory than there is. */
	lua_pushcfunction(L, push_call);
	lua_pushlightuserdata(L, actor);
	if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
		script_fail(script, lua_tostring(L, -1));
		lua_pop(L, 1);
		return;
	}
	go_on(actor, actor->n_args, now);
}

/* --- waiting ------------------------------------------------------------------------------- */

static struct actor *check_actor(lua_State *L, const char *what)
{
	struct script *script = script_of(L);
	script_need_run(L, what);
	if (script->acting == NULL || script->acting->co != L)
		take_refuse(
			L, what,
			"works only in the function itself that at(), after() or every() "
			"runs, not in a coroutine of its own");
	return script->acting;
}

/* wait(duration)                                                            [-1, +0, e] */
int word_wait(lua_State *L)
{
	struct actor *actor = check_actor(L, "wait");
	struct script *script = actor->script;
	sim_ns duration = take_duration(L, 1, "wait");
	if (duration <= 0)
		take_refuse(L, "wait", "wait needs a duration above 0");
	lua_settop(L, 0);
	actor->wake = queue_add(script->stage.queue, script_now(script) + duration,
				actor_wake, actor);
	return lua_yield(L, 0);
}

static const struct param WAIT_PARAMS[] = {
	{.name = "within",
	 .type = PARAM_DURATION,
	 .fallback = "0s",
	 .help = "After how long it gives up and returns false; left out: at the end of the run."},
	{.name = "every",
	 .type = PARAM_DURATION,
	 .fallback = "10s",
	 .min = 0.001,
	 .max = 86400,
	 .help = "How often it looks when nothing happens."},
};
const struct vocab_row *wait_row(void)
{
	static const struct vocab_row ROW = {
		.name = "wait_until",
		.summary = "Options of wait_until().",
		.params = WAIT_PARAMS,
		.n_params = WORD_COUNT(WAIT_PARAMS),
	};
	return &ROW;
}

/* Asks the condition. -1: it failed, and the run with it. */
static int ask(struct actor *actor)
{
	struct script *script = actor->script;
	lua_State *L = script->lua;
	struct actor *before = script->acting;
	lua_rawgeti(L, LUA_REGISTRYINDEX, actor->condition);
	script->acting = actor;
	bool judged = script->judging;
	script->judging = true;
	bool ok = script_call(script, L, 0, actor->where);
	script->judging = judged;
	script->acting = before;
	int answer = ok ? lua_toboolean(L, -1) : -1;
	if (!ok)
		script_fail(script, lua_tostring(L, -1));
	lua_pop(L, 1);
	return answer;
}

static void plan_look(struct actor *actor, sim_ns now)
{
	sim_ns next = now + actor->look_every;
	if (actor->gives_up < next)
		next = actor->gives_up;
	actor->wake = queue_add(actor->script->stage.queue, next, actor_wake, actor);
}

/* Looks whether the condition has come true, or time is up; then goes on. */
static void look(struct actor *actor, sim_ns now)
{
	int answer = ask(actor);
	if (answer == 0 && now < actor->gives_up) {
		if (!queue_waiting(actor->script->stage.queue, actor->wake))
			plan_look(actor, now);
		return;
	}
	queue_cancel(actor->script->stage.queue, &actor->wake);
	if (answer < 0)
		return;
	stop_watching(actor);
	lua_pushboolean(actor->co, answer);
	go_on(actor, 1, now);
}

static void actor_wake(void *arg, sim_ns now)
{
	struct actor *actor = arg;
	if (actor->script->failure != NULL)
		return;
	if (actor->condition == LUA_NOREF)
		go_on(actor, 0, now);
	else
		look(actor, now);
}

/* wait_until(condition [, { within = …, every = … }]) -> boolean            [-2, +1, e] */
int word_wait_until(lua_State *L)
{
	struct actor *actor = check_actor(L, "wait_until");
	struct script *script = actor->script;
	const struct take take = {.what = "wait_until", .rows = {wait_row()}};
	struct value values[SCRIPT_VALUES_MAX];

	take_function(L, 1, "wait_until", "a function that says whether it has come");
	take_table(L, 2, "wait_until", "{ within = \"2m\" }");
	take_values(L, 2, &take, (struct value *[]){values});
	actor->gives_up =
		values[0].given ? script_now(script) + values[0].as.ns : SIM_NEVER;
	actor->look_every = values[1].as.ns;
	lua_pushvalue(L, 1);
	actor->condition = luaL_ref(L, LUA_REGISTRYINDEX);
	script->n_watching++;
	lua_settop(L, 0);
	/* It looks for the first time at once, but from the queue like all others. */
	actor->wake =
		queue_add(script->stage.queue, script_now(script), actor_wake, actor);
	return lua_yield(L, 0);
}

static void look_all(void *arg, sim_ns now)
{
	struct script *script = arg;
	script->looked = false;
	for (struct actor *actor = script->actors; actor != NULL; actor = actor->next)
		if (actor->condition != LUA_NOREF && script->failure == NULL)
			look(actor, now);
}

void actor_noticed(struct script *script, sim_ns now)
{
	if (script->looked || script->n_watching == 0)
		return;
	script->looked = true;
	queue_add(script->stage.queue, now, look_all, script);
}

/* --- words of time -------------------------------------------------------------------------- */

static void check_function(lua_State *L, int index, const char *what)
{
	take_function(L, index, what, "a function to run");
	if (!script_loading(L))
		script_need_run_to_plan(L, what);
}

/* at(instant, fn)                                                           [-2, +0, e] */
int word_at(lua_State *L)
{
	sim_ns at = take_instant(L, 1, "at");
	check_function(L, 2, "at");
	lua_settop(L, 2);
	actor_add(L, 0, at, 0, SIM_NEVER);
	return 0;
}

static sim_ns from_now(lua_State *L, int index, const char *what)
{
	const struct script *script = script_of(L);
	char length[DURATION_TEXT_MAX];
	sim_ns duration = take_duration(L, index, what);
	if (!script->plan->has_scenario)
		take_refuse(L, what,
			    "scenario{ } must come first: it says when the run is");
	if (duration > script->plan->length - script_now(script))
		take_refuse(L, what,
			    "that lies beyond the end of the run, which lasts %s",
			    duration_text(script->plan->length, length));
	return duration;
}

/* after(duration, fn)                                                       [-2, +0, e] */
int word_after(lua_State *L)
{
	sim_ns duration = from_now(L, 1, "after");
	check_function(L, 2, "after");
	lua_settop(L, 2);
	actor_add(L, 0, script_now(script_of(L)) + duration, 0, SIM_NEVER);
	return 0;
}

/* every(duration, fn [, until])                                             [-3, +0, e] */
int word_every(lua_State *L)
{
	const struct script *script = script_of(L);
	sim_ns period = from_now(L, 1, "every");
	check_function(L, 2, "every");
	sim_ns until = lua_isnoneornil(L, 3) ? script->plan->length
					     : take_instant(L, 3, "every");
	if (period <= 0)
		take_refuse(L, "every", "every needs a duration above 0");
	if (!script->live && (until - script_now(script)) / period > FIRINGS_MAX)
		take_refuse(L, "every", "that would be more than %d times", FIRINGS_MAX);
	lua_settop(L, 2);
	if (period <= until - script_now(script))
		actor_add(L, 0, script_now(script) + period, period, until);
	return 0;
}

/* now() -> seconds since the start                                          [-0, +1, -] */
int word_now(lua_State *L)
{
	lua_pushnumber(L, (double)script_now(script_of(L)) / 1e9);
	return 1;
}

/* utc() -> "2023-08-15T02:30:00Z"                                           [-0, +1, m] */
int word_utc(lua_State *L)
{
	const struct script *script = script_of(L);
	char text[INSTANT_TEXT_MAX];
	lua_pushstring(L, instant_text(script->plan->start_utc_ns + script_now(script),
				       text));
	return 1;
}

/* note(text)                                                                [-1, +0, e] */
int word_note(lua_State *L)
{
	struct script *script = script_of(L);
	const char *text = take_string(L, 1, "note", "a text");
	if (script_loading(L)) {
		actor_defer(L, word_note);
		return 0;
	}
	script_need_run_to_plan(L, "note");
	trace_id id = trace_say(script->stage.trace, script_cause(script), KIND_NOTE,
				"run", F_TEXT("text", text));
	if (script->acting != NULL && script->shown == NULL)
		script->acting->note = id;
	return 0;
}
