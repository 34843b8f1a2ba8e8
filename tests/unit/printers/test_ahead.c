/* Running ahead and coming back leaves no mark in the trace. */
#include "tests/unit/printers/rig.h"

/* The whole trace as text. */
static char *story(const struct rig *rig)
{
	struct text text = {0};
	for (size_t i = 0; i < trace_count(rig->trace); i++) {
		trace_add_json(&text, trace_at(rig->trace, i));
		text_add_char(&text, '\n');
	}
	char *copy = strdup(text_cstr(&text));
	assert_non_null(copy);
	text_fini(&text);
	return copy;
}

enum way {
	AT_DUE_ONLY,
	EVERY_100_MS,
	ASKED_AND_LOOKED_AT
};

static void live(struct rig *rig, enum way way, sim_ns until)
{
	if (way == AT_DUE_ONLY) {
		rig_until(rig, until);
		return;
	}
	while (rig->clock.now < until) {
		sim_ns next = rig->clock.now + 100 * SIM_MS;
		rig_until(rig, next < until ? next : until);
		if (way == ASKED_AND_LOOKED_AT)
			rig_look(rig);
	}
}

/* Two jobs, the second on top of the first, with inputs at odd instants in between. */
static char *night(const char *model, const char *build, enum way way)
{
	struct rig rig;
	rig_init(&rig, model, build,
		 strcmp(build, "guarded") == 0 ? "plate_latch=false\nplate_sensor=false\n"
						 "confirm_at_machine=false\n"
					       : NULL);
	live(&rig, way, 33 * SIM_S + 123456789);
	rig_start(&rig, 1);
	for (int i = 0; i < 60; i++) {
		live(&rig, way, rig.clock.now + 17 * SIM_S + 1234567 * i);
		rig_message(
			&rig,
			"{\"pushing\":{\"sequence_id\":\"0\",\"command\":\"pushall\"}}");
	}
	live(&rig, way, 25 * SIM_MIN);
	rig_start(&rig, 2);
	live(&rig, way, 40 * SIM_MIN);
	printer_online(rig.printer, rig.clock.now, false, 0);
	live(&rig, way, 41 * SIM_MIN + 7);
	printer_online(rig.printer, rig.clock.now, true, 0);
	live(&rig, way, 70 * SIM_MIN);
	struct text text = {0};
	char *told = story(&rig);
	text_add(&text, told);
	free(told);
	struct printer_impact impact;
	printer_impact(rig.printer, &impact);
	text_addf(&text, "%.17g %.17g %.17g %zu %.17g\n", impact.energy_j,
		  impact.grams_printed, impact.grams_wasted, rig.n_reports,
		  rig_look(&rig).nozzle_c);
	text_add(&text, rig.last.text);
	char *copy = strdup(text_cstr(&text));
	text_fini(&text);
	rig_fini(&rig);
	return copy;
}

static void small_steps_and_looks_change_nothing(void **state)
{
	(void)state;
	static const char *const MODELS[] = {"x1c", "p1p"};
	static const char *const BUILDS[] = {"stock-2023-07", "guarded"};
	for (int i = 0; i < 4; i++) {
		const char *model = MODELS[i % 2], *build = BUILDS[i / 2];
		char *due = night(model, build, AT_DUE_ONLY);
		char *fine = night(model, build, EVERY_100_MS);
		char *looked = night(model, build, ASKED_AND_LOOKED_AT);
		assert_non_null(strstr(due, "harm."));
		assert_string_equal(due, fine);
		assert_string_equal(due, looked);
		free(due);
		free(fine);
		free(looked);
	}
}

static void what_was_computed_ahead_is_taken_back(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "stock-2023-07", NULL);
	rig_start(&rig, 1);
	rig_until(&rig, 12 * SIM_MIN + SIM_S);
	sim_ns due = printer_due(rig.printer, rig.clock.now);
	assert_true(due > rig.clock.now + SIM_S);
	rig.clock.now += SIM_S / 2;
	size_t before = rig.n_reports;
	rig_message(&rig, "{\"print\":{\"sequence_id\":\"1\",\"command\":\"stop\"}}");
	assert_string_equal(rig_look(&rig).state, "FAILED");
	assert_true(rig_last(&rig, KIND_FIRMWARE_ENDED)->t == rig.clock.now);
	assert_true(rig.n_reports > before);
	assert_int_equal(printer_due(rig.printer, rig.clock.now), SIM_NEVER);
	rig_fini(&rig);
}

static void chains_stay_whole_when_routine_events_are_left_out(void **state)
{
	(void)state;
	struct rig rig;
	rig_init_at(&rig, "p1p", "stock-2023-07", NULL, TRACE_STORY);
	rig_start(&rig, 1);
	rig_until(&rig, SIM_H);
	trace_id second = rig_start(&rig, 2);
	rig_until(&rig, 2 * SIM_H);
	static const enum trace_kind KINDS[] = {
		KIND_HARM_COLLISION, KIND_HARM_PRINTED_OVER, KIND_HARM_WASTED,
		KIND_HEAT_ON,        KIND_FIRMWARE_STATE,    KIND_PLATE_OCCUPIED,
	};
	for (size_t i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++) {
		const struct trace_event *event = rig_last(&rig, KINDS[i]);
		assert_non_null(event);
		const struct trace_event *start =
			trace_back_to(rig.trace, event->id, KIND_FIRMWARE_START);
		assert_non_null(start);
		assert_int_equal(start->cause, second);
	}
	assert_int_equal(rig_count(&rig, KIND_MOTION_STAGE), 0);
	rig_fini(&rig);
}

static void an_idle_printer_takes_no_steps(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "x1c", "stock-2023-07",
		 NULL); /* guarded looks at its heaters now and then */
	uint64_t before = printer_steps(rig.printer);
	rig_until(&rig, 24 * SIM_H);
	assert_int_equal(printer_steps(rig.printer), before);
	assert_int_equal(printer_due(rig.printer, rig.clock.now), SIM_NEVER);
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_steps_and_looks_change_nothing),
		cmocka_unit_test(what_was_computed_ahead_is_taken_back),
		cmocka_unit_test(chains_stay_whole_when_routine_events_are_left_out),
		cmocka_unit_test(an_idle_printer_takes_no_steps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
