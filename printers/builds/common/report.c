/* report.c - writes replies and status reports. No stdio: every byte is our own. */
#include "printers/builds/common/fw.h"

#include <string.h>

struct out {
	char bytes[1536];
	size_t length;
};

static void put_bytes(struct out *out, const char *bytes, size_t length)
{
	if (length > sizeof(out->bytes) - out->length)
		length = sizeof(out->bytes) - out->length;
	memcpy(out->bytes + out->length, bytes, length);
	out->length += length;
}

static void put(struct out *out, const char *text)
{
	put_bytes(out, text, strlen(text));
}

static void put_int(struct out *out, int64_t value)
{
	char digits[24];
	size_t at = sizeof(digits);
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (value < 0)
		digits[--at] = '-';
	put_bytes(out, digits + at, sizeof(digits) - at);
}

static void put_tenths(struct out *out, int value)
{
	if (value < 0) {
		put(out, "-");
		value = -value;
	}
	put_int(out, value / 10);
	if (value % 10) {
		put(out, ".");
		put_int(out, value % 10);
	}
}

/* Length of a well-formed UTF-8 sequence, 0 when it is none. */
static size_t utf8(const unsigned char *at)
{
	size_t length = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;
	if (at[0] < 0xc2 || at[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
	    (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	return length;
}

/* A JSON string. Names come from outside: what is not printable becomes '?'. */
static void put_text(struct out *out, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	put(out, "\"");
	while (*at) {
		size_t length = *at < 0x80 ? 1 : utf8(at);
		if (length == 0 || *at < 0x20 || *at == 0x7f) {
			put(out, "?");
			at++;
			continue;
		}
		if (*at == '"' || *at == '\\')
			put(out, "\\");
		put_bytes(out, (const char *)at, length);
		at += length;
	}
	put(out, "\"");
}

static void put_key_text(struct out *out, const char *key, const char *text)
{
	put(out, key);
	put_text(out, text);
}

static void put_key_int(struct out *out, const char *key, int64_t value)
{
	put(out, key);
	put_int(out, value);
}

static void send_out(struct fw *fw, const struct out *out, uint32_t flags,
		     uint64_t message)
{
	fw->host->net_tx(fw->host->arg, out->bytes, out->length, 0, flags, message);
}

void fw_report_reply(struct fw *fw, const char *command, const char *sequence,
		     const char *task, bool success, const char *reason, uint64_t message)
{
	struct out out = {.length = 0};
	put_key_text(&out, "{\"print\":{\"command\":", command);
	put_key_text(&out, ",\"sequence_id\":", sequence);
	put_key_text(&out, ",\"task_id\":", task);
	put_key_text(&out, ",\"result\":", success ? "success" : "failed");
	put_key_text(&out, ",\"reason\":", reason);
	put(&out, "}}");
	if (fw->s->online)
		send_out(fw, &out, 0, message);
}

static const char *state_name(uint32_t state)
{
	static const char *const NAMES[] = {
		[JOBJAM_FW_IDLE] = "IDLE",       [JOBJAM_FW_PREPARE] = "PREPARE",
		[JOBJAM_FW_RUNNING] = "RUNNING", [JOBJAM_FW_PAUSE] = "PAUSE",
		[JOBJAM_FW_FINISH] = "FINISH",   [JOBJAM_FW_FAILED] = "FAILED",
	};
	return NAMES[state];
}

static int tenths(double c)
{
	if (!(c > -1000.0 && c < 10000.0))
		return 0;
	return (int)(c * 10.0 + (c < 0.0 ? -0.5 : 0.5));
}

static int remaining_min(const struct fw *fw)
{
	const struct fw_state *s = fw->s;
	if (!s->busy)
		return 0;
	uint64_t all = s->file.print_us, done = 0;
	if (s->stage == 0 && s->state == JOBJAM_FW_RUNNING)
		done = s->now_us - s->step_began_us + fw_sequence_before_us(fw);
	if (s->paused)
		done = fw_sequence_before_us(fw);
	return done < all ? (int)((all - done + 59 * FW_S) / (60 * FW_S)) : 0;
}

static struct fw_status status_now(const struct fw *fw)
{
	const struct fw_state *s = fw->s;
	uint64_t name = fw_hash(FW_HASH_START, s->job.subtask);
	name = fw_hash(fw_hash(name, s->job.name), s->fail_reason);
	return (struct fw_status){
		.task = s->job.task,
		.nozzle_dc = tenths(fw->sensors->nozzle_c),
		.nozzle_target_dc = tenths(s->nozzle.target_c),
		.bed_dc = tenths(fw->sensors->bed_c),
		.bed_target_dc = tenths(s->bed.target_c),
		.percent = (int)s->percent,
		.remaining_min = remaining_min(fw),
		.layer = (int)s->layer,
		.layers = (int)s->file.layers,
		.stage = s->busy            ? s->stage
			 : fw->full_reports ? -1
					    : 255,
		.error = s->print_error,
		.state = s->state,
		.prompt = s->prompt.id,
		.alert = s->alert,
		.name = name,
		.sent = true,
	};
}

static void put_prompt(struct out *out, const struct fw_prompt *prompt)
{
	static const char *const WHERE[] = {"", "machine", "app", "both"};
	put(out, ",\"prompt\":{\"id\":\"");
	put_int(out, prompt->id);
	put_key_text(out, "\",\"what\":", prompt->what);
	put_key_int(out, ",\"task_id\":\"", prompt->task);
	put_key_int(out, "\",\"plate_epoch\":\"", prompt->epoch);
	put_key_int(out, "\",\"not_after\":\"", prompt->not_after_ms);
	put_key_text(out, "\",\"where\":", WHERE[prompt->where & 3]);
	put(out, "}");
}

/* Severity and module as the public code tables have them: attr, code. */
static void put_alert(struct out *out, uint32_t alert)
{
	put(out, ",\"hms\":[");
	if (alert) {
		put_key_int(out, "{\"attr\":", alert & 1 ? 0x03000200 : 0x03000100);
		put_key_int(out, ",\"code\":", 0x00010000 | (alert >> 1));
		put(out, "}");
	}
	put(out, "]");
}

static void put_numbers(struct out *out, const struct fw_status *is,
			const struct fw_status *was, bool full)
{
	static const struct {
		const char *key;
		size_t at;
		bool is_tenths;
	} KEYS[] = {
#define KEY(name, member, tenth) \
	{",\"" name "\":", offsetof(struct fw_status, member), tenth}
		KEY("mc_percent", percent, false),
		KEY("mc_remaining_time", remaining_min, false),
		KEY("layer_num", layer, false),
		KEY("total_layer_num", layers, false),
		KEY("stg_cur", stage, false),
		KEY("print_error", error, false),
		KEY("nozzle_temper", nozzle_dc, true),
		KEY("nozzle_target_temper", nozzle_target_dc, true),
		KEY("bed_temper", bed_dc, true),
		KEY("bed_target_temper", bed_target_dc, true),
#undef KEY
	};
	for (size_t i = 0; i < sizeof(KEYS) / sizeof(KEYS[0]); i++) {
		int value, before;
		memcpy(&value, (const char *)is + KEYS[i].at, sizeof(value));
		memcpy(&before, (const char *)was + KEYS[i].at, sizeof(before));
		if (!full && value == before)
			continue;
		put(out, KEYS[i].key);
		if (KEYS[i].is_tenths)
			put_tenths(out, value);
		else
			put_int(out, value);
	}
}

void fw_report_status(struct fw *fw, bool full, bool routine, uint64_t message)
{
	struct fw_state *s = fw->s;
	s->next_report_us = s->now_us + 30 * FW_S;
	s->report_due = s->report_full = false;
	if (!s->online)
		return;

	struct fw_status is = status_now(fw);
	struct out out = {.length = 0};
	full = full || fw->full_reports || !s->last.sent;
	put(&out, "{\"print\":{\"command\":\"push_status\"");
	put_key_int(&out, ",\"msg\":", full ? 0 : 1);
	put_key_int(&out, ",\"sequence_id\":\"", ++s->report_number);
	put_key_text(&out, "\",\"gcode_state\":", state_name(s->state));
	put_key_int(&out, ",\"task_id\":\"", is.task);
	put(&out, "\"");
	if (full || is.name != s->last.name) {
		put_key_text(&out, ",\"subtask_id\":", s->job.subtask);
		put_key_text(&out, ",\"subtask_name\":", s->job.name);
		put_key_text(&out, ",\"fail_reason\":", s->fail_reason);
	}
	put_numbers(&out, &is, &s->last, full);
	if (is.alert != s->last.alert || (full && is.alert))
		put_alert(&out, is.alert);
	if (s->prompt.id)
		put_prompt(&out, &s->prompt);
	put(&out, "}}");
	s->last = is;
	send_out(fw, &out, routine ? JOBJAM_FW_TX_ROUTINE : 0, message);
}
