/*
 * script.h - the Lua door: a scenario file becomes a plan, and its functions live through
 * the run. The only room that knows Lua.
 *
 * Scripts are trusted QA code; the sandbox is there for determinism and against runaway
 * loops (README), not against attackers. An error anywhere in a script is sticky: pcall
 * cannot swallow a cut-off.
 */
#ifndef JOBJAM_SCRIPT_H
#define JOBJAM_SCRIPT_H

#include "sim/checks/checks.h"
#include "sim/fleet/fleet.h"

struct script;

/* Where a script acts. In a run the fleet's world gives it; live (jobjam proxy) there is no
 * fleet, only the network. All borrowed. */
struct script_stage {
	const struct clock *clock;
	struct queue *queue;
	struct trace *trace;
	struct net *net;
	/* A function of the script failed: nothing must go on. */
	void (*stop)(void *arg, const struct sim_error *error);
	void *stop_arg;
};

struct script_options {
	const char *path;
	const char *const *sets; /* --set name=value; NULL-terminated; may be NULL */
	bool has_seed;
	uint64_t seed;
	/* Limits; 0: defaults (64 MiB, 50 million instructions a call, 10 s of host time). */
	size_t memory_max;
	uint64_t steps_max;
	int watchdog_ms;
	/* Not NULL: a live script, which has no scenario{ } and no fleet. It begins when it is
	 * loaded and has no end; script_attach() is not called. */
	const struct script_stage *live;
};

/* Loads and runs the file's body; the plan is then complete. Errors (SIM_EINVAL) carry
 * file:line, the nearest known name, and a traceback where a function was running. */
int script_load(const struct script_options *options, struct script **ret_script,
		struct sim_error *error);
void script_free(struct script *script);
struct plan *script_plan(struct script *script); /* owned by the script */

/* Before fleet_start: connects the script's functions with the running fleet and checks
 * (registers the expectations of the plan, outside ones too). */
int script_attach(struct script *script, struct fleet *fleet, struct checks *checks,
		  struct sim_error *error);
/* Did a function of the script fail during the run? Its message, or NULL. */
const char *script_failure(const struct script *script);
/* At the end: outside expectations that look at the whole trace. */
void script_finish(struct script *script);

/* ---- the vocabulary, from the tables of every room ---- */
struct script_section {
	const char *name; /* "scenario", "printers", "cloud", "faults", "properties", … */
	const char *summary;
	/* rows; NULL past the end */
	const struct vocab_row *(*row)(size_t index);
};
const struct script_section *script_section(size_t index);
void script_doc(struct text *ret_markdown);    /* `jobjam doc` */
void script_definitions(struct text *ret_lua); /* the editor's ---@meta file */
void script_luarc(struct text *ret_json);      /* .luarc.json */
void script_skeleton(const char *name, struct text *ret_lua); /* `jobjam init` */

#endif
