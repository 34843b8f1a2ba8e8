/* test_clock.c - every door to the time tells virtual time, and nothing else. */
#include "tests/unit/guest/driver.h"

static void each_clock_id_tells_virtual_time(void **state)
{
	(void)state;
	assert_probe_says(false, WORDS("clock_gettime"),
			  "0 1692025205.000000000\n" /* realtime */
			  "1 1005.000000000\n"       /* monotonic */
			  "2 5.000000000\n"          /* processor time of the process */
			  "3 5.000000000\n"          /* … of the thread */
			  "4 1005.000000000\n"
			  "5 1692025205.000000000\n"
			  "6 1005.000000000\n"
			  "7 1005.000000000\n" /* boottime */
			  "8 1692025205.000000000\n"
			  "9 1005.000000000\n"
			  "10 EINVAL\n"
			  "11 1692025205.000000000\n" /* TAI */
			  "12 EINVAL\n"
			  "99 EINVAL\n"
			  "-2 5.000000000\n" /* its own, by number */
			  "-6 5.000000000\n"
			  "-5 EINVAL\n"); /* an open device */
}

static void clock_getres_answers_for_known_clocks(void **state)
{
	(void)state;
	assert_probe_says(false, WORDS("clock_getres"), "0 0.000000001\n0\n-1 EINVAL\n");
}

static void time_tells_virtual_time(void **state)
{
	(void)state;
	assert_probe_says(false, WORDS("time"), "1692025205 1692025205 1692025205\n");
}

static void gettimeofday_tells_virtual_time(void **state)
{
	(void)state;
	assert_probe_says(false, WORDS("gettimeofday"), "0 1692025205.000000\n");
}

static void timespec_get_tells_virtual_time(void **state)
{
	(void)state;
	assert_probe_says(false, WORDS("timespec_get"), "1 1692025205.000000000\n0\n");
}

static void processor_time_is_virtual_time(void **state)
{
	(void)state;
	assert_probe_says(false, WORDS("clock"),
			  "clock 5000000\ntimes 100500 user 500\n");
}

static void the_hosts_clock_cannot_be_set(void **state)
{
	(void)state;
	assert_probe_says(false, WORDS("clock_settime"),
			  "jobjam: clock_settime is not virtualised\n"
			  "jobjam: settimeofday is not virtualised\n"
			  "clock_settime -1 EPERM 0 ms\n"
			  "settimeofday -1 EPERM 0 ms\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_clock_id_tells_virtual_time),
		cmocka_unit_test(clock_getres_answers_for_known_clocks),
		cmocka_unit_test(time_tells_virtual_time),
		cmocka_unit_test(gettimeofday_tells_virtual_time),
		cmocka_unit_test(timespec_get_tells_virtual_time),
		cmocka_unit_test(processor_time_is_virtual_time),
		cmocka_unit_test(the_hosts_clock_cannot_be_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
