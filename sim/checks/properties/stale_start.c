/* stale_start.c - a machine accepts a start long after it was wished for. */
#include "sim/checks/property.h"
#include "sim/checks/start.h"

static const struct param PARAMS[] = {
	{"older_than", PARAM_DURATION, "s", "10m", 0, 0, NULL,
	 "a start whose age is above this is stale"},
};

static void see(struct watch *watch, const struct trace_event *event)
{
	sim_ns limit = watch_value(watch, 0)->as.ns;
	char age[DURATION_TEXT_MAX], limit_words[DURATION_TEXT_MAX];
	struct start start;

	start_look(watch_story(watch), event, &start);
	watch_examined(watch);
	if (start.wish == NULL)
		watch_breach(watch, event->id, event->who,
			     "accepted a start, and no tap was found behind it");
	else if (start.age > limit)
		watch_breach(watch, event->id, event->who,
			     "accepted %s after the first tap (limit %s)",
			     duration_words(start.age, age),
			     duration_words(limit, limit_words));
}

const struct property property_stale_start = {
	.row =
		{
			.name = "stale_start",
			.summary =
				"a machine starts a print that was wished for long ago",
			.help = "The age of a start is the instant at which the firmware accepts it, "
				"minus the first tap of the wish that it serves; a resend or a retry "
				"does not make it younger. A start that waits for a person's answer is "
				"accepted when the wait begins. A start without any tap behind it is "
				"stale too.",
			PROPERTY_PARAMS(PARAMS),
		},
	PROPERTY_KINDS(KIND_FIRMWARE_START),
	.see = see,
};
