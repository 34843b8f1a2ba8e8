/* Builds that do what they must not: they die of it, we do not. */
#include "tests/unit/printers/odd_build.h"

#include "printers/machine.h"

/* A sanitizer makes calls of its own: its processes are not confined. */
#if defined(__SANITIZE_ADDRESS__)
#define CONFINED 0
#else
#define CONFINED 1
#endif

static void a_forbidden_call_in_a_step_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *mischief, *says;
	} ROWS[] = {
		{"for (;;) fork();", "it calls clone"},
		{"kill(1, SIGKILL);", "it calls kill"},
		{"raise(SIGSTOP);", "it calls tgkill"},
		{"raise(SIGUSR1);", "it calls tgkill"},
		{"sleep(1);", "it calls clock_nanosleep"},
		{"open(\"/etc/passwd\", O_RDONLY);", "it calls openat"},
		{"open(\"/proc/1/mem\", O_RDWR);", "it calls openat"},
		{"close(0);", "it calls close"},
		{"dup2(0, 9);", "it calls dup2"},
		{"prctl(PR_SET_PDEATHSIG, 0);", "it calls prctl"},
		{"signal(SIGSEGV, SIG_IGN);", "it calls rt_sigaction"},
		{"syscall(SYS_ptrace, 0, 0, 0, 0);", "it calls ptrace"},
		{"syscall(SYS_process_vm_writev, 1, 0, 0, 0, 0, 0);",
		 "it calls process_vm_writev"},
		{"execl(\"/bin/true\", \"true\", (char *)0);", "it calls execve"},
		{"syscall(SYS_setsid);", "it calls setsid"},
		{"syscall(SYS_getrandom, a, 1, 0);", "it calls getrandom"},
	};
	for (size_t i = 0; CONFINED && i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		char flags[200];
		snprintf(flags, sizeof(flags), "-DMISCHIEF='%s'", ROWS[i].mischief);
		it_dies(flags, "forbidden", ROWS[i].says);
	}
}

static void a_forbidden_call_while_it_is_loaded_leaves_the_printer_dark(void **state)
{
	(void)state;
	static const struct {
		const char *early, *says;
	} ROWS[] = {
		{"for (;;) fork();", "calls clone while it is loaded"},
		{"kill(getppid(), SIGKILL);", "calls kill while it is loaded"},
		{"syscall(SYS_tgkill, getppid(), getppid(), SIGABRT);",
		 "calls tgkill while it is loaded"},
		{"socket(1, 1, 0);", "calls socket while it is loaded"},
		{"sleep(1);", "calls clock_nanosleep while it is loaded"},
		{"open(\"never-written\", O_CREAT | O_WRONLY, 0600);",
		 "calls openat while it is loaded"},
		{"unlink(\"never-removed\");", "calls unlink while it is loaded"},
		{"prctl(PR_SET_PDEATHSIG, 0);", "calls prctl while it is loaded"},
		{"signal(SIGSYS, SIG_IGN);", "calls rt_sigaction while it is loaded"},
		{"for (;;) memset(malloc(1 << 20), 1, 1 << 20);",
		 "dies while it is loaded"},
		{"_exit(0);", "dies while it is loaded"},
		{"abort();", "dies while it is loaded"},
	};
	for (size_t i = 0; CONFINED && i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		char flags[200];
		struct rig rig;
		snprintf(flags, sizeof(flags), "-DMISCHIEF= -DEARLY='%s'", ROWS[i].early);
		begin(&rig, flags);
		const struct trace_event *event = rig_last(&rig, KIND_FIRMWARE_CRASHED);
		assert_non_null(event);
		assert_string_equal(trace_text(event, "how", ""), "unfit");
		const char *detail = trace_text(event, "detail", "");
		if (!strstr(detail, ROWS[i].says))
			fail_msg("\"%s\" does not say: %s", detail, ROWS[i].says);
		rig_fini(&rig);
	}
}

static void one_that_looks_at_files_while_it_is_loaded_is_let(void **state)
{
	(void)state;
	struct rig rig;
	begin(&rig, "-DMISCHIEF= -DEARLY='close(open(\"/etc/passwd\", O_RDONLY));'");
	assert_null(firmware_build_unfit(rig.build));
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_CRASHED), 0);
	rig_fini(&rig);
}

static void the_surroundings_are_not_told(void **state)
{
	(void)state;
	setenv("JOBJAM_TEST_SECRET", "1", 1);
	struct rig rig;
	begin(&rig, "-DMISCHIEF='if (getenv(\"JOBJAM_TEST_SECRET\")) abort();'");
	rig_until(&rig, 3 * SIM_MIN);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_CRASHED), 0);
	rig_fini(&rig);
	unsetenv("JOBJAM_TEST_SECRET");
}

/* --- the callbacks ----------------------------------------------------------------- */

static void asking_without_end_is_a_hang(void **state)
{
	(void)state;
	it_dies("-DMISCHIEF='struct jobjam_fw_file k = {.size = sizeof(k)}; for (;;) "
		"f->host->file(f->host->arg, \"no\", 0, &k);'",
		"hung", "a call does not come to an end");
}

static void saying_without_end_is_an_event_too(void **state)
{
	(void)state;
	it_dies("-DMISCHIEF='for (;;) f->host->log(f->host->arg, \"again\");'", "hung",
		"a call does not come to an end");
	it_dies("-DMISCHIEF='for (int i = 0; i < 5000; i++) f->host->log(f->host->arg, "
		"\"again\");'",
		"wrong_answer", "it says more than anybody can at one instant");
	it_dies("-DMISCHIEF='static char big[60000]; memset(big, 97, 59999); for (int i = 0; "
		"i < 100; i++) f->host->log(f->host->arg, big);'",
		"wrong_answer", "it says more than anybody can at one instant");
}

static void a_report_that_is_too_long_is_left_out(void **state)
{
	(void)state;
	struct rig rig;
	begin(&rig,
	      "-DMISCHIEF='static char big[99999]; f->host->net_tx(f->host->arg, big, "
	      "sizeof(big), 0, 0, 0); f->host->net_tx(f->host->arg, big, (size_t)-1, "
	      "0, 0, 0);'");
	size_t before = rig.n_reports;
	rig_until(&rig, 2 * SIM_MIN);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_CRASHED), 0);
	assert_int_equal(rig.n_reports, before);
	assert_true(rig_count(&rig, KIND_FIRMWARE_LOG) > 10);
	rig_fini(&rig);
}

static void saying_from_nowhere_is_a_crash(void **state)
{
	(void)state;
	it_dies("-DMISCHIEF='f->host->net_tx(f->host->arg, (void *)16, 100, 0, 0, 0);'",
		"crashed", "SIGSEGV");
}

/* --- what is shared ---------------------------------------------------------------- */

static void a_byte_on_the_channel_is_an_event(void **state)
{
	(void)state;
	for (int twice = 0; twice < 2; twice++) {
		struct rig rig;
		begin(&rig, "-DMISCHIEF='sendto(0, \"x\", 1, 0, 0, 0);'");
		rig_until(&rig, 103 * SIM_S);
		const struct trace_event *event = rig_last(&rig, KIND_FIRMWARE_CRASHED);
		assert_non_null(event);
		assert_string_equal(trace_text(event, "how", ""), "wrong_answer");
		assert_string_equal(trace_text(event, "detail", ""),
				    "it wrote to the channel that is not its own");
		rig_fini(&rig);
	}
}

/* Which of two ends it comes to is a matter of the host's time. */
static void a_flood_on_the_channel_ends(void **state)
{
	(void)state;
	static const char *const FLOODS[] = {
		"for (;;) sendto(0, \"f\", 1, 0, 0, 0);",
		"for (int i = 0; i < 50; i++) sendto(0, \"d\", 1, 0, 0, 0);",
		"for (int i = 0; i < 999; i++) sendto(0, \"fff\", 3, 0, 0, 0);",
	};
	for (size_t i = 0; i < sizeof(FLOODS) / sizeof(FLOODS[0]); i++) {
		char flags[200];
		struct rig rig;
		snprintf(flags, sizeof(flags), "-DMISCHIEF='%s'", FLOODS[i]);
		begin(&rig, flags);
		rig_until(&rig, 3 * SIM_MIN);
		if (rig_count(&rig, KIND_FIRMWARE_CRASHED) < 1)
			fail_msg("it lives: %s", FLOODS[i]);
		rig_fini(&rig);
	}
}

/* All that the process shares with us lies behind the callbacks' arg: the machine first. */
static void a_build_that_writes_over_the_machine_cannot_hurt_us(void **state)
{
	(void)state;
	static const struct {
		const char *mischief;
		unsigned n[8];
	} WRITES[] = {
		{"memset(f->host->arg, 0, N);", {8, 32, 100, 400, 1200, 5000, 20011}},
		{"memset(f->host->arg, 255, N);", {8, 5000, 20011}},
		{"memset(f->host->arg, 127, N);", {8, 100, 1200, 5000, 20011}},
		/* xorshift: bytes and numbers here and there, from a seed of its own */
		{"for (unsigned i = 0, x = N; i < N % 97; i++) { x ^= x << 13; x ^= x >> 17; "
		 "x ^= x << 5; ((char *)f->host->arg)[x % 40000] = x >> 8; }",
		 {8, 33, 111, 400, 1200, 5000, 20011}},
		{"for (unsigned i = 0, x = N; i < 9; i++) { x ^= x << 13; x ^= x >> 17; "
		 "x ^= x << 5; ((double *)f->host->arg)[x % 900] = i ? 0.0 / nothing : 1e300; "
		 "}",
		 {8, 33, 111, 400, 1200, 5000, 20011}},
	};
	for (size_t w = 0; w < sizeof(WRITES) / sizeof(WRITES[0]); w++)
		for (size_t i = 0; i < 8 && WRITES[w].n[i]; i++) {
			char flags[400];
			struct rig rig;
			snprintf(flags, sizeof(flags), "-DN=%u -DMISCHIEF='%s'",
				 WRITES[w].n[i], WRITES[w].mischief);
			begin(&rig, flags);
			rig_until(&rig, 3 * SIM_MIN);
			struct printer_view view = rig_look(&rig);
			struct printer_impact impact;
			printer_impact_at(rig.printer, rig.clock.now, &impact);
			assert_true(view.nozzle_c > -300 && view.nozzle_c < 1e5);
			printer_power_cut(rig.printer, rig.clock.now, 10 * SIM_S, 0);
			rig_until(&rig, 4 * SIM_MIN);
			rig_fini(&rig);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_forbidden_call_in_a_step_is_named),
		cmocka_unit_test(
			a_forbidden_call_while_it_is_loaded_leaves_the_printer_dark),
		cmocka_unit_test(one_that_looks_at_files_while_it_is_loaded_is_let),
		cmocka_unit_test(the_surroundings_are_not_told),
		cmocka_unit_test(asking_without_end_is_a_hang),
		cmocka_unit_test(saying_without_end_is_an_event_too),
		cmocka_unit_test(a_report_that_is_too_long_is_left_out),
		cmocka_unit_test(saying_from_nowhere_is_a_crash),
		cmocka_unit_test(a_byte_on_the_channel_is_an_event),
		cmocka_unit_test(a_flood_on_the_channel_ends),
		cmocka_unit_test(a_build_that_writes_over_the_machine_cannot_hurt_us),
	};
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
