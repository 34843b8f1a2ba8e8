/* A job from the start message to the object on the plate, and what a second one does. */
#include "tests/unit/printers/rig.h"

static void a_stock_printer_prints_what_it_is_sent(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "x1c", "stock-2023-07", NULL);
	rig_until(&rig, SIM_MIN);
	trace_id cause = rig_start(&rig, 715);

	const struct trace_event *start = rig_last(&rig, KIND_FIRMWARE_START);
	assert_non_null(start);
	assert_int_equal(start->cause, cause);
	assert_int_equal(trace_int(start, "task", 0), 715);
	assert_string_equal(trace_text(start, "file", ""), "aa11");
	assert_non_null(strstr(rig.reply.text, "\"result\":\"success\""));
	assert_int_equal(rig_look(&rig).task, 715);
	assert_int_equal(rig_look(&rig).start_event, start->id);

	rig_until(&rig, 10 * SIM_MIN);
	assert_string_equal(rig_look(&rig).state, "RUNNING");
	assert_near(rig_look(&rig).nozzle_c, 220, 3);
	assert_near(rig_look(&rig).bed_c, 60, 1.5);

	rig_until(&rig, SIM_H);
	struct printer_view view = rig_look(&rig);
	assert_string_equal(view.state, "FINISH");
	assert_false(view.printing);
	assert_int_equal(view.objects, 1);
	const struct trace_event *left = rig_last(&rig, KIND_PLATE_OCCUPIED);
	assert_near(trace_real(left, "height_mm", 0), 8, 0.001);
	assert_near(trace_real(left, "grams", 0), 5, 0.01);
	assert_non_null(trace_back_to(rig.trace, left->id, KIND_FIRMWARE_START));
	assert_int_equal(rig_count(&rig, KIND_HARM_COLLISION), 0);
	assert_int_equal(rig_count(&rig, KIND_HARM_WASTED), 0);

	struct printer_impact impact;
	printer_impact(rig.printer, &impact);
	assert_int_equal(impact.starts, 1);
	assert_near(impact.grams_printed, 5, 0.01);
	assert_near(impact.grams_wasted, 0.32, 0.02); /* 105 mm of purge, and the line */
	assert_near(impact.energy_j, 120e3, 60e3);
	assert_int_equal(printer_due(rig.printer, rig.clock.now), SIM_NEVER);
	rig_fini(&rig);
}

static void heating_comes_before_the_first_contact(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "stock-2023-07", NULL);
	rig_start(&rig, 1);
	rig_until(&rig, SIM_H);
	sim_ns heat = SIM_NEVER, probe = SIM_NEVER, start = SIM_NEVER, warm = SIM_NEVER;
	for (size_t i = 0; i < trace_count(rig.trace); i++) {
		const struct trace_event *event = trace_at(rig.trace, i);
		if (event->kind == KIND_FIRMWARE_START)
			start = event->t;
		if (event->kind == KIND_HEAT_ON && heat == SIM_NEVER)
			heat = event->t;
		if (event->kind == KIND_HEAT_REACHED &&
		    strcmp(trace_text(event, "part", ""), "bed") == 0)
			warm = event->t;
		if (event->kind == KIND_MOTION_STAGE)
			assert_true(warm < event->t); /* nothing moves on a cold bed */
		if (event->kind == KIND_MOTION_STAGE && probe == SIM_NEVER &&
		    strcmp(trace_text(event, "stage", ""), "probing") == 0)
			probe = event->t;
	}
	assert_true(start <= heat && heat < probe);
	/* Published sequence: bed 98 s, nozzle and purge 100 s, homing, cooling to 140 C. */
	assert_near((double)(probe - start) / 1e9, 300, 90);
	rig_fini(&rig);
}

static void a_start_while_it_prints_is_refused_as_busy(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "stock-2023-07", NULL);
	rig_start(&rig, 1);
	rig_until(&rig, 5 * SIM_MIN);
	trace_id cause = rig_start(&rig, 2);
	assert_string_equal(rig_refusal(&rig), "busy");
	assert_int_equal(rig_last(&rig, KIND_FIRMWARE_REFUSED)->cause, cause);
	assert_non_null(
		strstr(rig.reply.text, "\"result\":\"failed\",\"reason\":\"busy\""));
	assert_non_null(strstr(rig.reply.text, "\"task_id\":\"2\""));
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_START), 1);
	rig_fini(&rig);
}

static void a_flat_object_gets_a_copy_printed_on_top(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "stock-2023-07", NULL);
	rig_start(&rig, 1);
	rig_until(&rig, SIM_H);
	rig_start(&rig, 2);
	rig_until(&rig, 2 * SIM_H);
	const struct trace_event *press = rig_last(&rig, KIND_HARM_COLLISION);
	assert_non_null(press);
	assert_string_equal(trace_text(press, "contact", ""), "press");
	assert_near(trace_real(press, "object_mm", 0), 8, 0.001);
	const struct trace_event *over = rig_last(&rig, KIND_HARM_PRINTED_OVER);
	assert_non_null(over);
	const struct trace_event *start =
		trace_back_to(rig.trace, over->id, KIND_FIRMWARE_START);
	assert_int_equal(trace_int(start, "task", 0), 2);
	const struct trace_event *waste = rig_last(&rig, KIND_HARM_WASTED);
	assert_near(trace_real(waste, "grams", 0), 5.3, 0.1);
	assert_int_equal(rig_count(&rig, KIND_HARM_SPAGHETTI), 0);
	assert_near(trace_real(rig_last(&rig, KIND_PLATE_OCCUPIED), "height_mm", 0), 16,
		    0.01);
	assert_int_equal(rig_look(&rig).objects, 2);
	struct printer_impact impact;
	printer_impact(rig.printer, &impact);
	assert_int_equal(impact.starts_on_object, 1);
	rig_fini(&rig);
}

static void a_tall_object_is_hit_from_the_side(void **state)
{
	(void)state;
	struct rig rig;
	struct job_file tall = rig_file("bb22");
	tall.height_mm = 60;
	tall.print_for = 30 * SIM_MIN; /* longer than it takes to see loose filament */
	rig_init(&rig, "x1c", "stock-2023-07", NULL);
	assert_int_equal(job_shelf_add(rig.shelf, &tall, NULL), 0);
	rig_start_stamped(&rig, 1, "bb22", 0, NULL);
	rig_until(&rig, SIM_H);
	rig_start_stamped(&rig, 2, "bb22", 0, NULL);
	rig_until(&rig, 3 * SIM_H);
	const struct trace_event *hit = rig_last(&rig, KIND_HARM_COLLISION);
	assert_string_equal(trace_text(hit, "contact", ""), "lateral");
	assert_near(trace_real(hit, "speed_mm_s", 0), 500, 0.1);
	assert_int_equal(rig_count(&rig, KIND_HARM_SPAGHETTI), 1);
	/* The X1 sees the loose filament sooner or later. */
	assert_string_equal(rig_look(&rig).state, "FAILED");
	rig_fini(&rig);
}

static void an_object_beside_the_new_one_does_not_matter(void **state)
{
	(void)state;
	struct rig rig;
	struct job_file small = rig_file("cc33");
	small.x0_mm = 20, small.x1_mm = 40, small.y0_mm = 20, small.y1_mm = 40;
	small.height_mm = 3;
	rig_init(&rig, "p1p", "stock-2023-07", NULL);
	assert_int_equal(job_shelf_add(rig.shelf, &small, NULL), 0);
	rig_start_stamped(&rig, 1, "cc33", 0, NULL);
	rig_until(&rig, SIM_H);
	rig_start(&rig, 2);
	rig_until(&rig, 2 * SIM_H);
	assert_int_equal(rig_count(&rig, KIND_HARM_COLLISION), 0);
	assert_int_equal(rig_count(&rig, KIND_HARM_PRINTED_OVER), 0);
	assert_int_equal(rig_count(&rig, KIND_HARM_WASTED), 0);
	assert_int_equal(rig_look(&rig).objects, 2);
	rig_fini(&rig);
}

static void taking_the_object_makes_the_next_print_good(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "stock-2023-07", NULL);
	rig_start(&rig, 1);
	rig_until(&rig, SIM_H);
	printer_take_object(rig.printer, rig.clock.now, "owner/007", 0);
	assert_string_equal(trace_text(rig_last(&rig, KIND_PLATE_CLEARED), "by", ""),
			    "owner/007");
	rig_start(&rig, 2);
	rig_until(&rig, 2 * SIM_H);
	assert_int_equal(rig_count(&rig, KIND_HARM_COLLISION), 0);
	assert_int_equal(rig_look(&rig).objects, 1);
	rig_fini(&rig);
}

static void a_stop_ends_the_job_and_leaves_what_was_printed(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "stock-2023-07", NULL);
	rig_start(&rig, 5);
	rig_until(&rig, 13 * SIM_MIN);
	rig_message(&rig, "{\"print\":{\"sequence_id\":\"1\",\"command\":\"stop\","
			  "\"param\":\"\",\"task_id\":\"4\"}}");
	assert_true(rig_look(&rig).printing); /* another task's stop */
	rig_message(&rig, "{\"print\":{\"sequence_id\":\"1\",\"command\":\"stop\","
			  "\"param\":\"\",\"task_id\":\"5\"}}");
	assert_false(rig_look(&rig).printing);
	assert_string_equal(trace_text(rig_last(&rig, KIND_FIRMWARE_ENDED), "how", ""),
			    "cancelled");
	double height = trace_real(rig_last(&rig, KIND_PLATE_OCCUPIED), "height_mm", 0);
	assert_true(height > 1 && height < 8);
	assert_int_equal(rig_count(&rig, KIND_HARM_WASTED), 0);
	rig_fini(&rig);
}

static void a_p1_reports_only_what_changed_and_an_x1_everything(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "stock-2023-07", NULL);
	rig_start(&rig, 1);
	rig_until(&rig, 9 * SIM_MIN);
	assert_null(strstr(rig.last.text, "subtask_name"));
	assert_null(strstr(rig.last.text, "bed_target_temper"));
	assert_non_null(strstr(rig.last.text, "\"gcode_state\":\"RUNNING\""));
	assert_non_null(strstr(rig.last.text, "\"task_id\":\"1\""));
	rig_message(&rig,
		    "{\"pushing\":{\"sequence_id\":\"0\",\"command\":\"pushall\"}}");
	assert_non_null(strstr(rig.last.text, "\"bed_target_temper\":60"));
	assert_non_null(strstr(rig.last.text, "subtask_name"));
	rig_fini(&rig);

	rig_init(&rig, "x1c", "stock-2023-07", NULL);
	rig_start(&rig, 1);
	rig_until(&rig, 9 * SIM_MIN);
	assert_non_null(strstr(rig.last.text, "subtask_name"));
	rig_fini(&rig);
}

static void while_it_prints_it_reports_at_least_every_thirty_seconds(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "x1c", "stock-2023-07", NULL);
	rig_start(&rig, 1);
	for (int i = 0; i < 25; i++) {
		size_t before = rig.n_reports;
		rig_until(&rig, rig.clock.now + 30 * SIM_S);
		assert_true(rig.n_reports > before);
	}
	rig_until(&rig, SIM_H);
	size_t before = rig.n_reports;
	rig_until(&rig, 8 * SIM_H);
	assert_int_equal(rig.n_reports, before); /* idle: silent */
	rig_fini(&rig);
}

static void an_unknown_file_is_refused(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "x1c", "stock-2023-07", NULL);
	rig_start_stamped(&rig, 9, "dddd", 0, NULL);
	assert_string_equal(rig_refusal(&rig), "no_file");
	rig_fini(&rig);
}

static void a_power_cut_ends_the_job_and_the_machine_comes_back(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "stock-2023-07", NULL);
	rig_start(&rig, 5);
	rig_until(&rig, 12 * SIM_MIN);
	printer_power_cut(rig.printer, rig.clock.now, 10 * SIM_MIN, 0);
	assert_string_equal(rig_look(&rig).state, "OFF");
	assert_string_equal(trace_text(rig_last(&rig, KIND_FIRMWARE_ENDED), "how", ""),
			    "aborted");
	assert_int_equal(rig_look(&rig).objects, 1);
	rig_start(&rig, 6); /* nobody there */
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_START), 1);
	assert_int_equal(printer_due(rig.printer, rig.clock.now), 22 * SIM_MIN);
	rig_until(&rig, 30 * SIM_MIN);
	assert_string_equal(rig_look(&rig).state, "IDLE");
	assert_true(rig_look(&rig).nozzle_c < 100);
	rig_start(&rig, 7);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_START), 2);
	assert_non_null(strstr(rig.reply.text, "\"task_id\":\"7\"")); /* back online */
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stock_printer_prints_what_it_is_sent),
		cmocka_unit_test(heating_comes_before_the_first_contact),
		cmocka_unit_test(a_start_while_it_prints_is_refused_as_busy),
		cmocka_unit_test(a_flat_object_gets_a_copy_printed_on_top),
		cmocka_unit_test(a_tall_object_is_hit_from_the_side),
		cmocka_unit_test(an_object_beside_the_new_one_does_not_matter),
		cmocka_unit_test(taking_the_object_makes_the_next_print_good),
		cmocka_unit_test(a_stop_ends_the_job_and_leaves_what_was_printed),
		cmocka_unit_test(a_p1_reports_only_what_changed_and_an_x1_everything),
		cmocka_unit_test(
			while_it_prints_it_reports_at_least_every_thirty_seconds),
		cmocka_unit_test(an_unknown_file_is_refused),
		cmocka_unit_test(a_power_cut_ends_the_job_and_the_machine_comes_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
