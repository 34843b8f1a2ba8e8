/* stale_command: a machine heats by an order that was given long ago. */
#include "tests/unit/checks/hand.h"

static trace_id given(struct hand *hand, sim_ns at)
{
	return AT(hand, at, 0, KIND_INTENT_ORDER, "owner/007",
		  F_TEXT("command", "resume"), F_TEXT("printer", "printer/007"));
}

static void obeyed(struct hand *hand, sim_ns at, trace_id cause, double target_c)
{
	trace_id sent = AT(hand, at, cause, KIND_ORDER_SENT, "cloud",
			   F_TEXT("command", "resume"));
	if (target_c > 0)
		AT(hand, at, sent, KIND_FIRMWARE_OBEYED, "printer/007",
		   F_TEXT("command", "resume"), F_REAL("target_c", target_c));
	else
		AT(hand, at, sent, KIND_FIRMWARE_OBEYED, "printer/007",
		   F_TEXT("command", "pause"));
}

static void the_tenth_minute_is_included(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stale_command", NULL);
	trace_id order = given(hand, SIM_MIN);
	obeyed(hand, 11 * SIM_MIN, order, 220);
	assert_outcome(hand_finish(hand, SIM_H, 0), VERDICT_HELD, 1, 0);
	hand_free(hand);

	hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stale_command", NULL);
	order = given(hand, SIM_MIN);
	obeyed(hand, 11 * SIM_MIN + 1, order, 220);
	assert_outcome(hand_finish(hand, SIM_H, 0), VERDICT_VIOLATED, 1, 1);
	hand_free(hand);
}

static void an_order_that_nobody_gave_is_stale(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stale_command", NULL);
	obeyed(hand, SIM_MIN, 0, 60);
	assert_outcome(hand_finish(hand, SIM_H, 0), VERDICT_VIOLATED, 1, 1);
	hand_free(hand);
}

static void what_heats_nothing_is_never_stale(void **state)
{
	(void)state;
	struct hand *hand = hand_new();
	hand_expect(hand, EXPECT_NEVER, "stale_command", NULL);
	trace_id order = given(hand, 0);
	obeyed(hand, 5 * SIM_H, order, 0);
	assert_int_equal(hand_finish(hand, 6 * SIM_H, 0)->examined, 0);
	hand_free(hand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tenth_minute_is_included),
		cmocka_unit_test(an_order_that_nobody_gave_is_stale),
		cmocka_unit_test(what_heats_nothing_is_never_stale),
	};
	return cmocka_run_group_tests_name("checks: orders", tests, NULL, NULL);
}
