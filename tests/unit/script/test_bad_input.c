#include "tests/unit/script/loading.h"

#define STORY "scenario { start = \"2023-08-14T15:00:00Z\", length = \"29h\" }\n"

struct mistake {
	const char *source, *error;
};

static void try_all(const struct mistake *mistakes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *error = load_error(mistakes[i].source);
		if (strstr(error, mistakes[i].error) == NULL)
			fail_msg("%s\nsays: %s\nnot: %s", mistakes[i].source, error,
				 mistakes[i].error);
	}
}
#define TRY_ALL(mistakes) try_all(mistakes, sizeof(mistakes) / sizeof((mistakes)[0]))

static void unknown_names_are_told_with_their_line_and_the_nearest(void **state)
{
	static const struct mistake MISTAKES[] = {
		{"scenario { lenght = \"2h\" }",
		 "story.lua:1: scenario: unknown key \"lenght\"; did you mean \"length\"?"},
		{STORY
		 "local fleet = printers {\n  { count = 1 },\n  {\n    cuont = 2 },\n}",
		 "story.lua:5: printers: unknown key \"cuont\"; did you mean \"count\"?"},
		{STORY
		 "printers { count = 1,\n safeguards = {\n  start_expirry = \"5m\" } }",
		 "story.lua:4: printers: safeguards: unknown key \"start_expirry\"; did you mean "
		 "\"start_expiry\"?"},
		{STORY "printers { model = \"x1x\" }",
		 "story.lua:2: printers: unknown model \"x1x\"; did you mean \"x1c\"?"},
		{STORY "printers { timezone = \"Europe/Berln\" }",
		 "story.lua:2: printers: timezone: "},
		{STORY "cloud { build = \"2023-7\" }",
		 "story.lua:2: cloud: build: \"2023-7\" (did you mean \"2023-07\"?)"},
		{STORY "cloud { safeguards = { retry_backof = true } }",
		 "did you mean \"retry_backoff\"?"},
		{STORY
		 "owners { of = printers { count = 1 },\n\n asleeep = { \"23:00\", \"07:00\" } "
		 "}",
		 "story.lua:4: owners: unknown key \"asleeep\"; did you mean \"asleep\"?"},
		{STORY "net.link \"cloud/*\":timeuot()",
		 "story.lua:2: unknown fault \"timeuot\"; did you mean \"timeout\"?"},
		{STORY "net.link \"cloud/*\":drop { tpye = \"PUBACK\" }",
		 "story.lua:2: drop: unknown key \"tpye\"; did you mean \"type\"?"},
		{STORY "net.link \"cloud/*\":drop { type = \"PUBAK\" }",
		 "did you mean \"PUBACK\"?"},
		{STORY "net.link \"cloud/*\":reset { nth = 2 }",
		 "reset: unknown key \"nth\""},
		{STORY "expect.never \"stale_strat\"",
		 "story.lua:2: expect.never: unknown property \"stale_strat\"; did you mean "
		 "\"stale_start\"?"},
		{STORY "expect.never \"stale_start\" { oldr_than = \"5m\" }",
		 "stale_start: unknown key \"oldr_than\"; did you mean \"older_than\"?"},
		{STORY "expect.nver \"stale_start\"", "did you mean \"never\"?"},
		{STORY "known_bad { breaks = { \"stale_strat\" } }",
		 "story.lua:2: known_bad: breaks: unknown property \"stale_strat\""},
		{STORY "known_bad { breaks = { \"stale_start\" } }",
		 "\"stale_start\" is promised nowhere"},
		{STORY "known_bad { firmwear = \"x\" }", "did you mean \"firmware\"?"},
		{STORY "local f = printers { count = 1 } f[1]:power_cutt()",
		 "did you mean \"power_cut\"?"},
		{STORY "local f = printers { count = 1 } f:eech(print)",
		 "did you mean \"each\"?"},
		{STORY "local s = cloud {} s:restrat()", "did you mean \"restart\"?"},
		{STORY "printers { count = 1 } owners { of = \"printer/9*\" }",
		 "no printer is called \"printer/9*\"; the last one is printer/001"},
	};
	(void)state;
	TRY_ALL(MISTAKES);
}

static void values_of_the_wrong_kind_are_told_with_what_is_wanted(void **state)
{
	static const struct mistake MISTAKES[] = {
		{STORY "printers {\n  { count = 1 },\n  { count = \"two\" } }",
		 "story.lua:4: printers: count: wanted a whole number, got the text \"two\""},
		{STORY "printers { count = 1.5 }",
		 "count: wanted a whole number, got the number 1.5"},
		{STORY "printers { count = -1 }",
		 "count: -1 is not a whole number, from 0"},
		{STORY "printers { clean_session = 1 }",
		 "clean_session: wanted true or false, got the number 1"},
		{STORY "printers { keepalive = \"60\" }",
		 "keepalive: \"60\" has no unit; write \"60s\" for seconds"},
		{STORY "printers { keepalive = \"sixty\" }",
		 "keepalive: \"sixty\" is not a duration"},
		{STORY "printers { keepalive = {} }",
		 "keepalive: wanted a duration such as"},
		{STORY "printers { keepalive = -3 }", "is no duration"},
		{STORY "printers { 3 }", "entry 1 of the list is a number, not a group"},
		{STORY "printers { { 3 } }", "there is a value without a key"},
		{STORY "printers \"x1c\"",
		 "printers: wanted a table such as { count = 6"},
		{STORY "owners { of = printers {}, asleep = { \"23:00\" } }", "asleep"},
		{STORY "owners { of = printers {}, asleep = { \"23:00\", 7 } }",
		 "wanted two local times of day"},
		{STORY "cloud { clients = { \"a,b\" } }", "\"a,b\" has a ',' in it"},
		{STORY "wait \"5m\"", "wait: only while the run is on"},
		{STORY "at(\"16:00Z\")", "at: wanted a function to run, got nothing"},
		{STORY "at(\"16:00\", function() end)", "does not say whose time"},
		{STORY "at({}, function() end)", "at: wanted an instant such as"},
		{STORY "at(\"noon\", function() end)", "\"noon\" is no instant"},
		{STORY "after(\"5\", function() end)", "\"5\" has no unit"},
		{STORY "every(0, function() end)",
		 "story.lua:2: every: every needs a duration above 0"},
		{STORY "every(0.000001, function() end)", "more than"},
		{STORY "net.link(3)", "net.link: wanted the name of a link"},
		{STORY "net.link \"a\".timeout()", "is called with a colon"},
		{STORY "net.link \"cloud/*\":timeout():lift()",
		 "fault:lift: only while the run"},
		{STORY "net.link \"cloud/*\":delay()", "delay: \"by\" is missing"},
		{STORY "owners {}", "\"of\" is missing"},
		{STORY "local p = printers { count = 1 } p[1]:state()",
		 "only while the run is on"},
		{STORY "expect.never(3)",
		 "wanted the name of a property, or a function(event)"},
		{STORY "param(\"a\", {})", "wanted a default that is a text"},
		{STORY "param(\"a\", 1) param(\"a\", 2)", "has been declared already"},
		{STORY "chance.int(3, 1)", "greater than the second"},
		{STORY "chance.pick({})", "the list is empty"},
		{STORY "note(3)", "note: wanted a text, got the number 3"},
		{STORY "printers { firmware = \"a\\0b\" }", "zero byte"},
	};
	(void)state;
	TRY_ALL(MISTAKES);
}

static void times_outside_the_run_are_told_with_its_bounds(void **state)
{
	static const struct mistake MISTAKES[] = {
		{STORY "at(\"2023-08-16T02:30Z\", function() end)",
		 "at: 2023-08-16T02:30Z lies outside the run, which is from 2023-08-14T15:00:00Z to "
		 "2023-08-15T20:00:00Z"},
		{STORY "at(\"+30h\", function() end)", "+30h lies outside the run"},
		{STORY "at(-1, function() end)", "-1 lies outside the run"},
		{STORY "after(\"30h\", function() end)",
		 "beyond the end of the run, which lasts"},
		{STORY "every(\"30h\", function() end)", "beyond the end of the run"},
		{"scenario { length = \"1h\", start = \"2023-08-14T15:00:00Z\" }\n"
		 "at(\"14:00Z\", function() end)",
		 "lies outside the run"},
	};
	(void)state;
	TRY_ALL(MISTAKES);
}

static void a_file_that_is_no_scenario_says_what_is_missing(void **state)
{
	static const struct mistake MISTAKES[] = {
		{"", "there is no scenario{ } in it"},
		{"at(\"+1h\", function() end)", "scenario{ } must come first"},
		{"chance.int(1, 2)", "scenario{ } must come first"},
		{"scenario {", "story.lua:1: unexpected symbol near <eof>"},
		{STORY "scenario {}", "has been said already"},
		{STORY "printers {} printers {}", "has been said already"},
		{STORY "cloud {} cloud {}", "has been said already"},
		{"scenario { start = \"yesterday\" }",
		 "start: \"yesterday\" is no instant"},
		{"scenario { name = \"a/b\" }", "must be made of letters"},
		{"scenario { name = \"..\" }", "must be made of letters"},
		{"scenario { length = \"0s\" }", "length"},
		{"scenario { seed = -1 }", "seed"},
		{"scenario { published = { 3 } }",
		 "scenario: published: wanted a sentence"},
		{"\033Lua", "story.lua"},
	};
	(void)state;
	TRY_ALL(MISTAKES);
}

/* "printer/" and so many stars. */
static const char *with_glob(const char *before, int stars, const char *behind)
{
	static char source[1024];
	char more[400];
	memset(more, '*', (size_t)stars);
	snprintf(source, sizeof(source), STORY "%sprinter/%.*s%s", before, stars, more,
		 behind);
	return source;
}

static void a_glob_may_have_255_bytes_and_longer_ones_are_refused(void **state)
{
	static const char *const USES[][2] = {
		{"net.link \"", "\":reset()"},
		{"net.on { link = \"", "\", function() end }"},
		{"printers { count = 1 } owners { of = \"", "\" }"},
		{"local f = printers { count = 1 } f:only \"", "\":each(function() end)"},
		{"local f = printers { count = 1 } f:only(\"", "\"):power_cut()"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(USES) / sizeof(USES[0]); i++) {
		script_free(load(with_glob(USES[i][0], 255 - 8, USES[i][1])));
		assert_has(load_error(with_glob(USES[i][0], 256 - 8, USES[i][1])),
			   "has 256 bytes; a name or a glob has at most 255");
	}
}

static void a_missing_file_is_named(void **state)
{
	const struct script_options options = {.path = "/nowhere/story.lua"};
	struct script *script = NULL;
	struct sim_error error;
	(void)state;
	assert_int_equal(script_load(&options, &script, &error), SIM_ENOENT);
	assert_has(error.text, "/nowhere/story.lua: No such file");
}

static void an_error_in_a_function_has_a_traceback(void **state)
{
	const char *error =
		load_error(STORY "local function inner(t)\n  return t.x.y\nend\n"
				 "local function story()\n  inner {}\n  return 1\nend\n"
				 "story()\n");
	(void)state;
	assert_has(error, "story.lua:3: attempt to index a nil value (field 'x')");
	assert_has(error, "story.lua:6: in ");
	assert_has(error, "story.lua:9: in main chunk");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_names_are_told_with_their_line_and_the_nearest),
		cmocka_unit_test(values_of_the_wrong_kind_are_told_with_what_is_wanted),
		cmocka_unit_test(times_outside_the_run_are_told_with_its_bounds),
		cmocka_unit_test(a_file_that_is_no_scenario_says_what_is_missing),
		cmocka_unit_test(a_glob_may_have_255_bytes_and_longer_ones_are_refused),
		cmocka_unit_test(a_missing_file_is_named),
		cmocka_unit_test(an_error_in_a_function_has_a_traceback),
	};
	return cmocka_run_group_tests(tests, loading_open, loading_close);
}
