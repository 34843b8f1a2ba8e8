/* lua_job.c - job{}: a sliced file that owners can send. */
#include "sim/script/room.h"

#include <stdio.h>
#include <string.h>

static const char JOB[] = "Job";

enum {
	JOB_GCODE,
	JOB_NAME,
	JOB_PLATE,
	N_JOB_PARAMS
};

const struct vocab_row *job_row(void)
{
	static const struct param PARAMS[N_JOB_PARAMS] = {
		[JOB_GCODE] =
			{.name = "gcode",
			 .type = PARAM_TEXT,
			 .unit = "",
			 .help = "The file, seen from the scenario's folder: plain "
				 "G-code (PrusaSlicer, OrcaSlicer, BambuStudio, Cura) "
				 "or .gcode.3mf."},
		[JOB_NAME] = {.name = "name",
			      .type = PARAM_TEXT,
			      .unit = "",
			      .fallback = "",
			      .help = "What the job is called; empty: as the file."},
		[JOB_PLATE] = {.name = "plate",
			       .type = PARAM_INT,
			       .unit = "",
			       .fallback = "1",
			       .min = 1,
			       .max = 999,
			       .help = "Which plate of a .gcode.3mf."},
	};
	static const struct vocab_row ROW = {
		.name = "job",
		.summary = "A sliced file, for people:send_jobs { job = … }.",
		.help = "Read when the scenario is loaded. The machine heats, moves and lays "
			"down filament as the file says: temperatures, the first layer's box, "
			"height, layers, filament; the printing takes as long as the slicer "
			"states, or as long as its moves need where it states nothing.",
		.params = PARAMS,
		.n_params = N_JOB_PARAMS,
	};
	return &ROW;
}

struct job_box {
	struct sandbox_box box;
	char name[64];
};

static const struct plan_job *job_of(lua_State *L, int index)
{
	const struct job_box *box = box_check(L, index, JOB);
	return plan_find_job(script_of(L)->plan, box->name);
}

bool job_push_name(lua_State *L, int index)
{
	const struct job_box *box = box_test(L, index, JOB);
	if (box != NULL)
		lua_pushstring(L, box->name);
	return box != NULL;
}

/* "folder/block.gcode.3mf" -> "block" */
static void name_after(const char *path, char *ret_name, size_t size)
{
	static const char *const ENDS[] = {".3mf", ".gcode", ".gco", ".g"};
	const char *slash = strrchr(path, '/');
	snprintf(ret_name, size, "%s", slash != NULL ? slash + 1 : path);
	for (size_t i = 0; i < sizeof(ENDS) / sizeof(ENDS[0]); i++) {
		size_t n = strlen(ret_name), end = strlen(ENDS[i]);
		if (n > end && strcmp(ret_name + n - end, ENDS[i]) == 0)
			ret_name[n - end] = '\0';
	}
}

/* From the scenario's folder.                                              [-0, +1, e] */
static const char *push_path(lua_State *L, const char *file)
{
	const char *scenario = script_of(L)->plan->path;
	const char *slash = scenario != NULL ? strrchr(scenario, '/') : NULL;
	if (file[0] == '/' || slash == NULL)
		return lua_pushstring(L, file);
	lua_pushlstring(L, scenario, (size_t)(slash - scenario + 1));
	lua_pushstring(L, file);
	lua_concat(L, 2);
	return lua_tostring(L, -1);
}

/* job { gcode = "block.gcode" } -> job                                     [-1, +1, e] */
int word_job(lua_State *L)
{
	const struct take take = {.what = "job", .rows = {job_row()}};
	struct plan *plan = script_of(L)->plan;
	struct value values[SCRIPT_VALUES_MAX];
	struct plan_job job = {0};
	struct sim_error error;

	if (!script_loading(L))
		take_refuse(L, "job", "belongs to the file itself");
	take_table(L, 1, "job", "{ gcode = \"block.gcode\" }");
	take_values(L, 1, &take, (struct value *[]){values});
	const char *file = values[JOB_GCODE].as.text, *name = values[JOB_NAME].as.text;
	if (name[0] != '\0')
		snprintf(job.name, sizeof(job.name), "%s", name);
	else
		name_after(file, job.name, sizeof(job.name));
	if (plan_find_job(plan, job.name) != NULL)
		take_refuse(L, "job",
			    "there is a job \"%s\" already; give it another name",
			    job.name);
	if (gcode_read(push_path(L, file), (int)values[JOB_PLATE].as.integer, NULL,
		       &job.facts, &error) != SIM_OK ||
	    gcode_job(&job.facts, job.name, &job.file, &error) != SIM_OK)
		take_refuse(L, "job", "%s", error.text);
	if (plan_add_job(plan, &job) != SIM_OK)
		luaL_error(L, "not enough memory");
	struct job_box *box = box_new(L, JOB, sizeof(*box));
	memcpy(box->name, job.name, sizeof(box->name));
	return 1;
}

/* --- fields ------------------------------------------------------------------------------- */

static double seconds(sim_ns ns)
{
	return (double)ns / 1e9;
}

/* Fields, as the summary below names them.                                 [-2, +1, e] */
static int job_field(lua_State *L)
{
	const struct plan_job *job = job_of(L, 1);
	const struct gcode_facts *facts = &job->facts;
	const struct gcode_box *box = &facts->first_layer;
	const struct {
		const char *name;
		double value;
	} FIELDS[] = {
		{"bed", job->file.bed_c},
		{"depth", box->y1_mm - box->y0_mm},
		{"grams", job->file.grams},
		{"height", job->file.height_mm},
		{"metres", job->file.metres},
		{"nozzle", job->file.nozzle_c},
		{"objects", facts->n_boxes},
		{"print_for", seconds(job->file.print_for)},
		{"reckoned_for", seconds(facts->printed_for)},
		{"stated_for", seconds(facts->stated_print_for ? facts->stated_print_for
							       : facts->stated_for)},
		{"width", box->x1_mm - box->x0_mm},
	};
	if (lua_type(L, 2) != LUA_TSTRING)
		return 0;
	const char *name = lua_tostring(L, 2);
	if (strcmp(name, "name") == 0)
		lua_pushstring(L, job->name);
	else if (strcmp(name, "slicer") == 0)
		lua_pushstring(L, facts->slicer);
	else if (strcmp(name, "layers") == 0)
		lua_pushinteger(L, facts->layers);
	else
		lua_pushnil(L);
	for (size_t i = 0; i < WORD_COUNT(FIELDS); i++)
		if (strcmp(FIELDS[i].name, name) == 0)
			lua_pushnumber(L, FIELDS[i].value);
	return 1;
}

static int job_show(lua_State *L)
{
	lua_pushfstring(L, "job %s",
			((const struct job_box *)box_check(L, 1, JOB))->name);
	return 1;
}

void open_job(lua_State *L)
{
	box_class(L, JOB, job_field, job_show);
}

const struct script_class SCRIPT_JOB = {
	.name = JOB,
	.summary =
		"A sliced file, as job{ } returns it. Fields: name, slicer, print_for (s), "
		"stated_for (the slicer's own estimate; 0: none), reckoned_for (ours, from "
		"the moves), metres, grams, nozzle, bed, width, depth (first layer, mm), "
		"height, layers, objects.",
	.kind = CLASS_HANDLE,
	.words = NULL,
	.n_words = 0,
};
