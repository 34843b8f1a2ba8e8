/* test_threads.c - a guest with several threads, which take turns (vthreads.so). */
#include "tests/unit/guest/driver.h"

static const char story[] = "a eats\na eats\nb eats\na eats\nb eats\nb eats\n"
			    "half a second 0 500 ms\n"
			    "thread slept 500 ms\n"
			    "thread slept 1000 ms\n"
			    "thread slept 1000 ms\n"
			    "thread 0 0 ms\n"
			    "ETIMEDOUT realtime 0 7000 ms\n"
			    "ETIMEDOUT monotonic 0 3000 ms\n"
			    "semaphore -1 ETIMEDOUT 2000 ms\n"
			    "recursive 0\n"
			    "held EBUSY\n"
			    "reader 0 2000 ms\n"
			    "rounds 800\n";

static void run(struct rig *rig)
{
	rig_init(rig);
	rig->options.threads = true;
	rig_must_start(rig, WORDS("threads"));
	for (int i = 0; i < 1000 && guest_alive(rig->guest); i++)
		(void)guest_turn(rig->guest, i == 0 ? SIM_S : guest_now(rig->guest),
				 SIM_H);
}

static void threads_wait_for_each_other_and_for_virtual_time(void **state)
{
	struct rig rig;

	(void)state;
	run(&rig);
	assert_string_equal(rig_said(&rig), story);
	assert_string_equal(guest_status(rig.guest), "exit status 0");
	assert_string_equal(guest_refused(rig.guest), "");
	rig_fini(&rig);
}

static void threads_run_the_same_way_each_time(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++) {
		struct rig rig;

		run(&rig);
		assert_string_equal(rig_said(&rig), story);
		rig_fini(&rig);
	}
}

/* One thread is out of its wait at each hand-over, so time passes once for all of them. */
static void a_horizon_holds_for_every_thread(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig.options.threads = true;
	rig_must_start(&rig, WORDS("threads"));
	assert_int_equal(guest_turn(rig.guest, SIM_S, SIM_S + 400 * SIM_MS), GUEST_RESTS);
	assert_int_equal(guest_now(rig.guest), SIM_S + 400 * SIM_MS);
	assert_int_equal(guest_wake(rig.guest), SIM_S + 500 * SIM_MS);
	rig_fini(&rig);
}

static void without_being_asked_for_a_thread_is_refused(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_must_start(&rig, WORDS("pthread_create"));
	(void)guest_turn(rig.guest, SIM_S, SIM_S);
	assert_string_equal(rig_said(&rig),
			    "jobjam: pthread_create is not virtualised\nEAGAIN\n");
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_wait_for_each_other_and_for_virtual_time),
		cmocka_unit_test(threads_run_the_same_way_each_time),
		cmocka_unit_test(a_horizon_holds_for_every_thread),
		cmocka_unit_test(without_being_asked_for_a_thread_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
