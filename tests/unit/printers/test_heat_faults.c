/* What is broken in the plant shows where it would: in a reading, in the truth, or nowhere. */
#include "tests/testing.h"

#include "printers/classes.h"

static const struct heat_drive OFF = {0};

struct bench {
	const struct plant_constants *constants;
	struct heat heat;
	struct chance luck;
	struct heat_part_faults *nozzle, *bed;
};

static void bench_init(struct bench *bench, const struct plant_constants *constants)
{
	bench->constants = constants;
	heat_init(&bench->heat, constants, 22.0);
	bench->luck = chance_stream(1, "printer/001", "sensors");
	bench->nozzle = &bench->heat.faults.part[HEAT_NOZZLE];
	bench->bed = &bench->heat.faults.part[HEAT_BED];
}

static double nozzle(struct bench *bench)
{
	return heat_reading(&bench->heat, bench->constants, HEAT_NOZZLE, &bench->luck);
}

static double bed(struct bench *bench)
{
	return heat_reading(&bench->heat, bench->constants, HEAT_BED, &bench->luck);
}

static void run(struct bench *bench, struct heat_drive drive, double seconds)
{
	heat_changed(&bench->heat);
	for (double t = 0; t < seconds - 1e-9; t += 0.25)
		heat_step(&bench->heat, bench->constants, &drive, 0.25);
}

/* At 220 in balance, as if it had been controlled. */
static struct heat_drive hold_220(struct bench *bench)
{
	const struct plant_constants *c = bench->constants;
	double watts = c->loss_w_k * (220.0 - 22.0);
	struct heat_drive hold = {.nozzle_pwm = watts / c->heater_w *
						(1.0 + c->heater_alpha * 195.0)};
	bench->heat.block_c = bench->heat.sensor_c = 220.0;
	run(bench, hold, 1200);
	return hold;
}

static void a_fallen_thermistor_reads_air_with_its_own_lag(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, &plant_class_b);
	struct heat_drive hold = hold_220(&bench);
	double block = bench.heat.block_c;
	bench.nozzle->coupling = 0.0;
	bench.nozzle->sensor_per_s = 1.0 / 25.0;
	run(&bench, hold, 25.0);
	/* after one time constant 1/e of what it was above the room is left */
	assert_near(nozzle(&bench), 22.0 + (block - 22.0) * 0.36788, 0.1);
	assert_near(bench.heat.block_c, block, 0.5);
}

static void a_loose_thermistor_reads_its_share(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, &plant_class_b);
	struct heat_drive hold = hold_220(&bench);
	bench.nozzle->coupling = 0.8;
	run(&bench, hold, 60);
	assert_near(nozzle(&bench) - 22.0, 0.8 * (bench.heat.block_c - 22.0), 0.05);
}

static void a_broken_circuit_reads_the_ends_of_the_table(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, &plant_class_b);
	hold_220(&bench);
	bench.nozzle->circuit = HEAT_CIRCUIT_OPEN;
	assert_true(nozzle(&bench) < -10.0);
	bench.nozzle->circuit = HEAT_CIRCUIT_SHORT;
	assert_true(nozzle(&bench) > 300.0);
	bench.bed->circuit = HEAT_CIRCUIT_OPEN;
	assert_true(bed(&bench) < -10.0);
}

static void a_flickering_contact_is_open_for_its_share(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, &plant_class_b);
	bench.nozzle->circuit = HEAT_CIRCUIT_FLICKERS;
	bench.nozzle->flicker_s = 2.0;
	bench.nozzle->flicker_share = 0.25;
	int open = 0;
	for (int i = 0; i < 800; i++) {
		open += nozzle(&bench) < -10.0;
		heat_step(&bench.heat, bench.constants, &OFF, 0.25);
	}
	assert_int_equal(open, 200);
}

static void a_frozen_reading_stands_still_and_the_block_does_not(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, &plant_class_b);
	hold_220(&bench);
	heat_freeze(&bench.heat, bench.constants, HEAT_NOZZLE, &bench.luck);
	double before = nozzle(&bench);
	run(&bench, OFF, 60);
	assert_true(nozzle(&bench) == before);
	assert_true(bench.heat.block_c < 180.0);
}

static void a_drift_grows_with_time(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, &plant_class_b);
	struct heat_drive hold = hold_220(&bench);
	bench.nozzle->drift_c_s = -0.1;
	bench.nozzle->drift_since_s = bench.heat.clock_s;
	run(&bench, hold, 300);
	assert_near(nozzle(&bench), bench.heat.sensor_c - 30.0, 1e-6);
}

static void a_wrong_table_is_right_in_the_cold_and_off_in_the_heat(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, &plant_class_b);
	bench.nozzle->beta_k = 3950.0;
	bench.heat.sensor_c = 25.0;
	assert_near(nozzle(&bench), 25.0, 0.1);
	hold_220(&bench);
	/* Taken for a bead that changes less, the same resistance is a hotter one. */
	assert_true(nozzle(&bench) > bench.heat.sensor_c + 10.0);
}

static void noise_brings_the_steps_of_a_converter(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, &plant_class_b);
	hold_220(&bench);
	assert_true(nozzle(&bench) == bench.heat.sensor_c); /* ideal */
	bench.heat.noise_c = 0.15;
	double sum = 0.0, squares = 0.0;
	enum {
		N = 4000
	};
	for (int i = 0; i < N; i++) {
		double off = nozzle(&bench) - bench.heat.sensor_c;
		sum += off;
		squares += off * off;
	}
	assert_near(sum / N, 0.0, 0.02);
	assert_near(squares / N, 0.15 * 0.15, 0.006);
}

static void the_dead_time_shows_what_was(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, &plant_class_e); /* 2.1 s */
	struct heat_drive full = {.nozzle_pwm = 1.0};
	double was[600];
	for (int i = 0; i < 600; i++) {
		heat_step(&bench.heat, bench.constants, &full, 0.1);
		was[i] = bench.heat.sensor_c;
		if (i >= 100)
			assert_near(nozzle(&bench), was[i - 21], 0.05);
	}
}

static void a_stuck_switch_heats_until_its_supply_is_cut(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, &plant_class_b);
	bench.nozzle->stuck_on = true;
	run(&bench, OFF, 60);
	assert_true(bench.heat.block_c > 150.0);
	double at_cut = bench.heat.block_c;
	run(&bench, (struct heat_drive){.no_supply = true}, 60);
	assert_true(bench.heat.block_c < at_cut);
}

static void without_a_supply_switch_no_firmware_stops_it(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, &plant_class_d);
	bench.nozzle->stuck_on = true;
	run(&bench, (struct heat_drive){.no_supply = true}, 60);
	assert_true(bench.heat.block_c > 130.0);
	assert_true(heat_is_heated(&bench.heat, &(struct heat_drive){.no_supply = true}));
	run(&bench, (struct heat_drive){.no_power = true}, 60);
	assert_true(bench.heat.block_c < 130.0);
	/* and a switch that works obeys, whatever the supply can do */
	bench.nozzle->stuck_on = false;
	assert_false(
		heat_is_heated(&bench.heat, &(struct heat_drive){.no_supply = true,
								 .nozzle_pwm = 1.0}));
}

static void broken_weak_and_starved_heaters_give_their_share(void **state)
{
	(void)state;
	struct heat_drive full = {.nozzle_pwm = 1.0, .bed_pwm = 1.0};
	struct bench bench;
	bench_init(&bench, &plant_class_b);
	bench.nozzle->broken = true;
	bench.bed->power = 0.5;
	run(&bench, full, 10);
	assert_near(bench.heat.block_c, 22.0, 1e-9);
	assert_near(bench.heat.energy_j, 1500.0, 1e-6);

	bench_init(&bench, &plant_class_b);
	bench.nozzle->broken = true;
	bench.heat.mains_v = 220.0;
	run(&bench, full, 10);
	assert_near(bench.heat.energy_j, 9000.0, 1e-6);
	bench_init(&bench, &plant_class_b);
	bench.nozzle->broken = true;
	bench.heat.mains_v = 55.0;
	run(&bench, full, 10);
	assert_near(bench.heat.energy_j, 750.0, 1e-6);
	bench_init(&bench, &plant_class_e); /* behind a power supply */
	bench.nozzle->broken = true;
	bench.heat.mains_v = 220.0;
	run(&bench, full, 10);
	assert_near(bench.heat.energy_j, 2000.0, 1e-6);
}

static void a_stalled_hotend_fan_warms_the_heatsink_and_hardly_the_block(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, &plant_class_b);
	struct heat_drive hold = hold_220(&bench);
	double block = bench.heat.block_c;
	assert_true(bench.heat.sink_c < 40.0);
	bench.heat.faults.hotend_fan_stalled = true;
	run(&bench, hold, 5 * 60);
	assert_true(bench.heat.sink_c < 57.0);
	run(&bench, hold, 10 * 60);
	assert_true(bench.heat.sink_c > 57.0); /* filament softens: 5 to 15 minutes */
	assert_near(bench.heat.block_c, block, 8.0);
}

static void a_stuck_part_fan_takes_its_watts(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, &plant_class_b);
	struct heat_drive hold = hold_220(&bench);
	bench.heat.faults.part_fan = 1.0;
	run(&bench, hold, 900);
	double at = bench.heat.block_c;
	double watts = hold.nozzle_pwm * 48.0 / (1.0 + 0.003 * (at - 25.0));
	assert_near(watts, 0.130 * (at - 22.0), 0.05);
}

static void a_cold_sheet_dips_the_bed_and_it_comes_back(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, &plant_class_b);
	struct heat_drive hold = {.bed_pwm = 46.0 / 300.0};
	run(&bench, hold, 7200);
	double before = bed(&bench), lowest = before;
	bench.heat.top_c = 25.0;
	for (int i = 0; i < 480; i++) {
		heat_step(&bench.heat, bench.constants, &hold, 0.25);
		if (bed(&bench) < lowest)
			lowest = bed(&bench);
	}
	assert_true(before - lowest > 5.0 && before - lowest < 20.0);
}

static void the_bed_switch_cuts_at_its_temperature_and_closes_twenty_below(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, &plant_class_b);
	struct heat_drive full = {.bed_pwm = 1.0};
	double highest = 0.0, lowest = 1000.0;
	for (int i = 0; i < 20000; i++) {
		heat_step(&bench.heat, bench.constants, &full, 1.0);
		if (bench.heat.plate_c > highest)
			highest = bench.heat.plate_c;
		if (i > 5000 && bench.heat.plate_c < lowest)
			lowest = bench.heat.plate_c;
	}
	assert_near(highest, 140.0, 0.01);
	assert_near(lowest, 120.0, 0.2);
}

static void the_instant_of_the_bed_switch_does_not_depend_on_the_step(void **state)
{
	(void)state;
	struct heat_drive full = {.bed_pwm = 1.0};
	double at[2];
	for (int fine = 0; fine < 2; fine++) {
		struct bench bench;
		bench_init(&bench, &plant_class_b);
		bench.heat.faults.bed_switch_c = 60.0;
		while (!bench.heat.bed_switch_open)
			heat_step(&bench.heat, bench.constants, &full, fine ? 0.01 : 1.0);
		/* What is left of the step it cools: take it back by the slope. */
		at[fine] = bench.heat.plate_c;
	}
	assert_near(at[0], at[1], 0.3);
}

static void an_open_door_cools_the_chamber_and_blocked_vents_heat_it(void **state)
{
	(void)state;
	struct heat_drive bed_on = {.bed_pwm = 0.3, .motors = true};
	double chamber[3];
	for (int i = 0; i < 3; i++) {
		struct bench bench;
		bench_init(&bench, &plant_class_a);
		bench.heat.faults.vent = i == 0 ? 1.0 : i == 1 ? 4.0 : 0.3;
		run(&bench, bed_on, 7200);
		chamber[i] = bench.heat.chamber_c;
	}
	assert_true(chamber[1] < chamber[0] - 10.0);
	assert_true(chamber[2] > chamber[0] + 10.0);
}

static void a_blob_makes_the_block_sluggish(void **state)
{
	(void)state;
	struct heat_drive full = {.nozzle_pwm = 1.0};
	struct bench clean, blob;
	bench_init(&clean, &plant_class_b);
	bench_init(&blob, &plant_class_b);
	blob.heat.faults.blob_j_k = 15.0;
	blob.heat.faults.sock = 1.5;
	run(&clean, full, 30);
	run(&blob, full, 30);
	assert_true(blob.heat.block_c - 22.0 < 0.6 * (clean.heat.block_c - 22.0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fallen_thermistor_reads_air_with_its_own_lag),
		cmocka_unit_test(a_loose_thermistor_reads_its_share),
		cmocka_unit_test(a_broken_circuit_reads_the_ends_of_the_table),
		cmocka_unit_test(a_flickering_contact_is_open_for_its_share),
		cmocka_unit_test(a_frozen_reading_stands_still_and_the_block_does_not),
		cmocka_unit_test(a_drift_grows_with_time),
		cmocka_unit_test(a_wrong_table_is_right_in_the_cold_and_off_in_the_heat),
		cmocka_unit_test(noise_brings_the_steps_of_a_converter),
		cmocka_unit_test(the_dead_time_shows_what_was),
		cmocka_unit_test(a_stuck_switch_heats_until_its_supply_is_cut),
		cmocka_unit_test(without_a_supply_switch_no_firmware_stops_it),
		cmocka_unit_test(broken_weak_and_starved_heaters_give_their_share),
		cmocka_unit_test(
			a_stalled_hotend_fan_warms_the_heatsink_and_hardly_the_block),
		cmocka_unit_test(a_stuck_part_fan_takes_its_watts),
		cmocka_unit_test(a_cold_sheet_dips_the_bed_and_it_comes_back),
		cmocka_unit_test(
			the_bed_switch_cuts_at_its_temperature_and_closes_twenty_below),
		cmocka_unit_test(
			the_instant_of_the_bed_switch_does_not_depend_on_the_step),
		cmocka_unit_test(
			an_open_door_cools_the_chamber_and_blocked_vents_heat_it),
		cmocka_unit_test(a_blob_makes_the_block_sluggish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
