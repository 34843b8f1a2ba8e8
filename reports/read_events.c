/* read_events.c - events.ndjson back into a trace. */
#include "reports/facts_json.h"
#include "reports/run_store.h"

#include <stdlib.h>
#include <string.h>

enum {
	LINE_BYTES = 1 << 20, /* as much as json_parse takes */
	FIELDS_MAX = 64,
	EVENTS_MAX = 50 * 1000 * 1000,
};

struct reading {
	struct run_store *store;
	const char *name;
	uint64_t line;
	uint64_t events;
	struct sim_error *error;
};

static int refuse(const struct reading *reading, const char *what)
{
	return sim_fail(reading->error, SIM_EINVAL, "%s:%llu: %s", reading->name,
			(unsigned long long)reading->line, what);
}

static int read_header(struct reading *reading, const struct json *object)
{
	const char *schema = json_text(json_get(object, "schema"), "");
	if (strcmp(schema, EVENTS_SCHEMA) != 0)
		return refuse(reading, "this is not the header of a run of jobjam");
	if (json_int(json_get(object, "version"), 0) != EVENTS_VERSION)
		return refuse(reading,
			      "the file's version is not the one that this jobjam reads");
	if (run_store_facts(reading->store, object) != SIM_OK)
		return sim_fail(reading->error, SIM_ENOMEM, "%s: no memory",
				reading->name);
	return SIM_OK;
}

static void read_end(struct run_store *store, const struct json *object)
{
	struct summary *summary = &store->run.summary;
	const char *word = run_store_text(store, json_get(object, "end"));
	if (word != NULL)
		summary->word = word;
	snprintf(summary->sentence, sizeof(summary->sentence), "%s",
		 json_text(json_get(object, "sentence"), ""));
	verdict_tidy(summary->sentence);
	summary->status =
		(enum exit_status)json_int(json_get(object, "status"), EXIT_INCONCLUSIVE);
	store->run.facts.reached =
		json_int(json_get(object, "t"), store->run.facts.reached);
	store->ended = true;
}

/* False: not a kind of value that an event has. */
static bool read_field(const struct json *item, struct trace_field *field)
{
	field->key = json_key(item);
	if (json_is_text(item)) {
		field->type = TRACE_TYPE_TEXT;
		field->as.text = json_text(item, "");
	} else if (json_is_bool(item)) {
		field->type = TRACE_TYPE_BOOL;
		field->as.integer = json_bool(item, false);
	} else if (json_is_number(item)) {
		/* An integer that fits is one; everything else is a real. */
		const int64_t none = INT64_MIN;
		field->type = TRACE_TYPE_INT;
		field->as.integer = json_int(item, none);
		if (field->as.integer == none) {
			field->type = TRACE_TYPE_REAL;
			field->as.real = json_real(item, 0);
		}
	} else {
		return false;
	}
	return field->key != NULL;
}

/* What every event has; no field of a kind is called so. */
static bool is_frame(const char *key)
{
	static const char *const FRAME[] = {"id", "cause", "t", "kind", "who"};
	for (size_t i = 0; i < sizeof(FRAME) / sizeof(FRAME[0]); i++)
		if (key != NULL && strcmp(FRAME[i], key) == 0)
			return true;
	return false;
}

static int read_event(struct reading *reading, const struct json *object)
{
	struct trace_field fields[FIELDS_MAX];
	int64_t id = json_int(json_get(object, "id"), -1);
	int64_t cause = json_int(json_get(object, "cause"), -1);
	int64_t t = json_int(json_get(object, "t"), -1);
	const char *kind = json_text(json_get(object, "kind"), NULL);
	const char *who = json_text(json_get(object, "who"), NULL);
	struct trace_event event = {.fields = fields};

	if (id <= 0 || cause < 0 || t < 0 || kind == NULL || who == NULL)
		return refuse(reading,
			      "this is not an event: id, cause, t, kind and who must "
			      "be there");
	event.kind = trace_kind_find(kind);
	if (event.kind == N_TRACE_KINDS) {
		reading->store->strange++;
		return SIM_OK;
	}
	event.id = (trace_id)id;
	event.cause = (trace_id)cause;
	event.t = t;
	event.who = who;
	for (const struct json *item = json_first(object);
	     item != NULL && event.n_fields < FIELDS_MAX; item = json_next(item))
		if (!is_frame(json_key(item)) &&
		    read_field(item, &fields[event.n_fields]))
			event.n_fields++;
	if (++reading->events > EVENTS_MAX)
		return refuse(reading, "more events than jobjam reads back (50 million)");
	if (trace_restore(reading->store->trace, &event) != SIM_OK)
		return refuse(reading,
			      "ids and times must rise, and a cause must come first");
	reading->store->run.facts.reached = t;
	return SIM_OK;
}

static int read_object(struct reading *reading, const struct json *object)
{
	if (reading->line == 1)
		return read_header(reading, object);
	if (reading->store->ended)
		return refuse(reading, "there is more after the line that ends the run");
	if (json_is_text(json_get(object, "end"))) {
		read_end(reading->store, object);
		return SIM_OK;
	}
	return read_event(reading, object);
}

/* One line, length bytes; torn: the file ended before its newline. */
static int read_line(struct reading *reading, const char *line, size_t length, bool torn,
		     char note[256])
{
	struct json *object = json_parse(line, length, NULL);
	int status;

	if (object != NULL && json_is_object(object))
		status = read_object(reading, object);
	else if (torn && reading->line > 1) {
		snprintf(note, 256, "%s: the last line was torn and is left out",
			 reading->name);
		status = SIM_OK;
	} else
		status = refuse(reading, "this line is not a JSON object");
	json_free(object);
	return status;
}

/* The next line without its newline; false at the end of the file. *ret_length is
 * LINE_BYTES + 1 when it is longer than may be. */
static bool next_line(FILE *file, char *buffer, size_t *ret_length, bool *ret_torn)
{
	size_t length = 0;
	int c;
	while ((c = getc_unlocked(file)) != EOF && c != '\n') {
		if (length > LINE_BYTES)
			break;
		buffer[length++] = (char)c;
	}
	*ret_length = length;
	*ret_torn = c == EOF;
	return c != EOF || length > 0;
}

int run_store_events(struct run_store *store, FILE *file, const char *name,
		     char note[256], struct sim_error *error)
{
	struct reading reading = {.store = store, .name = name, .error = error};
	char *buffer = malloc(LINE_BYTES + 2);
	size_t length;
	bool torn;
	int status = SIM_OK;

	if (buffer == NULL)
		return sim_fail(error, SIM_ENOMEM, "%s: no memory", name);
	while (status == SIM_OK && next_line(file, buffer, &length, &torn)) {
		reading.line++;
		if (length > LINE_BYTES)
			status = refuse(&reading, "this line is longer than a MiB");
		else
			status = read_line(&reading, buffer, length, torn, note);
	}
	free(buffer);
	if (status == SIM_OK && ferror(file))
		status = sim_fail(error, SIM_EIO, "%s: cannot be read", name);
	if (status == SIM_OK && reading.line == 0)
		status = sim_fail(error, SIM_EINVAL, "%s: is empty", name);
	if (status == SIM_OK && store->strange > 0 && note[0] == '\0')
		snprintf(note, 256, "%s: %llu events of unknown kinds are left out", name,
			 (unsigned long long)store->strange);
	return status;
}
