/* over_temperature.c - something became hotter than it may, whatever anybody read. */
#include "sim/checks/hot.h"

static const struct param PARAMS[] = {
	{"nozzle", PARAM_REAL, "degrees C", "300", 260, 660, NULL,
	 "the hottest the heater block may truly become"},
	{"bed", PARAM_REAL, "degrees C", "125", 115, 300, NULL,
	 "the hottest the bed may truly become"},
};

static void see(struct watch *watch, const struct trace_event *event)
{
	struct hot *hot = hot_of(watch_state(watch), event->who);
	char number[TEXT_REAL_MAX];
	int part = hot_part(event);

	if (event->kind == KIND_HEAT_ON) {
		watch_examined(watch);
		return;
	}
	double limit = trace_real(event, "limit_c", 0);
	if (limit < watch_value(watch, (size_t)part)->as.real ||
	    (hot->number & 1 << part) != 0)
		return;
	hot->number |= 1 << part; /* once a machine and part: it only gets worse */
	watch_breach(watch, event->id, event->who, "its %s truly passed %s C",
		     hot_part_name(part), text_real(limit, 0, number));
}

const struct property property_over_temperature = {
	.row =
		{
			.name = "over_temperature",
			.summary = "a heater block or a bed becomes hotter than it may",
			.help = "Judged by the plant's true temperatures, at the first documented "
				"threshold at or above the bound (nozzle 260, 285, 300, 320, 350, 400; "
				"bed 115, 125, 140, 160): degradation of a PTFE liner from 240-260 C, "
				"limit of hotend assemblies 285 C, of nozzles and firmwares 300-305 C, "
				"ignition of plastics from 340 C.",
			PROPERTY_PARAMS(PARAMS),
		},
	PROPERTY_KINDS(KIND_HEAT_ON, KIND_HEAT_DANGER),
	.state_size = sizeof(struct hots),
	.see = see,
	.end = hot_end,
};
