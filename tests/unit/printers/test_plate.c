/* What lies on the plate, and what the head does to it. */
#include "tests/testing.h"

#include "printers/plant/motion.h"

static struct plate_box box(double x0, double y0, double x1, double y1, double top)
{
	return (struct plate_box){.x0 = x0,
				  .y0 = y0,
				  .x1 = x1,
				  .y1 = y1,
				  .top = top,
				  .grams = 1,
				  .adhered = 0.6,
				  .task = 4};
}

static void overlap_counts_boxes_and_the_share_under_the_highest(void **state)
{
	(void)state;
	struct plate plate = {0};
	struct plate_under under;
	struct plate_box a = box(0, 0, 10, 10, 5), b = box(5, 0, 15, 10, 9);
	plate_add(&plate, &a);
	plate_add(&plate, &b);
	plate_under(&plate, 0, 0, 10, 10, &under);
	assert_int_equal(under.n, 2);
	assert_near(under.top, 9, 0);
	assert_near(under.covered, 0.5, 1e-12);
	plate_under(&plate, 20, 20, 30, 30, &under);
	assert_int_equal(under.n, 0);
	plate_under(&plate, 15, 0, 20, 10, &under); /* edges only touch */
	assert_int_equal(under.n, 0);
}

static void distances_are_those_of_geometry(void **state)
{
	(void)state;
	struct plate_box b = box(10, 10, 20, 20, 5);
	assert_near(plate_distance(&b, 0, 0, 0, 30), 10, 1e-6);
	assert_near(plate_distance(&b, 0, 0, 30, 30), 0, 1e-6);
	assert_near(plate_distance(&b, 23, 24, 23, 24), 5, 1e-6);
	assert_near(plate_gap(&b, 23, 24, 40, 40), 5, 1e-12);
	assert_near(plate_gap(&b, 0, 0, 12, 12), 0, 0);
}

static void a_ninth_object_melts_into_the_last(void **state)
{
	(void)state;
	struct plate plate = {0};
	for (int i = 0; i < 12; i++) {
		struct plate_box b = box(i * 20, 0, i * 20 + 10, 10, i + 1);
		plate_add(&plate, &b);
	}
	assert_int_equal(plate.n, PLATE_MAX);
	assert_near(plate_grams(&plate), 12, 1e-12);
	assert_near(plate_top(&plate), 12, 0);
}

static void a_sensor_does_not_see_crumbs(void **state)
{
	(void)state;
	struct plate plate = {0};
	struct plate_box crumb = box(0, 0, 5, 5, 3), film = box(0, 0, 50, 50, 0.5);
	plate_add(&plate, &crumb);
	plate_add(&plate, &film);
	assert_false(plate_is_visible(&plate));
	struct plate_box part = box(0, 0, 20, 20, 3);
	plate_add(&plate, &part);
	assert_true(plate_is_visible(&plate));
}

struct bench {
	struct motion motion;
	struct plate plate;
	struct chance luck;
	struct motion_contact contacts[MOTION_CONTACTS_MAX];
	uint32_t seq;
};

static void bench_init(struct bench *bench)
{
	memset(bench, 0, sizeof(*bench));
	motion_init(&bench->motion);
	bench->luck = chance_stream(1, "printer/001", "damage");
}

static int go(struct bench *bench, uint32_t kind, double x0, double y0, double x1,
	      double y1)
{
	struct jobjam_fw_motion move = {.seq = ++bench->seq,
					.kind = kind,
					.x0_mm = x0,
					.y0_mm = y0,
					.x1_mm = x1,
					.y1_mm = y1,
					.z_mm = 10,
					.speed_mm_s = 500};
	return motion_begin(&bench->motion, &bench->plate, printer_model_find("p1p"),
			    &move, 0, &bench->luck, bench->contacts);
}

static void homing_beside_an_object_finds_the_plate(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench);
	struct plate_box part = box(100, 80, 150, 178, 30);
	plate_add(&bench.plate, &part);
	assert_int_equal(go(&bench, JOBJAM_FW_MOVE_HOME_Z, 135, 253, 135, 253), 0);
	assert_near(bench.motion.zero_mm, 0, 0);
}

static void the_heads_body_presses_on_a_tall_object_near_the_homing_point(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench);
	struct plate_box part = box(100, 150, 150, 200, 30); /* 53 mm away: within 68 */
	plate_add(&bench.plate, &part);
	assert_int_equal(go(&bench, JOBJAM_FW_MOVE_HOME_Z, 135, 253, 135, 253), 1);
	assert_int_equal(bench.contacts[0].kind, CONTACT_PRESS);
	assert_string_equal(bench.contacts[0].part, "head");
	assert_near(bench.motion.zero_mm, 30 - 4.2, 1e-9);
}

static void the_rod_presses_on_what_stands_under_it(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench);
	struct plate_box part = box(0, 225, 20, 250, 60); /* far in x, near in y */
	plate_add(&bench.plate, &part);
	assert_int_equal(go(&bench, JOBJAM_FW_MOVE_HOME_Z, 135, 253, 135, 253), 1);
	assert_string_equal(bench.contacts[0].part, "rod");
}

static void a_well_held_object_stops_the_head_and_a_small_one_breaks_loose(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench);
	struct plate_box big = box(60, 60, 180, 170, 30),
			 small = box(110, 110, 125, 125, 30);
	plate_add(&bench.plate, &big);
	go(&bench, JOBJAM_FW_MOVE_HOME_Z, 135, 253, 135, 253);
	assert_int_equal(go(&bench, JOBJAM_FW_MOVE_PROBE, 100, 100, 140, 140), 1);
	assert_int_equal(bench.contacts[0].kind, CONTACT_LATERAL);
	assert_true(bench.motion.sense & JOBJAM_FW_SENSE_STALL);
	assert_near(bench.plate.box[0].adhered, 0.6, 0);

	bench_init(&bench);
	plate_add(&bench.plate, &small);
	go(&bench, JOBJAM_FW_MOVE_HOME_Z, 135, 253, 135, 253);
	assert_int_equal(go(&bench, JOBJAM_FW_MOVE_PROBE, 100, 100, 140, 140), 1);
	assert_false(bench.motion.sense & JOBJAM_FW_SENSE_STALL);
	assert_near(bench.plate.box[0].adhered, 0.0, 0);
}

static void damage_by_fast_hits_is_as_likely_as_stated(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench);
	int damaged = 0, cables = 0, thermistors = 0;
	for (int i = 0; i < 4000; i++) {
		struct plate_box part = box(110, 110, 125, 125, 30);
		motion_init(&bench.motion);
		plate_clear(&bench.plate);
		plate_add(&bench.plate, &part);
		go(&bench, JOBJAM_FW_MOVE_HOME_Z, 135, 253, 135, 253);
		go(&bench, JOBJAM_FW_MOVE_PROBE, 100, 100, 140, 140);
		damaged += bench.contacts[0].damaged != NULL;
		cables += bench.contacts[0].cable;
		thermistors += bench.contacts[0].cable && bench.contacts[0].thermistor;
	}
	assert_near(damaged / 4000.0, 0.30, 0.03);
	assert_near(cables / 4000.0, 0.02, 0.01);
	assert_true(thermistors > 0 && thermistors < cables);
}

static void a_new_print_that_sticks_out_over_the_old_one_has_no_support(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench);
	struct plate_box flat = box(100, 100, 120, 120, 5);
	plate_add(&bench.plate, &flat);
	go(&bench, JOBJAM_FW_MOVE_HOME_Z, 135, 253, 135, 253);
	assert_int_equal(go(&bench, JOBJAM_FW_MOVE_PROBE, 90, 90, 130, 130), 1);
	assert_int_equal(bench.contacts[0].kind, CONTACT_PRESS);
	assert_near(bench.motion.probe_spread_mm, 5, 1e-9);
	assert_int_equal(go(&bench, JOBJAM_FW_MOVE_PRINT, 90, 90, 130, 130), 1);
	assert_int_equal(bench.contacts[0].kind, CONTACT_OVER);
	assert_int_equal(bench.motion.support, SUPPORT_AIR);
}

static void a_hot_nozzle_goes_through_a_film_and_scars_the_plate(void **state)
{
	(void)state;
	struct bench bench;
	int hot = 0, cold = 0;
	bench_init(&bench);
	for (int i = 0; i < 2000; i++) {
		struct plate_box film = box(120, 240, 150, 256, 0.6);
		motion_init(&bench.motion);
		plate_clear(&bench.plate);
		plate_add(&bench.plate, &film);
		bench.motion.nozzle_c = i % 2 ? 200 : 140;
		assert_int_equal(go(&bench, JOBJAM_FW_MOVE_HOME_Z, 135, 253, 135, 253),
				 1);
		const char *damaged = bench.contacts[0].damaged;
		if (damaged && strcmp(damaged, "plate") == 0)
			*(i % 2 ? &hot : &cold) += 1;
	}
	assert_int_equal(cold, 0);
	assert_near(hot / 1000.0, 0.3, 0.05);
}

static void a_machine_that_watches_sees_loose_filament_in_5_to_15_minutes(void **state)
{
	static const char *const MODELS[] = {"x1c", "p1p"};
	(void)state;
	for (int i = 0; i < 200; i++) {
		struct bench bench;
		struct plate_box flat = box(100, 100, 120, 120, 5);
		struct jobjam_fw_motion move = {.seq = 99,
						.kind = JOBJAM_FW_MOVE_PRINT,
						.x0_mm = 90,
						.y0_mm = 90,
						.x1_mm = 130,
						.y1_mm = 130};
		bench_init(&bench);
		bench.luck = chance_stream((uint64_t)i, "printer/001", "damage");
		plate_add(&bench.plate, &flat);
		go(&bench, JOBJAM_FW_MOVE_HOME_Z, 135, 253, 135, 253);
		go(&bench, JOBJAM_FW_MOVE_PROBE, 90, 90, 130, 130);
		motion_begin(&bench.motion, &bench.plate,
			     printer_model_find(MODELS[i % 2]), &move, 0, &bench.luck,
			     bench.contacts);
		assert_int_equal(bench.motion.support, SUPPORT_AIR);
		if (i % 2)
			assert_true(bench.motion.noticed_at == SIM_NEVER);
		else
			assert_true(bench.motion.noticed_at >= 5 * SIM_MIN &&
				    bench.motion.noticed_at <= 15 * SIM_MIN);
	}
}

static void a_print_from_a_height_goes_on_only_with_what_ends_there(void **state)
{
	(void)state;
	static const struct {
		double x0, top, adhered;
		enum motion_support support;
		int contacts; /* of the print itself */
	} ROWS[] = {
		{100, 12.0, 0.6, SUPPORT_PLATE, 0}, /* where the cut left it */
		{100, 12.4, 0.6, SUPPORT_PLATE, 0}, /* two layers more than recorded */
		{100, 9.0, 0.6, SUPPORT_AIR, 1},    /* another, lower: over it */
		{100, 20.0, 0.6, SUPPORT_AIR, 2},   /* higher: struck, and over it */
		{100, 12.0, 0.0, SUPPORT_AIR, 1},   /* it has come loose */
		{120, 12.0, 0.6, SUPPORT_AIR, 1},   /* of that height, elsewhere */
	};
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct bench bench;
		bench_init(&bench);
		struct plate_box part =
			box(ROWS[i].x0, 40, ROWS[i].x0 + 50, 90, ROWS[i].top);
		part.adhered = ROWS[i].adhered;
		plate_add(&bench.plate, &part);
		assert_int_equal(go(&bench, JOBJAM_FW_MOVE_HOME_Z, 135, 253, 135, 253),
				 0);
		bench.motion.from_mm = 12.0;
		assert_int_equal(go(&bench, JOBJAM_FW_MOVE_PRINT, 100, 40, 150, 90),
				 ROWS[i].contacts);
		assert_int_equal(bench.motion.support, ROWS[i].support);
		assert_int_equal(bench.motion.grows,
				 ROWS[i].support == SUPPORT_PLATE ? 1 : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(overlap_counts_boxes_and_the_share_under_the_highest),
		cmocka_unit_test(distances_are_those_of_geometry),
		cmocka_unit_test(a_ninth_object_melts_into_the_last),
		cmocka_unit_test(a_sensor_does_not_see_crumbs),
		cmocka_unit_test(homing_beside_an_object_finds_the_plate),
		cmocka_unit_test(
			the_heads_body_presses_on_a_tall_object_near_the_homing_point),
		cmocka_unit_test(the_rod_presses_on_what_stands_under_it),
		cmocka_unit_test(
			a_well_held_object_stops_the_head_and_a_small_one_breaks_loose),
		cmocka_unit_test(damage_by_fast_hits_is_as_likely_as_stated),
		cmocka_unit_test(
			a_new_print_that_sticks_out_over_the_old_one_has_no_support),
		cmocka_unit_test(a_hot_nozzle_goes_through_a_film_and_scars_the_plate),
		cmocka_unit_test(
			a_machine_that_watches_sees_loose_filament_in_5_to_15_minutes),
		cmocka_unit_test(a_print_from_a_height_goes_on_only_with_what_ends_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
