/* reader.c - bytes to lines, lines to commands and comments, and the sum of it. */
#include "printers/gcode/reader.h"

#include "sim/core/text.h"

#include <stdio.h>
#include <string.h>

static const uint64_t BYTES_MOST = UINT64_C(1) << 30, LINES_MOST = 50000000;
static const double PLA_G_CM3 = 1.24, FILAMENT_MM = 1.75, QUARTER_PI = 0.785398163397448;

int reader_fail(struct reader *reader, int code, const char *format, ...)
{
	char sentence[512];
	va_list list;
	va_start(list, format);
	vsnprintf(sentence, sizeof(sentence), format, list);
	va_end(list);
	return sim_fail(reader->error, code, "%.300s:%llu: %s", reader->name,
			(unsigned long long)reader->facts.lines, sentence);
}

const char *reader_number(const char *text, double *ret_value)
{
	static const double TENS[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
				      1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
	const char *c = text;
	bool negative = *c == '-', point = false;
	uint64_t digits = 0;
	int significant = 0, behind = 0, any = 0;

	if (*c == '-' || *c == '+')
		c++;
	for (; (*c >= '0' && *c <= '9') || (*c == '.' && !point); c++) {
		if (*c == '.') {
			point = true;
			continue;
		}
		any++;
		if (significant == 15) { /* digits that no double keeps */
			if (!point)
				return text; /* nor any machine */
			continue;
		}
		digits = digits * 10 + (uint64_t)(*c - '0');
		significant += digits > 0;
		if (point && behind < 15)
			behind++;
		else if (point)
			return text;
	}
	if (any == 0)
		return text;
	*ret_value = (double)digits / TENS[behind];
	if (negative)
		*ret_value = -*ret_value;
	return c;
}

void reader_init(struct reader *reader, const char *name,
		 const struct gcode_limits *limits, struct sim_error *error)
{
	*reader = (struct reader){
		.name = name,
		.error = error,
		.at_begin = true,
		.unit_mm = 1.0,
		.feed_mm_s = 25.0, /* until the first F */
		.feed_factor = 1.0,
	};
	if (limits)
		reader->limits = *limits;
	if (reader->limits.bytes == 0)
		reader->limits.bytes = BYTES_MOST;
	if (reader->limits.lines == 0)
		reader->limits.lines = LINES_MOST;
	reader->facts.hash = TEXT_HASH_START;
	reader->facts.filament_mm = FILAMENT_MM;
	reader->facts.filament_g_cm3 = PLA_G_CM3;
	timing_init(&reader->timing);
}

const char *reader_shown(const char *text, char ret_shown[READER_SHOWN])
{
	size_t n = 0;
	for (; text[n] != '\0' && n + 1 < READER_SHOWN; n++)
		ret_shown[n] = text[n] >= ' ' && text[n] < 0x7F ? text[n] : '?';
	ret_shown[n] = '\0';
	return ret_shown;
}

/* --- lines ----------------------------------------------------------------------- */

/* "N12 G1 X1*71": the number and the checksum go. */
static char *bare(char *text)
{
	text += strspn(text, " \t");
	if ((*text == 'N' || *text == 'n') && text[1] >= '0' && text[1] <= '9') {
		text += 1 + strspn(text + 1, "0123456789");
		text += strspn(text, " \t");
	}
	char *star = strrchr(text, '*');
	if (star && star[1 + strspn(star + 1, "0123456789 \t")] == '\0')
		*star = '\0';
	size_t length = strlen(text);
	while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		text[--length] = '\0';
	return text;
}

/* "( … )" inside a line is a comment as well. */
static void blank_brackets(char *text)
{
	for (char *open = strchr(text, '('); open; open = strchr(open, '(')) {
		char *close = strchr(open, ')');
		size_t n = close ? (size_t)(close - open) + 1 : strlen(open);
		memset(open, ' ', n);
	}
}

static int take_line(struct reader *reader)
{
	reader->line[reader->length] = '\0';
	char *semicolon = strchr(reader->line, ';');
	bool cut = reader->overlong && !semicolon;

	reader->length = 0;
	reader->overlong = false;
	if (cut)
		return reader_fail(reader, SIM_EINVAL,
				   "the command is longer than %d bytes",
				   (int)LINE_MAX_BYTES);
	if (semicolon) {
		*semicolon = '\0';
		reader_comment(reader, semicolon + 1);
	}
	if (reader->line[strspn(reader->line, " \t")] == '\0')
		return SIM_OK;
	bool macro = reader->line[0] == '_' || strchr(reader->line, '=') != NULL;
	if (!macro)
		blank_brackets(reader->line);
	const char *text = bare(reader->line);
	return *text ? reader_command(reader, text) : SIM_OK;
}

static int begin_line(struct reader *reader)
{
	reader->facts.lines++;
	if (reader->facts.lines > reader->limits.lines)
		return reader_fail(reader, SIM_ELIMIT,
				   "the file has more than %llu lines",
				   (unsigned long long)reader->limits.lines);
	return SIM_OK;
}

/* Text of any encoding may stand in comments; control characters nowhere. */
static bool is_text(unsigned char c)
{
	return c >= 0x20 ? c != 0x7F : c == '\t' || c == '\r' || c == '\f';
}

static int take_byte(struct reader *reader, unsigned char c)
{
	if (c == '\n')
		return take_line(reader);
	if (!is_text(c))
		return reader_fail(reader, SIM_EINVAL,
				   "there is a byte 0x%02X: this is no text, and so no "
				   "plain G-code",
				   c);
	if (c == '\r')
		return SIM_OK;
	if (reader->length < LINE_MAX_BYTES)
		reader->line[reader->length++] = (char)c;
	else
		reader->overlong = true;
	return SIM_OK;
}

int reader_feed(struct reader *reader, const void *bytes, size_t size)
{
	const unsigned char *c = bytes;
	struct gcode_facts *facts = &reader->facts;

	if (size > reader->limits.bytes - facts->bytes)
		return reader_fail(reader, SIM_ELIMIT,
				   "the file has more than %llu bytes",
				   (unsigned long long)reader->limits.bytes);
	if (facts->bytes == 0 && size >= 4 && memcmp(c, "GCDE", 4) == 0)
		return sim_fail(
			reader->error, SIM_EINVAL,
			"%.300s: this is binary G-code; let the slicer export plain "
			"G-code (PrusaSlicer: Printer Settings, General, \"Supports "
			"binary G-code\" off)",
			reader->name);
	facts->hash = text_hash(facts->hash, bytes, size);
	for (size_t i = 0; i < size; i++) {
		int status = SIM_OK;
		if (reader->at_begin)
			status = begin_line(reader);
		reader->at_begin = c[i] == '\n';
		if (status == SIM_OK)
			status = take_byte(reader, c[i]);
		if (status != SIM_OK)
			return status;
	}
	facts->bytes += size;
	return SIM_OK;
}

/* --- the sum --------------------------------------------------------------------- */

static double most_used(const struct targets *targets, double otherwise)
{
	int best = -1;
	for (int i = 0; i < targets->n; i++)
		if (targets->c[i] > 0.0 &&
		    (best < 0 || targets->mm[i] > targets->mm[best]))
			best = i;
	return best >= 0 ? targets->c[best] : otherwise;
}

static sim_ns from_s(double s)
{
	return s < 1e9 ? (sim_ns)(s * 1e9 + 0.5) : SIM_S * 1000000000;
}

static void round_off(struct reader *reader)
{
	struct gcode_facts *facts = &reader->facts;
	double area = QUARTER_PI * facts->filament_mm * facts->filament_mm;

	timing_rest(&reader->timing, 0.0, false);
	facts->moved_for = from_s(reader->timing.all_s);
	facts->printed_for = from_s(reader->timing.counted_s);
	facts->nozzle_c = most_used(&reader->nozzle, reader->said_nozzle_c);
	facts->bed_c = most_used(&reader->bed, reader->said_bed_c);
	facts->metres = reader->farthest_mm / 1000.0;
	facts->grams = reader->farthest_mm * area * facts->filament_g_cm3 / 1000.0;
	facts->height_mm =
		reader->said_height_mm > 0.0 ? reader->said_height_mm : reader->top_mm;
	facts->layer_mm = reader->said_layer_mm;
	if (facts->layer_mm <= 0.0)
		facts->layer_mm = facts->layers > 1
					  ? (reader->top_mm - reader->first_mm) /
						    (facts->layers - 1)
					  : reader->first_mm;
	for (int i = 0; i < facts->n_boxes; i++) {
		const struct gcode_box *box = &facts->boxes[i];
		struct gcode_box *all = &facts->first_layer;
		if (i == 0)
			*all = *box;
		all->x0_mm = box->x0_mm < all->x0_mm ? box->x0_mm : all->x0_mm;
		all->y0_mm = box->y0_mm < all->y0_mm ? box->y0_mm : all->y0_mm;
		all->x1_mm = box->x1_mm > all->x1_mm ? box->x1_mm : all->x1_mm;
		all->y1_mm = box->y1_mm > all->y1_mm ? box->y1_mm : all->y1_mm;
	}
	facts->first_layer.object[0] = '\0';
}

/* Slicers that write their sums at the end, or say that the end has come. */
static int check_whole(struct reader *reader)
{
	const struct gcode_facts *facts = &reader->facts;
	static const char CUT[] = "the file ends too early: ";

	if (reader->open_blocks > 0)
		return reader_fail(reader, SIM_EINVAL,
				   "%sa block that %s opened is not closed", CUT,
				   facts->slicer[0] ? facts->slicer : "the slicer");
	if (facts->stated_layers > facts->layers + 1)
		return reader_fail(reader, SIM_EINVAL,
				   "%sit says %d layers, and there are %d", CUT,
				   facts->stated_layers, facts->layers);
	if (reader->wants_end && !reader->has_end)
		return reader_fail(reader, SIM_EINVAL,
				   "%swhat %s writes at the end of a file is not there",
				   CUT, facts->slicer);
	return SIM_OK;
}

int reader_end(struct reader *reader, struct gcode_facts *ret_facts)
{
	int status = reader->length > 0 || reader->overlong ? take_line(reader) : SIM_OK;
	if (status == SIM_OK && reader->facts.bytes == 0)
		return sim_fail(reader->error, SIM_EINVAL, "%.300s: the file is empty",
				reader->name);
	if (status == SIM_OK)
		status = check_whole(reader);
	if (status == SIM_OK && reader->facts.n_boxes == 0)
		status = reader_fail(reader, SIM_EINVAL,
				     "up to here nothing was extruded: is this a sliced "
				     "file?");
	if (status != SIM_OK)
		return status;
	round_off(reader);
	*ret_facts = reader->facts;
	return SIM_OK;
}
