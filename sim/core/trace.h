/*
 * trace.h - the one record of a run: events, each with the event that caused it.
 *
 * Everything that judges, tells or draws reads this and nothing else. Recorded events
 * stay in memory (for the live checks and for walking causes back) and go to
 * events.ndjson as they happen, in whole lines, so that a killed run stays readable.
 *
 * One line an event: {"id":812,"cause":790,"t":21780000000000,"kind":"mqtt.publish",
 * "who":"link/cloud/command-a", …}. id counts up in order of happening; t never falls.
 * The first line is the header, the last says how the run ended; both are written by
 * whoever opens and closes the file (trace_header, trace_end).
 */
#ifndef JOBJAM_CORE_TRACE_H
#define JOBJAM_CORE_TRACE_H

#include "sim/core/kinds.h"
#include "sim/core/status.h"
#include "sim/core/text.h"
#include "sim/core/time.h"

typedef uint64_t trace_id; /* 0: none, or not recorded */
#define TRACE_TEXT_MAX 65535 /* longer texts in fields are cut off */

enum trace_level { TRACE_STORY, TRACE_FULL };

enum trace_type { TRACE_TYPE_INT, TRACE_TYPE_REAL, TRACE_TYPE_TEXT, TRACE_TYPE_BOOL };

struct trace_field {
	const char *key; /* a literal: it is not copied by trace_emit */
	enum trace_type type;
	union {
		int64_t integer; /* also BOOL */
		double real;     /* written with at most 3 digits after the point */
		const char *text; /* copied, up to TRACE_TEXT_MAX bytes; NULL is ""; untrusted
				   * bytes are fine */
	} as;
};

/* clang-format off */
#define F_INT(k, v)  ((struct trace_field){.key = (k), .type = TRACE_TYPE_INT,  .as.integer = (int64_t)(v)})
#define F_REAL(k, v) ((struct trace_field){.key = (k), .type = TRACE_TYPE_REAL, .as.real = (v)})
#define F_TEXT(k, v) ((struct trace_field){.key = (k), .type = TRACE_TYPE_TEXT, .as.text = (v)})
#define F_BOOL(k, v) ((struct trace_field){.key = (k), .type = TRACE_TYPE_BOOL, .as.integer = (v) ? 1 : 0})
/* clang-format on */

struct trace_event {
	trace_id id, cause;
	sim_ns t;
	enum trace_kind kind;
	const char *who; /* interned: the same name is the same pointer within one trace */
	const struct trace_field *fields;
	size_t n_fields;
};

struct trace;

/* Borrows clock, which gives each event its t. level: what is recorded. */
struct trace *trace_new(const struct clock *clock, enum trace_level level);
void trace_free(struct trace *trace);

/* For a run without an end (the live proxy): whenever `keep` events (at least 1,024) are in
 * memory and have been told, all of them are forgotten. Ids go on; a cause may then name an
 * event that only the file knows. Pointers to events hold until the next emit. */
void trace_forget_beyond(struct trace *trace, size_t keep);

/* Sends events to a file from now on (created or truncated). The trace owns the file. */
int trace_open(struct trace *trace, const char *path, struct sim_error *error);
/* Writes one line as it is: a JSON object, without the newline. For header and end. */
void trace_raw_line(struct trace *trace, const char *json);
void trace_flush(struct trace *trace);
/* Closes the file. SIM_EIO when any write to it ever failed (disk full). */
int trace_close(struct trace *trace, struct sim_error *error);

/* Records an event and returns its id. When the run's level leaves it out, returns cause
 * instead, so that the chain stays whole: use the result as the cause of what follows.
 * Field values and who are copied. */
trace_id trace_emit(struct trace *trace, trace_id cause, enum trace_kind kind,
		    const char *who, const struct trace_field *fields, size_t n_fields);
/* The same with a level of its own, at least the kind's (only ever demotes). */
trace_id trace_emit_at(struct trace *trace, enum trace_level level, trace_id cause,
		       enum trace_kind kind, const char *who,
		       const struct trace_field *fields, size_t n_fields);
#define TRACE_FIELDS(...) \
	(const struct trace_field[]){__VA_ARGS__}, \
		sizeof((const struct trace_field[]){__VA_ARGS__}) / sizeof(struct trace_field)
/* trace_say(trace, cause, KIND_NOTE, "run", F_TEXT("text", "…")) */
#define trace_say(trace, cause, kind, who, ...) \
	trace_emit(trace, cause, kind, who, TRACE_FIELDS(__VA_ARGS__))
/* Adds an event read from a file; keeps its id, t and cause. For readers of runs. The
 * fields' keys are copied here. SIM_EINVAL when ids or times fall, or when the cause is not
 * older than the event. Does not write to the file. */
int trace_restore(struct trace *trace, const struct trace_event *event);

/* Called after each emitted event, in the order of registration. May emit: that event is
 * told after the present one, so everybody sees events in their order. Restored events
 * are not told. */
typedef void trace_observer(void *arg, const struct trace_event *event);
void trace_observe(struct trace *trace, trace_observer *fn, void *arg);

/* Reading. Pointers stay valid until trace_free. */
size_t trace_count(const struct trace *trace);
const struct trace_event *trace_at(const struct trace *trace, size_t index);
const struct trace_event *trace_find(const struct trace *trace, trace_id id); /* or NULL */
/* The nearest event of that kind on the way back from id (id itself included). */
const struct trace_event *trace_back_to(const struct trace *trace, trace_id id,
					enum trace_kind kind);
int64_t trace_int(const struct trace_event *event, const char *key, int64_t otherwise);
double trace_real(const struct trace_event *event, const char *key, double otherwise);
bool trace_bool(const struct trace_event *event, const char *key, bool otherwise);
const char *trace_text(const struct trace_event *event, const char *key, const char *otherwise);

const char *trace_kind_name(enum trace_kind kind);
const char *trace_kind_help(enum trace_kind kind);
enum trace_level trace_kind_level(enum trace_kind kind);
enum trace_kind trace_kind_find(const char *name); /* N_TRACE_KINDS: no such kind */
/* The line of one event, without newline. */
void trace_add_json(struct text *text, const struct trace_event *event);
const struct clock *trace_clock(const struct trace *trace);

#endif
