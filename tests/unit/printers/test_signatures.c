/* Each physical fault shows where it would: in the reading, in the truth, in the duty, or
 * nowhere. A whole machine under a build without any protection; faults by their names. */
#include "tests/unit/printers/rig.h"

#include "printers/faults.h"
#include "printers/machine.h"

#include <math.h> /* fabs */

/* What can be seen at one instant; readings as the build gets them. */
struct seen {
	double reading, block, pwm, bed_reading, plate, bed_pwm, sink, chamber;
	bool powered;
	size_t reports;
};

static struct seen look(struct rig *rig)
{
	rig_look(rig); /* what was computed ahead is taken back */
	const struct machine *m = &rig->printer->m;
	const struct plant_constants *plant = rig->printer->model->plant;
	struct heat heat = m->heat;
	struct chance luck = m->sensor_luck;
	struct heat_drive drive = machine_drive(m);
	heat_run(&heat, plant, &drive, rig->clock.now - m->now);
	return (struct seen){
		.reading = heat_reading(&heat, plant, HEAT_NOZZLE, &luck),
		.block = heat.block_c,
		.pwm = m->out.nozzle_pwm,
		.bed_reading = heat_reading(&heat, plant, HEAT_BED, &luck),
		.plate = heat.plate_c,
		.bed_pwm = m->out.bed_pwm,
		.sink = heat.sink_c,
		.chamber = heat.chamber_c,
		.powered = m->powered,
		.reports = rig->n_reports,
	};
}

/* From the fault on, each second. */
struct course {
	struct seen after;
	double reading_low, reading_high, block_high, pwm_mean;
	double bed_low, bed_high, bed_pwm_mean, plate_high;
	int n, changes; /* seconds; readings that differed from the one before */
};

static double least(double a, double b)
{
	return a < b ? a : b;
}

static double most(double a, double b)
{
	return a > b ? a : b;
}

static void add(struct course *course, const struct seen *seen)
{
	course->reading_low = least(course->reading_low, seen->reading);
	course->reading_high = most(course->reading_high, seen->reading);
	course->block_high = most(course->block_high, seen->block);
	course->bed_low = least(course->bed_low, seen->bed_reading);
	course->bed_high = most(course->bed_high, seen->bed_reading);
	course->plate_high = most(course->plate_high, seen->plate);
	course->n++;
	course->pwm_mean += (seen->pwm - course->pwm_mean) / course->n;
	course->bed_pwm_mean += (seen->bed_pwm - course->bed_pwm_mean) / course->n;
	course->changes += seen->reading != course->after.reading;
	course->after = *seen;
}

static void break_it(struct rig *rig, const char *name, const char *options)
{
	struct value values[8];
	struct sim_error error = {0};
	char text[64], *rest = text, *option;
	size_t i = 0;
	while (strcmp(printer_fault_row(i)->name, name) != 0)
		assert_non_null(printer_fault_row(++i));
	const struct vocab_row *row = printer_fault_row(i);
	vocab_defaults(row, values);
	snprintf(text, sizeof(text), "%s", options);
	while ((option = strtok_r(rest, " ", &rest)) != NULL) {
		char *equals = strchr(option, '=');
		*equals = '\0';
		int at = vocab_find_param(row, option);
		if (at < 0 ||
		    param_parse(&row->params[at], equals + 1, &values[at], &error))
			fail_msg("%s: %s", name, error.text);
	}
	if (printer_fault_apply(rig->printer, row, values, NULL, rig->clock.now, 0,
				&error))
		fail_msg("%s", error.text);
}

enum stage {
	IDLE,
	COLD,     /* it is asked to print now */
	HEATING,  /* the nozzle has just passed 150 */
	PRINTING, /* at 220, the part fan at full */
	CALM      /* the same, in still air */
};

/* fault NULL: the same without. */
static struct course course_of(const char *model, enum stage stage, const char *fault,
			       const char *options, int seconds)
{
	struct rig rig;
	rig_init(&rig, model, "ref-none", NULL);
	rig.printer->watchdog = SIM_NEVER; /* what hangs goes on hanging */
	if (stage > COLD)
		rig_start(&rig, 1);
	if (stage >= PRINTING)
		rig_until(&rig, 8 * SIM_MIN);
	if (stage == CALM) {
		break_it(&rig, "part_fan_sticks", "at=0");
		rig_until(&rig, 10 * SIM_MIN);
	}
	while (stage == HEATING && rig_look(&rig).nozzle_c < 150)
		rig_until(&rig, rig.clock.now + SIM_S / 4);
	if (fault)
		break_it(&rig, fault, options);
	if (stage == COLD)
		rig_start(&rig, 1);
	struct course course = {.reading_low = 1e9, .bed_low = 1e9};
	for (int i = 0; i < seconds; i++) {
		rig_until(&rig, rig.clock.now + SIM_S);
		struct seen seen = look(&rig);
		add(&course, &seen);
	}
	rig_fini(&rig);
	return course;
}

/* --- the table --------------------------------------------------------------------- */

/* f: with the fault; c: the same seconds without it. */
typedef bool sign_fn(const struct course *f, const struct course *c);
#define SIGN(name, expression)                                           \
	static bool name(const struct course *f, const struct course *c) \
	{                                                                \
		(void)c;                                                 \
		return expression;                                       \
	}

SIGN(falls_and_full_power,
     f->after.reading<100 && f->pwm_mean> 0.95 && f->after.block > c->after.block + 50)
SIGN(bed_falls_and_full_power, f->after.bed_reading<30 && f->bed_pwm_mean> 0.95 &&
				       f->after.plate > c->after.plate + 30)
SIGN(dips_and_is_normal_again,
     f->reading_low<215 && f->after.reading> 218 && f->after.block > 22 + 195 / 0.9)
SIGN(hardly_rises, f->after.reading<60 && f->after.block> 200 && f->pwm_mean > 0.95)
SIGN(reads_the_cold_end, f->after.reading<-10 && f->after.block> 200)
SIGN(reads_the_hot_end_and_cools,
     f->after.reading > 300 && f->after.block < 190 && f->pwm_mean < 0.01)
SIGN(flickers, f->reading_low<-10 && f->reading_high> 200)
SIGN(stands_still, f->changes == 1 && c->changes == f->n)
SIGN(looks_well_and_is_not, f->reading_low > 217 && f->after.block > 220 + 0.1 * f->n - 3)
SIGN(reads_too_much, f->reading_high > 240 && f->after.block < 205)
SIGN(rises_without_duty, f->after.pwm == 0 && f->after.reading > c->after.reading + 30)
SIGN(bed_rises_while_idle, f->bed_pwm_mean == 0 && f->after.bed_reading > 40)
SIGN(falls_at_full_duty, f->after.pwm == 1 && f->after.reading < 150)
SIGN(rises_half_as_fast, f->pwm_mean == 1 && f->after.reading < c->after.reading - 20)
SIGN(holds_with_twice_the_duty,
     f->after.reading > 218 && f->after.pwm > 1.3 * c->after.pwm)
SIGN(bed_wants_more_duty, f->bed_pwm_mean > 1.15 * c->bed_pwm_mean)
SIGN(all_cools_and_is_off,
     !f->after.powered && f->after.reading < 180 && f->after.bed_reading < 58)
SIGN(falls_silent_and_heats_on,
     f->after.reports<c->after.reports && f->pwm_mean == 1 && f->after.block> c
		     ->block_high +
	     20)
SIGN(cools_and_stays_off, f->after.powered && f->pwm_mean == 0 && f->after.reading < 180)
SIGN(takes_watts, f->after.reading > 200 && f->after.reading < c->after.reading - 10)
SIGN(spares_watts, f->after.pwm < 0.6 * c->after.pwm)
SIGN(sink_warms_and_block_does_not,
     f->after.sink > c->after.sink + 15 && fabs(f->after.block - c->after.block) < 3)
SIGN(dips, f->reading_low<c->reading_low - 3 && f->pwm_mean> c->pwm_mean)
SIGN(chamber_cools, f->after.chamber < c->after.chamber - 3)
SIGN(bed_dips_and_comes_back,
     f->bed_low<57 && f->after.bed_reading> 59 && f->bed_pwm_mean > 2 * c->bed_pwm_mean)
SIGN(is_sluggish, f->after.block < c->after.block - 15 && f->pwm_mean == 1)
SIGN(chamber_warms, f->after.chamber > c->after.chamber + 2 &&
			    fabs(f->after.reading - c->after.reading) < 2)
SIGN(bed_cycles_at_full_duty,
     f->bed_low<52 && f->bed_pwm_mean> 0.8 && f->plate_high < c->plate_high + 2)

static const struct {
	const char *id, *model;
	enum stage stage;
	const char *fault, *options;
	int seconds;
	sign_fn *shows;
} ROWS[] = {
	{"H1", "p1p", CALM, "thermistor_falls_out", "", 60, falls_and_full_power},
	{"H1", "p1p", CALM, "thermistor_falls_out", "part=bed", 120,
	 bed_falls_and_full_power},
	{"H2", "p1p", CALM, "thermistor_loosens", "coupling=0.9", 120,
	 dips_and_is_normal_again},
	{"H3", "p1p", COLD, "thermistor_falls_out", "coupling=0.1", 280, hardly_rises},
	{"H4", "p1p", PRINTING, "thermistor_opens", "", 1, reads_the_cold_end},
	{"H5", "p1p", PRINTING, "thermistor_shorts", "", 30, reads_the_hot_end_and_cools},
	{"H6", "p1p", PRINTING, "thermistor_flickers", "period=1.7s", 30, flickers},
	{"H7", "p1p", PRINTING, "reading_freezes", "", 30, stands_still},
	{"H8", "p1p", CALM, "thermistor_drifts", "rate=-0.1", 120, looks_well_and_is_not},
	{"H9", "p1p", PRINTING, "thermistor_table_wrong", "", 120, reads_too_much},
	{"P1", "p1p", CALM, "heater_switch_sticks", "", 60, rises_without_duty},
	{"P2", "p1p", IDLE, "heater_switch_sticks", "part=bed", 60, bed_rises_while_idle},
	{"P3", "p1p", PRINTING, "heater_breaks", "", 40, falls_at_full_duty},
	{"P4", "p1p", HEATING, "heater_weakens", "", 20, rises_half_as_fast},
	{"P4", "p1p", CALM, "heater_weakens", "power=0.7", 120,
	 holds_with_twice_the_duty},
	{"P4", "p1p", HEATING, "mains_voltage", "volts=90", 20, bed_wants_more_duty},
	{"P5", "p1p", PRINTING, "heater_shorts", "", 60, all_cools_and_is_off},
	{"P6", "p1p", HEATING, "firmware_hangs", "", 100, falls_silent_and_heats_on},
	{"P7", "p1p", PRINTING, "power_cut", "lasts=10s", 60, cools_and_stays_off},
	{"F1", "p1p", HEATING, "part_fan_sticks", "at=1", 100, takes_watts},
	{"F1", "p1p", PRINTING, "part_fan_sticks", "at=0", 100, spares_watts},
	{"F2", "p1p", PRINTING, "hotend_fan_stalls", "", 300,
	 sink_warms_and_block_does_not},
	{"F3", "p1p", PRINTING, "draught", "", 60, dips},
	{"F3", "p1p", CALM, "sock_falls_off", "factor=3", 10, dips},
	{"F3", "x1c", PRINTING, "door_opens", "", 300, chamber_cools},
	{"F4", "p1p", PRINTING, "cold_sheet", "", 60, bed_dips_and_comes_back},
	{"F5", "p1p", HEATING, "nozzle_blob", "", 20, is_sluggish},
	{"F6", "p1p", CALM, "cable_tears", "cable=thermistor", 60, falls_and_full_power},
	{"F6", "p1p", PRINTING, "cable_tears", "cable=heater", 40, falls_at_full_duty},
	{"F7", "x1c", PRINTING, "chamber_vents_blocked", "", 500, chamber_warms},
	{"F8", "p1p", PRINTING, "bed_switch_opens", "at=50", 200,
	 bed_cycles_at_full_duty},
};
enum {
	N_ROWS = sizeof(ROWS) / sizeof(ROWS[0])
};

static void show(const char *what, const struct course *course)
{
	const struct seen *after = &course->after;
	print_message(
		"%s: reads %.1f (%.1f to %.1f), block %.1f, duty %.2f (mean %.2f), bed "
		"reads %.1f (%.1f to %.1f), plate %.1f, duty %.2f (mean %.2f), sink "
		"%.1f, chamber %.1f, %zu reports, %d changes in %d s\n",
		what, after->reading, course->reading_low, course->reading_high,
		after->block, after->pwm, course->pwm_mean, after->bed_reading,
		course->bed_low, course->bed_high, after->plate, after->bed_pwm,
		course->bed_pwm_mean, after->sink, after->chamber, after->reports,
		course->changes, course->n);
}

static void every_fault_shows_where_it_would(void **state)
{
	(void)state;
	int wrong = 0;
	for (size_t i = 0; i < N_ROWS; i++) {
		struct course f = course_of(ROWS[i].model, ROWS[i].stage, ROWS[i].fault,
					    ROWS[i].options, ROWS[i].seconds);
		struct course c = course_of(ROWS[i].model, ROWS[i].stage, NULL, NULL,
					    ROWS[i].seconds);
		/* and nothing shows where nothing is broken */
		if (ROWS[i].shows(&f, &c) && !ROWS[i].shows(&c, &c))
			continue;
		print_message("%s %s %s:\n", ROWS[i].id, ROWS[i].fault, ROWS[i].options);
		show("  with it", &f);
		show("  without", &c);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* H1 to H9, P1 to P7, F1 to F8, and every physical fault of the program's table. */
static void no_fault_is_left_out(void **state)
{
	(void)state;
	static const struct {
		char letter;
		int most;
	} IDS[] = {{'H', 9}, {'P', 7}, {'F', 8}};
	static const char *const NOT_PHYSICAL[] = {"clock_skew", "mended",
						   "nozzle_is_set", "plate_sensor"};
	for (size_t k = 0; k < 3; k++)
		for (int number = 1; number <= IDS[k].most; number++) {
			bool there = false;
			for (size_t i = 0; i < N_ROWS; i++)
				there |= ROWS[i].id[0] == IDS[k].letter &&
					 ROWS[i].id[1] == '0' + number;
			if (!there)
				fail_msg("no %c%d", IDS[k].letter, number);
		}
	for (size_t r = 0; printer_fault_row(r); r++) {
		const char *name = printer_fault_row(r)->name;
		bool there = false;
		for (size_t i = 0; i < N_ROWS; i++)
			there |= strcmp(ROWS[i].fault, name) == 0;
		for (size_t i = 0; i < sizeof(NOT_PHYSICAL) / sizeof(NOT_PHYSICAL[0]);
		     i++)
			there |= strcmp(NOT_PHYSICAL[i], name) == 0;
		if (!there)
			fail_msg("no row for %s", name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_shows_where_it_would),
		cmocka_unit_test(no_fault_is_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
