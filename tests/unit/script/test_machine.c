/* machine{} and printer:when: what they take, and what they refuse in which words. */
#include "tests/unit/script/loading.h"

#define BEGIN \
	"scenario { name = \"s\", start = \"2023-08-14T15:00:00Z\", length = \"1h\" }\n"

static void a_machine_of_ones_own_can_be_named_by_printers(void **state)
{
	(void)state;
	struct script *script = load(
		BEGIN
		"machine { name = \"mine\", like = \"p1p\", heater_w = 60, block_j_k = 15 }\n"
		"machine { name = \"mine2\", like = \"mine\", bed_w = 400, bed_220_w = 400 }\n"
		"printers { { count = 1, model = \"mine2\" } }");
	script_free(script);
}

static void a_machine_that_cannot_be_is_refused_with_the_reason(void **state)
{
	(void)state;
	static const struct {
		const char *source, *says;
	} ROWS[] = {
		{"machine { name = \"m\", like = \"p1p\", heater_w = -1 }",
		 "machine \"m\": heater_w = -1: may not be negative"},
		{"machine { name = \"m\", like = \"p1p\", block_j_k = 0 }",
		 "block_j_k = 0: must be above 0"},
		{"machine { name = \"m\", like = \"p1p\", heater_w = 10 }",
		 "nozzle_max_c = 300: its nozzle ends at"},
		{"machine { name = \"m\", like = \"p2p\" }", "did you mean \"p1p\""},
		{"machine { name = \"p1p\", like = \"p1p\" }", "already"},
		{"machine { name = \"m\", like = \"p1p\", heater_kw = 1 }", "heater_w"},
		{"machine { like = \"p1p\" }", "name"},
		{"machine { name = \"m\" }", "like"},
		{"printers { { model = \"mine\" } }", "mine"},
	};
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		char source[512];
		snprintf(source, sizeof(source), BEGIN "%s", ROWS[i].source);
		const char *error = load_error(source);
		assert_has(error, ROWS[i].says);
		assert_has(error, "story.lua:2");
	}
}

static void when_checks_what_it_is_given(void **state)
{
	(void)state;
	static const struct {
		const char *arguments, *says;
	} ROWS[] = {
		{"\"chamber\", \"above\", 200, f", "\"chamber\" is neither"},
		{"\"nozzle\", \"over\", 200, f", "\"over\" is neither"},
		{"\"nozzle\", \"above\", \"hot\", f", "temperature"},
		{"\"nozzle\", \"above\", 1e9, f", "temperature"},
		{"\"nozzle\", \"above\", 200", "function"},
	};
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		char source[512];
		snprintf(source, sizeof(source),
			 BEGIN "local fleet = printers { { count = 1 } }\n"
			       "local function f() end\nfleet[1]:when(%s)",
			 ROWS[i].arguments);
		assert_has(load_error(source), ROWS[i].says);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_of_ones_own_can_be_named_by_printers),
		cmocka_unit_test(a_machine_that_cannot_be_is_refused_with_the_reason),
		cmocka_unit_test(when_checks_what_it_is_given),
	};
	return cmocka_run_group_tests(tests, loading_open, loading_close);
}
