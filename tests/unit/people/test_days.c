/* Days: sleep and absence by local clocks, across changes of the clocks. */
#include "tests/testing.h"

#include "tests/unit/people/bench.h"

static void each_run_begins_with_the_state_people_are_in(void **state)
{
	(void)state;
	struct bench *b = bench_new("2023-08-15T01:00Z", SIM_DAY, "Europe/Berlin", 1,
				    "day_spread=0s", "");
	assert_int_equal(events(b, KIND_PEOPLE_SLEEP), 1); /* 03:00 in Berlin */
	assert_int_equal(events(b, KIND_PEOPLE_WAKE), 0);
	assert_int_equal(events(b, KIND_PEOPLE_RETURN), 1);
	assert_false(people_attended(b->people, 0));
	run_until(b, SIM_DAY);
	assert_string_equal(local_hm(b, event_at(b, KIND_PEOPLE_WAKE, 0)), "07:00");
	assert_string_equal(local_hm(b, event_at(b, KIND_PEOPLE_SLEEP, 1)), "23:00");
	bench_free(b);

	b = bench_new("2023-08-15T10:00Z", SIM_H, "Europe/Berlin", 1, "away=09:00-17:00",
		      "");
	assert_int_equal(events(b, KIND_PEOPLE_WAKE), 1);
	assert_int_equal(events(b, KIND_PEOPLE_LEAVE), 1); /* a Tuesday noon */
	assert_false(people_attended(b->people, 0));
	assert_false(people_attended(b->people, 5)); /* a printer of nobody */
	bench_free(b);
}

static void people_are_away_on_weekdays_or_daily(void **state)
{
	(void)state;
	/* Monday 14 to Sunday 20 August 2023. */
	struct bench *b = bench_new("2023-08-14T00:00Z", 7 * SIM_DAY, "UTC", 1,
				    "away=09:00-17:00 day_spread=0s", "");
	run_until(b, 7 * SIM_DAY);
	assert_int_equal(events(b, KIND_PEOPLE_LEAVE), 5);
	assert_int_equal(events(b, KIND_PEOPLE_RETURN), 1 + 5);
	bench_free(b);
	b = bench_new("2023-08-14T00:00Z", 7 * SIM_DAY, "UTC", 1,
		      "away=09:00-17:00 away_on=daily day_spread=0s", "");
	run_until(b, 7 * SIM_DAY);
	assert_int_equal(events(b, KIND_PEOPLE_LEAVE), 7);
	bench_free(b);
}

static void bedtimes_vary_within_the_spread(void **state)
{
	(void)state;
	struct bench *b = bench_new("2023-08-14T12:00Z", SIM_DAY, "UTC", 200,
				    "asleep=23:00-07:00 day_spread=20m", "");
	run_until(b, SIM_DAY);
	int early = 0;
	assert_int_equal(events(b, KIND_PEOPLE_SLEEP), 200);
	for (int i = 0; i < 200; i++) {
		sim_ns at = event_at(b, KIND_PEOPLE_SLEEP, i)->t - 11 * SIM_H;
		assert_true(at >= -20 * SIM_MIN && at <= 20 * SIM_MIN);
		early += at < 0;
	}
	assert_in_range(early, 75, 125);
	bench_free(b);
}

static void an_owner_more_changes_nobody_elses_night(void **state)
{
	(void)state;
	struct bench *few = bench_new("2023-08-14T12:00Z", SIM_DAY, "UTC", 2, "", "");
	struct bench *many = bench_new("2023-08-14T12:00Z", SIM_DAY, "UTC", 3, "", "");
	run_until(few, SIM_DAY);
	run_until(many, SIM_DAY);
	sim_ns at[2] = {0, 0};
	struct bench *both[2] = {few, many};
	for (int k = 0; k < 2; k++) {
		for (size_t i = 0; i < trace_count(both[k]->trace); i++) {
			const struct trace_event *event = trace_at(both[k]->trace, i);
			if (event->kind == KIND_PEOPLE_SLEEP &&
			    strcmp(event->who, "owner/002") == 0)
				at[k] = event->t;
		}
	}
	assert_true(at[0] > 0);
	assert_int_equal(at[0], at[1]);
	bench_free(few);
	bench_free(many);
}

static void a_night_of_changing_clocks_is_an_hour_longer_or_shorter(void **state)
{
	(void)state;
	static const struct {
		const char *start, *zone;
		int hours;
	} NIGHTS[] = {
		{"2023-03-25T12:00Z", "Europe/Berlin", 7},
		{"2023-10-28T12:00Z", "Europe/Berlin", 9},
		{"2023-11-04T18:00Z", "America/Los_Angeles", 9},
		{"2023-08-14T18:00Z", "America/Los_Angeles", 8},
	};
	for (size_t i = 0; i < sizeof(NIGHTS) / sizeof(NIGHTS[0]); i++) {
		struct bench *b = bench_new(NIGHTS[i].start, SIM_DAY, NIGHTS[i].zone, 1,
					    "day_spread=0s", "");
		run_until(b, SIM_DAY);
		const struct trace_event *bed = last_event(b, KIND_PEOPLE_SLEEP);
		const struct trace_event *up = last_event(b, KIND_PEOPLE_WAKE);
		assert_int_equal((up->t - bed->t) / SIM_H, NIGHTS[i].hours);
		assert_string_equal(local_hm(b, bed), "23:00");
		assert_string_equal(local_hm(b, up), "07:00");
		bench_free(b);
	}
}

static void jobs_are_sent_in_each_owners_own_evening(void **state)
{
	(void)state;
	struct bench *b = bench_new("2023-08-14T15:00Z", 29 * SIM_H,
				    "America/Los_Angeles", 100, "", "");
	send(b, "between=18:00-22:30");
	run_until(b, 29 * SIM_H);
	/* Nothing ever prints here, so look at first taps only. */
	const struct trace_event *tap;
	int first = 0;
	for (size_t at = 0; (tap = stage_next(b->trace, KIND_INTENT_TAP, &at));) {
		if (trace_int(tap, "tap", 0) != 1)
			continue;
		first++;
		assert_true(strcmp(local_hm(b, tap), "18:00") >= 0 &&
			    strcmp(local_hm(b, tap), "22:30") <= 0);
	}
	assert_int_equal(first, 100);
	bench_free(b);
}

static void a_window_that_has_begun_means_the_next_day_and_may_lie_outside_the_run(
	void **state)
{
	(void)state;
	struct sim_error error;
	struct bench *b = bench_new("2023-08-14T20:00Z", 12 * SIM_H, "UTC", 1, "", "");
	set_all(people_send_row(), b->send, "between=19:00-21:00");
	assert_int_equal(people_send_jobs(b->people, 0, "*", b->send, 0, &error),
			 SIM_EINVAL);
	assert_non_null(strstr(error.text, "2023-08-15T21:00:00Z"));
	assert_int_equal(people_send_jobs(b->people, 0, "printer/9*", b->send, 0, &error),
			 SIM_ENOENT);
	bench_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_run_begins_with_the_state_people_are_in),
		cmocka_unit_test(people_are_away_on_weekdays_or_daily),
		cmocka_unit_test(bedtimes_vary_within_the_spread),
		cmocka_unit_test(an_owner_more_changes_nobody_elses_night),
		cmocka_unit_test(a_night_of_changing_clocks_is_an_hour_longer_or_shorter),
		cmocka_unit_test(jobs_are_sent_in_each_owners_own_evening),
		cmocka_unit_test(
			a_window_that_has_begun_means_the_next_day_and_may_lie_outside_the_run),
	};
	return cmocka_run_group_tests_name("people: days", tests, NULL, NULL);
}
