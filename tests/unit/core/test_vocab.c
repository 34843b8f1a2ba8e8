/* test_vocab.c - parameters: defaults, units, ranges, and messages that help. */
#include "tests/testing.h"

#include "sim/core/vocab.h"

static const char *const MODES[] = {"real", "refused", "false_success", NULL};

static const struct param PARAMS[] = {
	{"answer", PARAM_BOOL, "", "true", 0, 0, NULL, "answers pings"},
	{"count", PARAM_INT, "", "3", 1, 100, NULL, "how many"},
	{"flow", PARAM_REAL, "mm3/s", "0.5", 0, 30, NULL, "how fast"},
	{"keepalive", PARAM_DURATION, "s", "60s", 1, 65535, NULL, "time between pings"},
	{"name", PARAM_TEXT, "", "", 0, 0, NULL, "what it is called"},
	{"connack", PARAM_CHOICE, "", "real", 0, 0, MODES, "what is answered"},
	{"resend_after", PARAM_SPAN, "s", "4m..9m", 1, 3600, NULL, "patience"},
	{"asleep", PARAM_HOURS, "", "23:00-07:00", 0, 0, NULL, "nights"},
	{"clients", PARAM_NAMES, "", "command-a,command-b", 0, 0, NULL, "who"},
	{"port", PARAM_INT, "", NULL, 1, 65535, NULL, "required"},
};
enum {
	N = sizeof(PARAMS) / sizeof(PARAMS[0])
};
static const struct vocab_row ROW = {"thing", "a thing", NULL, PARAMS, N};

static const struct param *param(const char *name)
{
	int i = vocab_find_param(&ROW, name);
	assert_true(i >= 0);
	return &PARAMS[i];
}

static void defaults_come_from_the_table(void **state)
{
	(void)state;
	struct value v[N];
	vocab_defaults(&ROW, v);
	for (int i = 0; i < N; i++)
		assert_false(v[i].given);
	assert_true(v[0].as.yes);
	assert_int_equal(v[1].as.integer, 3);
	assert_near(v[2].as.real, 0.5, 0);
	assert_int_equal(v[3].as.ns, SIM_MIN);
	assert_string_equal(v[4].as.text, "");
	assert_int_equal(v[5].as.choice, 0);
	assert_int_equal(v[6].as.span.lo, 4 * SIM_MIN);
	assert_int_equal(v[6].as.span.hi, 9 * SIM_MIN);
	assert_int_equal(v[7].as.hours.from_s, 23 * 3600);
	assert_int_equal(v[7].as.hours.to_s, 7 * 3600);
	assert_string_equal(v[8].as.text, "command-a,command-b");
	assert_int_equal(vocab_find_param(&ROW, "nothing"), -1);
}

static void values_are_read_as_they_are_written(void **state)
{
	(void)state;
	static const struct {
		const char *param, *in, *out;
	} CASES[] = {
		{"answer", "false", "false"},
		{"count", "100", "100"},
		{"flow", "12.25", "12.25"},
		{"keepalive", "90s", "\"1m30s\""},
		{"keepalive", "1.5", "\"1.5s\""},
		{"keepalive", "\"2m\"", "\"2m\""},
		{"connack", "false_success", "\"false_success\""},
		{"connack", "\"refused\"", "\"refused\""},
		{"resend_after", "5m", "\"5m\""},
		{"resend_after", "{ \"5m\", \"10m\" }", "{ \"5m\", \"10m\" }"},
		{"resend_after", "30s..90", "{ \"30s\", \"1m30s\" }"},
		{"asleep", "22:30-06:15:30", "{ \"22:30\", \"06:15:30\" }"},
		{"asleep", "{\"22:30\",\"06:15\"}", "{ \"22:30\", \"06:15\" }"},
		{"clients", "a,b", "{ \"a\", \"b\" }"},
		{"clients", "", "{  }"},
		{"name", "a\"b\\\n\xff°", "\"a\\\"b\\\\\\010\\255°\""},
	};
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct value v;
		struct sim_error error = {0};
		if (param_parse(param(CASES[i].param), CASES[i].in, &v, &error) != SIM_OK)
			fail_msg("%s", error.text);
		assert_true(v.given);
		struct text text = {0};
		param_add_text(&text, param(CASES[i].param), &v);
		assert_string_equal(text_cstr(&text), CASES[i].out);
		text_fini(&text);
	}
}

static void refusals_name_parameter_unit_and_range(void **state)
{
	(void)state;
	static const struct {
		const char *param, *in, *part;
	} CASES[] = {
		{"answer", "yes", "answer: \"yes\" is not true or false"},
		{"count", "0", "count: 0 is not a whole number, from 1 to 100"},
		{"count", "1.5", "\"1.5\" is not a whole number"},
		{"flow", "31", "31 is not a number, from 0 mm3/s to 30 mm3/s"},
		{"keepalive", "5 minutes", "a duration with a unit, such as \"5m\""},
		{"keepalive", "0s",
		 "\"0s\" is not a duration with a unit, such as \"5m\", or a "
		 "number of seconds, from 1s to 18h12m15s"},
		{"keepalive", "-5", "is not a duration"},
		{"keepalive", "99999999999999", "is not a duration"},
		{"connack", "false_sucess",
		 "(did you mean \"false_success\"?) is not one of "
		 "real, refused, false_success"},
		{"resend_after", "9m..4m",
		 "{ \"9m\", \"4m\" } is not two durations, the shorter"},
		{"resend_after", "4m..", "is not two durations"},
		{"asleep", "23:00", "two local times of day"},
		{"asleep", "23:00Z-07:00Z", "two local times of day"},
		{"count", "\x1b[31m", "\"\\x1b[31m\""},
	};
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct value v = {.as.integer = 42};
		struct sim_error error = {0};
		assert_int_equal(param_parse(param(CASES[i].param), CASES[i].in, &v,
					     &error),
				 SIM_EINVAL);
		if (strstr(error.text, CASES[i].part) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", error.text, CASES[i].part);
		assert_int_equal(v.as.integer, 42);
	}
}

static void typed_values_are_checked_too(void **state)
{
	(void)state;
	struct sim_error error = {0};
	struct value v = {.given = true, .as.real = 0.0 / 0.0};
	assert_int_equal(param_check(param("flow"), &v, &error), SIM_EINVAL);
	v.as.ns = -1;
	assert_int_equal(param_check(param("keepalive"), &v, &error), SIM_EINVAL);
	v.as.ns = SIM_NEVER;
	assert_int_equal(param_check(param("keepalive"), &v, &error), SIM_EINVAL);
	static const struct param ANY_REAL = {"x", PARAM_REAL, "",   NULL,
					      0,   0,          NULL, "any"};
	static const struct param ANY_TIME = {"d", PARAM_DURATION, "s",  NULL, 0,
					      0,   NULL,           "any"};
	v.as.ns = -1;
	assert_int_equal(param_check(&ANY_TIME, &v, &error), SIM_EINVAL);
	v.as.real = 0.0 / 0.0;
	assert_int_equal(param_check(&ANY_REAL, &v, &error), SIM_EINVAL);
	v.as.choice = 3;
	assert_int_equal(param_check(param("connack"), &v, &error), SIM_EINVAL);
	v.as.text = NULL;
	assert_int_equal(param_check(param("name"), &v, &error), SIM_EINVAL);
	v.as.hours.from_s = 86400;
	v.as.hours.to_s = 0;
	assert_int_equal(param_check(param("asleep"), &v, &error), SIM_EINVAL);
	v.as.integer = 65535;
	assert_int_equal(param_check(param("port"), &v, &error), SIM_OK);
}

static const char *next_param(const void *arg, size_t i)
{
	const struct vocab_row *row = arg;
	return i < row->n_params ? row->params[i].name : NULL;
}

static void unknown_names_suggest_or_list(void **state)
{
	(void)state;
	struct sim_error error;
	assert_int_equal(vocab_unknown(&error, "key", "keepalvie", next_param, &ROW),
			 SIM_ENOENT);
	assert_string_equal(error.text,
			    "unknown key \"keepalvie\"; did you mean \"keepalive\"?");
	vocab_unknown(&error, "key", "\x1bxyzzy", next_param, &ROW);
	assert_string_equal(
		error.text,
		"unknown key \"\\x1bxyzzy\"; known: answer, count, flow, keepalive, "
		"name, connack, resend_after, asleep, clients, port");
	assert_int_equal(vocab_unknown(NULL, "key", "x", next_param, &ROW), SIM_ENOENT);
}

static void types_have_names(void **state)
{
	(void)state;
	for (int type = PARAM_BOOL; type <= PARAM_FUNCTION; type++)
		assert_true(strlen(param_type_name((enum param_type)type)) > 2);
	assert_string_equal(param_type_name(PARAM_DURATION), "duration");
}

static void errors_are_cut_off_not_overrun(void **state)
{
	(void)state;
	struct {
		struct sim_error error;
		char guard[8];
	} room = {.guard = "guarded"};
	assert_int_equal(sim_fail(&room.error, SIM_EIO, "%*d", 5000, 1), SIM_EIO);
	assert_int_equal(room.error.code, SIM_EIO);
	assert_int_equal(strlen(room.error.text), sizeof(room.error.text) - 1);
	assert_string_equal(room.guard, "guarded");
	assert_int_equal(sim_fail(NULL, SIM_EIO, "x"), SIM_EIO);
}

static void a_real_in_seconds_may_be_a_duration_with_a_sign(void **state)
{
	static const struct param skew = {.name = "skew",
					  .type = PARAM_REAL,
					  .unit = "s"};
	static const struct param room = {.name = "room",
					  .type = PARAM_REAL,
					  .unit = "C"};
	struct sim_error error;
	struct value value;

	(void)state;
	assert_int_equal(param_parse(&skew, "-5m", &value, &error), SIM_OK);
	assert_near(value.as.real, -300, 0);
	assert_int_equal(param_parse(&skew, "1.5s", &value, &error), SIM_OK);
	assert_near(value.as.real, 1.5, 0);
	assert_int_equal(param_parse(&skew, "--5m", &value, &error), SIM_EINVAL);
	assert_int_equal(param_parse(&room, "5m", &value, &error), SIM_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_come_from_the_table),
		cmocka_unit_test(values_are_read_as_they_are_written),
		cmocka_unit_test(refusals_name_parameter_unit_and_range),
		cmocka_unit_test(typed_values_are_checked_too),
		cmocka_unit_test(unknown_names_suggest_or_list),
		cmocka_unit_test(types_have_names),
		cmocka_unit_test(errors_are_cut_off_not_overrun),
		cmocka_unit_test(a_real_in_seconds_may_be_a_duration_with_a_sign),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
