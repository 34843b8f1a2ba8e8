/* silent_fail_open.c - the plate could not be sensed, and the machine started all the same. */
#include "sim/checks/property.h"

static void see(struct watch *watch, const struct trace_event *event)
{
	const struct machine *machine = story_machine(watch_story(watch), event->who);
	const struct trace_event *sensed =
		trace_find(watch_trace(watch), machine != NULL ? machine->unsensed : 0);
	char words[DURATION_TEXT_MAX];

	if (sensed == NULL)
		return;
	/* What was sensed for another task says nothing about this one. */
	int64_t task = trace_int(sensed, "task", 0);
	if (task != 0 && task != trace_int(event, "task", task))
		return;
	watch_examined(watch);
	watch_breach(
		watch, event->id, event->who,
		"started %s after its plate sensor was unavailable, and nobody was asked",
		duration_words(event->t - sensed->t, words));
}

const struct property property_silent_fail_open = {
	.row =
		{
			.name = "silent_fail_open",
			.summary =
				"a machine starts although its plate sensor had nothing to say",
			.help = "A plate sensor that is unavailable has not found the plate clear. A "
				"start after that, without a person's yes to a prompt in between, is a "
				"safeguard that failed open without a word.",
		},
	PROPERTY_KINDS(KIND_FIRMWARE_START),
	.see = see,
};
