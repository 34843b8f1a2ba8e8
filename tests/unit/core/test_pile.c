/* What waits in one place: counted, told when it really waits, weighed when it leaves. */
#include "tests/testing.h"

#include "sim/core/pile.h"

#include <string.h>

static struct clock the_clock;
static struct queue *the_queue;
static struct trace *the_trace;
static struct pile pile;

static int setup(void **state)
{
	(void)state;
	the_clock = (struct clock){0};
	the_queue = queue_new();
	the_trace = trace_new(&the_clock, TRACE_STORY);
	pile_init(&pile, the_trace, the_queue, "printer/001", PLACE_SESSION, 2);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	pile_fini(&pile);
	trace_free(the_trace);
	queue_free(the_queue);
	return 0;
}

static void run_to(sim_ns until)
{
	while (queue_next_due(the_queue) <= until) {
		the_clock.now = queue_next_due(the_queue);
		queue_run_one(the_queue, the_clock.now);
	}
	the_clock.now = until;
}

static size_t told(enum trace_kind kind)
{
	size_t n = 0;
	for (size_t i = 0; i < trace_count(the_trace); i++)
		n += trace_at(the_trace, i)->kind == kind;
	return n;
}

static const struct trace_event *last(enum trace_kind kind)
{
	for (size_t i = trace_count(the_trace); i > 0; i--)
		if (trace_at(the_trace, i - 1)->kind == kind)
			return trace_at(the_trace, i - 1);
	fail_msg("no such event");
	return NULL;
}

static pile_ticket enter(void)
{
	return pile_enter(&pile, the_clock.now, 100, 0);
}

static void leave(pile_ticket ticket)
{
	pile_release(&pile, the_clock.now, ticket, 0);
}

static void what_only_passes_is_not_told(void **state)
{
	(void)state;
	pile_ticket a = enter(), b = enter(), c = enter();
	leave(b);
	leave(a);
	leave(c);
	run_to(SIM_H);
	assert_int_equal(trace_count(the_trace), 0);
	assert_int_equal(queue_count(the_queue), 0);
}

static void one_alone_may_wait_for_ever_unless_it_should_never_lie_there(void **state)
{
	(void)state;
	enter();
	run_to(SIM_H);
	assert_int_equal(trace_count(the_trace), 0);
	pile_fini(&pile);
	pile_init(&pile, the_trace, the_queue, "broker", PLACE_RETAINED, 1);
	enter();
	run_to(2 * SIM_H);
	assert_int_equal(trace_int(last(KIND_BACKLOG_DEPTH), "depth", 0), 1);
	assert_string_equal(trace_text(last(KIND_BACKLOG_DEPTH), "place", ""),
			    "retained");
}

static void depth_age_and_bytes_are_told_after_a_second(void **state)
{
	(void)state;
	enter();
	run_to(10 * SIM_S);
	enter();
	const struct trace_event *depth = last(KIND_BACKLOG_DEPTH);
	assert_int_equal(trace_int(depth, "depth", 0), 2);
	assert_int_equal(trace_int(depth, "oldest_for_ns", 0), 10 * SIM_S);
	assert_int_equal(trace_int(depth, "bytes", 0), 200);
	enter();
	assert_int_equal(told(KIND_BACKLOG_DEPTH), 2);
}

static void a_large_pile_is_told_by_eighths(void **state)
{
	(void)state;
	enter();
	run_to(2 * SIM_S);
	for (int i = 1; i < 1000; i++)
		enter();
	size_t n = told(KIND_BACKLOG_DEPTH);
	assert_in_range(n, 64, 64 + 30);
	assert_true(trace_int(last(KIND_BACKLOG_DEPTH), "depth", 0) > 1000 * 8 / 9);
}

static void the_release_has_a_histogram_a_burst_and_the_lost_ones(void **state)
{
	pile_ticket tickets[8];
	(void)state;
	tickets[0] = enter();
	run_to(7 * SIM_H);
	tickets[1] = enter();
	run_to(7 * SIM_H + 5 * SIM_MIN);
	for (int i = 2; i < 8; i++)
		tickets[i] = enter();
	run_to(7 * SIM_H + 6 * SIM_MIN);
	for (int i = 0; i < 5; i++)
		leave(tickets[i]);
	leave(tickets[2]); /* gone already */
	pile_lose(&pile, the_clock.now, tickets[5], 0);
	run_to(the_clock.now + 10 * SIM_S + 1);
	leave(tickets[6]);
	assert_int_equal(told(KIND_BACKLOG_DRAINED), 0);
	leave(tickets[7]);
	const struct trace_event *drained = last(KIND_BACKLOG_DRAINED);
	assert_int_equal(trace_int(drained, "peak", 0), 8);
	assert_int_equal(trace_int(drained, "released", 0), 7);
	assert_int_equal(trace_int(drained, "lost", 0), 1);
	assert_int_equal(trace_int(drained, "burst", 0), 5); /* not the two of later */
	assert_int_equal(trace_int(drained, "oldest_for_ns", 0), 7 * SIM_H + 6 * SIM_MIN);
	/* 1 s, 10 s, 1 min, 10 min, 1 h, 6 h, more */
	assert_string_equal(trace_text(drained, "ages", ""), "0 0 3 3 0 0 1");
	assert_int_equal(trace_int(drained, "took_for_ns", 0),
			 7 * SIM_H + 6 * SIM_MIN + 10 * SIM_S + 1);
}

static void the_last_one_may_stay_a_minute_longer_and_no_more(void **state)
{
	(void)state;
	pile_ticket a = enter();
	enter();
	run_to(SIM_MIN);
	leave(a);
	assert_int_equal(told(KIND_BACKLOG_DRAINED), 0);
	run_to(2 * SIM_MIN - 1);
	assert_int_equal(told(KIND_BACKLOG_DRAINED), 0);
	run_to(2 * SIM_MIN);
	assert_int_equal(trace_int(last(KIND_BACKLOG_DRAINED), "released", 0), 1);
	run_to(SIM_H);
	assert_int_equal(told(KIND_BACKLOG_DRAINED), 1);
}

static void a_new_episode_counts_anew(void **state)
{
	(void)state;
	for (int episode = 1; episode <= 2; episode++) {
		pile_ticket a = enter(), b = enter();
		run_to(the_clock.now + SIM_MIN);
		leave(a);
		leave(b);
		assert_int_equal(told(KIND_BACKLOG_DRAINED), episode);
		assert_int_equal(trace_int(last(KIND_BACKLOG_DRAINED), "released", 0), 2);
	}
}

static void losing_all_leaves_nothing(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++)
		enter();
	run_to(SIM_MIN);
	assert_int_equal(pile_lose_all(&pile, the_clock.now, 0), 100);
	assert_null(pile_oldest(&pile));
	assert_int_equal(trace_int(last(KIND_BACKLOG_DRAINED), "lost", 0), 100);
	assert_int_equal(trace_int(last(KIND_BACKLOG_DRAINED), "released", 0), 0);
}

/* The array is used again and again, and tickets never name somebody else. */
static void a_million_pass_in_the_room_of_a_few(void **state)
{
	pile_ticket window[16] = {0};
	(void)state;
	for (int i = 0; i < 1000000; i++) {
		leave(window[i % 16]);
		leave(window[i % 16]);
		window[i % 16] = enter();
		assert_true(pile_holds(&pile, window[i % 16]));
	}
	assert_int_equal(pile.depth, 16);
	assert_true(pile.capacity <= 128);
}

static void ages_belong_to_the_class_whose_bound_they_reach(void **state)
{
	(void)state;
	assert_int_equal(pile_age_class(0), 0);
	assert_int_equal(pile_age_class(SIM_S), 0);
	assert_int_equal(pile_age_class(SIM_S + 1), 1);
	assert_int_equal(pile_age_class(6 * SIM_H), 5);
	assert_int_equal(pile_age_class(6 * SIM_H + 1), 6);
}

static void every_place_has_its_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_PLACES; i++) {
		const struct place_words *words = place_words(i);
		assert_int_equal(place_find(words->name), i);
		assert_true(strlen(words->words) > 0 && strlen(words->what) > 0);
		assert_true(strlen(words->bound) > 0 && strlen(words->release) > 0);
		assert_string_equal(place_choices[i + 1], words->name);
	}
	assert_null(place_choices[N_PLACES + 1]);
	assert_null(place_words(N_PLACES));
	assert_int_equal(place_find("nowhere"), N_PLACES);
}

#define PILE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PILE_TEST(what_only_passes_is_not_told),
		PILE_TEST(one_alone_may_wait_for_ever_unless_it_should_never_lie_there),
		PILE_TEST(depth_age_and_bytes_are_told_after_a_second),
		PILE_TEST(a_large_pile_is_told_by_eighths),
		PILE_TEST(the_release_has_a_histogram_a_burst_and_the_lost_ones),
		PILE_TEST(the_last_one_may_stay_a_minute_longer_and_no_more),
		PILE_TEST(a_new_episode_counts_anew),
		PILE_TEST(losing_all_leaves_nothing),
		PILE_TEST(a_million_pass_in_the_room_of_a_few),
		PILE_TEST(ages_belong_to_the_class_whose_bound_they_reach),
		PILE_TEST(every_place_has_its_words),
	};
	return cmocka_run_group_tests_name("core: piles", tests, NULL, NULL);
}
