/* burst_release.c - many starts leave one client of the service at once. */
#include "sim/checks/property.h"
#include "sim/core/place.h"

#include <stdlib.h>
#include <string.h>

/* "client" is what leaves a client of the service; the others are places of a backlog. */
static const char *const PLACES[] = {"client",        "store",    "library",
				     "link",          "session",  "bridge",
				     "broker_window", "retained", "shared",
				     "inbox",         NULL};
static const struct param PARAMS[] = {
	{"at_most", PARAM_INT, "starts", "5", 0, 100000, NULL,
	 "so many may leave one client within the window"},
	{"within", PARAM_DURATION, "s", "10s", 0, 0, NULL,
	 "the window; of a place always 10 s"},
	{"place", PARAM_CHOICE, "", "client", 0, 0, PLACES,
	 "client: starts that leave one client of the service; or a place, as `backlog` knows it: "
	 "messages that one actor lets go after they have waited there"},
};
enum {
	AT_MOST,
	WITHIN,
	PLACE
};

struct burst { /* of one client */
	const char *client;
	struct waiting window; /* starts of the last `within` */
	trace_id event;        /* the first that was too many; 0: no burst */
	sim_ns from, last;
	uint64_t count; /* starts of the burst so far */
};

struct state {
	struct burst *bursts;
	size_t n, room;
};

static struct burst *burst_of(struct state *state, const char *client)
{
	for (size_t i = 0; i < state->n; i++)
		if (state->bursts[i].client == client)
			return &state->bursts[i];
	state->bursts =
		roll_grown(state->bursts, state->n, &state->room, sizeof(*state->bursts));
	state->bursts[state->n] = (struct burst){.client = client};
	return &state->bursts[state->n++];
}

static void tell(struct watch *watch, struct burst *burst)
{
	char lasted[DURATION_TEXT_MAX], window[DURATION_TEXT_MAX];
	watch_breach(watch, burst->event, story_client_of_link(burst->client),
		     "%llu starts left within %s (limit %lld within %s)",
		     (unsigned long long)burst->count,
		     duration_words(burst->last - burst->from, lasted),
		     (long long)watch_value(watch, AT_MOST)->as.integer,
		     duration_words(watch_value(watch, WITHIN)->as.ns, window));
	burst->event = 0;
}

/* Lets go of what has left the window; a burst is over when it fits again. */
static void shrink(struct watch *watch, struct burst *burst, sim_ns now)
{
	sim_ns within = watch_value(watch, WITHIN)->as.ns;
	size_t at_most = (size_t)watch_value(watch, AT_MOST)->as.integer;
	const struct waiting_item *item;

	while ((item = waiting_first(&burst->window)) != NULL &&
	       item->since + within < now)
		waiting_drop_first(&burst->window);
	if (burst->event != 0 && burst->window.n - burst->window.first <= at_most)
		tell(watch, burst);
}

/* The place itself has counted (backlog.drained, backlog.left). */
static void see_place(struct watch *watch, const struct trace_event *event,
		      const char *place)
{
	long long burst = (long long)trace_int(event, "burst", 0);
	long long at_most = (long long)watch_value(watch, AT_MOST)->as.integer;

	if (strcmp(trace_text(event, "place", ""), place) != 0)
		return;
	watch_examined(watch);
	if (burst > at_most)
		watch_breach(watch, event->id, event->who,
			     "%lld messages left %s %.60s within 10 s (limit %lld)",
			     burst, place_words(place_find(place))->words, event->who,
			     at_most);
}

static void see(struct watch *watch, const struct trace_event *event)
{
	int place = watch_value(watch, PLACE)->as.choice;

	if (place > 0 && event->kind != KIND_MQTT_PUBLISH)
		see_place(watch, event, PLACES[place]);
	if (place > 0 || event->kind != KIND_MQTT_PUBLISH)
		return;
	if (!story_is_start_publish(watch_trace(watch), event))
		return;
	/* What goes into a black hole has not been released. */
	const struct session *session =
		story_session(watch_story(watch), story_client_of_link(event->who));
	if (session != NULL && session->known && !session->attached)
		return;

	struct burst *burst = burst_of(watch_state(watch), event->who);
	shrink(watch, burst, event->t);
	watch_examined(watch);
	waiting_add(&burst->window, event->id, event->t, 0);
	size_t inside = burst->window.n - burst->window.first;
	if (burst->event != 0) {
		burst->count++;
	} else if (inside > (size_t)watch_value(watch, AT_MOST)->as.integer) {
		burst->event = event->id;
		burst->count = inside;
		burst->from = waiting_first(&burst->window)->since;
	}
	burst->last = event->t;
	if (burst->event != 0)
		watch_wake_after(watch, event->t + watch_value(watch, WITHIN)->as.ns);
}

static void wake(struct watch *watch, sim_ns now)
{
	struct state *state = watch_state(watch);
	sim_ns within = watch_value(watch, WITHIN)->as.ns;

	for (size_t i = 0; i < state->n; i++) {
		struct burst *burst = &state->bursts[i];
		shrink(watch, burst, now);
		if (burst->event != 0)
			watch_wake_after(watch, burst->last + within);
	}
}

static void finish(struct watch *watch, sim_ns now)
{
	struct state *state = watch_state(watch);
	(void)now;
	for (size_t i = 0; i < state->n; i++)
		if (state->bursts[i].event != 0)
			tell(watch, &state->bursts[i]);
}

static void end(struct watch *watch)
{
	struct state *state = watch_state(watch);
	for (size_t i = 0; i < state->n; i++)
		waiting_fini(&state->bursts[i].window);
	free(state->bursts);
}

const struct property property_burst_release = {
	.row =
		{
			.name = "burst_release",
			.summary = "many starts leave one client of the service at once",
			.help = "Counts start orders that really go towards the broker, in a sliding "
				"window for each client. Told once for a burst, when it is over, with "
				"its whole size. With `place`: what one actor lets go from there.",
			PROPERTY_PARAMS(PARAMS),
		},
	PROPERTY_KINDS(KIND_MQTT_PUBLISH, KIND_BACKLOG_DRAINED, KIND_BACKLOG_LEFT),
	.state_size = sizeof(struct state),
	.see = see,
	.wake = wake,
	.finish = finish,
	.end = end,
};
