/* test_queue.c - the order in which events fire. */
#include "tests/testing.h"

#include "sim/core/chance.h"
#include "sim/core/queue.h"

/* What fired, in order. */
static struct {
	int tags[4096];
	sim_ns at[4096];
	size_t n;
} fired;

static struct queue *queue;

static int set_up(void **state)
{
	(void)state;
	fired.n = 0;
	queue = queue_new();
	return queue == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	queue_free(queue);
	return 0;
}

static void note(void *arg, sim_ns now)
{
	fired.tags[fired.n] = *(int *)arg;
	fired.at[fired.n++] = now;
}

static void run_all(void)
{
	while (queue_run_one(queue, SIM_NEVER))
		;
}

static void ties_fire_in_schedule_order(void **state)
{
	(void)state;
	static int tags[200];
	for (int i = 0; i < 200; i++) {
		tags[i] = i;
		queue_add(queue, i % 2 ? SIM_S : SIM_MS, note, &tags[i]);
	}
	run_all();
	for (int i = 0; i < 100; i++) {
		assert_int_equal(fired.tags[i], 2 * i);
		assert_int_equal(fired.tags[100 + i], 2 * i + 1);
	}
}

static void an_event_runs_at_its_own_instant(void **state)
{
	(void)state;
	static int tag = 1;
	queue_add(queue, 5, note, &tag);
	assert_int_equal(queue_next_due(queue), 5);
	assert_false(queue_run_one(queue, 4));
	assert_true(queue_run_one(queue, 1000));
	assert_int_equal(fired.at[0], 5);
	assert_int_equal(queue_next_due(queue), SIM_NEVER);
	assert_false(queue_run_one(queue, SIM_NEVER));
}

static struct queue_handle other;

static void cancel_other(void *arg, sim_ns now)
{
	note(arg, now);
	assert_true(queue_cancel(queue, &other));
}

static void a_callback_can_cancel_what_is_due_at_the_same_instant(void **state)
{
	(void)state;
	static int one = 1, two = 2, three = 3;
	queue_add(queue, 10, cancel_other, &one);
	other = queue_add(queue, 10, note, &two);
	queue_add(queue, 10, note, &three);
	run_all();
	assert_int_equal(fired.n, 2);
	assert_int_equal(fired.tags[1], 3);
}

static void cancel_self(void *arg, sim_ns now)
{
	note(arg, now);
	assert_false(queue_waiting(queue, other));
	assert_false(queue_cancel(queue, &other));
}

static void an_event_that_runs_is_no_longer_waiting(void **state)
{
	(void)state;
	static int one = 1;
	other = queue_add(queue, 10, cancel_self, &one);
	run_all();
	assert_int_equal(fired.n, 1);
}

static void again(void *arg, sim_ns now)
{
	note(arg, now);
	if (fired.n < 5)
		queue_add(queue, now, again, arg);
}

static void an_event_can_add_itself_again_at_the_same_instant(void **state)
{
	(void)state;
	static int one = 1, two = 2;
	queue_add(queue, 7, again, &one);
	queue_add(queue, 7, note, &two);
	run_all();
	assert_int_equal(fired.tags[1], 2); /* the second round comes after the first */
	assert_int_equal(fired.at[fired.n - 1], 7);
}

static void a_handle_stays_harmless_when_its_slot_is_used_again(void **state)
{
	(void)state;
	static int one = 1, two = 2;
	struct queue_handle first = queue_add(queue, 1, note, &one), copy = first;
	run_all();
	struct queue_handle second = queue_add(queue, 2, note, &two);
	assert_int_equal(second.slot, copy.slot);
	assert_false(queue_cancel(queue, &first));
	assert_int_equal(first.generation, 0);
	assert_false(queue_waiting(queue, copy));
	assert_true(queue_waiting(queue, second));
	struct queue_handle none = {0};
	assert_false(queue_cancel(queue, &none));
}

/* A model that cannot be wrong: look through everything for the least (due, number). */
static void random_adds_and_cancels_agree_with_a_plain_list(void **state)
{
	(void)state;
	enum {
		N = 3000
	};
	static struct {
		sim_ns due;
		bool waiting;
		struct queue_handle handle;
		int tag;
	} model[N];
	struct chance chance = chance_stream(7, "test", "queue");
	sim_ns now = 0;
	int added = 0;

	while (added < N || queue_count(queue) > 0) {
		int64_t what = added < N ? chance_int(&chance, 0, 9) : 9;
		if (what < 5) {
			model[added].tag = added;
			model[added].due = now + chance_int(&chance, 0, 20);
			model[added].waiting = true;
			model[added].handle = queue_add(queue, model[added].due, note,
							&model[added].tag);
			added++;
		} else if (what < 7 && added > 0) {
			int64_t i = chance_int(&chance, 0, added - 1);
			assert_int_equal(queue_waiting(queue, model[i].handle),
					 model[i].waiting);
			assert_int_equal(queue_cancel(queue, &model[i].handle),
					 model[i].waiting);
			model[i].waiting = false;
		} else {
			int first = -1;
			for (int i = 0; i < added; i++)
				if (model[i].waiting &&
				    (first < 0 || model[i].due < model[first].due))
					first = i;
			size_t before = fired.n;
			assert_int_equal(queue_run_one(queue, SIM_NEVER), first >= 0);
			if (first < 0)
				continue;
			assert_int_equal(fired.n, before + 1);
			assert_int_equal(fired.tags[before], first);
			model[first].waiting = false;
			now = model[first].due;
		}
	}
	assert_true(fired.n > N / 3);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ties_fire_in_schedule_order),
		TEST(an_event_runs_at_its_own_instant),
		TEST(a_callback_can_cancel_what_is_due_at_the_same_instant),
		TEST(an_event_that_runs_is_no_longer_waiting),
		TEST(an_event_can_add_itself_again_at_the_same_instant),
		TEST(a_handle_stays_harmless_when_its_slot_is_used_again),
		TEST(random_adds_and_cancels_agree_with_a_plain_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
