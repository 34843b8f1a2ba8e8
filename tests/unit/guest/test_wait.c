/* test_wait.c - every wait takes virtual time only, and knows what is ready. */
#include "tests/unit/guest/driver.h"

/* Times of 1.5 s that begin at 5 s end at 7 s where they are rounded to the tick. What
 * follows begins on a whole second, so that it ends at 9 s. */

static void epoll_wait_takes_virtual_time_only(void **state)
{
	(void)state;
	assert_probe_says(
		true, WORDS("epoll_wait"),
		"nothing 0 1500 ms\nlook 0 0 ms\nready 1 0 ms\nbad -1 EBADF 0 ms\n");
	assert_probe_says(
		false, WORDS("epoll_wait"),
		"nothing 0 2000 ms\nlook 0 0 ms\nready 1 0 ms\nbad -1 EBADF 0 ms\n");
}

static void epoll_pwait_keeps_to_its_mask(void **state)
{
	(void)state;
	assert_probe_says(true, WORDS("epoll_pwait"),
			  "nothing 0 1500 ms\nraised, held back\n"
			  "masked 0 1500 ms\n"
			  "handler ran\nopen -1 EINTR 0 ms\nagain 0 1500 ms\n");
}

static void epoll_pwait2_takes_virtual_time_only(void **state)
{
	(void)state;
	assert_probe_says(true, WORDS("epoll_pwait2"),
			  "nothing 0 1500.000001 ms\nlook 0 0 ms\nbad -1 EINVAL 0 ms\n"
			  "ready 1 0 ms\n");
}

static void poll_takes_virtual_time_only(void **state)
{
	(void)state;
	assert_probe_says(
		true, WORDS("poll"),
		"nothing 0 1500 ms\nlook 0 0 ms\nsleep 0 1500 ms\nready 1 0 ms\n"
		"revents 1\n");
}

static void a_wait_for_nothing_at_all_is_not_rounded(void **state)
{
	(void)state;
	assert_probe_says(
		false, WORDS("poll"),
		"nothing 0 2000 ms\nlook 0 0 ms\nsleep 0 1500 ms\nready 1 0 ms\n"
		"revents 1\n");
}

static void ppoll_keeps_to_its_mask(void **state)
{
	(void)state;
	assert_probe_says(true, WORDS("ppoll"),
			  "nothing 0 1500 ms\nbad -1 EINVAL 0 ms\nhandler ran\n"
			  "open -1 EINTR 0 ms\nready 1 0 ms\n");
}

static void select_takes_virtual_time_only(void **state)
{
	(void)state;
	assert_probe_says(true, WORDS("select"),
			  "nothing 0 1500 ms\n  set 0 left 0.000000\n"
			  "look 0 0 ms\n  set 0 left 0.000000\n"
			  "sleep 0 1500 ms\n"
			  "ready 1 0 ms\n  set 1 left 7.000000\n"
			  "ready 1 0 ms\n  set 1\n");
}

static void pselect_keeps_to_its_mask(void **state)
{
	(void)state;
	assert_probe_says(
		true, WORDS("pselect"),
		"nothing 0 1500 ms\nhandler ran\nopen -1 EINTR 0 ms\nready 1 0 ms\n");
}

static void hardened_polls_are_polls_that_keep_bounds(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_must_start(&rig, WORDS("poll_chk"));
	assert_int_equal(guest_turn(rig.guest, 5 * SIM_S, SIM_DAY), GUEST_ENDED);
	assert_string_equal(rig_said(&rig), "poll 0 2000 ms\nppoll 0 2000 ms\n"
					    "jobjam: buffer overflow detected in poll\n");
	assert_string_equal(guest_status(rig.guest), "signal 6");
	rig_fini(&rig);
}

static void sleep_takes_virtual_time_only(void **state)
{
	(void)state;
	assert_probe_says(false, WORDS("sleep"),
			  "sleep 0 7200000 ms\nthrd_sleep 0 2000 ms\n");
}

static void usleep_takes_virtual_time_only(void **state)
{
	(void)state;
	assert_probe_says(false, WORDS("usleep"), "short 0 0.001 ms\nlong 0 2500 ms\n");
}

static void nanosleep_takes_virtual_time_only(void **state)
{
	(void)state;
	assert_probe_says(false, WORDS("nanosleep"),
			  "hour 0 3600001 ms\nbad -1 EINVAL 0 ms\n");
}

static void clock_nanosleep_sleeps_for_and_until(void **state)
{
	(void)state;
	/* 22 is EINVAL: this call answers the error itself. */
	assert_probe_says(
		false, WORDS("clock_nanosleep"),
		"relative 0 2500 ms\nmonotonic 0 3000 ms\nboottime 0 3000 ms\n"
		"realtime 0 3000 ms\npast 0 0 ms\nthread 22 0 ms\nunknown 22 0 ms\n");
}

/* --- signals --- */

static void a_signal_interrupts_every_kind_of_wait(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_must_start(&rig, WORDS("signals"));
	for (int i = 1; i <= 8; i++) {
		assert_true(guest_alive(rig.guest));
		(void)guest_turn(rig.guest, i * SIM_S, i * SIM_S);
		guest_signal(rig.guest, SIGUSR1);
	}
	assert_string_equal(rig_said(&rig), "handler ran\npoll -1 EINTR 1000 ms\n"
					    "handler ran\nepoll_wait -1 EINTR 1000 ms\n"
					    "handler ran\nselect -1 EINTR 1000 ms\n"
					    "handler ran\npause -1 EINTR 1000 ms\n"
					    "handler ran\nsigsuspend -1 EINTR 1000 ms\n"
					    "handler ran\nnanosleep -1 EINTR 1000 ms\n"
					    "left 3599.000000000\n"
					    "handler ran\nsleep 3599 1000 ms\n");
	assert_string_equal(guest_status(rig.guest), "exit status 0");
	rig_fini(&rig);
}

static void an_ignored_signal_interrupts_nothing(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_must_start(&rig, WORDS("signals"));
	(void)guest_turn(rig.guest, SIM_S, SIM_S);
	guest_signal(rig.guest, SIGUSR2);
	assert_int_equal(guest_turn(rig.guest, 2 * SIM_S, 2 * SIM_S), GUEST_RESTS);
	assert_string_equal(rig_said(&rig), "");
	rig_fini(&rig);
}

static void a_blocked_signal_waits_for_the_wait_to_end(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_must_start(&rig, WORDS("mask"));
	(void)guest_turn(rig.guest, SIM_S, SIM_S);
	guest_signal(rig.guest, SIGUSR1);
	assert_int_equal(guest_turn(rig.guest, 2 * SIM_S, 2 * SIM_S), GUEST_RESTS);
	assert_int_equal(guest_turn(rig.guest, 2 * SIM_S, SIM_MIN), GUEST_ENDED);
	assert_string_equal(rig_said(&rig), "poll 0 5000 ms\nhandler ran\nopen\n");
	rig_fini(&rig);
}

/* --- turns --- */

static void a_guest_rests_at_the_horizon_and_tells_its_wake(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_must_start(&rig, WORDS("sleep"));
	assert_int_equal(guest_turn(rig.guest, SIM_S, SIM_S), GUEST_RESTS);
	assert_true(guest_now(rig.guest) == SIM_S);
	assert_true(guest_wake(rig.guest) == SIM_S + 2 * SIM_H);
	assert_int_equal(guest_turn(rig.guest, SIM_S, SIM_H), GUEST_RESTS);
	assert_true(guest_now(rig.guest) == SIM_H);
	assert_true(guest_wake(rig.guest) == SIM_S + 2 * SIM_H);
	assert_true(guest_counts(rig.guest).idle_steps == 0);
	rig_fini(&rig);
}

static void a_guest_without_a_deadline_never_wakes(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_must_start(&rig, WORDS("rest"));
	assert_int_equal(guest_turn(rig.guest, SIM_S, SIM_H), GUEST_RESTS);
	assert_true(guest_wake(rig.guest) == SIM_NEVER);
	assert_true(guest_now(rig.guest) == SIM_H);
	rig_fini(&rig);
}

static void a_restarted_guest_is_born_later(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig.options.start_at = 7 * SIM_S;
	rig_must_start(&rig, WORDS("time"));
	assert_true(guest_now(rig.guest) == 7 * SIM_S);
	assert_int_equal(guest_turn(rig.guest, 7 * SIM_S, 8 * SIM_S), GUEST_ENDED);
	assert_string_equal(rig_said(&rig), "1692025207 1692025207 1692025207\n");
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(epoll_wait_takes_virtual_time_only),
		cmocka_unit_test(epoll_pwait_keeps_to_its_mask),
		cmocka_unit_test(epoll_pwait2_takes_virtual_time_only),
		cmocka_unit_test(poll_takes_virtual_time_only),
		cmocka_unit_test(a_wait_for_nothing_at_all_is_not_rounded),
		cmocka_unit_test(ppoll_keeps_to_its_mask),
		cmocka_unit_test(select_takes_virtual_time_only),
		cmocka_unit_test(pselect_keeps_to_its_mask),
		cmocka_unit_test(hardened_polls_are_polls_that_keep_bounds),
		cmocka_unit_test(sleep_takes_virtual_time_only),
		cmocka_unit_test(usleep_takes_virtual_time_only),
		cmocka_unit_test(nanosleep_takes_virtual_time_only),
		cmocka_unit_test(clock_nanosleep_sleeps_for_and_until),
		cmocka_unit_test(a_signal_interrupts_every_kind_of_wait),
		cmocka_unit_test(an_ignored_signal_interrupts_nothing),
		cmocka_unit_test(a_blocked_signal_waits_for_the_wait_to_end),
		cmocka_unit_test(a_guest_rests_at_the_horizon_and_tells_its_wake),
		cmocka_unit_test(a_guest_without_a_deadline_never_wakes),
		cmocka_unit_test(a_restarted_guest_is_born_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
