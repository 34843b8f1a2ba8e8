/* Physical faults in a machine with a build: who notices, what stops it, and when. */
#include "tests/unit/printers/rig.h"

#include "printers/faults.h"
#include "printers/machine.h"

static void break_it(struct rig *rig, const char *name, const char *param,
		     const char *text)
{
	struct value values[8];
	struct sim_error error = {0};
	size_t i = 0;
	while (strcmp(printer_fault_row(i)->name, name) != 0)
		i++;
	const struct vocab_row *row = printer_fault_row(i);
	vocab_defaults(row, values);
	int at = param ? vocab_find_param(row, param) : -1;
	if (at >= 0 && param_parse(&row->params[at], text, &values[at], &error))
		fail_msg("%s", error.text);
	if (printer_fault_apply(rig->printer, row, values, NULL, rig->clock.now, 0,
				&error))
		fail_msg("%s", error.text);
}

static void until_hot(struct rig *rig, double nozzle_c)
{
	for (int i = 0; i < 3600 && rig_look(rig).nozzle_c < nozzle_c; i++)
		rig_until(rig, rig->clock.now + SIM_S);
	assert_true(rig_look(rig).nozzle_c >= nozzle_c);
}

static void a_watched_temperature_is_said_once_at_a_step_of_the_plant(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "stock-2023-07", NULL);
	struct printer_watch above = {.above = true, .c = 150}, below = {.c = 100};
	int first, second;
	rig_start(&rig, 1);
	assert_int_equal(printer_watch(rig.printer, rig.clock.now, &above, 0, &first,
				       NULL),
			 0);
	assert_false(printer_watch_came(rig.printer, first));
	while (!printer_watch_came(rig.printer, first))
		rig_until(&rig, printer_due(rig.printer, rig.clock.now));
	const struct trace_event *event = rig_last(&rig, KIND_HEAT_CROSSED);
	assert_int_equal(event->t, rig.clock.now);
	assert_near(trace_real(event, "c", 0), 150.5, 0.5); /* a step, at 3 K/s */
	/* One that is true already comes at once. */
	struct printer_watch now = {.above = true, .c = 100};
	assert_int_equal(printer_watch(rig.printer, rig.clock.now, &now, 0, &second,
				       NULL),
			 0);
	rig_until(&rig, rig.clock.now);
	assert_true(printer_watch_came(rig.printer, second));
	assert_int_equal(printer_watch(rig.printer, rig.clock.now, &below, 0, &second,
				       NULL),
			 0);
	rig_until(&rig, 3 * SIM_H);
	assert_true(printer_watch_came(rig.printer, second));
	assert_int_equal(rig_count(&rig, KIND_HEAT_CROSSED), 3);
	rig_fini(&rig);
}

static void too_many_watches_are_refused(void **state)
{
	(void)state;
	struct rig rig;
	struct sim_error error;
	struct printer_watch never = {.above = true, .c = 900};
	int number;
	rig_init(&rig, "p1p", "stock-2023-07", NULL);
	for (int i = 0; i < WATCHES_MAX; i++)
		assert_int_equal(printer_watch(rig.printer, 0, &never, 0, &number,
					       &error),
				 0);
	assert_int_equal(printer_watch(rig.printer, 0, &never, 0, &number, &error),
			 SIM_EINVAL);
	rig_fini(&rig);
}

static void looks_do_not_move_the_instant_of_a_watch(void **state)
{
	(void)state;
	sim_ns at[2];
	for (int looks = 0; looks < 2; looks++) {
		struct rig rig;
		struct printer_watch above = {.above = true, .c = 200};
		int number;
		rig_init(&rig, "p1p", "stock-2023-07", NULL);
		rig_start(&rig, 1);
		printer_watch(rig.printer, 0, &above, 0, &number, NULL);
		for (sim_ns t = 0; t < 20 * SIM_MIN; t += 70 * SIM_MS) {
			rig_until(&rig, t);
			if (looks)
				rig_look(&rig);
		}
		at[looks] = rig_last(&rig, KIND_HEAT_CROSSED)->t;
		rig_fini(&rig);
	}
	assert_int_equal(at[0], at[1]);
}

/* A stuck switch under the build that cuts the supply when that does not help. */
static double after_a_stuck_switch(const char *model, const char **ret_state)
{
	static char text[32];
	struct rig rig;
	rig_init(&rig, model, "guarded", NULL);
	rig_start(&rig, 1);
	until_hot(&rig, 190);
	break_it(&rig, "heater_switch_sticks", NULL, NULL);
	rig_until(&rig, rig.clock.now + 20 * SIM_MIN);
	const struct trace_event *supply = rig_last(&rig, KIND_HEAT_SUPPLY);
	snprintf(text, sizeof(text), "%s", supply ? trace_text(supply, "state", "") : "");
	*ret_state = text;
	assert_true(rig_count(&rig, KIND_FIRMWARE_TRIP) > 0);
	double block = rig_look(&rig).nozzle_c;
	rig_fini(&rig);
	return block;
}

static void a_stuck_switch_is_stopped_by_the_supply_alone(void **state)
{
	(void)state;
	const char *said;
	assert_true(after_a_stuck_switch("x1c", &said) < 100.0);
	assert_string_equal(said, "cut");
	/* Where the supply has no switch no firmware can stop it, and that is said. */
	assert_true(after_a_stuck_switch("ender3", &said) > 380.0);
	assert_string_equal(said, "cannot_cut");
}

static void heat_is_followed_while_the_build_hangs(void **state)
{
	(void)state;
	struct rig rig;
	struct printer_watch above = {.above = true, .c = 205};
	int number;
	rig_init(&rig, "p1p", "stock-2023-07", NULL);
	rig_start(&rig, 1);
	until_hot(&rig, 195);
	rig.printer->watchdog = SIM_NEVER;
	break_it(&rig, "firmware_hangs", NULL, NULL);
	printer_watch(rig.printer, rig.clock.now, &above, 0, &number, NULL);
	rig_until(&rig, rig.clock.now + 2 * SIM_MIN);
	assert_true(printer_watch_came(rig.printer, number));
	rig_fini(&rig);
}

static void faults_act_on_the_bed_too_and_are_mended(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "stock-2023-07", NULL);
	break_it(&rig, "heater_switch_sticks", "part", "bed");
	rig_until(&rig, 60 * SIM_S);
	assert_true(rig_look(&rig).bed_c > 40.0);
	break_it(&rig, "mended", NULL, NULL);
	double hot = rig_look(&rig).bed_c;
	rig_until(&rig, 300 * SIM_S);
	assert_true(rig_look(&rig).bed_c < hot);
	rig_fini(&rig);
}

static void every_fault_of_the_table_can_happen_in_a_print(void **state)
{
	(void)state;
	for (size_t i = 0; printer_fault_row(i); i++) {
		struct rig rig;
		if (strcmp(printer_fault_row(i)->name, "clock_skew") == 0)
			continue; /* has to be told by how much */
		rig_init(&rig, "x1c", "guarded", NULL);
		rig_start(&rig, 1);
		until_hot(&rig, 150);
		break_it(&rig, printer_fault_row(i)->name, NULL, NULL);
		rig_until(&rig, rig.clock.now + 10 * SIM_MIN);
		struct printer_view view = rig_look(&rig);
		assert_true(view.nozzle_c > 0.0 && view.nozzle_c < 450.0);
		assert_true(view.bed_c > 0.0 && view.bed_c < 150.0);
		rig_fini(&rig);
	}
}

/* The first trip after a thermistor fell out, with the plant in steps of that length. */
/* -1: none. */
static sim_ns trip_at(const char *build, const char *fault, sim_ns step)
{
	struct rig rig;
	rig_init(&rig, "p1p", build, NULL);
	printer_heat(rig.printer, 0, 0)->step = step;
	rig_start(&rig, 1);
	rig_until(&rig, 8 * SIM_MIN); /* it prints */
	break_it(&rig, fault, NULL, NULL);
	rig_until(&rig, 20 * SIM_MIN);
	const struct trace_event *trip = NULL;
	for (size_t i = trace_count(rig.trace); i > 0; i--)
		if (trace_at(rig.trace, i - 1)->kind == KIND_FIRMWARE_TRIP)
			trip = trace_at(rig.trace, i - 1);
	sim_ns at = trip ? trip->t : -1;
	rig_fini(&rig);
	return at;
}

static void halving_the_steps_of_the_plant_moves_no_trip(void **state)
{
	(void)state;
	static const char *const BUILDS[] = {"ref-marlin", "ref-klipper", "ref-prusa",
					     "ref-rrf", "guarded"};
	/* A stuck switch in a print with its fan on creeps over the limit, at 10 mK/s: there a
	 * thousandth of a degree is a tick. */
	static const sim_ns TICK = 300 * SIM_MS;
	static const struct {
		const char *fault;
		sim_ns off;
	} BREAKS[] = {{"thermistor_falls_out", 0},
		      {"thermistor_opens", 0},
		      {"heater_breaks", 0},
		      {"heater_switch_sticks", TICK}};
	int trips = 0;
	for (int b = 0; b < 5; b++)
		for (int f = 0; f < 4; f++) {
			sim_ns coarse = trip_at(BUILDS[b], BREAKS[f].fault, 250 * SIM_MS);
			sim_ns fine = trip_at(BUILDS[b], BREAKS[f].fault, 125 * SIM_MS);
			sim_ns off = coarse > fine ? coarse - fine : fine - coarse;
			if (off > BREAKS[f].off)
				fail_msg("%s, %s: %g s, with half the step %g s",
					 BUILDS[b], BREAKS[f].fault, (double)coarse / 1e9,
					 (double)fine / 1e9);
			trips += coarse >= 0;
		}
	assert_true(trips >= 16);
}

/* Whenever it happens between two looks. */
static void an_idle_heater_that_sticks_is_found_within_15_s(void **state)
{
	(void)state;
	static const char *const PARTS[] = {"nozzle", "bed"};
	for (int i = 0; i < 24; i++) {
		struct rig rig;
		rig_init(&rig, "p1p", "guarded", NULL);
		sim_ns sticks = SIM_H + i / 2 * SIM_S + 123 * SIM_MS;
		rig_until(&rig, sticks);
		break_it(&rig, "heater_switch_sticks", "part", PARTS[i % 2]);
		rig_until(&rig, sticks + 15 * SIM_S);
		assert_int_equal(rig_count(&rig, KIND_FIRMWARE_TRIP), 1);
		rig_until(&rig, sticks + SIM_MIN);
		assert_true(rig_look(&rig).nozzle_c < 80); /* the supply is cut */
		rig_fini(&rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_watched_temperature_is_said_once_at_a_step_of_the_plant),
		cmocka_unit_test(too_many_watches_are_refused),
		cmocka_unit_test(looks_do_not_move_the_instant_of_a_watch),
		cmocka_unit_test(a_stuck_switch_is_stopped_by_the_supply_alone),
		cmocka_unit_test(heat_is_followed_while_the_build_hangs),
		cmocka_unit_test(faults_act_on_the_bed_too_and_are_mended),
		cmocka_unit_test(every_fault_of_the_table_can_happen_in_a_print),
		cmocka_unit_test(an_idle_heater_that_sticks_is_found_within_15_s),
		cmocka_unit_test(halving_the_steps_of_the_plant_moves_no_trip),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
