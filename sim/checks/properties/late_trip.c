/* late_trip.c - dangerously hot, and the firmware did not switch off in time. */
#include "sim/checks/hot.h"

static const struct param PARAMS[] = {
	{"within", PARAM_DURATION, "s", "30s", 0, 0, NULL,
	 "after the temperature passed its bound a trip must have come by then"},
	{"nozzle", PARAM_REAL, "degrees C", "260", 260, 660, NULL,
	 "true temperature of the block that is a danger"},
	{"bed", PARAM_REAL, "degrees C", "115", 115, 300, NULL,
	 "true temperature of the bed that is a danger"},
};
enum {
	TRIPPED = 1 /* hot.number: since when it was last heated */
};

static void see_danger(struct watch *watch, struct hot *hot,
		       const struct trace_event *event)
{
	double limit = trace_real(event, "limit_c", 0);
	if (hot->event != 0 || hot->number == TRIPPED ||
	    limit < watch_value(watch, (size_t)hot_part(event) + 1)->as.real)
		return;
	watch_examined(watch);
	hot_raise(hot, event);
	watch_wake_after(watch, event->t + watch_value(watch, 0)->as.ns);
}

static void see(struct watch *watch, const struct trace_event *event)
{
	struct hot *hot = hot_of(watch_state(watch), event->who);
	switch ((int)event->kind) {
	case KIND_HEAT_DANGER:
		see_danger(watch, hot, event);
		break;
	case KIND_HEAT_ON:
		hot->number = 0;
		break;
	default: /* a trip, or a watchdog that switches everything off */
		hot->number = TRIPPED;
		hot_settle(hot);
	}
}

static void judge(struct watch *watch, sim_ns now)
{
	struct hots *hots = watch_state(watch);
	sim_ns within = watch_value(watch, 0)->as.ns;
	char words[DURATION_TEXT_MAX], number[TEXT_REAL_MAX];

	for (size_t i = 0; i < hots->n; i++) {
		struct hot *hot = &hots->items[i];
		const struct trace_event *danger =
			trace_find(watch_trace(watch), hot->event);
		if (danger == NULL || hot->judged)
			continue;
		if (hot->at + within >= now) {
			watch_wake_after(watch, hot->at + within);
			continue;
		}
		hot->judged = true;
		watch_breach(watch, hot->event, hot->who,
			     "its %s truly passed %s C and no trip followed within %s",
			     hot_part_name(hot_part(danger)),
			     text_real(trace_real(danger, "limit_c", 0), 0, number),
			     duration_words(within, words));
	}
}

const struct property property_late_trip = {
	.row =
		{
			.name = "late_trip",
			.summary =
				"dangerously hot, and the firmware did not trip in time",
			.help = "Counts from the true temperature passing the bound (the first documented "
				"threshold at or above it, see over_temperature) until firmware.trip, or "
				"until a watchdog switches everything off. What a stuck switch heats "
				"after a trip is not a late trip; over_temperature tells of it.",
			PROPERTY_PARAMS(PARAMS),
		},
	PROPERTY_KINDS(KIND_HEAT_ON, KIND_HEAT_DANGER, KIND_FIRMWARE_TRIP,
		       KIND_FIRMWARE_RESET),
	.state_size = sizeof(struct hots),
	.see = see,
	.wake = judge,
	.end = hot_end,
};
