/* The account of a machine, and a plate sensor that errs. */
#include "tests/unit/printers/rig.h"

#include "printers/danger.h"
#include "printers/machine.h"

/* The machine itself, at this instant: what it computed ahead is taken back. */
static struct machine *inside(struct rig *rig)
{
	rig_look(rig);
	return &rig->printer->m;
}

static struct printer_impact account(struct rig *rig)
{
	struct printer_impact impact;
	printer_impact_at(rig->printer, rig->clock.now, &impact);
	return impact;
}

static void a_second_print_of_the_same_file_on_its_own_object_is_all_accounted_for(
	void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "stock-2023-07", NULL);
	rig_start(&rig, 1);
	rig_until(&rig, SIM_H);
	struct printer_impact first = account(&rig);
	assert_int_equal(first.starts, 1);
	assert_int_equal(first.reprints + first.starts_on_object + first.collisions, 0);
	assert_near(first.grams_printed, 5, 0.01);
	assert_near(first.grams_over, 0, 0);
	rig_start(&rig, 2);
	rig_until(&rig, 2 * SIM_H);
	struct printer_impact both = account(&rig);
	assert_int_equal(both.starts, 2);
	assert_int_equal(both.reprints, 1);
	assert_int_equal(both.starts_on_object, 1);
	assert_int_equal(both.printed_over, 1);
	assert_true(both.presses >= 1);
	assert_int_equal(both.laterals, 0);
	assert_int_equal(both.collisions, both.presses);
	assert_near(both.grams_printed, 5, 0.01); /* only the first is of any use */
	assert_near(both.grams_over, 5, 0.01);
	assert_near(both.grams_wasted, both.grams_over + 2 * first.grams_wasted, 0.01);
	assert_near(both.energy_j, 2 * first.energy_j, 0.1 * first.energy_j);
	/* Bed to 60 in one and a half minutes, then some, and ten minutes of printing. */
	assert_true(first.heated_s > 600 && first.heated_s < 1800);
	/* 250 C is what the start sequence purges at. */
	assert_near(both.peak_nozzle_c, 250, 3);
	assert_near(both.peak_bed_c, 60, 2);
	rig_fini(&rig);
}

/* Filament and energy of one print, by arithmetic of this test's own: purge and prime lines
 * of the start sequence, 105 and 2.1 mm of 2.98 g/m; the watts of heaters at their duties,
 * and of motors while something moves, added up four times a second. What electronics take at
 * rest is no matter of a job's, and not in the account. */
static void filament_and_energy_come_out_by_hand(void **state)
{
	(void)state;
	struct rig rig;
	double joules = 0;
	rig_init(&rig, "p1p", "stock-2023-07", NULL);
	rig_start(&rig, 1);
	for (int i = 0; i < 4 * 3600; i++) {
		struct printer_view view = rig_look(&rig);
		const struct jobjam_fw_actuators *out = &rig.printer->m.out;
		double watts = out->nozzle_pwm * 48 / (1 + 0.003 * (view.nozzle_c - 25)) +
			       out->bed_pwm * 300 +
			       (out->motion.kind == JOBJAM_FW_MOVE_PARKED ? 0 : 35);
		joules += watts / 4;
		rig_until(&rig, rig.clock.now + SIM_S / 4);
	}
	struct printer_impact impact = account(&rig);
	assert_near(impact.grams_printed, 5.0, 0.001);
	assert_near(impact.grams_wasted, 0.1071 * 2.98, 0.001);
	assert_near(impact.metres_wasted, 0.1071, 0.0001);
	assert_near(impact.energy_j, joules, 0.005 * joules);
	assert_true(joules >
		    100e3); /* 28 Wh and more: a bed at 60 for a quarter of an hour */
	rig_fini(&rig);
}

static void another_file_is_no_reprint(void **state)
{
	(void)state;
	struct rig rig;
	struct job_file other = rig_file("dd44");
	rig_init(&rig, "p1p", "stock-2023-07", NULL);
	assert_int_equal(job_shelf_add(rig.shelf, &other, NULL), 0);
	rig_start(&rig, 1);
	rig_until(&rig, SIM_H);
	rig_start_stamped(&rig, 2, "dd44", 0, NULL);
	rig_until(&rig, 2 * SIM_H);
	assert_int_equal(account(&rig).starts, 2);
	assert_int_equal(account(&rig).reprints, 0);
	rig_fini(&rig);
}

static void asking_for_the_account_changes_nothing(void **state)
{
	struct rig asked, left;
	(void)state;
	rig_init(&asked, "x1c", "stock-2023-07", NULL);
	rig_init(&left, "x1c", "stock-2023-07", NULL);
	rig_start(&asked, 1);
	rig_start(&left, 1);
	double before = 0;
	for (int i = 1; i <= 100; i++) {
		rig_until(&asked, i * 37 * SIM_S);
		struct printer_impact impact = account(&asked);
		assert_true(impact.heated_s >= before && impact.energy_j >= 0);
		before = impact.heated_s;
	}
	rig_until(&left, 3700 * SIM_S);
	assert_int_equal(trace_count(asked.trace), trace_count(left.trace));
	struct printer_impact a = account(&asked), b = account(&left);
	assert_memory_equal(&a, &b, sizeof(a));
	rig_fini(&asked);
	rig_fini(&left);
}

static void a_threshold_counts_once_it_is_passed(void **state)
{
	(void)state;
	assert_near(danger_limit(HEAT_NOZZLE, 259), 0, 0);
	assert_near(danger_limit(HEAT_NOZZLE, 299), 285, 0);
	assert_near(danger_limit(HEAT_NOZZLE, 9999), 400, 0);
	assert_near(danger_limit(HEAT_BED, 126), 125, 0);
}

static void a_torn_thermistor_hangs_and_a_torn_heater_is_cold(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "stock-2023-07", NULL);
	rig_start(&rig, 1);
	rig_until(&rig, 10 * SIM_MIN);
	heat_tear_cable(&inside(&rig)->heat, HEAT_NOZZLE, true);
	rig_until(&rig, 14 * SIM_MIN);
	/* The reading falls, and the controller heats as much as it can: stock firmware sees
	 * nothing wrong, and only the fan keeps the block from going on. */
	assert_true(inside(&rig)->heat.sensor_c < 50);
	assert_near(rig.printer->m.out.nozzle_pwm, 1, 0);
	assert_true(rig_look(&rig).nozzle_c > 224);
	rig_fini(&rig);
	rig_init(&rig, "p1p", "stock-2023-07", NULL);
	rig_start(&rig, 1);
	rig_until(&rig, 10 * SIM_MIN);
	heat_tear_cable(&inside(&rig)->heat, HEAT_NOZZLE, false);
	rig_until(&rig, 15 * SIM_MIN);
	assert_true(rig_look(&rig).nozzle_c < 150);
	assert_true(account(&rig).peak_nozzle_c < 260);
	rig_fini(&rig);
}

/* --- the plate sensor ---------------------------------------------------------------- */

/* The result of the last plate.sensed. */
static const char *sensed(const struct rig *rig)
{
	const struct trace_event *event = rig_last(rig, KIND_PLATE_SENSED);
	return event ? trace_text(event, "result", "") : "none";
}

static void a_false_alarm_asks_before_anything_heats(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "x1c", "guarded", NULL);
	inside(&rig)->sensor_false_alarms = 1;
	rig_start(&rig, 1);
	rig_until(&rig, SIM_MIN);
	assert_string_equal(sensed(&rig), "object");
	assert_int_not_equal(rig_look(&rig).prompt, 0);
	assert_int_equal(rig_count(&rig, KIND_HEAT_ON), 0);
	/* Somebody looks, and says that there is nothing. */
	printer_answer(rig.printer, rig.clock.now, rig_look(&rig).prompt, true,
		       "owner/007", 0);
	rig_until(&rig, 2 * SIM_MIN);
	assert_true(rig_look(&rig).printing);
	rig_fini(&rig);
}

static void a_sensor_that_cannot_tell_counts_as_occupied(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "x1c", "guarded", "confirm_at_machine=false\n");
	inside(&rig)->sensor_unavailable = 1;
	rig_start(&rig, 1);
	rig_until(&rig, SIM_MIN);
	assert_string_equal(sensed(&rig), "unavailable");
	assert_string_equal(rig_refusal(&rig), "occupied");
	rig_fini(&rig);
}

static void an_object_that_is_missed_is_printed_over(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "x1c", "guarded", NULL);
	rig_start(&rig, 1);
	rig_until(&rig, SIM_H);
	inside(&rig)->sensor_misses = 1;
	rig_start_stamped(&rig, 2, "aa11", rig_utc_ms(&rig), NULL);
	rig_until(&rig, 2 * SIM_H);
	assert_string_equal(sensed(&rig), "clear");
	assert_int_equal(account(&rig).starts_on_object, 1);
	rig_fini(&rig);
}

static void a_sensor_errs_as_often_as_stated(void **state)
{
	(void)state;
	struct rig rig;
	int alarms = 0;
	rig_init(&rig, "x1c", "guarded",
		 "confirm_at_machine=false\nstart_expiry=0s\n"
		 "supersede=false\n");
	inside(&rig)->sensor_false_alarms = 0.25;
	for (int i = 1; i <= 400; i++) {
		rig_until(&rig, rig.clock.now + SIM_S);
		rig_start(&rig, i);
		if (strcmp(sensed(&rig), "object") == 0) {
			alarms++;
			continue;
		}
		printer_press_stop(rig.printer, rig.clock.now, "owner/007", 0);
		printer_take_object(rig.printer, rig.clock.now, "owner/007", 0);
	}
	assert_near(alarms / 400.0, 0.25, 0.07);
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_second_print_of_the_same_file_on_its_own_object_is_all_accounted_for),
		cmocka_unit_test(filament_and_energy_come_out_by_hand),
		cmocka_unit_test(another_file_is_no_reprint),
		cmocka_unit_test(asking_for_the_account_changes_nothing),
		cmocka_unit_test(a_threshold_counts_once_it_is_passed),
		cmocka_unit_test(a_torn_thermistor_hangs_and_a_torn_heater_is_cold),
		cmocka_unit_test(a_false_alarm_asks_before_anything_heats),
		cmocka_unit_test(a_sensor_that_cannot_tell_counts_as_occupied),
		cmocka_unit_test(an_object_that_is_missed_is_printed_over),
		cmocka_unit_test(a_sensor_errs_as_often_as_stated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
