/* false_trip.c - a machine in order switched itself off. */
#include "sim/checks/hot.h"

#include <string.h>

static const struct param PARAMS[] = {
	{"harmless", PARAM_NAMES, "",
	 "clock_skew,cold_sheet,door_opens,draught,mains_voltage,mended,nozzle_is_set,"
	 "part_fan_sticks,plate_sensor,power_cut,sock_falls_off",
	 0, 0, NULL, "machine faults that are no reason for a trip"},
};

/* Is name one of those in list, which commas separate? */
static bool is_one_of(const char *list, const char *name)
{
	size_t length = strlen(name);
	while (*list != '\0') {
		size_t part = strcspn(list, ",");
		if (part == length && strncmp(list, name, part) == 0)
			return true;
		list += part + (list[part] == ',');
	}
	return false;
}

static void see(struct watch *watch, const struct trace_event *event)
{
	struct hot *hot = hot_of(watch_state(watch), event->who);
	if (event->kind == KIND_FAULT_ACTED) {
		const char *fault = trace_text(event, "fault", "");
		if (!is_one_of(watch_value(watch, 0)->as.text, fault))
			hot->event = event->id;
		return;
	}
	if (event->kind == KIND_HARM_DAMAGE) { /* a torn cable is reason enough */
		hot->event = event->id;
		return;
	}
	if (event->kind == KIND_HEAT_ON) {
		watch_examined(watch);
		return;
	}
	if (hot->event == 0)
		watch_breach(watch, event->id, event->who,
			     "tripped (%s, %s) with no fault that asked for it",
			     trace_text(event, "part", "heater"),
			     trace_text(event, "rule", "no reason given"));
}

const struct property property_false_trip = {
	.row =
		{
			.name = "false_trip",
			.summary =
				"a machine in order switches its heaters off as if it were not",
			.help = "A trip on a machine on which no fault acted, or only such as a "
				"protection has to bear: an open door, a draught, a cold sheet. Faults "
				"of the network never are a reason. False trips are what makes people "
				"loosen protections.",
			PROPERTY_PARAMS(PARAMS),
		},
	PROPERTY_KINDS(KIND_FAULT_ACTED, KIND_HARM_DAMAGE, KIND_HEAT_ON,
		       KIND_FIRMWARE_TRIP),
	.state_size = sizeof(struct hots),
	.see = see,
	.end = hot_end,
};
