/* Power goes in mid-print and comes back: the machine asks, cold, and goes on or does not. */
#include "tests/unit/printers/rig.h"

#define ASK "power_resume=ask\n"

static const sim_ns CUT_AT = 12 * SIM_MIN, BACK_AT = 17 * SIM_MIN;

/* The job is on; the power goes for five minutes, and the network comes back with it. */
static void cut_and_return(struct rig *rig)
{
	rig_start(rig, 5);
	rig_until(rig, CUT_AT);
	assert_true(rig_look(rig).printing);
	printer_power_cut(rig->printer, rig->clock.now, BACK_AT - CUT_AT, 0);
	assert_string_equal(rig_look(rig).state, "OFF");
	rig_until(rig, BACK_AT);
	printer_online(rig->printer, rig->clock.now, true, 0);
}

static void begin(struct rig *rig, const char *model, const char *settings)
{
	rig_init(rig, model, "guarded", settings);
	cut_and_return(rig);
}

static void answer(struct rig *rig, bool yes)
{
	printer_answer(rig->printer, rig->clock.now, rig_look(rig).prompt, yes,
		       "owner/007", 0);
}

/* How often a heater was switched on from t on. */
static int heated_since(const struct rig *rig, sim_ns t)
{
	int n = 0;
	for (size_t i = 0; i < trace_count(rig->trace); i++)
		n += trace_at(rig->trace, i)->kind == KIND_HEAT_ON &&
		     trace_at(rig->trace, i)->t >= t;
	return n;
}

static const char *how_it_ended(const struct rig *rig)
{
	return trace_text(rig_last(rig, KIND_FIRMWARE_ENDED), "how", "");
}

static void it_asks_and_nothing_heats_before_the_answer(void **state)
{
	(void)state;
	static const char *const MODELS[] = {"x1c", "p1p"};
	for (int i = 0; i < 2; i++) {
		struct rig rig;
		begin(&rig, MODELS[i], ASK);
		rig_until(&rig, BACK_AT + 25 * SIM_MIN);
		struct printer_view view = rig_look(&rig);
		assert_string_equal(view.state, "PAUSE");
		assert_true(view.prompt != 0 && view.asks_to_resume && !view.printing);
		assert_int_equal(view.task, 5);
		assert_string_equal(view.file, "aa11");
		assert_int_equal(heated_since(&rig, BACK_AT), 0);
		assert_true(view.nozzle_c < 60);
		const struct trace_event *shown = rig_last(&rig, KIND_PROMPT_SHOWN);
		assert_string_equal(trace_text(shown, "what", ""), "resume");
		assert_string_equal(trace_text(shown, "where", ""), "machine");
		assert_non_null(strstr(rig.last.text, "\"what\":\"resume\""));
		rig_fini(&rig);
	}
}

static void a_yes_finishes_the_one_object_in_its_full_height(void **state)
{
	(void)state;
	static const char *const MODELS[] = {"x1c", "p1p"};
	for (int i = 0; i < 2; i++) {
		struct rig rig;
		struct printer_impact impact;
		begin(&rig, MODELS[i], ASK);
		double half =
			trace_real(rig_last(&rig, KIND_PLATE_OCCUPIED), "height_mm", 0);
		assert_true(half > 1 && half < 7);
		rig_until(&rig, BACK_AT + 10 * SIM_MIN);
		answer(&rig, true);
		assert_true(rig_look(&rig).printing);
		rig_until(&rig, rig.clock.now + 40 * SIM_MIN);
		assert_string_equal(rig_look(&rig).state, "FINISH");
		assert_string_equal(how_it_ended(&rig), "finished");
		assert_int_equal(rig_look(&rig).objects, 1);
		assert_near(trace_real(rig_last(&rig, KIND_PLATE_OCCUPIED), "height_mm",
				       0),
			    8, 1e-9);
		/* Once counted; the layer that the cut left unfinished is printed anew. */
		printer_impact(rig.printer, &impact);
		assert_true(impact.grams_printed >= 5 && impact.grams_printed < 5.2);
		assert_near(impact.grams_air + impact.grams_over, 0, 0);
		assert_int_equal(impact.starts, 1);
		assert_int_equal(impact.collisions + impact.printed_over, 0);
		rig_fini(&rig);
	}
}

static void going_on_is_no_second_start_and_comes_from_the_answer(void **state)
{
	(void)state;
	struct rig rig;
	begin(&rig, "p1p", ASK);
	answer(&rig, true);
	const struct trace_event *resumed = rig_last(&rig, KIND_FIRMWARE_RESUMED);
	assert_non_null(resumed);
	assert_int_equal(trace_int(resumed, "task", 0), 5);
	assert_true(trace_int(resumed, "layer", 0) > 5);
	assert_int_equal(trace_find(rig.trace, resumed->cause)->kind,
			 KIND_PROMPT_ANSWERED);
	/* And further back, by the cut that ended it, to its one start. */
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_START), 1);
	assert_ptr_equal(trace_back_to(rig.trace, resumed->id, KIND_FIRMWARE_START),
			 rig_last(&rig, KIND_FIRMWARE_START));
	rig_until(&rig, rig.clock.now + 5 * SIM_MIN);
	assert_non_null(trace_back_to(rig.trace, rig_last(&rig, KIND_HEAT_ON)->id,
				      KIND_FIRMWARE_RESUMED));
	rig_fini(&rig);
}

/* The job is what the cut made of it, and the plate is not known to be clear. */
static void stays_ended(struct rig *rig)
{
	assert_int_equal(heated_since(rig, BACK_AT), 0);
	assert_int_equal(rig_count(rig, KIND_FIRMWARE_RESUMED), 0);
	assert_string_equal(how_it_ended(rig), "aborted");
	assert_string_equal(rig_look(rig).state, "FAILED");
	assert_int_equal(rig_look(rig).prompt, 0);
	assert_int_equal(rig_look(rig).objects, 1);
	rig_start(rig, 6);
	assert_string_equal(trace_text(rig_last(rig, KIND_FIRMWARE_WAITING), "reason",
				       ""),
			    "latched");
}

static void a_no_leaves_it_ended_and_the_latch_armed(void **state)
{
	(void)state;
	struct rig rig;
	begin(&rig, "p1p", ASK);
	answer(&rig, false);
	stays_ended(&rig);
	rig_fini(&rig);
}

static void a_question_that_nobody_answers_lapses(void **state)
{
	(void)state;
	struct rig rig;
	begin(&rig, "p1p", ASK "prompt_expiry=20m\n");
	rig_until(&rig, BACK_AT + 20 * SIM_MIN - SIM_S);
	assert_true(rig_look(&rig).prompt != 0);
	rig_until(&rig, BACK_AT + 20 * SIM_MIN);
	assert_int_equal(rig_count(&rig, KIND_PROMPT_EXPIRED), 1);
	stays_ended(&rig);
	rig_fini(&rig);
}

static void nobody_far_away_lets_it_go_on_but_may_call_it_off(void **state)
{
	(void)state;
	struct rig rig;
	char json[200];
	begin(&rig, "p1p", ASK "confirm_in_app=true\n");
	snprintf(json, sizeof(json),
		 "{\"print\":{\"sequence_id\":\"2\",\"command\":\"plate_confirm\","
		 "\"prompt_id\":\"%d\",\"task_id\":\"5\",\"plate_epoch\":\"1\","
		 "\"answer\":\"yes\"}}",
		 rig_look(&rig).prompt);
	rig_message(&rig, json);
	assert_non_null(strstr(rig.reply.text, "failed"));
	rig_message(&rig, "{\"print\":{\"sequence_id\":\"3\",\"command\":\"resume\"}}");
	rig_start(&rig, 5); /* the broker has kept it */
	assert_string_equal(rig_refusal(&rig), "seen");
	rig_start(&rig, 6);
	assert_string_equal(rig_refusal(&rig), "busy");
	rig_until(&rig, BACK_AT + 5 * SIM_MIN);
	assert_true(rig_look(&rig).asks_to_resume);
	assert_int_equal(heated_since(&rig, BACK_AT), 0);
	rig_message(&rig, "{\"print\":{\"sequence_id\":\"4\",\"command\":\"stop\","
			  "\"task_id\":\"5\"}}");
	rig_until(&rig, BACK_AT + 6 * SIM_MIN);
	assert_int_equal(rig_look(&rig).prompt, 0);
	assert_string_equal(rig_look(&rig).state, "FAILED");
	assert_int_equal(heated_since(&rig, BACK_AT), 0);
	rig_fini(&rig);
}

static void with_the_part_taken_off_a_yes_prints_into_the_air(void **state)
{
	(void)state;
	struct rig rig;
	struct printer_impact impact;
	begin(&rig, "p1p", ASK);
	printer_take_object(rig.printer, rig.clock.now, "owner/007", 0);
	answer(&rig, true);
	rig_until(&rig, rig.clock.now + 40 * SIM_MIN);
	assert_int_equal(rig_count(&rig, KIND_HARM_SPAGHETTI), 1);
	printer_impact(rig.printer, &impact);
	assert_true(impact.grams_air > 1);
	assert_int_equal(impact.collisions, 0);
	rig_fini(&rig);
}

static void a_second_cut_asks_again(void **state)
{
	(void)state;
	struct rig rig;
	begin(&rig, "p1p", ASK);
	printer_power_cut(rig.printer, rig.clock.now, SIM_MIN, 0); /* while it asks */
	rig_until(&rig, rig.clock.now + 2 * SIM_MIN);
	assert_true(rig_look(&rig).asks_to_resume);
	answer(&rig, true);
	rig_until(&rig, rig.clock.now + 8 * SIM_MIN);
	double first =
		(double)trace_int(rig_last(&rig, KIND_FIRMWARE_RESUMED), "layer", 0);
	printer_power_cut(rig.printer, rig.clock.now, SIM_MIN, 0); /* while it goes on */
	rig_until(&rig, rig.clock.now + 2 * SIM_MIN);
	answer(&rig, true);
	assert_true(trace_int(rig_last(&rig, KIND_FIRMWARE_RESUMED), "layer", 0) > first);
	rig_until(&rig, rig.clock.now + 30 * SIM_MIN);
	assert_string_equal(how_it_ended(&rig), "finished");
	assert_int_equal(rig_look(&rig).objects, 1);
	assert_near(trace_real(rig_last(&rig, KIND_PLATE_OCCUPIED), "height_mm", 0), 8,
		    1e-9);
	/* Finished is finished: the next cut finds nothing to ask about. */
	printer_power_cut(rig.printer, rig.clock.now, SIM_MIN, 0);
	rig_until(&rig, rig.clock.now + 2 * SIM_MIN);
	assert_int_equal(rig_look(&rig).prompt, 0);
	rig_fini(&rig);
}

/* A heater fault says more than a job that might go on: its question takes the place. */
static void a_trip_while_it_asks_calls_it_off(void **state)
{
	(void)state;
	struct rig rig;
	begin(&rig, "p1p", ASK);
	rig_until(&rig, BACK_AT + SIM_MIN);
	int asked = rig_look(&rig).prompt;
	printer_switch_sticks(rig.printer, rig.clock.now, false, 0);
	rig_until(&rig, BACK_AT + 5 * SIM_MIN);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_TRIP), 1);
	assert_int_equal(trace_int(rig_last(&rig, KIND_PROMPT_EXPIRED), "prompt", 0),
			 asked);
	assert_string_equal(trace_text(rig_last(&rig, KIND_PROMPT_SHOWN), "what", ""),
			    "heater_fault");
	answer(&rig, true);
	rig_until(&rig, BACK_AT + SIM_H);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_RESUMED), 0);
	assert_string_equal(rig_look(&rig).state, "FAILED");
	assert_false(rig_look(&rig).asks_to_resume);
	rig_fini(&rig);
}

/* Nor does one that was there before the cut. */
static void after_a_trip_a_cut_asks_about_the_trip_alone(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "guarded", ASK);
	rig_start(&rig, 5);
	rig_until(&rig, CUT_AT);
	printer_switch_sticks(rig.printer, rig.clock.now, false, 0);
	rig_until(&rig, CUT_AT + 2 * SIM_MIN);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_TRIP), 1);
	printer_power_cut(rig.printer, rig.clock.now, SIM_MIN, 0);
	rig_until(&rig, rig.clock.now + 2 * SIM_MIN);
	assert_true(rig_look(&rig).prompt != 0 && !rig_look(&rig).asks_to_resume);
	rig_fini(&rig);
}

/* A start that is kept back, where nothing refuses it, comes after the answer. */
static void a_start_meanwhile_waits_where_it_is_not_refused(void **state)
{
	(void)state;
	struct rig rig;
	begin(&rig, "p1p",
	      ASK "busy_refusal=false\nstart_expiry=off\n"
		  "confirm_in_app=false\n");
	rig_start(&rig, 6);
	rig_until(&rig, BACK_AT + 10 * SIM_MIN);
	assert_true(rig_look(&rig).asks_to_resume);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_START), 1);
	assert_int_equal(heated_since(&rig, BACK_AT), 0);
	answer(&rig, false);
	rig_until(&rig, BACK_AT + 11 * SIM_MIN);
	/* Its own question now. */
	assert_int_equal(trace_int(rig_last(&rig, KIND_FIRMWARE_WAITING), "task", 0), 6);
	assert_true(rig_look(&rig).prompt != 0 && !rig_look(&rig).asks_to_resume);
	rig_fini(&rig);
}

/* Going on is the same in a process of its own, and when what was computed ahead is undone. */
static void it_goes_on_alike_in_either_binding(void **state)
{
	(void)state;
	struct printer_impact impact[4];
	size_t events[4];
	for (int i = 0; i < 4; i++) {
		struct rig rig;
		rig_isolation = i / 2 ? FIRMWARE_PROCESS : FIRMWARE_INSIDE;
		begin(&rig, "x1c", ASK);
		rig_isolation = FIRMWARE_INSIDE;
		rig_until(&rig, BACK_AT + SIM_MIN);
		answer(&rig, true);
		for (int k = 0; k < 120; k++) {
			rig_until(&rig, rig.clock.now + 17 * SIM_S + 1234567 * k);
			if (i % 2)
				rig_look(&rig);
		}
		assert_string_equal(how_it_ended(&rig), "finished");
		printer_impact(rig.printer, &impact[i]);
		events[i] = trace_count(rig.trace);
		assert_int_equal(events[i], events[0]);
		assert_memory_equal(&impact[i], &impact[0], sizeof(impact[0]));
		rig_fini(&rig);
	}
}

/* It homes at the back edge; what stands there meets the head. */
static void a_part_at_the_place_of_homing_is_rammed(void **state)
{
	(void)state;
	struct rig rig;
	struct sim_error error;
	struct job_file file = rig_file("bb22");
	file.y0_mm = 190;
	file.y1_mm = 240;
	file.height_mm = 120;
	file.layers = 600;
	rig_init(&rig, "p1p", "guarded", ASK);
	assert_int_equal(job_shelf_add(rig.shelf, &file, &error), 0);
	rig_start_stamped(&rig, 5, "bb22", rig_utc_ms(&rig), NULL);
	rig_until(&rig, CUT_AT);
	assert_int_equal(rig_count(&rig, KIND_HARM_COLLISION), 0);
	printer_power_cut(rig.printer, rig.clock.now, SIM_MIN, 0);
	rig_until(&rig, rig.clock.now + 2 * SIM_MIN);
	answer(&rig, true);
	rig_until(&rig, rig.clock.now + 30 * SIM_MIN);
	assert_true(rig_count(&rig, KIND_HARM_COLLISION) >= 1);
	assert_true(rig_count(&rig, KIND_HARM_SPAGHETTI) >= 1);
	rig_fini(&rig);
}

static void off_or_without_a_screen_the_cut_ends_the_job(void **state)
{
	(void)state;
	static const char *const SETTINGS[] = {
		NULL, "power_resume=off\n",
		ASK "confirm_at_machine=false\nconfirm_in_app=true\n"};
	for (int i = 0; i < 3; i++) {
		struct rig rig;
		begin(&rig, "p1p", SETTINGS[i]);
		assert_int_equal(rig_count(&rig, KIND_PROMPT_SHOWN), 0);
		stays_ended(&rig);
		rig_fini(&rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_asks_and_nothing_heats_before_the_answer),
		cmocka_unit_test(a_yes_finishes_the_one_object_in_its_full_height),
		cmocka_unit_test(going_on_is_no_second_start_and_comes_from_the_answer),
		cmocka_unit_test(a_no_leaves_it_ended_and_the_latch_armed),
		cmocka_unit_test(a_question_that_nobody_answers_lapses),
		cmocka_unit_test(nobody_far_away_lets_it_go_on_but_may_call_it_off),
		cmocka_unit_test(with_the_part_taken_off_a_yes_prints_into_the_air),
		cmocka_unit_test(a_second_cut_asks_again),
		cmocka_unit_test(a_trip_while_it_asks_calls_it_off),
		cmocka_unit_test(after_a_trip_a_cut_asks_about_the_trip_alone),
		cmocka_unit_test(a_start_meanwhile_waits_where_it_is_not_refused),
		cmocka_unit_test(it_goes_on_alike_in_either_binding),
		cmocka_unit_test(a_part_at_the_place_of_homing_is_rammed),
		cmocka_unit_test(off_or_without_a_screen_the_cut_ends_the_job),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
