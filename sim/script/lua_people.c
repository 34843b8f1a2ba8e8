/* lua_people.c - owners{} and what they are to do. */
#include "sim/script/room.h"

#include <stdio.h>

static const char PEOPLE[] = "People";

struct people_box {
	struct sandbox_box box;
	char glob[SCRIPT_GLOB_MAX]; /* of printer names */
};

/* owners { of = fleet, asleep = { … }, safeguards = { … }, … } -> people   [-1, +1, e] */
int word_owners(lua_State *L)
{
	static const char *const OTHERS[] = {"of", "safeguards", NULL};
	const struct take take = {.what = "owners",
				  .rows = {people_row()},
				  .others = OTHERS};
	const struct take safeguards = {.what = "owners: safeguards",
					.where = "safeguards",
					.rows = {people_safeguard_row()}};
	struct plan *plan = script_of(L)->plan;

	if (!script_loading(L))
		take_refuse(L, "owners", "belongs to the file itself");
	if (plan->n_owners == PLAN_OWNERS_MAX)
		take_refuse(L, "owners", "more than %d of them", PLAN_OWNERS_MAX);
	take_table(L, 1, "owners", "{ of = fleet, asleep = { \"23:00\", \"07:00\" } }");
	struct plan_owners *owners = &plan->owners[plan->n_owners++];
	if (lua_getfield(L, 1, "of") == LUA_TNIL)
		take_refuse(L, "owners",
			    "\"of\" is missing: whose machines? (of = fleet)");
	snprintf(owners->of, sizeof(owners->of), "%s", fleet_glob(L, 2, "owners: of"));
	take_settings(L, 1, &take, (struct settings *[]){&owners->options});
	if (lua_getfield(L, 1, "safeguards") != LUA_TNIL) {
		take_table(L, 3, "owners: safeguards", "{ honest_progress = true }");
		take_settings(L, 3, &safeguards,
			      (struct settings *[]){&owners->safeguards});
	}
	struct people_box *people = box_new(L, PEOPLE, sizeof(*people));
	snprintf(people->glob, sizeof(people->glob), "%s", owners->of);
	return 1;
}

/* A job's handle is as good as its name: "gcode:" and the name.            [-0, +0, e] */
static void name_job(lua_State *L, int table)
{
	bool is_job = lua_getfield(L, table, "job") == LUA_TUSERDATA &&
		      job_push_name(L, lua_gettop(L));
	if (!is_job) {
		lua_pop(L, 1);
		return;
	}
	lua_pushfstring(L, "gcode:%s", lua_tostring(L, -1));
	lua_newtable(L); /* the script may use its own table again */
	for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
		lua_pushvalue(L, -2);
		lua_pushvalue(L, -2);
		lua_rawset(L, -5);
	}
	lua_pushvalue(L, -2);
	lua_setfield(L, -2, "job");
	lua_replace(L, table);
	lua_pop(L, 3);
}

typedef int people_deed(struct people *people, sim_ns now, const char *printer_glob,
			const struct value *values, trace_id cause,
			struct sim_error *error);

/* What send_jobs and cancel_jobs have in common. */
static int do_deed(lua_State *L, const char *what, const struct vocab_row *row,
		   people_deed *deed, lua_CFunction again)
{
	const struct take take = {.what = what, .rows = {row}};
	const struct people_box *people = box_check(L, 1, PEOPLE);
	struct value values[SCRIPT_VALUES_MAX];
	struct sim_error error;

	take_table(L, 2, what, "{ between = { \"18:00\", \"22:30\" } }");
	name_job(L, 2);
	take_values(L, 2, &take, (struct value *[]){values});
	if (script_loading(L)) {
		lua_settop(L, 2);
		actor_defer(L, again);
		return 0;
	}
	script_need_run(L, what);
	struct script *script = script_of(L);
	if (fleet_people(script->fleet) == NULL)
		take_refuse(L, what, "there are no owners");
	if (deed(fleet_people(script->fleet), script_now(script), people->glob, values,
		 script_cause(script), &error) != SIM_OK)
		take_refuse(L, what, "%s", error.text);
	return 0;
}

/* people:send_jobs { each = 1, between = { "18:00", "22:30" }, … }         [-2, +0, e] */
static int people_send(lua_State *L)
{
	return do_deed(L, "people:send_jobs", people_send_row(), people_send_jobs,
		       people_send);
}

/* people:cancel_jobs { … }                                                 [-2, +0, e] */
static int people_cancel(lua_State *L)
{
	return do_deed(L, "people:cancel_jobs", people_cancel_row(), people_cancel_jobs,
		       people_cancel);
}

/* people:pause_jobs { share = …, after = … }                               [-2, +0, e] */
static int people_pause(lua_State *L)
{
	return do_deed(L, "people:pause_jobs", people_pause_row(), people_pause_jobs,
		       people_pause);
}

/* people:resume_jobs { share = …, after = … }                              [-2, +0, e] */
static int people_resume(lua_State *L)
{
	return do_deed(L, "people:resume_jobs", people_resume_row(), people_resume_jobs,
		       people_resume);
}

/* people:send_gcode { lines = "M104 S220", … }                             [-2, +0, e] */
static int people_gcode(lua_State *L)
{
	return do_deed(L, "people:send_gcode", people_gcode_row(), people_send_gcode,
		       people_gcode);
}

static int people_show(lua_State *L)
{
	lua_pushfstring(L, "owners of %s",
			((const struct people_box *)box_check(L, 1, PEOPLE))->glob);
	return 1;
}

void open_people(lua_State *L)
{
	box_class(L, PEOPLE, NULL, people_show);
}

static const struct script_word WORDS[] = {
	{{.name = "cancel_jobs",
	  .summary = "They cancel what they have sent and not yet seen printing."},
	 "options?: jobjam.CancelJobsOptions",
	 NULL,
	 people_cancel},
	{{.name = "pause_jobs",
	  .summary = "They pause, in the app, what their machines print."},
	 "options?: jobjam.PauseJobsOptions",
	 NULL,
	 people_pause},
	{{.name = "resume_jobs",
	  .summary = "They let, in the app, a paused print go on."},
	 "options?: jobjam.ResumeJobsOptions",
	 NULL,
	 people_resume},
	{{.name = "send_gcode",
	  .summary =
		  "They send their machines lines of G-code from the app: temperatures."},
	 "options: jobjam.SendGcodeOptions",
	 NULL,
	 people_gcode},
	{{.name = "send_jobs",
	  .summary = "Each sends jobs, at an instant of his own in the window."},
	 "options?: jobjam.SendJobsOptions",
	 NULL,
	 people_send},
};

const struct script_class SCRIPT_PEOPLE = {
	.name = PEOPLE,
	.summary = "Owners, as owners{ } returns them.",
	.kind = CLASS_HANDLE,
	.words = WORDS,
	.n_words = WORD_COUNT(WORDS),
};
