/* alert_lost.c - a machine raised an alert, the network was there, and nobody heard of it. */
#include "sim/checks/hot.h"

static const struct param PARAMS[] = {
	{"within", PARAM_DURATION, "s", "5m", 0, 0, NULL,
	 "the service must know of it this long after it was raised, or after the machine's "
	 "connection came back"},
};

static const struct session *session_of(struct watch *watch, const char *who)
{
	return story_session(watch_story(watch), who);
}

static void see(struct watch *watch, const struct trace_event *event)
{
	const char *printer = trace_text(event, "printer", event->who);
	struct hot *hot;
	switch ((int)event->kind) {
	case KIND_FIRMWARE_ALERT:
		hot = hot_of(watch_state(watch), event->who);
		watch_examined(watch);
		hot_raise(hot, event);
		watch_wake_after(watch, event->t + watch_value(watch, 0)->as.ns);
		break;
	case KIND_SESSION_ATTACHED:
		watch_wake_after(watch, event->t + watch_value(watch, 0)->as.ns);
		break;
	default: /* received; or acknowledged at the machine before */
		if (event->kind == KIND_ALERT_RECEIVED ||
		    hot_acknowledged(watch_trace(watch), event))
			hot_settle(hot_of(watch_state(watch), printer));
	}
}

static void judge(struct watch *watch, sim_ns now)
{
	struct hots *hots = watch_state(watch);
	sim_ns within = watch_value(watch, 0)->as.ns;
	char words[DURATION_TEXT_MAX];

	for (size_t i = 0; i < hots->n; i++) {
		struct hot *hot = &hots->items[i];
		const struct session *session = session_of(watch, hot->who);
		if (hot->event == 0 || hot->judged)
			continue;
		if (session != NULL && session->known && !session->attached)
			continue; /* session.attached wakes again */
		sim_ns since = hot->at;
		if (session != NULL && session->attached_at > since)
			since = session->attached_at;
		if (since + within >= now) {
			watch_wake_after(watch, since + within);
			continue;
		}
		hot->judged = true;
		watch_breach(watch, hot->event, hot->who,
			     "its alert had not reached the service after %s with a "
			     "connection",
			     duration_words(now - since, words));
	}
}

const struct property property_alert_lost = {
	.row =
		{
			.name = "alert_lost",
			.summary = "an alert of a machine never reaches the service",
			.help = "From firmware.alert until alert.received; time without a connection of "
				"the machine to the broker does not count, and neither does an alert "
				"that was acknowledged at the machine first.",
			PROPERTY_PARAMS(PARAMS),
		},
	PROPERTY_KINDS(KIND_FIRMWARE_ALERT, KIND_ALERT_RECEIVED, KIND_PROMPT_ANSWERED,
		       KIND_SESSION_ATTACHED),
	.state_size = sizeof(struct hots),
	.see = see,
	.wake = judge,
	.end = hot_end,
};
