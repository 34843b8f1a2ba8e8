/* A build in a process of its own: the same story, and its death is an event. */
#include "tests/unit/printers/odd_build.h"

#include "printers/machine.h"

/* The whole trace as text. */
static void add_story(struct text *text, const struct rig *rig)
{
	for (size_t i = 0; i < trace_count(rig->trace); i++) {
		trace_add_json(text, trace_at(rig->trace, i));
		text_add_char(text, '\n');
	}
}

/* Two jobs, the second on top of the first, inputs at odd instants, power cut, looks. */
static char *night(const char *model, const char *build,
		   enum firmware_isolation isolation, bool looks)
{
	struct rig rig;
	struct text text = {0};
	rig_isolation = isolation;
	rig_init(&rig, model, build,
		 strcmp(build, "guarded") == 0 ? "plate_latch=false\nplate_sensor=false\n"
						 "confirm_at_machine=false\n"
					       : NULL);
	rig_until(&rig, 33 * SIM_S + 123456789);
	rig_start(&rig, 1);
	for (int i = 0; i < 60; i++) {
		rig_until(&rig, rig.clock.now + 17 * SIM_S + 1234567 * i);
		rig_message(&rig, "{\"pushing\":{\"sequence_id\":\"0\",\"command\":"
				  "\"pushall\"}}");
		if (looks && i % 7 == 0)
			rig_look(&rig); /* what was computed ahead is taken back */
	}
	rig_until(&rig, 25 * SIM_MIN);
	rig_start(&rig, 2);
	rig_until(&rig, 40 * SIM_MIN);
	printer_online(rig.printer, rig.clock.now, false, 0);
	rig_until(&rig, 41 * SIM_MIN + 7);
	printer_online(rig.printer, rig.clock.now, true, 0);
	rig_until(&rig, 42 * SIM_MIN);
	printer_take_object(rig.printer, rig.clock.now, "owner/007", 0);
	printer_power_cut(rig.printer, rig.clock.now, 10 * SIM_S, 0);
	rig_until(&rig, 70 * SIM_MIN);
	add_story(&text, &rig);
	struct printer_impact impact;
	printer_impact(rig.printer, &impact);
	text_addf(&text, "%.17g %.17g %zu %.17g\n", impact.energy_j, impact.grams_wasted,
		  rig.n_reports, rig_look(&rig).nozzle_c);
	char *copy = strdup(text_cstr(&text));
	text_fini(&text);
	rig_fini(&rig);
	rig_isolation = FIRMWARE_INSIDE;
	return copy;
}

static void the_story_is_the_same_in_a_process_of_its_own(void **state)
{
	(void)state;
	static const char *const MODELS[] = {"x1c", "p1p"};
	static const char *const BUILDS[] = {"stock-2023-07", "guarded"};
	for (int i = 0; i < 4; i++) {
		char *inside = night(MODELS[i % 2], BUILDS[i / 2], FIRMWARE_INSIDE, true);
		char *outside =
			night(MODELS[i % 2], BUILDS[i / 2], FIRMWARE_PROCESS, true);
		assert_non_null(strstr(inside, "harm."));
		assert_string_equal(inside, outside);
		free(inside);
		free(outside);
	}
}

static void being_taken_back_in_mid_print_leaves_no_trace_in_either_binding(void **state)
{
	(void)state;
	for (int isolation = FIRMWARE_INSIDE; isolation <= FIRMWARE_PROCESS;
	     isolation++) {
		char *plain = night("x1c", "guarded", (enum firmware_isolation)isolation,
				    false);
		char *back =
			night("x1c", "guarded", (enum firmware_isolation)isolation, true);
		assert_non_null(strstr(plain, "firmware.ended"));
		assert_string_equal(plain, back);
		free(plain);
		free(back);
	}
}

/* --- builds that go wrong --------------------------------------------------------- */

static void a_null_pointer_is_an_event(void **state)
{
	(void)state;
	it_dies("-DMISCHIEF='*(int*)(long)nothing=1;'", "crashed", "SIGSEGV");
}

static void abort_is_an_event(void **state)
{
	(void)state;
	it_dies("-DMISCHIEF='abort();'", "crashed", "SIGABRT");
}

static void an_endless_loop_is_an_event(void **state)
{
	(void)state;
	it_dies("-DMISCHIEF='while (!nothing);'", "hung",
		"a call does not come to an end");
}

static void writing_behind_the_actuators_is_an_event(void **state)
{
	(void)state;
	it_dies("-DMISCHIEF='memset(a, 0, 4096);'", "crashed", "SIGSEGV");
}

static void a_size_that_cannot_be_is_an_event(void **state)
{
	(void)state;
	it_dies("-DMISCHIEF='a->size = 3;'", "wrong_answer",
		"it set a size that its actuators cannot have");
}

static void an_unknown_status_is_an_event(void **state)
{
	(void)state;
	it_dies("-DMISCHIEF='return 77;'", "wrong_answer",
		"it answered with no status of the ABI");
}

static void giving_up_is_an_event(void **state)
{
	(void)state;
	it_dies("-DMISCHIEF='return 4;'", "gave_up", "it answered FATAL");
}

static void a_socket_is_an_event(void **state)
{
	(void)state;
#if defined(__SANITIZE_ADDRESS__)
	skip();
#endif
	it_dies("-DMISCHIEF='syscall(41, 1, 1, 0);'", "forbidden", "it calls socket");
}

static void leaving_is_an_event(void **state)
{
	(void)state;
	it_dies("-DMISCHIEF='_exit(0);'", "crashed", "it ended by itself");
}

static void hunger_for_memory_is_an_event(void **state)
{
	(void)state;
#if defined(__SANITIZE_ADDRESS__)
	skip();
#endif
	/* A byte of each: to fill all of it may take longer than a call is given. */
	it_dies("-DMISCHIEF='for (;;) *(volatile char *)malloc(1 << 20) = 1;'", "crashed",
		"SIGSEGV");
}

static void outputs_stay_and_the_watchdog_boots_it(void **state)
{
	(void)state;
	struct rig rig;
	begin(&rig, "-DMISCHIEF='abort();'");
	rig_until(&rig, 102 * SIM_S);
	double at_death = rig_look(&rig).nozzle_c;
	const struct trace_event *death = rig_last(&rig, KIND_FIRMWARE_CRASHED);
	sim_ns died = death->t;
	trace_id id = death->id;
	rig_until(&rig, died + 3900 * SIM_MS);
	assert_true(rig_look(&rig).nozzle_c > at_death + 1.0); /* latched at 0.5 */
	assert_null(rig_last(&rig, KIND_FIRMWARE_RESET));
	rig_until(&rig, died + 5 * SIM_S);
	const struct trace_event *reset = rig_last(&rig, KIND_FIRMWARE_RESET);
	assert_true(reset->t == died + 4 * SIM_S);
	assert_true(reset->cause == id);
	assert_true(trace_bool(reset, "boots", false));
	rig_until(&rig, died + 103 * SIM_S);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_CRASHED), 1);
	rig_until(&rig, died + 110 * SIM_S);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_CRASHED), 2);
	rig_fini(&rig);
}

static void one_that_never_comes_up_is_left_off(void **state)
{
	(void)state;
	struct rig rig;
	begin(&rig, "-DMISCHIEF= -DCREATE='abort();'");
	rig_until(&rig, SIM_H);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_CRASHED), 5);
	assert_false(trace_bool(rig_last(&rig, KIND_FIRMWARE_RESET), "boots", true));
	assert_true(printer_due(rig.printer, rig.clock.now) == SIM_NEVER);
	rig_message(&rig, "{}");
	rig_fini(&rig);
}

/* The same inputs, and deaths seen ahead and taken back by them. */
static char *with_inputs(const char *path, sim_ns each)
{
	struct rig rig;
	struct text text = {0};
	rig_isolation = FIRMWARE_PROCESS;
	rig_init(&rig, "p1p", path, NULL);
	rig_isolation = FIRMWARE_INSIDE;
	for (int i = 1; i <= 40; i++) {
		sim_ns next = i * 5 * SIM_S + 300 * SIM_MS;
		while (each > 0 && rig.clock.now + each < next) {
			rig_until(&rig, rig.clock.now + each);
			rig_look(&rig);
		}
		rig_until(&rig, next);
		rig_message(&rig, "{}");
	}
	add_story(&text, &rig);
	char *copy = strdup(text_cstr(&text));
	text_fini(&text);
	rig_fini(&rig);
	return copy;
}

static void a_death_seen_ahead_can_be_taken_back(void **state)
{
	(void)state;
	const char *path = compile("-DMISCHIEF='abort();'");
	char *due = with_inputs(path, 0), *fine = with_inputs(path, 700 * SIM_MS);
	assert_non_null(strstr(due, "firmware.crashed"));
	assert_string_equal(due, fine);
	free(due);
	free(fine);
}

static void another_abi_version_leaves_the_printer_dark(void **state)
{
	(void)state;
	struct rig rig;
	begin(&rig, "-DMISCHIEF= -UMAJOR -DMAJOR=2");
	assert_string_equal(firmware_build_name(rig.build), "build");
	assert_non_null(firmware_build_unfit(rig.build));
	const struct trace_event *event = rig_last(&rig, KIND_FIRMWARE_CRASHED);
	assert_string_equal(trace_text(event, "how", ""), "unfit");
	assert_non_null(strstr(trace_text(event, "detail", ""), "version 2.0"));
	rig_message(&rig, "{}");
	rig_until(&rig, SIM_H);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_CRASHED), 1);
	rig_fini(&rig);
}

static void a_hang_that_a_fault_wants_ends_with_the_watchdog(void **state)
{
	(void)state;
	for (int isolation = 1; isolation <= 2; isolation++) {
		struct rig rig;
		rig_isolation = (enum firmware_isolation)isolation;
		rig_init(&rig, "p1p", "stock-2023-07", NULL);
		rig_start(&rig, 1);
		rig_until(&rig, 5 * SIM_MIN);
		assert_true(rig_look(&rig).printing);
		printer_hang(rig.printer, rig.clock.now, 0);
		assert_true(trace_bool(rig_last(&rig, KIND_FIRMWARE_CRASHED), "asked",
				       false));
		size_t reports = rig.n_reports;
		rig_until(&rig, 5 * SIM_MIN + 3 * SIM_S);
		assert_int_equal(rig.n_reports, reports);
		rig_until(&rig, 5 * SIM_MIN + 5 * SIM_S);
		assert_string_equal(rig_look(&rig).state, "IDLE");
		assert_string_equal(trace_text(rig_last(&rig, KIND_FIRMWARE_ENDED), "how",
					       ""),
				    "aborted");
		rig_start(&rig, 2);
		rig_until(&rig, 8 * SIM_MIN);
		assert_true(rig_look(&rig).printing);
		rig_fini(&rig);
	}
	rig_isolation = FIRMWARE_INSIDE;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_story_is_the_same_in_a_process_of_its_own),
		cmocka_unit_test(
			being_taken_back_in_mid_print_leaves_no_trace_in_either_binding),
		cmocka_unit_test(a_null_pointer_is_an_event),
		cmocka_unit_test(abort_is_an_event),
		cmocka_unit_test(an_endless_loop_is_an_event),
		cmocka_unit_test(writing_behind_the_actuators_is_an_event),
		cmocka_unit_test(a_size_that_cannot_be_is_an_event),
		cmocka_unit_test(an_unknown_status_is_an_event),
		cmocka_unit_test(giving_up_is_an_event),
		cmocka_unit_test(a_socket_is_an_event),
		cmocka_unit_test(leaving_is_an_event),
		cmocka_unit_test(hunger_for_memory_is_an_event),
		cmocka_unit_test(outputs_stay_and_the_watchdog_boots_it),
		cmocka_unit_test(one_that_never_comes_up_is_left_off),
		cmocka_unit_test(a_death_seen_ahead_can_be_taken_back),
		cmocka_unit_test(another_abi_version_leaves_the_printer_dark),
		cmocka_unit_test(a_hang_that_a_fault_wants_ends_with_the_watchdog),
	};
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
