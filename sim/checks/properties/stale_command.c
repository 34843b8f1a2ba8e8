/* stale_command.c - a machine heats by an order that was given long ago. */
#include "sim/checks/property.h"

static const struct param PARAMS[] = {
	{"older_than", PARAM_DURATION, "s", "10m", 0, 0, NULL,
	 "an order whose age is above this is stale"},
};

static void see(struct watch *watch, const struct trace_event *event)
{
	sim_ns limit = watch_value(watch, 0)->as.ns;
	char age[DURATION_TEXT_MAX], limit_words[DURATION_TEXT_MAX];
	const char *command = trace_text(event, "command", "order");

	if (trace_real(event, "target_c", 0) <= 0)
		return; /* it heats nothing */
	const struct trace_event *given =
		trace_back_to(watch_trace(watch), event->id, KIND_INTENT_ORDER);
	watch_examined(watch);
	if (given == NULL)
		watch_breach(watch, event->id, event->who,
			     "obeyed a %s, and nobody was found who gave it", command);
	else if (event->t - given->t > limit)
		watch_breach(watch, event->id, event->who,
			     "obeyed a %s %s after it was given (limit %s)", command,
			     duration_words(event->t - given->t, age),
			     duration_words(limit, limit_words));
}

const struct property property_stale_command = {
	.row =
		{
			.name = "stale_command",
			.summary = "a machine heats by an order that was given long ago",
			.help = "An order is a resume, or a gcode_line that sets a temperature. Its age "
				"is the instant at which the firmware obeys it, minus the one at which a "
				"person gave it; one that nobody gave (retained, replayed by somebody "
				"else) is stale too. Pausing, stopping and cooling are never stale.",
			PROPERTY_PARAMS(PARAMS),
		},
	PROPERTY_KINDS(KIND_FIRMWARE_OBEYED),
	.see = see,
};
