/* test_waits.c - properties of connections, waits and backlogs, on traces made by hand. */
#include "tests/testing.h"

#include "tests/unit/checks/hand.h"

#define P7     "printer/007"
#define A      "cloud/command-a"
#define LINK_A "link/cloud/command-a"

/* --- false_connected -------------------------------------------------------------- */

static void a_false_belief_of_exactly_the_limit_is_none(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "false_connected", "longer_than", "2m", NULL);
	BARE(hand, 0, 0, KIND_SESSION_ATTACHED, LINK_A);
	BARE(hand, 0, 0, KIND_SESSION_UP, A);
	BARE(hand, SIM_H, 0, KIND_SESSION_DETACHED, LINK_A);
	BARE(hand, SIM_H + 2 * SIM_MIN, 0, KIND_SESSION_DOWN, A);
	assert_outcome(hand_finish(hand, SIM_DAY, 0), VERDICT_HELD, 1, 0);
	hand_free(hand);
}

static void a_false_belief_is_told_with_its_whole_length_when_it_ends(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "false_connected", NULL);
	BARE(hand, 0, 0, KIND_SESSION_ATTACHED, LINK_A);
	BARE(hand, 0, 0, KIND_SESSION_UP, A);
	BARE(hand, SIM_H, 0, KIND_SESSION_DETACHED, LINK_A);
	BARE(hand, SIM_H + SIM_MIN, 0, KIND_SESSION_DOWN, A);
	trace_id up = BARE(hand, 2 * SIM_H, 0, KIND_SESSION_UP, A);
	BARE(hand, 10 * SIM_H, 0, KIND_SESSION_ATTACHED, LINK_A);
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 2, 1);
	assert_int_equal(outcome->breaches[0].event, up);
	assert_string_equal(outcome->breaches[0].subject, A);
	assert_string_equal(
		outcome->breaches[0].detail,
		"believed connected for 8 h while nothing of it reached the broker");
	hand_free(hand);
}

static void a_false_belief_at_the_end_of_the_run_counts_too(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "false_connected", NULL);
	BARE(hand, 0, 0, KIND_SESSION_DETACHED, LINK_A);
	BARE(hand, 0, 0, KIND_SESSION_UP, A);
	const struct outcome *outcome = hand_finish(hand, SIM_H, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 1, 1);
	assert_non_null(strstr(outcome->breaches[0].detail, "at least 1 h"));
	hand_free(hand);
}

static void a_printers_link_is_nobodys_belief(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "false_connected", NULL);
	BARE(hand, 0, 0, KIND_SESSION_DETACHED, "link/printer/007");
	assert_outcome(hand_finish(hand, SIM_DAY, 0), VERDICT_HELD, 0, 0);
	hand_free(hand);
}

/* --- success_shown_but_not_printing ----------------------------------------------- */

static trace_id shows(struct hand *hand, sim_ns at, trace_id cause, int task,
		      const char *what)
{
	return AT(hand, at, cause, KIND_APP_SHOWS, "app/007", F_TEXT("printer", P7),
		  F_INT("task", task), F_TEXT("state", what));
}

/* Taps, is accepted and shown as success, all at `at`; returns the tap. */
static trace_id success(struct hand *hand, sim_ns at, int intent, int task)
{
	trace_id tap = hand_tap(hand, at, 0, intent, 1, P7);
	hand_accepted(hand, at, tap, task, P7);
	shows(hand, at, tap, task, "success");
	return tap;
}

static void a_success_followed_by_a_start_in_time_is_true(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "success_shown_but_not_printing", "within", "10m",
		    NULL);
	trace_id tap = success(hand, 0, 1, 5);
	hand_start(hand, 10 * SIM_MIN, tap, 5, P7); /* the last instant that is in time */
	assert_outcome(hand_finish(hand, SIM_DAY, 0), VERDICT_HELD, 1, 0);
	hand_free(hand);
}

static void a_success_without_a_start_in_time_is_a_lie(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "success_shown_but_not_printing", "within", "10m",
		    NULL);
	trace_id tap = success(hand, 0, 1, 5);
	hand_start(hand, 10 * SIM_MIN + 1, tap, 5, P7);
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 1, 1);
	assert_string_equal(outcome->breaches[0].subject, P7);
	hand_free(hand);
}

/* What is due at the very instant at which another one is overdue waits for that instant's
 * events. */
static void two_that_wait_are_judged_each_at_its_own_limit(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "success_shown_but_not_printing", "within", "10m",
		    NULL);
	hand_expect(hand, EXPECT_NEVER, "stuck_job", "longer_than", "10m", NULL);
	hand_expect(hand, EXPECT_NEVER, "lost_job", "within", "10m", NULL);
	success(hand, 0, 1, 5);
	trace_id tap = success(hand, SIM_MIN, 2, 6);
	AT(hand, 11 * SIM_MIN, tap, KIND_JOB_STARTED, "cloud", F_INT("task", 6));
	hand_start(hand, 11 * SIM_MIN, tap, 6, P7);
	assert_outcome(hand_finish(hand, SIM_DAY, 0), VERDICT_VIOLATED, 2, 1);
	assert_outcome(checks_outcome(hand->checks, 1), VERDICT_VIOLATED, 2, 1);
	assert_outcome(checks_outcome(hand->checks, 2), VERDICT_VIOLATED, 2, 1);
	hand_free(hand);
}

static void an_app_that_takes_its_word_back_has_not_lied(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "success_shown_but_not_printing", NULL);
	trace_id tap = success(hand, 0, 1, 5);
	shows(hand, SIM_MIN, tap, 5, "failed");
	tap = success(hand, SIM_H, 2, 6);
	AT(hand, SIM_H + SIM_MIN, tap, KIND_INTENT_CANCEL, "owner/007",
	   F_INT("intent", 2));
	assert_outcome(hand_finish(hand, SIM_DAY, 0), VERDICT_HELD, 2, 0);
	hand_free(hand);
}

static void a_run_that_ends_before_the_time_is_up_proves_no_lie(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "success_shown_but_not_printing", "within", "10m",
		    NULL);
	success(hand, SIM_H, 1, 5);
	assert_outcome(hand_finish(hand, SIM_H + 10 * SIM_MIN - 1, 0), VERDICT_HELD, 1,
		       0);
	hand_free(hand);
}

/* --- burst_release ---------------------------------------------------------------- */

static trace_id publish(struct hand *hand, sim_ns at, const char *link, const char *topic,
			bool start)
{
	trace_id why = start ? hand_dispatched(hand, at, 0, 5, P7, A)
			     : BARE(hand, at, 0, KIND_JOB_CANCELLED, "cloud");
	trace_id queued = AT(hand, at, why, KIND_MQTT_QUEUED, A, F_TEXT("topic", topic));
	return AT(hand, at, queued, KIND_MQTT_PUBLISH, link, F_TEXT("topic", topic));
}

static void so_many_starts_in_the_window_are_no_burst(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "burst_release", "at_most", "2", "within", "10s",
		    NULL);
	for (int i = 0; i < 6; i++) /* two in every ten seconds and a nanosecond */
		publish(hand, i / 2 * (10 * SIM_S + 1), LINK_A, "device/SIM1/request",
			true);
	assert_outcome(hand_finish(hand, SIM_H, 0), VERDICT_HELD, 6, 0);
	hand_free(hand);
}

static void both_ends_of_the_window_belong_to_it(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "burst_release", "at_most", "1", "within", "10s",
		    NULL);
	publish(hand, 0, LINK_A, "device/SIM1/request", true);
	publish(hand, 10 * SIM_S, LINK_A, "device/SIM1/request", true);
	assert_outcome(hand_finish(hand, SIM_H, 0), VERDICT_VIOLATED, 2, 1);
	hand_free(hand);
}

static void a_burst_is_told_once_with_its_whole_size(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "burst_release", "at_most", "2", "within", "10s",
		    NULL);
	trace_id third = 0;
	for (int i = 0; i < 7; i++) {
		trace_id id =
			publish(hand, i * SIM_S, LINK_A, "device/SIM1/request", true);
		third = i == 2 ? id : third;
	}
	BARE(hand, SIM_H, 0, KIND_NOTE, "run");
	const struct outcome *outcome = hand_finish(hand, SIM_H, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 7, 1);
	assert_int_equal(outcome->breaches[0].event, third);
	assert_string_equal(outcome->breaches[0].subject, A);
	assert_string_equal(outcome->breaches[0].detail,
			    "7 starts left within 6 s (limit 2 within 10 s)");
	hand_free(hand);
}

static void what_is_no_start_or_reaches_nobody_is_no_release(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "burst_release", "at_most", "0", NULL);
	publish(hand, 0, LINK_A, "device/SIM1/request", false); /* a stop */
	publish(hand, 0, "link/printer/007", "device/SIM1/request", true);
	publish(hand, 0, LINK_A, "device/SIM1/report", true);
	BARE(hand, 0, 0, KIND_SESSION_DETACHED, LINK_A);
	publish(hand, 0, LINK_A, "device/SIM1/request", true); /* into the void */
	assert_outcome(hand_finish(hand, SIM_H, 0), VERDICT_HELD, 0, 0);
	hand_free(hand);
}

/* --- slow_recovery ---------------------------------------------------------------- */

static void loses_and_regains(struct hand *hand, sim_ns lost, sim_ns regained)
{
	hand_dispatched(hand, 0, 0, 1, P7, A);
	BARE(hand, 0, 0, KIND_SESSION_ATTACHED, LINK_A);
	BARE(hand, lost, 0, KIND_SESSION_DETACHED, LINK_A);
	BARE(hand, regained, 0, KIND_SESSION_ATTACHED, LINK_A);
}

static void a_fresh_start_in_time_is_a_recovery(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "slow_recovery", "within", "15m", NULL);
	loses_and_regains(hand, SIM_H, 2 * SIM_H);
	trace_id tap = hand_tap(hand, 3 * SIM_H, 0, 1, 1, P7);
	hand_start(hand, 3 * SIM_H + 15 * SIM_MIN, tap, 5, P7);
	assert_outcome(hand_finish(hand, SIM_DAY, 0), VERDICT_HELD, 1, 0);
	hand_free(hand);
}

static void recoveries_of_two_clients_are_judged_each_at_its_own_limit(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "slow_recovery", "within", "15m", NULL);
	hand_dispatched(hand, 0, 0, 1, P7, A);
	hand_dispatched(hand, 0, 0, 2, "printer/008", "cloud/command-b");
	BARE(hand, 0, 0, KIND_SESSION_DETACHED, LINK_A);
	BARE(hand, 0, 0, KIND_SESSION_DETACHED, "link/cloud/command-b");
	BARE(hand, SIM_H, 0, KIND_SESSION_ATTACHED, LINK_A);
	BARE(hand, SIM_H, 0, KIND_SESSION_ATTACHED, "link/cloud/command-b");
	hand_tap(hand, SIM_H, 0, 1, 1, P7);
	trace_id tap = hand_tap(hand, SIM_H + SIM_MIN, 0, 2, 1, "printer/008");
	hand_start(hand, SIM_H + 16 * SIM_MIN, tap, 5, "printer/008");
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 2, 1);
	assert_string_equal(outcome->breaches[0].subject, A);
	hand_free(hand);
}

static void an_old_start_is_no_recovery(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "slow_recovery", "within", "15m", NULL);
	trace_id old = hand_tap(hand, 0, 0, 1, 1, P7);
	loses_and_regains(hand, SIM_H, 2 * SIM_H);
	hand_start(hand, 2 * SIM_H, old, 4, P7);
	trace_id fresh = hand_tap(hand, 3 * SIM_H, 0, 2, 1, P7);
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 1, 1);
	assert_int_equal(outcome->breaches[0].event, fresh);
	hand_free(hand);
}

static void without_a_fresh_wish_no_recovery_is_judged(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "slow_recovery", NULL);
	loses_and_regains(hand, SIM_H, 2 * SIM_H);
	trace_id tap = hand_tap(hand, 3 * SIM_H, 0, 2, 1, P7);
	AT(hand, 3 * SIM_H, tap, KIND_INTENT_DROPPED, "owner/007", F_INT("intent", 2));
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_int_equal(outcome->count, 0);
	hand_free(hand);
}

/* --- lost_job --------------------------------------------------------------------- */

static void a_wish_that_starts_at_the_limit_is_not_lost(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "lost_job", "within", "30m", NULL);
	trace_id tap = hand_tap(hand, 0, 0, 1, 1, P7);
	hand_start(hand, 30 * SIM_MIN, tap, 5, P7);
	assert_outcome(hand_finish(hand, SIM_DAY, 0), VERDICT_HELD, 1, 0);
	hand_free(hand);
}

static void a_wish_that_nobody_serves_is_lost_even_if_it_starts_much_later(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "lost_job", "within", "30m", NULL);
	trace_id tap = hand_tap(hand, 0, 0, 1, 1, P7);
	hand_tap(hand, 4 * SIM_MIN, tap, 1, 2, P7);
	hand_start(hand, 30 * SIM_MIN + 1, tap, 5, P7);
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 1, 1);
	assert_int_equal(outcome->breaches[0].event, tap);
	assert_string_equal(
		outcome->breaches[0].detail,
		"wished for and not started, though the machine was free for 30 min "
		"since the first tap (2 taps)");
	hand_free(hand);
}

static void a_machine_that_prints_something_else_stops_the_clock(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "lost_job", "within", "30m", NULL);
	hand_start(hand, 0, 0, 4, P7);
	trace_id tap = hand_tap(hand, SIM_MIN, 0, 1, 1, P7);
	hand_ended(hand, 5 * SIM_H, 0, 4, P7);
	trace_id second = hand_tap(hand, 5 * SIM_H, 0, 2, 1, "printer/008");
	hand_start(hand, 5 * SIM_H + SIM_MIN, second, 6, "printer/008");
	hand_start(hand, 5 * SIM_H + 30 * SIM_MIN, tap, 5, P7);
	assert_outcome(hand_finish(hand, SIM_DAY, 0), VERDICT_HELD, 2, 0);
	hand_free(hand);
}

static void with_no_time_left_the_present_instant_still_counts(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "lost_job", "within", "30m", NULL);
	hand_tap(hand, 0, 0, 1, 1, P7);
	trace_id tap = hand_tap(hand, 0, 0, 2, 1, "printer/008");
	hand_start(hand, 10 * SIM_MIN, 0, 4, "printer/008"); /* busy for ten minutes */
	hand_ended(hand, 20 * SIM_MIN, 0, 4, "printer/008");
	/* Nothing is heard until the last instant of the second wish. */
	hand_start(hand, 40 * SIM_MIN, tap, 5, "printer/008");
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 2, 1);
	assert_string_equal(outcome->breaches[0].subject, P7);
	hand_free(hand);
}

static void after_the_other_print_the_clock_goes_on(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "lost_job", "within", "30m", NULL);
	hand_tap(hand, 0, 0, 1, 1, P7);
	hand_start(hand, 20 * SIM_MIN, 0, 4, P7); /* ten minutes are left */
	hand_ended(hand, 5 * SIM_H, 0, 4, P7);
	BARE(hand, 5 * SIM_H + 10 * SIM_MIN, 0, KIND_NOTE, "run");
	assert_int_equal(checks_outcome(hand->checks, 0)->count, 0);
	BARE(hand, 5 * SIM_H + 10 * SIM_MIN + 1, 0, KIND_NOTE, "run");
	assert_int_equal(checks_outcome(hand->checks, 0)->count, 1);
	hand_free(hand);
}

static void wishes_taken_back_and_wishes_too_late_to_judge_are_not_lost(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "lost_job", "within", "30m", NULL);
	trace_id tap = hand_tap(hand, 0, 0, 1, 1, P7);
	AT(hand, SIM_MIN, tap, KIND_INTENT_CANCEL, "owner/007", F_INT("intent", 1));
	tap = hand_tap(hand, SIM_H, 0, 2, 1, P7);
	AT(hand, SIM_H + SIM_MIN, tap, KIND_INTENT_DROPPED, "owner/007",
	   F_INT("intent", 2));
	hand_tap(hand, 23 * SIM_H + 30 * SIM_MIN + 1, 0, 3, 1, P7);
	assert_outcome(hand_finish(hand, SIM_DAY, 0), VERDICT_HELD, 0, 0);
	hand_free(hand);
}

static void a_wish_whose_time_is_up_with_the_run_is_judged(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "lost_job", "within", "30m", NULL);
	hand_tap(hand, 23 * SIM_H + 30 * SIM_MIN, 0, 3, 1, P7);
	assert_outcome(hand_finish(hand, SIM_DAY, 0), VERDICT_VIOLATED, 1, 1);
	hand_free(hand);
}

static void of_connected_wishes_those_behind_a_dead_connection_do_not_count(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "lost_job", "wishes", "connected", NULL);
	hand_dispatched(hand, 0, 0, 1, P7, A);
	BARE(hand, 0, 0, KIND_SESSION_DETACHED, LINK_A);
	hand_tap(hand, SIM_H, 0, 1, 1, P7); /* while it is lost */
	BARE(hand, SIM_H + SIM_MIN, 0, KIND_SESSION_ATTACHED, LINK_A);
	trace_id fresh = hand_tap(hand, 3 * SIM_H, 0, 2, 1, P7);
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 1, 1);
	assert_int_equal(outcome->breaches[0].event, fresh);
	hand_free(hand);
}

/* --- stuck_job -------------------------------------------------------------------- */

static void a_job_without_any_outcome_is_stuck_after_the_limit(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stuck_job", "longer_than", "1h", NULL);
	hand_accepted(hand, 0, 0, 5, P7);
	hand_accepted(hand, 0, 0, 6, P7);
	AT(hand, SIM_H, 0, KIND_JOB_STARTED, "cloud", F_INT("task", 5));
	trace_id last = trace_count(hand->trace);
	BARE(hand, SIM_H, 0, KIND_NOTE, "run");
	assert_int_equal(checks_outcome(hand->checks, 0)->count, 0);
	AT(hand, SIM_H + 1, 0, KIND_JOB_FINISHED, "cloud", F_INT("task", 6));
	assert_true(last > 0);
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 2, 1);
	assert_string_equal(
		outcome->breaches[0].detail,
		"task 6 was accepted, and 1 h later the service knew of no start and "
		"no end");
	hand_free(hand);
}

static void every_outcome_settles_a_job(void **state)
{
	(void)state;
	static const enum trace_kind OUTCOMES[] = {KIND_JOB_STARTED, KIND_JOB_FINISHED,
						   KIND_JOB_FAILED, KIND_JOB_CANCELLED,
						   KIND_JOB_DROPPED};
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stuck_job", NULL);
	for (int i = 0; i < 5; i++) {
		hand_accepted(hand, i * SIM_S, 0, i + 1, P7);
		AT(hand, i * SIM_S, 0, OUTCOMES[i], "cloud", F_INT("task", i + 1));
	}
	assert_outcome(hand_finish(hand, SIM_DAY, 0), VERDICT_HELD, 5, 0);
	hand_free(hand);
}

static void a_place_may_let_go_of_too_much_at_once(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "burst_release", "at_most", "5", "place",
		    "session", NULL);
	hand_expect(hand, EXPECT_NEVER, "burst_release", "at_most", "5", NULL);
	AT(hand, SIM_S, 0, KIND_BACKLOG_DRAINED, "printer/001", F_TEXT("place", "session"),
	   F_INT("burst", 5));
	AT(hand, 2 * SIM_S, 0, KIND_BACKLOG_DRAINED, "printer/002",
	   F_TEXT("place", "session"), F_INT("burst", 6));
	AT(hand, 3 * SIM_S, 0, KIND_BACKLOG_DRAINED, A, F_TEXT("place", "library"),
	   F_INT("burst", 60));
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_outcome(outcome, VERDICT_VIOLATED, 2, 1);
	assert_string_equal(outcome->breaches[0].subject, "printer/002");
	assert_string_equal(outcome->breaches[0].detail,
			    "6 messages left the broker's session of printer/002 within "
			    "10 s (limit 5)");
	assert_int_equal(checks_outcome(hand->checks, 1)->examined, 0);
	hand_free(hand);
}

/* --- backlog ---------------------------------------------------------------------- */

static void depth(struct hand *hand, sim_ns at, const char *place, int n,
		  sim_ns oldest_for)
{
	AT(hand, at, 0, KIND_BACKLOG_DEPTH, A, F_TEXT("place", place), F_INT("depth", n),
	   F_INT("oldest_for_ns", oldest_for));
}

static void a_backlog_is_told_once_for_each_time_it_fills(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "backlog", "at_least", "5", NULL);
	hand_expect(hand, EXPECT_SOMETIMES, "backlog", "at_least", "5", "place",
		    "library", NULL);
	hand_expect(hand, EXPECT_SOMETIMES, "backlog", "at_least", "8", NULL);
	depth(hand, 0, "library", 4, 0);
	depth(hand, SIM_S, "library", 5, SIM_S);
	depth(hand, 2 * SIM_S, "library", 7, SIM_S);
	AT(hand, 3 * SIM_S, 0, KIND_BACKLOG_DRAINED, A, F_TEXT("place", "library"));
	depth(hand, SIM_H, "library", 6, 0);
	depth(hand, SIM_H, "store", 6, 0);
	assert_outcome(hand_finish(hand, SIM_DAY, 0), VERDICT_VIOLATED, 5, 3);
	assert_outcome(checks_outcome(hand->checks, 1), VERDICT_HELD, 4, 2);
	assert_outcome(checks_outcome(hand->checks, 2), VERDICT_UNKNOWN, 5, 0);
	assert_non_null(strstr(checks_outcome(hand->checks, 2)->why, "never seen"));
	hand_free(hand);
}

static void a_backlog_grows_old_without_a_word(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_SOMETIMES, "backlog", "at_least", "2", "older_than",
		    "3h", NULL);
	depth(hand, SIM_H, "library", 2, SIM_H);
	BARE(hand, 3 * SIM_H - 1, 0, KIND_NOTE, "run");
	assert_int_equal(checks_outcome(hand->checks, 0)->count, 0);
	BARE(hand, 3 * SIM_H + 1, 0, KIND_NOTE, "run");
	const struct outcome *outcome = hand_finish(hand, SIM_DAY, 0);
	assert_outcome(outcome, VERDICT_HELD, 1, 1);
	assert_string_equal(outcome->breaches[0].detail,
			    "2 wait in the library, the oldest for 3 h");
	hand_free(hand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_false_belief_of_exactly_the_limit_is_none),
		cmocka_unit_test(
			a_false_belief_is_told_with_its_whole_length_when_it_ends),
		cmocka_unit_test(a_false_belief_at_the_end_of_the_run_counts_too),
		cmocka_unit_test(a_printers_link_is_nobodys_belief),
		cmocka_unit_test(a_success_followed_by_a_start_in_time_is_true),
		cmocka_unit_test(a_success_without_a_start_in_time_is_a_lie),
		cmocka_unit_test(two_that_wait_are_judged_each_at_its_own_limit),
		cmocka_unit_test(an_app_that_takes_its_word_back_has_not_lied),
		cmocka_unit_test(a_run_that_ends_before_the_time_is_up_proves_no_lie),
		cmocka_unit_test(so_many_starts_in_the_window_are_no_burst),
		cmocka_unit_test(both_ends_of_the_window_belong_to_it),
		cmocka_unit_test(a_burst_is_told_once_with_its_whole_size),
		cmocka_unit_test(what_is_no_start_or_reaches_nobody_is_no_release),
		cmocka_unit_test(a_fresh_start_in_time_is_a_recovery),
		cmocka_unit_test(
			recoveries_of_two_clients_are_judged_each_at_its_own_limit),
		cmocka_unit_test(an_old_start_is_no_recovery),
		cmocka_unit_test(without_a_fresh_wish_no_recovery_is_judged),
		cmocka_unit_test(a_wish_that_starts_at_the_limit_is_not_lost),
		cmocka_unit_test(
			a_wish_that_nobody_serves_is_lost_even_if_it_starts_much_later),
		cmocka_unit_test(a_machine_that_prints_something_else_stops_the_clock),
		cmocka_unit_test(with_no_time_left_the_present_instant_still_counts),
		cmocka_unit_test(after_the_other_print_the_clock_goes_on),
		cmocka_unit_test(
			wishes_taken_back_and_wishes_too_late_to_judge_are_not_lost),
		cmocka_unit_test(a_wish_whose_time_is_up_with_the_run_is_judged),
		cmocka_unit_test(
			of_connected_wishes_those_behind_a_dead_connection_do_not_count),
		cmocka_unit_test(a_job_without_any_outcome_is_stuck_after_the_limit),
		cmocka_unit_test(every_outcome_settles_a_job),
		cmocka_unit_test(a_place_may_let_go_of_too_much_at_once),
		cmocka_unit_test(a_backlog_is_told_once_for_each_time_it_fills),
		cmocka_unit_test(a_backlog_grows_old_without_a_word),
	};
	return cmocka_run_group_tests_name("waits", tests, NULL, NULL);
}
