/* trace.c - events in chunks, their texts in an arena, and whole lines to a file. */
#include "sim/core/trace.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h> /* isfinite */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	CHUNK_EVENTS = 1024, /* events never move: observers and readers keep pointers */
	BLOCK_BYTES = 64 * 1024,   /* arena block; larger things get one of their own */
	OUTPUT_BYTES = 256 * 1024, /* written when reached, always up to a whole line */
	MAX_OBSERVERS = 16,
};

struct block {
	struct block *next;
	size_t used, size;
	_Alignas(8) char bytes[];
};

struct trace {
	const struct clock *clock;
	enum trace_level level;

	struct trace_event **chunks;
	size_t n_chunks, n_events;
	struct block *blocks; /* newest first */

	size_t keep;        /* 0: everything */
	trace_id forgotten; /* the last event that is no longer there … */
	sim_ns forgotten_t; /* … and its time */

	const char **names; /* interned; open addressing, a power of two */
	size_t n_names, names_size;

	struct {
		trace_observer *fn;
		void *arg;
	} observers[MAX_OBSERVERS];
	size_t n_observers;
	size_t n_told; /* events that the observers have seen */
	bool telling;

	int fd; /* -1: no file */
	char *path;
	struct text output; /* whole lines not yet written */
	off_t written;
	int write_errno; /* first failure; 0: none */
};

/* --- kinds ------------------------------------------------------------------------ */

static const struct {
	const char *name;
	enum trace_level level;
	const char *help;
} KINDS[] = {
#define KIND_ROW(symbol, name, level, help) {name, TRACE_##level, help},
	TRACE_KINDS(KIND_ROW)
#undef KIND_ROW
};

const char *trace_kind_name(enum trace_kind kind)
{
	assert((unsigned)kind < N_TRACE_KINDS);
	return KINDS[kind].name;
}

const char *trace_kind_help(enum trace_kind kind)
{
	assert((unsigned)kind < N_TRACE_KINDS);
	return KINDS[kind].help;
}

enum trace_level trace_kind_level(enum trace_kind kind)
{
	assert((unsigned)kind < N_TRACE_KINDS);
	return KINDS[kind].level;
}

enum trace_kind trace_kind_find(const char *name)
{
	int kind = 0;
	while (kind < N_TRACE_KINDS && strcmp(KINDS[kind].name, name) != 0)
		kind++;
	return (enum trace_kind)kind;
}

/* --- memory ----------------------------------------------------------------------- */

static void *need(void *memory)
{
	if (memory == NULL)
		sim_out_of_memory("trace");
	return memory;
}

static void *arena_take(struct trace *trace, size_t size)
{
	size = (size + 7) & ~(size_t)7;
	struct block *block = trace->blocks;
	if (block == NULL || block->size - block->used < size) {
		size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;
		block = need(malloc(sizeof(*block) + room));
		block->used = 0;
		block->size = room;
		block->next = trace->blocks;
		trace->blocks = block;
	}
	void *memory = block->bytes + block->used;
	block->used += size;
	return memory;
}

static const char *arena_copy(struct trace *trace, const char *text, size_t length)
{
	char *copy = arena_take(trace, length + 1);
	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

static size_t name_place(const struct trace *trace, const char *name)
{
	uint64_t hash = text_hash(TEXT_HASH_START, name, strlen(name));
	size_t i = (size_t)hash & (trace->names_size - 1);
	while (trace->names[i] != NULL && strcmp(trace->names[i], name) != 0)
		i = (i + 1) & (trace->names_size - 1);
	return i;
}

static void grow_names(struct trace *trace)
{
	const char **old = trace->names;
	size_t old_size = trace->names_size;
	trace->names_size = old_size ? old_size * 2 : 256;
	trace->names = need(calloc(trace->names_size, sizeof(*trace->names)));
	for (size_t i = 0; i < old_size; i++)
		if (old[i] != NULL)
			trace->names[name_place(trace, old[i])] = old[i];
	free(old);
}

static const char *intern(struct trace *trace, const char *name)
{
	if (trace->n_names * 2 >= trace->names_size)
		grow_names(trace);
	size_t i = name_place(trace, name);
	if (trace->names[i] == NULL) {
		trace->names[i] = arena_copy(trace, name, strlen(name));
		trace->n_names++;
	}
	return trace->names[i];
}

struct trace *trace_new(const struct clock *clock, enum trace_level level)
{
	struct trace *trace = calloc(1, sizeof(*trace));
	if (trace == NULL)
		return NULL;
	trace->clock = clock;
	trace->level = level;
	trace->fd = -1;
	return trace;
}

void trace_free(struct trace *trace)
{
	if (trace == NULL)
		return;
	if (trace->fd >= 0)
		trace_close(trace, NULL);
	for (size_t i = 0; i < trace->n_chunks; i++)
		free(trace->chunks[i]);
	free(trace->chunks);
	while (trace->blocks != NULL) {
		struct block *next = trace->blocks->next;
		free(trace->blocks);
		trace->blocks = next;
	}
	free(trace->names);
	free(trace->path);
	text_fini(&trace->output);
	free(trace);
}

const struct clock *trace_clock(const struct trace *trace)
{
	return trace->clock;
}

/* --- the file --------------------------------------------------------------------- */

int trace_open(struct trace *trace, const char *path, struct sim_error *error)
{
	assert(trace->fd < 0);
	char *copy = strdup(path);
	if (copy == NULL)
		return sim_fail(error, SIM_ENOMEM, "%s: no memory", path);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0) {
		free(copy);
		return sim_fail(error, SIM_EIO, "%s: %s", path, strerror(errno));
	}
	free(trace->path);
	trace->path = copy;
	trace->fd = fd;
	trace->written = 0;
	trace->write_errno = 0;
	text_clear(&trace->output);
	return SIM_OK;
}

void trace_flush(struct trace *trace)
{
	const char *bytes = trace->output.bytes;
	size_t left = trace->output.length;

	if (trace->output.failed)
		sim_out_of_memory("trace");
	while (trace->fd >= 0 && left > 0 && trace->write_errno == 0) {
		ssize_t n = write(trace->fd, bytes, left);
		if (n >= 0) {
			bytes += n;
			left -= (size_t)n;
		} else if (errno != EINTR) {
			trace->write_errno = errno;
		}
	}
	/* A disk that is full must not leave half a line: back to what was whole. */
	if (trace->write_errno == 0)
		trace->written += (off_t)trace->output.length;
	else if (trace->fd >= 0 && ftruncate(trace->fd, trace->written) != 0)
		(void)0; /* not a regular file: nothing to take back */
	text_clear(&trace->output);
}

static void end_line(struct trace *trace)
{
	text_add_char(&trace->output, '\n');
	if (trace->output.length >= OUTPUT_BYTES || trace->output.failed)
		trace_flush(trace);
}

void trace_raw_line(struct trace *trace, const char *json)
{
	if (trace->fd < 0)
		return;
	text_add(&trace->output, json);
	end_line(trace);
}

int trace_close(struct trace *trace, struct sim_error *error)
{
	if (trace->fd < 0)
		return SIM_OK;
	trace_flush(trace);
	if (close(trace->fd) != 0 && trace->write_errno == 0)
		trace->write_errno = errno;
	trace->fd = -1;
	if (trace->write_errno != 0)
		return sim_fail(error, SIM_EIO, "%s: %s", trace->path,
				strerror(trace->write_errno));
	return SIM_OK;
}

/* Room that one event's line needs at most. */
static size_t line_bound(const struct trace_event *event)
{
	size_t bound = 160 + TEXT_JSON_MAX(strlen(event->who));
	for (size_t i = 0; i < event->n_fields; i++) {
		const struct trace_field *field = &event->fields[i];
		bound += TEXT_JSON_MAX(strlen(field->key)) + TEXT_REAL_MAX;
		if (field->type == TRACE_TYPE_TEXT)
			bound += TEXT_JSON_MAX(strlen(field->as.text));
	}
	return bound;
}

static char *put(char *to, const char *string)
{
	size_t length = strlen(string);
	memcpy(to, string, length);
	return to + length;
}

static char *put_field(char *to, const struct trace_field *field)
{
	char number[TEXT_REAL_MAX];

	*to++ = ',';
	to = text_put_json(to, field->key, strlen(field->key));
	*to++ = ':';
	switch (field->type) {
	case TRACE_TYPE_INT:
		return text_put_int(to, field->as.integer);
	case TRACE_TYPE_REAL:
		return put(to, isfinite(field->as.real)
				       ? text_real(field->as.real, 3, number)
				       : "null");
	case TRACE_TYPE_TEXT:
		return text_put_json(to, field->as.text, strlen(field->as.text));
	case TRACE_TYPE_BOOL:
		return put(to, field->as.integer ? "true" : "false");
	}
	return to;
}

void trace_add_json(struct text *text, const struct trace_event *event)
{
	char *begin = text_reserve(text, line_bound(event)), *to = begin;
	if (begin == NULL)
		return;
	to = text_put_int(put(to, "{\"id\":"), (int64_t)event->id);
	to = text_put_int(put(to, ",\"cause\":"), (int64_t)event->cause);
	to = text_put_int(put(to, ",\"t\":"), event->t);
	to = put(put(to, ",\"kind\":\""), KINDS[event->kind].name);
	to = text_put_json(put(to, "\",\"who\":"), event->who, strlen(event->who));
	for (size_t i = 0; i < event->n_fields; i++)
		to = put_field(to, &event->fields[i]);
	*to++ = '}';
	text_extend(text, (size_t)(to - begin));
}

/* --- recording -------------------------------------------------------------------- */

static struct trace_event *event_at(const struct trace *trace, size_t index)
{
	return &trace->chunks[index / CHUNK_EVENTS][index % CHUNK_EVENTS];
}

static struct trace_event *next_event(struct trace *trace)
{
	if (trace->n_events == trace->n_chunks * CHUNK_EVENTS) {
		size_t n = trace->n_chunks + 1;
		trace->chunks = need(realloc(trace->chunks, n * sizeof(*trace->chunks)));
		trace->chunks[n - 1] =
			need(malloc(CHUNK_EVENTS * sizeof(struct trace_event)));
		trace->n_chunks = n;
	}
	return event_at(trace, trace->n_events);
}

static const struct trace_event *last_event(const struct trace *trace)
{
	return trace->n_events > 0 ? event_at(trace, trace->n_events - 1) : NULL;
}

void trace_forget_beyond(struct trace *trace, size_t keep)
{
	trace->keep = keep > CHUNK_EVENTS ? keep : CHUNK_EVENTS;
}

/* Everything goes at once, because the texts of all events lie in one arena. */
static void forget(struct trace *trace)
{
	const struct trace_event *last = last_event(trace);
	trace->forgotten = last->id;
	trace->forgotten_t = last->t;
	while (trace->blocks != NULL) {
		struct block *next = trace->blocks->next;
		free(trace->blocks);
		trace->blocks = next;
	}
	for (size_t i = 0; i < trace->names_size; i++)
		trace->names[i] = NULL;
	trace->n_names = trace->n_events = trace->n_told = 0;
}

static const struct trace_field *copy_fields(struct trace *trace,
					     const struct trace_field *fields, size_t n)
{
	if (n == 0)
		return NULL;
	struct trace_field *copy = arena_take(trace, n * sizeof(*copy));
	memcpy(copy, fields, n * sizeof(*copy));
	for (size_t i = 0; i < n; i++) {
		if (copy[i].type != TRACE_TYPE_TEXT)
			continue;
		const char *text = copy[i].as.text != NULL ? copy[i].as.text : "";
		copy[i].as.text = arena_copy(trace, text, strnlen(text, TRACE_TEXT_MAX));
	}
	return copy;
}

/* An observer may emit: its events are recorded at once and told after the present one,
 * so that every observer sees every event, in order. */
static void tell_observers(struct trace *trace)
{
	if (trace->telling)
		return;
	trace->telling = true;
	for (; trace->n_told < trace->n_events; trace->n_told++)
		for (size_t i = 0; i < trace->n_observers; i++)
			trace->observers[i].fn(trace->observers[i].arg,
					       event_at(trace, trace->n_told));
	trace->telling = false;
}

trace_id trace_emit_at(struct trace *trace, enum trace_level level, trace_id cause,
		       enum trace_kind kind, const char *who,
		       const struct trace_field *fields, size_t n_fields)
{
	assert((unsigned)kind < N_TRACE_KINDS);
	if (level > trace->level || KINDS[kind].level > trace->level)
		return cause;

	if (trace->keep > 0 && trace->n_events >= trace->keep && !trace->telling)
		forget(trace);
	const struct trace_event *last = last_event(trace);
	trace_id id = (last != NULL ? last->id : trace->forgotten) + 1;
	assert(cause < id);
	assert(trace->clock->now >= (last != NULL ? last->t : trace->forgotten_t));

	struct trace_event *event = next_event(trace);
	*event = (struct trace_event){
		.id = id,
		.cause = cause,
		.t = trace->clock->now,
		.kind = kind,
		.who = intern(trace, who),
		.fields = copy_fields(trace, fields, n_fields),
		.n_fields = n_fields,
	};
	trace->n_events++;
	if (trace->fd >= 0) {
		trace_add_json(&trace->output, event);
		end_line(trace);
	}
	tell_observers(trace);
	return id;
}

trace_id trace_emit(struct trace *trace, trace_id cause, enum trace_kind kind,
		    const char *who, const struct trace_field *fields, size_t n_fields)
{
	return trace_emit_at(trace, TRACE_STORY, cause, kind, who, fields, n_fields);
}

int trace_restore(struct trace *trace, const struct trace_event *event)
{
	const struct trace_event *last = last_event(trace);
	if ((unsigned)event->kind >= N_TRACE_KINDS || event->cause >= event->id ||
	    (last != NULL && (event->id <= last->id || event->t < last->t)))
		return SIM_EINVAL;

	struct trace_event *copy = next_event(trace);
	*copy = *event;
	copy->who = intern(trace, event->who);
	struct trace_field *fields =
		arena_take(trace, event->n_fields * sizeof(struct trace_field));
	for (size_t i = 0; i < event->n_fields; i++) {
		fields[i] = event->fields[i];
		fields[i].key = intern(trace, fields[i].key);
	}
	copy->fields = copy_fields(trace, fields, event->n_fields);
	trace->n_events++;
	/* Restored events are history: observers see what is emitted after them. */
	trace->n_told = trace->n_events;
	return SIM_OK;
}

void trace_observe(struct trace *trace, trace_observer *fn, void *arg)
{
	assert(trace->n_observers < MAX_OBSERVERS);
	trace->observers[trace->n_observers].fn = fn;
	trace->observers[trace->n_observers].arg = arg;
	trace->n_observers++;
	if (!trace->telling)
		trace->n_told = trace->n_events;
}

/* --- reading ---------------------------------------------------------------------- */

size_t trace_count(const struct trace *trace)
{
	return trace->n_events;
}

const struct trace_event *trace_at(const struct trace *trace, size_t index)
{
	assert(index < trace->n_events);
	return event_at(trace, index);
}

const struct trace_event *trace_find(const struct trace *trace, trace_id id)
{
	if (id == 0)
		return NULL;
	/* Ids are dense in a run of ours; a file from elsewhere may have gaps. */
	if (id <= trace->n_events && event_at(trace, id - 1)->id == id)
		return event_at(trace, id - 1);
	size_t lo = 0, hi = trace->n_events;
	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;
		if (event_at(trace, middle)->id < id)
			lo = middle + 1;
		else
			hi = middle;
	}
	if (lo == trace->n_events || event_at(trace, lo)->id != id)
		return NULL;
	return event_at(trace, lo);
}

const struct trace_event *trace_back_to(const struct trace *trace, trace_id id,
					enum trace_kind kind)
{
	const struct trace_event *event = trace_find(trace, id);
	while (event != NULL && event->kind != kind)
		event = trace_find(trace, event->cause); /* a cause is always older */
	return event;
}

static const struct trace_field *find_field(const struct trace_event *event,
					    const char *key)
{
	for (size_t i = 0; i < event->n_fields; i++)
		if (strcmp(event->fields[i].key, key) == 0)
			return &event->fields[i];
	return NULL;
}

int64_t trace_int(const struct trace_event *event, const char *key, int64_t otherwise)
{
	const struct trace_field *field = find_field(event, key);
	return field != NULL && field->type == TRACE_TYPE_INT ? field->as.integer
							      : otherwise;
}

double trace_real(const struct trace_event *event, const char *key, double otherwise)
{
	const struct trace_field *field = find_field(event, key);
	if (field != NULL && field->type == TRACE_TYPE_REAL)
		return field->as.real;
	/* A file writes 20.0 as 20, which comes back as an integer. */
	if (field != NULL && field->type == TRACE_TYPE_INT)
		return (double)field->as.integer;
	return otherwise;
}

bool trace_bool(const struct trace_event *event, const char *key, bool otherwise)
{
	const struct trace_field *field = find_field(event, key);
	return field != NULL && field->type == TRACE_TYPE_BOOL ? field->as.integer != 0
							       : otherwise;
}

const char *trace_text(const struct trace_event *event, const char *key,
		       const char *otherwise)
{
	const struct trace_field *field = find_field(event, key);
	return field != NULL && field->type == TRACE_TYPE_TEXT ? field->as.text
							       : otherwise;
}
