/* Wishes: taps, resends, bedtime, errors, the desktop program's storm, cancelling. */
#include "tests/testing.h"

#include "tests/unit/people/bench.h"

#define EVENING "2023-08-14T17:00Z"
#define AT_19   "between=19:00-19:00"

/* One owner, awake from 17:00 UTC, who sends one job at 19:00; now is 19:00. */
static struct bench *one_owner(const char *options, const char *safe)
{
	struct bench *b = bench_new(EVENING, 2 * SIM_DAY, "UTC", 1, options, safe);
	send(b, AT_19);
	run_until(b, 2 * SIM_H);
	return b;
}

static int taps_of_intent(const struct bench *b, int64_t intent)
{
	const struct trace_event *tap;
	int most = 0;
	for (size_t at = 0; (tap = stage_next(b->trace, KIND_INTENT_TAP, &at));)
		if (trace_int(tap, "intent", 0) == intent)
			most = (int)trace_int(tap, "tap", 0);
	return most;
}

static void a_tap_becomes_a_request_and_seeing_it_print_satisfies(void **state)
{
	(void)state;
	struct bench *b = one_owner("away=00:00-23:59 away_on=daily "
				    "checks_plate_before_sending=0",
				    "");
	assert_int_equal(b->n_calls, 1);
	assert_int_equal(b->calls[0].tapped_utc_ms, (1692032400LL + 2 * 3600) * 1000);
	assert_string_equal(b->calls[0].key, "");
	const struct trace_event *request = event_at(b, KIND_APP_REQUEST, 0);
	assert_int_equal(b->calls[0].cause, request->id);
	assert_int_equal(trace_find(b->trace, request->cause)->kind, KIND_INTENT_TAP);
	assert_string_equal(trace_text(last_event(b, KIND_APP_SHOWS), "state", ""),
			    "success");
	news(b, 0, 1, "sent", "");
	assert_int_equal(events(b, KIND_APP_SHOWS), 1); /* nothing new */
	run_for(b, SIM_S);
	news(b, 0, 1, "printing", "");
	assert_int_equal(events(b, KIND_INTENT_SATISFIED), 1);
	run_for(b, SIM_DAY);
	assert_int_equal(events(b, KIND_INTENT_TAP), 1);
	assert_int_equal(events(b, KIND_INTENT_DROPPED), 0);
	bench_free(b);
}

static void a_second_tap_has_the_first_as_its_cause(void **state)
{
	(void)state;
	struct bench *b = one_owner("resend_sigma=0 resend_again=1 resend_most=2", "");
	run_for(b, SIM_H);
	assert_int_equal(events(b, KIND_INTENT_TAP), 3);
	for (int i = 1; i < 3; i++) {
		const struct trace_event *tap = event_at(b, KIND_INTENT_TAP, i);
		const struct trace_event *before = event_at(b, KIND_INTENT_TAP, i - 1);
		assert_int_equal(tap->cause, before->id);
		assert_int_equal(tap->t - before->t, 4 * SIM_MIN);
		/* Same wish, same file; the app knows only the tap that it got. */
		assert_string_equal(b->calls[i].file, b->calls[0].file);
		assert_int_equal(b->calls[i].tapped_utc_ms - b->calls[0].tapped_utc_ms,
				 i * 240000);
	}
	bench_free(b);
}

static void resends_follow_the_documented_distribution(void **state)
{
	(void)state;
	enum {
		N = 400
	};
	struct bench *b = bench_new(EVENING, SIM_DAY, "UTC", N, "asleep=00:00-00:00", "");
	send(b, AT_19);
	run_until(b, 4 * SIM_H);
	int with[5] = {0};
	for (int i = 1; i <= N; i++)
		with[taps_of_intent(b, i)]++;
	/* 0.7 each time, three at most: 30, 21, 14.7 and 34.3 % of 400. */
	assert_in_range(with[1], 120 - 35, 120 + 35);
	assert_in_range(with[2], 84 - 30, 84 + 30);
	assert_in_range(with[3], 59 - 27, 59 + 27);
	assert_in_range(with[4], 137 - 35, 137 + 35);

	/* Median 4 minutes, sigma 0.6: 68 % lie within 2.2 and 7.3 minutes. */
	const struct trace_event *tap;
	int n = 0, early = 0, within = 0;
	for (size_t at = 0; (tap = stage_next(b->trace, KIND_INTENT_TAP, &at));) {
		if (trace_int(tap, "tap", 0) == 1)
			continue;
		double wait =
			(double)(tap->t - trace_find(b->trace, tap->cause)->t) / SIM_MIN;
		n++;
		early += wait < 4.0;
		within += wait > 4.0 / 1.822 && wait < 4.0 * 1.822;
	}
	assert_near((double)early / n, 0.50, 0.07);
	assert_near((double)within / n, 0.68, 0.07);
	bench_free(b);
}

static void honest_progress_makes_people_wait(void **state)
{
	(void)state;
	struct bench *b = one_owner("resend_sigma=0 resend_again=1 honest_patience=6",
				    "honest_progress=true");
	assert_string_equal(trace_text(last_event(b, KIND_APP_SHOWS), "state", ""),
			    "waiting for printer");
	run_for(b, 23 * SIM_MIN);
	assert_int_equal(events(b, KIND_INTENT_TAP), 1);
	run_for(b, 2 * SIM_MIN);
	assert_int_equal(events(b, KIND_INTENT_TAP), 2);
	bench_free(b);
}

static void an_app_with_keys_gives_each_tap_the_same_and_the_first_time(void **state)
{
	(void)state;
	struct bench *b = one_owner("resend_sigma=0 resend_again=1", "wish_key=true");
	run_for(b, 10 * SIM_MIN);
	assert_int_equal(b->n_calls, 3);
	assert_string_not_equal(b->calls[0].key, "");
	assert_string_equal(b->calls[2].key, b->calls[0].key);
	assert_int_equal(b->calls[2].tapped_utc_ms, b->calls[0].tapped_utc_ms);
	bench_free(b);
}

static void bedtime_ends_the_wish_unless_it_was_meant_for_the_night(void **state)
{
	(void)state;
	for (int overnight = 0; overnight < 2; overnight++) {
		struct bench *b =
			bench_new(EVENING, SIM_DAY, "UTC", 1, "day_spread=0s", "");
		send(b, overnight ? "between=22:50-22:50 overnight=true"
				  : "between=22:50-22:50");
		run_until(b, 7 * SIM_H);
		assert_int_equal(events(b, KIND_INTENT_DROPPED), !overnight);
		if (!overnight)
			assert_string_equal(trace_text(last_event(b, KIND_INTENT_DROPPED),
						       "reason", ""),
					    "bedtime");
		/* It prints at night; he sees so in the morning. */
		news(b, 0, 1, "printing", "");
		assert_int_equal(events(b, KIND_INTENT_SATISFIED), 0);
		run_until(b, 15 * SIM_H);
		assert_int_equal(events(b, KIND_INTENT_SATISFIED), overnight);
		bench_free(b);
	}
}

/* A machine that was not there all night: without an end the wish would stand in the way of
 * every later one. */
static void a_night_without_its_print_is_over_in_the_morning(void **state)
{
	(void)state;
	struct bench *b = bench_new(EVENING, 2 * SIM_DAY, "UTC", 1,
				    "day_spread=0s resend_most=0", "");
	send(b, "between=22:00-22:00 overnight=true each=2");
	send(b, "between=08:00-08:00 overnight=false each=1");
	run_until(b, 14 * SIM_H - 1); /* five hours to midnight, seven more to 07:00 */
	assert_int_equal(events(b, KIND_INTENT_TAP), 1);
	assert_int_equal(events(b, KIND_INTENT_DROPPED), 0);
	run_until(b, 14 * SIM_H);
	const struct trace_event *dropped = last_event(b, KIND_INTENT_DROPPED);
	assert_string_equal(trace_text(dropped, "reason", ""), "morning");
	assert_int_equal(trace_find(b->trace, dropped->cause)->kind, KIND_PEOPLE_WAKE);
	run_until(b, 14 * SIM_H + 31 * SIM_MIN);
	assert_int_equal(events(b, KIND_INTENT_TAP), 2);
	assert_false(trace_bool(last_event(b, KIND_INTENT_TAP), "overnight", true));
	news(b, 0, 2, "printing", "");
	run_until(b, 14 * SIM_H + 50 * SIM_MIN);
	news(b, 0, 2, "finished", "");
	run_until(b, 16 * SIM_H);
	assert_int_equal(events(b, KIND_INTENT_TAP), 3);
	assert_int_equal(events(b, KIND_INTENT_DROPPED), 1);
	bench_free(b);
}

/* Then it is a wish of the day: he taps again, and gives it up at bedtime. */
static void what_may_still_come_in_the_morning_is_waited_for(void **state)
{
	(void)state;
	struct bench *b = bench_new(EVENING, 2 * SIM_DAY, "UTC", 1,
				    "day_spread=0s resend_most=1 resend_again=1 "
				    "resend_sigma=0 resend_after=3h",
				    "");
	send(b, "between=22:00-22:00 overnight=true");
	run_until(b, 5 * SIM_H);
	machine_is(b, 0, "RUNNING", true, "another", 0, 0);
	run_until(b, 15 * SIM_H);
	assert_int_equal(events(b, KIND_INTENT_DROPPED), 0);
	machine_is(b, 0, "FINISH", false, "another", 0, 1);
	run_until(b, 18 * SIM_H);
	assert_int_equal(taps_of_intent(b, 1), 2);
	run_until(b, 31 * SIM_H);
	assert_string_equal(trace_text(last_event(b, KIND_INTENT_DROPPED), "reason", ""),
			    "bedtime");
	assert_int_equal(events(b, KIND_INTENT_DROPPED), 1);
	bench_free(b);
}

/* From elsewhere he cannot see that there is nothing. */
static void who_is_not_there_in_the_morning_waits_until_bedtime(void **state)
{
	(void)state;
	struct bench *b = bench_new(EVENING, 2 * SIM_DAY, "UTC", 1,
				    "day_spread=0s resend_most=0 away=22:30-22:00 "
				    "away_on=daily",
				    "");
	send(b, "between=22:10-22:10 overnight=true");
	run_until(b, 20 * SIM_H);
	assert_int_equal(events(b, KIND_INTENT_TAP), 1);
	assert_int_equal(events(b, KIND_INTENT_DROPPED), 0);
	run_until(b, 31 * SIM_H);
	assert_string_equal(trace_text(last_event(b, KIND_INTENT_DROPPED), "reason", ""),
			    "bedtime");
	bench_free(b);
}

static void nobody_taps_while_asleep(void **state)
{
	(void)state;
	struct bench *b = bench_new(EVENING, SIM_DAY, "UTC", 50,
				    "resend_again=1 resend_most=60", "");
	send(b, "between=18:00-02:00 overnight=true");
	run_until(b, SIM_DAY);
	const struct trace_event *tap;
	for (size_t at = 0; (tap = stage_next(b->trace, KIND_INTENT_TAP, &at));) {
		const char *hm = local_hm(b, tap);
		assert_false(strcmp(hm, "23:20") > 0 || strcmp(hm, "06:40") < 0);
	}
	bench_free(b);
}

static void a_wish_is_given_up_after_a_while_if_so_set(void **state)
{
	(void)state;
	struct bench *b = one_owner("gives_up_after=30m", "");
	run_for(b, 29 * SIM_MIN);
	assert_int_equal(events(b, KIND_INTENT_DROPPED), 0);
	run_for(b, 2 * SIM_MIN);
	assert_string_equal(trace_text(last_event(b, KIND_INTENT_DROPPED), "reason", ""),
			    "gave up");
	bench_free(b);
}

static void who_is_told_no_drops_the_wish_and_makes_it_anew(void **state)
{
	(void)state;
	struct bench *b = one_owner("asks_anew=1 resend_most=0", "");
	news(b, 0, 1, "failed", "expired");
	assert_string_equal(trace_text(last_event(b, KIND_INTENT_DROPPED), "reason", ""),
			    "told: expired");
	run_for(b, 2 * SIM_H);
	assert_int_equal(events(b, KIND_INTENT_TAP), 2);
	assert_int_equal(trace_int(last_event(b, KIND_INTENT_TAP), "intent", 0), 2);
	assert_int_equal(trace_int(last_event(b, KIND_INTENT_TAP), "tap", 0), 1);
	assert_string_not_equal(b->calls[1].file, b->calls[0].file);
	news(b, 0, 2, "failed", "expired");
	run_for(b, 2 * SIM_H - 10 * SIM_MIN);
	assert_int_equal(events(b, KIND_INTENT_TAP), 2);
	bench_free(b);
}

static void silence_reported_as_no_confirmation_is_no_no(void **state)
{
	(void)state;
	struct bench *b =
		one_owner("resend_after=1h error_retry_after=40s resend_sigma=0 "
			  "resend_again=1",
			  "");
	news(b, 0, 1, "failed", "no confirmation");
	run_for(b, SIM_MIN);
	assert_int_equal(events(b, KIND_INTENT_DROPPED), 0);
	assert_int_equal(taps_of_intent(b, 1), 2);
	bench_free(b);
}

static void an_error_is_shown_and_the_person_taps_again_soon(void **state)
{
	(void)state;
	struct bench *b =
		bench_new(EVENING, SIM_DAY, "UTC", 1,
			  "error_retry_after=40s resend_sigma=0 resend_again=1", "");
	b->service = SAYS_BUSY;
	send(b, AT_19);
	run_until(b, 2 * SIM_H);
	assert_string_equal(trace_text(last_event(b, KIND_APP_SHOWS), "state", ""),
			    "failed");
	run_for(b, 41 * SIM_S);
	assert_int_equal(events(b, KIND_INTENT_TAP), 2);
	assert_int_equal(b->n_calls, 2);
	bench_free(b);
}

static void an_app_waits_only_so_long_and_ignores_a_late_answer(void **state)
{
	(void)state;
	struct bench *b = bench_new(EVENING, SIM_DAY, "UTC", 1,
				    "request_timeout=10s resend_most=0", "");
	b->service = SAYS_NOTHING;
	send(b, AT_19);
	run_until(b, 2 * SIM_H + 11 * SIM_S);
	const struct trace_event *reply = last_event(b, KIND_APP_REPLY);
	assert_string_equal(trace_text(reply, "reason", ""), "time-out");
	people_answer(b->people, b->clock.now, b->calls[0].ticket, true, "", 5, 0);
	people_answer(b->people, b->clock.now, 999999, true, "", 5, 0);
	assert_int_equal(events(b, KIND_APP_REPLY), 1);
	bench_free(b);
}

/* --- the desktop program -------------------------------------------------------------------- */

static void the_desktop_program_storms_while_the_api_fails(void **state)
{
	(void)state;
	struct bench *b = bench_new(EVENING, SIM_DAY, "UTC", 1,
				    "uses=studio studio_per_second=4 studio_think=200ms "
				    "studio_tries_for=30m",
				    "");
	b->service = SAYS_BUSY;
	send(b, AT_19);
	run_until(b, 2 * SIM_H + SIM_MIN);
	/* Four a second, all of one tap. */
	assert_in_range(b->n_calls, 239, 241);
	assert_int_equal(events(b, KIND_INTENT_TAP), 1);
	const struct trace_event *request = last_event(b, KIND_APP_REQUEST);
	assert_string_equal(request->who, "studio/001");
	assert_int_equal(trace_int(request, "try", 0), b->n_calls);
	assert_int_equal(trace_find(b->trace, request->cause)->kind, KIND_INTENT_TAP);
	/* The service recovers: it stops. */
	b->service = SAYS_YES;
	run_for(b, SIM_MIN);
	int calls = b->n_calls;
	assert_int_equal(b->tasks, 1);
	run_for(b, 2 * SIM_MIN);
	assert_int_equal(b->n_calls, calls);
	bench_free(b);
}

static void a_late_answer_does_not_stop_the_repetition_that_is_due(void **state)
{
	(void)state;
	struct bench *b =
		bench_new(EVENING, SIM_DAY, "UTC", 1,
			  "uses=studio request_timeout=10s studio_think=5s", "");
	b->service = SAYS_NOTHING;
	send(b, AT_19);
	run_until(b, 2 * SIM_H + 11 * SIM_S);
	people_answer(b->people, b->clock.now, b->calls[0].ticket, true, "", 5, 0);
	assert_int_equal(events(b, KIND_APP_REPLY), 1);
	run_for(b, 5 * SIM_S);
	assert_int_equal(b->n_calls, 2);
	bench_free(b);
}

static void the_desktop_program_stops_in_the_end(void **state)
{
	(void)state;
	struct bench *b = bench_new(EVENING, SIM_DAY, "UTC", 1,
				    "uses=studio studio_tries_for=5m resend_most=0", "");
	b->service = SAYS_BUSY;
	send(b, AT_19);
	run_until(b, 2 * SIM_H + 6 * SIM_MIN);
	int calls = b->n_calls;
	assert_in_range(calls, 1190, 1202);
	run_for(b, SIM_H);
	assert_int_equal(b->n_calls, calls);
	bench_free(b);
}

static void a_share_of_the_owners_uses_the_desktop_program(void **state)
{
	(void)state;
	struct bench *b = bench_new(EVENING, SIM_DAY, "UTC", 300, "studio_share=0.3", "");
	send(b, AT_19);
	run_until(b, 2 * SIM_H);
	const struct trace_event *request;
	int studios = 0;
	for (size_t at = 0; (request = stage_next(b->trace, KIND_APP_REQUEST, &at));)
		studios += strncmp(request->who, "studio/", 7) == 0;
	assert_in_range(studios, 60, 120);
	bench_free(b);
}

/* --- cancelling ------------------------------------------------------------------------------- */

static void cancel(struct bench *b, const char *options)
{
	struct sim_error error;
	set_all(people_cancel_row(), b->cancel, options);
	assert_int_equal(people_cancel_jobs(b->people, b->clock.now, "printer/*",
					    b->cancel, 0, &error),
			 SIM_OK);
}

static void a_cancel_takes_back_every_task_of_the_wish(void **state)
{
	(void)state;
	struct bench *b = one_owner("resend_sigma=0 resend_again=1", "");
	run_for(b, 5 * SIM_MIN);
	assert_int_equal(b->n_calls, 2);
	cancel(b, "after=1m");
	run_for(b, SIM_H);
	assert_int_equal(b->n_calls, 4);
	assert_int_equal(b->calls[2].op, APP_CANCEL);
	assert_int_equal(b->calls[2].task, 1);
	assert_int_equal(b->calls[3].task, 2);
	const struct trace_event *asked = event_at(b, KIND_INTENT_CANCEL, 0);
	assert_int_equal(trace_find(b->trace, asked->cause)->kind, KIND_INTENT_TAP);
	assert_int_equal(trace_int(trace_find(b->trace, asked->cause), "tap", 0), 1);
	assert_int_equal(events(b, KIND_INTENT_CANCELLED), 1);
	assert_int_equal(events(b, KIND_INTENT_TAP), 2);
	bench_free(b);
}

static void a_cancel_is_done_only_when_the_service_says_so(void **state)
{
	(void)state;
	struct bench *b =
		one_owner("resend_most=0 resend_sigma=0 error_retry_after=1m", "");
	b->service = SAYS_BUSY;
	cancel(b, "after=0s");
	run_for(b, 30 * SIM_S);
	assert_int_equal(events(b, KIND_INTENT_CANCEL), 1);
	assert_int_equal(events(b, KIND_INTENT_CANCELLED), 0);
	b->service = SAYS_YES;
	run_for(b, SIM_MIN);
	assert_int_equal(events(b, KIND_INTENT_CANCELLED), 1);
	bench_free(b);
}

static void a_cancel_before_the_answer_follows_the_job_that_it_became(void **state)
{
	(void)state;
	struct bench *b = bench_new(EVENING, SIM_DAY, "UTC", 1, "request_timeout=5m", "");
	b->service = SAYS_NOTHING;
	send(b, AT_19);
	run_until(b, 2 * SIM_H);
	cancel(b, "after=10s");
	run_for(b, SIM_MIN);
	assert_int_equal(b->n_calls, 1);
	b->service = SAYS_YES;
	people_answer(b->people, b->clock.now, b->calls[0].ticket, true, "", 44, 0);
	assert_int_equal(b->n_calls, 2);
	assert_int_equal(b->calls[1].task, 44);
	assert_int_equal(events(b, KIND_INTENT_CANCELLED), 1);
	bench_free(b);
}

static void who_has_seen_it_print_does_not_cancel(void **state)
{
	(void)state;
	struct bench *b = one_owner("", "");
	news(b, 0, 1, "printing", "");
	cancel(b, "after=0s");
	run_for(b, SIM_MIN);
	assert_int_equal(events(b, KIND_INTENT_CANCEL), 0);
	bench_free(b);
}

static void a_run_may_end_in_the_middle_of_everything(void **state)
{
	(void)state;
	struct bench *b = bench_new(EVENING, SIM_DAY, "UTC", 20, "uses=studio", "");
	b->service = SAYS_NOTHING;
	send(b, "between=18:00-22:30 each=3");
	run_until(b, 5 * SIM_H);
	bench_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_late_answer_does_not_stop_the_repetition_that_is_due),
		cmocka_unit_test(a_tap_becomes_a_request_and_seeing_it_print_satisfies),
		cmocka_unit_test(a_second_tap_has_the_first_as_its_cause),
		cmocka_unit_test(resends_follow_the_documented_distribution),
		cmocka_unit_test(honest_progress_makes_people_wait),
		cmocka_unit_test(
			an_app_with_keys_gives_each_tap_the_same_and_the_first_time),
		cmocka_unit_test(bedtime_ends_the_wish_unless_it_was_meant_for_the_night),
		cmocka_unit_test(a_night_without_its_print_is_over_in_the_morning),
		cmocka_unit_test(what_may_still_come_in_the_morning_is_waited_for),
		cmocka_unit_test(who_is_not_there_in_the_morning_waits_until_bedtime),
		cmocka_unit_test(nobody_taps_while_asleep),
		cmocka_unit_test(a_wish_is_given_up_after_a_while_if_so_set),
		cmocka_unit_test(who_is_told_no_drops_the_wish_and_makes_it_anew),
		cmocka_unit_test(silence_reported_as_no_confirmation_is_no_no),
		cmocka_unit_test(an_error_is_shown_and_the_person_taps_again_soon),
		cmocka_unit_test(an_app_waits_only_so_long_and_ignores_a_late_answer),
		cmocka_unit_test(the_desktop_program_storms_while_the_api_fails),
		cmocka_unit_test(the_desktop_program_stops_in_the_end),
		cmocka_unit_test(a_share_of_the_owners_uses_the_desktop_program),
		cmocka_unit_test(a_cancel_takes_back_every_task_of_the_wish),
		cmocka_unit_test(a_cancel_is_done_only_when_the_service_says_so),
		cmocka_unit_test(
			a_cancel_before_the_answer_follows_the_job_that_it_became),
		cmocka_unit_test(who_has_seen_it_print_does_not_cancel),
		cmocka_unit_test(a_run_may_end_in_the_middle_of_everything),
	};
	return cmocka_run_group_tests_name("people: wishes", tests, NULL, NULL);
}
