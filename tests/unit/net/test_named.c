/* Named faults: rows that arm primitives. */
#include "tests/unit/net/peer.h"

/* A value that fits, for what has no default. */
static void fill(const struct vocab_row *row, struct value *values)
{
	static const char *const samples[] = {"1", "1s", "true", "0.5", "text"};
	struct sim_error error;
	vocab_defaults(row, values);
	for (size_t i = 0; i < row->n_params; i++) {
		const struct param *param = &row->params[i];
		if (param->fallback)
			continue;
		int rc = SIM_EINVAL;
		if (param->type == PARAM_CHOICE)
			rc = param_parse(param, param->choices[0], &values[i], &error);
		for (size_t s = 0; rc != SIM_OK && s < 5; s++)
			rc = param_parse(param, samples[s], &values[i], &error);
		assert_int_equal(rc, SIM_OK);
		values[i].given = true;
	}
	int something = vocab_find_param(row, "set_dup"); /* rewrite wants one of many */
	if (something >= 0)
		values[something].given = true;
}

static void every_row_arms_and_lifts(void **state)
{
	const struct vocab_row *row;
	struct value values[64];
	struct sim_error error;
	struct witness a;
	(void)state;
	make_client(&a, "a");
	for (size_t i = 0; (row = fault_row(i)); i++) {
		struct fault *fault = NULL;
		fill(row, values);
		int rc = fault_arm(w.net, "a", row, values, NULL, w.clock.now, 0, &fault,
				   &error);
		if (rc != SIM_OK)
			fail_msg("%s: %s", row->name, error.text);
		fault_lift(fault, w.clock.now);
	}
	settle();
	connect_client(&a); /* all of it is over */
	assert_true(link_attached(client_link(a.client)));
}

static void a_named_fault_acts_as_its_parts_under_its_own_name(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	struct fault *fault = arm("a", "puback_lost", "");
	assert_int_equal(count_events(KIND_FAULT_ARMED), 1);
	publish(&a, "t", "x", 1);
	settle();
	assert_int_equal(a.published, 0);
	assert_int_equal(count_seen(MQTT_PUBLISH), 1);
	const struct trace_event *acted = last_event(KIND_FAULT_ACTED);
	assert_string_equal(trace_text(acted, "fault", ""), "puback_lost");
	assert_int_equal(trace_int(acted, "number", 0), receipt_of(fault).number);
	assert_int_equal(receipt_of(fault).matched, 1);
	assert_int_equal(receipt_of(fault).bytes, 4);
	fault_lift(fault, w.clock.now);
	assert_int_equal(count_events(KIND_FAULT_LIFTED), 1);
	publish(&a, "t", "y", 1);
	settle();
	assert_int_equal(a.published, 1);
}

static void a_matcher_narrows_what_the_row_says(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	struct fault *fault = arm("a", "puback_lost", "nth=2");
	for (int i = 0; i < 3; i++)
		publish(&a, "t", "x", 1);
	settle();
	assert_int_equal(a.published, 2);
	assert_int_equal(receipt_of(fault).matched, 1);
}

static void a_parameter_is_handed_on_to_the_part(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	arm("a", "jitter", "by=4s dir=up");
	connect_client(&a); /* up: late; down: not */
	assert_int_equal(a.connects, 0);
	run_to(4 * SIM_S);
	assert_int_equal(a.connects, 1);
	assert_true(w.seen[0].at > 0 && w.seen[0].at <= 4 * SIM_S);
}

static void the_receipt_lists_the_parts_and_says_why_nothing_matched(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	struct fault *fault = arm("a", "puback_lost", "");
	assert_string_equal(receipt_of(fault).why,
			    "no PUBACK packet passed down to the client");
	publish(&a, "t", "x", 1);
	settle();
	net_receipts(w.net, w.clock.now);
	assert_int_equal(count_events(KIND_FAULT_RECEIPT), 1); /* none for the part */
	assert_string_equal(trace_text(last_event(KIND_FAULT_RECEIPT), "parts", ""),
			    "drop 1/1");
}

#define WORLD_TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(every_row_arms_and_lifts),
		WORLD_TEST(a_named_fault_acts_as_its_parts_under_its_own_name),
		WORLD_TEST(a_matcher_narrows_what_the_row_says),
		WORLD_TEST(a_parameter_is_handed_on_to_the_part),
		WORLD_TEST(the_receipt_lists_the_parts_and_says_why_nothing_matched),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
