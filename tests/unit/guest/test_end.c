/* test_end.c - guests that end, spin, hang, lie, or lose their simulator. */
#include "tests/unit/guest/driver.h"

static void a_guest_that_ends_in_its_turn_is_noticed(void **state)
{
	const struct trace_event *event;
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_must_start(&rig, WORDS("last_words", "7", "later"));
	assert_true(guest_alive(rig.guest));
	assert_string_equal(guest_status(rig.guest), "");
	assert_int_equal(guest_turn(rig.guest, SIM_S, SIM_MIN), GUEST_ENDED);
	assert_false(guest_alive(rig.guest));
	assert_string_equal(guest_status(rig.guest), "exit status 7");
	assert_true(guest_wake(rig.guest) == SIM_NEVER);
	assert_int_equal(guest_turn(rig.guest, SIM_S, SIM_MIN), GUEST_ENDED);
	event = rig_event(&rig, KIND_GUEST_ENDED);
	assert_string_equal(trace_text(event, "status", ""), "exit status 7");
	assert_false(trace_bool(event, "asked", true));
	rig_fini(&rig);
}

static void a_guest_that_is_killed_while_it_rests_is_noticed(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_must_start(&rig, WORDS("rest"));
	assert_int_equal(kill(guest_pid(rig.guest), SIGSEGV), 0);
	assert_int_equal(guest_turn(rig.guest, SIM_S, SIM_MIN), GUEST_ENDED);
	assert_string_equal(guest_status(rig.guest), "signal 11");
	rig_fini(&rig);
}

static void a_guest_that_never_rests_is_stopped_by_the_watchdog(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig.options.watchdog_ms = 50;
	rig_must_start(&rig, WORDS("stuck", "later"));
	assert_int_equal(guest_turn(rig.guest, SIM_S, SIM_MIN), GUEST_STUCK);
	assert_false(guest_alive(rig.guest));
	assert_int_equal(kill(guest_pid(rig.guest), 0), -1);
	assert_string_equal(guest_status(rig.guest),
			    "stopped: no rest within 50 ms of real time");
	assert_int_equal(guest_turn(rig.guest, SIM_S, SIM_MIN), GUEST_STUCK);
	(void)rig_event(&rig, KIND_GUEST_ENDED);
	rig_fini(&rig);
}

static void a_guest_that_is_asked_to_stop_stops(void **state)
{
	const struct trace_event *event;
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_must_start(&rig, WORDS("rest"));
	guest_stop(rig.guest);
	assert_false(guest_alive(rig.guest));
	assert_string_equal(guest_status(rig.guest), "signal 15");
	event = rig_event(&rig, KIND_GUEST_ENDED);
	assert_true(trace_bool(event, "asked", false));
	guest_stop(rig.guest); /* once more does nothing */
	(void)rig_event(&rig, KIND_GUEST_ENDED);
	rig_fini(&rig);
}

static void a_guest_that_will_not_stop_is_killed(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_must_start(&rig, WORDS("deaf"));
	guest_stop(rig.guest);
	assert_string_equal(guest_status(rig.guest),
			    "killed: it did not stop when asked");
	assert_int_equal(guest_turn(rig.guest, SIM_H, SIM_H), GUEST_ENDED);
	rig_fini(&rig);
}

/* --- spinning --- */

static void spin(const char *how, const char *ms, uint64_t should)
{
	const struct trace_event *last = NULL;
	char line[32];
	struct rig rig;
	size_t told = 0;

	rig_init(&rig);
	rig_must_start(&rig, WORDS("spin", how, ms));
	/* A horizon of nothing: the guest may not move its clock by itself. */
	for (int i = 0; guest_alive(rig.guest) && i < 100; i++) {
		sim_ns at = i == 0 ? 0 : guest_wake(rig.guest);

		if (guest_turn(rig.guest, at, at) == GUEST_RESTS) {
			assert_true(guest_now(rig.guest) == at);
			assert_true(guest_wake(rig.guest) > at);
		}
	}
	snprintf(line, sizeof(line), "%s ms\n", ms);
	assert_string_equal(rig_said(&rig), line);
	assert_int_equal(guest_counts(rig.guest).spins, should);
	for (size_t i = 0; i < trace_count(rig.trace); i++)
		if (trace_at(rig.trace, i)->kind == KIND_GUEST_SPUN) {
			last = trace_at(rig.trace, i);
			told++;
		}
	assert_int_equal(told, 3); /* the first, the second, the fourth */
	assert_int_equal(trace_int(last, "advanced_for_ns", 0), 4 * SIM_MS);
	rig_fini(&rig);
}

static void a_spinning_guest_is_moved_on(void **state)
{
	(void)state;
	spin("clock", "5", 5);
	spin("poll", "5", 5);
}

static void a_spinning_guest_moves_itself_on_up_to_the_horizon(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_must_start(&rig, WORDS("spin", "clock", "5"));
	assert_int_equal(guest_turn(rig.guest, 0, SIM_S), GUEST_ENDED);
	assert_string_equal(rig_said(&rig), "5 ms\n");
	assert_int_equal(guest_counts(rig.guest).turns, 1);
	rig_fini(&rig);
}

/* --- lies --- */

static void nonsense_in_the_page_stays_within_bounds(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_must_start(&rig, WORDS("scribble"));
	for (int i = 0; i < 20; i++) {
		sim_ns now = guest_now(rig.guest), horizon = now + 3 * SIM_S;
		enum guest_rest rest = guest_turn(rig.guest, now, horizon);

		assert_true(rest == GUEST_RESTS || rest == GUEST_SENT);
		assert_true(guest_now(rig.guest) >= now &&
			    guest_now(rig.guest) <= horizon);
		assert_true(guest_wake(rig.guest) >= guest_now(rig.guest));
		for (const char *c = guest_refused(rig.guest); *c; c++)
			assert_true(*c > ' ' && *c <= '~');
	}
	rig_fini(&rig);
}

static void the_page_cannot_be_taken_away(void **state)
{
	(void)state;
	assert_probe_says(false, WORDS("shrink"), "ftruncate -1 EPERM 0 ms\n");
}

/* --- a simulator that is killed --- */

/* A simulator of its own that is killed while its guest rests, or (in_turn) while the
 * guest is busy in its turn. */
static void assert_nothing_survives(const char *const *words, bool in_turn)
{
	struct pollfd guest_end = {.events = POLLIN};
	struct rig rig;
	int ends[2], how;
	pid_t simulator, guest;

	rig_init(&rig);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	simulator = fork();
	if (simulator == 0) {
		if (rig_start(&rig, words) != SIM_OK)
			_exit(1);
		guest = guest_pid(rig.guest);
		if (write(ends[1], &guest, sizeof(guest)) < 0)
			_exit(1);
		if (in_turn)
			(void)guest_turn(rig.guest, SIM_S, SIM_S);
		else
			pause();
		_exit(1);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &guest, sizeof(guest)), sizeof(guest));
	close(ends[0]);
	if (in_turn) /* it says so when its turn has begun */
		while (!strstr(rig_said(&rig), "ms\n"))
			sched_yield();
	guest_end.fd = (int)syscall(SYS_pidfd_open, guest, 0);
	assert_true(guest_end.fd >= 0);
	assert_int_equal(poll(&guest_end, 1, 0), 0);
	assert_int_equal(kill(simulator, SIGKILL), 0);
	assert_int_equal(waitpid(simulator, &how, 0), simulator);
	assert_int_equal(poll(&guest_end, 1, 60000), 1);
	close(guest_end.fd);
	rig_fini(&rig);
}

/* valgrind has no pidfd, and who is not the parent cannot wait otherwise. */
static bool cannot_watch_strangers(void)
{
	int fd = (int)syscall(SYS_pidfd_open, getpid(), 0);

	if (fd >= 0)
		close(fd);
	return fd < 0;
}

static void no_guest_survives_its_simulator(void **state)
{
	(void)state;
	if (cannot_watch_strangers())
		skip();
	assert_nothing_survives(WORDS("rest"), false);
	assert_nothing_survives(WORDS("rest", "stay", "spin"), true);
}

/* Changing user clears the parent-death signal. */
static void no_guest_that_changed_user_survives_its_simulator(void **state)
{
	(void)state;
	if (geteuid() != 0 || cannot_watch_strangers())
		skip();
	assert_nothing_survives(WORDS("rest", "raw"), false);
	assert_nothing_survives(WORDS("rest", "shim"), false);
	assert_nothing_survives(WORDS("rest", "shim", "spin"), true);
}

static void a_guest_that_changed_user_keeps_its_clock(void **state)
{
	struct rig rig;

	(void)state;
	if (geteuid() != 0)
		skip();
	rig_init(&rig);
	rig_must_start(&rig, WORDS("rest", "shim"));
	assert_int_equal(guest_turn(rig.guest, SIM_S, SIM_S), GUEST_RESTS);
	assert_string_equal(rig_said(&rig), "uid 65534\n0 ms\n");
	rig_fini(&rig);
}

static void releasing_a_guest_ends_it(void **state)
{
	struct rig rig;
	pid_t pid;

	(void)state;
	guest_free(NULL);
	rig_init(&rig);
	rig_must_start(&rig, WORDS("rest"));
	pid = guest_pid(rig.guest);
	guest_free(rig.guest);
	rig.guest = NULL;
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(errno, ESRCH);
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_guest_that_ends_in_its_turn_is_noticed),
		cmocka_unit_test(a_guest_that_is_killed_while_it_rests_is_noticed),
		cmocka_unit_test(a_guest_that_never_rests_is_stopped_by_the_watchdog),
		cmocka_unit_test(a_guest_that_is_asked_to_stop_stops),
		cmocka_unit_test(a_guest_that_will_not_stop_is_killed),
		cmocka_unit_test(a_spinning_guest_is_moved_on),
		cmocka_unit_test(a_spinning_guest_moves_itself_on_up_to_the_horizon),
		cmocka_unit_test(nonsense_in_the_page_stays_within_bounds),
		cmocka_unit_test(the_page_cannot_be_taken_away),
		cmocka_unit_test(no_guest_survives_its_simulator),
		cmocka_unit_test(no_guest_that_changed_user_survives_its_simulator),
		cmocka_unit_test(a_guest_that_changed_user_keeps_its_clock),
		cmocka_unit_test(releasing_a_guest_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
