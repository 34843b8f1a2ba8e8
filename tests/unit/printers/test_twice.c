/* Every fault of the table of trips on every build of it, twice: with half the plant's step,
 * and with the firmware taken out and put back in mid-run. */
#include "tests/testing.h"

#include "sim/core/text.h"
#include "tests/trips/bench.h"

enum {
	N_ROWS = sizeof(ROWS) / sizeof(ROWS[0])
};

static char dir[256];

static void for_each(void (*compare)(const struct row *row, const struct column *column))
{
	snprintf(dir, sizeof(dir), "%s/firmware", testing_build_dir());
	for (size_t i = 0; i < N_ROWS; i++)
		for (int j = 0; j < COLUMNS; j++)
			compare(&ROWS[i], &COLUMN[j]);
}

static struct bench_result with_step(const struct row *row, const struct column *column,
				     sim_ns step, bool ideal)
{
	struct bench bench;
	struct bench_way way = {.dir = dir, .step = step, .ideal = ideal};
	struct bench_result result = bench_run(&bench, row, column, &way);
	tear_down(&bench);
	return result;
}

static int n_trips;

/* The firmware ticks as ever, and every trip falls on the same tick. The noise of a reading is
 * drawn when it is read, never by the plant's step. */
static void same_with_half(const struct row *row, const struct column *column, bool ideal)
{
	struct bench_result whole = with_step(row, column, 250 * SIM_MS, ideal);
	struct bench_result half = with_step(row, column, 125 * SIM_MS, ideal);
	if (whole.early || half.early)
		fail_msg("%s, %s: trips before the fault", row->title, column->title);
	if (whole.tripped != half.tripped || whole.warned != half.warned ||
	    whole.after != half.after)
		fail_msg("%s, %s: %g s, with half the step %g s", row->title,
			 column->title, (double)whole.after / 1e9,
			 (double)half.after / 1e9);
	/* A step of the converter; and where a bead with a dead time falls out, straight lines
	 * between what is remembered cut that corner by as much. */
	assert_near(whole.c, half.c, 0.05);
	n_trips += whole.tripped;
}

static void same_with_half_the_step(const struct row *row, const struct column *column)
{
	same_with_half(row, column, true);
}

static void same_with_half_the_step_and_noise(const struct row *row,
					      const struct column *column)
{
	same_with_half(row, column, false);
}

static void half_the_plants_step_leaves_every_trip_at_its_tick(void **state)
{
	(void)state;
	n_trips = 0;
	for_each(same_with_half_the_step);
	assert_true(n_trips > N_ROWS * COLUMNS / 2);
}

static void so_it_does_where_the_readings_are_noisy(void **state)
{
	(void)state;
	n_trips = 0;
	for_each(same_with_half_the_step_and_noise);
	assert_true(n_trips > N_ROWS * COLUMNS / 2);
}

/* Saved, thrown away, made anew and loaded: nothing of it may have been anywhere else. */
static void transplant(struct bench *bench)
{
	struct printer *printer = bench->printer;
	uint8_t bytes[32768];
	size_t size = sizeof(bytes), events = trace_count(bench->trace);
	printer_heat(printer, bench->clock.now, 0); /* the machine as it is now */
	assert_int_equal(printer->api->save(printer->firmware, bytes, &size), 0);
	printer->api->destroy(printer->firmware);
	assert_int_equal(machine_create(printer), 0);
	assert_int_equal(printer->api->load(printer->firmware, bytes, size), 0);
	assert_int_equal(trace_count(bench->trace), events);
}

/* The same instants, and the firmware stays. */
static void look_in(struct bench *bench)
{
	printer_heat(bench->printer, bench->clock.now, 0);
}

static char *story(const struct row *row, const struct column *column,
		   void (*disturb)(struct bench *bench))
{
	struct bench bench;
	struct bench_way way = {.dir = dir, .disturb = disturb};
	struct text text = {0};
	bench_run(&bench, row, column, &way);
	for (size_t i = 0; i < trace_count(bench.trace); i++) {
		trace_add_json(&text, trace_at(bench.trace, i));
		text_add_char(&text, '\n');
	}
	tear_down(&bench);
	char *copy = strdup(text_cstr(&text));
	assert_non_null(copy);
	text_fini(&text);
	return copy;
}

static void same_with_another_instance(const struct row *row, const struct column *column)
{
	char *stays = story(row, column, look_in), *anew = story(row, column, transplant);
	if (strcmp(stays, anew) != 0)
		fail_msg("%s, %s: another story after save and load\n%s\n%s", row->title,
			 column->title, stays, anew);
	free(stays);
	free(anew);
}

static void a_build_that_is_saved_and_loaded_in_mid_run_tells_the_same(void **state)
{
	(void)state;
	for_each(same_with_another_instance);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(half_the_plants_step_leaves_every_trip_at_its_tick),
		cmocka_unit_test(so_it_does_where_the_readings_are_noisy),
		cmocka_unit_test(
			a_build_that_is_saved_and_loaded_in_mid_run_tells_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
