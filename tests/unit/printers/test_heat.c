/* The thermal network against closed forms and published figures. */
#include "tests/testing.h"

#include "printers/classes.h"
#include "printers/plant/heat.h"
#include "sim/core/real.h"

#include <math.h>

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
		assert_near(coarse.block_c, fine.block_c, 2e-4);
		assert_near(coarse.plate_c, fine.plate_c, 2e-4);
		assert_near(coarse.top_c, fine.top_c, 2e-4);
		assert_near(coarse.bed_sensor_c, fine.bed_sensor_c, 2e-4);
		assert_near(coarse.chamber_c, fine.chamber_c, 2e-4);
	}
}

/* --- against Runge-Kutta: the network written down once more, as it stands in heat.h ---- */

enum {
	BLOCK,
	SENSOR,
	SINK,
	PLATE,
	TOP,
	BED_SENSOR,
	CHAMBER,
	NODES
};

struct network {
	const struct plant_constants *c;
	const struct heat_load *load;
	double room_c;
};

static double more_than(double a, double b)
{
	return a > b ? a : b;
}

static void slopes_at(const struct network *of, const double t[NODES],
		      double ret_k_s[NODES])
{
	const struct plant_constants *c = of->c;
	const struct heat_load *load = of->load;
	double air = c->chamber_j_k > 0 ? t[CHAMBER] : of->room_c, over = t[BLOCK] - air;
	double block_g = load->block_w_k;
	if (c->loss_exponent > 0)
		block_g *= real_pow(more_than(fabs(over), 1) / 195, c->loss_exponent);
	double power = load->nozzle_w / (1 + c->heater_alpha * (t[BLOCK] - 25));
	double into_sink = c->heatbreak_w_k * (t[BLOCK] - t[SINK]);
	double from_sink = load->sink_w_k * (t[SINK] - air);
	double factor = more_than(0.6, sqrt(sqrt(more_than(t[PLATE] - air, 0) / 50))) *
			(1 + more_than(t[PLATE] - 100, 0) / 400);
	double across = c->plate_top_w_k * (t[PLATE] - t[TOP]);
	double below = load->bottom_w_k * factor * (t[PLATE] - air);
	double above = load->top_w_k * factor * (t[TOP] - air);
	double cable = load->coupling * t[BLOCK] + (1 - load->coupling) * air;
	double bed_cable = load->bed_coupling * t[PLATE] + (1 - load->bed_coupling) * air;
	ret_k_s[BLOCK] = (power - (block_g + load->melt_w_k) * over - into_sink) *
			 load->per_block_j_k;
	ret_k_s[SENSOR] = load->sensor_per_s * (cable - t[SENSOR]);
	ret_k_s[SINK] = (into_sink - from_sink) / c->sink_j_k;
	ret_k_s[PLATE] = (load->bed_w - across - below) / c->plate_j_k;
	ret_k_s[TOP] = (across - above) / c->top_j_k;
	ret_k_s[BED_SENSOR] = load->bed_sensor_per_s * (bed_cable - t[BED_SENSOR]);
	ret_k_s[CHAMBER] = 0;
	if (c->chamber_j_k > 0)
		ret_k_s[CHAMBER] =
			(above + below + block_g * over + from_sink -
			 load->chamber_w_k * (air - of->room_c) + load->chamber_w) /
			c->chamber_j_k;
}

static void runge_kutta(const struct network *of, double t[NODES], double dt)
{
	static const double AT[] = {0, 0.5, 0.5, 1}, WEIGHT[] = {1, 2, 2, 1};
	double k[NODES] = {0}, sum[NODES] = {0}, here[NODES];
	for (int i = 0; i < 4; i++) {
		for (int n = 0; n < NODES; n++)
			here[n] = t[n] + AT[i] * dt * k[n];
		slopes_at(of, here, k);
		for (int n = 0; n < NODES; n++)
			sum[n] += WEIGHT[i] * k[n];
	}
	for (int n = 0; n < NODES; n++)
		t[n] += dt / 6 * sum[n];
}

/* The worst distance of any node over 240 s of heating, printing, holding and cooling. */
static double worst_distance(const struct plant_constants *of, double dt)
{
	static const struct heat_drive DRIVES[] = {
		{.nozzle_pwm = 1.0, .bed_pwm = 1.0, .motors = true},
		{.nozzle_pwm = 0.6, .bed_pwm = 0.2, .part_fan = 1.0, .flow_mm3_s = 20},
		{.nozzle_pwm = 0.25, .bed_pwm = 0.3},
		{.part_fan = 0.5},
	};
	static const double FINE = 0.01;
	struct plant_constants c = *of;
	struct heat heat = at_room(&c, 22.0);
	double t[NODES], worst = 0;
	c.bed_switch_c = 0;
	heat.faults.part[HEAT_NOZZLE].coupling = 0.9;
	heat.faults.part[HEAT_BED].coupling = 0.7;
	for (int n = 0; n < NODES; n++)
		t[n] = 22.0;
	for (int i = 0; i < 4; i++)
		for (int step = 0; step < (int)(60 / dt + 0.5); step++) {
			heat_step(&heat, &c, &DRIVES[i], dt);
			const struct network network = {&c, &heat.load, 22.0};
			for (int n = 0; n < (int)(dt / FINE + 0.5); n++)
				runge_kutta(&network, t, FINE);
			const double at[NODES] = {heat.block_c,  heat.sensor_c,
						  heat.sink_c,   heat.plate_c,
						  heat.top_c,    heat.bed_sensor_c,
						  heat.chamber_c};
			for (int n = 0; n < NODES; n++)
				worst = more_than(worst, fabs(at[n] - t[n]));
		}
	return worst;
}

static void every_node_of_every_class_is_where_runge_kutta_has_it(void **state)
{
	(void)state;
	static const struct {
		double dt_s, within_c;
	} ROWS[] = {{0.25, 1e-4}, {1, 1e-3}, {5, 0.05}};
	for (size_t i = 0; plant_class_at(i); i++)
		for (size_t j = 0; j < sizeof(ROWS) / sizeof(ROWS[0]); j++) {
			double off = worst_distance(plant_class_at(i), ROWS[j].dt_s);
			if (off > ROWS[j].within_c)
				fail_msg("class %s, %g s: %g C off",
					 plant_class_at(i)->name, ROWS[j].dt_s, off);
		}
}

/* Nobody builds these; somebody may write one down. */
static void a_machine_of_no_mass_still_comes_to_rest(void **state)
{
	(void)state;
	static const double SMALL[] = {1e-300, 1e-6, 0.01, 1, 30};
	struct heat_drive full = {.nozzle_pwm = 1.0, .bed_pwm = 1.0};
	for (size_t i = 0; plant_class_at(i); i++)
		for (size_t j = 0; j < sizeof(SMALL) / sizeof(SMALL[0]); j++) {
			struct plant_constants c = *plant_class_at(i);
			c.plate_j_k = c.top_j_k = c.block_j_k = c.sink_j_k = SMALL[j];
			if (c.chamber_j_k > 0)
				c.chamber_j_k = SMALL[j];
			c.bed_w = c.bed_220_w = 3000;
			c.bed_switch_c = 0;
			struct heat heat = at_room(&c, 22.0);
			for (int n = 0; n < 1000; n++)
				heat_step(&heat, &c, &full, 10.0);
			double plate = heat.plate_c, block = heat.block_c;
			heat_step(&heat, &c, &full, 10.0);
			assert_near(heat.plate_c, plate, 0.01);
			assert_near(heat.block_c, block, 0.01);
			assert_true(plate > 100 && plate < 5000 && block > 100 &&
				    block < 5000);
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
		cmocka_unit_test(every_node_of_every_class_is_where_runge_kutta_has_it),
		cmocka_unit_test(a_machine_of_no_mass_still_comes_to_rest),
		cmocka_unit_test(a_machine_left_alone_ends_at_room_temperature),
		cmocka_unit_test(energy_is_power_times_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
