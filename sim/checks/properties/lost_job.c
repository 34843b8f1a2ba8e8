/* lost_job.c - somebody wanted a print, went on wanting it, and never got it. */
#include "sim/checks/property.h"

#include <stdlib.h>
#include <string.h>

static const char *const WHICH[] = {"all", "connected", NULL};
static const struct param PARAMS[] = {
	{"within", PARAM_DURATION, "s", "30m", 0, 0, NULL,
	 "a machine that is free so long must have started the wish"},
	{"wishes", PARAM_CHOICE, "", "all", 0, 0, WHICH,
	 "all, or only those during which the service's connection to the broker was true"},
};
enum {
	WITHIN,
	WISHES
};
enum {
	WISHES_ALL,
	WISHES_CONNECTED
};

struct state {
	int64_t *open; /* intents that wait for their start, in order of their taps */
	size_t n, room;
};

static void see_tap(struct watch *watch, const struct trace_event *event)
{
	struct state *state = watch_state(watch);
	const struct wish *wish = story_wish_of(watch_story(watch), event);

	if (wish == NULL || wish->first_tap != event->id)
		return;
	state->open =
		roll_grown(state->open, state->n, &state->room, sizeof(*state->open));
	state->open[state->n++] = wish->intent;
	watch_wake_after(watch, event->t + watch_value(watch, WITHIN)->as.ns);
}

/* How much longer the machine may stay free without starting the wish. */
static sim_ns left_for(struct watch *watch, const struct wish *wish,
		       const struct machine *machine, sim_ns now)
{
	sim_ns busy = story_busy(machine, now) - wish->busy_at_tap;
	return watch_value(watch, WITHIN)->as.ns - (now - wish->first_at - busy);
}

/* Was the client that carries the machine attached from the tap until now? */
static bool connected_throughout(struct watch *watch, const struct wish *wish,
				 const struct machine *machine)
{
	if (machine->client == NULL)
		return false;
	const struct session *session =
		story_session(watch_story(watch), machine->client);
	return session != NULL && session->attached &&
	       session->attached_at <= wish->first_at;
}

/* He does not want it any more, for reasons of his own. That he was told no is none. */
static bool given_up(const struct wish *wish)
{
	return wish->cancel != 0 || (wish->dropped != 0 && !wish->told_no);
}

/* Is there nothing more to wait for? */
static bool decided(struct watch *watch, const struct wish *wish, sim_ns now)
{
	const struct machine *machine = story_machine(watch_story(watch), wish->printer);
	char words[DURATION_TEXT_MAX];

	if (given_up(wish) || machine == NULL)
		return true;
	if (wish->starts > 0) {
		watch_examined(watch);
		return true;
	}
	if (watch_value(watch, WISHES)->as.choice == WISHES_CONNECTED &&
	    !connected_throughout(watch, wish, machine))
		return true;
	sim_ns left = left_for(watch, wish, machine, now);
	if (left >= 0) {
		/* While it prints something else the time stands still (see_ended). */
		if (!machine->busy)
			watch_wake_after(watch, now + left);
		return false;
	}
	watch_examined(watch);
	watch_breach(
		watch, wish->first_tap, wish->printer,
		"wished for and not started, though the machine was free for %s since the "
		"first tap (%d tap%s%s)",
		duration_words(watch_value(watch, WITHIN)->as.ns, words), wish->taps,
		wish->taps == 1 ? "" : "s", wish->told_no ? "; refused" : "");
	return true;
}

/* Looks at every open wish whose time may be up, and keeps those that wait on. */
static void wake(struct watch *watch, sim_ns now)
{
	struct state *state = watch_state(watch);
	sim_ns within = watch_value(watch, WITHIN)->as.ns;
	size_t kept = 0;

	for (size_t i = 0; i < state->n; i++) {
		const struct wish *wish = story_wish(watch_story(watch), state->open[i]);
		bool due = wish->first_at + within < now;
		if (!due)
			watch_wake_after(watch, wish->first_at + within);
		if (!due || !decided(watch, wish, now))
			state->open[kept++] = state->open[i];
	}
	state->n = kept;
}

/* Is this the wish of that number, or one that makes it anew after a refusal? */
static bool is_or_was(const struct wish *wish, int64_t intent)
{
	while (wish != NULL && wish->intent != intent)
		wish = wish->before;
	return wish != NULL;
}

static void see_start(struct watch *watch, const struct trace_event *event)
{
	struct state *state = watch_state(watch);
	const struct wish *wish = story_wish_of(watch_story(watch), event);
	size_t kept = 0;

	for (size_t i = 0; i < state->n; i++) {
		if (is_or_was(wish, state->open[i]))
			watch_examined(watch);
		else
			state->open[kept++] = state->open[i];
	}
	state->n = kept;
}

/* The machine is free again, and the time of those who wait for it goes on. */
static void see_ended(struct watch *watch, const struct trace_event *event)
{
	const struct state *state = watch_state(watch);
	for (size_t i = 0; i < state->n; i++) {
		const struct wish *wish = story_wish(watch_story(watch), state->open[i]);
		const struct machine *machine =
			story_machine(watch_story(watch), wish->printer);
		if (machine == NULL || strcmp(machine->name, event->who) != 0)
			continue;
		sim_ns left = left_for(watch, wish, machine, event->t);
		watch_wake_after(watch, event->t + (left > 0 ? left : 0));
	}
}

static void see(struct watch *watch, const struct trace_event *event)
{
	if (event->kind == KIND_INTENT_TAP)
		see_tap(watch, event);
	else if (event->kind == KIND_FIRMWARE_START)
		see_start(watch, event);
	else
		see_ended(watch, event);
}

static void end(struct watch *watch)
{
	struct state *state = watch_state(watch);
	free(state->open);
}

const struct property property_lost_job = {
	.row =
		{
			.name = "lost_job",
			.summary =
				"somebody wanted a print, went on wanting it, and did not get it",
			.help = "A wish is lost when its machine has been free for the limit since the "
				"first tap (other prints do not count) without starting it, or the same "
				"wish made anew after a refusal. Not judged: wishes that their person "
				"cancelled or dropped by himself before that (being told no is not his "
				"own doing), and wishes whose time is not up when the run ends. A later "
				"start does not mend it. A safeguard that refuses everything breaks "
				"this promise. With "
				"wishes = \"connected\" only those wishes count during which the client "
				"of the service that carries the machine was truly attached.",
			PROPERTY_PARAMS(PARAMS),
		},
	PROPERTY_KINDS(KIND_INTENT_TAP, KIND_FIRMWARE_START, KIND_FIRMWARE_ENDED),
	.state_size = sizeof(struct state),
	.see = see,
	.wake = wake,
	.end = end,
};
