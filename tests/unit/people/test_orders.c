/* Orders to the machine: given in the app, awake, once. */
#include "tests/testing.h"

#include "tests/unit/people/bench.h"

static void everybody(struct bench *b, const char *options)
{
	struct sim_error error;
	struct value values[8];
	vocab_defaults(people_resume_row(), values);
	set_all(people_resume_row(), values, options);
	assert_int_equal(people_resume_jobs(b->people, b->clock.now, "printer/*", values,
					    0, &error),
			 SIM_OK);
}

static void each_orders_once_and_the_call_leads_back_to_him(void **state)
{
	(void)state;
	struct bench *b = bench_new("2023-08-14T17:00Z", SIM_DAY, "UTC", 3, "", "");
	everybody(b, "after=1m..2m");
	run_for(b, SIM_MIN - 1);
	assert_int_equal(b->n_calls, 0);
	run_for(b, SIM_H);
	assert_int_equal(b->n_calls, 3);
	for (int i = 0; i < 3; i++) {
		const struct noted_call *call = &b->calls[i];
		const struct trace_event *request = trace_find(b->trace, call->cause);
		const struct trace_event *given = trace_find(b->trace, request->cause);
		assert_int_equal(call->op, APP_ORDER);
		assert_string_equal(trace_text(request, "op", ""), "order");
		assert_int_equal(given->kind, KIND_INTENT_ORDER);
		assert_string_equal(trace_text(given, "command", ""), "resume");
		assert_int_equal(call->tapped_utc_ms,
				 clock_utc_ns(&b->clock, given->t) / 1000000);
	}
	bench_free(b);
}

static void an_order_that_the_service_refuses_is_not_given_again(void **state)
{
	(void)state;
	struct bench *b = bench_new("2023-08-14T17:00Z", SIM_DAY, "UTC", 1, "", "");
	b->service = SAYS_BUSY;
	everybody(b, "");
	run_for(b, 3 * SIM_H);
	assert_int_equal(b->n_calls, 1);
	b->service = SAYS_NOTHING;
	everybody(b, "");
	run_for(b, 3 * SIM_H);
	assert_int_equal(b->n_calls, 2);
	bench_free(b);
}

static void who_sleeps_orders_nothing_and_who_is_out_does(void **state)
{
	(void)state;
	struct bench *b = bench_new("2023-08-14T17:00Z", SIM_DAY, "UTC", 1,
				    "asleep=23:00-07:00 day_spread=0s", "");
	run_until(b, 7 * SIM_H);
	everybody(b, "");
	run_for(b, SIM_H);
	assert_int_equal(b->n_calls, 0);
	bench_free(b);
	b = bench_new("2023-08-14T17:00Z", SIM_DAY, "UTC", 1,
		      "away=16:00-23:00 away_on=daily day_spread=0s", "");
	run_until(b, SIM_H);
	everybody(b, "");
	run_for(b, SIM_H);
	assert_int_equal(b->n_calls, 1);
	bench_free(b);
}

static void orders_that_nobody_can_give_or_read_are_refused(void **state)
{
	(void)state;
	struct bench *b = bench_new("2023-08-14T17:00Z", SIM_DAY, "UTC", 1, "", "");
	struct sim_error error;
	struct value values[8];
	char lines[200];
	memset(lines, 'G', sizeof(lines) - 1);
	lines[sizeof(lines) - 1] = '\0';
	vocab_defaults(people_pause_row(), values);
	assert_int_equal(people_pause_jobs(b->people, 0, "printer/9*", values, 0, &error),
			 SIM_ENOENT);
	assert_non_null(strstr(error.text, "printer/9*"));
	set_all(people_gcode_row(), values, "share=1 after=0s lines=x");
	values[2].as.text = lines;
	assert_int_equal(people_send_gcode(b->people, 0, "*", values, 0, &error),
			 SIM_EINVAL);
	assert_non_null(strstr(error.text, "127 characters, not 199"));
	values[2].as.text = "";
	assert_int_equal(people_send_gcode(b->people, 0, "*", values, 0, &error),
			 SIM_EINVAL);
	bench_free(b);
}

/* What has not come when the run ends is let go of. */
static void an_order_for_later_ends_with_the_run(void **state)
{
	(void)state;
	struct bench *b = bench_new("2023-08-14T17:00Z", SIM_DAY, "UTC", 2, "", "");
	everybody(b, "after=2h..3h");
	run_for(b, SIM_H);
	assert_int_equal(b->n_calls, 0);
	bench_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_orders_once_and_the_call_leads_back_to_him),
		cmocka_unit_test(an_order_that_the_service_refuses_is_not_given_again),
		cmocka_unit_test(who_sleeps_orders_nothing_and_who_is_out_does),
		cmocka_unit_test(orders_that_nobody_can_give_or_read_are_refused),
		cmocka_unit_test(an_order_for_later_ends_with_the_run),
	};
	return cmocka_run_group_tests_name("people: orders", tests, NULL, NULL);
}
