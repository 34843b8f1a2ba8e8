/* test_refuse.c - what cannot be virtualised is refused by name; chance is the seed's. */
#include "tests/unit/guest/driver.h"

/* The probe asks, is told no, says so on its output, and the simulator knows the name. */
static void assert_refused(const char *probe, const char *name, const char *should)
{
	struct rig rig;

	rig_init(&rig);
	rig_must_start(&rig, WORDS(probe));
	assert_string_equal(guest_refused(rig.guest), "");
	assert_int_equal(guest_turn(rig.guest, 0, SIM_H), GUEST_ENDED);
	assert_string_equal(rig_said(&rig), should);
	assert_string_equal(guest_refused(rig.guest), name);
	assert_true(guest_counts(rig.guest).refusals > 0);
	rig_fini(&rig);
}

static void timerfd_is_refused_by_name(void **state)
{
	(void)state;
	assert_refused("timerfd_create", "timerfd_create",
		       "jobjam: timerfd_create is not virtualised\n"
		       "timerfd_create -1 ENOSYS 0 ms\n");
}

static void timer_create_is_refused_by_name(void **state)
{
	(void)state;
	assert_refused("timer_create", "timer_create",
		       "jobjam: timer_create is not virtualised\n"
		       "timer_create -1 ENOSYS 0 ms\n");
}

static void alarm_is_refused_by_name_but_may_be_cleared(void **state)
{
	(void)state;
	assert_refused("alarm", "alarm",
		       "jobjam: alarm is not virtualised\n"
		       "clear 0 0 ms\nset -1 ENOSYS 0 ms\n");
}

static void ualarm_is_refused_by_name_but_may_be_cleared(void **state)
{
	(void)state;
	assert_refused("ualarm", "ualarm",
		       "jobjam: ualarm is not virtualised\n"
		       "clear 0 0 ms\nset -1 ENOSYS 0 ms\n");
}

static void setitimer_is_refused_by_name_but_may_be_cleared(void **state)
{
	(void)state;
	assert_refused("setitimer", "setitimer",
		       "jobjam: setitimer is not virtualised\n"
		       "clear 0 0 ms\nold 0\nset -1 ENOSYS 0 ms\n");
}

static void a_thread_is_refused_by_name(void **state)
{
	(void)state;
	assert_refused("pthread_create", "pthread_create",
		       "jobjam: pthread_create is not virtualised\nEAGAIN\n");
}

static void a_child_process_is_refused_by_name(void **state)
{
	(void)state;
	assert_refused("fork", "fork",
		       "jobjam: fork is not virtualised\n"
		       "jobjam: system is not virtualised\n"
		       "fork -1 ENOSYS 0 ms\nsystem -1 ENOSYS 0 ms\n");
}

/* --- chance --- */

static void said_with_seed(const char *probe, uint64_t seed, char *ret_said, size_t size)
{
	struct rig rig;

	rig_init(&rig);
	rig.options.seed = seed;
	rig_must_start(&rig, WORDS(probe));
	assert_int_equal(guest_turn(rig.guest, SIM_S, SIM_S), GUEST_ENDED);
	assert_true(strlen(rig_said(&rig)) < size);
	memcpy(ret_said, rig.said, strlen(rig.said) + 1);
	rig_fini(&rig);
}

static void random_bytes_come_from_the_seed(void **state)
{
	char first[512], second[512];

	(void)state;
	/* The published first outputs of SplitMix64 for seed 0. */
	said_with_seed("getrandom", 0, first, sizeof(first));
	assert_string_equal(first, "getrandom 12 afcd1d7b39a820e2f465b9a1\n"
				   "getentropy 0 4f450980185dc406ec814c72\n"
				   "too much -1 EIO 0 ms\n"
				   "bad flag -1 EINVAL 0 ms\n");
	said_with_seed("getrandom", 1, second, sizeof(second));
	assert_string_not_equal(first, second);
}

static void arc4random_comes_from_the_seed(void **state)
{
	char first[512], again[512], other[512];

	(void)state;
	said_with_seed("arc4random", 7, first, sizeof(first));
	said_with_seed("arc4random", 7, again, sizeof(again));
	said_with_seed("arc4random", 8, other, sizeof(other));
	assert_string_equal(first, again);
	assert_string_not_equal(first, other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timerfd_is_refused_by_name),
		cmocka_unit_test(timer_create_is_refused_by_name),
		cmocka_unit_test(alarm_is_refused_by_name_but_may_be_cleared),
		cmocka_unit_test(ualarm_is_refused_by_name_but_may_be_cleared),
		cmocka_unit_test(setitimer_is_refused_by_name_but_may_be_cleared),
		cmocka_unit_test(a_thread_is_refused_by_name),
		cmocka_unit_test(a_child_process_is_refused_by_name),
		cmocka_unit_test(random_bytes_come_from_the_seed),
		cmocka_unit_test(arc4random_comes_from_the_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
