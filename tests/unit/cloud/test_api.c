/* The API: capacity, queue, shedding, and load from outside. */
#include "tests/testing.h"

#include "tests/unit/cloud/bench.h"

/* Two workers of one second each, three places to wait. */
#define SMALL "api_workers=2 api_service_time=1s api_queue=3"

static void quick(struct bench *b)
{
	call(b, &(struct cloud_call){.op = CLOUD_SUBMIT, .job = "a", .file = "b"});
}

static void a_call_takes_the_service_time_when_nothing_waits(void **state)
{
	(void)state;
	struct bench *b = bench_up(SMALL);
	sim_ns at = b->clock.now;
	quick(b);
	assert_int_equal(b->answers, 0);
	run_for(b, SIM_MIN);
	assert_int_equal(b->oks, 1);
	assert_int_equal(b->last_at, at + SIM_S);
	bench_free(b);
}

static void what_is_beyond_workers_and_queue_is_shed_at_once(void **state)
{
	(void)state;
	struct bench *b = bench_up(SMALL);
	sim_ns at = b->clock.now;
	for (int i = 0; i < 8; i++)
		quick(b);
	assert_int_equal(b->answers, 3);
	assert_int_equal(b->oks, 0);
	assert_string_equal(b->last_reason, "busy");
	assert_int_equal(cloud_counts(b->cloud).shed, 3);
	assert_int_equal(events(b, KIND_API_SHED), 3);
	run_for(b, SIM_MIN);
	assert_int_equal(b->oks, 5);
	/* The fifth waits until three halves of a second of work before it are done. */
	assert_int_equal(b->last_at, at + 2 * SIM_S + SIM_S / 2);
	assert_int_equal(trace_int(last_event(b, KIND_BACKLOG_DEPTH), "depth", 0), 3);
	assert_int_equal(trace_int(last_event(b, KIND_BACKLOG_DRAINED), "peak", 0), 3);
	bench_free(b);
}

static void ages_are(const struct bench *b, int released, int lost, const char *ages)
{
	const struct trace_event *drained = last_event(b, KIND_BACKLOG_DRAINED);
	assert_int_equal(trace_int(drained, "released", -1), released);
	assert_int_equal(trace_int(drained, "lost", -1), lost);
	assert_string_equal(trace_text(drained, "ages", ""), ages);
}

static void what_waited_for_a_worker_has_a_histogram_of_ages(void **state)
{
	(void)state;
	struct bench *b = bench_up(SMALL);
	for (int i = 0; i < 8; i++)
		quick(b);
	run_for(b, SIM_MIN);
	/* Two found a worker; three waited 0.5, 1 and 1.5 s; three were shed. */
	ages_are(b, 3, 3, "2 1 0 0 0 0 0");
	assert_int_equal(trace_int(last_event(b, KIND_BACKLOG_DRAINED), "oldest_for_ns",
				   0),
			 3 * SIM_S / 2);
	for (int i = 0; i < 4; i++) /* and nothing of that is counted again */
		quick(b);
	run_for(b, SIM_MIN);
	ages_are(b, 2, 0, "2 0 0 0 0 0 0");
	bench_free(b);
}

/* One worker of a second, two foreign calls a second: the queue grows by one a second. */
static void foreign_calls_that_waited_are_in_the_histogram_too(void **state)
{
	(void)state;
	struct bench *b = bench_up("api_workers=1 api_service_time=1s api_queue=99");
	cloud_foreign_load(b->cloud, b->clock.now, 2, 71 * SIM_S, 0);
	run_for(b, 10 * SIM_MIN);
	/* From the second second on two a second wait evenly up to 70 s. */
	ages_are(b, 140, 0, "2 18 100 20 0 0 0");
	const struct trace_event *drained = last_event(b, KIND_BACKLOG_DRAINED);
	assert_int_equal(trace_int(drained, "burst", 0), 10);
	assert_int_equal(trace_int(drained, "oldest_for_ns", 0), 70 * SIM_S);
	bench_free(b);
}

/* Full after 4 s; then one of two gets in and waits as long as all do. */
static void a_full_api_counts_whom_it_turns_away(void **state)
{
	(void)state;
	struct bench *b = bench_up("api_workers=1 api_service_time=1s api_queue=3");
	cloud_foreign_load(b->cloud, b->clock.now, 2, 24 * SIM_S, 0);
	run_for(b, 10 * SIM_MIN);
	ages_are(b, 26, 20, "2 24 0 0 0 0 0");
	bench_free(b);
}

static void capacity_comes_back_as_work_is_done(void **state)
{
	(void)state;
	struct bench *b = bench_up(SMALL);
	for (int i = 0; i < 60; i++) {
		quick(b);
		run_for(b, SIM_S / 2);
	}
	run_for(b, SIM_MIN);
	assert_int_equal(b->oks, 60); /* two a second is just what it can do */
	for (int i = 0; i < 60; i++) {
		quick(b);
		run_for(b, SIM_S / 4);
	}
	run_for(b, SIM_MIN);
	/* Four a second: half of them, and the five places. */
	assert_in_range(b->oks - 60, 30, 36);
	bench_free(b);
}

static void foreign_load_beyond_capacity_sheds_most_of_ours_and_passes(void **state)
{
	(void)state;
	struct bench *b = bench_up(SMALL);
	cloud_foreign_load(b->cloud, b->clock.now, 20, 30 * SIM_MIN, 0);
	run_for(b, SIM_MIN);
	for (int i = 0; i < 1000; i++) {
		quick(b);
		run_for(b, SIM_S);
	}
	/* One call in ten finds a place: 2 of 20 a second are served. */
	assert_in_range(b->oks, 70, 135);
	run_for(b, 20 * SIM_MIN);
	int shed = (int)cloud_counts(b->cloud).shed;
	quick(b);
	run_for(b, SIM_MIN);
	assert_int_equal(cloud_counts(b->cloud).shed, shed);
	assert_true(events(b, KIND_BACKLOG_DRAINED) == 1);
	bench_free(b);
}

static void foreign_load_within_capacity_only_warms_it(void **state)
{
	(void)state;
	struct bench *b = bench_up(SMALL);
	cloud_foreign_load(b->cloud, b->clock.now, 1, SIM_H, 0);
	for (int i = 0; i < 50; i++) {
		quick(b);
		run_for(b, 2 * SIM_S);
	}
	assert_int_equal(b->oks, 50);
	assert_int_equal(events(b, KIND_API_SHED), 0);
	bench_free(b);
}

static void a_stopped_service_answers_unavailable_also_to_what_it_had_taken(void **state)
{
	(void)state;
	struct bench *b = bench_up(SMALL);
	for (int i = 0; i < 4; i++)
		quick(b);
	cloud_restart(b->cloud, b->clock.now, SIM_MIN, 0);
	assert_int_equal(b->answers, 4);
	assert_int_equal(b->oks, 0);
	run_for(b, 2 * SIM_MIN);
	assert_int_equal(cloud_counts(b->cloud).jobs, 0);
	bench_free(b);
}

static void a_service_may_be_freed_with_calls_in_it(void **state)
{
	(void)state;
	struct bench *b = bench_up(SMALL);
	cloud_foreign_load(b->cloud, b->clock.now, 100, SIM_H, 0);
	for (int i = 0; i < 4; i++)
		quick(b);
	int answers = b->answers;
	bench_free(b);
	(void)answers;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_takes_the_service_time_when_nothing_waits),
		cmocka_unit_test(what_is_beyond_workers_and_queue_is_shed_at_once),
		cmocka_unit_test(what_waited_for_a_worker_has_a_histogram_of_ages),
		cmocka_unit_test(foreign_calls_that_waited_are_in_the_histogram_too),
		cmocka_unit_test(a_full_api_counts_whom_it_turns_away),
		cmocka_unit_test(capacity_comes_back_as_work_is_done),
		cmocka_unit_test(
			foreign_load_beyond_capacity_sheds_most_of_ours_and_passes),
		cmocka_unit_test(foreign_load_within_capacity_only_warms_it),
		cmocka_unit_test(
			a_stopped_service_answers_unavailable_also_to_what_it_had_taken),
		cmocka_unit_test(a_service_may_be_freed_with_calls_in_it),
	};
	return cmocka_run_group_tests_name("cloud: api", tests, NULL, NULL);
}
