/* heated_while_waiting.c - a person is asked, and meanwhile it heats. */
#include "sim/checks/hot.h"

static const struct param PARAMS[] = {
	{"within", PARAM_DURATION, "s", "10s", 0, 0, NULL,
	 "every heater must be off this soon after the question"},
};

static void breach(struct watch *watch, struct hot *hot, int part, trace_id event,
		   const char *how)
{
	hot->judged = true;
	watch_breach(watch, event, hot->who, "its %s %s while a person is asked",
		     hot_part_name(part), how);
}

static void see(struct watch *watch, const struct trace_event *event)
{
	struct hot *hot = hot_of(watch_state(watch), event->who);
	hot_follow(hot, event);
	switch ((int)event->kind) {
	case KIND_PROMPT_SHOWN:
		watch_examined(watch);
		hot_raise(hot, event);
		hot->number = trace_int(event, "prompt", 0);
		watch_wake_after(watch, event->t + watch_value(watch, 0)->as.ns);
		break;
	case KIND_PROMPT_ANSWERED:
	case KIND_PROMPT_EXPIRED:
		if (trace_int(event, "prompt", 0) == hot->number)
			hot_settle(hot);
		break;
	case KIND_HEAT_ON:
		if (hot->event != 0 && !hot->judged)
			breach(watch, hot, hot_part(event), event->id, "is heated");
		break;
	}
}

static void judge(struct watch *watch, sim_ns now)
{
	hot_judge_on(watch, now, "stays hot", breach);
}

const struct property property_heated_while_waiting = {
	.row =
		{
			.name = "heated_while_waiting",
			.summary = "a heater is on while a question waits for a person",
			.help = "Between prompt.shown and its answer or lapse nothing may heat: a print "
				"that waits for hours must not wait hot.",
			PROPERTY_PARAMS(PARAMS),
		},
	PROPERTY_KINDS(KIND_PROMPT_SHOWN, KIND_PROMPT_ANSWERED, KIND_PROMPT_EXPIRED,
		       KIND_HEAT_ON, KIND_HEAT_OFF),
	.state_size = sizeof(struct hots),
	.see = see,
	.wake = judge,
	.end = hot_end,
};
