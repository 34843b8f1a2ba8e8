/* success_shown_but_not_printing.c - the app said success, and nothing started. */
#include "sim/checks/property.h"

#include <stdlib.h>
#include <string.h>

static const struct param PARAMS[] = {
	{"within", PARAM_DURATION, "s", "10m", 0, 0, NULL,
	 "a success must be followed by a start, or taken back, within this time"},
};

struct state {
	struct waiting shown;  /* number: the task */
	struct roll tasks;     /* tasks whose app said something, by number */
	trace_id *retractions; /* beside it: the last word that was no success, 0: none */
	size_t room;
};

/* What an app says while it lets its person believe that all is well. */
static bool claims_success(const char *state)
{
	static const char *const CLAIMS[] = {"success", "sent", "preparing", "printing",
					     "finished"};
	for (size_t i = 0; i < sizeof(CLAIMS) / sizeof(CLAIMS[0]); i++)
		if (strcmp(CLAIMS[i], state) == 0)
			return true;
	return false;
}

static size_t place_of(struct state *state, int64_t task)
{
	bool is_new;
	size_t place = roll_number(&state->tasks, task, &is_new);
	if (is_new) {
		state->retractions = roll_grown(state->retractions, place, &state->room,
						sizeof(*state->retractions));
		state->retractions[place] = 0;
	}
	return place;
}

static void see(struct watch *watch, const struct trace_event *event)
{
	struct state *state = watch_state(watch);
	const char *shown = trace_text(event, "state", "");
	int64_t task = trace_int(event, "task", 0);

	if (task == 0)
		return;
	size_t place = place_of(state, task);
	if (!claims_success(shown)) {
		state->retractions[place] = event->id;
		return;
	}
	/* Only the plain claim is judged: the others come from the machine's own reports. */
	if (strcmp(shown, "success") != 0 && strcmp(shown, "sent") != 0)
		return;
	watch_examined(watch);
	waiting_add(&state->shown, event->id, event->t, task);
	watch_wake_after(watch, event->t + watch_value(watch, 0)->as.ns);
}

static void judge(struct watch *watch, const struct waiting_item *item)
{
	struct state *state = watch_state(watch);
	const struct trace_event *event = trace_find(watch_trace(watch), item->event);
	const struct wish *wish = story_wish_of(watch_story(watch), event);
	char words[DURATION_TEXT_MAX];

	if (state->retractions[place_of(state, item->number)] > item->event)
		return;
	if (wish != NULL && (wish->starts > 0 || wish->cancel != 0))
		return;
	const char *printer = trace_text(event, "printer", event->who);
	watch_breach(watch, item->event, printer,
		     "the app showed success, and nothing had started %s later",
		     duration_words(watch_value(watch, 0)->as.ns, words));
}

static void wake(struct watch *watch, sim_ns now)
{
	struct state *state = watch_state(watch);
	sim_ns within = watch_value(watch, 0)->as.ns;
	const struct waiting_item *item;

	while ((item = waiting_first(&state->shown)) != NULL) {
		if (item->since + within >= now) {
			watch_wake_after(watch, item->since + within);
			return;
		}
		judge(watch, item);
		waiting_drop_first(&state->shown);
	}
}

static void end(struct watch *watch)
{
	struct state *state = watch_state(watch);
	waiting_fini(&state->shown);
	roll_fini(&state->tasks);
	free(state->retractions);
}

const struct property property_success_shown_but_not_printing = {
	.row =
		{
			.name = "success_shown_but_not_printing",
			.summary = "an app shows success for a print that does not start",
			.help = "Broken when nothing of that wish has started when the time is up and "
				"the app has not taken its word back (failed, cancelled, waiting, a "
				"prompt: anything but success or progress). A wish that its person "
				"cancels in the meantime is not judged.",
			PROPERTY_PARAMS(PARAMS),
		},
	PROPERTY_KINDS(KIND_APP_SHOWS),
	.state_size = sizeof(struct state),
	.see = see,
	.wake = wake,
	.end = end,
};
