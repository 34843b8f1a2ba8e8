/* Sliced files: what is read from them, how long they take, and what is refused. */
#include "tests/testing.h"

#include "printers/gcode/arc.h"
#include "printers/gcode/gcode.h"
#include "printers/gcode/timing.h"

/* A heated line of filament 10 mm long: the least that is a print. */
#define HEAT "M140 S60\nM104 S215\nM83\nG90\n"
#define LINE "G1 Z0.2 F600\nG1 X10 Y10 F6000\nG1 X20 Y10 E1 F1200\n"

static int parse_limited(const char *text, const struct gcode_limits *limits,
			 struct gcode_facts *ret_facts, struct sim_error *error)
{
	memset(error, 0, sizeof(*error));
	return gcode_read_bytes("test.gcode", text, strlen(text), 1, limits, ret_facts,
				error);
}

static struct gcode_facts parse(const char *text)
{
	struct gcode_facts facts;
	struct sim_error error;
	if (parse_limited(text, NULL, &facts, &error) != SIM_OK)
		fail_msg("%s", error.text);
	return facts;
}

/* Expects a refusal whose sentence has both in it. */
static void refuses(const char *text, const char *place, const char *reason)
{
	struct gcode_facts facts;
	struct sim_error error;
	assert_int_not_equal(parse_limited(text, NULL, &facts, &error), SIM_OK);
	if (!strstr(error.text, place) || !strstr(error.text, reason))
		fail_msg("wanted \"%s\" and \"%s\" in: %s", place, reason, error.text);
}

/* --- the slicers ------------------------------------------------------------------- */

static void every_slicers_file_gives_the_same_block(void **state)
{
	static const char *const FILES[][2] = {
		{"tests/gcode/prusa.gcode", "PrusaSlicer 2.5.0"},
		{"tests/gcode/orca.gcode", "OrcaSlicer 2.0.0"},
		{"tests/gcode/bambu.gcode", "BambuStudio 01.07.04.52"},
		{"tests/gcode/bambu.gcode.3mf", "BambuStudio 01.07.04.52"},
		{"tests/gcode/cura.gcode", "Cura_SteamEngine 5.2.1"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++) {
		struct gcode_facts facts;
		struct sim_error error;
		if (gcode_read(FILES[i][0], 1, NULL, &facts, &error) != SIM_OK)
			fail_msg("%s", error.text);
		assert_string_equal(facts.slicer, FILES[i][1]);
		assert_int_equal(facts.layers, 20);
		assert_near(facts.height_mm, 4.0, 1e-9);
		assert_near(facts.layer_mm, 0.2, 1e-9);
		/* The walls, not the skirt around them nor the line along the edge. */
		assert_int_equal(facts.n_boxes, 1);
		assert_near(facts.first_layer.x0_mm, 118.2, 1e-9);
		assert_near(facts.first_layer.y1_mm, 137.8, 1e-9);
		assert_near(facts.nozzle_c, 215, 0);
		assert_near(facts.bed_c, 60, 0);
		assert_near(facts.stated_metres, 0.1583, 1e-3);
		assert_near(facts.metres, facts.stated_metres, 1e-3);
		assert_near(facts.grams, 0.472, 2e-3);
		/* Both are reported; ours is near what a slicer would say. */
		sim_ns stated = facts.stated_print_for ? facts.stated_print_for
						       : facts.stated_for;
		assert_true(stated == 110 * SIM_S);
		assert_near((double)facts.printed_for / 1e9, 110, 0.1 * 110);
		assert_true(facts.moved_for > facts.printed_for);
	}
}

static void a_job_takes_the_slicers_figures_before_reckoned_ones(void **state)
{
	(void)state;
	struct gcode_facts facts =
		parse(HEAT LINE "; filament used [g] = 5.5\n"
				"; estimated printing time (normal mode) "
				"= 1d 2h 3m 4s\n");
	struct job_file job;
	struct sim_error error;
	assert_int_equal(gcode_job(&facts, "thing", &job, &error), SIM_OK);
	assert_string_equal(job.name, "thing");
	assert_true(job.print_for == 93784 * SIM_S);
	assert_near(job.grams, 5.5, 1e-9);
	assert_near(job.metres, 0.001, 1e-12);
	facts = parse(HEAT LINE);
	assert_int_equal(gcode_job(&facts, "thing", &job, &error), SIM_OK);
	assert_true(job.print_for == facts.printed_for && job.print_for > 0);
	assert_near(job.grams, 0.001 * 2.405 * 1.24, 1e-5);
}

static void a_file_that_never_heats_the_nozzle_is_no_job(void **state)
{
	(void)state;
	struct gcode_facts facts = parse("M83\n" LINE);
	struct job_file job;
	struct sim_error error;
	assert_int_equal(gcode_job(&facts, "cold", &job, &error), SIM_EINVAL);
	assert_non_null(strstr(error.text, "how hot"));
	/* A macro may heat; then the slicer's settings say to what. */
	facts = parse("M83\n" LINE
		      "; nozzle_temperature = 230,220\n; hot_plate_temp = 55\n");
	assert_near(facts.nozzle_c, 230, 0);
	assert_near(facts.bed_c, 55, 0);
}

static void the_temperature_of_most_filament_counts(void **state)
{
	(void)state;
	struct gcode_facts facts = parse("M104 S250\n" HEAT LINE "M104 S200\nG1 X30 E9\n"
					 "M104 S0\nM140 S0\n");
	assert_near(facts.nozzle_c, 200, 0);
	assert_near(facts.nozzle_most_c, 250, 0);
	assert_near(facts.bed_c, 60, 0);
}

/* --- moves ------------------------------------------------------------------------- */

static void relative_and_absolute_moves_meet(void **state)
{
	(void)state;
	struct gcode_facts a = parse(HEAT "G1 Z0.2\nG1 X10 Y10\nG1 X30 Y15 E2\n");
	struct gcode_facts b =
		parse("M104 S215\nG91\nG1 Z0.2\nG1 X10 Y10\nG1 X20 Y5 E2\n");
	struct gcode_facts c = parse("M104 S215\nM82\nG1 Z0.2\nG1 X10 Y10 E5\nG92 E0\n"
				     "G1 X30 Y15 E2\n");
	assert_memory_equal(&a.first_layer.x1_mm, &b.first_layer.x1_mm, sizeof(double));
	assert_near(a.first_layer.x1_mm, 30, 0);
	assert_near(a.first_layer.y1_mm, 15, 0);
	assert_near(b.metres, 0.002, 1e-12);
	assert_near(c.metres, 0.007, 1e-12);
	/* Moved coordinates are not moved walls. */
	struct gcode_facts d =
		parse(HEAT "G1 Z0.2\nG1 X10 Y10\nG92 X0 Y0\nG1 X20 Y5 E2\n");
	assert_near(d.first_layer.x1_mm, 30, 0);
	/* G90 gives the filament back the mode that it had. */
	struct gcode_facts e = parse(HEAT "G91\nG1 Z0.2\nG90\nG1 X10 Y1 E1\nG1 X20 E1\n");
	assert_near(e.metres, 0.002, 1e-12);
	/* Inches. */
	struct gcode_facts f = parse("M104 S215\nM83\nG20\nG1 Z.01\nG1 X1 Y1 E.1\n");
	assert_near(f.first_layer.x1_mm, 25.4, 1e-9);
}

static void a_retraction_is_no_filament_used(void **state)
{
	(void)state;
	struct gcode_facts facts =
		parse(HEAT LINE "G1 E-0.8\nG1 X40\nG1 E0.8\nG1 X50 E1\nG1 E-5\n");
	assert_near(facts.metres, 0.002, 1e-12);
}

static void arcs_reach_as_far_as_their_circle(void **state)
{
	(void)state;
	struct arc arc;
	arc_measure(10, 0, 0, 0, 0, 10, false, &arc); /* a quarter */
	assert_near(arc.length, 15.7079632679, 1e-9);
	assert_near(arc.x1, 10, 1e-9);
	assert_near(arc.y1, 10, 1e-9);
	arc_measure(10, 0, 0, 0, 0, 10, true, &arc); /* the other three */
	assert_near(arc.length, 47.1238898038, 1e-9);
	assert_near(arc.x0, -10, 1e-9);
	assert_near(arc.y0, -10, 1e-9);
	arc_measure(3, 4, 0, 0, 3, 4, true, &arc); /* all of it */
	assert_near(arc.length, 31.4159265359, 1e-9);
	double cx, cy;
	assert_true(arc_centre(10, 0, 0, 10, 10, false, &cx, &cy));
	assert_near(cx, 0, 1e-9);
	assert_near(cy, 0, 1e-9);
	assert_true(arc_centre(10, 0, 0, 10, -10, false, &cx, &cy));
	assert_near(cx, 10, 1e-9);
	assert_false(arc_centre(10, 0, 0, 10, 3, false, &cx, &cy));

	struct gcode_facts facts =
		parse(HEAT "G1 Z0.2\nG1 X110 Y100\nG3 X100 Y110 I-10 J0 E1\n"
			   "G2 X110 Y100 R10 E1\n");
	assert_near(facts.first_layer.x1_mm, 110, 1e-9);
	assert_near(facts.first_layer.y1_mm, 110, 1e-9);
	refuses(HEAT "G1 Z0.2\nG1 X110 Y100\nG2 X100 Y110 R3 E1\n",
		"test.gcode:7:", "no circle");
}

static void objects_have_boxes_of_their_own(void **state)
{
	(void)state;
	struct gcode_facts facts =
		parse(HEAT ";LAYER_CHANGE\nG1 Z0.2\n; printing object a\nG1 X10 Y10\n"
			   "G1 X20 E1\n; stop printing object a\n"
			   "; printing object b\nG1 X100 Y100\nG1 X110 Y120 E1\n"
			   ";LAYER_CHANGE\nG1 Z0.4\nG1 X200 E1\n");
	assert_int_equal(facts.n_boxes, 2);
	assert_string_equal(facts.boxes[1].object, "b");
	assert_near(facts.boxes[1].y1_mm, 120, 0);
	assert_near(facts.boxes[0].x1_mm, 20, 0);
	assert_near(facts.first_layer.x1_mm, 110, 0); /* the first layer alone */
	/* More than there is room for melt into the last. */
	char text[8192] = HEAT ";LAYER_CHANGE\nG1 Z0.2\n";
	for (int i = 0; i < 40; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "M486 S%d\nG1 X%d Y1\nG1 Y9 E1\n", i, i * 5);
	facts = parse(text);
	assert_int_equal(facts.n_boxes, GCODE_BOXES_MAX);
	assert_near(facts.first_layer.x1_mm, 195, 0);
}

static void the_area_to_be_probed_is_read(void **state)
{
	(void)state;
	struct gcode_facts facts = parse(HEAT "G29 A X100 Y110 I20 J30\n" LINE);
	assert_near(facts.probed.x0_mm, 100, 0);
	assert_near(facts.probed.y1_mm, 140, 0);
}

/* --- time --------------------------------------------------------------------------- */

static double time_of(const char *text)
{
	struct gcode_facts facts = parse(text);
	return (double)facts.moved_for / 1e9;
}

static void a_single_move_takes_what_the_trapezoid_says(void **state)
{
	(void)state;
	struct timing timing;
	timing_init(&timing);
	timing.limits.printing = timing.limits.travelling = 1000;
	for (int i = 0; i < AXES; i++)
		timing.limits.jerk[i] = 1e-9; /* from rest, to rest */
	/* 100 mm at 50 mm/s and 1000 mm/s2: 0.05 s and 1.25 mm at each end. */
	timing_add(&timing, (double[AXES]){100, 0, 0, 0}, 50, true);
	timing_rest(&timing, 0, true);
	assert_near(timing.all_s, 0.1 + 97.5 / 50, 1e-6);
	/* 1 mm: never gets there; twice the root of 1/1000. */
	timing.all_s = 0;
	timing_add(&timing, (double[AXES]){1, 0, 0, 0}, 500, false);
	timing_rest(&timing, 0, false);
	assert_near(timing.all_s, 2 * 0.0316227766, 1e-6);
	assert_near(timing.counted_s, 2.05, 1e-6);
}

static void a_line_in_many_pieces_takes_as_long_as_in_one(void **state)
{
	(void)state;
	struct timing one, many;
	timing_init(&one);
	timing_init(&many);
	timing_add(&one, (double[AXES]){200, 0, 0, 8}, 150, true);
	for (int i = 0; i < 1000; i++)
		timing_add(&many, (double[AXES]){0.2, 0, 0, 0.008}, 150, true);
	timing_rest(&one, 0, true);
	timing_rest(&many, 0, true);
	assert_near(many.all_s, one.all_s, 0.02 * one.all_s);
}

static void a_corner_costs_time_and_limits_are_heeded(void **state)
{
	(void)state;
	struct timing straight, corner;
	timing_init(&straight);
	timing_init(&corner);
	for (int i = 0; i < 2; i++)
		timing_add(&straight, (double[AXES]){20, 0, 0, 0}, 150, true);
	timing_add(&corner, (double[AXES]){20, 0, 0, 0}, 150, true);
	timing_add(&corner, (double[AXES]){0, 20, 0, 0}, 150, true);
	timing_rest(&straight, 0, true);
	timing_rest(&corner, 0, true);
	assert_true(corner.all_s > 1.1 * straight.all_s);
	double usual = time_of(HEAT LINE "G1 X200 E9 F9000\n");
	assert_true(time_of("M203 X20\n" HEAT LINE "G1 X200 E9 F9000\n") > 3 * usual);
	assert_true(time_of("M204 S20\n" HEAT LINE "G1 X200 E9 F9000\n") > 2 * usual);
	assert_true(time_of("SET_VELOCITY_LIMIT ACCEL=20\n" HEAT LINE
			    "G1 X200 E9 F9000\n") > 2 * usual);
	assert_near(time_of(HEAT LINE "G4 P1500\nG4 S2\n"), time_of(HEAT LINE) + 3.5,
		    1e-6);
}

/* --- refusals ----------------------------------------------------------------------- */

static void what_is_no_gcode_is_refused_with_its_line(void **state)
{
	struct gcode_facts facts;
	struct sim_error error;
	(void)state;
	refuses("", "test.gcode", "empty");
	refuses("<html>\n", "test.gcode:1:", "no command");
	refuses("G28\nG1 X1.2.3\n", "test.gcode:2:", "no number");
	refuses("G28\nG1 X--1\n", "test.gcode:2:", "no number");
	refuses("G28\nG1 X1,5 E2\n", "test.gcode:2:", "no number");
	refuses("G28\n\nG1 X99999\n", "test.gcode:3:", "X lies more than");
	refuses("G28\nG1 X99999999999999999999 E1\n", "test.gcode:2:", "number");
	refuses("M104 S5000\n", "test.gcode:1:", "heats");
	refuses("G4 S1000000\n", "test.gcode:1:", "pause");
	refuses("G28\nM84\n", "test.gcode:2:", "nothing was extruded");
	refuses("Dear all,\nthis is a letter.\n",
		"test.gcode:2:", "nothing was extruded");
	refuses("GCDE\x01\n", "test.gcode", "binary G-code");
	static const char ZERO[] = "G28\nG1 X1\0Y2\n";
	assert_int_equal(gcode_read_bytes("test.gcode", ZERO, sizeof(ZERO) - 1, 1, NULL,
					  &facts, &error),
			 SIM_EINVAL);
	assert_non_null(strstr(error.text, "test.gcode:2: there is a byte 0x00"));
	assert_int_equal(gcode_read("tests/gcode/none.gcode", 1, NULL, &facts, &error),
			 SIM_ENOENT);
	assert_int_equal(gcode_read("/dev/null", 1, NULL, &facts, &error), SIM_EINVAL);
}

static void an_error_shows_no_control_bytes_of_the_file(void **state)
{
	struct gcode_facts facts;
	struct sim_error error;
	(void)state;
	assert_int_not_equal(parse_limited("G1 X\xC3\x9B[31m\n", NULL, &facts, &error),
			     0);
	for (const char *c = error.text; *c; c++)
		assert_true(*c >= ' ' && *c < 0x7F);
}

static void a_file_that_was_cut_off_is_noticed(void **state)
{
	static const char *const FILES[] = {"tests/gcode/prusa.gcode",
					    "tests/gcode/orca.gcode",
					    "tests/gcode/bambu.gcode",
					    "tests/gcode/cura.gcode"};
	(void)state;
	for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++) {
		static char text[65536];
		struct gcode_facts facts;
		struct sim_error error;
		FILE *file = fopen(FILES[i], "r");
		assert_non_null(file);
		size_t size = fread(text, 1, sizeof(text), file);
		fclose(file);
		for (size_t part = 1; part < 10; part++) {
			int status = gcode_read_bytes("cut.gcode", text, size * part / 10,
						      1, NULL, &facts, &error);
			assert_int_equal(status, SIM_EINVAL);
			assert_non_null(strstr(error.text, "cut.gcode:"));
		}
	}
}

static void size_and_lines_are_bounded(void **state)
{
	struct gcode_limits limits = {.bytes = 60};
	struct gcode_facts facts;
	struct sim_error error;
	(void)state;
	assert_int_equal(parse_limited(HEAT LINE, &limits, &facts, &error), SIM_ELIMIT);
	limits = (struct gcode_limits){.lines = 5};
	assert_int_equal(parse_limited(HEAT LINE, &limits, &facts, &error), SIM_ELIMIT);
	assert_non_null(
		strstr(error.text, "test.gcode:6: the file has more than 5 lines"));
	limits.lines = 7;
	assert_int_equal(parse_limited(HEAT LINE, &limits, &facts, &error), SIM_OK);
	assert_int_equal(facts.lines, 7);
	/* A command as long as you like is none; a comment is. */
	static char text[20000];
	snprintf(text, sizeof(text), HEAT LINE "M117 ");
	memset(text + strlen(text), 'a', 5000);
	refuses(text, "test.gcode:8:", "longer than");
	snprintf(text, sizeof(text), HEAT LINE "; thumbnail ");
	memset(text + strlen(text), 'a', 15000);
	assert_int_equal(parse(text).lines, 8);
}

static void a_damaged_or_empty_zip_is_refused(void **state)
{
	static char bytes[4096];
	struct gcode_facts facts;
	struct sim_error error;
	(void)state;
	FILE *file = fopen("tests/gcode/bambu.gcode.3mf", "rb");
	assert_non_null(file);
	size_t size = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	assert_int_equal(gcode_read_bytes("a.3mf", bytes, size, 1, NULL, &facts, &error),
			 0);
	assert_int_equal(gcode_read_bytes("a.3mf", bytes, size, 2, NULL, &facts, &error),
			 SIM_EINVAL);
	assert_non_null(strstr(error.text, "no sliced plate 2"));
	assert_int_equal(gcode_read_bytes("a.3mf", bytes, size, 0, NULL, &facts, &error),
			 SIM_EINVAL);
	for (size_t cut = 4; cut < size; cut += 17)
		assert_int_not_equal(gcode_read_bytes("a.3mf", bytes, cut, 1, NULL,
						      &facts, &error),
				     0);
	struct gcode_limits limits = {.bytes = 1000};
	assert_int_equal(gcode_read_bytes("a.3mf", bytes, size, 1, &limits, &facts,
					  &error),
			 SIM_ELIMIT);
	bytes[size / 2] ^= 0x55; /* inside the packed text: its sum is wrong */
	assert_int_not_equal(gcode_read_bytes("a.3mf", bytes, size, 1, NULL, &facts,
					      &error),
			     0);
	assert_non_null(strstr(error.text, "a.3mf"));
}

static void any_cut_into_pieces_reads_the_same(void **state)
{
	struct gcode_facts whole, again;
	struct sim_error error;
	(void)state;
	assert_int_equal(gcode_read("tests/gcode/bambu.gcode", 1, NULL, &whole, &error),
			 0);
	assert_int_equal(gcode_read("tests/gcode/bambu.gcode.3mf", 1, NULL, &again,
				    &error),
			 0);
	assert_memory_equal(&whole, &again, sizeof(whole));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_slicers_file_gives_the_same_block),
		cmocka_unit_test(a_job_takes_the_slicers_figures_before_reckoned_ones),
		cmocka_unit_test(a_file_that_never_heats_the_nozzle_is_no_job),
		cmocka_unit_test(the_temperature_of_most_filament_counts),
		cmocka_unit_test(relative_and_absolute_moves_meet),
		cmocka_unit_test(a_retraction_is_no_filament_used),
		cmocka_unit_test(arcs_reach_as_far_as_their_circle),
		cmocka_unit_test(objects_have_boxes_of_their_own),
		cmocka_unit_test(the_area_to_be_probed_is_read),
		cmocka_unit_test(a_single_move_takes_what_the_trapezoid_says),
		cmocka_unit_test(a_line_in_many_pieces_takes_as_long_as_in_one),
		cmocka_unit_test(a_corner_costs_time_and_limits_are_heeded),
		cmocka_unit_test(what_is_no_gcode_is_refused_with_its_line),
		cmocka_unit_test(an_error_shows_no_control_bytes_of_the_file),
		cmocka_unit_test(a_file_that_was_cut_off_is_noticed),
		cmocka_unit_test(size_and_lines_are_bounded),
		cmocka_unit_test(a_damaged_or_empty_zip_is_refused),
		cmocka_unit_test(any_cut_into_pieces_reads_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
