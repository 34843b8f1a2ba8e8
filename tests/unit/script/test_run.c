#include "tests/unit/script/running.h"

static void functions_run_at_their_instants_and_wait(void **state)
{
	struct run run;
	(void)state;
	run_open(&run, FLEET
		 "note \"first\"\n"
		 "at(\"+1h\", function() note(\"a\") wait \"90s\" note(utc()) wait(30) "
		 "note(tostring(now())) end)\n"
		 "after(\"10m\", function() after(\"5m\", function() note \"later\" end) "
		 "at(\"16:40Z\", function() note \"clock\" end) end)\n"
		 "local n = 0\n"
		 "every(\"30m\", function() n = n + 1 note(\"tick \" .. n) wait \"45m\" "
		 "end, \"+95m\")\n"
		 "at(\"+1h\", function() pcall(function() wait \"1s\" note \"in pcall\" "
		 "end) end)\n");
	assert_null(script_failure(run.script));
	assert_int_equal(run.end, WORLD_REACHED);
	assert_string_equal(notes(&run),
			    "0 first\n900 later\n1800 tick 1\n3600 a\n"
			    "3601 in pcall\n3690 2024-06-01T16:01:30Z\n3720 3720.0\n"
			    "5400 tick 2\n6000 clock\n");
	run_close(&run);
}

static void every_ends_where_it_is_told(void **state)
{
	struct run run;
	(void)state;
	run_open(&run, FLEET "every(\"10m\", function() note \"a\" end, \"+25m\")\n"
			     "every(\"40m\", function() note \"b\" end)\n"
			     "every(\"30m\", function() note \"c\" end, \"+10m\")\n");
	assert_null(script_failure(run.script));
	assert_string_equal(notes(&run), "600 a\n1200 a\n2400 b\n4800 b\n7200 b\n");
	run_close(&run);
}

static void wait_until_ends_when_it_has_come_or_gives_up(void **state)
{
	struct run run;
	(void)state;
	run_open(
		&run, FLEET
		"local flag = false\n"
		"at(\"+10m\", function() flag = true note \"set\" end)\n"
		"at(\"+1m\", function()\n"
		"  note(tostring(wait_until(function() return flag end)))\n"
		"  note(tostring(wait_until(function() return false end, { within = \"1m\" })))\n"
		"  note(tostring(wait_until(function() return now() >= 700 end, { every = \"7s\" "
		"})))\n"
		"end)\n");
	assert_null(script_failure(run.script));
	assert_string_equal(notes(&run), "600 set\n600 true\n660 false\n702 true\n");
	run_close(&run);
}

static void faults_are_armed_lifted_and_leave_receipts(void **state)
{
	struct run run;
	(void)state;
	run_open(
		&run, FLEET
		"cloud {} owners { of = fleet }:send_jobs { each = 1, between = { \"15:10\", "
		"\"15:20\" } }\n"
		"local early = net.link \"cloud/*\":hold { type = \"PUBLISH\", dir = \"up\" }\n"
		"at(\"+30m\", function()\n"
		"  note \"released\"\n"
		"  assert(early:receipt().matched >= 3)\n"
		"  early:release() early:lift()\n"
		"  fleet[1]:clock_skew { by = \"5m\" }\n"
		"  fleet:clock_skew { by = \"1m\", direction = \"fast\" }\n"
		"end)\n"
		"net.link \"nobody\":reset()\n");
	const struct trace *trace = world_trace(fleet_world(run.fleet));
	int receipts = 0, caused = 0;
	if (script_failure(run.script) != NULL)
		fail_msg("%s", script_failure(run.script));
	for (size_t i = 0; i < trace_count(trace); i++) {
		const struct trace_event *event = trace_at(trace, i);
		if (event->kind == KIND_FAULT_RECEIPT) {
			receipts++;
			if (strcmp(event->who, "link/nobody") == 0)
				assert_int_equal(trace_int(event, "matched", -1), 0);
			if (strcmp(event->who, "printer/*") == 0)
				assert_int_equal(trace_int(event, "affected", -1), 3);
		}
		if (event->kind == KIND_FAULT_ARMED && event->cause != 0)
			caused += trace_find(trace, event->cause)->kind == KIND_NOTE;
	}
	assert_int_equal(receipts, 4);
	assert_int_equal(caused, 2);
	run_close(&run);
}

static const struct outcome *outcome_labelled(const struct run *run, const char *label)
{
	const struct outcome *outcome;
	for (size_t i = 0; (outcome = checks_outcome(run->checks, i)) != NULL; i++)
		if (strcmp(outcome->label, label) == 0)
			return outcome;
	fail_msg("no expectation is called %s", label);
	return NULL;
}

static void functions_judge_events_and_the_whole_trace(void **state)
{
	struct run run;
	(void)state;
	run_open(
		&run, FLEET
		"at(\"+1h\", function() note \"bad\" note \"good\" end)\n"
		"expect.never(function(e) if e.kind == \"note\" and e.text == \"bad\" then return "
		"\"seen at \" .. e.at end end, \"no bad\")\n"
		"expect.never(function(e) return e.nothing ~= nil end, \"nothing\")\n"
		"expect.sometimes(function(e) return e.text == \"good\" end, \"good\")\n"
		"expect.sometimes(function(e) return e.text == \"never\" end, \"unseen\")\n"
		"expect.at_end(function(t) if t:count \"note\" ~= 2 then return \"notes\" end end, "
		"\"two notes\")\n"
		"expect.at_end(function(t) local n = 0 t:each(\"note\", function(e) n = n + e.id "
		"end) return n > 0 end, \"breaks\")\n");
	const struct outcome *bad = outcome_labelled(&run, "no bad");
	if (script_failure(run.script) != NULL)
		fail_msg("%s", script_failure(run.script));
	assert_int_equal(bad->verdict, VERDICT_VIOLATED);
	assert_int_equal(bad->count, 1);
	assert_string_equal(bad->breaches[0].detail, "seen at 3600.0");
	assert_string_equal(bad->where, "story.lua:4");
	assert_int_equal(outcome_labelled(&run, "nothing")->verdict, VERDICT_HELD);
	assert_int_equal(outcome_labelled(&run, "good")->verdict, VERDICT_HELD);
	assert_int_equal(outcome_labelled(&run, "unseen")->verdict, VERDICT_UNKNOWN);
	assert_int_equal(outcome_labelled(&run, "two notes")->verdict, VERDICT_HELD);
	assert_int_equal(outcome_labelled(&run, "breaks")->verdict, VERDICT_VIOLATED);
	run_close(&run);
}

static void a_failing_function_stops_the_run_with_a_traceback(void **state)
{
	static const struct {
		const char *source, *part, *also;
	} CASES[] = {
		{"local function h(t) return t.x.y end\nat(\"+1h\", function() wait \"5s\"\n h {} "
		 "end)",
		 "story.lua:3: attempt to index a nil value (field 'x')",
		 "story.lua:5: in function"},
		{"at(\"+1h\", function() while true do end end)",
		 "story.lua:3: the script ran for more than", "stack traceback:"},
		{"at(\"+1h\", function() while true do pcall(function() while true do end end) end "
		 "end)",
		 "story.lua:3: the script ran for more than", "stack traceback:"},
		{"at(\"+1h\", function() local s, t = (\"x\"):rep(900), {} while true do t[#t + 1] = s "
		 ".. #t end end)",
		 "story.lua:3: not enough memory", "stack traceback:"},
		{"expect.never(function(e) return e.at.x end, \"l\")",
		 "story.lua:3: attempt to index a number value", "stack traceback:"},
		{"expect.never(function(e) note \"x\" end, \"l\")",
		 "story.lua:3: note: a function that judges may look, not act",
		 "stack traceback:"},
		{"expect.at_end(function(t) t:count \"nope\" end)",
		 "unknown kind of event \"nope\"", "stack traceback:"},
		{"at(\"+1h\", function() coroutine.wrap(function() wait \"1s\" end)() end)",
		 "not in a coroutine of its own", "stack traceback:"},
		{"at(\"+1h\", function() wait_until(function() wait \"1s\" end) end)",
		 "story.lua:3: wait: a function that judges may look",
		 "stack traceback:"},
		{"at(\"+1h\", function() scenario {} end)",
		 "story.lua:3: scenario: belongs to the file itself", "stack traceback:"},
		{"at(\"+1h\", function() at(\"+5m\", function() end) end)",
		 "at: +5m has passed: it is 2024-06-01T16:00:00Z", "stack traceback:"},
		{"at(\"+1h\", function() fleet[3]:plate_sensor {} end)",
		 "story.lua:3: plate_sensor: ", "stack traceback:"},
		{"fleet[3]:plate_sensor {}",
		 "story.lua:3: plate_sensor: ", "stack traceback:"},
		{"at(\"+1h\", function() error({}) end)",
		 "story.lua:3: (the error is not a text but a table value)",
		 "stack traceback:"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		char source[1024];
		struct run run;
		snprintf(source, sizeof(source), FLEET "%s\n", CASES[i].source);
		bool at_end = strstr(source, "at_end") != NULL;
		const char *failure = NULL;
		if (at_end) {
			run_open(&run, source);
			failure = script_failure(run.script);
			assert_non_null(failure);
		} else {
			failure = failure_of(&run, source);
		}
		assert_has(failure, CASES[i].part);
		assert_has(failure, CASES[i].also);
		run_close(&run);
	}
}

static void the_service_and_its_people_do_what_they_are_told(void **state)
{
	struct run run;
	(void)state;
	run_open(
		&run, FLEET
		"local service = cloud { build = \"2023-07\" }\n"
		"local people = owners { of = fleet }\n"
		"service:foreign_load { rate = 1, lasts = \"1m\" }\n"
		"at(\"+5m\", function() people:send_jobs { each = 1, between = { \"15:06\", "
		"\"15:10\" } } end)\n"
		"at(\"+30m\", function() service:restart { down_for = \"10s\" } note(\"restarted\") "
		"people:cancel_jobs {} end)\n"
		"expect.sometimes(function(e) return e.kind == \"intent.tap\" end, \"taps\")\n");
	if (script_failure(run.script) != NULL)
		fail_msg("%s", script_failure(run.script));
	assert_int_equal(outcome_labelled(&run, "taps")->verdict, VERDICT_HELD);
	run_close(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_run_at_their_instants_and_wait),
		cmocka_unit_test(every_ends_where_it_is_told),
		cmocka_unit_test(wait_until_ends_when_it_has_come_or_gives_up),
		cmocka_unit_test(faults_are_armed_lifted_and_leave_receipts),
		cmocka_unit_test(functions_judge_events_and_the_whole_trace),
		cmocka_unit_test(a_failing_function_stops_the_run_with_a_traceback),
		cmocka_unit_test(the_service_and_its_people_do_what_they_are_told),
	};
	return cmocka_run_group_tests(tests, loading_open, loading_close);
}
