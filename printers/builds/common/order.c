/* order.c - pause, resume and lines of G-code: read, and carried out if the machine can. */
#include "printers/builds/common/fw.h"

/* --- reading --------------------------------------------------------------------- */

/* Of a line's text up to its end or a comment. */
static const char *skip_blanks(const char *at)
{
	while (*at == ' ' || *at == '\t' || *at == '\r')
		at++;
	return at;
}

static bool ends(const char *at)
{
	at = skip_blanks(at);
	return *at == '\0' || *at == '\n' || *at == ';';
}

/* Behind the word, or NULL: the line begins with another. */
static const char *behind(const char *at, const char *word)
{
	while (*word && *at == *word) {
		at++;
		word++;
	}
	bool whole = *word == '\0' && (ends(at) || *at == ' ' || *at == '\t');
	return whole ? at : NULL;
}

/* " S220": whole degrees or a fraction, up to 500. */
static bool read_target(const char *at, double *ret_c)
{
	double value = 0, unit = 1;
	at = skip_blanks(at);
	if (*at++ != 'S' || *at < '0' || *at > '9')
		return false;
	for (; *at >= '0' && *at <= '9' && value <= 500; at++)
		value = value * 10 + (*at - '0');
	if (*at == '.')
		for (at++; *at >= '0' && *at <= '9'; at++)
			value += (*at - '0') * (unit /= 10);
	*ret_c = value;
	return ends(at) && value <= 500;
}

static const struct {
	const char *word;
	enum fw_line line;
} WORDS[] = {
	{"M104", FW_LINE_NOZZLE},
	{"M109", FW_LINE_NOZZLE},
	{"M140", FW_LINE_BED},
	{"M190", FW_LINE_BED},
	{"M562", FW_LINE_M562},
	{"M80", FW_LINE_M80},
	{"FIRMWARE_RESTART", FW_LINE_RESTART},
};

static bool read_line(const char *at, struct fw_order *order)
{
	for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
		const char *rest = behind(at, WORDS[i].word);
		if (!rest)
			continue;
		order->lines |= WORDS[i].line;
		if (WORDS[i].line == FW_LINE_NOZZLE)
			return read_target(rest, &order->nozzle_c);
		return WORDS[i].line != FW_LINE_BED || read_target(rest, &order->bed_c);
	}
	order->lines |= FW_LINE_OTHER;
	return true;
}

bool fw_read_lines(const char *text, struct fw_order *order)
{
	for (const char *at = text; *at;) {
		at = skip_blanks(at);
		if (!ends(at) && !read_line(at, order))
			return false;
		while (*at && *at != '\n')
			at++;
		at += *at == '\n';
	}
	return order->lines != 0;
}

/* --- carrying out ---------------------------------------------------------------- */

double fw_order_heats_c(const struct fw *fw, const struct fw_order *order)
{
	if (order->kind == FW_RESUME)
		return fw->s->paused ? fw->s->file.nozzle_c : 0;
	return order->nozzle_c > order->bed_c ? order->nozzle_c : order->bed_c;
}

/* The start sequence has targets of its own. */
static bool takes_targets(const struct fw *fw)
{
	return !fw->s->busy || fw->s->paused || fw_sequence_printing(fw);
}

/* Whatever the build's rules say. NULL: it can. */
static const char *cannot(const struct fw *fw, const struct fw_order *order)
{
	switch (order->kind) {
	case FW_PAUSE:
		return fw->s->busy ? NULL : "not_printing";
	case FW_RESUME:
		return fw->s->paused || fw->s->pausing ? NULL : "not_paused";
	case FW_GCODE:
		break;
	}
	return fw_order_heats_c(fw, order) <= 0 || takes_targets(fw) ? NULL : "busy";
}

static void set_targets(struct fw *fw, const struct fw_order *order)
{
	const struct fw_state *s = fw->s;
	fw_set_targets(fw,
		       order->lines & FW_LINE_NOZZLE ? order->nozzle_c
						     : s->nozzle.target_c,
		       order->lines & FW_LINE_BED ? order->bed_c : s->bed.target_c);
}

static void carry_out(struct fw *fw, const struct fw_order *order)
{
	switch (order->kind) {
	case FW_PAUSE:
		fw->s->pausing = !fw->s->paused;
		break;
	case FW_RESUME:
		fw->s->pausing = false;
		if (fw->s->paused)
			fw_sequence_go_on(fw);
		break;
	case FW_GCODE:
		if (order->lines & (FW_LINE_NOZZLE | FW_LINE_BED))
			set_targets(fw, order);
		break;
	}
	fw_report_soon(fw);
}

void fw_do_order(struct fw *fw, const struct fw_order *order)
{
	static const char *const NAMES[] = {
		[FW_PAUSE] = "pause", [FW_RESUME] = "resume", [FW_GCODE] = "gcode_line"};
	const char *name = NAMES[order->kind];
	double heats_c = fw_order_heats_c(fw, order);
	const char *reason = order->lines & FW_LINE_OTHER ? "unknown" : NULL;

	if (!reason && fw_policy.order)
		reason = fw_policy.order(fw, order);
	if (!reason)
		reason = cannot(fw, order);
	fw_notice(fw, JOBJAM_FW_NOTICE_ORDER,
		  (struct jobjam_fw_notice){.message = order->message,
					    .task = fw->s->busy ? fw->s->job.task : 0,
					    .what = name,
					    .yes = reason == NULL,
					    .reason = reason,
					    .reading_c = heats_c});
	fw_report_reply(fw, name, order->sequence, "", reason == NULL,
			reason ? reason : "", order->message);
	if (!reason)
		carry_out(fw, order);
}
