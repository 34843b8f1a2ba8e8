/* start_after_cancel.c - a cancel is final from the moment the app shows it as done. */
#include "sim/checks/property.h"
#include "sim/checks/start.h"

static void see(struct watch *watch, const struct trace_event *event)
{
	char words[DURATION_TEXT_MAX];
	struct start start;

	start_look(watch_story(watch), event, &start);
	if (start.wish == NULL)
		return;
	watch_examined(watch);
	if (start.after_cancel)
		watch_breach(watch, event->id, event->who,
			     "started %s after the app had shown its cancel as done",
			     duration_words(event->t - start.wish->cancelled_at, words));
}

const struct property property_start_after_cancel = {
	.row =
		{
			.name = "start_after_cancel",
			.summary = "a wish starts although its cancel was shown as done",
			.help = "A cancel is final from the moment the app shows it as done. A start "
				"before that moment, also after the person asked for the cancel, is not "
				"one.",
		},
	PROPERTY_KINDS(KIND_FIRMWARE_START),
	.see = see,
};
