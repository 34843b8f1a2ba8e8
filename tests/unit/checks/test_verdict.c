/* test_verdict.c - three values, known_bad, receipts, and which exit status counts. */
#include "tests/testing.h"

#include "tests/unit/checks/hand.h"

#define P7 "printer/007"

static struct summary sum_up(struct hand *hand, const struct known_bad *known_bad)
{
	struct summary summary;
	struct verdict_inputs inputs = {.checks = hand->checks,
					.trace = hand->trace,
					.known_bad = known_bad};
	verdict_sum_up(&inputs, &summary);
	return summary;
}

/* A night with one stale start, judged for staleness and for cancels. */
static struct hand *bad_night(void)
{
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stale_start", NULL);
	hand_expect(hand, EXPECT_NEVER, "start_after_cancel", NULL);
	hand_start(hand, SIM_H, hand_tap(hand, 0, 0, 1, 1, P7), 5, P7);
	return hand;
}

static void receipt(struct hand *hand, const char *fault, int matched, const char *why)
{
	AT(hand, SIM_H, 0, KIND_FAULT_RECEIPT, "link/cloud/command-a",
	   F_TEXT("fault", fault), F_INT("matched", matched), F_TEXT("why", why));
}

/* --- three values ----------------------------------------------------------------- */

static void a_promise_without_occasion_is_held_and_says_so(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stale_start", NULL);
	assert_outcome(hand_finish(hand, SIM_H, 0), VERDICT_HELD, 0, 0);
	struct summary summary = sum_up(hand, NULL);
	assert_int_equal(summary.status, EXIT_INCONCLUSIVE);
	assert_string_equal(summary.word, "NOTHING JUDGED");
	assert_non_null(strstr(summary.sentence, "the one promise"));
	hand_free(hand);
}

static void a_run_cut_short_decides_only_what_it_has_seen(void **state)
{
	(void)state;
	struct hand *hand = bad_night();
	hand_expect(hand, EXPECT_SOMETIMES, "stale_start", NULL);
	checks_finish(hand->checks, SIM_H, true);
	assert_int_equal(checks_outcome(hand->checks, 0)->verdict, VERDICT_VIOLATED);
	assert_int_equal(checks_outcome(hand->checks, 1)->verdict, VERDICT_UNKNOWN);
	assert_string_equal(checks_outcome(hand->checks, 1)->why,
			    "the run was cut short after 1 h");
	struct summary summary = sum_up(hand, NULL);
	assert_int_equal(summary.status, EXIT_BROKEN);
	assert_int_equal(summary.unknown, 2);
	hand_free(hand);
}

static void the_first_64_breaches_are_kept_and_emitted_and_all_are_counted(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stale_start", NULL);
	for (int i = 0; i < 100; i++)
		hand_start(hand, SIM_S * i, 0, 0, P7);
	const struct outcome *outcome = hand_finish(hand, SIM_H, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 100, 100);
	assert_int_equal(outcome->n_breaches, 64);
	size_t emitted = 0;
	for (size_t i = 0; i < trace_count(hand->trace); i++) {
		const struct trace_event *event = trace_at(hand->trace, i);
		if (event->kind != KIND_PROPERTY_VIOLATED)
			continue;
		assert_int_equal(event->cause, outcome->breaches[emitted].event);
		assert_string_equal(trace_text(event, "property", ""), "stale_start");
		assert_string_equal(trace_text(event, "subject", ""), P7);
		emitted++;
	}
	assert_int_equal(emitted, 64);
	hand_free(hand);
}

static void a_label_names_the_values_that_were_given(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "backlog", "at_least", "7", "place", "store",
		    NULL);
	hand_expect(hand, EXPECT_NEVER, "backlog", NULL);
	assert_string_equal(checks_outcome(hand->checks, 0)->label,
			    "backlog{at_least=7, place=\"store\"}");
	assert_string_equal(checks_outcome(hand->checks, 1)->label, "backlog");
	hand_free(hand);
}

static void a_value_out_of_range_is_refused_by_name(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	struct value values[8];
	struct sim_error error;
	const struct vocab_row *row = property_find("backlog");
	vocab_defaults(row, values);
	values[0].as.integer = 0;
	struct expectation expectation = {.property = row, .values = values};
	assert_int_equal(checks_add(hand->checks, &expectation, &error), SIM_EINVAL);
	assert_non_null(strstr(error.text, "backlog"));
	assert_non_null(strstr(error.text, "at_least"));
	assert_int_equal(checks_count(hand->checks), 0);
	hand_free(hand);
}

static void somebody_above_may_judge_too(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	int number =
		checks_add_outside(hand->checks, EXPECT_NEVER, "nobody wakes", "n.lua:3");
	int other =
		checks_add_outside(hand->checks, EXPECT_SOMETIMES, "it rains", "n.lua:4");
	trace_id wake =
		AT(hand, SIM_H, 0, KIND_PEOPLE_WAKE, "owner/007", F_TEXT("printer", P7));
	checks_report(hand->checks, number, wake, "owner/007 woke");
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, (size_t)number);
	assert_outcome(outcome, VERDICT_VIOLATED, 1, 1);
	assert_string_equal(outcome->property, "outside");
	assert_string_equal(outcome->breaches[0].subject, "owner/007");
	assert_int_equal(checks_outcome(hand->checks, (size_t)other)->verdict,
			 VERDICT_UNKNOWN);
	hand_free(hand);
}

static void a_recorded_trace_is_judged_like_a_live_one(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stale_start", NULL);
	hand_expect(hand, EXPECT_NEVER, "start_after_cancel", NULL);
	hand_expect(hand, EXPECT_NEVER, "lost_job", "within", "30m", NULL);
	hand_start(hand, SIM_H, hand_tap(hand, 0, 0, 1, 1, P7), 5, P7);
	checks_finish(hand->checks, SIM_DAY, false);
	size_t events = trace_count(hand->trace);

	struct checks *again = checks_new_over(hand->trace);
	static const char *const NAMES[] = {"stale_start", "start_after_cancel",
					    "lost_job"};
	for (size_t i = 0; i < 3; i++) {
		struct value values[8];
		const struct vocab_row *row = property_find(NAMES[i]);
		vocab_defaults(row, values);
		struct expectation expectation = {.property = row, .values = values};
		assert_int_equal(checks_add(again, &expectation, NULL), SIM_OK);
	}
	checks_replay(again);
	checks_finish(again, SIM_DAY, false);
	for (size_t i = 0; i < 3; i++) {
		const struct outcome *live = checks_outcome(hand->checks, i);
		const struct outcome *read = checks_outcome(again, i);
		assert_outcome(read, live->verdict, live->examined, live->count);
	}
	assert_int_equal(trace_count(hand->trace), events); /* it emitted nothing */
	checks_free(again);
	hand_free(hand);
}

static void the_table_is_sorted_and_explains_itself(void **state)
{
	(void)state;
	const struct vocab_row *row, *before = NULL;
	size_t n = 0;
	for (; (row = property_row(n)) != NULL; n++, before = row) {
		struct value values[8];
		assert_true(before == NULL || strcmp(before->name, row->name) < 0);
		assert_ptr_equal(property_find(row->name), row);
		assert_non_null(row->summary);
		assert_non_null(row->help);
		vocab_defaults(row, values);
		for (size_t i = 0; i < row->n_params; i++) {
			assert_non_null(row->params[i].help);
			assert_non_null(row->params[i].fallback);
		}
	}
	assert_true(n >= 14);
	assert_null(property_find("no_such_property"));
}

/* --- known_bad -------------------------------------------------------------------- */

static const char *const STALE[] = {"stale_start"};
static const char *const CANCEL[] = {"start_after_cancel"};
static const struct known_bad KNOWN = {.firmware = "stock",
				       .cloud = "old",
				       .breaks = STALE,
				       .n_breaks = 1,
				       .where = "n.lua:9"};

static void broken_exactly_as_known_is_a_reproduction(void **state)
{
	(void)state;
	struct hand *hand = bad_night();
	hand_finish(hand, SIM_DAY, 0);
	struct summary summary = sum_up(hand, &KNOWN);
	assert_int_equal(summary.status, EXIT_HELD);
	assert_string_equal(summary.word, "REPRODUCED");
	assert_true(summary.as_known_bad);
	assert_string_equal(summary.missing, "");
	assert_string_equal(summary.additional, "");
	assert_non_null(strstr(summary.sentence, "stale_start (1)"));
	hand_free(hand);
}

static void held_although_known_to_break_is_a_failure(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stale_start", NULL);
	hand_finish(hand, SIM_DAY, 0);
	struct summary summary = sum_up(hand, &KNOWN);
	assert_int_equal(summary.status, EXIT_BROKEN);
	assert_string_equal(summary.word, "NOT AS KNOWN");
	assert_string_equal(summary.missing, "stale_start");
	assert_non_null(strstr(summary.sentence, "n.lua:9"));
	hand_free(hand);
}

static void one_violation_more_than_known_is_a_failure(void **state)
{
	(void)state;
	struct known_bad other = KNOWN;
	struct hand *hand = bad_night();
	other.breaks = CANCEL;
	hand_finish(hand, SIM_DAY, 0);
	struct summary summary = sum_up(hand, &other);
	assert_int_equal(summary.status, EXIT_BROKEN);
	assert_string_equal(summary.missing, "start_after_cancel");
	assert_string_equal(summary.additional, "stale_start");
	assert_false(summary.as_known_bad);
	hand_free(hand);
}

static void a_known_bad_that_was_cut_off_is_inconclusive(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stale_start", NULL);
	checks_finish(hand->checks, SIM_H, true);
	struct summary summary = sum_up(hand, &KNOWN);
	assert_int_equal(summary.status, EXIT_INCONCLUSIVE);
	assert_string_equal(summary.word, "INCONCLUSIVE");
	assert_string_equal(summary.missing, "");
	hand_free(hand);
}

static void without_known_bad_the_promises_count(void **state)
{
	(void)state;
	struct hand *hand = bad_night();
	hand_finish(hand, SIM_DAY, 0);
	struct summary summary = sum_up(hand, NULL);
	assert_int_equal(summary.status, EXIT_BROKEN);
	assert_string_equal(summary.word, "BROKEN");
	assert_string_equal(summary.sentence, "1 of 2 promises broken: stale_start (1)");
	hand_free(hand);
}

/* --- receipts --------------------------------------------------------------------- */

static void a_fault_that_never_matched_makes_the_run_inconclusive(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stale_start", NULL);
	receipt(hand, "reset", 1, "");
	receipt(hand, "drop", 0, "no PUBACK passed");
	hand_finish(hand, SIM_DAY, 0);
	struct summary summary = sum_up(hand, NULL);
	assert_int_equal(summary.status, EXIT_INCONCLUSIVE);
	assert_int_equal(summary.faults_armed, 2);
	assert_int_equal(summary.faults_unmatched, 1);
	assert_string_equal(summary.unmatched,
			    "drop on link/cloud/command-a: no PUBACK passed");
	assert_non_null(strstr(summary.sentence, "no PUBACK passed"));
	hand_free(hand);
}

static void a_reproduction_with_an_unmatched_fault_or_an_unseen_sometimes_is_none(
	void **state)
{
	(void)state;
	struct hand *hand = bad_night();
	receipt(hand, "drop", 0, "no PUBACK passed");
	hand_finish(hand, SIM_DAY, 0);
	struct summary summary = sum_up(hand, &KNOWN);
	assert_int_equal(summary.status, EXIT_INCONCLUSIVE);
	assert_false(summary.as_known_bad);
	hand_free(hand);

	hand = bad_night();
	hand_expect(hand, EXPECT_SOMETIMES, "backlog", NULL);
	hand_finish(hand, SIM_DAY, 0);
	summary = sum_up(hand, &KNOWN);
	assert_int_equal(summary.status, EXIT_INCONCLUSIVE);
	assert_non_null(strstr(summary.sentence, "sometimes backlog"));
	hand_free(hand);
}

static void many_unmatched_faults_stay_within_their_room(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	for (int i = 0; i < 50; i++)
		receipt(hand, "drop", 0,
			"a reason that is long enough to fill the room soon");
	hand_finish(hand, SIM_DAY, 0);
	struct summary summary = sum_up(hand, NULL);
	assert_int_equal(summary.faults_unmatched, 50);
	assert_true(strlen(summary.unmatched) < sizeof(summary.unmatched));
	assert_string_equal(summary.unmatched + strlen(summary.unmatched) - 3, "…");
	hand_free(hand);
}

static void a_text_that_was_cut_is_whole_characters(void **state)
{
	(void)state;
	char cut[] = "na\xc3\xafve \xe2\x80", odd[] = "a\xff\xc3 b",
	     whole[] = "\xe2\x80\xa6";
	verdict_tidy(cut);
	assert_string_equal(cut, "na\xc3\xafve ");
	verdict_tidy(odd);
	assert_string_equal(odd, "a?? b");
	verdict_tidy(whole);
	assert_string_equal(whole, "\xe2\x80\xa6");
}

/* --- exit statuses ---------------------------------------------------------------- */

static void of_two_statuses_the_worse_one_counts(void **state)
{
	(void)state;
	static const enum exit_status ORDER[] = {
		EXIT_INTERNAL,    EXIT_NOT_WRITTEN,  EXIT_USAGE,
		EXIT_INTERRUPTED, EXIT_SUBJECT_DIED, EXIT_NOT_REPRODUCIBLE,
		EXIT_BROKEN,      EXIT_INCONCLUSIVE, EXIT_NOTHING_MATCHED,
		EXIT_HELD};
	for (size_t i = 0; i < 10; i++) {
		for (size_t j = i; j < 10; j++) {
			assert_int_equal(exit_worse(ORDER[i], ORDER[j]), ORDER[i]);
			assert_int_equal(exit_worse(ORDER[j], ORDER[i]), ORDER[i]);
		}
	}
}

static void the_statuses_are_listed_by_number(void **state)
{
	(void)state;
	const struct exit_row *row;
	size_t n = 0;
	int before = -1;
	for (; (row = exit_row_at(n)) != NULL; n++) {
		assert_true((int)row->status > before);
		assert_non_null(row->meaning);
		before = (int)row->status;
	}
	assert_int_equal(n, 10);
}

static void a_death_and_an_interruption_outweigh_a_broken_promise(void **state)
{
	(void)state;
	struct hand *hand = bad_night();
	struct summary summary;
	hand_finish(hand, SIM_DAY, 0);
	struct verdict_inputs inputs = {.checks = hand->checks,
					.trace = hand->trace,
					.subject_died = true};
	verdict_sum_up(&inputs, &summary);
	assert_int_equal(summary.status, EXIT_SUBJECT_DIED);
	inputs.interrupted = true;
	verdict_sum_up(&inputs, &summary);
	assert_int_equal(summary.status, EXIT_INTERRUPTED);
	assert_string_equal(summary.word, "INTERRUPTED");
	hand_free(hand);
}

static void a_run_without_promises_judges_nothing(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	checks_finish(hand->checks, SIM_H, false);
	struct summary summary = sum_up(hand, NULL);
	assert_int_equal(summary.status, EXIT_INCONCLUSIVE);
	assert_string_equal(summary.word, "NOTHING JUDGED");
	assert_non_null(strstr(summary.sentence, "nothing was promised"));
	hand_free(hand);
}

static void one_promise_with_an_occasion_is_enough(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "lost_job", NULL);
	hand_expect(hand, EXPECT_NEVER, "duplicate_start", NULL);
	hand_start(hand, SIM_S, hand_tap(hand, 0, 0, 1, 1, P7), 5, P7);
	hand_finish(hand, SIM_DAY, 0);
	struct summary summary = sum_up(hand, NULL);
	assert_int_equal(summary.status, EXIT_HELD);
	assert_string_equal(summary.word, "HELD");
	hand_free(hand);
}

static void what_a_function_judges_has_its_occasion_in_every_event(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	checks_add_outside(hand->checks, EXPECT_NEVER, "nobody wakes", "n.lua:3");
	checks_finish(hand->checks, SIM_H, false);
	assert_string_equal(sum_up(hand, NULL).word, "HELD");
	hand_free(hand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_promise_without_occasion_is_held_and_says_so),
		cmocka_unit_test(a_run_cut_short_decides_only_what_it_has_seen),
		cmocka_unit_test(
			the_first_64_breaches_are_kept_and_emitted_and_all_are_counted),
		cmocka_unit_test(a_label_names_the_values_that_were_given),
		cmocka_unit_test(a_value_out_of_range_is_refused_by_name),
		cmocka_unit_test(somebody_above_may_judge_too),
		cmocka_unit_test(a_recorded_trace_is_judged_like_a_live_one),
		cmocka_unit_test(the_table_is_sorted_and_explains_itself),
		cmocka_unit_test(broken_exactly_as_known_is_a_reproduction),
		cmocka_unit_test(held_although_known_to_break_is_a_failure),
		cmocka_unit_test(one_violation_more_than_known_is_a_failure),
		cmocka_unit_test(a_known_bad_that_was_cut_off_is_inconclusive),
		cmocka_unit_test(without_known_bad_the_promises_count),
		cmocka_unit_test(a_fault_that_never_matched_makes_the_run_inconclusive),
		cmocka_unit_test(
			a_reproduction_with_an_unmatched_fault_or_an_unseen_sometimes_is_none),
		cmocka_unit_test(many_unmatched_faults_stay_within_their_room),
		cmocka_unit_test(a_text_that_was_cut_is_whole_characters),
		cmocka_unit_test(of_two_statuses_the_worse_one_counts),
		cmocka_unit_test(the_statuses_are_listed_by_number),
		cmocka_unit_test(a_death_and_an_interruption_outweigh_a_broken_promise),
		cmocka_unit_test(a_run_without_promises_judges_nothing),
		cmocka_unit_test(one_promise_with_an_occasion_is_enough),
		cmocka_unit_test(what_a_function_judges_has_its_occasion_in_every_event),
	};
	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
