/* unattended_start.c - nobody awake at the machine, and nobody expected it then. */
#include "sim/checks/property.h"
#include "sim/checks/start.h"

static const struct param PARAMS[] = {
	{"promptly", PARAM_DURATION, "s", "10m", 0, 0, NULL,
	 "a start this soon after a tap, or after a yes to its prompt, is expected"},
};

static const char *whereabouts(const struct machine *machine)
{
	if (machine->owner == NULL)
		return "has no known owner";
	return machine->asleep ? "was asleep" : "was away";
}

static void see(struct watch *watch, const struct trace_event *event)
{
	char words[DURATION_TEXT_MAX];
	struct start start;

	start_look(watch_story(watch), event, &start);
	watch_examined(watch);
	if (start.attended ||
	    (start.wanted && start.since_asked <= watch_value(watch, 0)->as.ns))
		return;
	const char *owner =
		start.machine->owner != NULL ? start.machine->owner : "the machine";
	if (start.wanted)
		watch_breach(watch, event->id, event->who,
			     "started while %s %s, %s after anybody last asked for it",
			     owner, whereabouts(start.machine),
			     duration_words(start.since_asked, words));
	else
		watch_breach(watch, event->id, event->who,
			     "started while %s %s, and nobody wanted it", owner,
			     whereabouts(start.machine));
}

const struct property property_unattended_start = {
	.row =
		{
			.name = "unattended_start",
			.summary =
				"a machine starts with nobody awake at it, and nobody expecting it",
			.help = "Attended means that the owner is awake and at the machine. Expected "
				"means that the start follows promptly on a tap for that wish (a resend "
				"counts: who sends again expects it now), or on a yes to its prompt. A "
				"print sent on purpose to run over night, started promptly, is not "
				"unattended. A cancelled wish is expected by nobody.",
			PROPERTY_PARAMS(PARAMS),
		},
	PROPERTY_KINDS(KIND_FIRMWARE_START),
	.see = see,
};
