/* The thermal network against closed forms and published figures. */
#include "tests/testing.h"

#include "printers/plant/heat.h"
#include "sim/core/real.h"

static const struct heat_drive OFF = {0};
static const struct heat_drive FULL_NOZZLE = {.nozzle_pwm = 1.0};
static const struct heat_drive FULL_BED = {.bed_pwm = 1.0};

static struct heat at_room(const struct plant_constants *constants, double room_c)
{
	struct heat heat;
	heat_init(&heat, constants, room_c);
	heat.block_c = heat.sensor_c = heat.plate_c = heat.top_c = room_c;
	heat.bed_sensor_c = heat.chamber_c = heat.sink_c = room_c;
	return heat;
}

/* Seconds until *node passes limit, with 250 ms steps; also the way a build would see it. */
static double seconds_until(struct heat *heat, const struct plant_constants *constants,
			    const struct heat_drive *drive, const double *node,
			    double limit)
{
	bool rising = *node < limit;
	for (int i = 1; i < 40000; i++) {
		heat_step(heat, constants, drive, 0.25);
		if (rising ? *node >= limit : *node <= limit)
			return i * 0.25;
	}
	fail_msg("never reached %g", limit);
	return 0;
}

static void one_step_of_a_linear_hotend_is_the_closed_form(void **state)
{
	(void)state;
	struct plant_constants linear = plant_class_b;
	linear.heater_alpha = linear.heatbreak_w_k = 0.0;
	struct heat heat = at_room(&linear, 20.0);
	struct heat_drive half = {.nozzle_pwm = 0.5};
	double k = linear.loss_w_k / linear.block_j_k, r = linear.sensor_per_s;
	double end = 20.0 + 0.5 * linear.heater_w / linear.loss_w_k;

	heat_step(&heat, &linear, &half, 100.0);
	double block = end + (20.0 - end) * real_exp(-k * 100.0);
	double b = r * (20.0 - end) / (r - k);
	double sensor =
		end + (20.0 - end - b) * real_exp(-r * 100.0) + b * real_exp(-k * 100.0);
	assert_near(heat.block_c, block, 1e-9);
	assert_near(heat.sensor_c, sensor, 1e-9);

	struct heat fine = at_room(&linear, 20.0);
	for (int i = 0; i < 1000; i++)
		heat_step(&fine, &linear, &half, 0.1);
	assert_near(fine.block_c, block, 1e-8);
	assert_near(fine.sensor_c, sensor, 1e-8);
}

static void a_sensor_as_fast_as_its_block_does_not_divide_by_zero(void **state)
{
	(void)state;
	struct plant_constants odd = plant_class_b;
	odd.heater_alpha = odd.heatbreak_w_k = 0.0;
	odd.sensor_per_s = odd.loss_w_k / odd.block_j_k;
	struct heat heat = at_room(&odd, 20.0);
	heat.block_c = 120.0;
	heat_step(&heat, &odd, &OFF, 100.0);
	double x = odd.sensor_per_s * 100.0;
	assert_near(heat.sensor_c, 20.0 + 100.0 * x * real_exp(-x), 1e-6);
}

static void the_hotend_heats_up_as_published(void **state)
{
	(void)state;
	static const struct {
		double to_c, seconds;
	} ROWS[] = {{200, 68}, {220, 80}, {250, 101}};
	for (size_t i = 0; i < 3; i++) {
		struct heat heat = at_room(&plant_class_b, 25.0);
		double took = seconds_until(&heat, &plant_class_b, &FULL_NOZZLE,
					    &heat.sensor_c, ROWS[i].to_c);
		assert_near(took, ROWS[i].seconds, 3.0);
	}
}

static void a_stuck_heater_converges_near_four_hundred_degrees(void **state)
{
	(void)state;
	struct heat heat = at_room(&plant_class_b, 25.0);
	heat_run(&heat, &plant_class_b, &FULL_NOZZLE, 2 * SIM_H);
	assert_near(heat.block_c, 409.0, 2.0);
}

static void holding_powers_are_the_published_ones(void **state)
{
	(void)state;
	static const struct {
		double watts, fan, flow;
	} ROWS[] = {{11.3, 0, 0}, {25.4, 1, 0}, {34.4, 1, 20}};
	for (size_t i = 0; i < 3; i++) {
		struct heat heat = at_room(&plant_class_b, 25.0);
		double at_220 = 48.0 / (1.0 + 0.003 * 195.0);
		struct heat_drive hold = {.nozzle_pwm = ROWS[i].watts / at_220,
					  .part_fan = ROWS[i].fan,
					  .flow_mm3_s = ROWS[i].flow};
		heat_run(&heat, &plant_class_b, &hold, 2 * SIM_H);
		assert_near(heat.block_c, 220.0, 1.0);
	}
}

static void the_hotend_cools_as_published(void **state)
{
	(void)state;
	static const struct {
		double fan, seconds;
	} ROWS[] = {{0, 427}, {1, 192}};
	for (size_t i = 0; i < 2; i++) {
		struct heat heat = at_room(&plant_class_b, 25.0);
		struct heat_drive off = {.part_fan = ROWS[i].fan};
		heat.block_c = heat.sensor_c = 220.0;
		double took =
			seconds_until(&heat, &plant_class_b, &off, &heat.block_c, 50.0);
		assert_near(took, ROWS[i].seconds, 5.0);
	}
}

static void beds_heat_up_as_published(void **state)
{
	(void)state;
	static const struct {
		const struct plant_constants *constants;
		double to_c, seconds;
	} ROWS[] = {
		{&plant_class_a, 60, 98},
		{&plant_class_a, 100, 220},
		{&plant_class_b, 60, 98},
		{&plant_class_b, 100, 224},
	};
	for (size_t i = 0; i < 4; i++) {
		struct heat heat = at_room(ROWS[i].constants, 25.0);
		double took = seconds_until(&heat, ROWS[i].constants, &FULL_BED,
					    &heat.bed_sensor_c, ROWS[i].to_c);
		/* 5 %: the capacities are estimates to a quarter */
		assert_near(took, ROWS[i].seconds, 0.05 * ROWS[i].seconds);
	}
}

static void halving_the_step_changes_next_to_nothing(void **state)
{
	(void)state;
	static const struct heat_drive DRIVES[] = {
		{.nozzle_pwm = 1.0, .bed_pwm = 1.0, .motors = true},
		{.nozzle_pwm = 0.6, .bed_pwm = 0.2, .part_fan = 1.0, .flow_mm3_s = 20},
		{.part_fan = 0.5},
	};
	struct heat coarse = at_room(&plant_class_a, 22.0), fine = coarse;
	for (int i = 0; i < 3; i++) {
		for (int s = 0; s < 60; s++)
			heat_step(&coarse, &plant_class_a, &DRIVES[i], 1.0);
		for (int s = 0; s < 120; s++)
			heat_step(&fine, &plant_class_a, &DRIVES[i], 0.5);
		assert_near(coarse.block_c, fine.block_c, 0.02);
		assert_near(coarse.plate_c, fine.plate_c, 0.2);
		assert_near(coarse.top_c, fine.top_c, 0.2);
		assert_near(coarse.chamber_c, fine.chamber_c, 0.02);
	}
}

static void a_machine_left_alone_ends_at_room_temperature(void **state)
{
	(void)state;
	struct heat heat = at_room(&plant_class_b, 20.0);
	heat.block_c = 220.0;
	heat.plate_c = heat.top_c = 60.0;
	heat_run(&heat, &plant_class_b, &OFF, 10 * SIM_DAY);
	assert_near(heat.block_c, 20.0, 0.05);
	assert_near(heat.plate_c, 20.0, 0.05);
	assert_near(heat.energy_j, 0.0, 1e-12);
}

static void energy_is_power_times_time(void **state)
{
	(void)state;
	struct heat heat = at_room(&plant_class_b, 20.0);
	struct heat_drive bed = {.bed_pwm = 0.5, .motors = true};
	heat_run(&heat, &plant_class_b, &bed, 100 * SIM_S);
	assert_near(heat.energy_j, 100.0 * (150.0 + plant_class_b.motors_w), 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_step_of_a_linear_hotend_is_the_closed_form),
		cmocka_unit_test(a_sensor_as_fast_as_its_block_does_not_divide_by_zero),
		cmocka_unit_test(the_hotend_heats_up_as_published),
		cmocka_unit_test(a_stuck_heater_converges_near_four_hundred_degrees),
		cmocka_unit_test(holding_powers_are_the_published_ones),
		cmocka_unit_test(the_hotend_cools_as_published),
		cmocka_unit_test(beds_heat_up_as_published),
		cmocka_unit_test(halving_the_step_changes_next_to_nothing),
		cmocka_unit_test(a_machine_left_alone_ends_at_room_temperature),
		cmocka_unit_test(energy_is_power_times_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
