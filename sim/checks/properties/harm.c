/* harm.c - something was hit, broken, printed over or extruded into the air. */
#include "sim/checks/property.h"

#include <string.h>

static const char *const KIND_CHOICES[] = {"any",          "collision", "damage",
					   "printed_over", "spaghetti", NULL};
static const struct param PARAMS[] = {
	{"kind", PARAM_CHOICE, "", "any", 0, 0, KIND_CHOICES, "which harm counts"},
};

static void describe(const struct trace_event *event, struct text *text)
{
	char number[TEXT_REAL_MAX];
	switch ((int)event->kind) {
	case KIND_HARM_COLLISION:
		text_addf(text, "the %.40s struck an object %s mm high",
			  trace_text(event, "part", "print head"),
			  text_real(trace_real(event, "object_mm", 0), 1, number));
		text_addf(text, " (%.40s, %s mm/s)", trace_text(event, "contact", "contact"),
			  text_real(trace_real(event, "speed_mm_s", 0), 1, number));
		break;
	case KIND_HARM_DAMAGE:
		text_addf(text, "the %.40s was damaged",
			  trace_text(event, "part", "machine"));
		break;
	case KIND_HARM_PRINTED_OVER:
		text_addf(text, "printed onto %lld old object(s), %s mm high",
			  (long long)trace_int(event, "objects", 1),
			  text_real(trace_real(event, "object_mm", 0), 1, number));
		break;
	default:
		text_addf(text, "%s g extruded without support",
			  text_real(trace_real(event, "grams", 0), 1, number));
	}
}

static void see(struct watch *watch, const struct trace_event *event)
{
	int choice = watch_value(watch, 0)->as.choice;
	struct text what = {0};

	/* The kinds are named "harm.<choice>". */
	if (choice != 0 &&
	    strcmp(trace_kind_name(event->kind) + 5, KIND_CHOICES[choice]) != 0)
		return;
	watch_examined(watch);
	describe(event, &what);
	watch_breach(watch, event->id, event->who, "%s", text_cstr(&what));
	text_fini(&what);
}

const struct property property_harm = {
	.row =
		{
			.name = "harm",
			.summary = "a machine, its plate or a print comes to harm",
			.help = "Harm is computed from geometry, heat and motion. Wasted filament alone "
				"is accounted for in the report and is not a harm of its own.",
			PROPERTY_PARAMS(PARAMS),
		},
	PROPERTY_KINDS(KIND_HARM_COLLISION, KIND_HARM_DAMAGE, KIND_HARM_PRINTED_OVER,
		       KIND_HARM_SPAGHETTI),
	.see = see,
};
