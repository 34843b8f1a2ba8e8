/* lua_event.c - read-only views of one event and of the whole trace. */
#include "sim/script/room.h"

#include <string.h>

static const char EVENT[] = "Event", TRACE[] = "Trace";

struct event_box {
	struct sandbox_box box;
	const struct trace_event *event; /* the trace keeps it */
};

static const struct trace *trace_of(lua_State *L)
{
	return script_of(L)->stage.trace;
}

void event_push(lua_State *L, const struct trace_event *event)
{
	struct event_box *box = box_new(L, EVENT, sizeof(*box));
	box->event = event;
}

void trace_push(lua_State *L)
{
	box_new(L, TRACE, sizeof(struct sandbox_box));
}

static const struct trace_event *check_event(lua_State *L)
{
	return ((const struct event_box *)box_check(L, 1, EVENT))->event;
}

static void push_field(lua_State *L, const struct trace_field *field)
{
	switch (field->type) {
	case TRACE_TYPE_INT:
		lua_pushinteger(L, field->as.integer);
		break;
	case TRACE_TYPE_REAL:
		lua_pushnumber(L, field->as.real);
		break;
	case TRACE_TYPE_TEXT:
		lua_pushstring(L, field->as.text);
		break;
	case TRACE_TYPE_BOOL:
		lua_pushboolean(L, field->as.integer != 0);
		break;
	}
}

/* event.kind, .who, .at (seconds), .id, .cause (an id), .utc, and its own fields; nil when it
 * has none of that name.                                                   [-2, +1, e] */
static int event_field(lua_State *L)
{
	const struct trace_event *event = check_event(L);
	if (lua_type(L, 2) != LUA_TSTRING)
		return 0;
	const char *name = lua_tostring(L, 2);
	if (strcmp(name, "kind") == 0) {
		lua_pushstring(L, trace_kind_name(event->kind));
	} else if (strcmp(name, "who") == 0) {
		lua_pushstring(L, event->who);
	} else if (strcmp(name, "at") == 0) {
		lua_pushnumber(L, (double)event->t / 1e9);
	} else if (strcmp(name, "utc") == 0) {
		char text[INSTANT_TEXT_MAX];
		lua_pushstring(L,
			       instant_text(script_of(L)->plan->start_utc_ns + event->t,
					    text));
	} else if (strcmp(name, "id") == 0) {
		lua_pushinteger(L, (lua_Integer)event->id);
	} else if (strcmp(name, "cause") == 0) {
		lua_pushinteger(L, (lua_Integer)event->cause);
	} else {
		for (size_t i = 0; i < event->n_fields; i++) {
			if (strcmp(event->fields[i].key, name) != 0)
				continue;
			push_field(L, &event->fields[i]);
			return 1;
		}
		return 0;
	}
	return 1;
}

static const char *next_kind(const void *unused, size_t i)
{
	(void)unused;
	return i < N_TRACE_KINDS ? trace_kind_name((enum trace_kind)i) : NULL;
}

static enum trace_kind check_kind(lua_State *L, int index, const char *what)
{
	struct sim_error error;
	const char *name = take_string(L, index, what, "a kind such as \"intent.tap\"");
	enum trace_kind kind = trace_kind_find(name);
	if (kind == N_TRACE_KINDS) {
		vocab_unknown(&error, "kind of event", name, next_kind, NULL);
		take_refuse(L, what, "%s", error.text);
	}
	return kind;
}

/* event:back_to(kind) -> event, or nil                                     [-2, +1, e] */
static int event_back_to(lua_State *L)
{
	const struct trace_event *event = check_event(L);
	enum trace_kind kind = check_kind(L, 2, "event:back_to");
	const struct trace_event *found = trace_back_to(trace_of(L), event->id, kind);
	budget_charge(L, 20);
	if (found == NULL)
		lua_pushnil(L);
	else
		event_push(L, found);
	return 1;
}

static int event_show(lua_State *L)
{
	const struct trace_event *event = check_event(L);
	lua_pushfstring(L, "event %I %s %s", (lua_Integer)event->id,
			trace_kind_name(event->kind), event->who);
	return 1;
}

/* --- the whole trace ---------------------------------------------------------------------- */

/* trace:each([kind,] fn)                                                   [-3, +0, e] */
static int trace_each(lua_State *L)
{
	box_check(L, 1, TRACE);
	bool all = lua_isfunction(L, 2);
	int fn = all ? 2 : 3;
	enum trace_kind kind = all ? N_TRACE_KINDS : check_kind(L, 2, "trace:each");
	const struct trace *trace = trace_of(L);
	take_function(L, fn, "trace:each", "a function(event)");
	size_t n = trace_count(trace);
	for (size_t i = 0; i < n; i++) {
		const struct trace_event *event = trace_at(trace, i);
		budget_charge(L, 1);
		if (!all && event->kind != kind)
			continue;
		lua_pushvalue(L, fn);
		event_push(L, event);
		lua_call(L, 1, 0);
	}
	return 0;
}

/* trace:count([kind]) -> integer                                           [-2, +1, e] */
static int trace_count_word(lua_State *L)
{
	box_check(L, 1, TRACE);
	const struct trace *trace = trace_of(L);
	size_t n = trace_count(trace), found = 0;
	if (lua_isnoneornil(L, 2)) {
		lua_pushinteger(L, (lua_Integer)n);
		return 1;
	}
	enum trace_kind kind = check_kind(L, 2, "trace:count");
	budget_charge(L, n / 8);
	for (size_t i = 0; i < n; i++)
		found += trace_at(trace, i)->kind == kind;
	lua_pushinteger(L, (lua_Integer)found);
	return 1;
}

void open_event(lua_State *L)
{
	box_class(L, EVENT, event_field, event_show);
	box_class(L, TRACE, NULL, NULL);
}

static const struct script_word EVENT_WORDS[] = {
	{{.name = "back_to",
	  .summary =
		  "The nearest event of that kind on the way back through the causes."},
	 "kind: jobjam.Kind",
	 "jobjam.Event?",
	 event_back_to},
};
static const struct script_word TRACE_WORDS[] = {
	{{.name = "count",
	  .summary = "How many events there are, of that kind or at all."},
	 "kind?: jobjam.Kind",
	 "integer",
	 trace_count_word},
	{{.name = "each",
	  .summary = "Calls the function with each event, of that kind or all."},
	 "kind: jobjam.Kind, fn: fun(event: jobjam.Event)",
	 NULL,
	 trace_each},
};

const struct script_class SCRIPT_EVENT = {
	.name = EVENT,
	.summary =
		"One event, to be read only. Fields: id, cause (an id), kind, who, at (seconds "
		"since the start), utc, and those that its kind has.",
	.kind = CLASS_HANDLE,
	.words = EVENT_WORDS,
	.n_words = WORD_COUNT(EVENT_WORDS),
};
const struct script_class SCRIPT_TRACE = {
	.name = TRACE,
	.summary = "All events of the run, as expect.at_end shows them.",
	.kind = CLASS_HANDLE,
	.words = TRACE_WORDS,
	.n_words = WORD_COUNT(TRACE_WORDS),
};
