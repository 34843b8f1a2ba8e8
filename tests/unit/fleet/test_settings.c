/* test_settings.c - layers of settings: build, scenario, command line. */
#include "tests/unit/fleet/rig.h"

static struct fleet_setting setting_of(const struct rig *rig, const char *scope,
				       const char *name)
{
	struct fleet_setting setting;

	for (size_t i = 0; fleet_setting_at(rig->fleet, i, &setting); i++)
		if (strcmp(setting.scope, scope) == 0 && strcmp(setting.name, name) == 0)
			return setting;
	fail_msg("no setting %s.%s", scope, name);
	return setting;
}

static void check(const struct rig *rig, const char *scope, const char *name,
		  const char *value, const char *from)
{
	struct fleet_setting setting = setting_of(rig, scope, name);

	assert_string_equal(setting.value, value);
	assert_string_equal(setting.from, from);
}

static void a_build_brings_its_own_settings(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_evening(&rig, "2");
	say(&rig.plan->groups[0].options, "firmware", "guarded");
	say(&rig.plan->cloud, "build", "guarded");
	rig_new(&rig);
	check(&rig, "cloud", "probe_before_connected", "true", "build");
	check(&rig, "people", "honest_progress", "false", "build");
	assert_string_equal(setting_of(&rig, "printers", "start_expiry").from, "build");
	assert_string_equal(fleet_cloud_build(rig.fleet), "guarded");
	assert_string_equal(fleet_firmware_names(rig.fleet), "guarded");
	assert_true(fleet_as_built(rig.fleet));
	rig_fini(&rig);

	rig_init(&rig);
	rig_group(&rig, "1", "x1c");
	rig_new(&rig);
	check(&rig, "cloud", "probe_before_connected", "false", "build");
	assert_string_equal(fleet_cloud_build(rig.fleet), "2023-07");
	assert_string_equal(fleet_firmware_names(rig.fleet), "stock-2023-07");
	assert_true(fleet_as_built(rig.fleet));
	rig_fini(&rig);
}

static void a_scenario_overrides_the_build(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_group(&rig, "1", "x1c");
	say(&rig.plan->cloud, "build", "guarded");
	say(&rig.plan->cloud_safeguards, "probe_before_connected", "false");
	rig_new(&rig);
	check(&rig, "cloud", "probe_before_connected", "false", "scenario");
	assert_false(fleet_as_built(rig.fleet));
	rig_fini(&rig);
}

static void the_command_line_overrides_the_scenario(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	say(&rig_group(&rig, "1", "x1c")->options, "firmware", "guarded");
	say(&rig.plan->groups[0].safeguards, "start_expiry", "5m");
	settings_set(&rig.plan->groups[0].safeguards, "start_expiry", "9m",
		     "command line", "--set");
	rig_new(&rig);
	check(&rig, "printers", "start_expiry", "9m", "command line");
	assert_false(fleet_as_built(rig.fleet));
	rig_fini(&rig);
}

/* Any group, any owners{}, and a parameter of the scenario that was changed. */
static void every_place_can_make_an_experiment_of_a_run(void **state)
{
	struct plan_param *param;
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_evening(&rig, "1");
	say(&rig_group(&rig, "1", "p1p")->options, "firmware", "guarded");
	say(&rig.plan->groups[1].safeguards, "start_expiry", "5m");
	rig_new(&rig);
	assert_false(fleet_as_built(rig.fleet));
	rig_fini(&rig);

	rig_init(&rig);
	rig_evening(&rig, "1");
	say(&rig.plan->owners[0].safeguards, "honest_progress", "true");
	rig_new(&rig);
	check(&rig, "people", "honest_progress", "true", "scenario");
	assert_false(fleet_as_built(rig.fleet));
	rig_fini(&rig);

	rig_init(&rig);
	rig_evening(&rig, "1");
	param = plan_add_param(rig.plan);
	assert_non_null(param);
	param->name = strdup("each");
	param->value = strdup("2");
	rig_new(&rig);
	check(&rig, "param", "each", "2", "scenario");
	assert_true(fleet_as_built(rig.fleet));
	rig_fini(&rig);

	rig_init(&rig);
	rig_evening(&rig, "1");
	param = plan_add_param(rig.plan);
	assert_non_null(param);
	param->name = strdup("each");
	param->value = strdup("2");
	param->overridden = true;
	rig_new(&rig);
	check(&rig, "param", "each", "2", "command line");
	assert_false(fleet_as_built(rig.fleet));
	rig_fini(&rig);
}

/* Not only safeguards: a retry limit that was set stands in the record of the run. */
static void an_option_that_was_said_is_in_force(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_evening(&rig, "1");
	say(&rig.plan->cloud, "retries", "7");
	rig_new(&rig);
	check(&rig, "cloud", "retries", "7", "scenario");
	rig_fini(&rig);
}

static void lines_cannot_be_smuggled_into_the_brokers_configuration(void **state)
{
	static const char *const EXPIRIES[] = {"1d\nlistener 18830", "1d listener", "d",
					       "-1d"};

	(void)state;
	for (size_t i = 0; i < sizeof(EXPIRIES) / sizeof(EXPIRIES[0]); i++) {
		struct plan *plan = plan_new();
		struct sim_error error;
		struct text conf = {0};

		assert_non_null(plan);
		say(&plan->broker, "persistent_client_expiration", EXPIRIES[i]);
		assert_int_equal(fleet_broker_conf(plan, &conf, &error), SIM_EINVAL);
		assert_non_null(strstr(error.text, "persistent_client_expiration"));
		text_fini(&conf);
		plan_free(plan);
	}
}

static void options_that_are_no_safeguards_leave_a_build_as_it_is(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	say(&rig_group(&rig, "1", "x1c")->options, "keepalive", "30s");
	say(&rig.plan->cloud, "retries", "1");
	rig_new(&rig);
	assert_true(fleet_as_built(rig.fleet));
	rig_fini(&rig);
}

static void the_broker_is_told_in_its_own_words(void **state)
{
	struct text conf = {0};
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_group(&rig, "1", "x1c");
	assert_int_equal(fleet_broker_conf(rig.plan, &conf, &rig.error), SIM_OK);
	assert_string_equal(text_cstr(&conf), "");
	say(&rig.plan->broker, "max_inflight_messages", "7");
	say(&rig.plan->broker, "persistent_client_expiration", "2d");
	assert_int_equal(fleet_broker_conf(rig.plan, &conf, &rig.error), SIM_OK);
	assert_string_equal(text_cstr(&conf),
			    "max_inflight_messages 7\npersistent_client_expiration 2d\n");
	text_fini(&conf);
	rig_new(&rig);
	check(&rig, "broker", "max_inflight_messages", "7", "scenario");
	assert_int_equal(fleet_start(rig.fleet, &rig.error),
			 SIM_OK); /* it accepts them */
	rig_fini(&rig);
}

static void an_included_file_lies_beside_the_scenario_and_comes_last(void **state)
{
	char path[200];
	struct text conf = {0};
	struct rig rig;
	FILE *file;

	(void)state;
	rig_init(&rig);
	snprintf(path, sizeof(path), "%s/our.conf", rig.dir);
	file = fopen(path, "we");
	assert_non_null(file);
	fputs("max_inflight_messages 3", file); /* no newline at its end */
	assert_int_equal(fclose(file), 0);
	free(rig.plan->path);
	assert_true(asprintf(&rig.plan->path, "%s/story.lua", rig.dir) > 0);
	say(&rig.plan->broker, "include", "our.conf");
	say(&rig.plan->broker, "max_inflight_messages", "7");
	assert_int_equal(fleet_broker_conf(rig.plan, &conf, &rig.error), SIM_OK);
	assert_string_equal(text_cstr(&conf),
			    "max_inflight_messages 7\nmax_inflight_messages 3\n");
	text_fini(&conf);
	unlink(path);
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_build_brings_its_own_settings),
		cmocka_unit_test(a_scenario_overrides_the_build),
		cmocka_unit_test(the_command_line_overrides_the_scenario),
		cmocka_unit_test(every_place_can_make_an_experiment_of_a_run),
		cmocka_unit_test(an_option_that_was_said_is_in_force),
		cmocka_unit_test(lines_cannot_be_smuggled_into_the_brokers_configuration),
		cmocka_unit_test(options_that_are_no_safeguards_leave_a_build_as_it_is),
		cmocka_unit_test(the_broker_is_told_in_its_own_words),
		cmocka_unit_test(
			an_included_file_lies_beside_the_scenario_and_comes_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
