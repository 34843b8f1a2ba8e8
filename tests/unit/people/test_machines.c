/* At the machine: seeing, taking off, answering prompts, stopping what nobody wants. */
#include "tests/testing.h"

#include "tests/unit/people/bench.h"

#define EVENING "2023-08-14T17:00Z"

static struct bench *one_owner(const char *options)
{
	struct bench *b = bench_new(EVENING, 2 * SIM_DAY, "UTC", 1, options, "");
	send(b, "between=19:00-19:00");
	run_until(b, 2 * SIM_H);
	return b;
}

static void who_stands_there_sees_it_print(void **state)
{
	(void)state;
	struct bench *b = one_owner("");
	machine_is(b, 0, "PREPARE", true, b->calls[0].file, 1, 0);
	const struct trace_event *seen = last_event(b, KIND_INTENT_SATISFIED);
	assert_int_equal(seen->cause, b->machines[0].sight.event);
	bench_free(b);
}

static void who_is_out_or_asleep_does_not(void **state)
{
	(void)state;
	struct bench *b = one_owner("away=18:30-21:00 day_spread=0s "
				    "resend_most=0");
	machine_is(b, 0, "PREPARE", true, b->calls[0].file, 1, 0);
	assert_int_equal(events(b, KIND_INTENT_SATISFIED), 0);
	run_until(b, 4 * SIM_H); /* he is back at 21:00 */
	assert_int_equal(events(b, KIND_INTENT_SATISFIED), 1);
	bench_free(b);
}

static void the_object_is_taken_after_a_while(void **state)
{
	(void)state;
	struct bench *b = one_owner("clears_plate_after=20m clears_sigma=0");
	machine_is(b, 0, "RUNNING", true, b->calls[0].file, 1, 0);
	run_for(b, SIM_H);
	machine_is(b, 0, "FINISH", false, "", 0, 1);
	sim_ns ended = b->clock.now;
	run_for(b, SIM_H);
	assert_int_equal(b->machines[0].taken, 1);
	assert_int_equal(b->machines[0].taken_at, ended + 20 * SIM_MIN);
	bench_free(b);
}

static void what_ends_at_night_lies_there_until_morning(void **state)
{
	(void)state;
	struct bench *b =
		one_owner("clears_plate_after=20m clears_sigma=0 day_spread=0s");
	machine_is(b, 0, "RUNNING", true, b->calls[0].file, 1, 0);
	run_until(b, 9 * SIM_H); /* 02:00 */
	machine_is(b, 0, "FINISH", false, "", 0, 1);
	run_until(b, 14 * SIM_H + 19 * SIM_MIN); /* 07:19 */
	assert_int_equal(b->machines[0].taken, 0);
	run_for(b, 2 * SIM_MIN);
	assert_int_equal(b->machines[0].taken, 1);
	bench_free(b);
}

static void what_ends_just_before_bedtime_stays_too(void **state)
{
	(void)state;
	struct bench *b =
		one_owner("clears_plate_after=20m clears_sigma=0 day_spread=0s");
	machine_is(b, 0, "RUNNING", true, b->calls[0].file, 1, 0);
	run_until(b, 5 * SIM_H + 50 * SIM_MIN); /* 22:50, ten minutes before bed */
	machine_is(b, 0, "FINISH", false, "", 0, 1);
	run_until(b, 13 * SIM_H);
	assert_int_equal(b->machines[0].taken, 0);
	bench_free(b);
}

static void a_careful_person_clears_the_plate_before_sending(void **state)
{
	(void)state;
	for (int careful = 0; careful < 2; careful++) {
		struct bench *b =
			bench_new(EVENING, SIM_DAY, "UTC", 1,
				  careful ? "" : "checks_plate_before_sending=0", "");
		send(b, "between=19:00-19:00");
		run_until(b, SIM_H);
		b->machines[0].sight.objects = 1;
		run_until(b, 2 * SIM_H);
		assert_int_equal(b->n_calls, 1);
		assert_int_equal(b->machines[0].taken, careful);
		bench_free(b);
	}
}

static void nobody_sends_while_the_machine_is_busy_or_the_last_wish_unsettled(
	void **state)
{
	(void)state;
	struct bench *b = bench_new(EVENING, SIM_DAY, "UTC", 1,
				    "clears_plate_after=5m "
				    "clears_sigma=0 asleep=00:00-00:00",
				    "");
	send(b, "between=19:00-19:00 each=2");
	run_until(b, 2 * SIM_H);
	assert_int_equal(b->n_calls, 1);
	machine_is(b, 0, "RUNNING", true, b->calls[0].file, 1, 0);
	run_for(b, 2 * SIM_H);
	assert_int_equal(b->n_calls, 1);
	machine_is(b, 0, "FINISH", false, "", 0, 1);
	run_for(b, 15 * SIM_MIN);
	assert_int_equal(b->n_calls, 2);
	assert_int_equal(b->machines[0].sight.objects, 0);
	bench_free(b);
}

static void who_is_out_sends_only_onto_a_plate_that_he_knows_to_be_clear(void **state)
{
	(void)state;
	struct bench *b = bench_new(EVENING, SIM_DAY, "UTC", 1,
				    "away=18:00-21:30 day_spread=0s resend_most=0", "");
	send(b, "between=19:00-19:00");
	run_until(b, 2 * SIM_H);
	assert_int_equal(b->n_calls, 1);
	/* It prints and ends while he is out; the next wish waits for his return. */
	send(b, "between=20:00-20:00");
	news(b, 0, 1, "printing", "");
	run_for(b, SIM_MIN);
	news(b, 0, 1, "finished", "");
	machine_is(b, 0, "FINISH", false, "", 0, 1);
	run_until(b, 4 * SIM_H + 20 * SIM_MIN);
	assert_int_equal(b->n_calls, 1);
	run_until(b, 5 * SIM_H);
	assert_int_equal(b->n_calls, 2);
	assert_int_equal(b->machines[0].taken, 1);
	bench_free(b);
}

/* --- prompts ---------------------------------------------------------------------------------- */

static void prompt_at_machine(struct bench *b, int objects)
{
	b->machines[0].sight.prompt = 3;
	machine_is(b, 0, "IDLE", false, b->n_calls > 0 ? b->calls[0].file : "", 0,
		   objects);
}

static void a_truthful_person_clears_the_plate_and_then_says_yes(void **state)
{
	(void)state;
	struct bench *b = one_owner("answers_after=2m answers_sigma=0");
	prompt_at_machine(b, 1);
	run_for(b, 119 * SIM_S);
	assert_int_equal(b->machines[0].answered_yes, 0);
	run_for(b, 2 * SIM_S);
	assert_int_equal(b->machines[0].taken, 1);
	assert_int_equal(b->machines[0].answered_yes, 1);
	bench_free(b);
}

static void a_truthful_person_says_no_to_what_he_does_not_want(void **state)
{
	(void)state;
	struct bench *b = bench_new(EVENING, SIM_DAY, "UTC", 1, "", "");
	run_until(b, SIM_H);
	prompt_at_machine(b, 0);
	run_for(b, SIM_H);
	assert_int_equal(b->machines[0].answered_no, 1);
	assert_int_equal(b->machines[0].answered_yes, 0);
	bench_free(b);
}

/* After a power cut: what is there of the job stays, or there is nothing to go on with. */
static void who_lets_a_print_go_on_leaves_the_part_where_it_is(void **state)
{
	(void)state;
	for (int objects = 0; objects < 2; objects++) {
		struct bench *b = one_owner("");
		b->machines[0].sight.asks_to_resume = true;
		prompt_at_machine(b, objects);
		run_for(b, SIM_H);
		assert_int_equal(b->machines[0].taken, 0);
		assert_int_equal(b->machines[0].answered_yes, objects);
		assert_int_equal(b->machines[0].answered_no, 1 - objects);
		bench_free(b);
	}
}

static void a_blind_person_says_yes_to_anything_and_another_never_answers(void **state)
{
	(void)state;
	for (int blind = 0; blind < 2; blind++) {
		struct bench *b = bench_new(EVENING, SIM_DAY, "UTC", 1,
					    blind ? "answers_prompts=blindly"
						  : "answers_prompts=never",
					    "");
		run_until(b, SIM_H);
		prompt_at_machine(b, 1);
		run_for(b, SIM_H);
		assert_int_equal(b->machines[0].answered_yes, blind);
		assert_int_equal(b->machines[0].answered_no, 0);
		assert_int_equal(b->machines[0].taken, 0);
		bench_free(b);
	}
}

static void who_sleeps_answers_in_the_morning(void **state)
{
	(void)state;
	struct bench *b = bench_new(EVENING, SIM_DAY, "UTC", 1, "day_spread=0s", "");
	run_until(b, 9 * SIM_H); /* 02:00 */
	prompt_at_machine(b, 0);
	run_until(b, 14 * SIM_H);
	assert_int_equal(b->machines[0].answered_no, 0);
	run_for(b, SIM_H);
	assert_int_equal(b->machines[0].answered_no, 1);
	bench_free(b);
}

static void prompt_in_app(struct bench *b, int64_t task, int64_t not_after_utc_ms)
{
	trace_id event =
		trace_say(b->trace, 0, KIND_NOTE, "run", F_TEXT("text", "prompt"));
	people_news(b->people, b->clock.now, 0, task, "prompt", "", 7, 2,
		    not_after_utc_ms, event);
}

static const struct noted_call *confirm_of(const struct bench *b)
{
	for (int i = 0; i < b->n_calls; i++) {
		if (b->calls[i].op == APP_CONFIRM)
			return &b->calls[i];
	}
	return NULL;
}

static void in_the_app_the_plate_cannot_be_seen(void **state)
{
	(void)state;
	static const struct {
		const char *options;
		bool plate_known, answers, yes;
	} CASES[] = {
		{"answers_prompts=truthfully", true, true, true},
		{"answers_prompts=truthfully", false, false, false},
		{"answers_prompts=blindly", false, true, true},
		{"answers_prompts=never", true, false, false},
		{"answers_prompts=blindly answers_in_app=false", false, false, false},
	};
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		char options[200];
		snprintf(options, sizeof(options),
			 "away=18:00-23:00 day_spread=0s resend_most=0 "
			 "checks_plate_before_sending=0 asleep=00:00-00:00 %s",
			 CASES[i].options);
		struct bench *b = bench_new(EVENING, SIM_DAY, "UTC", 1, options, "");
		if (!CASES[i].plate_known) {
			run_until(b, SIM_H - SIM_MIN);
			machine_is(b, 0, "RUNNING", true, "of-somebody", 0, 0);
		}
		send(b, "between=19:00-19:00");
		run_until(b, 2 * SIM_H);
		prompt_in_app(b, 1, INT64_MAX);
		run_for(b, SIM_H);
		const struct noted_call *confirm = confirm_of(b);
		assert_int_equal(confirm != NULL, CASES[i].answers);
		if (confirm != NULL) {
			assert_int_equal(confirm->yes, CASES[i].yes);
			assert_int_equal(confirm->prompt, 7);
			assert_int_equal(confirm->task, 1);
		}
		bench_free(b);
	}
}

static void a_prompt_in_the_app_at_home_is_answered_after_a_look(void **state)
{
	(void)state;
	struct bench *b = one_owner("");
	b->machines[0].sight.objects = 1;
	prompt_in_app(b, 1, INT64_MAX);
	run_for(b, SIM_H);
	assert_int_equal(b->machines[0].taken, 1);
	assert_true(confirm_of(b) != NULL && confirm_of(b)->yes);
	bench_free(b);
}

static void a_prompt_that_has_run_out_is_not_answered(void **state)
{
	(void)state;
	struct bench *b = one_owner("answers_sigma=0 answers_after=2m");
	prompt_in_app(b, 1, clock_utc_ns(&b->clock, b->clock.now) / 1000000 + 60000);
	run_for(b, SIM_H);
	assert_null(confirm_of(b));
	bench_free(b);
}

/* --- what nobody wants -------------------------------------------------------------------------- */

static void a_second_copy_is_stopped_by_whoever_sees_it(void **state)
{
	(void)state;
	for (int stops = 0; stops < 2; stops++) {
		struct bench *b = one_owner(stops ? "" : "stops_unwanted=false");
		char file[40];
		snprintf(file, sizeof(file), "%s", b->calls[0].file);
		machine_is(b, 0, "RUNNING", true, file, 1, 0);
		run_for(b, SIM_H);
		assert_int_equal(b->machines[0].stopped, 0);
		machine_is(b, 0, "FINISH", false, "", 0, 1);
		run_for(b, SIM_MIN);
		machine_is(b, 0, "PREPARE", true, file, 1, 1);
		run_for(b, SIM_H);
		assert_int_equal(b->machines[0].stopped, stops);
		bench_free(b);
	}
}

static void a_service_that_lost_sight_of_a_print_makes_nobody_stop_it(void **state)
{
	(void)state;
	struct bench *b = one_owner("");
	machine_is(b, 0, "RUNNING", true, b->calls[0].file, 1, 0);
	news(b, 0, 1, "failed", "no confirmation");
	machine_is(b, 0, "RUNNING", true, b->calls[0].file, 1, 0);
	run_for(b, SIM_H);
	assert_int_equal(b->machines[0].stopped, 0);
	bench_free(b);
}

static void nobody_stops_anything_asleep(void **state)
{
	(void)state;
	struct bench *b = one_owner("day_spread=0s");
	char file[40];
	snprintf(file, sizeof(file), "%s", b->calls[0].file);
	machine_is(b, 0, "RUNNING", true, file, 1, 0);
	run_for(b, SIM_H);
	machine_is(b, 0, "FINISH", false, "", 0, 1);
	run_until(b, 9 * SIM_H);
	machine_is(b, 0, "PREPARE", true, file, 1, 1);
	run_until(b, 14 * SIM_H - SIM_S);
	assert_int_equal(b->machines[0].stopped, 0);
	run_for(b, SIM_H);
	assert_int_equal(b->machines[0].stopped, 1);
	bench_free(b);
}

static void an_object_on_a_plate_known_clear_is_the_wish_fulfilled(void **state)
{
	(void)state;
	struct bench *b = bench_new(EVENING, SIM_DAY, "UTC", 1, "day_spread=0s", "");
	send(b, "between=22:50-22:50 overnight=true");
	run_until(b, 13 * SIM_H); /* no news reached the app all night */
	machine_is(b, 0, "FINISH", false, "", 0, 1);
	run_until(b, 15 * SIM_H);
	assert_int_equal(events(b, KIND_INTENT_SATISFIED), 1);
	bench_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_service_that_lost_sight_of_a_print_makes_nobody_stop_it),
		cmocka_unit_test(who_stands_there_sees_it_print),
		cmocka_unit_test(who_is_out_or_asleep_does_not),
		cmocka_unit_test(the_object_is_taken_after_a_while),
		cmocka_unit_test(what_ends_at_night_lies_there_until_morning),
		cmocka_unit_test(what_ends_just_before_bedtime_stays_too),
		cmocka_unit_test(a_careful_person_clears_the_plate_before_sending),
		cmocka_unit_test(
			nobody_sends_while_the_machine_is_busy_or_the_last_wish_unsettled),
		cmocka_unit_test(
			who_is_out_sends_only_onto_a_plate_that_he_knows_to_be_clear),
		cmocka_unit_test(a_truthful_person_clears_the_plate_and_then_says_yes),
		cmocka_unit_test(a_truthful_person_says_no_to_what_he_does_not_want),
		cmocka_unit_test(who_lets_a_print_go_on_leaves_the_part_where_it_is),
		cmocka_unit_test(
			a_blind_person_says_yes_to_anything_and_another_never_answers),
		cmocka_unit_test(who_sleeps_answers_in_the_morning),
		cmocka_unit_test(in_the_app_the_plate_cannot_be_seen),
		cmocka_unit_test(a_prompt_in_the_app_at_home_is_answered_after_a_look),
		cmocka_unit_test(a_prompt_that_has_run_out_is_not_answered),
		cmocka_unit_test(a_second_copy_is_stopped_by_whoever_sees_it),
		cmocka_unit_test(nobody_stops_anything_asleep),
		cmocka_unit_test(an_object_on_a_plate_known_clear_is_the_wish_fulfilled),
	};
	return cmocka_run_group_tests_name("people: machines", tests, NULL, NULL);
}
