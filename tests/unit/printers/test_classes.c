/* The kinds of machines as data: all can be, and what cannot is refused with the reason. */
#include "tests/testing.h"

#include "printers/classes.h"
#include "printers/model.h"

static void every_class_can_be_and_is_found(void **state)
{
	(void)state;
	struct sim_error error;
	size_t n = 0;
	for (const struct plant_constants *c; (c = plant_class_at(n)) != NULL; n++) {
		if (plant_constants_check(c, &error))
			fail_msg("%s", error.text);
		assert_ptr_equal(plant_class_find(c->name), c);
	}
	assert_int_equal(n, 8);
	assert_null(plant_class_find("Z"));
}

static void each_model_has_the_class_of_its_kind(void **state)
{
	(void)state;
	static const struct {
		const char *model, *class;
	} ROWS[] = {{"a1", "C"},  {"ender3", "D"},   {"ender3v2", "D2"}, {"mini", "F"},
		    {"mk3", "E"}, {"mk3revo", "E2"}, {"p1p", "B"},       {"x1c", "A"}};
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++)
		assert_string_equal(printer_model_find(ROWS[i].model)->plant->name,
				    ROWS[i].class);
	assert_null(printer_model_at(sizeof(ROWS) / sizeof(ROWS[0])));
}

/* Takes one constant over class B. */
static int take(const char *name, double value, struct sim_error *error)
{
	const struct vocab_row *row = plant_machine_row();
	struct value values[48];
	struct plant_constants constants = plant_class_b;
	assert_true(row->n_params <= 48);
	vocab_defaults(row, values);
	int at = vocab_find_param(row, name);
	if (at < 0)
		fail_msg("no constant %s", name);
	values[at].given = true;
	values[at].as.real = value;
	constants.name = "mine";
	return plant_constants_take(&constants, values, error);
}

static void a_constant_that_cannot_be_is_refused_with_name_and_reason(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		double value;
		const char *reason;
	} ROWS[] = {
		{"heater_w", -1, "negative"},
		{"heater_alpha", -0.001, "negative"},
		{"block_j_k", 0, "above 0"},
		{"sensor_per_s", 0, "above 0"},
		{"loss_w_k", 0, "above 0"},
		{"plate_j_k", 0, "above 0"},
		{"top_j_k", 0, "above 0"},
		{"sink_j_k", 0, "above 0"},
		{"bed_w", 0, "above 0"},
		{"block_j_k", 1e9, "beyond"},
		{"sensor_lag_s", 60, "2.5 s"},
		{"loss_fan_w_k", 0.01, "part fan"},
		{"heatbreak_w_k", 5, "whole loss"},
		{"bed_220_w", 100, "220 V"},
		{"chamber_j_k", 5000, "chamber"},
		{"chamber_w_k", 3, "chamber"},
		{"supply_switch", 0.5, "0 or 1"},
		{"nozzle_max_c", 420, "never gets there"},
		{"heater_w", 5, "never gets there"},
		{"bed_max_c", 400, "never gets there"},
		{"top_air_w_k", 20, "never gets there"},
	};
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct sim_error error = {0};
		assert_int_equal(take(ROWS[i].name, ROWS[i].value, &error), SIM_EINVAL);
		if (!strstr(error.text, "\"mine\"") ||
		    !strstr(error.text, ROWS[i].reason))
			fail_msg("%s = %g: \"%s\" does not say %s", ROWS[i].name,
				 ROWS[i].value, error.text, ROWS[i].reason);
	}
	double not_a_number = 0.0;
	not_a_number /= not_a_number;
	assert_int_equal(take("block_j_k", not_a_number, NULL), SIM_EINVAL);
}

static void a_constant_that_can_be_is_taken(void **state)
{
	(void)state;
	struct sim_error error;
	assert_int_equal(take("heater_w", 60, &error), SIM_OK);
	assert_int_equal(take("sensor_lag_s", 2.5, &error), SIM_OK);
	assert_int_equal(take("supply_switch", 0, &error), SIM_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_class_can_be_and_is_found),
		cmocka_unit_test(each_model_has_the_class_of_its_kind),
		cmocka_unit_test(
			a_constant_that_cannot_be_is_refused_with_name_and_reason),
		cmocka_unit_test(a_constant_that_can_be_is_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
