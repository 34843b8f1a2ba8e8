/* Pause, resume and temperatures from far away: what a machine does with them, before and after
 * a heater fault, on each build. */
#include "tests/unit/printers/rig.h"

#include "printers/plant/heat.h"

static const sim_ns PRINTS = 12 * SIM_MIN;

/* sent_at_ms 0: unstamped. */
static void order(struct rig *rig, const char *command, const char *param,
		  int64_t sent_at_ms)
{
	char json[300], stamp[64] = "";
	if (sent_at_ms)
		snprintf(stamp, sizeof(stamp), ",\"sent_at\":\"%lld\"",
			 (long long)sent_at_ms);
	snprintf(
		json, sizeof(json),
		"{\"print\":{\"sequence_id\":\"%d\",\"command\":\"%s\",\"param\":\"%s\"%s}}",
		++rig->sequence, command, param, stamp);
	rig_message(rig, json);
}

static void order_now(struct rig *rig, const char *command, const char *param)
{
	order(rig, command, param, rig_utc_ms(rig));
}

static const char *said(const struct rig *rig)
{
	size_t obeyed = 0, declined = 0;
	for (size_t i = 0; i < trace_count(rig->trace); i++) {
		obeyed = trace_at(rig->trace, i)->kind == KIND_FIRMWARE_OBEYED ? i
									       : obeyed;
		declined = trace_at(rig->trace, i)->kind == KIND_FIRMWARE_DECLINED
				   ? i
				   : declined;
	}
	if (obeyed == declined)
		return "nothing";
	return obeyed > declined
		       ? "obeyed"
		       : trace_text(trace_at(rig->trace, declined), "reason", "");
}

static double target(const struct rig *rig)
{
	const struct trace_event *on = rig_last(rig, KIND_HEAT_ON);
	return on ? trace_real(on, "target_c", 0) : 0;
}

static void print(struct rig *rig, const char *model, const char *build,
		  const char *settings)
{
	rig_init(rig, model, build, settings);
	rig_start(rig, 5);
	rig_until(rig, PRINTS);
	assert_true(rig_look(rig).printing);
}

/* A broken cable is what every build sees that looks at all. */
static void set_circuit(struct rig *rig, enum heat_circuit circuit)
{
	printer_heat(rig->printer, rig->clock.now, 0)->faults.part[HEAT_NOZZLE].circuit =
		circuit;
}

static void trip(struct rig *rig)
{
	set_circuit(rig, HEAT_CIRCUIT_OPEN);
}

static void a_paused_print_stays_warm_and_goes_on_with_its_object(void **state)
{
	(void)state;
	static const char *const BUILDS[] = {"stock-2023-07", "ref-marlin", "guarded"};
	for (int i = 0; i < 3; i++) {
		struct rig rig;
		print(&rig, i ? "x1c" : "p1p", BUILDS[i], "");
		int objects = rig_look(&rig).objects;
		order_now(&rig, "pause", "");
		rig_until(&rig, PRINTS + 20 * SIM_MIN);
		assert_string_equal(said(&rig), "obeyed");
		struct printer_view view = rig_look(&rig);
		assert_string_equal(view.state, "PAUSE");
		assert_true(view.nozzle_c > 215 && view.bed_c > 55);
		struct printer_impact impact;
		printer_impact_at(rig.printer, rig.clock.now, &impact);
		double half = impact.grams_printed;
		order_now(&rig, "resume", "");
		rig_until(&rig, PRINTS + 60 * SIM_MIN);
		view = rig_look(&rig);
		assert_string_equal(view.state, "FINISH");
		assert_int_equal(view.objects, objects + 1);
		assert_int_equal(rig_count(&rig, KIND_FIRMWARE_START), 1);
		assert_int_equal(rig_count(&rig, KIND_FIRMWARE_ENDED), 1);
		printer_impact_at(rig.printer, rig.clock.now, &impact);
		assert_true(half > 0.2 && half < 4.5);
		/* What a layer that was begun had is printed twice, and no more. */
		assert_true(impact.grams_printed > 4.9 && impact.grams_printed < 5.3);
		const struct trace_event *object = rig_last(&rig, KIND_PLATE_OCCUPIED);
		assert_near(trace_real(object, "height_mm", 0), 8.0, 0.05);
		assert_int_equal(impact.collisions + impact.printed_over, 0);
		rig_fini(&rig);
	}
}

static void a_pause_in_the_start_sequence_waits_for_the_first_layer(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "x1c", "stock-2023-07", "");
	rig_start(&rig, 5);
	rig_until(&rig, SIM_MIN);
	order_now(&rig, "pause", "");
	rig_until(&rig, 2 * SIM_MIN);
	assert_string_equal(rig_look(&rig).state, "RUNNING");
	rig_until(&rig, SIM_H);
	assert_string_equal(rig_look(&rig).state, "PAUSE");
	/* And a stop ends it like any other. */
	rig_message(&rig, "{\"print\":{\"command\":\"stop\",\"task_id\":\"5\"}}");
	assert_string_equal(rig_look(&rig).state, "FAILED");
	order_now(&rig, "resume", "");
	assert_string_equal(said(&rig), "not_paused");
	order_now(&rig, "pause", "");
	assert_string_equal(said(&rig), "not_printing");
	rig_fini(&rig);
}

static void a_temperature_heats_a_machine_at_rest_and_the_order_is_its_cause(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "x1c", "stock-2023-07", "");
	order(&rig, "gcode_line", "M104 S200 ; warm\\nM140 S60.5\\n", 0);
	rig_until(&rig, 5 * SIM_MIN);
	struct printer_view view = rig_look(&rig);
	assert_true(view.nozzle_c > 190 && view.bed_c > 58);
	const struct trace_event *on = rig_last(&rig, KIND_HEAT_ON);
	const struct trace_event *obeyed = rig_last(&rig, KIND_FIRMWARE_OBEYED);
	assert_int_equal(on->cause, obeyed->id);
	assert_near(trace_real(obeyed, "target_c", 0), 200, 0.01);
	order(&rig, "gcode_line", "M104 S0\\nM140 S0", 0);
	assert_non_null(rig_last(&rig, KIND_HEAT_OFF));
	obeyed = rig_last(&rig, KIND_FIRMWARE_OBEYED);
	assert_near(trace_real(obeyed, "target_c", -1), -1, 0.01);
	rig_fini(&rig);
}

static void what_is_no_order_changes_nothing(void **state)
{
	(void)state;
	static const char *const UNKNOWN[] = {"G28", "M1040 S200", "m104 S200",
					      "M106 S255", "M104 S200\\nG1 X0"};
	static const char *const IGNORED[] = {"",
					      "M104",
					      "M104 S",
					      "M104 S-5",
					      "M104 S501",
					      "M104 S2e2",
					      "M104 S99999999999999999",
					      "; M104 S200"};
	struct rig rig;
	rig_init(&rig, "x1c", "stock-2023-07", "");
	for (size_t i = 0; i < sizeof(UNKNOWN) / sizeof(UNKNOWN[0]); i++) {
		order_now(&rig, "gcode_line", UNKNOWN[i]);
		assert_string_equal(said(&rig), "unknown");
	}
	int n = rig_count(&rig, KIND_FIRMWARE_DECLINED);
	for (size_t i = 0; i < sizeof(IGNORED) / sizeof(IGNORED[0]); i++)
		order_now(&rig, "gcode_line", IGNORED[i]);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_DECLINED), n);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_OBEYED), 0);
	rig_until(&rig, SIM_MIN);
	assert_int_equal(rig_count(&rig, KIND_HEAT_ON), 0);
	rig_fini(&rig);
}

static void the_start_sequence_keeps_its_own_targets(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "x1c", "guarded", "");
	rig_start(&rig, 5);
	rig_until(&rig, SIM_MIN);
	order_now(&rig, "gcode_line", "M104 S260");
	assert_string_equal(said(&rig), "busy");
	rig_until(&rig, PRINTS);
	order_now(&rig, "gcode_line", "M104 S230");
	assert_string_equal(said(&rig), "obeyed");
	rig_fini(&rig);
}

/* --- after a heater fault ----------------------------------------------------------- */

/* What each firmware takes for "somebody has seen to it", from wherever it comes. */
static void after_a_trip_each_reference_obeys_its_own_command(void **state)
{
	(void)state;
	static const struct {
		const char *build, *lines, *says;
	} ROWS[] = {
		{"ref-marlin", "M562\\nFIRMWARE_RESTART\\nM80\\nM104 S200", "tripped"},
		{"ref-prusa", "M562\\nFIRMWARE_RESTART\\nM80\\nM104 S200", "tripped"},
		{"ref-klipper", "M562\\nM80\\nM104 S200", "tripped"},
		{"ref-klipper", "FIRMWARE_RESTART\\nM104 S200", "obeyed"},
		{"ref-rrf", "FIRMWARE_RESTART\\nM80\\nM104 S200", "tripped"},
		{"ref-rrf", "M562\\nM80\\nM104 S200", "obeyed"},
		{"guarded", "M562\\nFIRMWARE_RESTART\\nM80\\nM104 S200", "tripped"},
	};
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct rig rig;
		print(&rig, "x1c", ROWS[i].build, "");
		trip(&rig);
		rig_until(&rig, PRINTS + 5 * SIM_MIN);
		assert_int_equal(rig_count(&rig, KIND_FIRMWARE_TRIP), 1);
		int heated = rig_count(&rig, KIND_HEAT_ON);
		order_now(&rig, "resume", "");
		assert_string_not_equal(said(&rig), "obeyed");
		order_now(&rig, "gcode_line", "M104 S200");
		assert_string_equal(said(&rig), "tripped");
		order_now(&rig, "gcode_line", ROWS[i].lines);
		assert_string_equal(said(&rig), ROWS[i].says);
		assert_int_equal(rig_count(&rig, KIND_HEAT_ON) > heated,
				 strcmp(ROWS[i].says, "obeyed") == 0);
		rig_fini(&rig);
	}
}

static void guarded_heats_again_once_somebody_at_the_machine_has_said_so(void **state)
{
	(void)state;
	struct rig rig;
	print(&rig, "x1c", "guarded", "");
	set_circuit(&rig, HEAT_CIRCUIT_SHORT); /* mended, the reading falls: no second fault */
	rig_until(&rig, PRINTS + 5 * SIM_MIN);
	/* Cooling is always allowed, and answers nothing. */
	order_now(&rig, "gcode_line", "M104 S0\\nM140 S0");
	assert_string_equal(said(&rig), "obeyed");
	order(&rig, "gcode_line", "M104 S200", rig_utc_ms(&rig) + 1);
	assert_string_equal(said(&rig), "tripped");
	assert_non_null(strstr(rig.reply.text, "\"reason\":\"tripped\""));
	set_circuit(&rig, HEAT_CIRCUIT_SOUND);
	rig_until(&rig, PRINTS + 6 * SIM_MIN);
	printer_answer(rig.printer, rig.clock.now, rig_look(&rig).prompt, true,
		       "owner/007", 0);
	order(&rig, "gcode_line", "M104 S200", rig_utc_ms(&rig) + 1);
	assert_string_equal(said(&rig), "obeyed");
	assert_near(target(&rig), 200, 0.01);
	rig_fini(&rig);
}

static void without_the_rule_a_temperature_heats_and_the_protection_looks_anew(
	void **state)
{
	(void)state;
	struct rig rig;
	print(&rig, "x1c", "guarded", "no_reheat_without_ack=false\n");
	trip(&rig);
	rig_until(&rig, PRINTS + 5 * SIM_MIN);
	order_now(&rig, "gcode_line", "M104 S200");
	assert_string_equal(said(&rig), "obeyed");
	rig_until(&rig, PRINTS + 10 * SIM_MIN);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_TRIP), 2);
	rig_fini(&rig);
}

/* --- old orders ----------------------------------------------------------------------- */

static void guarded_judges_what_heats_by_its_stamp(void **state)
{
	(void)state;
	static const struct {
		const char *settings;
		int64_t age_s; /* -1: unstamped */
		const char *says;
	} ROWS[] = {
		{"", 299, "obeyed"},
		{"", 301, "expired"},
		{"", -1, "unstamped"},
		{"", -200, "unstamped"}, /* from the future */
		{"unstamped=accept\n", -1, "obeyed"},
		{"start_expiry=0s\n", -1, "obeyed"},
		{"start_expiry=0s\n", 86400, "obeyed"},
	};
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		for (int resume = 0; resume < 2; resume++) {
			struct rig rig;
			print(&rig, "x1c", "guarded", ROWS[i].settings);
			order(&rig, "pause", "", 0); /* never stale */
			assert_string_equal(said(&rig), "obeyed");
			rig_until(&rig, PRINTS + SIM_MIN);
			int64_t stamp = ROWS[i].age_s == -1
						? 0
						: rig_utc_ms(&rig) - ROWS[i].age_s * 1000;
			if (resume)
				order(&rig, "resume", "", stamp);
			else
				order(&rig, "gcode_line", "M104 S225", stamp);
			assert_string_equal(said(&rig), ROWS[i].says);
			rig_fini(&rig);
		}
	}
}

static void an_order_that_comes_twice_or_too_late_is_recognised(void **state)
{
	(void)state;
	struct rig rig;
	print(&rig, "x1c", "guarded", "");
	int64_t first = rig_utc_ms(&rig);
	order(&rig, "pause", "", first);
	rig_until(&rig, PRINTS + 10 * SIM_S);
	order(&rig, "resume", "", first + 1000);
	rig_until(&rig, PRINTS + 60 * SIM_S);
	order(&rig, "pause", "", first + 30000);
	rig_until(&rig, PRINTS + 90 * SIM_S);
	assert_string_equal(rig_look(&rig).state, "PAUSE");
	order(&rig, "resume", "", first + 30000);
	assert_string_equal(said(&rig), "seen");
	order(&rig, "resume", "", first + 1000);
	assert_string_equal(said(&rig), "superseded");
	assert_string_equal(rig_look(&rig).state, "PAUSE");
	order(&rig, "resume", "", first + 31000);
	assert_string_equal(said(&rig), "obeyed");
	rig_fini(&rig);
}

static void nothing_heats_from_far_away_while_somebody_is_asked(void **state)
{
	(void)state;
	struct rig rig;
	print(&rig, "x1c", "guarded", "power_resume=ask\n");
	printer_power_cut(rig.printer, rig.clock.now, SIM_MIN, 0);
	rig_until(&rig, PRINTS + SIM_MIN);
	printer_online(rig.printer, rig.clock.now, true, 0);
	assert_true(rig_look(&rig).asks_to_resume);
	order_now(&rig, "resume", "");
	assert_string_equal(said(&rig), "busy");
	order_now(&rig, "gcode_line", "M104 S200");
	assert_string_equal(said(&rig), "busy");
	assert_true(rig_look(&rig).asks_to_resume);
	rig_fini(&rig);
}

static void a_question_switches_off_what_an_order_had_warmed(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "p1p", "guarded", "start_expiry=0s\n");
	rig_start(&rig, 5);
	rig_until(&rig,
		  SIM_H); /* something lies on the plate now, and nobody says otherwise */
	assert_string_equal(rig_look(&rig).state, "FINISH");
	order_now(&rig, "gcode_line", "M104 S200");
	rig_until(&rig, SIM_H + SIM_MIN);
	assert_true(rig_look(&rig).nozzle_c > 100);
	rig_start(&rig, 6);
	assert_true(rig_look(&rig).prompt != 0);
	assert_int_equal(rig_last(&rig, KIND_HEAT_OFF)->t, SIM_H + SIM_MIN);
	order_now(&rig, "gcode_line", "M104 S200");
	assert_string_equal(said(&rig), "busy");
	rig_fini(&rig);
}

/* Saved, taken back and run again: the same. */
static void a_pause_survives_being_taken_back(void **state)
{
	(void)state;
	struct rig rig;
	print(&rig, "p1p", "guarded", "");
	order_now(&rig, "pause", "");
	for (int i = 1; i <= 40; i++) {
		rig_until(&rig, PRINTS + i * 7 * SIM_S);
		rig_message(&rig, "{\"pushing\":{\"command\":\"pushall\"}}");
		assert_string_equal(rig_look(&rig).state, "PAUSE");
		assert_non_null(strstr(rig.last.text, "\"gcode_state\":\"PAUSE\""));
	}
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_paused_print_stays_warm_and_goes_on_with_its_object),
		cmocka_unit_test(a_pause_in_the_start_sequence_waits_for_the_first_layer),
		cmocka_unit_test(
			a_temperature_heats_a_machine_at_rest_and_the_order_is_its_cause),
		cmocka_unit_test(what_is_no_order_changes_nothing),
		cmocka_unit_test(the_start_sequence_keeps_its_own_targets),
		cmocka_unit_test(after_a_trip_each_reference_obeys_its_own_command),
		cmocka_unit_test(
			guarded_heats_again_once_somebody_at_the_machine_has_said_so),
		cmocka_unit_test(
			without_the_rule_a_temperature_heats_and_the_protection_looks_anew),
		cmocka_unit_test(guarded_judges_what_heats_by_its_stamp),
		cmocka_unit_test(an_order_that_comes_twice_or_too_late_is_recognised),
		cmocka_unit_test(nothing_heats_from_far_away_while_somebody_is_asked),
		cmocka_unit_test(a_question_switches_off_what_an_order_had_warmed),
		cmocka_unit_test(a_pause_survives_being_taken_back),
	};
	return cmocka_run_group_tests_name("printers: orders", tests, NULL, NULL);
}
