/* The properties of heat, each over a trace that is told by hand. */
#include "tests/testing.h"

#include "sim/checks/checks.h"

static const char P[] = "printer/007";

struct desk {
	struct clock clock;
	struct trace *trace;
	struct checks *checks;
};

static void open_desk(struct desk *desk, const char *property)
{
	const struct vocab_row *row = property_find(property);
	struct value values[8];
	struct sim_error error;
	*desk = (struct desk){.clock = {.start_utc_s = 1692025200}};
	desk->trace = trace_new(&desk->clock, TRACE_STORY);
	desk->checks = checks_new(desk->trace);
	assert_non_null(row);
	vocab_defaults(row, values);
	assert_int_equal(checks_add(desk->checks,
				    &(struct expectation){.property = row,
							  .values = values,
							  .where = "here:1"},
				    &error),
			 0);
}

/* How often it broke by at, and the desk is cleared. */
static int broken(struct desk *desk, sim_ns at)
{
	desk->clock.now = at;
	checks_finish(desk->checks, at, false);
	int n = (int)checks_outcome(desk->checks, 0)->count;
	checks_free(desk->checks);
	trace_free(desk->trace);
	return n;
}

static void pass(struct desk *desk, sim_ns t)
{
	desk->clock.now += t;
}

static void danger(struct desk *desk, const char *part, double limit_c)
{
	trace_say(desk->trace, 0, KIND_HEAT_DANGER, P, F_TEXT("part", part),
		  F_REAL("limit_c", limit_c), F_REAL("c", limit_c + 1));
}

static void heat(struct desk *desk, bool on)
{
	if (on)
		trace_say(desk->trace, 0, KIND_HEAT_ON, P, F_TEXT("part", "nozzle"),
			  F_REAL("target_c", 220));
	else
		trace_say(desk->trace, 0, KIND_HEAT_OFF, P, F_TEXT("part", "nozzle"),
			  F_REAL("c", 220));
}

static void trip(struct desk *desk)
{
	trace_say(desk->trace, 0, KIND_FIRMWARE_TRIP, P, F_TEXT("part", "nozzle"),
		  F_TEXT("rule", "maxtemp"));
}

static trace_id ask(struct desk *desk, int prompt, const char *what)
{
	return trace_say(desk->trace, 0, KIND_PROMPT_SHOWN, P, F_INT("prompt", prompt),
			 F_TEXT("what", what));
}

static void answer(struct desk *desk, trace_id shown, int prompt, const char *where)
{
	trace_say(desk->trace, shown, KIND_PROMPT_ANSWERED, P, F_INT("prompt", prompt),
		  F_TEXT("answer", "yes"), F_TEXT("where", where));
}

static void over_temperature_counts_each_part_once_from_its_bound(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk, "over_temperature");
	danger(&desk, "nozzle", 260);
	danger(&desk, "nozzle", 285);
	danger(&desk, "bed", 115);
	assert_int_equal(broken(&desk, SIM_H), 0);

	open_desk(&desk, "over_temperature");
	danger(&desk, "nozzle", 300);
	danger(&desk, "nozzle", 320);
	danger(&desk, "bed", 125);
	assert_int_equal(broken(&desk, SIM_H), 2);
}

static void a_trip_in_time_or_a_watchdog_is_not_late(void **state)
{
	(void)state;
	static const struct {
		sim_ns after;
		bool reset;
		int broken;
	} ROWS[] = {{30 * SIM_S, false, 0},
		    {31 * SIM_S, false, 1},
		    {5 * SIM_S, true, 0},
		    {SIM_H, false, 1}};
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct desk desk;
		open_desk(&desk, "late_trip");
		heat(&desk, true);
		danger(&desk, "nozzle", 260);
		pass(&desk, ROWS[i].after);
		if (ROWS[i].reset)
			trace_emit(desk.trace, 0, KIND_FIRMWARE_RESET, P, NULL, 0);
		else
			trip(&desk);
		danger(&desk, "nozzle", 285); /* it coasts on, or its switch is stuck */
		assert_int_equal(broken(&desk, 2 * SIM_H), ROWS[i].broken);
	}
}

static void a_trip_needs_a_fault_that_is_not_harmless(void **state)
{
	(void)state;
	static const struct {
		const char *fault;
		int broken;
	} ROWS[] = {{NULL, 1},
		    {"door_opens", 1},
		    {"cold_sheet", 1},
		    {"thermistor_falls_out", 0}};
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct desk desk;
		open_desk(&desk, "false_trip");
		if (ROWS[i].fault)
			trace_say(desk.trace, 0, KIND_FAULT_ACTED, P,
				  F_TEXT("fault", ROWS[i].fault));
		trip(&desk);
		assert_int_equal(broken(&desk, SIM_H), ROWS[i].broken);
	}
}

static void only_a_yes_at_the_machine_lets_it_heat_again(void **state)
{
	(void)state;
	static const struct {
		const char *what, *where;
		int broken;
	} ROWS[] = {{"heater_fault", "machine", 0},
		    {"heater_fault", "app", 1},
		    {"plate_clear", "machine", 1}};
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct desk desk;
		open_desk(&desk, "reheat_without_ack");
		heat(&desk, true);
		trip(&desk);
		heat(&desk, false);
		trace_id shown = ask(&desk, 3, ROWS[i].what);
		pass(&desk, SIM_H);
		answer(&desk, shown, 3, ROWS[i].where);
		heat(&desk, true);
		assert_int_equal(broken(&desk, 2 * SIM_H), ROWS[i].broken);
	}
}

static void a_heater_that_a_trip_leaves_on_counts(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk, "reheat_without_ack");
	heat(&desk, true);
	trip(&desk);
	assert_int_equal(broken(&desk, SIM_MIN), 1);

	open_desk(&desk, "reheat_without_ack");
	heat(&desk, true);
	trip(&desk);
	pass(&desk, 9 * SIM_S);
	heat(&desk, false);
	assert_int_equal(broken(&desk, SIM_MIN), 0);
}

static void nothing_may_heat_while_a_person_is_asked(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk, "heated_while_waiting");
	trace_id shown = ask(&desk, 1, "plate_clear");
	pass(&desk, SIM_MIN);
	answer(&desk, shown, 1, "machine");
	heat(&desk, true);
	assert_int_equal(broken(&desk, SIM_H), 0);

	open_desk(&desk, "heated_while_waiting");
	heat(&desk, true);
	ask(&desk, 1, "plate_clear");
	assert_int_equal(broken(&desk, SIM_H), 1);

	open_desk(&desk, "heated_while_waiting");
	ask(&desk, 1, "plate_clear");
	pass(&desk, SIM_MIN);
	heat(&desk, true);
	assert_int_equal(broken(&desk, SIM_H), 1);
}

static void alert(struct desk *desk)
{
	trace_say(desk->trace, 0, KIND_FIRMWARE_ALERT, P, F_INT("code", 7));
}

static void attached(struct desk *desk, bool is)
{
	trace_emit(desk->trace, 0, is ? KIND_SESSION_ATTACHED : KIND_SESSION_DETACHED,
		   "link/printer/007", NULL, 0);
}

static void received(struct desk *desk, int code)
{
	trace_say(desk->trace, 0, KIND_ALERT_RECEIVED, "cloud", F_INT("code", code),
		  F_TEXT("printer", P));
}

static void an_alert_must_arrive_once_there_is_a_connection(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk, "alert_lost");
	alert(&desk);
	assert_int_equal(broken(&desk, SIM_H), 1);

	open_desk(&desk, "alert_lost");
	attached(&desk, true);
	attached(&desk, false);
	alert(&desk);
	assert_int_equal(broken(&desk, SIM_H), 0); /* never back */

	for (int late = 0; late < 2; late++) {
		open_desk(&desk, "alert_lost");
		attached(&desk, true);
		attached(&desk, false);
		alert(&desk);
		pass(&desk, 2 * SIM_H);
		attached(&desk, true);
		pass(&desk, late ? 6 * SIM_MIN : SIM_S);
		received(&desk, 7);
		assert_int_equal(broken(&desk, 3 * SIM_H), late);
	}
}

static void an_alert_comes_once(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk, "alert_repeated");
	received(&desk, 7);
	received(&desk, 8); /* another matter */
	assert_int_equal(broken(&desk, SIM_H), 0);

	open_desk(&desk, "alert_repeated");
	received(&desk, 7);
	received(&desk, 7);
	received(&desk, 7);
	assert_int_equal(broken(&desk, SIM_H), 1);

	open_desk(&desk, "alert_repeated");
	received(&desk, 7);
	answer(&desk, ask(&desk, 1, "heater_fault"), 1, "machine");
	received(&desk, 7);
	assert_int_equal(broken(&desk, SIM_H), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(over_temperature_counts_each_part_once_from_its_bound),
		cmocka_unit_test(a_trip_in_time_or_a_watchdog_is_not_late),
		cmocka_unit_test(a_trip_needs_a_fault_that_is_not_harmless),
		cmocka_unit_test(only_a_yes_at_the_machine_lets_it_heat_again),
		cmocka_unit_test(a_heater_that_a_trip_leaves_on_counts),
		cmocka_unit_test(nothing_may_heat_while_a_person_is_asked),
		cmocka_unit_test(an_alert_must_arrive_once_there_is_a_connection),
		cmocka_unit_test(an_alert_comes_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
