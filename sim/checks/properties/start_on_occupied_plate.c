/* start_on_occupied_plate.c - a print begins where an object still lies. */
#include "sim/checks/property.h"
#include "sim/checks/start.h"

#include <string.h>

static void see(struct watch *watch, const struct trace_event *event)
{
	char words[DURATION_TEXT_MAX], height[TEXT_REAL_MAX];
	struct start start;

	if (strcmp(trace_text(event, "from", ""), "report") == 0)
		return; /* of a program, whose plate nobody knows */
	start_look(watch_story(watch), event, &start);
	watch_examined(watch);
	const struct trace_event *object = start.object;
	if (object == NULL)
		return;
	long long n = (long long)trace_int(object, "objects", 1);
	sim_ns held = event->t - object->t;
	bool fresh = held < SIM_S; /* the print before ended this instant */
	watch_breach(watch, event->id, event->who,
		     "started on a plate that %s %lld object%s, %s mm high%s%s",
		     fresh ? "held" : "had held", n, n == 1 ? "" : "s",
		     text_real(trace_real(object, "height_mm", 0), 1, height),
		     fresh ? ", just finished" : ", for ",
		     fresh ? "" : duration_words(held, words));
}

const struct property property_start_on_occupied_plate = {
	.row =
		{
			.name = "start_on_occupied_plate",
			.summary = "a machine starts while an object lies on its plate",
			.help = "The plate is occupied from the moment something stays on it until a "
				"person takes it. What counts is the plate, not what a sensor says of it.",
		},
	PROPERTY_KINDS(KIND_FIRMWARE_START),
	.see = see,
};
