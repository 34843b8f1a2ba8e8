/* test_starts.c - properties of starts, on traces made by hand. */
#include "tests/testing.h"

#include "tests/unit/checks/hand.h"

#define P7 "printer/007"

/* --- stale_start ------------------------------------------------------------------ */

static void a_start_exactly_at_the_limit_is_not_stale(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stale_start", "older_than", "10m", NULL);
	trace_id tap = hand_tap(hand, 0, 0, 1, 1, P7);
	hand_start(hand, 10 * SIM_MIN, tap, 5, P7);
	assert_outcome(hand_finish(hand, SIM_H, 0), VERDICT_HELD, 1, 0);
	hand_free(hand);
}

static void a_start_a_nanosecond_over_the_limit_is_stale(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stale_start", "older_than", "10m", NULL);
	trace_id tap = hand_tap(hand, 0, 0, 1, 1, P7);
	hand_start(hand, 10 * SIM_MIN + 1, tap, 5, P7);
	assert_outcome(hand_finish(hand, SIM_H, 0), VERDICT_VIOLATED, 1, 1);
	hand_free(hand);
}

static void a_breach_names_machine_age_limit_and_event(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stale_start", NULL);
	trace_id tap = hand_tap(hand, SIM_MIN, 0, 1, 1, P7);
	trace_id start = hand_start(hand, SIM_MIN + 8 * SIM_H + 37 * SIM_MIN, tap, 5, P7);
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_int_equal(outcome->n_breaches, 1);
	assert_string_equal(outcome->breaches[0].subject, P7);
	assert_int_equal(outcome->breaches[0].event, start);
	assert_string_equal(outcome->breaches[0].detail,
			    "accepted 8 h 37 min after the first tap (limit 10 min)");
	hand_free(hand);
}

static void a_resend_does_not_make_a_start_younger(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stale_start", NULL);
	trace_id first = hand_tap(hand, 0, 0, 1, 1, P7);
	trace_id second = hand_tap(hand, 8 * SIM_MIN, first, 1, 2, P7);
	hand_start(hand, 12 * SIM_MIN, second, 6, P7);
	assert_outcome(hand_finish(hand, SIM_H, 0), VERDICT_VIOLATED, 1, 1);
	hand_free(hand);
}

static void a_start_without_a_tap_is_stale(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stale_start", NULL);
	hand_start(hand, SIM_S, 0, 0, P7);
	const struct outcome *outcome = hand_finish(hand, SIM_H, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 1, 1);
	assert_non_null(strstr(outcome->breaches[0].detail, "no tap was found"));
	hand_free(hand);
}

/* A job that the service sends because another print has just ended: the causes lead to
 * that other print, the task to who asked for this one. */
static void the_task_leads_to_whose_start_it_is(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stale_start", NULL);
	trace_id tap = hand_tap(hand, 0, 0, 1, 1, P7);
	hand_accepted(hand, SIM_S, tap, 5, P7);
	trace_id other = hand_tap(hand, SIM_H, 0, 2, 1, P7);
	trace_id dispatched =
		hand_dispatched(hand, SIM_H, other, 5, P7, "cloud/command-a");
	hand_start(hand, SIM_H + SIM_MIN, dispatched, 5, P7);
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 1, 1);
	assert_non_null(strstr(outcome->breaches[0].detail, "1 h 1 min"));
	hand_free(hand);
}

static void a_start_that_waited_for_an_answer_was_accepted_when_the_wait_began(
	void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stale_start", NULL);
	trace_id tap = hand_tap(hand, 0, 0, 1, 1, P7);
	trace_id waiting =
		AT(hand, SIM_MIN, tap, KIND_FIRMWARE_WAITING, P7, F_INT("task", 5));
	trace_id answer = AT(hand, 20 * SIM_MIN, waiting, KIND_PROMPT_ANSWERED, P7,
			     F_INT("task", 5), F_TEXT("answer", "yes"));
	hand_start(hand, 20 * SIM_MIN, answer, 5, P7);
	/* And an old order does not become fresh by a late yes. */
	tap = hand_tap(hand, SIM_H, 0, 2, 1, P7);
	waiting = AT(hand, 3 * SIM_H, tap, KIND_FIRMWARE_WAITING, P7, F_INT("task", 6));
	answer = AT(hand, 3 * SIM_H, waiting, KIND_PROMPT_ANSWERED, P7, F_INT("task", 6),
		    F_TEXT("answer", "yes"));
	trace_id old = hand_start(hand, 3 * SIM_H, answer, 6, P7);
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 2, 1);
	assert_int_equal(outcome->breaches[0].event, old);
	hand_free(hand);
}

/* --- duplicate_start -------------------------------------------------------------- */

static void the_second_start_of_a_wish_is_a_duplicate_whatever_its_task(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "duplicate_start", NULL);
	trace_id first = hand_tap(hand, 0, 0, 1, 1, P7);
	trace_id second = hand_tap(hand, SIM_MIN, first, 1, 2, P7);
	hand_start(hand, 2 * SIM_MIN, first, 5, P7);
	trace_id again = hand_start(hand, SIM_H, second, 6, P7);
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 2, 1);
	assert_int_equal(outcome->breaches[0].event, again);
	assert_string_equal(
		outcome->breaches[0].detail,
		"start no. 2 for the same wish, 58 min after the first (2 taps)");
	hand_free(hand);
}

static void two_wishes_are_no_duplicate(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "duplicate_start", NULL);
	hand_start(hand, SIM_S, hand_tap(hand, 0, 0, 1, 1, P7), 5, P7);
	hand_start(hand, SIM_H + SIM_S, hand_tap(hand, SIM_H, 0, 2, 1, P7), 6, P7);
	assert_outcome(hand_finish(hand, SIM_DAY, 0), VERDICT_HELD, 2, 0);
	hand_free(hand);
}

/* --- start_on_occupied_plate ------------------------------------------------------ */

static trace_id occupy(struct hand *hand, sim_ns at, const char *printer)
{
	return AT(hand, at, 0, KIND_PLATE_OCCUPIED, printer, F_INT("task", 4),
		  F_INT("objects", 1), F_REAL("height_mm", 42.5));
}

static void a_plate_stays_occupied_until_it_is_cleared(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "start_on_occupied_plate", NULL);
	occupy(hand, 0, P7);
	occupy(hand, 0, "printer/008");
	AT(hand, SIM_H, 0, KIND_PLATE_CLEARED, P7, F_TEXT("by", "owner/007"));
	hand_start(hand, 2 * SIM_H, 0, 5, P7);
	trace_id onto = hand_start(hand, 7 * SIM_H + 2 * SIM_MIN, 0, 6, "printer/008");
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 2, 1);
	assert_int_equal(outcome->breaches[0].event, onto);
	assert_string_equal(
		outcome->breaches[0].detail,
		"started on a plate that had held 1 object, 42.5 mm high, for 7 h 2 min");
	hand_free(hand);
}

static void an_object_of_this_instant_is_said_to_be_just_finished(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "start_on_occupied_plate", NULL);
	occupy(hand, SIM_H, P7);
	hand_start(hand, SIM_H, 0, 5, P7);
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 1, 1);
	assert_string_equal(
		outcome->breaches[0].detail,
		"started on a plate that held 1 object, 42.5 mm high, just finished");
	hand_free(hand);
}

/* --- unattended_start ------------------------------------------------------------- */

static void goes(struct hand *hand, sim_ns at, enum trace_kind kind)
{
	AT(hand, at, 0, kind, "owner/007", F_TEXT("printer", P7));
}

static void somebody_awake_at_the_machine_attends_it(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "unattended_start", NULL);
	goes(hand, 0, KIND_PEOPLE_SLEEP);
	goes(hand, SIM_H, KIND_PEOPLE_WAKE);
	hand_start(hand, 2 * SIM_H, hand_tap(hand, SIM_H, 0, 1, 1, P7), 5, P7);
	assert_outcome(hand_finish(hand, SIM_DAY, 0), VERDICT_HELD, 1, 0);
	hand_free(hand);
}

static void a_start_over_a_sleeper_who_no_longer_expects_it_is_unattended(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "unattended_start", "promptly", "10m", NULL);
	trace_id tap = hand_tap(hand, 0, 0, 1, 1, P7);
	goes(hand, SIM_MIN, KIND_PEOPLE_SLEEP);
	hand_start(hand, 10 * SIM_MIN, tap, 5, P7); /* sent on purpose, and prompt */
	hand_start(hand, 10 * SIM_MIN + 1, tap, 5, P7);
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 2, 1);
	assert_string_equal(
		outcome->breaches[0].detail,
		"started while owner/007 was asleep, 10 min after anybody last asked for it");
	hand_free(hand);
}

static void a_yes_to_a_prompt_is_an_expectation(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "unattended_start", NULL);
	trace_id tap = hand_tap(hand, 0, 0, 1, 1, P7);
	goes(hand, SIM_MIN, KIND_PEOPLE_LEAVE);
	trace_id yes = AT(hand, SIM_H, tap, KIND_PROMPT_ANSWERED, P7, F_INT("task", 5),
			  F_TEXT("answer", "yes"));
	hand_start(hand, SIM_H + SIM_S, yes, 5, P7);
	assert_outcome(hand_finish(hand, SIM_DAY, 0), VERDICT_HELD, 1, 0);
	hand_free(hand);
}

static void nobody_expects_a_cancelled_wish(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "unattended_start", NULL);
	trace_id tap = hand_tap(hand, 0, 0, 1, 1, P7);
	AT(hand, SIM_S, tap, KIND_INTENT_CANCEL, "owner/007", F_INT("intent", 1));
	goes(hand, SIM_S, KIND_PEOPLE_LEAVE);
	hand_start(hand, 2 * SIM_S, tap, 5, P7);
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 1, 1);
	assert_string_equal(outcome->breaches[0].detail,
			    "started while owner/007 was away, and nobody wanted it");
	hand_free(hand);
}

/* --- start_after_cancel ----------------------------------------------------------- */

static void a_cancel_is_final_once_it_is_shown_and_not_before(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "start_after_cancel", NULL);
	trace_id tap = hand_tap(hand, 0, 0, 1, 1, P7);
	trace_id cancel = AT(hand, SIM_MIN, tap, KIND_INTENT_CANCEL, "owner/007",
			     F_INT("intent", 1), F_TEXT("printer", P7));
	hand_start(hand, 2 * SIM_MIN, tap, 5, P7);
	AT(hand, 3 * SIM_MIN, cancel, KIND_INTENT_CANCELLED, "owner/007",
	   F_INT("intent", 1));
	hand_start(hand, 3 * SIM_MIN + 3 * SIM_H, tap, 5, P7);
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 2, 1);
	assert_string_equal(outcome->breaches[0].detail,
			    "started 3 h after the app had shown its cancel as done");
	hand_free(hand);
}

/* --- silent_fail_open ------------------------------------------------------------- */

static trace_id sense(struct hand *hand, sim_ns at, const char *result)
{
	return AT(hand, at, 0, KIND_PLATE_SENSED, P7, F_TEXT("result", result),
		  F_INT("task", 5));
}

static void a_start_after_an_unavailable_sensor_fails_open(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "silent_fail_open", NULL);
	sense(hand, 0, "unavailable");
	hand_start(hand, SIM_S, 0, 5, P7);
	hand_ended(hand, SIM_H, 0, 5, P7);
	hand_start(hand, SIM_H, 0, 5, P7); /* of this start nothing was sensed */
	assert_outcome(hand_finish(hand, SIM_DAY, 0), VERDICT_VIOLATED, 1, 1);
	hand_free(hand);
}

static void a_person_who_was_asked_closes_the_hole_but_a_no_does_not(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "silent_fail_open", NULL);
	trace_id sensed = sense(hand, 0, "unavailable");
	AT(hand, SIM_S, sensed, KIND_PROMPT_ANSWERED, P7, F_TEXT("answer", "yes"));
	hand_start(hand, 2 * SIM_S, sensed, 5, P7);
	hand_ended(hand, SIM_H, sensed, 5, P7);
	sense(hand, 2 * SIM_H, "clear");
	hand_start(hand, 2 * SIM_H, 0, 5, P7);
	hand_ended(hand, 3 * SIM_H, 0, 5, P7);
	sensed = sense(hand, 4 * SIM_H, "unavailable");
	AT(hand, 4 * SIM_H, sensed, KIND_PROMPT_ANSWERED, P7, F_TEXT("answer", "no"));
	trace_id start = hand_start(hand, 4 * SIM_H, sensed, 5, P7);
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_int_equal(outcome->count, 1);
	assert_int_equal(outcome->breaches[0].event, start);
	hand_free(hand);
}

/* --- harm ------------------------------------------------------------------------- */

static void a_harm_is_told_by_its_kind(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "harm", NULL);
	hand_expect(hand, EXPECT_NEVER, "harm", "kind", "damage", NULL);
	hand_expect(hand, EXPECT_NEVER, "harm", "kind", "spaghetti", NULL);
	AT(hand, 0, 0, KIND_HARM_COLLISION, P7, F_TEXT("contact", "press"),
	   F_TEXT("part", "nozzle"), F_REAL("speed_mm_s", 4), F_REAL("object_mm", 30));
	AT(hand, 0, 0, KIND_HARM_DAMAGE, P7, F_TEXT("part", "front_cover"));
	AT(hand, 0, 0, KIND_HARM_WASTED, P7, F_REAL("grams", 12));
	assert_outcome(hand_finish(hand, SIM_H, 0), VERDICT_VIOLATED, 2, 2);
	assert_outcome(checks_outcome(hand->checks, 1), VERDICT_VIOLATED, 1, 1);
	assert_outcome(checks_outcome(hand->checks, 2), VERDICT_HELD, 0, 0);
	assert_string_equal(checks_outcome(hand->checks, 0)->breaches[0].detail,
			    "the nozzle struck an object 30 mm high (press, 4 mm/s)");
	hand_free(hand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_start_exactly_at_the_limit_is_not_stale),
		cmocka_unit_test(a_start_a_nanosecond_over_the_limit_is_stale),
		cmocka_unit_test(a_breach_names_machine_age_limit_and_event),
		cmocka_unit_test(a_resend_does_not_make_a_start_younger),
		cmocka_unit_test(a_start_without_a_tap_is_stale),
		cmocka_unit_test(the_task_leads_to_whose_start_it_is),
		cmocka_unit_test(
			a_start_that_waited_for_an_answer_was_accepted_when_the_wait_began),
		cmocka_unit_test(
			the_second_start_of_a_wish_is_a_duplicate_whatever_its_task),
		cmocka_unit_test(two_wishes_are_no_duplicate),
		cmocka_unit_test(a_plate_stays_occupied_until_it_is_cleared),
		cmocka_unit_test(an_object_of_this_instant_is_said_to_be_just_finished),
		cmocka_unit_test(somebody_awake_at_the_machine_attends_it),
		cmocka_unit_test(
			a_start_over_a_sleeper_who_no_longer_expects_it_is_unattended),
		cmocka_unit_test(a_yes_to_a_prompt_is_an_expectation),
		cmocka_unit_test(nobody_expects_a_cancelled_wish),
		cmocka_unit_test(a_cancel_is_final_once_it_is_shown_and_not_before),
		cmocka_unit_test(a_start_after_an_unavailable_sensor_fails_open),
		cmocka_unit_test(
			a_person_who_was_asked_closes_the_hole_but_a_no_does_not),
		cmocka_unit_test(a_harm_is_told_by_its_kind),
	};
	return cmocka_run_group_tests_name("starts", tests, NULL, NULL);
}
