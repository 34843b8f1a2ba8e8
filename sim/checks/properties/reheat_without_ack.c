/* reheat_without_ack.c - it had tripped, nobody was there, and it heats. */
#include "sim/checks/hot.h"

static const struct param PARAMS[] = {
	{"within", PARAM_DURATION, "s", "10s", 0, 0, NULL,
	 "every heater must be off this soon after the trip"},
};

static void breach(struct watch *watch, struct hot *hot, int part, trace_id event,
		   const char *how)
{
	hot->judged = true;
	watch_breach(
		watch, event, hot->who,
		"its %s %s after a heater fault that nobody at the machine acknowledged",
		hot_part_name(part), how);
}

static void see(struct watch *watch, const struct trace_event *event)
{
	struct hot *hot = hot_of(watch_state(watch), event->who);
	hot_follow(hot, event);
	if (event->kind == KIND_FIRMWARE_TRIP) {
		watch_examined(watch);
		hot_raise(hot, event);
		watch_wake_after(watch, event->t + watch_value(watch, 0)->as.ns);
	} else if (hot_acknowledged(watch_trace(watch), event)) {
		hot_settle(hot);
	} else if (event->kind == KIND_HEAT_ON && hot->event != 0 && !hot->judged) {
		breach(watch, hot, hot_part(event), event->id, "heats again");
	}
}

static void judge(struct watch *watch, sim_ns now)
{
	hot_judge_on(watch, now, "stayed on", breach);
}

const struct property property_reheat_without_ack = {
	.row =
		{
			.name = "reheat_without_ack",
			.summary =
				"after a heater trip it heats although nobody acknowledged it",
			.help = "After firmware.trip nothing may heat until a person at the machine has "
				"acknowledged the fault: no start, resume, retained, queued or replayed "
				"message, no reconnect and no power cycle counts as one. Heaters that a "
				"trip leaves on count as well.",
			PROPERTY_PARAMS(PARAMS),
		},
	PROPERTY_KINDS(KIND_FIRMWARE_TRIP, KIND_HEAT_ON, KIND_HEAT_OFF,
		       KIND_PROMPT_ANSWERED),
	.state_size = sizeof(struct hots),
	.see = see,
	.wake = judge,
	.end = hot_end,
};
