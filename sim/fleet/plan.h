/*
 * plan.h - a scenario as data: what the script said, before anything runs.
 *
 * Options are kept as the text in which a person would write them ("5m", "true"), each
 * with the place that said so and its origin, so that later layers (--set, --firmware)
 * simply come after. Every name has been checked against its row when it was added.
 */
#ifndef JOBJAM_PLAN_H
#define JOBJAM_PLAN_H

#include "printers/gcode/gcode.h"
#include "sim/core/time.h"
#include "sim/core/vocab.h"

struct setting {
	char *name, *value;
	char *where;      /* "story.lua:12", "--set", or "" */
	const char *from; /* "build", "scenario", "command line": a literal */
};
struct settings {
	struct setting *items;
	size_t n;
};
/* Copies. A later setting of the same name replaces the earlier one. SIM_ENOMEM only. */
int settings_set(struct settings *settings, const char *name, const char *value,
		 const char *from, const char *where);
const struct setting *settings_get(const struct settings *settings, const char *name);
void settings_fini(struct settings *settings);
/* Parses all of them by the row over its defaults. values has row->n_params places.
 * The error begins with where the setting was said. Unknown names are refused with the
 * nearest known one; required ones must be there. */
int settings_parse(const struct settings *settings, const struct vocab_row *row,
		   struct value *ret_values, struct sim_error *error);

struct plan_group {                 /* one entry of printers{} */
	struct settings options;    /* of plan_printers_row() */
	struct settings safeguards; /* of the firmware build */
};

/* Of a glob of names, with its NUL; longer ones are refused where they are read. */
#define PLAN_GLOB_MAX 256

struct plan_owners {                /* one owners{} */
	char of[PLAN_GLOB_MAX];     /* glob of printer names */
	struct settings options;    /* of people_row() */
	struct settings safeguards; /* of people_safeguard_row() */
};

struct plan_bridge { /* one bridge{} */
	struct settings options; /* of plan_bridge_row() */
};

/* Something to do at an instant. fn is called from the queue. */
struct plan_deed {
	sim_ns at;
	void (*fn)(void *arg, sim_ns now);
	void *arg;
};

struct plan_expectation {
	bool sometimes;
	const struct vocab_row *property; /* NULL: a function of the script judges */
	struct settings values;
	char *where;
	void *outside; /* the script's, when property == NULL */
};

struct plan_known_bad {
	char *firmware, *cloud; /* may be NULL */
	char **breaks;
	size_t n_breaks;
	char *where;
};

struct plan_param { /* what the scenario declared with param() */
	char *name, *value, *help;
	bool overridden;
};

struct plan_job { /* a sliced file, read when the scenario was loaded */
	char name[64];
	struct gcode_facts facts;
	struct job_file file;
};

#define PLAN_GROUPS_MAX 64
#define PLAN_OWNERS_MAX 64
#define PLAN_MACHINES_MAX 32
#define PLAN_BRIDGES_MAX 8
#define PLAN_BRIDGE_VALUES 16 /* at least as many as plan_bridge_row() has */
#define PLAN_FILTERS_MAX 16
#define PLAN_FILTER_MAX 128

struct plan {
	char name[96];
	char *path, *about, *hash;
	int64_t start_utc_ns;
	sim_ns length;
	uint64_t seed;
	bool has_scenario, has_cloud;
	struct settings scenario; /* of plan_scenario_row() */
	struct plan_group groups[PLAN_GROUPS_MAX];
	int n_groups;
	struct settings cloud, cloud_safeguards;
	struct plan_owners owners[PLAN_OWNERS_MAX];
	int n_owners;
	struct settings broker;  /* of plan_broker_row() */
	struct plan_bridge bridges[PLAN_BRIDGES_MAX];
	int n_bridges;
	struct plan_machine *machines[PLAN_MACHINES_MAX]; /* of machine{} */
	size_t n_machines;
	struct plan_deed *deeds; /* in order of saying */
	size_t n_deeds;
	struct plan_expectation *expectations;
	size_t n_expectations;
	struct plan_known_bad *known_bads;
	size_t n_known_bads;
	char **published, **assumptions;
	size_t n_published, n_assumptions;
	struct plan_param *params;
	size_t n_params;
	struct plan_job *jobs;
	size_t n_jobs;
};

struct plan *plan_new(void);
void plan_free(struct plan *plan);
/* Growing the lists; copies strings. */
int plan_add_deed(struct plan *plan, sim_ns at, void (*fn)(void *, sim_ns), void *arg);
int plan_add_published(struct plan *plan, const char *text);
int plan_add_assumption(struct plan *plan, const char *text);
struct plan_expectation *plan_add_expectation(struct plan *plan);
struct plan_known_bad *plan_add_known_bad(struct plan *plan);
struct plan_param *plan_add_param(struct plan *plan);
int plan_add_job(struct plan *plan, const struct plan_job *job);
const struct plan_job *plan_find_job(const struct plan *plan, const char *name); /* or NULL */
int plan_known_bad_add(struct plan_known_bad *bad, const char *property);

/* The built-in models, then the scenario's own (machines.c). NULL: past the end, unknown. */
struct printer_model;
const struct printer_model *plan_model_at(const struct plan *plan, size_t index);
const struct printer_model *plan_model_find(const struct plan *plan, const char *name);
int plan_model_unknown(const struct plan *plan, const char *name,
		       struct sim_error *error); /* as vocab_unknown() */
/* values: of plant_machine_row() in printers/classes.h. Refuses what cannot be. */
int plan_add_machine(struct plan *plan, const struct value *values,
		     struct sim_error *error);
void plan_free_machines(struct plan *plan);

/* name, start, length, seed, about, tick (whole, exact). */
const struct vocab_row *plan_scenario_row(void);
/* count, model, timezone, firmware, clean_session, keepalive, room, clock_skew. */
const struct vocab_row *plan_printers_row(void);
/* max_queued_messages, max_inflight_messages, include, persistent_client_expiration. */
const struct vocab_row *plan_broker_row(void);

/* plan_bridge.c: name, down, up, qos, clean_session, keepalive, retry, … */
const struct vocab_row *plan_bridge_row(void);
/* The value of that name among those of plan_bridge_row(). */
const struct value *plan_bridge_value(const struct value *values, const char *name);
const struct plan_bridge *plan_find_bridge(const struct plan *plan,
					   const char *name); /* or NULL */
/* Refuses names that are taken or cannot be one, filters that are none or would let messages
 * go round, and groups at a site that there is not. */
int plan_check_bridges(const struct plan *plan, struct sim_error *error);
/* How many there are in the list; -1: too many, or one too long. */
int plan_split_filters(const char *list, char filters[PLAN_FILTERS_MAX][PLAN_FILTER_MAX]);

#endif
