/* backlog.c - something waits: so many, so long, in such a place. */
#include "sim/checks/property.h"
#include "sim/core/place.h"

#include <stdlib.h>
#include <string.h>

static const struct param PARAMS[] = {
	{"at_least", PARAM_INT, "messages", "5", 1, 1000000, NULL,
	 "how many wait together"},
	{"older_than", PARAM_DURATION, "s", "0s", 0, 0, NULL,
	 "the oldest of them waits at least so long"},
	{"place", PARAM_CHOICE, "", "any", 0, 0, place_choices,
	 "where: the API's queue, the job store, the client library (or of it the queue, the "
	 "window, the write buffer), a link, the broker's session or window for a client, its "
	 "retained messages, a shared subscription, a machine's inbox"},
};
enum {
	AT_LEAST,
	OLDER_THAN,
	PLACE
};

struct heap { /* what waits in one place of one actor */
	const char *who, *place;
	trace_id event;
	int64_t depth;
	sim_ns oldest; /* when the oldest came */
	bool high;     /* deep enough */
	bool told;     /* in this episode */
};

struct state {
	struct heap *heaps;
	size_t n, room;
};

static struct heap *heap_of(struct state *state, const struct trace_event *event)
{
	const char *place = trace_text(event, "place", "");
	for (size_t i = 0; i < state->n; i++)
		if (strcmp(state->heaps[i].who, event->who) == 0 &&
		    strcmp(state->heaps[i].place, place) == 0)
			return &state->heaps[i];
	state->heaps =
		roll_grown(state->heaps, state->n, &state->room, sizeof(*state->heaps));
	state->heaps[state->n] = (struct heap){.who = event->who, .place = place};
	return &state->heaps[state->n++];
}

static void tell(struct watch *watch, struct heap *heap, sim_ns now)
{
	char words[DURATION_TEXT_MAX];
	heap->told = true;
	watch_breach(watch, heap->event, heap->who,
		     "%lld wait in the %.40s, the oldest for %s", (long long)heap->depth,
		     heap->place, duration_words(now - heap->oldest, words));
}

static void see(struct watch *watch, const struct trace_event *event)
{
	int place = watch_value(watch, PLACE)->as.choice;
	sim_ns older_than = watch_value(watch, OLDER_THAN)->as.ns;

	if (place != 0 && strcmp(trace_text(event, "place", ""), place_choices[place]) != 0)
		return;
	struct heap *heap = heap_of(watch_state(watch), event);
	if (event->kind == KIND_BACKLOG_DRAINED) {
		heap->high = heap->told = false;
		return;
	}
	watch_examined(watch);
	heap->event = event->id;
	heap->depth = trace_int(event, "depth", 0);
	heap->oldest = event->t - trace_int(event, "oldest_for_ns", 0);
	heap->high = heap->depth >= watch_value(watch, AT_LEAST)->as.integer;
	if (!heap->high)
		heap->told = false;
	else if (!heap->told && event->t - heap->oldest >= older_than)
		tell(watch, heap, event->t);
	else if (!heap->told)
		watch_wake_after(watch, heap->oldest + older_than);
}

/* Nothing was said since, so the oldest is still the same one. */
static void wake(struct watch *watch, sim_ns now)
{
	struct state *state = watch_state(watch);
	sim_ns older_than = watch_value(watch, OLDER_THAN)->as.ns;

	for (size_t i = 0; i < state->n; i++) {
		struct heap *heap = &state->heaps[i];
		sim_ns due = heap->oldest + older_than;
		if (!heap->high || heap->told)
			continue;
		if (due < now)
			tell(watch, heap, due);
		else
			watch_wake_after(watch, due);
	}
}

static void end(struct watch *watch)
{
	struct state *state = watch_state(watch);
	free(state->heaps);
}

const struct property property_backlog = {
	.row =
		{
			.name = "backlog",
			.summary = "messages, jobs or calls pile up",
			.help = "Told once for each time that a place fills up, when both limits are "
				"reached; it may be told again after the place has drained. With "
				"`sometimes` it proves that a scenario really made something wait.",
			PROPERTY_PARAMS(PARAMS),
		},
	PROPERTY_KINDS(KIND_BACKLOG_DEPTH, KIND_BACKLOG_DRAINED),
	.state_size = sizeof(struct state),
	.see = see,
	.wake = wake,
	.end = end,
};
