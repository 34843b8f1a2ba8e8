/* test_life.c - a fleet lives through an evening: wiring, names, luck, and repetition. */
#include "tests/unit/fleet/rig.h"

static int count_kind(const struct rig *rig, enum trace_kind kind, const char *who)
{
	int n = 0;

	for (size_t i = 0; i < trace_count(rig_trace(rig)); i++) {
		const struct trace_event *event = trace_at(rig_trace(rig), i);

		n += event->kind == kind && (!who || strcmp(event->who, who) == 0);
	}
	return n;
}

static void every_wish_ends_on_its_own_plate(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_evening(&rig, "4");
	rig_run(&rig);
	for (int i = 0; i < 4; i++) {
		const struct fleet_printer *printer = fleet_printer(rig.fleet, i);

		assert_int_equal(count_kind(&rig, KIND_INTENT_TAP, printer->owner), 1);
		assert_int_equal(count_kind(&rig, KIND_APP_REQUEST, printer->app), 1);
		assert_int_equal(count_kind(&rig, KIND_FIRMWARE_START, printer->name), 1);
		assert_int_equal(count_kind(&rig, KIND_PLATE_OCCUPIED, printer->name), 1);
		assert_true(printer_steps(printer->printer) > 0);
	}
	assert_int_equal(count_kind(&rig, KIND_JOB_FINISHED, "cloud"), 4);
	assert_int_equal(count_kind(&rig, KIND_INTENT_SATISFIED, NULL), 4);
	assert_true(world_clock(fleet_world(rig.fleet))->now == 8 * SIM_H);
	rig_fini(&rig);
}

static void every_start_leads_back_to_the_tap_of_its_owner(void **state)
{
	struct rig rig;
	int n = 0;

	(void)state;
	rig_init(&rig);
	rig_evening(&rig, "2");
	rig_run(&rig);
	for (size_t i = 0; i < trace_count(rig_trace(&rig)); i++) {
		const struct trace_event *event = trace_at(rig_trace(&rig), i), *tap;

		if (event->kind != KIND_FIRMWARE_START)
			continue;
		tap = trace_back_to(rig_trace(&rig), event->id, KIND_INTENT_TAP);
		assert_non_null(tap);
		assert_string_equal(trace_text(tap, "printer", ""), event->who);
		n++;
	}
	assert_int_equal(n, 2);
	rig_fini(&rig);
}

static void names_come_from_the_order_of_the_groups(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_group(&rig, "2", "x1c");
	say(&rig_group(&rig, "1", "p1p")->options, "timezone", "Europe/Berlin");
	say(&rig.plan->cloud, "clients", "east,west");
	rig_new(&rig);
	assert_int_equal(fleet_count(rig.fleet), 3);
	assert_string_equal(fleet_printer(rig.fleet, 0)->name, "printer/001");
	assert_string_equal(fleet_printer(rig.fleet, 2)->name, "printer/003");
	assert_string_equal(fleet_printer(rig.fleet, 2)->model->name, "p1p");
	assert_string_equal(fleet_printer(rig.fleet, 2)->zone_name, "Europe/Berlin");
	assert_string_equal(fleet_printer(rig.fleet, 0)->zone_name, "UTC");
	assert_string_equal(fleet_printer(rig.fleet, 0)->client, "cloud/east");
	assert_string_equal(fleet_printer(rig.fleet, 1)->client, "cloud/west");
	assert_string_equal(fleet_printer(rig.fleet, 0)->owner, ""); /* nobody's */
	assert_int_equal(fleet_find(rig.fleet, "printer/003"), 2);
	assert_int_equal(fleet_find(rig.fleet, "printer/004"), -1);
	assert_null(fleet_people(rig.fleet));
	rig_fini(&rig);

	rig_init(&rig);
	rig_group(&rig, "1000", "x1c");
	rig_new(&rig);
	assert_string_equal(fleet_printer(rig.fleet, 0)->name, "printer/0001");
	assert_string_equal(fleet_printer(rig.fleet, 999)->name, "printer/1000");
	rig_fini(&rig);
}

static int resend_most(const struct rig *rig, int printer)
{
	const struct value *values = rig->fleet->members[printer].owner_values;

	return (int)value_named(people_row(), values, "resend_most")->as.integer;
}

static void the_last_owners_that_fit_a_printer_own_it(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_group(&rig, "3", "x1c");
	rig.plan->n_owners = 2;
	strcpy(rig.plan->owners[0].of, "printer/00*");
	strcpy(rig.plan->owners[1].of, "printer/002");
	say(&rig.plan->owners[0].options, "resend_most", "5");
	say(&rig.plan->owners[1].options, "resend_most", "9");
	rig_group(&rig, "7", "x1c"); /* up to printer/010 */
	rig_new(&rig);
	assert_int_equal(resend_most(&rig, 0), 5);
	assert_int_equal(resend_most(&rig, 1), 9);
	assert_int_equal(resend_most(&rig, 2), 5);
	assert_string_equal(fleet_printer(rig.fleet, 1)->owner, "owner/002");
	assert_string_equal(fleet_printer(rig.fleet, 9)->owner, ""); /* nobody's */
	rig_fini(&rig);
}

static void firmware_builds_are_mixed_in_turn(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_evening(&rig, "3");
	rig.options.firmware = "stock-2023-07,guarded";
	rig_run(&rig);
	assert_string_equal(fleet_firmware_names(rig.fleet), "stock-2023-07, guarded");
	assert_string_equal(fleet_printer(rig.fleet, 0)->firmware, "stock-2023-07");
	assert_string_equal(fleet_printer(rig.fleet, 1)->firmware, "guarded");
	assert_string_equal(fleet_printer(rig.fleet, 2)->firmware, "stock-2023-07");
	for (int i = 0; i < 3; i++)
		assert_int_equal(count_kind(&rig, KIND_FIRMWARE_START,
					    fleet_printer(rig.fleet, i)->name),
				 1);
	rig_fini(&rig);
}

/* ---- it repeats ---- */

static uint64_t hash_of_run(uint64_t seed)
{
	uint64_t hash = TEXT_HASH_START;
	struct text line = {0};
	struct rig rig;

	rig_init(&rig);
	rig.plan->seed = seed;
	rig_evening(&rig, "3");
	rig_run(&rig);
	for (size_t i = 0; i < trace_count(rig_trace(&rig)); i++) {
		text_clear(&line);
		trace_add_json(&line, trace_at(rig_trace(&rig), i));
		hash = text_hash(hash, text_cstr(&line), strlen(text_cstr(&line)));
	}
	text_fini(&line);
	rig_fini(&rig);
	return hash;
}

static void two_equal_runs_give_equal_traces_and_another_seed_does_not(void **state)
{
	uint64_t first = hash_of_run(1);

	(void)state;
	assert_true(hash_of_run(1) == first);
	assert_true(hash_of_run(2) != first);
}

/* What the person behind printer/001 does and when. Numbers of intents and tasks count
 * over the whole fleet and are left out. */
static void life_of_owner(const char *count, struct text *ret_life)
{
	struct rig rig;

	rig_init(&rig);
	rig.plan->length = 24 * SIM_H;
	rig_evening(&rig, count);
	rig_run(&rig);
	for (size_t i = 0; i < trace_count(rig_trace(&rig)); i++) {
		const struct trace_event *event = trace_at(rig_trace(&rig), i);

		if (strcmp(event->who, "owner/001") != 0)
			continue;
		text_addf(ret_life, "%lld %s %s\n", (long long)event->t,
			  trace_kind_name(event->kind), trace_text(event, "job", ""));
	}
	assert_true(count_kind(&rig, KIND_PEOPLE_SLEEP, "owner/001") >= 1);
	assert_int_equal(count_kind(&rig, KIND_INTENT_TAP, "owner/001"), 1);
	rig_fini(&rig);
}

static void another_printer_shifts_nobody_elses_luck(void **state)
{
	struct text four = {0}, five = {0};

	(void)state;
	life_of_owner("4", &four);
	life_of_owner("5", &five);
	assert_string_equal(text_cstr(&four), text_cstr(&five));
	text_fini(&four);
	text_fini(&five);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_wish_ends_on_its_own_plate),
		cmocka_unit_test(every_start_leads_back_to_the_tap_of_its_owner),
		cmocka_unit_test(names_come_from_the_order_of_the_groups),
		cmocka_unit_test(the_last_owners_that_fit_a_printer_own_it),
		cmocka_unit_test(firmware_builds_are_mixed_in_turn),
		cmocka_unit_test(
			two_equal_runs_give_equal_traces_and_another_seed_does_not),
		cmocka_unit_test(another_printer_shifts_nobody_elses_luck),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
