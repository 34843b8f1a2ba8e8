/* The room's tables: safeguards agree with the build, rows are sorted, files are checked. */
#include "tests/unit/printers/rig.h"

#include "printers/faults.h"
#include "printers/safeguards.h"

static void the_guarded_build_offers_exactly_the_documented_safeguards(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "x1c", "guarded", NULL);
	const struct vocab_row *build = firmware_build_settings(rig.build);
	const struct vocab_row *known = printer_safeguard_row();
	assert_int_equal(build->n_params, known->n_params);
	for (size_t i = 0; i < known->n_params; i++) {
		const struct param *a = &known->params[i];
		int at = vocab_find_param(build, a->name);
		if (at < 0)
			fail_msg("the build has no %s", a->name);
		const struct param *b = &build->params[at];
		assert_int_equal(a->type, b->type);
		assert_string_equal(a->fallback, b->fallback);
		assert_near(a->min, b->min, 0);
		assert_near(a->max, b->max, 0);
		for (size_t j = 0; a->choices && (a->choices[j] || b->choices[j]); j++)
			assert_string_equal(a->choices[j], b->choices[j]);
	}
	rig_fini(&rig);
}

static void every_safeguard_of_the_plan_has_its_row(void **state)
{
	(void)state;
	static const char *const NAMES[] = {
		"busy_refusal",          "confirm_at_machine", "confirm_in_app",
		"heater_cutoff",         "heater_monitor",     "idempotency",
		"no_reheat_without_ack", "plate_latch",        "plate_sensor",
		"start_expiry",          "supersede",
	};
	size_t n = sizeof(NAMES) / sizeof(NAMES[0]);
	for (size_t i = 0; i < n; i++) {
		const struct vocab_row *row = printer_safeguard_at(i);
		assert_non_null(row);
		assert_string_equal(row->name, NAMES[i]);
		assert_string_equal(row->params[0].name, row->name);
	}
	assert_null(printer_safeguard_at(n));
}

static void fault_rows_are_sorted_and_their_defaults_parse(void **state)
{
	(void)state;
	struct value values[4];
	const char *before = "";
	size_t i;
	for (i = 0; printer_fault_row(i); i++) {
		assert_true(strcmp(before, printer_fault_row(i)->name) < 0);
		before = printer_fault_row(i)->name;
		vocab_defaults(printer_fault_row(i), values);
	}
	assert_int_equal(i, 29);
}

static int apply(struct rig *rig, const char *name, const char *first)
{
	struct value values[4];
	struct sim_error error;
	size_t row = 0;
	while (strcmp(printer_fault_row(row)->name, name) != 0)
		row++;
	vocab_defaults(printer_fault_row(row), values);
	assert_int_equal(param_parse(&printer_fault_row(row)->params[0], first,
				     &values[0], &error),
			 0);
	return printer_fault_apply(rig->printer, printer_fault_row(row), values, NULL,
				   rig->clock.now, 0, &error);
}

static void faults_act_on_the_machine(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "guarded", NULL);
	assert_int_equal(apply(&rig, "clock_skew", "1h"),
			 0); /* an hour slow: fresh looks future */
	rig_start_stamped(&rig, 1, "aa11", rig_utc_ms(&rig) - 3600000, NULL);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_START), 1);
	assert_int_equal(apply(&rig, "plate_sensor", "unavailable"),
			 SIM_EINVAL); /* it has none */
	assert_int_equal(apply(&rig, "power_cut", "5m"), 0);
	assert_string_equal(rig_look(&rig).state, "OFF");
	rig_until(&rig, 6 * SIM_MIN);
	assert_string_equal(rig_look(&rig).state, "FAILED");
	rig_fini(&rig);

	rig_init(&rig, "x1c", "guarded", NULL);
	assert_int_equal(apply(&rig, "plate_sensor", "unavailable"), 0);
	rig_start(&rig, 1);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_START), 0);
	assert_string_equal(trace_text(rig_last(&rig, KIND_PLATE_SENSED), "result", ""),
			    "unavailable");
	rig_fini(&rig);
}

static void a_nozzle_target_set_at_the_screen_holds(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "x1c", "guarded", NULL);
	rig_start(&rig, 1);
	rig_until(&rig, 10 * SIM_MIN);
	assert_true(rig_look(&rig).nozzle_c > 218);
	assert_int_equal(apply(&rig, "nozzle_is_set", "180"), 0);
	rig_until(&rig, 13 * SIM_MIN);
	assert_true(rig_look(&rig).nozzle_c > 178 && rig_look(&rig).nozzle_c < 182);
	rig_fini(&rig);

	rig_init(&rig, "x1c", "stock-2023-07",
		 NULL); /* a preheat: controlled, and forgotten */
	assert_int_equal(apply(&rig, "nozzle_is_set", "180"), 0);
	rig_until(&rig, 2 * SIM_H);
	assert_true(rig_look(&rig).nozzle_c > 178 && rig_look(&rig).nozzle_c < 182);
	rig_fini(&rig);

	rig_init(&rig, "x1c", "guarded", NULL); /* off after half an hour, and no trip */
	assert_int_equal(apply(&rig, "nozzle_is_set", "180"), 0);
	rig_until(&rig, 29 * SIM_MIN);
	assert_true(rig_look(&rig).nozzle_c > 178 && rig_look(&rig).nozzle_c < 182);
	rig_until(&rig, 45 * SIM_MIN);
	assert_true(rig_look(&rig).nozzle_c < 60);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_TRIP), 0);
	rig_fini(&rig);
}

static void a_job_file_out_of_range_names_its_field(void **state)
{
	(void)state;
	static const struct {
		const char *word;
		double height, metres, nozzle;
		int layers;
		sim_ns print_for;
	} ROWS[] = {
		{"height_mm", 0, 1, 220, 10, SIM_H},
		{"metres", 5, -1, 220, 10, SIM_H},
		{"nozzle_c", 5, 1, 900, 10, SIM_H},
		{"layers", 5, 1, 220, 0, SIM_H},
		{"print_for", 5, 1, 220, 10, SIM_MS},
		{"mm3/s", 5, 100, 220, 10, 5 * SIM_MIN},
	};
	struct job_shelf *shelf = job_shelf_new();
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct sim_error error = {0};
		struct job_file file = rig_file("aa");
		file.height_mm = ROWS[i].height;
		file.metres = ROWS[i].metres;
		file.nozzle_c = ROWS[i].nozzle;
		file.layers = ROWS[i].layers;
		file.print_for = ROWS[i].print_for;
		assert_int_equal(job_shelf_add(shelf, &file, &error), SIM_EINVAL);
		if (!strstr(error.text, ROWS[i].word))
			fail_msg("\"%s\" does not name %s", error.text, ROWS[i].word);
	}
	assert_null(job_shelf_find(shelf, "aa"));
	job_shelf_free(shelf);
}

static void a_shelf_finds_files_by_md5_and_url(void **state)
{
	(void)state;
	struct job_shelf *shelf = job_shelf_new();
	for (int i = 0; i < 40; i++) {
		char md5[16];
		snprintf(md5, sizeof(md5), "m%d", i);
		struct job_file file = rig_file(md5);
		assert_int_equal(job_shelf_add(shelf, &file, NULL), 0);
	}
	const struct job_file *file = job_shelf_find(shelf, "m17");
	assert_non_null(file);
	assert_ptr_equal(file,
			 job_shelf_find(shelf, "https://cdn.example.invalid/p/m17.3mf"));
	assert_null(job_shelf_find(shelf, ""));
	assert_null(job_shelf_find(shelf, "m40"));
	job_shelf_free(shelf);
}

static void models_are_sorted_and_found_by_name(void **state)
{
	(void)state;
	for (size_t i = 1; printer_model_at(i); i++)
		assert_true(strcmp(printer_model_at(i - 1)->name,
				   printer_model_at(i)->name) < 0);
	assert_true(printer_model_find("x1c")->has_plate_sensor);
	assert_false(printer_model_find("p1p")->has_plate_sensor);
	assert_null(printer_model_find("z9"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_guarded_build_offers_exactly_the_documented_safeguards),
		cmocka_unit_test(every_safeguard_of_the_plan_has_its_row),
		cmocka_unit_test(fault_rows_are_sorted_and_their_defaults_parse),
		cmocka_unit_test(faults_act_on_the_machine),
		cmocka_unit_test(a_nozzle_target_set_at_the_screen_holds),
		cmocka_unit_test(a_job_file_out_of_range_names_its_field),
		cmocka_unit_test(a_shelf_finds_files_by_md5_and_url),
		cmocka_unit_test(models_are_sorted_and_found_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
