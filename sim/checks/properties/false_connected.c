/* false_connected.c - the service believes in a connection that does not exist. */
#include "sim/checks/property.h"

#include <stdlib.h>

static const struct param PARAMS[] = {
	{"longer_than", PARAM_DURATION, "s", "2m", 0, 0, NULL,
	 "a false belief that lasts longer than this counts"},
};

struct lie { /* of one client: believed connected, and not attached */
	const char *client;
	bool lasts;
	trace_id event; /* what made it a lie */
	sim_ns since;
};

struct state {
	struct lie *lies;
	size_t n, room;
};

static struct lie *lie_of(struct state *state, const char *client)
{
	for (size_t i = 0; i < state->n; i++)
		if (state->lies[i].client == client)
			return &state->lies[i];
	state->lies =
		roll_grown(state->lies, state->n, &state->room, sizeof(*state->lies));
	state->lies[state->n] = (struct lie){.client = client};
	return &state->lies[state->n++];
}

static void tell(struct watch *watch, const struct lie *lie, sim_ns now, bool ended)
{
	char words[DURATION_TEXT_MAX];
	if (now - lie->since > watch_value(watch, 0)->as.ns)
		watch_breach(
			watch, lie->event, lie->client,
			"believed connected for %s%s while nothing of it reached the broker",
			ended ? "" : "at least ",
			duration_words(now - lie->since, words));
}

static void see(struct watch *watch, const struct trace_event *event)
{
	const struct session *session =
		story_session(watch_story(watch), story_client_of_link(event->who));
	/* Only what the service has ever believed can be a lie; printers' links are many. */
	if (session == NULL || session->believed_event == 0)
		return;
	if (event->kind == KIND_SESSION_UP)
		watch_examined(watch);

	struct lie *lie = lie_of(watch_state(watch), session->client);
	/* Of a link that was never heard of nothing can be said. */
	bool lasts = session->believed && session->known && !session->attached;
	if (lie->lasts && !lasts)
		tell(watch, lie, event->t, true);
	if (!lie->lasts && lasts) {
		lie->event = event->id;
		lie->since = event->t;
	}
	lie->lasts = lasts;
}

static void finish(struct watch *watch, sim_ns now)
{
	struct state *state = watch_state(watch);
	for (size_t i = 0; i < state->n; i++)
		if (state->lies[i].lasts)
			tell(watch, &state->lies[i], now, false);
}

static void end(struct watch *watch)
{
	struct state *state = watch_state(watch);
	free(state->lies);
}

const struct property property_false_connected = {
	.row =
		{
			.name = "false_connected",
			.summary =
				"the service believes in a connection that does not exist",
			.help = "Belief is what the service was told and acts on (session.up); the truth "
				"is whether anything of that client reaches the broker "
				"(session.attached). Told when the lie ends, with its whole length. A "
				"connection that dies is noticed after about two keep-alives, so the "
				"limit should not be below that.",
			PROPERTY_PARAMS(PARAMS),
		},
	PROPERTY_KINDS(KIND_SESSION_UP, KIND_SESSION_DOWN, KIND_SESSION_ATTACHED,
		       KIND_SESSION_DETACHED),
	.state_size = sizeof(struct state),
	.see = see,
	.finish = finish,
	.end = end,
};
