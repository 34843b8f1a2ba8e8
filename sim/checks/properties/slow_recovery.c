/* slow_recovery.c - the connection is true again, and yet fresh jobs do not start. */
#include "sim/checks/property.h"

#include <stdlib.h>
#include <string.h>

static const struct param PARAMS[] = {
	{"within", PARAM_DURATION, "s", "15m", 0, 0, NULL,
	 "a wish sent after the restoration must have started by then"},
};

struct recovery { /* of one client of the service */
	const char *client;
	bool lost;      /* it was attached before, and is not */
	bool pending;   /* restored, and nothing fresh has started yet */
	trace_id event; /* session.attached */
	sim_ns since;
	int64_t intent; /* the first wish sent after it; INT64_MIN: none yet */
};

struct state {
	struct recovery *recoveries;
	size_t n, room;
};

static struct recovery *recovery_of(struct state *state, const char *client, bool make)
{
	for (size_t i = 0; i < state->n; i++)
		if (strcmp(state->recoveries[i].client, client) == 0)
			return &state->recoveries[i];
	if (!make)
		return NULL;
	state->recoveries = roll_grown(state->recoveries, state->n, &state->room,
				       sizeof(*state->recoveries));
	state->recoveries[state->n] = (struct recovery){.client = client};
	return &state->recoveries[state->n++];
}

static void see_session(struct watch *watch, const struct trace_event *event)
{
	const char *client = story_client_of_link(event->who);
	if (strncmp(client, "cloud/", 6) != 0)
		return;
	struct recovery *recovery = recovery_of(watch_state(watch), client, true);
	if (event->kind == KIND_SESSION_DETACHED) {
		recovery->lost = true;
		recovery->pending = false;
	} else if (recovery->lost) {
		recovery->lost = false;
		recovery->pending = true;
		recovery->event = event->id;
		recovery->since = event->t;
		recovery->intent = INT64_MIN;
	}
}

/* A wish sent after the restoration, for a machine of that client. */
static void see_fresh(struct watch *watch, const struct wish *wish)
{
	const struct machine *machine =
		wish != NULL ? story_machine(watch_story(watch), wish->printer) : NULL;
	if (machine == NULL || machine->client == NULL)
		return;
	struct recovery *recovery =
		recovery_of(watch_state(watch), machine->client, false);
	if (recovery == NULL || !recovery->pending || wish->first_at < recovery->since)
		return;
	if (wish->starts > 0) {
		recovery->pending = false;
		return;
	}
	if (recovery->intent != INT64_MIN)
		return;
	watch_examined(watch);
	recovery->intent = wish->intent;
	watch_wake_after(watch, wish->first_at + watch_value(watch, 0)->as.ns);
}

static void see(struct watch *watch, const struct trace_event *event)
{
	if (event->kind == KIND_SESSION_ATTACHED || event->kind == KIND_SESSION_DETACHED)
		see_session(watch, event);
	else
		see_fresh(watch, story_wish_of(watch_story(watch), event));
}

static void judge(struct watch *watch, struct recovery *recovery, const struct wish *wish)
{
	char delay[DURATION_TEXT_MAX], limit[DURATION_TEXT_MAX];

	if (wish->cancel != 0 || wish->dropped != 0) {
		recovery->intent =
			INT64_MIN; /* its person no longer waits: ask the next */
		return;
	}
	recovery->pending = false;
	watch_breach(
		watch, wish->first_tap, recovery->client,
		"connected again, but the first wish after that, sent %s later, had not "
		"started within %s",
		duration_words(wish->first_at - recovery->since, delay),
		duration_words(watch_value(watch, 0)->as.ns, limit));
}

static void wake(struct watch *watch, sim_ns now)
{
	struct state *state = watch_state(watch);
	sim_ns within = watch_value(watch, 0)->as.ns;

	for (size_t i = 0; i < state->n; i++) {
		struct recovery *recovery = &state->recoveries[i];
		if (!recovery->pending || recovery->intent == INT64_MIN)
			continue;
		const struct wish *wish =
			story_wish(watch_story(watch), recovery->intent);
		if (wish->first_at + within < now)
			judge(watch, recovery, wish);
		else
			watch_wake_after(watch, wish->first_at + within);
	}
}

static void end(struct watch *watch)
{
	struct state *state = watch_state(watch);
	free(state->recoveries);
}

const struct property property_slow_recovery = {
	.row =
		{
			.name = "slow_recovery",
			.summary =
				"a connection is restored, and yet fresh jobs do not start",
			.help = "After a client of the service is truly attached again, service counts "
				"as recovered at the first start of a wish whose first tap came after "
				"that moment, for any machine that this client carries. Broken when the "
				"first such wish has waited longer than the limit, counted from its tap, "
				"and none has started. Wishes that their person cancels or drops do not "
				"count; without any fresh wish nothing is judged.",
			PROPERTY_PARAMS(PARAMS),
		},
	PROPERTY_KINDS(KIND_SESSION_ATTACHED, KIND_SESSION_DETACHED, KIND_INTENT_TAP,
		       KIND_JOB_DISPATCHED, KIND_FIRMWARE_START),
	.state_size = sizeof(struct state),
	.see = see,
	.wake = wake,
	.end = end,
};
