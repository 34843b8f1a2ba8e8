/* comment.c - what slicers write about their own work, one row a key. */
#include "printers/gcode/reader.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

typedef void key_fn(struct reader *reader, const char *value, int which);

static const char *past_space(const char *text)
{
	return text + strspn(text, " \t:=");
}

static double number_of(const char *value, double otherwise)
{
	double number;
	value = past_space(value);
	return reader_number(value, &number) > value ? number : otherwise;
}

/* "1.2, 3.4" or "1.0m, 2m": one for each extruder. */
static double sum_of(const char *value)
{
	double sum = 0.0, number;
	for (value = past_space(value); *value; value += strspn(value, " ,;")) {
		const char *end = reader_number(value, &number);
		if (end == value)
			break;
		if (number > 0.0)
			sum += number;
		value = end + strcspn(end, ",;");
	}
	return sum;
}

/* "1d 2h 3m 4s", "19m 4s", "1234.5". */
static double seconds_of(const char *value)
{
	double s = 0.0, number;
	for (value = past_space(value); *value; value += strspn(value, " ")) {
		const char *end = reader_number(value, &number);
		if (end == value || number < 0.0)
			break;
		double unit = *end == 'd'   ? 86400.0
			      : *end == 'h' ? 3600.0
			      : *end == 'm' ? 60.0
					    : 1.0;
		s += number * unit;
		if (*end != 'd' && *end != 'h' && *end != 'm' && *end != 's')
			break;
		value = end + 1;
	}
	return s < 1e8 ? s : 0.0;
}

static sim_ns ns_of(double s)
{
	return (sim_ns)(s * 1e9 + 0.5);
}

/* --- keys ------------------------------------------------------------------------ */

enum {
	WHOLE,
	PRINT
};

static void on_time(struct reader *reader, const char *value, int which)
{
	double s = seconds_of(value);
	if (which == PRINT)
		reader->facts.stated_print_for = ns_of(s);
	else if (reader->facts.stated_for == 0)
		reader->facts.stated_for = ns_of(s);
	reader->has_totals = true;
	/* BambuStudio says both in one line. */
	const char *total = strstr(value, "total estimated time:");
	if (total)
		reader->facts.stated_for =
			ns_of(seconds_of(total + strlen("total estimated time:")));
}

enum {
	MM,
	METRES,
	GRAMS
};

static void on_filament(struct reader *reader, const char *value, int which)
{
	double sum = sum_of(value);
	if (sum > 1e9)
		return;
	reader->has_totals = true;
	if (which == GRAMS && reader->facts.stated_grams == 0.0)
		reader->facts.stated_grams = sum;
	if (which != GRAMS && reader->facts.stated_metres == 0.0)
		reader->facts.stated_metres = which == MM ? sum / 1000.0 : sum;
}

/* A file that names its layers: what came before the first name was no layer. */
static void on_layer(struct reader *reader, const char *value, int which)
{
	(void)value;
	(void)which;
	if (!reader->names_layers) {
		timing_rest(&reader->timing, 0.0, false);
		reader->timing.counted_s = 0.0;
		reader->facts.layers = reader->facts.n_boxes = 0;
		reader->nozzle.n = reader->bed.n = 0;
		reader->top_mm = 0.0;
	}
	reader->names_layers = reader->layer_due = true;
	reader->skipped_kind = false;
}

static void on_layer_count(struct reader *reader, const char *value, int which)
{
	(void)which;
	double n = number_of(value, 0.0);
	if (n >= 1.0 && n <= 1e6)
		reader->facts.stated_layers = (int)n;
}

/* Extrusion beside the objects. */
static void on_kind(struct reader *reader, const char *value, int which)
{
	static const char *const BESIDE[] = {"skirt",     "SKIRT",       "Skirt",
					     "Brim",      "brim",        "Custom",
					     "custom",    "Prime tower", "PRIME-TOWER",
					     "Wipe tower"};
	(void)which;
	value = past_space(value);
	reader->skipped_kind = false;
	for (size_t i = 0; i < sizeof(BESIDE) / sizeof(BESIDE[0]); i++)
		if (strncmp(value, BESIDE[i], strlen(BESIDE[i])) == 0)
			reader->skipped_kind = true;
}

enum {
	ENTER,
	LEAVE
};

static void on_object(struct reader *reader, const char *value, int which)
{
	value = past_space(value);
	bool none = which == LEAVE || strncmp(value, "NONMESH", 7) == 0;
	reader_object(reader, value, none ? 0 : strcspn(value, "\r"));
}

static void on_slicer(struct reader *reader, const char *value, int which)
{
	char *name = reader->facts.slicer;
	(void)which;
	if (name[0] != '\0')
		return;
	value = past_space(value);
	const char *until = strstr(value, " on ");
	size_t n = until ? (size_t)(until - value) : strlen(value);
	if (n >= sizeof(reader->facts.slicer))
		n = sizeof(reader->facts.slicer) - 1;
	for (size_t i = 0; i < n; i++)
		name[i] = value[i] >= ' ' && value[i] < 0x7F ? value[i] : '?';
	name[n] = '\0';
	/* These put their sums, and this one a last word, at the end. */
	static const char *const ENDS[] = {"PrusaSlicer", "SuperSlicer", "Slic3r",
					   "Cura_SteamEngine"};
	for (size_t i = 0; i < sizeof(ENDS) / sizeof(ENDS[0]); i++)
		if (strncmp(name, ENDS[i], strlen(ENDS[i])) == 0)
			reader->wants_end = true;
}

/* BambuStudio's own name is the key. */
static void on_bambu(struct reader *reader, const char *value, int which)
{
	char name[64];
	(void)which;
	snprintf(name, sizeof(name), "BambuStudio %.40s", past_space(value));
	on_slicer(reader, name, 0);
}

static void on_end(struct reader *reader, const char *value, int which)
{
	(void)value;
	(void)which;
	reader->has_end = true;
}

static void on_block(struct reader *reader, const char *value, int which)
{
	(void)value;
	if (which == ENTER && reader->open_blocks < INT_MAX)
		reader->open_blocks++;
	if (which == LEAVE && reader->open_blocks > 0)
		reader->open_blocks--;
}

enum {
	THICKNESS,
	DENSITY,
	LAYER,
	HEIGHT,
	NOZZLE,
	BED
};

static void on_figure(struct reader *reader, const char *value, int which)
{
	static const double MOST[] = {10, 25, 5, 10000, 1000, 1000};
	double *const places[] = {&reader->facts.filament_mm,
				  &reader->facts.filament_g_cm3,
				  &reader->said_layer_mm,
				  &reader->said_height_mm,
				  &reader->said_nozzle_c,
				  &reader->said_bed_c};
	double figure = number_of(value, 0.0);
	if (figure > 0.0 && figure <= MOST[which])
		*places[which] = figure;
}

/* The longest key that fits counts; a key ends where its value begins. */
static const struct {
	const char *key;
	key_fn *fn;
	int which;
} KEYS[] = {
	{"LAYER_CHANGE", on_layer, 0},
	{"CHANGE_LAYER", on_layer, 0},
	{"LAYER:", on_layer, 0},
	{"TYPE:", on_kind, 0},
	{"FEATURE:", on_kind, 0},
	{"MESH:", on_object, ENTER},
	{"printing object ", on_object, ENTER},
	{"stop printing object", on_object, LEAVE},
	{"start printing object, unique label id:", on_object, ENTER},
	{"LAYER_COUNT:", on_layer_count, 0},
	{"total layer number:", on_layer_count, 0},
	{"total layers count =", on_layer_count, 0},
	{"TIME:", on_time, WHOLE},
	{"estimated printing time (normal mode) =", on_time, WHOLE},
	{"estimated printing time =", on_time, WHOLE},
	{"model printing time:", on_time, PRINT},
	{"total estimated time:", on_time, WHOLE},
	{"Filament used:", on_filament, METRES},
	{"filament used [mm] =", on_filament, MM},
	{"filament used [g] =", on_filament, GRAMS},
	{"total filament length [mm] :", on_filament, MM},
	{"total filament weight [g] :", on_filament, GRAMS},
	{"filament_diameter =", on_figure, THICKNESS},
	{"filament_diameter:", on_figure, THICKNESS},
	{"filament_density =", on_figure, DENSITY},
	{"filament_density:", on_figure, DENSITY},
	{"layer_height =", on_figure, LAYER},
	{"Layer height:", on_figure, LAYER},
	{"max_z_height:", on_figure, HEIGHT},
	{"nozzle_temperature =", on_figure, NOZZLE},
	{"temperature =", on_figure, NOZZLE},
	{"bed_temperature =", on_figure, BED},
	{"hot_plate_temp =", on_figure, BED},
	{"HEADER_BLOCK_START", on_block, ENTER},
	{"HEADER_BLOCK_END", on_block, LEAVE},
	{"CONFIG_BLOCK_START", on_block, ENTER},
	{"CONFIG_BLOCK_END", on_block, LEAVE},
	{"EXECUTABLE_BLOCK_START", on_block, ENTER},
	{"EXECUTABLE_BLOCK_END", on_block, LEAVE},
	{"prusaslicer_config = end", on_end, 0},
	{"End of Gcode", on_end, 0},
	{"generated by ", on_slicer, 0},
	{"Generated with ", on_slicer, 0},
	{"BambuStudio ", on_bambu, 0},
};

void reader_comment(struct reader *reader, const char *text)
{
	text += strspn(text, " \t");
	for (size_t i = 0; i < sizeof(KEYS) / sizeof(KEYS[0]); i++) {
		size_t n = strlen(KEYS[i].key);
		if (strncmp(text, KEYS[i].key, n) != 0)
			continue;
		KEYS[i].fn(reader, text + n, KEYS[i].which);
		break;
	}
	/* PrusaSlicer's sums come before its settings, whose end older ones do not mark. */
	if (reader->has_totals && reader->wants_end &&
	    strncmp(reader->facts.slicer, "Cura", 4) != 0)
		reader->has_end = true;
}
