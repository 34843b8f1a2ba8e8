/*
 * checks.h - promises, judged from the trace alone.
 *
 * A property is a row in the table: name, parameters, and an observer that says of which
 * event it was broken by (or, for `sometimes`, made true by). It knows nothing of sockets,
 * faults, or builds. Verdicts are three-valued: held, violated, and unknown (the run was
 * cut short, or a `sometimes` was never seen).
 */
#ifndef JOBJAM_CHECKS_H
#define JOBJAM_CHECKS_H

#include "sim/core/trace.h"
#include "sim/core/vocab.h"

struct checks;

enum expect_mode {
	EXPECT_NEVER,     /* the property describes a harm: it must not happen */
	EXPECT_SOMETIMES, /* it must be seen at least once, or the run proves nothing */
};

struct expectation {
	enum expect_mode mode;
	const struct vocab_row *property;
	const struct value *values; /* one per parameter; copied, texts too */
	const char *where;          /* "job-jamming.lua:31"; copied */
	const char *label;          /* NULL: made of name and values that were given */
};

/* The vocabulary; sorted by name; NULL past the end. */
const struct vocab_row *property_row(size_t index);
const struct vocab_row *property_find(const char *name);

/* Registers itself as observer and emits property.violated and property.seen into the
 * trace (the first 64 of each expectation). Borrows trace: no event may be emitted after
 * checks_free. */
struct checks *checks_new(struct trace *trace);
/* Judges a recorded trace: emits nothing, sees nothing until checks_replay. */
struct checks *checks_new_over(const struct trace *trace);
void checks_free(struct checks *checks);
/* SIM_EINVAL: a required parameter is missing, or a value is out of its range. */
int checks_add(struct checks *checks, const struct expectation *expectation,
	       struct sim_error *error);
/* A property that somebody above judges (a Lua function over the trace): returns its
 * number for checks_report. label and where are copied. */
int checks_add_outside(struct checks *checks, enum expect_mode mode, const char *label,
		       const char *where);
/* Says that the outside property saw it happen, at that event. detail: one sentence. */
void checks_report(struct checks *checks, int number, trace_id event, const char *detail);
/* Shows every event of the trace, in order. Once, after checks_add, before checks_finish. */
void checks_replay(struct checks *checks);
/* The run is over (at trace time now): properties that wait for something that never came
 * (lost_job, stuck_job) decide. cut_short: the run did not reach its end. */
void checks_finish(struct checks *checks, sim_ns now, bool cut_short);

enum verdict {
	VERDICT_HELD,
	VERDICT_VIOLATED,
	VERDICT_UNKNOWN
};
const char *verdict_name(enum verdict verdict); /* "held", "violated", "unknown" */

/* One thing that was broken: where, for whom, in words. */
struct breach {
	trace_id event;      /* the event that broke it */
	const char *subject; /* "printer/007" */
	const char *detail; /* "accepted 8 h 37 min after the first tap (limit 10 min)" */
};

struct outcome {              /* of one expectation, in the order of adding */
	const char *property; /* row name, or "outside" */
	const char *label, *where;
	enum expect_mode mode;
	enum verdict verdict;
	uint64_t
		examined; /* how many events it had to judge; 0: held for want of occasion */
	uint64_t
		count; /* breaches (or sightings, for sometimes); breaches keeps the first 64 */
	const struct breach *breaches;
	size_t n_breaches;
	const char *why; /* for unknown: a sentence */
};
size_t checks_count(const struct checks *checks);
const struct outcome *checks_outcome(const struct checks *checks, size_t index);

#endif
