/*
 * run.h - one run, as a report needs it: facts about it, its trace, its outcomes.
 *
 * Filled from a live run by sim/command, or read back from a run directory (run_read).
 */
#ifndef JOBJAM_REPORTS_RUN_H
#define JOBJAM_REPORTS_RUN_H

#include "sim/checks/verdict.h"
#include "sim/core/trace.h"

/* One setting that was in force, and where it came from. */
struct run_setting {
	const char *
		name; /* "printers.start_expiry", "cloud.probe_before_connected", "keepalive" */
	const char *value; /* as in a script */
	const char *from;  /* "build", "scenario", "command line" */
};

struct run_printer {
	const char *name, *model, *zone, *owner, *firmware,
		*client; /* client: cloud/command-a */
};

struct run_facts {
	const char *tool_version;
	const char *scenario; /* name */
	const char *scenario_path;
	const char *about;
	const char *scenario_hash; /* of the file's bytes, hex */
	const char *const
		*published; /* statements with their source, as the scenario gives them */
	size_t n_published;
	const char *const *assumptions;
	size_t n_assumptions;
	uint64_t seed;
	int64_t start_utc_ns;
	sim_ns length;          /* planned */
	sim_ns reached;         /* where the run ended */
	const char *clock_mode; /* "virtual" or "wall" */
	const char *tick;       /* "whole seconds" or "exact" */
	const char *broker, *broker_version;
	const char *firmware, *cloud; /* builds; several firmwares: "a, b" */
	const char *zone_data;        /* tzdata version */
	const struct run_setting *settings;
	size_t n_settings;
	const struct run_printer *printers;
	size_t n_printers;
	const char *variant;   /* name of the variant's directory */
	const char *directory; /* out/<scenario>/<variant> */
	const char *reproduce; /* the one command that shows it again */
	const char *
		schedule_json; /* concrete schedule: sends and faults with instants; NULL: none */
	double elapsed_s;          /* host time the simulation took; never in the trace */
	double elapsed_parts_s[8]; /* where it went; names in run_elapsed_name */
};
/* Real time: the same seed need not give the same run. */
bool run_is_wall(const struct run_facts *facts);
const char *run_elapsed_name(size_t part); /* "broker", "network", …; NULL past the end */

struct run {
	struct run_facts facts;
	const struct trace *trace;
	const struct outcome *outcomes;
	size_t n_outcomes;
	struct summary summary;
};

/* Reads events.ndjson and verdict.json of a run directory, or one file of events. A torn last line is dropped, and
 * said in *ret_note. The caller frees with run_free. */
int run_read(const char *directory, struct run **ret_run, char ret_note[256],
	     struct sim_error *error);
void run_free(struct run *run);

/* ---- writers. Each writes to a temporary name in the directory and renames. ----
 * SIM_EIO: could not be written (says which file and why); nothing half is left. */
int report_write_all(const struct run *run, struct sim_error *error);
int report_verdict_json(const struct run *run, struct text *ret_text);
int report_junit(const struct run *const *runs, size_t n, struct text *ret_text);
int report_markdown(const struct run *run, struct text *ret_text); /* the post-mortem */
int report_reproduce_sh(const struct run *run, struct text *ret_text);
/* Writes text to path by temporary name, fsync, rename. */
int report_write_file(const char *path, const struct text *text, struct sim_error *error);

/* The header and end lines of events.ndjson. */
void report_trace_header(const struct run_facts *facts, struct text *ret_line);
void report_trace_end(const struct run_facts *facts, const struct summary *summary,
		      struct text *ret_line);

/* For the terminal: what was broken, for whom, why, the command that shows it again.
 * colour: ANSI. All untrusted text is made inert. */
void report_terminal(const struct run *run, bool colour, bool quiet,
		     struct text *ret_text);
/* The causal chain of an event, first cause first, one line each, in words; UTC and the
 * local time of the printer concerned. */
void report_chain(const struct run *run, trace_id event, bool colour,
		  struct text *ret_text);
/* Why did (or did not) this actor start: all its starts with their chains, or what stopped
 * each intent of its owner. Used by `jobjam why`. */
void report_why(const struct run *run, const char *actor, bool colour,
		struct text *ret_text);
/* One event in words: "owner/007 taps print (2nd time): bracket". */
void report_words(const struct run *run, const struct trace_event *event,
		  struct text *text);

#endif
