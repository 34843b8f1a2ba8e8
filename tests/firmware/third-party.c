/*
 * third-party.c - a firmware build as somebody else would write it: against the installed
 * jobjam_firmware.h alone, in about a hundred lines. It prints what it is asked to print,
 * one job at a time, with a two-point controller and a maximum temperature.
 *
 *	cc -shared -fPIC -I/usr/local/include -o third-party.so third-party.c
 *	jobjam firmware check ./third-party.so
 *	jobjam run night.lua --firmware ./third-party.so
 */
#include <jobjam_firmware.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct state { /* all that is saved: plain data */
	uint32_t state, fault, seq, online, reported;
	int64_t task, asked;    /* asked: a start that came in since the last step */
	uint64_t asked_message, stop_message, ends_us;
	char sequence[24], md5[40];
	struct jobjam_fw_file file;
	struct jobjam_fw_motion motion;
	double nozzle_c, bed_c; /* targets */
};
struct jobjam_fw {
	const struct jobjam_fw_host *host;
	struct state s;
};

static const struct jobjam_fw_info *get_info(void)
{
	static const struct jobjam_fw_info info = {
		.size = sizeof(info), .abi_major = JOBJAM_FW_ABI_MAJOR,
		.abi_minor = JOBJAM_FW_ABI_MINOR,
		.caps = JOBJAM_FW_CAP_SAVE | JOBJAM_FW_CAP_MULTI,
		.name = "third-party", .version = "1.0", .about = "An example."};
	return &info;
}

static int create(const struct jobjam_fw_host *host, const struct jobjam_fw_config *config,
		  uint64_t now_us, struct jobjam_fw **ret_fw)
{
	struct jobjam_fw *fw = calloc(1, sizeof(*fw));
	(void)config, (void)now_us;
	if (!fw)
		return JOBJAM_FW_ERROR;
	fw->host = host;
	*ret_fw = fw;
	return JOBJAM_FW_OK;
}

/* The text after "key":" in a message, up to the next quote. */
static void read_text(const char *json, const char *key, char *to, size_t size)
{
	char quoted[32];
	to[0] = '\0';
	snprintf(quoted, sizeof(quoted), "\"%s\":\"", key);
	const char *at = strstr(json, quoted);
	if (at)
		snprintf(to, size, "%.*s", (int)strcspn(at + strlen(quoted), "\""),
			 at + strlen(quoted));
}

static void say(struct jobjam_fw *fw, uint32_t kind, int64_t task, uint64_t message,
		const char *reason)
{
	struct jobjam_fw_notice notice = {.size = sizeof(notice), .kind = kind, .task = task,
					  .message = message, .reason = reason,
					  .job = fw->s.file.name, .file = fw->s.file.md5,
					  .what = "nozzle", .code = fw->s.fault};
	fw->host->notice(fw->host->arg, &notice);
}

static void report(struct jobjam_fw *fw, const char *format, const char *word, uint64_t message)
{
	char text[400];
	int n = snprintf(text, sizeof(text), format, fw->s.sequence,
			 (long long)(message ? fw->s.asked : fw->s.task), word);
	if (fw->s.online && n > 0)
		fw->host->net_tx(fw->host->arg, text, (size_t)n, 0, 0, message);
}

static const char REPLY[] = "{\"print\":{\"command\":\"project_file\",\"sequence_id\":\"%s\","
			    "\"task_id\":\"%lld\",\"result\":\"%s\",\"reason\":\"\"}}";
static const char STATUS[] = "{\"print\":{\"command\":\"push_status\",\"sequence_id\":\"%s\","
			     "\"task_id\":\"%lld\",\"gcode_state\":\"%s\"}}";

static void end(struct jobjam_fw *fw, const char *how, uint32_t state)
{
	struct state *s = &fw->s;
	s->state = state;
	s->nozzle_c = s->bed_c = 0;
	s->motion = (struct jobjam_fw_motion){.seq = ++s->seq};
	say(fw, JOBJAM_FW_NOTICE_ENDED, s->task, 0, how);
}

static void begin(struct jobjam_fw *fw)
{
	struct state *s = &fw->s;
	int busy = s->state == JOBJAM_FW_PREPARE || s->state == JOBJAM_FW_RUNNING;
	struct jobjam_fw_file file = {.size = sizeof(file)};
	const char *no = busy ? "busy" : s->fault ? "tripped"
		: fw->host->file(fw->host->arg, s->md5, "", &file) ? "no_file" : NULL;
	report(fw, REPLY, no ? "failed" : "success", s->asked_message);
	if (no) {
		say(fw, JOBJAM_FW_NOTICE_REFUSED, s->asked, s->asked_message, no);
		return;
	}
	s->file = file;
	s->task = s->asked;
	s->state = JOBJAM_FW_PREPARE;
	s->nozzle_c = file.nozzle_c;
	s->bed_c = file.bed_c;
	say(fw, JOBJAM_FW_NOTICE_START, s->task, s->asked_message, NULL);
}

static void print(struct jobjam_fw *fw, uint64_t now_us)
{
	const struct jobjam_fw_file *file = &fw->s.file;
	fw->s.state = JOBJAM_FW_RUNNING;
	fw->s.ends_us = now_us + file->print_us;
	fw->s.motion = (struct jobjam_fw_motion){
		.seq = ++fw->s.seq, .kind = JOBJAM_FW_MOVE_PRINT,
		.x0_mm = file->x0_mm, .y0_mm = file->y0_mm, .x1_mm = file->x1_mm,
		.y1_mm = file->y1_mm, .z_mm = file->height_mm, .speed_mm_s = 200,
		.feed_mm_s = file->metres * 1e9 / (double)file->print_us,
		.grams_per_m = file->grams / file->metres, .duration_us = file->print_us};
}

static int step(struct jobjam_fw *fw, const struct jobjam_fw_sensors *in, uint64_t dt_us,
		struct jobjam_fw_actuators *out)
{
	static const char *const NAMES[] = {"IDLE", "PREPARE", "RUNNING", "PAUSE", "FINISH", "FAILED"};
	struct state *s = &fw->s;
	int busy = s->state == JOBJAM_FW_PREPARE || s->state == JOBJAM_FW_RUNNING;
	(void)dt_us;
	if (s->stop_message && busy)
		end(fw, "cancelled", JOBJAM_FW_FAILED);
	if (s->asked_message)
		begin(fw);
	s->stop_message = s->asked_message = 0;
	if (!s->fault && (in->nozzle_c > 280 || in->bed_c > 130)) { /* a trip is data */
		s->fault = 1;
		say(fw, JOBJAM_FW_NOTICE_TRIP, s->task, 0, "maximum");
		if (s->state == JOBJAM_FW_PREPARE || s->state == JOBJAM_FW_RUNNING)
			end(fw, "failed", JOBJAM_FW_FAILED);
	}
	if (s->state == JOBJAM_FW_PREPARE && in->nozzle_c > s->nozzle_c - 3 && in->bed_c > s->bed_c - 3)
		print(fw, in->now_us);
	if (s->state == JOBJAM_FW_RUNNING && in->now_us >= s->ends_us)
		end(fw, "finished", JOBJAM_FW_FINISH);
	if (s->reported != s->state + 1 && s->online)
		report(fw, STATUS, NAMES[s->state], 0);
	s->reported = s->online ? s->state + 1 : 0;
	busy = s->state == JOBJAM_FW_PREPARE || s->state == JOBJAM_FW_RUNNING;
	uint32_t size = out->size < sizeof(*out) ? out->size : (uint32_t)sizeof(*out);
	struct jobjam_fw_actuators set = {
		.size = size, .state = s->state, .stage = busy ? 0 : -1, .fault_code = s->fault,
		.nozzle_pwm = in->nozzle_c < s->nozzle_c, .bed_pwm = in->bed_c < s->bed_c,
		.nozzle_target_c = s->nozzle_c, .bed_target_c = s->bed_c, .motion = s->motion,
		.next_wake_us = busy ? in->now_us + 250000 : JOBJAM_FW_NEVER};
	memcpy(out, &set, size);
	return JOBJAM_FW_OK;
}

static int net_rx(struct jobjam_fw *fw, const void *payload, size_t length, uint64_t message)
{
	char text[2048], task[24];
	if (length >= sizeof(text))
		return JOBJAM_FW_DISCARD;
	memcpy(text, payload, length);
	text[length] = '\0';
	if (strstr(text, "\"command\":\"stop\""))
		fw->s.stop_message = message;
	else if (strstr(text, "\"command\":\"pushall\""))
		fw->s.reported = 0;
	else if (strstr(text, "\"command\":\"project_file\"")) {
		read_text(text, "task_id", task, sizeof(task));
		read_text(text, "md5", fw->s.md5, sizeof(fw->s.md5));
		read_text(text, "sequence_id", fw->s.sequence, sizeof(fw->s.sequence));
		fw->s.asked = strtoll(task, NULL, 10);
		fw->s.asked_message = message;
	} else
		return JOBJAM_FW_DISCARD;
	return JOBJAM_FW_OK;
}

static int net_event(struct jobjam_fw *fw, uint32_t event)
{
	fw->s.online = event == JOBJAM_FW_NET_UP;
	return JOBJAM_FW_OK;
}

static int user(struct jobjam_fw *fw, uint32_t event, uint32_t arg)
{
	(void)arg;
	if (event == JOBJAM_FW_USER_STOP)
		fw->s.stop_message = 1;
	if (event == JOBJAM_FW_USER_PLATE_EMPTY)
		fw->s.fault = 0; /* somebody is there: the trip counts as seen */
	return JOBJAM_FW_OK;
}

static int save(const struct jobjam_fw *fw, void *bytes, size_t *size)
{
	if (bytes && *size < sizeof(fw->s))
		return JOBJAM_FW_ERROR;
	if (bytes)
		memcpy(bytes, &fw->s, sizeof(fw->s));
	*size = sizeof(fw->s);
	return JOBJAM_FW_OK;
}

static int load(struct jobjam_fw *fw, const void *bytes, size_t size)
{
	if (size != sizeof(fw->s))
		return JOBJAM_FW_ERROR;
	memcpy(&fw->s, bytes, size);
	return JOBJAM_FW_OK;
}

static void destroy(struct jobjam_fw *fw)
{
	free(fw);
}

const struct jobjam_fw_api jobjam_firmware = {
	.size = sizeof(jobjam_firmware), .abi_major = JOBJAM_FW_ABI_MAJOR,
	.abi_minor = JOBJAM_FW_ABI_MINOR, .get_info = get_info, .create = create, .step = step,
	.net_rx = net_rx, .net_event = net_event, .user = user, .save = save, .load = load,
	.destroy = destroy};
