/* test_plan.c - settings by name, their layers and refusals, and a plan's lists. */
#include "tests/unit/fleet/rig.h"

static void a_later_setting_of_a_name_replaces_the_earlier(void **state)
{
	struct settings settings = {0};
	char name[] = "count";

	(void)state;
	assert_null(settings_get(&settings, "count"));
	assert_int_equal(settings_set(&settings, name, "3", "scenario", "story.lua:7"),
			 SIM_OK);
	name[0] = 'x'; /* it was copied */
	assert_int_equal(settings_set(&settings, "model", "p1p", "scenario", NULL),
			 SIM_OK);
	assert_int_equal(settings_set(&settings, "count", "4", "command line", "--set"),
			 SIM_OK);
	assert_int_equal(settings.n, 2);
	assert_string_equal(settings_get(&settings, "count")->value, "4");
	assert_string_equal(settings_get(&settings, "count")->from, "command line");
	assert_string_equal(settings_get(&settings, "count")->where, "--set");
	assert_string_equal(settings_get(&settings, "model")->where, "");
	settings_fini(&settings);
	assert_int_equal(settings.n, 0);
}

static void values_are_defaults_until_something_is_said(void **state)
{
	const struct vocab_row *row = plan_printers_row();
	struct value *values = values_new(row);
	struct settings settings = {0};
	struct sim_error error;

	(void)state;
	assert_non_null(values);
	say(&settings, "keepalive", "2m");
	assert_int_equal(settings_parse(&settings, row, values, &error), SIM_OK);
	assert_true(value_named(row, values, "keepalive")->as.ns == 2 * SIM_MIN);
	assert_true(value_named(row, values, "keepalive")->given);
	assert_int_equal(value_named(row, values, "count")->as.integer, 1);
	assert_false(value_named(row, values, "count")->given);
	settings_fini(&settings);
	free(values);
}

static void refusals_begin_with_the_place_that_said_so(void **state)
{
	static const char *const wrong[][3] = {
		{"cuont", "3", "\"count\""}, /* the nearest known name */
		{"count", "many", "count"},
		{"count", "-1", "count"},
		{"keepalive", "1 fortnight", "keepalive"},
	};
	const struct vocab_row *row = plan_printers_row();
	struct value *values = values_new(row);

	(void)state;
	assert_non_null(values);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct settings settings = {0};
		struct sim_error error = {0};

		say(&settings, wrong[i][0], wrong[i][1]);
		assert_true(settings_parse(&settings, row, values, &error) < 0);
		assert_int_equal(strncmp(error.text, "story.lua:7: ", 13), 0);
		assert_non_null(strstr(error.text, wrong[i][2]));
		assert_true(settings_parse(&settings, row, values, NULL) < 0);
		settings_fini(&settings);
	}
	free(values);
}

static void nothing(void *arg, sim_ns now)
{
	(void)arg;
	(void)now;
}

static void lists_grow_in_the_order_of_saying(void **state)
{
	struct plan *plan = plan_new();
	struct plan_known_bad *bad;
	char text[32];

	(void)state;
	assert_non_null(plan);
	for (int i = 0; i < 50; i++) {
		snprintf(text, sizeof(text), "sentence %d", i);
		assert_int_equal(plan_add_published(plan, text), SIM_OK);
		assert_int_equal(plan_add_assumption(plan, text), SIM_OK);
		assert_int_equal(plan_add_deed(plan, (50 - i) * SIM_S, nothing, plan),
				 SIM_OK);
		assert_non_null(plan_add_expectation(plan));
		bad = plan_add_known_bad(plan);
		assert_non_null(bad);
		assert_int_equal(plan_known_bad_add(bad, text), SIM_OK);
		assert_non_null(plan_add_param(plan));
	}
	assert_int_equal(plan->n_published, 50);
	assert_string_equal(plan->published[49], "sentence 49");
	assert_string_equal(plan->assumptions[0], "sentence 0");
	assert_true(plan->deeds[0].at ==
		    50 * SIM_S); /* not sorted: the queue does that */
	assert_null(plan->expectations[49].property);
	assert_string_equal(plan->known_bads[7].breaks[0], "sentence 7");
	assert_int_equal(plan->n_params, 50);
	plan_free(plan);
	plan_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_later_setting_of_a_name_replaces_the_earlier),
		cmocka_unit_test(values_are_defaults_until_something_is_said),
		cmocka_unit_test(refusals_begin_with_the_place_that_said_so),
		cmocka_unit_test(lists_grow_in_the_order_of_saying),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
