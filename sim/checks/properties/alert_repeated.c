/* alert_repeated.c - one fault, and its alert comes again and again. */
#include "sim/checks/hot.h"

static void see(struct watch *watch, const struct trace_event *event)
{
	struct hots *hots = watch_state(watch);
	struct hot *hot;
	if (event->kind != KIND_ALERT_RECEIVED) {
		hot = hot_of(hots, event->who);
		if (event->kind == KIND_FIRMWARE_START ||
		    hot_acknowledged(watch_trace(watch), event))
			hot_settle(hot);
		return;
	}
	hot = hot_of(hots, trace_text(event, "printer", event->who));
	watch_examined(watch);
	int64_t code = trace_int(event, "code", 0);
	if (hot->event == 0 || hot->number != code) {
		hot_raise(hot, event);
		hot->number = code;
		return;
	}
	if (!hot->judged)
		watch_breach(watch, event->id, hot->who,
			     "its alert reached the service once more");
	hot->judged = true;
}

const struct property property_alert_repeated = {
	.row =
		{
			.name = "alert_repeated",
			.summary = "one heater fault alerts its owner more than once",
			.help = "A second alert.received of a machine with the same code, before somebody at it "
				"acknowledged the first or it printed again. What is said fifty times "
				"is read no more.",
		},
	PROPERTY_KINDS(KIND_ALERT_RECEIVED, KIND_FIRMWARE_START, KIND_PROMPT_ANSWERED),
	.state_size = sizeof(struct hots),
	.see = see,
	.end = hot_end,
};
