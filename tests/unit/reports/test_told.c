/* test_told.c - what reports say: words, chains, causes, counts, names of test cases. */
#include "tests/testing.h"

#include "reports/chain.h"
#include "reports/digest.h"
#include "tests/unit/reports/night.h"

static void assert_has(const struct text *text, const char *words)
{
	if (strstr(text_cstr(text), words) == NULL)
		fail_msg("\"%s\" is missing in:\n%s", words, text_cstr(text));
}

/* --- words ------------------------------------------------------------------------ */

static void every_kind_of_event_has_words(void **state)
{
	(void)state;
	struct night *night = night_new(false);
	for (int kind = 0; kind < N_TRACE_KINDS; kind++) {
		struct text text = {0};
		struct trace_event event = {.kind = (enum trace_kind)kind,
					    .who = "printer/007"};
		report_words(&night->run, &event, &text);
		if (text.length < 5 || strpbrk(text_cstr(&text), "{}[]|") != NULL)
			fail_msg("%s: %s", trace_kind_name((enum trace_kind)kind),
				 text_cstr(&text));
		text_fini(&text);
	}
	night_free(night);
}

static void words_leave_out_what_is_not_there(void **state)
{
	(void)state;
	struct night *night = night_new(false);
	struct text text = {0};
	const struct trace_field first[] = {F_INT("tap", 1), F_TEXT("job", "")};
	const struct trace_field second[] = {F_INT("tap", 2), F_TEXT("job", "bracket")};
	struct trace_event event = {.kind = KIND_INTENT_TAP, .who = "owner/003"};
	report_words(&night->run, &event, &text);
	assert_string_equal(text_cstr(&text), "owner/003 taps print");
	text_clear(&text);
	event.fields = first;
	event.n_fields = 2;
	report_words(&night->run, &event, &text);
	assert_string_equal(text_cstr(&text), "owner/003 taps print");
	text_clear(&text);
	event.fields = second;
	event.n_fields = 2;
	report_words(&night->run, &event, &text);
	assert_string_equal(text_cstr(&text), "owner/003 taps print (2nd time): bracket");
	text_fini(&text);
	night_free(night);
}

static void a_start_that_was_heard_of_and_an_end_that_was_not_have_words(void **state)
{
	(void)state;
	struct night *night = night_new(false);
	struct text text = {0};
	trace_id started = NIGHT_SAY(night, 44 * SIM_H + 10 * SIM_MIN, night->start,
				     KIND_JOB_STARTED, "cloud", F_INT("task", 5));
	trace_id overdue =
		NIGHT_SAY(night, 46 * SIM_H, started, KIND_JOB_TIMEOUT, "cloud",
			  F_INT("task", 5), F_TEXT("printer", "printer/007"),
			  F_INT("attempt", 2), F_TEXT("awaits", "finish"));
	trace_id other = NIGHT_SAY(night, 57 * SIM_H + SIM_S, started, KIND_JOB_TIMEOUT,
				   "cloud", F_INT("task", 5),
				   F_TEXT("printer", "printer/007"), F_INT("attempt", 2),
				   F_TEXT("awaits", "finish"), F_INT("free_after", 9));
	trace_id unheard =
		trace_say(night->trace, night->start, KIND_JOB_TIMEOUT, "cloud",
			  F_INT("task", 5), F_TEXT("printer", "printer/007"),
			  F_TEXT("awaits", "finish"), F_INT("free_after", 0));
	trace_id silent =
		trace_say(night->trace, 0, KIND_JOB_TIMEOUT, "cloud", F_INT("task", 5),
			  F_INT("attempt", 2), F_TEXT("awaits", "start"));
	const struct {
		trace_id event;
		const char *words;
	} told[] = {
		{overdue,
		 "the service has heard at 11:10:00Z that task 5 started, and no end "
		 "of task 5 by its expected end"},
		{other,
		 "the service has heard at 2023-08-16 11:10:00Z that task 5 started, "
		 "and no end of task 5, and printer/007 is free after task 9"},
		{unheard,
		 "the service has heard no end of task 5, and printer/007 is free"},
		{silent, "no report of task 5 in time (2nd attempt)"},
	};
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		text_clear(&text);
		report_words(&night->run, trace_find(night->trace, told[i].event), &text);
		assert_string_equal(text_cstr(&text), told[i].words);
	}
	text_clear(&text);
	chain_add_place(&text, trace_find(night->trace, started),
			trace_find(night->trace, overdue));
	assert_string_equal(text_cstr(&text), "for a report of its end that never came");
	text_fini(&text);
	night_free(night);
}

/* --- chains ----------------------------------------------------------------------- */

static void a_chain_goes_from_the_tap_to_the_harm(void **state)
{
	(void)state;
	struct night *night = night_new(false);
	struct text text = {0};
	report_chain(&night->run, night->harm, false, &text);
	const char *tap = strstr(text_cstr(&text), "owner/007 taps print");
	const char *wait =
		strstr(text_cstr(&text), "(17 h 10 min later) the message leaves");
	const char *start = strstr(text_cstr(&text), "printer/007 accepts the start");
	const char *harm = strstr(text_cstr(&text), "the nozzle of printer/007 strikes");
	assert_true(tap != NULL && wait != NULL && start != NULL && harm != NULL);
	assert_true(tap < wait && wait < start && start < harm);
	/* 2023-08-15 11:10 UTC was 04:10 in California. */
	assert_has(&text, "2023-08-15 11:10:00Z  Tue 04:10 PDT");
	text_fini(&text);
	night_free(night);
}

static void a_long_chain_keeps_its_beginning_and_its_end(void **state)
{
	(void)state;
	struct night *night = night_new(false);
	struct text text = {0};
	trace_id id = 0;
	for (int i = 0; i < 200; i++) {
		char words[32];
		snprintf(words, sizeof(words), "step %d.", i);
		id = trace_say(night->trace, id, KIND_NOTE, "run", F_TEXT("text", words));
	}
	report_chain(&night->run, id, false, &text);
	assert_has(&text, "step 0.");
	assert_has(&text, "step 31.");
	assert_has(&text, "… 136 more causes …");
	assert_null(strstr(text_cstr(&text), "step 32."));
	assert_has(&text, "step 168.");
	assert_has(&text, "step 199.");
	text_fini(&text);
	night_free(night);
}

static void why_tells_starts_and_what_stopped_the_other_wishes(void **state)
{
	(void)state;
	struct night *night = night_new(false);
	struct text text = {0};
	report_why(&night->run, "printer/007", false, &text);
	assert_has(&text,
		   "printer/007 started at 2023-08-15 11:10:00Z [Tue 04:10 PDT]: stale, "
		   "onto an occupied plate, unattended");
	assert_has(&text, "printer/007 never started wish 2");
	text_clear(&text);
	report_why(&night->run, "owner/007", false, &text); /* his machine is meant */
	assert_has(&text, "printer/007 started at");
	text_clear(&text);
	report_why(&night->run, "printer/008", false, &text);
	assert_has(&text, "nobody asked for a print on it");
	text_clear(&text);
	report_why(&night->run, "printer/999", false, &text);
	assert_has(&text, "nothing in this run is called printer/999");
	text_fini(&text);
	night_free(night);
}

/* --- counts and causes ------------------------------------------------------------ */

static void the_digest_counts_what_happened(void **state)
{
	(void)state;
	struct night *night = night_new(false);
	struct digest digest;
	digest_make(&digest, &night->run);
	assert_int_equal(digest.n_starts, 1);
	assert_int_equal(digest.starts[0].flags,
			 START_STALE | START_ON_OBJECT | START_UNATTENDED);
	assert_int_equal(digest.unwanted, 1);
	assert_int_equal(digest.machines_hit, 1);
	assert_int_equal(digest.collisions, 1);
	assert_true(digest.starts[0].harmed);
	assert_int_equal(digest.wishes, 2);
	assert_int_equal(digest.wishes_started, 1);
	assert_int_equal(digest.refused.total, 1);
	assert_int_equal(digest.n_lies, 1);
	assert_int_equal(digest.lies[0].to - digest.lies[0].from,
			 18 * SIM_H + 10 * SIM_MIN);
	assert_int_equal(digest.backlogs[0].deepest, 6);
	assert_int_equal(digest.telling->id, night->harm);
	digest_fini(&digest);
	night_free(night);
}

static void the_probable_cause_names_place_wait_and_false_belief(void **state)
{
	(void)state;
	struct night *night = night_new(false);
	struct digest digest;
	struct text text = {0};
	digest_make(&digest, &night->run);
	digest_add_probable_cause(&text, &night->run, &digest);
	assert_has(&text, "17 h 10 min in the client library of cloud/a");
	assert_has(
		&text,
		"while the service believed cloud/a connected and nothing of it reached "
		"the broker (18 h 10 min");
	assert_has(&text, "reached the broker again at 2023-08-15 11:10:00Z");
	assert_has(&text, "The faults that acted: timeout.");
	text_fini(&text);
	digest_fini(&digest);
	night_free(night);
}

static void the_post_mortem_has_its_parts_and_claims_nothing_unknown(void **state)
{
	(void)state;
	static const char *const PARTS[] = {
		"## Summary",
		"**Probable cause:**",
		"## Impact",
		"## Timeline",
		"## Causal chain",
		"## What held",
		"## What failed",
		"## Where it was luck",
		"## Contributing factors",
		"## Fault receipts",
		"## Published facts",
		"## Assumptions",
		"## Settings in force",
		"## Machines",
		"## Reproduce",
		"Reconstruction in a simulator",
		"never published",
		"| fire, injury | not modelled |",
		"| … onto an occupied plate | 1 |",
		"| collisions | 1 |",
		"| machines with such a start | 1 of 2 |",
		"safeguards that were off: cloud.probe\\_before\\_connected",
		"    jobjam run scenarios/night.lua --seed 7"};
	struct night *night = night_new(false);
	struct text text = {0};
	assert_int_equal(report_markdown(&night->run, &text), SIM_OK);
	for (size_t i = 0; i < sizeof(PARTS) / sizeof(PARTS[0]); i++)
		assert_has(&text, PARTS[i]);
	night->run.facts.n_published = 0;
	text_clear(&text);
	assert_int_equal(report_markdown(&night->run, &text), SIM_OK);
	assert_has(&text, "Synthetic run in a simulator");
	assert_null(strstr(text_cstr(&text), "never published: it is unknown"));
	text_fini(&text);
	night_free(night);
}

static void a_run_without_trouble_says_so(void **state)
{
	(void)state;
	struct night *night = calloc(1, sizeof(*night));
	struct text text = {0};
	assert_non_null(night);
	night->trace = trace_new(&night->clock, TRACE_STORY);
	night->checks = checks_new(night->trace);
	night_facts(&night->run.facts, "quiet");
	night->run.trace = night->trace;
	struct verdict_inputs inputs = {.checks = night->checks, .trace = night->trace};
	checks_finish(night->checks, SIM_H, false);
	verdict_sum_up(&inputs, &night->run.summary);
	assert_int_equal(report_markdown(&night->run, &text), SIM_OK);
	assert_has(&text, "no machine and no print came to harm");
	assert_has(&text, "No promise was broken.");
	text_clear(&text);
	report_terminal(&night->run, false, false, &text);
	assert_has(&text, "NOTHING JUDGED  nothing was promised");
	text_fini(&text);
	night_free(night);
}

static void without_a_start_out_of_order_the_broken_promise_has_the_chain(void **state)
{
	(void)state;
	struct night *night = calloc(1, sizeof(*night));
	struct text text = {0};
	assert_non_null(night);
	night->trace = trace_new(&night->clock, TRACE_STORY);
	night->checks = checks_new(night->trace);
	night_facts(&night->run.facts, "quiet");
	night_expect(night, EXPECT_NEVER, "false_connected", NULL);
	trace_id fault = NIGHT_SAY(night, SIM_H, 0, KIND_FAULT_ACTED, "link/cloud/a",
				   F_TEXT("fault", "next_connect"));
	trace_emit(night->trace, fault, KIND_SESSION_DETACHED, "link/cloud/a", NULL, 0);
	trace_emit(night->trace, fault, KIND_SESSION_UP, "cloud/a", NULL, 0);
	night->clock.now = 2 * SIM_H;
	checks_finish(night->checks, 2 * SIM_H, false);
	struct verdict_inputs inputs = {.checks = night->checks, .trace = night->trace};
	verdict_sum_up(&inputs, &night->run.summary);
	night->run.trace = night->trace;
	night->run.outcomes = checks_outcome(night->checks, 0);
	night->run.n_outcomes = 1;
	report_terminal(&night->run, false, false, &text);
	assert_has(&text, "Why");
	assert_has(&text, "fault next_connect acts on cloud/a\n");
	text_clear(&text);
	assert_int_equal(report_markdown(&night->run, &text), SIM_OK);
	assert_has(&text, "the service believes cloud/a to be connected | 3 |");
	text_fini(&text);
	night_free(night);
}

/* One order: a tap, a wait in that place, a start on that machine. */
static trace_id late_start(struct trace *trace, struct clock *clock, int64_t number,
			   const char *printer, enum trace_kind waited_as, sim_ns wait)
{
	trace_id tap =
		trace_say(trace, 0, KIND_INTENT_TAP, "owner/007", F_INT("intent", number),
			  F_INT("tap", 1), F_TEXT("printer", printer));
	trace_id accepted = trace_say(trace, tap, KIND_JOB_ACCEPTED, "cloud",
				      F_INT("task", number), F_TEXT("printer", printer));
	trace_id waits = trace_emit(trace, accepted, waited_as, "cloud/a", NULL, 0);
	clock->now += wait;
	trace_id out =
		trace_emit(trace, waits, KIND_MQTT_PUBLISH, "link/cloud/a", NULL, 0);
	return trace_say(trace, out, KIND_FIRMWARE_START, printer, F_INT("task", number));
}

static void what_went_the_way_of_most_and_did_harm_tells_most(void **state)
{
	(void)state;
	struct night *night = calloc(1, sizeof(*night));
	struct digest digest;
	assert_non_null(night);
	struct trace *trace = night->trace = trace_new(&night->clock, TRACE_STORY);
	night->checks = checks_new(trace);
	night_facts(&night->run.facts, "flood");
	night->run.trace = trace;
	const enum trace_kind LIBRARY = KIND_MQTT_QUEUED, STORE = KIND_JOB_REFUSED;
	struct clock *clock = &night->clock;
	/* The oldest of all, with harm, but alone in its place. */
	trace_id alone = late_start(trace, clock, 1, "printer/001", STORE, 20 * SIM_H);
	trace_say(trace, alone, KIND_HARM_COLLISION, "printer/001", F_INT("task", 1));
	late_start(trace, clock, 2, "printer/002", LIBRARY, 3 * SIM_H);
	trace_id start = late_start(trace, clock, 3, "printer/003", LIBRARY, 2 * SIM_H);
	digest_make(&digest, &night->run);
	/* Nothing harmed yet in the place of most: the oldest. */
	assert_int_equal(trace_int(digest.telling, "task", 0), 2);
	digest_fini(&digest);
	trace_id harm = trace_say(trace, start, KIND_HARM_COLLISION, "printer/003",
				  F_INT("task", 3));
	digest_make(&digest, &night->run);
	assert_int_equal(digest.telling->id, harm);
	digest_fini(&digest);
	night_free(night);
}

static void the_terminal_tells_what_whom_why_and_how_to_see_it_again(void **state)
{
	(void)state;
	struct night *night = night_new(false);
	struct text text = {0};
	night->run.facts.directory = "out/night/stock";
	report_terminal(&night->run, false, false, &text);
	assert_has(&text, "What was broken");
	assert_has(&text,
		   "printer/007 accepted 17 h 10 min after the first tap (limit 10 min)");
	assert_has(&text, "Why");
	assert_has(&text, "(1 judged), sometimes backlog (seen 1)");
	assert_has(&text, "Not decided: sometimes burst ");
	assert_has(&text, "Faults: timeout on link/cloud/a 1 matched, 1 affected");
	assert_has(&text, "Reports: out/night/stock/report.md");
	assert_has(&text, "Again: jobjam run scenarios/night.lua --seed 7");
	assert_has(&text, "BROKEN  3 of 6 promises broken");
	text_fini(&text);
	night_free(night);
}

/* --- JUnit ------------------------------------------------------------------------ */

static void junit_names_are_stable_and_seeds_are_properties(void **state)
{
	(void)state;
	struct night *night = night_new(false);
	struct text text = {0};
	const struct run *run = &night->run;
	night->run.facts.scenario = "night";
	night->run.facts.n_settings = 1; /* none of the command line */
	assert_int_equal(report_junit(&run, 1, &text), SIM_OK);
	assert_has(&text, "classname=\"scenarios.night\" name=\"night [stock, 2023-07]\" "
			  "file=\"scenarios/night.lua\" line=\"31\"");
	assert_has(&text, "<property name=\"seed\" value=\"18446744073709551615\"/>");
	assert_has(&text, "tests=\"1\" failures=\"1\" errors=\"0\"");
	assert_has(&text, "<failure message=\"3 of 6 promises broken");
	assert_has(&text, "again: jobjam run scenarios/night.lua --seed 7");
	text_fini(&text);
	night_free(night);
}

static void runs_of_one_test_case_fold_and_others_stand_alone(void **state)
{
	(void)state;
	struct night *night = night_new(false);
	struct run held = night->run, again = night->run, other = night->run,
		   odd = night->run;
	struct text text = {0};
	held.summary.status = EXIT_HELD;
	held.facts.seed = 1;
	again.facts.seed = 2;
	other.facts.firmware = "guarded";
	other.summary.status = EXIT_HELD;
	odd.facts.scenario_path = "scenarios/odd.lua";
	odd.summary.status = EXIT_INCONCLUSIVE;
	const struct run *runs[] = {&held, &again, &night->run, &other, &odd};
	assert_int_equal(report_junit(runs, 5, &text), SIM_OK);
	assert_has(&text,
		   "<testsuites name=\"jobjam\" tests=\"3\" failures=\"1\" errors=\"1\"");
	assert_has(&text, "value=\"1, 2, 18446744073709551615\"");
	assert_has(&text, "<rerunFailure ");
	assert_has(&text, "<error ");
	assert_has(&text,
		   "<testsuite name=\"scenarios/odd.lua\" tests=\"1\" failures=\"0\" "
		   "errors=\"1\"");
	text_fini(&text);
	night_free(night);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			without_a_start_out_of_order_the_broken_promise_has_the_chain),
		cmocka_unit_test(every_kind_of_event_has_words),
		cmocka_unit_test(words_leave_out_what_is_not_there),
		cmocka_unit_test(
			a_start_that_was_heard_of_and_an_end_that_was_not_have_words),
		cmocka_unit_test(what_went_the_way_of_most_and_did_harm_tells_most),
		cmocka_unit_test(a_chain_goes_from_the_tap_to_the_harm),
		cmocka_unit_test(a_long_chain_keeps_its_beginning_and_its_end),
		cmocka_unit_test(why_tells_starts_and_what_stopped_the_other_wishes),
		cmocka_unit_test(the_digest_counts_what_happened),
		cmocka_unit_test(the_probable_cause_names_place_wait_and_false_belief),
		cmocka_unit_test(
			the_post_mortem_has_its_parts_and_claims_nothing_unknown),
		cmocka_unit_test(a_run_without_trouble_says_so),
		cmocka_unit_test(
			the_terminal_tells_what_whom_why_and_how_to_see_it_again),
		cmocka_unit_test(junit_names_are_stable_and_seeds_are_properties),
		cmocka_unit_test(runs_of_one_test_case_fold_and_others_stand_alone),
	};
	return cmocka_run_group_tests_name("told", tests, NULL, NULL);
}
