/*
 * room.h - what the files of this room share. Nobody else includes it.
 *
 *	script.c       load, attach, finish; the one way from C into Lua
 *	actor.c        functions that run at an instant, wait, and go on
 *	take.c         Lua values to settings and parameters, with errors that name them
 *	source.c       on which line of the file a key was written
 *	override.c     --set
 *	lua_*.c        one binding file a class: check, call, push
 *	words.c        the table of classes; sections.c doc.c definitions.c read it
 */
#ifndef JOBJAM_SCRIPT_ROOM_H
#define JOBJAM_SCRIPT_ROOM_H

#include "sim/core/chance.h"
#include "sim/script/sandbox.h"
#include "sim/script/script.h"

#include <lauxlib.h>
#include <lua.h>

#define SCRIPT_FILE_MAX   64
#define SCRIPT_WHERE_MAX  96
#define SCRIPT_GLOB_MAX   PLAN_GLOB_MAX
#define SCRIPT_VALUES_MAX 64 /* parameters of one row */

enum script_phase {
	SCRIPT_LOADING, /* the body runs; the plan grows */
	SCRIPT_RUNNING, /* attached: functions act on the world */
	SCRIPT_OVER,
};

struct override { /* one --set */
	char *name, *value;
	bool used;
};

struct actor;
struct asked;
struct machine_fault;
struct match;
struct shown;
struct fault;

struct outside { /* an expectation that a function judges */
	struct script *script;
	int fn;      /* in the registry */
	int number;  /* of checks_add_outside */
	bool at_end; /* looks at the whole trace, once */
	bool sometimes, seen;
	char label[96], where[SCRIPT_WHERE_MAX];
	struct outside *next;
};

struct script {
	lua_State *lua;
	struct budget budget;
	struct plan *plan;
	enum script_phase phase;
	char file[SCRIPT_FILE_MAX]; /* the file's name without its folders */
	char *source;
	size_t source_length;
	struct override *overrides;
	size_t n_overrides;
	bool has_seed;
	uint64_t seed;
	uint64_t serials; /* of boxes */

	struct actor *actors;     /* all of them, latest first */
	int n_actors, n_watching; /* watching: in wait_until */
	struct actor *acting;     /* whose function runs now; NULL: none does */
	bool looked; /* something was recorded since the waiting ones last looked */
	struct outside *outsides;
	struct machine_fault *faults; /* in order of calling */
	bool judging;                 /* a function looks at an event: it may not act */
	bool handling; /* a function of net.on decides: it may act only later */
	struct shown *shown;   /* the packet that a function is shown; NULL: none */
	uint64_t n_shown;
	struct asked *asked; /* functions that net/ asks */

	struct fleet *fleet;
	struct checks *checks;
	struct script_stage stage;
	bool live;
	char *failure;
};

struct script *script_of(lua_State *L);
/* The instant at which the script acts: 0 while loading. */
sim_ns script_now(const struct script *script);
/* While loading, judging or deciding about a packet: raises that `what` needs a run. */
void script_need_run(lua_State *L, const char *what);
/* The same for what only makes plans or takes notes: functions of net.on may do it. */
void script_need_run_to_plan(lua_State *L, const char *what);
bool script_loading(lua_State *L);
/* Raises SIM_ENOMEM and such from the rooms below; returns when status is SIM_OK. */
void script_check(lua_State *L, int status, const struct sim_error *error);
/* The event that stands behind what the script does now: its last note, or 0. */
trace_id script_cause(const struct script *script);
/* The same from now on, for the function that runs. */
void script_set_cause(struct script *script, trace_id cause);

/* Calls the function below its n arguments on top of L as a coroutine of its own, within
 * budget; leaves one result. false: the message with its traceback instead of it. May be
 * called while Lua runs (then from inside one of this room's C functions). It cannot
 * wait.                                                                   [-(n+1), +1, -] */
bool script_call(struct script *script, lua_State *L, int n, const char *where);
/* Around every entry into Lua during the run: whoever watches the process sees that the
 * script runs. */
struct fleet_place script_enter(struct script *script);
void script_leave(struct script *script, struct fleet_place before);
/* Makes a message with a traceback of a failed coroutine, which lies on top of L and has
 * the error value on top of its own stack. where: the place to name when the error has
 * none; may be NULL.                                                       [-1, +1, -] */
void script_push_failure(lua_State *L, lua_State *co, int status, const char *where);
/* Ends the run (or the load) with that message. The first one counts. */
void script_fail(struct script *script, const char *message);

/* ---- live.c ---- */
/* Before the body runs: the times that it may name begin now. */
void live_prepare(struct script *script, const struct script_stage *stage);
/* After it: refuses what needs a fleet; the rest begins to act. */
int live_begin(struct script *script, const struct script_stage *stage,
	       struct sim_error *error);
void script_notice(void *arg, const struct trace_event *event);

/* ---- actor.c ---- */
/* An actor whose function (with n arguments above it) stands on top of L: runs at `at`,
 * and every `period` until `until` when period > 0. [-(n+1), +0, e] */
void actor_add(lua_State *L, int n, sim_ns at, sim_ns period, sim_ns until);
/* While loading: calls fn with all arguments on L's stack when the run begins. [-0, +0, e] */
void actor_defer(lua_State *L, lua_CFunction fn);
void actor_free_all(struct script *script);
/* Something was recorded: those in wait_until look again. */
void actor_noticed(struct script *script, sim_ns now);
/* "story.lua:12" of the function that calls the C function that runs. */
void script_where(lua_State *L, char ret_where[SCRIPT_WHERE_MAX]);
int script_line(lua_State *L);

/* ---- source.c ---- */
/* The line on which `key = ` stands in the table that begins at or after that line of
 * the source; 0 when it cannot be told. where: "" in that table itself, "#2" in the
 * second table of its list, "safeguards" in the one assigned to that key, "#2.safeguards". */
int source_key_line(const char *source, size_t length, int line, const char *where,
		    const char *key);

/* ---- take.c ---- */
/* "printers" in "printers: unknown key …"; rows: the parameters that are known; others:
 * keys that the caller looks after itself (NULL-terminated; may be NULL). */
struct take {
	const char *what;
	const char *where; /* inside the call's table, as for source_key_line; NULL: "" */
	const struct vocab_row *rows[3];
	const char *const *others;
	bool list_allowed; /* 1, 2, 3, … may stand beside the keys */
};
/* Raises on the first key that is in none of the rows, or whose value does not fit. Sets
 * the others in settings[i], if not NULL.                                  [-0, +0, e] */
void take_settings(lua_State *L, int table, const struct take *take,
		   struct settings *const *settings);
/* The same as parameter values: values[i] has the places of rows[i]. Pushes a table that
 * keeps their texts: leave it on the stack as long as they are used.       [-0, +1, e] */
void take_values(lua_State *L, int table, const struct take *take,
		 struct value *const *values);
/* Pushes the value at index as the setting's text of that parameter.       [-0, +1, e] */
const char *take_text(lua_State *L, int index, const struct param *param,
		      const struct take *take);
/* An error about what the running C function was given. */
_Noreturn void take_refuse(lua_State *L, const char *what, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* What was got, for "wanted …, got …". Returns buffer. */
const char *take_describe(lua_State *L, int index, char *buffer, size_t size);
/* A duration argument: "5m", or seconds. */
sim_ns take_duration(lua_State *L, int index, const char *what);
/* An instant argument inside the run: ISO, "10:03Z", "22:30 Europe/Berlin", "+3h",
 * seconds after the start. */
sim_ns take_instant(lua_State *L, int index, const char *what);
/* A table argument, or none (then an empty one is pushed in its place). */
void take_table(lua_State *L, int index, const char *what, const char *example);
void take_function(lua_State *L, int index, const char *what, const char *wanted);
const char *take_string(lua_State *L, int index, const char *what, const char *wanted);
/* Refuses a name or glob that is empty, or too long to be kept. */
void take_check_glob(lua_State *L, const char *what, const char *glob);
/* Also for --set: checks text as a value of the parameter. */
int setting_check(const struct param *param, const char *text, struct sim_error *error);

/* ---- override.c ---- */
int override_add_all(struct script *script, const char *const *sets,
		     struct sim_error *error);
/* Those that begin with "scenario.", as soon as scenario{} has been said. */
int override_scenario(struct script *script, struct sim_error *error);
/* The declared parameter's new value, or NULL. */
const char *override_param(struct script *script, const char *name);
/* All others; an unknown name is an error that names the nearest. */
int override_rest(struct script *script, struct sim_error *error);

/* ---- the words ---- */
struct script_word {
	struct vocab_row row; /* name, summary, help; no parameters */
	const char
		*parameters; /* as the editor's definitions write them: "text: string" */
	const char *returns; /* a type, or NULL */
	lua_CFunction fn;
};
enum class_kind {
	CLASS_GLOBALS, /* words of their own */
	CLASS_TABLE,   /* chance.int */
	CLASS_HANDLE,  /* fleet:each, with a colon */
};
struct script_class {
	const char *name, *summary;
	enum class_kind kind;
	const struct script_word *words;
	size_t n_words;
	/* Handles whose methods are rows of another room: */
	const struct vocab_row *(*row)(size_t index);
	const char *row_returns;
	/* Tables whose methods are such rows: the method (upvalue: the row's name), what
	 * stands before the names of its options in the editor's definitions, and what the
	 * table does when it is called itself. */
	lua_CFunction row_fn;
	const char *row_prefix;
	lua_CFunction call;
};
const struct script_class *script_class_at(size_t index);
void words_open(lua_State *L);
#define WORD_COUNT(words) (sizeof(words) / sizeof((words)[0]))

/* Handles: a box with a metatable named after its class. */
void *box_new(lua_State *L, const char *class, size_t size); /* [-0, +1, m] */
void *box_check(lua_State *L, int index, const char *class); /* [-0, +0, e] */
void *box_test(lua_State *L, int index, const char *class);  /* NULL: another */
/* A metatable for a class whose fields are answered by `read` when no word fits. */
void box_class(lua_State *L, const char *class, lua_CFunction read, lua_CFunction show);

extern const struct script_class SCRIPT_BROKER, SCRIPT_GLOBALS, SCRIPT_CHANCE, SCRIPT_NET, SCRIPT_EXPECT,
	SCRIPT_FLEET, SCRIPT_PRINTER, SCRIPT_SERVICE, SCRIPT_PEOPLE, SCRIPT_LINK,
	SCRIPT_FAULT, SCRIPT_EVENT, SCRIPT_TRACE, SCRIPT_JOB, SCRIPT_PACKET;

/* Globals are spread over files; SCRIPT_GLOBALS in words.c puts them together. */
int word_scenario(lua_State *L);
int word_param(lua_State *L);
int word_published(lua_State *L);
int word_assumption(lua_State *L);
int word_known_bad(lua_State *L);
const struct vocab_row *known_bad_row(void);
int word_broker(lua_State *L);
int word_bridge(lua_State *L);
int word_machine(lua_State *L);
int word_printers(lua_State *L);
int word_cloud(lua_State *L);
int word_owners(lua_State *L);
int word_job(lua_State *L);
const struct vocab_row *job_row(void);
/* The name of the job whose handle stands at index; false, and nothing: it is none.
 *                                                                      [-0, +(0|1), m] */
bool job_push_name(lua_State *L, int index);
int word_at(lua_State *L);
int word_after(lua_State *L);
int word_every(lua_State *L);
const struct vocab_row *wait_row(void); /* options of wait_until */
int word_wait(lua_State *L);
int word_wait_until(lua_State *L);
int word_now(lua_State *L);
int word_utc(lua_State *L);
int word_note(lua_State *L);

/* ---- lua_on.c ---- */
int net_on_word(lua_State *L);
int word_pass(lua_State *L);
int word_drop(lua_State *L);
int word_hold(lua_State *L);
int word_cut(lua_State *L);
int word_delay(lua_State *L);
const struct vocab_row *delay_row(void); /* options of delay() */
int word_duplicate(lua_State *L);
int word_replace(lua_State *L);
/* The `when` of the table at index, if one was given, becomes the match's predicate. parts:
 * of match_row().                                                          [-0, +0, e] */
void asked_when(lua_State *L, int table, const struct value *parts, struct match *match);
void asked_free_all(struct script *script);
/* The fields of packets, as rows; NULL past the end. In lua_packet.c. */
const struct vocab_row *packet_field_row(size_t index);

/* ---- lua_link.c ---- */
void link_push(lua_State *L, const char *name); /* [-0, +1, m] */
/* Pushes the fault's handle at index, or a new one of that name; returns where it keeps
 * what is armed.                                                           [-0, +1, m] */
struct fault **fault_push(lua_State *L, int index, const char *name);

/* Metatables of the handle classes. */
void open_fleet(lua_State *L);
void open_printer(lua_State *L);
void open_service(lua_State *L);
void open_people(lua_State *L);
void open_job(lua_State *L);
void open_link(lua_State *L);
void open_on(lua_State *L);
void open_packet(lua_State *L);
void open_expect(lua_State *L);
void open_event(lua_State *L);

/* Everything is said: required parameters, names in known_bad{}. */
int expect_complete(struct script *script, struct sim_error *error);
void expect_judge(struct script *script, const struct trace_event *event);
int expect_attach(struct script *script, struct sim_error *error);
void expect_at_end(struct script *script);
/* Pushes a read-only view of an event.                                     [-0, +1, m] */
void event_push(lua_State *L, const struct trace_event *event);
void trace_push(lua_State *L);

struct fleet_box {
	struct sandbox_box box;
	char glob[SCRIPT_GLOB_MAX]; /* of printer names */
};
struct printer_box {
	struct sandbox_box box;
	int index;
	char name[SCRIPT_GLOB_MAX];
};
void fleet_push(lua_State *L, const char *glob); /* [-0, +1, m] */
/* One handle a machine, whoever asks. */
void printer_push(lua_State *L, int index);                       /* [-0, +1, e] */
void printer_box_push(lua_State *L, int index, const char *name); /* [-0, +1, m] */
/* The next index at or after `from` whose name fits; -1: none. */
int fleet_next(const struct script *script, const struct fleet_box *fleet, int from);
/* The glob of the printers that the value at index means: a fleet, a printer, or text. */
const char *fleet_glob(lua_State *L, int index, const char *what);
/* Printers that the plan has so far; name of the i-th (from 0). */
int plan_printer_count(const struct plan *plan);
const struct plan_group *plan_printer_group(const struct plan *plan, int index);
void plan_printer_name(const struct plan *plan, int index, char *ret_name, size_t size);

int printer_when(lua_State *L); /* lua_when.c */

/* ---- machine_fault.c ---- */
/* A fault of that name as a method; pushes nothing and returns 0 when there is none. */
int machine_fault_push(lua_State *L, const char *name);
/* The same for a fault of the service, which lasts so long: records it, with a receipt at
 * the end, and returns the event that its effects follow from. */
trace_id service_fault(lua_State *L, const struct vocab_row *row,
		       const struct value *values, sim_ns lasts);
void machine_fault_receipts(struct script *script);
void machine_fault_free_all(struct script *script);

/* Actions of the service, as rows (restart, foreign_load). */
const struct vocab_row *service_row(size_t index);

#endif
