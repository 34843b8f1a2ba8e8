/*
 * run_store.h - a run that was read back from its directory, and what owns its strings.
 *
 * Everything in these files may come from anywhere (a mail, a CI artefact): lengths,
 * counts and numbers are bounded, and a malformed file is a sentence with the line in it.
 */
#ifndef JOBJAM_REPORTS_RUN_STORE_H
#define JOBJAM_REPORTS_RUN_STORE_H

#include "reports/run.h"
#include "sim/json/json.h"

#include <stdio.h>

struct run_store {
	struct run run; /* first: run_free gets a pointer to it */
	struct clock clock;
	struct trace *trace;
	struct store_block {
		struct store_block *next;
	} * blocks;
	bool ended;       /* the file's last line said how the run ended */
	uint64_t strange; /* events of kinds that this version does not know */
};

struct run_store *run_store_new(void); /* NULL: no memory */
void run_store_free(struct run_store *store);
/* Zeroed, freed with the store; NULL: no memory. */
void *run_store_take(struct run_store *store, size_t size);
/* A copy of a JSON string; NULL when it is none (or no memory). */
const char *run_store_text(struct run_store *store, const struct json *value);

/* The members that facts_json.c writes; what is missing stays as it is. */
int run_store_facts(struct run_store *store, const struct json *object);
/* events.ndjson from a stream. name is for messages; note gets what a reader should know. */
int run_store_events(struct run_store *store, FILE *file, const char *name,
		     char note[256], struct sim_error *error);
/* The text of verdict.json. */
int run_store_verdict(struct run_store *store, const void *bytes, size_t length,
		      const char *name, struct sim_error *error);
/* Outcomes as far as the trace alone tells them: of a run that was killed. */
int run_store_guess(struct run_store *store);

#endif
