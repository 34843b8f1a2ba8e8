/* command.c - what a command does to head, filament, heaters and limits. */
#include "printers/gcode/arc.h"
#include "printers/gcode/words.h"
#include "sim/core/text.h"

#include <math.h> /* sqrt, fabs: exact */
#include <string.h>

static const double LAYER_APART_MM = 0.01;

/* --- layers and their boxes ------------------------------------------------------- */

void reader_object(struct reader *reader, const char *name, size_t length)
{
	if (length >= sizeof(reader->object))
		length = sizeof(reader->object) - 1;
	memset(reader->object, 0, sizeof(reader->object));
	memcpy(reader->object, name, length);
}

static struct gcode_box *box_of(struct reader *reader)
{
	struct gcode_facts *facts = &reader->facts;
	for (int i = 0; i < facts->n_boxes; i++)
		if (strcmp(facts->boxes[i].object, reader->object) == 0)
			return &facts->boxes[i];
	if (facts->n_boxes == GCODE_BOXES_MAX)
		return &facts->boxes[GCODE_BOXES_MAX - 1];
	struct gcode_box *box = &facts->boxes[facts->n_boxes++];
	*box = (struct gcode_box){.x0_mm = 1e9,
				  .y0_mm = 1e9,
				  .x1_mm = -1e9,
				  .y1_mm = -1e9};
	memcpy(box->object, reader->object, sizeof(box->object));
	return box;
}

static void widen(struct gcode_box *box, const struct arc *path)
{
	box->x0_mm = path->x0 < box->x0_mm ? path->x0 : box->x0_mm;
	box->y0_mm = path->y0 < box->y0_mm ? path->y0 : box->y0_mm;
	box->x1_mm = path->x1 > box->x1_mm ? path->x1 : box->x1_mm;
	box->y1_mm = path->y1 > box->y1_mm ? path->y1 : box->y1_mm;
}

/* A file that names its layers begins one with the first extrusion after the name; in
 * another, each extrusion above all before begins one. */
static void find_layer(struct reader *reader, double z)
{
	bool higher = z > reader->top_mm + LAYER_APART_MM;
	if (reader->names_layers ? reader->layer_due : higher)
		reader->facts.layers++;
	reader->layer_due = false;
	if (reader->facts.layers == 0)
		return;
	if (higher)
		reader->top_mm = z;
	if (reader->facts.layers == 1)
		reader->first_mm = reader->top_mm;
}

static void use_target(struct targets *targets, double c, double mm)
{
	int i = 0;
	while (i < targets->n && targets->c[i] != c)
		i++;
	if (i == TARGETS_MAX)
		return;
	if (i == targets->n) {
		targets->c[i] = c;
		targets->mm[i] = 0.0;
		targets->n++;
	}
	targets->mm[i] += mm;
}

static void extruded(struct reader *reader, const struct arc *path, double mm)
{
	find_layer(reader, reader->at[2]);
	if (reader->facts.layers == 1 && !reader->skipped_kind)
		widen(box_of(reader), path);
	if (reader->facts.layers > 0) {
		use_target(&reader->nozzle, reader->nozzle_c, mm);
		use_target(&reader->bed, reader->bed_c, mm);
	}
}

/* --- moves ----------------------------------------------------------------------- */

static int read_target(struct reader *reader, const struct words *words, double to[AXES])
{
	static const char LETTERS[AXES] = {'X', 'Y', 'Z', 'E'};
	for (int i = 0; i < AXES; i++) {
		to[i] = reader->at[i];
		if (!words_has(words, LETTERS[i]))
			continue;
		double value = words_get(words, LETTERS[i], 0.0) * reader->unit_mm;
		bool relative = reader->relative || (i == 3 && reader->relative_e);
		to[i] = relative ? reader->at[i] + value : value + reader->offset[i];
		if (i < 3 && fabs(to[i]) > PLACES_MAX)
			return reader_fail(reader, SIM_EINVAL,
					   "%c lies more than %d mm away", LETTERS[i],
					   (int)PLACES_MAX);
	}
	return SIM_OK;
}

static void push(struct reader *reader, double mm)
{
	reader->pushed_mm += mm;
	if (reader->pushed_mm > reader->farthest_mm)
		reader->farthest_mm = reader->pushed_mm;
}

static void go(struct reader *reader, const double to[AXES], const struct arc *path,
	       double speed_most)
{
	double by[AXES], length = path->length;
	bool sideways = to[0] != reader->at[0] || to[1] != reader->at[1] || length > 0.0;
	double chord;

	for (int i = 0; i < AXES; i++)
		by[i] = to[i] - reader->at[i];
	chord = sqrt(by[0] * by[0] + by[1] * by[1]);
	if (length > 0.0 && chord > 1e-6) { /* along an arc it is farther */
		by[0] *= length / chord;
		by[1] *= length / chord;
	} else if (length > 0.0) {
		by[0] = length;
	}
	memcpy(reader->at, to, sizeof(reader->at));
	reader->facts.moves++;
	push(reader, by[3]);
	if (by[3] > 0.0 && sideways)
		extruded(reader, path, by[3]);
	double speed = reader->feed_mm_s * reader->feed_factor;
	timing_add(&reader->timing, by, speed < speed_most ? speed : speed_most,
		   reader->facts.layers > 0);
}

static int move(struct reader *reader, const struct words *words, int number)
{
	double to[AXES];
	int status = read_target(reader, words, to);
	if (status != SIM_OK)
		return status;
	if (words_has(words, 'F') && words_get(words, 'F', 0.0) > 0.0)
		reader->feed_mm_s = words_get(words, 'F', 0.0) * reader->unit_mm / 60.0;
	struct arc path = {
		.x0 = to[0] < reader->at[0] ? to[0] : reader->at[0],
		.y0 = to[1] < reader->at[1] ? to[1] : reader->at[1],
		.x1 = to[0] > reader->at[0] ? to[0] : reader->at[0],
		.y1 = to[1] > reader->at[1] ? to[1] : reader->at[1],
	};
	double speed_most = 1e9;
	if (number >= 2) {
		bool clockwise = number == 2;
		double unit = reader->unit_mm, x = reader->at[0], y = reader->at[1];
		double cx = x + words_get(words, 'I', 0.0) * unit,
		       cy = y + words_get(words, 'J', 0.0) * unit;
		if (words_has(words, 'R') &&
		    !arc_centre(x, y, to[0], to[1], words_get(words, 'R', 0.0) * unit,
				clockwise, &cx, &cy))
			return reader_fail(reader, SIM_EINVAL,
					   "no circle of that radius meets both ends");
		if (fabs(cx - x) > PLACES_MAX || fabs(cy - y) > PLACES_MAX)
			return reader_fail(reader, SIM_EINVAL,
					   "the centre lies more than %d mm away",
					   (int)PLACES_MAX);
		arc_measure(x, y, cx, cy, to[0], to[1], clockwise, &path);
		double radius = sqrt((cx - x) * (cx - x) + (cy - y) * (cy - y));
		speed_most = sqrt(reader->timing.limits.printing * radius);
	}
	go(reader, to, &path, speed_most);
	return SIM_OK;
}

static int dwell(struct reader *reader, const struct words *words, int number)
{
	(void)number;
	double s = words_get(words, 'S', 0.0) + words_get(words, 'P', 0.0) / 1000.0;
	if (s < 0.0 || s > 86400.0)
		return reader_fail(reader, SIM_EINVAL, "no pause lasts that long");
	timing_rest(&reader->timing, s, reader->facts.layers > 0);
	return SIM_OK;
}

static int home(struct reader *reader, const struct words *words, int number)
{
	(void)number;
	bool all = !words_has(words, 'X') && !words_has(words, 'Y') &&
		   !words_has(words, 'Z');
	timing_rest(&reader->timing, 0.0, false);
	for (int i = 0; i < 3; i++)
		if (all || words_has(words, (char)('X' + i)))
			reader->at[i] = reader->offset[i] = 0.0;
	return SIM_OK;
}

/* BambuStudio and OrcaSlicer name the area to be probed: corner and size. */
static int level(struct reader *reader, const struct words *words, int number)
{
	(void)number;
	double x = words_get(words, 'X', 0.0), y = words_get(words, 'Y', 0.0),
	       w = words_get(words, 'I', 0.0), d = words_get(words, 'J', 0.0);
	if (words_has(words, 'A') && w > 0.0 && d > 0.0 && x + w <= PLACES_MAX &&
	    y + d <= PLACES_MAX)
		reader->facts.probed = (struct gcode_box){.x0_mm = x,
							  .y0_mm = y,
							  .x1_mm = x + w,
							  .y1_mm = y + d};
	timing_rest(&reader->timing, 0.0, false);
	return SIM_OK;
}

static int set_place(struct reader *reader, const struct words *words, int number)
{
	static const char LETTERS[AXES] = {'X', 'Y', 'Z', 'E'};
	(void)number;
	for (int i = 0; i < AXES; i++)
		if (words_has(words, LETTERS[i]))
			reader->offset[i] =
				reader->at[i] -
				words_get(words, LETTERS[i], 0.0) * reader->unit_mm;
	return SIM_OK;
}

static int units(struct reader *reader, const struct words *words, int number)
{
	(void)words;
	reader->unit_mm = number == 20 ? 25.4 : 1.0;
	return SIM_OK;
}

static int axes_mode(struct reader *reader, const struct words *words, int number)
{
	(void)words;
	reader->relative = number == 91;
	return SIM_OK;
}

static int filament_mode(struct reader *reader, const struct words *words, int number)
{
	(void)words;
	reader->relative_e = number == 83;
	return SIM_OK;
}

/* --- heat ------------------------------------------------------------------------ */

static int set_heat(struct reader *reader, const struct words *words, int number)
{
	bool nozzle = number == 104 || number == 109;
	double c = words_get(words, words_has(words, 'S') ? 'S' : 'R', -1.0);
	double *target = nozzle ? &reader->nozzle_c : &reader->bed_c;
	double *most = nozzle ? &reader->facts.nozzle_most_c : &reader->facts.bed_most_c;

	if (c > 1000.0)
		return reader_fail(reader, SIM_EINVAL, "no printer heats that high");
	if (c < 0.0)
		return SIM_OK; /* only asked, or for a preset */
	*target = c;
	if (c > *most)
		*most = c;
	if (number == 109 || number == 190)
		timing_rest(&reader->timing, 0.0, false);
	return SIM_OK;
}

/* --- limits ---------------------------------------------------------------------- */

static void set_positive(double *limit, const struct words *words, char letter)
{
	double value = words_get(words, letter, 0.0);
	if (value > 0.0 && value <= 1e6)
		*limit = value;
}

static int set_axis_limits(struct reader *reader, const struct words *words, int number)
{
	static const char LETTERS[AXES] = {'X', 'Y', 'Z', 'E'};
	struct timing_limits *limits = &reader->timing.limits;
	double *table = number == 201   ? limits->acceleration
			: number == 203 ? limits->speed
					: limits->jerk;
	for (int i = 0; i < AXES; i++) {
		set_positive(&table[i], words, LETTERS[i]);
		/* Some firmwares take M203 in mm/min; no axis moves 1.5 m a second. */
		if (number == 203 && table[i] > 1500.0)
			table[i] /= 60.0;
	}
	return SIM_OK;
}

static int set_acceleration(struct reader *reader, const struct words *words, int number)
{
	(void)number;
	struct timing_limits *limits = &reader->timing.limits;
	set_positive(&limits->printing, words, 'S');
	set_positive(&limits->travelling, words, 'S');
	set_positive(&limits->printing, words, 'P');
	set_positive(&limits->retracting, words, 'R');
	set_positive(&limits->travelling, words, 'T');
	return SIM_OK;
}

static int set_feed_factor(struct reader *reader, const struct words *words, int number)
{
	(void)number;
	double percent = words_get(words, 'S', 0.0);
	if (percent >= 1.0 && percent <= 1000.0)
		reader->feed_factor = percent / 100.0;
	return SIM_OK;
}

/* M486 S2: object 2; S-1: none. */
static int set_object(struct reader *reader, const struct words *words, int number)
{
	(void)number;
	char name[7 + TEXT_INT_MAX] = "object ";
	double which = words_get(words, 'S', -1.0);
	if (!words_has(words, 'S'))
		return SIM_OK;
	if (which < 0.0) {
		reader_object(reader, "", 0);
		return SIM_OK;
	}
	char *end = text_put_int(name + 7, (int64_t)which);
	reader_object(reader, name, (size_t)(end - name));
	return SIM_OK;
}

/* --- which command --------------------------------------------------------------- */

static const struct {
	char letter;
	int number;
	int (*run)(struct reader *reader, const struct words *words, int number);
} COMMANDS[] = {
	{'G', 0, move},
	{'G', 1, move},
	{'G', 2, move},
	{'G', 3, move},
	{'G', 4, dwell},
	{'G', 20, units},
	{'G', 21, units},
	{'G', 28, home},
	{'G', 29, level},
	{'G', 90, axes_mode},
	{'G', 91, axes_mode},
	{'G', 92, set_place},
	{'M', 82, filament_mode},
	{'M', 83, filament_mode},
	{'M', 104, set_heat},
	{'M', 109, set_heat},
	{'M', 140, set_heat},
	{'M', 190, set_heat},
	{'M', 201, set_axis_limits},
	{'M', 203, set_axis_limits},
	{'M', 204, set_acceleration},
	{'M', 205, set_axis_limits},
	{'M', 220, set_feed_factor},
	{'M', 486, set_object},
};

static int run_numbered(struct reader *reader, char letter, double number,
			const char *rest)
{
	if (rest[0] == '.' ||
	    !(number >= 0.0 && number <= 9999.0)) /* G29.1: another command */
		return SIM_OK;
	for (size_t i = 0; i < sizeof(COMMANDS) / sizeof(COMMANDS[0]); i++) {
		if (COMMANDS[i].letter != letter || COMMANDS[i].number != (int)number ||
		    (double)(int)number != number)
			continue;
		struct words words;
		/* Only moves must be spelt well; others carry all kinds of words. */
		struct sim_error *said = reader->error, unheard;
		bool strict = COMMANDS[i].run == move;
		if (!strict)
			reader->error = &unheard;
		int status = words_read(reader, rest, &words);
		reader->error = said;
		if (status != SIM_OK)
			return strict ? status : SIM_OK;
		return COMMANDS[i].run(reader, &words, COMMANDS[i].number);
	}
	return SIM_OK;
}

/* The number behind KEY= in a Klipper command, or otherwise. */
static double named(const char *text, const char *key, double otherwise)
{
	double value;
	const char *at = strstr(text, key);
	if (!at || at == text || at[-1] != ' ')
		return otherwise;
	at += strlen(key);
	return reader_number(at, &value) > at ? value : otherwise;
}

static int run_worded(struct reader *reader, const char *text)
{
	static const char LIMIT[] = "SET_VELOCITY_LIMIT",
			  BEGIN[] = "EXCLUDE_OBJECT_START", END[] = "EXCLUDE_OBJECT_END";
	struct timing_limits *limits = &reader->timing.limits;

	if (strncmp(text, LIMIT, sizeof(LIMIT) - 1) == 0) {
		double a = named(text, "ACCEL=", 0.0);
		double corner = named(text, "SQUARE_CORNER_VELOCITY=", 0.0);
		if (a > 0.0 && a <= 1e6)
			limits->printing = limits->travelling = a;
		if (corner > 0.0 && corner <= 1e3)
			limits->jerk[0] = limits->jerk[1] = corner;
	} else if (strncmp(text, BEGIN, sizeof(BEGIN) - 1) == 0) {
		const char *name = strstr(text, " NAME=");
		if (name)
			reader_object(reader, name + 6, strcspn(name + 6, " "));
	} else if (strncmp(text, END, sizeof(END) - 1) == 0) {
		reader_object(reader, "", 0);
	}
	return SIM_OK;
}

int reader_command(struct reader *reader, const char *text)
{
	char letter = words_upper(text[0]), shown[READER_SHOWN];
	double number;

	/* A mark of UTF-8 may stand at the begin of the first line. */
	if (reader->facts.lines == 1 && strncmp(text, "\xEF\xBB\xBF", 3) == 0)
		text += 3, letter = words_upper(text[0]);
	if (text[0] == '\0' || text[0] == '%')
		return SIM_OK;
	if (!words_is_letter(text[0]) && text[0] != '_')
		return reader_fail(reader, SIM_EINVAL,
				   "\"%s\" is no command: is this G-code?",
				   reader_shown(text, shown));
	const char *behind = reader_number(text + 1, &number);
	if (behind > text + 1 && text[1] != '.' && (letter == 'G' || letter == 'M')) {
		/* The number of a command ends before a second point. */
		const char *point = memchr(text, '.', (size_t)(behind - text));
		if (point)
			return SIM_OK;
		return run_numbered(reader, letter, number, behind);
	}
	return run_worded(reader, text);
}
