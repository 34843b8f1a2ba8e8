/* Each safeguard of the guarded build by itself: off, on, and its hole. */
#include "tests/unit/printers/rig.h"

#define OFF                                                                           \
	"busy_refusal=true\nstart_expiry=off\nidempotency=false\nplate_latch=false\n" \
	"plate_sensor=false\nconfirm_at_machine=false\nconfirm_in_app=false\n"        \
	"supersede=false\nheater_monitor=false\nheater_cutoff=false\n"                \
	"no_reheat_without_ack=false\n"

static int starts(const struct rig *rig)
{
	return rig_count(rig, KIND_FIRMWARE_START);
}

/* A first job is printed and left on the plate; it is then `after` later. */
static void leave_an_object(struct rig *rig, sim_ns after)
{
	rig_start(rig, 1);
	rig_until(rig, rig->clock.now + 40 * SIM_MIN);
	assert_string_equal(rig_look(rig).state, "FINISH");
	rig_until(rig, rig->clock.now + after);
}

static void with_everything_off_it_starts_on_an_occupied_plate(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "x1c", "guarded", OFF);
	leave_an_object(&rig, SIM_H);
	rig_start_stamped(&rig, 2, "aa11", rig_utc_ms(&rig) - 5 * 3600000, NULL);
	assert_int_equal(starts(&rig), 2);
	rig_until(&rig, 3 * SIM_H);
	assert_int_equal(rig_count(&rig, KIND_HARM_PRINTED_OVER), 1);
	rig_fini(&rig);
}

static void a_fresh_start_on_a_clear_plate_prints_at_once(void **state)
{
	(void)state;
	static const char *const MODELS[] = {"x1c", "p1p"};
	for (int i = 0; i < 2; i++) {
		struct rig rig;
		rig_init(&rig, MODELS[i], "guarded", NULL);
		trace_id cause = rig_start(&rig, 1);
		assert_int_equal(starts(&rig), 1);
		assert_int_equal(rig_count(&rig, KIND_PROMPT_SHOWN), 0);
		const struct trace_event *start = rig_last(&rig, KIND_FIRMWARE_START);
		assert_non_null(trace_back_to(rig.trace, start->id, KIND_MQTT_DELIVER));
		assert_int_equal(
			trace_back_to(rig.trace, start->id, KIND_MQTT_DELIVER)->id,
			cause);
		rig_until(&rig, SIM_H);
		assert_string_equal(rig_look(&rig).state, "FINISH");
		assert_int_equal(rig_count(&rig, KIND_FIRMWARE_TRIP), 0);
		rig_fini(&rig);
	}
}

static void a_plate_that_was_cleared_needs_nobody(void **state)
{
	(void)state;
	static const char *const MODELS[] = {"x1c", "p1p"};
	for (int i = 0; i < 2; i++) {
		struct rig rig;
		rig_init(&rig, MODELS[i], "guarded", NULL);
		leave_an_object(&rig, SIM_H);
		printer_take_object(rig.printer, rig.clock.now, "owner/007", 0);
		rig_until(&rig, 5 * SIM_H);
		rig_start(&rig, 2);
		assert_int_equal(starts(&rig), 2);
		rig_fini(&rig);
	}
}

static void an_occupied_plate_asks_at_the_machine_and_nothing_heats(void **state)
{
	(void)state;
	static const struct {
		const char *model, *reason;
	} ROWS[] = {{"x1c", "occupied"}, {"p1p", "latched"}};
	for (int i = 0; i < 2; i++) {
		struct rig rig;
		rig_init(&rig, ROWS[i].model, "guarded", NULL);
		leave_an_object(&rig, SIM_H);
		int heated = rig_count(&rig, KIND_HEAT_ON);
		int moved = rig_count(&rig, KIND_MOTION_STAGE);
		trace_id cause = rig_start(&rig, 2);
		const struct trace_event *waiting = rig_last(&rig, KIND_FIRMWARE_WAITING);
		assert_non_null(waiting);
		assert_string_equal(trace_text(waiting, "reason", ""), ROWS[i].reason);
		const struct trace_event *shown = rig_last(&rig, KIND_PROMPT_SHOWN);
		assert_string_equal(trace_text(shown, "where", ""), "machine");
		assert_non_null(strstr(rig.reply.text, "\"reason\":\"waiting\""));
		assert_int_equal(starts(&rig), 1);
		int prompt = rig_look(&rig).prompt;
		assert_true(prompt > 0);
		assert_int_equal(rig_look(&rig).task, 2); /* what it asks about */
		assert_string_equal(rig_look(&rig).file, "aa11");
		assert_false(rig_look(&rig).printing);
		rig_until(&rig, rig.clock.now + 20 * SIM_MIN);
		assert_int_equal(rig_count(&rig, KIND_HEAT_ON), heated);
		assert_int_equal(rig_count(&rig, KIND_MOTION_STAGE), moved);

		printer_answer(rig.printer, rig.clock.now, prompt, true, "owner/007", 0);
		const struct trace_event *start = rig_last(&rig, KIND_FIRMWARE_START);
		assert_int_equal(starts(&rig), 2);
		const struct trace_event *answered = trace_find(rig.trace, start->cause);
		assert_int_equal(answered->kind, KIND_PROMPT_ANSWERED);
		assert_string_equal(trace_text(answered, "by", ""), "owner/007");
		assert_int_equal(answered->cause, shown->id);
		assert_int_equal(shown->cause, waiting->id);
		assert_int_equal(
			trace_back_to(rig.trace, waiting->id, KIND_MQTT_DELIVER)->id,
			cause);
		assert_int_equal(rig_look(&rig).prompt, 0);
		rig_fini(&rig);
	}
}

static void a_no_declines_and_each_prompt_takes_one_answer(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "guarded", NULL);
	leave_an_object(&rig, SIM_H);
	rig_start(&rig, 2);
	int prompt = rig_look(&rig).prompt;
	printer_answer(rig.printer, rig.clock.now, prompt + 1, true, "owner/007", 0);
	assert_int_equal(rig_look(&rig).prompt, prompt);
	printer_answer(rig.printer, rig.clock.now, prompt, false, "owner/007", 0);
	assert_string_equal(rig_refusal(&rig), "declined");
	printer_answer(rig.printer, rig.clock.now, prompt, true, "owner/007", 0);
	assert_int_equal(starts(&rig), 1);
	assert_int_equal(rig_count(&rig, KIND_PROMPT_ANSWERED), 1);
	/* The same wish may be sent again. */
	rig_start(&rig, 2);
	assert_true(rig_look(&rig).prompt > prompt);
	rig_fini(&rig);
}

static void an_unanswered_prompt_refuses_its_start(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "guarded", NULL);
	leave_an_object(&rig, 4 * SIM_H);
	sim_ns asked = rig.clock.now;
	int heated = rig_count(&rig, KIND_HEAT_ON);
	rig_start(&rig, 2);
	assert_int_equal(printer_due(rig.printer, asked), asked + 30 * SIM_MIN);
	rig_until(&rig, asked + SIM_H);
	assert_string_equal(rig_refusal(&rig), "no_answer");
	const struct trace_event *refused = rig_last(&rig, KIND_FIRMWARE_REFUSED);
	assert_true(refused->t == asked + 30 * SIM_MIN);
	assert_int_equal(trace_find(rig.trace, refused->cause)->kind,
			 KIND_PROMPT_EXPIRED);
	assert_int_equal(rig_count(&rig, KIND_HEAT_ON), heated);
	assert_non_null(strstr(rig.reply.text, "\"reason\":\"no_answer\""));
	rig_fini(&rig);
}

static void start_expiry_alone_refuses_old_stamps(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "guarded", OFF "start_expiry=5m\nunstamped=accept\n");
	rig_start_stamped(&rig, 1, "aa11", rig_utc_ms(&rig) - 301000, NULL);
	assert_string_equal(rig_refusal(&rig), "expired");
	assert_int_equal(starts(&rig), 0);
	rig_start_stamped(&rig, 2, "aa11", rig_utc_ms(&rig) - 299000, NULL);
	assert_int_equal(starts(&rig), 1);
	rig_fini(&rig);

	/* The hole: a machine whose clock is slow. */
	rig_init(&rig, "p1p", "guarded", OFF "start_expiry=5m\nunstamped=accept\n");
	printer_set_clock_skew(rig.printer, 0, -5 * SIM_H, 0, 0);
	rig_start_stamped(&rig, 1, "aa11", rig_utc_ms(&rig) - 5 * 3600000, NULL);
	assert_int_equal(starts(&rig), 1);
	rig_fini(&rig);

	/* Or one that loses an hour a day: after a day a start may be an hour old. */
	for (int late_min = 59; late_min <= 66; late_min += 7) {
		rig_init(&rig, "p1p", "guarded",
			 OFF "start_expiry=5m\nunstamped=accept\n");
		printer_set_clock_skew(rig.printer, rig.clock.now, 0, -41667, 0);
		rig_until(&rig, rig.clock.now + 24 * SIM_H);
		rig_start_stamped(&rig, 1, "aa11", rig_utc_ms(&rig) - late_min * 60000,
				  NULL);
		assert_int_equal(starts(&rig), late_min < 65);
		rig_fini(&rig);
	}
}

static void an_unstamped_start_gets_what_is_set(void **state)
{
	(void)state;
	static const struct {
		const char *settings;
		int starts, prompts;
		const char *refusal;
	} ROWS[] = {
		{OFF "start_expiry=5m\nunstamped=refuse\n", 0, 0, "unstamped"},
		{OFF "start_expiry=5m\nunstamped=accept\n", 1, 0, "none"},
		{OFF "start_expiry=5m\nunstamped=confirm\n", 0, 0, "unstamped"},
		{OFF "plate_latch=true\nconfirm_at_machine=true\nstart_expiry=5m\n", 0, 1,
		 "none"},
		{OFF "unstamped=refuse\n", 1, 0,
		 "none"}, /* only while start_expiry is on */
	};
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct rig rig;
		rig_init(&rig, "p1p", "guarded", ROWS[i].settings);
		rig_start_stamped(&rig, 1, "aa11", 0, NULL);
		assert_int_equal(starts(&rig), ROWS[i].starts);
		assert_int_equal(rig_count(&rig, KIND_PROMPT_SHOWN), ROWS[i].prompts);
		assert_string_equal(rig_refusal(&rig), ROWS[i].refusal);
		rig_fini(&rig);
	}
}

static void a_stamp_from_the_future_is_no_stamp(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "guarded", OFF "start_expiry=5m\nunstamped=refuse\n");
	rig_start_stamped(&rig, 1, "aa11", rig_utc_ms(&rig) + 3600000, NULL);
	assert_string_equal(rig_refusal(&rig), "unstamped");
	rig_fini(&rig);
}

static void idempotency_alone_refuses_what_was_started_before(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "guarded", OFF "idempotency=true\n");
	leave_an_object(&rig, SIM_MIN);
	rig_start(&rig, 1);
	assert_string_equal(rig_refusal(&rig), "seen");
	printer_power_cut(rig.printer, rig.clock.now, SIM_MIN, 0);
	rig_until(&rig, rig.clock.now + 2 * SIM_MIN);
	rig_start(&rig, 1);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_REFUSED),
			 2); /* kept over the cut */
	assert_int_equal(starts(&rig), 1);
	rig_start(&rig, 2);
	assert_int_equal(starts(&rig), 2);
	rig_fini(&rig);
}

static void a_job_key_tells_a_resend_under_another_task(void **state)
{
	(void)state;
	struct rig rig;
	const char *key = ",\"job_key\":\"k1\"";
	rig_init(&rig, "p1p", "guarded", OFF "idempotency=true\n");
	rig_start_stamped(&rig, 1, "aa11", 0, key);
	rig_until(&rig, SIM_H);
	rig_start_stamped(&rig, 2, "aa11", 0, key);
	assert_string_equal(rig_refusal(&rig), "seen");
	/* The holes: no key and another task; ids of 0. */
	rig_start_stamped(&rig, 3, "aa11", 0, NULL);
	assert_int_equal(starts(&rig), 2);
	rig_until(&rig, 2 * SIM_H);
	rig_start_stamped(&rig, 0, "aa11", 0, NULL);
	rig_until(&rig, 3 * SIM_H);
	rig_start_stamped(&rig, 0, "aa11", 0, NULL);
	assert_int_equal(starts(&rig), 4);
	rig_fini(&rig);
}

static void a_retry_of_what_waits_gets_the_same_answer(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "guarded", NULL);
	leave_an_object(&rig, SIM_H);
	rig_start(&rig, 2);
	int prompt = rig_look(&rig).prompt;
	rig_until(&rig, rig.clock.now + 2 * SIM_MIN);
	rig_start_stamped(&rig, 2, "aa11", rig_utc_ms(&rig) - 120000, NULL);
	assert_non_null(strstr(rig.reply.text, "\"reason\":\"waiting\""));
	assert_int_equal(rig_look(&rig).prompt, prompt);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_REFUSED), 0);
	rig_fini(&rig);
}

/* --- the latch ------------------------------------------------------------------- */

static void finish(struct rig *rig)
{
	rig_until(rig, rig->clock.now + 40 * SIM_MIN);
}

static void cancel(struct rig *rig)
{
	rig_until(rig, rig->clock.now + 12 * SIM_MIN);
	rig_message(rig, "{\"print\":{\"sequence_id\":\"1\",\"command\":\"stop\"}}");
}

static void press_stop(struct rig *rig)
{
	rig_until(rig, rig->clock.now + 12 * SIM_MIN);
	printer_press_stop(rig->printer, rig->clock.now, "owner/007", 0);
}

static void cut_power(struct rig *rig)
{
	rig_until(rig, rig->clock.now + 12 * SIM_MIN);
	printer_power_cut(rig->printer, rig->clock.now, SIM_MIN, 0);
	rig_until(rig, rig->clock.now + 2 * SIM_MIN);
	printer_online(rig->printer, rig->clock.now, true, 0);
}

static void cut_power_after_the_end(struct rig *rig)
{
	finish(rig);
	cut_power(rig);
}

static void plate_latch_alone_is_armed_by_every_ending(void **state)
{
	(void)state;
	static void (*const ENDINGS[])(struct rig *) = {finish, cancel, press_stop,
							cut_power,
							cut_power_after_the_end};
	for (size_t i = 0; i < sizeof(ENDINGS) / sizeof(ENDINGS[0]); i++) {
		struct rig rig;
		rig_init(&rig, "p1p", "guarded", OFF "plate_latch=true\n");
		rig_start(&rig, 1);
		ENDINGS[i](&rig);
		assert_false(rig_look(&rig).printing);
		assert_int_equal(rig_look(&rig).objects, 1);
		rig_start(&rig, 2);
		assert_string_equal(rig_refusal(&rig), "latched");
		assert_int_equal(starts(&rig), 1);
		printer_take_object(rig.printer, rig.clock.now, "owner/007", 0);
		rig_start(&rig, 3);
		assert_int_equal(starts(&rig), 2);
		rig_fini(&rig);
	}
}

/* --- the sensor ------------------------------------------------------------------ */

static void plate_sensor_alone_refuses_what_it_sees(void **state)
{
	(void)state;
	static const struct {
		const char *model, *settings;
		enum plate_sensor_state sensor;
		int starts;
	} ROWS[] = {
		{"x1c", OFF "plate_sensor=true\n", PLATE_SENSOR_WORKS, 1},
		{"x1c", OFF "plate_sensor=true\n", PLATE_SENSOR_UNAVAILABLE, 1},
		/* its holes */
		{"x1c", OFF "plate_sensor=true\nsensor_fail_open=true\n",
		 PLATE_SENSOR_UNAVAILABLE, 2},
		{"x1c", OFF "plate_sensor=true\n", PLATE_SENSOR_BLIND, 2},
		{"p1p", OFF "plate_sensor=true\n", PLATE_SENSOR_WORKS, 2},
	};
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct rig rig;
		rig_init(&rig, ROWS[i].model, "guarded", ROWS[i].settings);
		leave_an_object(&rig, SIM_MIN);
		printer_set_plate_sensor(rig.printer, rig.clock.now, ROWS[i].sensor, 0);
		rig_start(&rig, 2);
		assert_int_equal(starts(&rig), ROWS[i].starts);
		if (ROWS[i].starts == 1)
			assert_string_equal(rig_refusal(&rig), "occupied");
		rig_fini(&rig);
	}
}

/* --- confirmations --------------------------------------------------------------- */

static void confirm_at_machine_alone_asks_before_every_print(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "guarded", OFF "confirm_at_machine=true\n");
	rig_start(&rig, 1);
	assert_int_equal(starts(&rig), 0);
	printer_answer(rig.printer, rig.clock.now, rig_look(&rig).prompt, true,
		       "owner/007", 0);
	assert_int_equal(starts(&rig), 1);
	finish(&rig);
	/* The hole: somebody says yes without looking. */
	rig_start(&rig, 2);
	printer_answer(rig.printer, rig.clock.now, rig_look(&rig).prompt, true,
		       "owner/007", 0);
	finish(&rig);
	assert_int_equal(rig_count(&rig, KIND_HARM_PRINTED_OVER), 1);
	rig_fini(&rig);
}

struct claim {
	int prompt, task, epoch;
	int64_t not_after_ms;
	const char *answer;
};

static void in_app(struct rig *rig, const struct claim *claim)
{
	char json[400];
	snprintf(json, sizeof(json),
		 "{\"print\":{\"sequence_id\":\"2\",\"command\":\"plate_confirm\","
		 "\"prompt_id\":\"%d\",\"task_id\":\"%d\",\"plate_epoch\":\"%d\","
		 "\"answer\":\"%s\",\"not_after\":\"%lld\"}}",
		 claim->prompt, claim->task, claim->epoch, claim->answer,
		 (long long)claim->not_after_ms);
	rig_message(rig, json);
}

static void an_answer_in_the_app_counts_once_for_one_prompt_task_plate_and_time(
	void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "guarded", OFF "confirm_in_app=true\nplate_latch=true\n");
	leave_an_object(&rig, SIM_MIN);
	rig_start(&rig, 2);
	assert_non_null(strstr(rig.last.text, "\"where\":\"app\""));
	assert_non_null(strstr(rig.last.text, "\"plate_epoch\":\"1\""));
	assert_int_equal(rig_look(&rig).prompt, 0); /* not on the screen */
	int prompt = (int)trace_int(rig_last(&rig, KIND_PROMPT_SHOWN), "prompt", 0);
	int64_t soon = rig_utc_ms(&rig) + 60000;
	/* Not at the machine. */
	printer_answer(rig.printer, rig.clock.now, prompt, true, "owner/007", 0);
	const struct claim wrong[] = {
		{prompt + 1, 2, 1, soon, "yes"}, {prompt, 3, 1, soon, "yes"},
		{prompt, 2, 0, soon, "yes"},     {prompt, 2, 1, soon - 120000, "yes"},
		{prompt, 2, 1, soon, "maybe"},
	};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		in_app(&rig, &wrong[i]);
		assert_int_equal(starts(&rig), 1);
	}
	const struct claim right = {prompt, 2, 1, soon, "yes"};
	in_app(&rig, &right);
	assert_int_equal(starts(&rig), 2);
	assert_string_equal(trace_text(rig_last(&rig, KIND_PROMPT_ANSWERED), "where", ""),
			    "app");
	finish(&rig);
	/* A copy that the network kept opens nothing any more. */
	rig_start(&rig, 3);
	in_app(&rig, &right);
	assert_int_equal(starts(&rig), 2);
	rig_fini(&rig);
}

static void a_yes_in_the_app_does_not_overrule_the_sensor(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "x1c", "guarded", "confirm_in_app=true\n");
	leave_an_object(&rig, SIM_MIN);
	rig_start(&rig, 2);
	assert_non_null(strstr(rig.last.text, "\"where\":\"both\""));
	const struct claim yes = {rig_look(&rig).prompt, 2, 1, rig_utc_ms(&rig) + 1000,
				  "yes"};
	in_app(&rig, &yes);
	assert_string_equal(rig_refusal(&rig), "occupied");
	assert_int_equal(starts(&rig), 1);
	rig_fini(&rig);
}

static void taking_the_object_voids_answers_for_the_old_plate(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "guarded", "confirm_in_app=true\n");
	leave_an_object(&rig, SIM_MIN);
	rig_start(&rig, 2);
	printer_take_object(rig.printer, rig.clock.now, "owner/007", 0);
	assert_non_null(strstr(rig.last.text, "\"plate_epoch\":\"2\""));
	struct claim yes = {rig_look(&rig).prompt, 2, 1, rig_utc_ms(&rig) + 1000, "yes"};
	in_app(&rig, &yes);
	assert_int_equal(starts(&rig), 1);
	yes.epoch = 2;
	in_app(&rig, &yes);
	assert_int_equal(starts(&rig), 2);
	rig_fini(&rig);
}

/* --- order of wishes ------------------------------------------------------------- */

static void supersede_alone_lets_the_latest_wish_win(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "guarded",
		 OFF "supersede=true\nplate_latch=true\nconfirm_at_machine=true\n");
	leave_an_object(&rig, SIM_H);
	rig_start_stamped(&rig, 2, "aa11", rig_utc_ms(&rig) - 7200000 + 5400000, NULL);
	int first = rig_look(&rig).prompt;
	rig_start(&rig, 3);
	assert_string_equal(rig_refusal(&rig), "superseded");
	assert_int_equal(trace_int(rig_last(&rig, KIND_FIRMWARE_REFUSED), "task", 0), 2);
	assert_true(rig_look(&rig).prompt > first);
	printer_take_object(rig.printer, rig.clock.now, "owner/007", 0);
	printer_answer(rig.printer, rig.clock.now, rig_look(&rig).prompt, true,
		       "owner/007", 0);
	finish(&rig);
	printer_take_object(rig.printer, rig.clock.now, "owner/007", 0);
	rig_start_stamped(&rig, 4, "aa11", rig_utc_ms(&rig) - 3600000, NULL);
	assert_int_equal(trace_int(rig_last(&rig, KIND_FIRMWARE_REFUSED), "task", 0), 4);
	assert_int_equal(starts(&rig), 2);
	rig_start_stamped(&rig, 5, "aa11", 0, NULL); /* the hole: unstamped */
	assert_int_equal(starts(&rig), 3);
	rig_fini(&rig);
}

static void without_busy_refusal_a_second_start_follows_the_first(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "guarded", OFF "busy_refusal=false\n");
	rig_start(&rig, 1);
	rig_until(&rig, 5 * SIM_MIN);
	rig_start(&rig, 2);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_REFUSED), 0);
	assert_int_equal(starts(&rig), 1);
	rig_until(&rig, 2 * SIM_H);
	assert_int_equal(starts(&rig), 2);
	assert_int_equal(rig_count(&rig, KIND_HARM_PRINTED_OVER), 1);
	rig_fini(&rig);

	rig_init(&rig, "p1p", "guarded", OFF);
	rig_start(&rig, 1);
	rig_start(&rig, 2);
	assert_string_equal(rig_refusal(&rig), "busy");
	rig_fini(&rig);
}

static void a_stop_takes_a_waiting_start_away(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "guarded", NULL);
	leave_an_object(&rig, SIM_H);
	rig_start(&rig, 2);
	rig_message(&rig, "{\"print\":{\"sequence_id\":\"1\",\"command\":\"stop\","
			  "\"task_id\":\"2\"}}");
	assert_string_equal(rig_refusal(&rig), "declined");
	assert_int_equal(rig_look(&rig).prompt, 0);
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_everything_off_it_starts_on_an_occupied_plate),
		cmocka_unit_test(a_fresh_start_on_a_clear_plate_prints_at_once),
		cmocka_unit_test(a_plate_that_was_cleared_needs_nobody),
		cmocka_unit_test(an_occupied_plate_asks_at_the_machine_and_nothing_heats),
		cmocka_unit_test(a_no_declines_and_each_prompt_takes_one_answer),
		cmocka_unit_test(an_unanswered_prompt_refuses_its_start),
		cmocka_unit_test(start_expiry_alone_refuses_old_stamps),
		cmocka_unit_test(an_unstamped_start_gets_what_is_set),
		cmocka_unit_test(a_stamp_from_the_future_is_no_stamp),
		cmocka_unit_test(idempotency_alone_refuses_what_was_started_before),
		cmocka_unit_test(a_job_key_tells_a_resend_under_another_task),
		cmocka_unit_test(a_retry_of_what_waits_gets_the_same_answer),
		cmocka_unit_test(plate_latch_alone_is_armed_by_every_ending),
		cmocka_unit_test(plate_sensor_alone_refuses_what_it_sees),
		cmocka_unit_test(confirm_at_machine_alone_asks_before_every_print),
		cmocka_unit_test(
			an_answer_in_the_app_counts_once_for_one_prompt_task_plate_and_time),
		cmocka_unit_test(a_yes_in_the_app_does_not_overrule_the_sensor),
		cmocka_unit_test(taking_the_object_voids_answers_for_the_old_plate),
		cmocka_unit_test(supersede_alone_lets_the_latest_wish_win),
		cmocka_unit_test(without_busy_refusal_a_second_start_follows_the_first),
		cmocka_unit_test(a_stop_takes_a_waiting_start_away),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
