/*
 * third-party.c - a firmware build as somebody else would write it, in a good hundred lines and
 * against the installed header alone: one job at a time, two-point control, a limit.
 *
 *	cc -shared -fPIC -o third-party.so third-party.c
 *	jobjam firmware check ./third-party.so
 */
#include <jobjam_firmware.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define FW(name) struct jobjam_fw_##name

struct state { /* plain data: all that is saved */
	uint32_t state, said, fault, online, stop; /* said: the state last reported, + 1 */
	uint64_t message, ends_us; /* message: a start that came in since the last step */
	int64_t task;
	char asked[24], md5[40];
	FW(file) file;
	FW(motion) motion;
	double nozzle_c, bed_c; /* targets */
};
struct jobjam_fw { const FW(host) *host; struct state s; };

static const FW(info) INFO = {sizeof(INFO), JOBJAM_FW_ABI_MAJOR, JOBJAM_FW_ABI_MINOR,
	.caps = JOBJAM_FW_CAP_SAVE | JOBJAM_FW_CAP_MULTI, .name = "third-party", .version = "1"};
static const FW(info) *get_info(void) { return &INFO; }
static int create(const FW(host) *host, const FW(config) *config, uint64_t now_us, struct jobjam_fw **ret_fw)
{
	(void)config, (void)now_us; /* it needs neither data sheet nor settings */
	*ret_fw = calloc(1, sizeof(**ret_fw));
	if (*ret_fw) (*ret_fw)->host = host;
	return *ret_fw ? JOBJAM_FW_OK : JOBJAM_FW_ERROR;
}
static int busy(const struct state *s) { return s->state == JOBJAM_FW_PREPARE || s->state == JOBJAM_FW_RUNNING; }
static void tell(struct jobjam_fw *fw, uint32_t kind, int64_t task, const char *reason)
{
	FW(notice) notice = {sizeof(notice), kind, fw->s.message, task, .reason = reason, .what = "nozzle",
		.code = fw->s.fault, .job = fw->s.file.name, .file = fw->s.file.md5};
	fw->host->notice(fw->host->arg, &notice);
}
static void end(struct jobjam_fw *fw, const char *how, uint32_t state)
{
	tell(fw, JOBJAM_FW_NOTICE_ENDED, fw->s.task, how);
	fw->s.state = state, fw->s.nozzle_c = fw->s.bed_c = 0;
	fw->s.motion = (FW(motion)){.seq = fw->s.motion.seq + 1}; /* parked */
}
static void begin(struct jobjam_fw *fw)
{
	FW(file) file = {.size = sizeof(file)};
	int64_t task = strtoll(fw->s.asked, NULL, 10);
	const char *no = busy(&fw->s) ? "busy" : fw->s.fault ? "tripped"
		: fw->host->file(fw->host->arg, fw->s.md5, "", &file) ? "no_file" : NULL;
	if (!no) {
		fw->s.file = file, fw->s.task = task, fw->s.state = JOBJAM_FW_PREPARE;
		fw->s.nozzle_c = file.nozzle_c, fw->s.bed_c = file.bed_c;
	}
	tell(fw, no ? JOBJAM_FW_NOTICE_REFUSED : JOBJAM_FW_NOTICE_START, task, no);
	fw->s.message = 0;
}
static void print(struct state *s, const FW(file) *f, uint64_t now_us)
{
	s->state = JOBJAM_FW_RUNNING, s->ends_us = now_us + f->print_us;
	s->motion = (FW(motion)){s->motion.seq + 1, JOBJAM_FW_MOVE_PRINT, f->x0_mm, f->y0_mm, f->x1_mm, f->y1_mm,
		f->height_mm, 200, f->metres * 1e9 / (double)f->print_us, f->grams / f->metres, f->print_us};
}
static void report(struct jobjam_fw *fw)
{
	static const char *const NAMES[] = {"IDLE", "PREPARE", "RUNNING", "PAUSE", "FINISH", "FAILED"};
	char text[160];
	int n = snprintf(text, sizeof(text), "{\"print\":{\"command\":\"push_status\",\"task_id\":\"%lld\","
		"\"gcode_state\":\"%s\"}}", (long long)fw->s.task, NAMES[fw->s.state]);
	if (fw->s.online && fw->s.said != fw->s.state + 1)
		fw->host->net_tx(fw->host->arg, text, (size_t)n, 0, 0, 0);
	fw->s.said = fw->s.online ? fw->s.state + 1 : 0;
}
static int step(struct jobjam_fw *fw, const FW(sensors) *in, uint64_t dt_us, FW(actuators) *out)
{
	struct state *s = &fw->s;
	(void)dt_us;
	if (s->stop && busy(s)) end(fw, "cancelled", JOBJAM_FW_FAILED);
	s->stop = 0;
	if (s->message) begin(fw);
	if (!s->fault && (in->nozzle_c > 280 || in->bed_c > 130)) { /* a trip is data */
		s->fault = 1;
		tell(fw, JOBJAM_FW_NOTICE_TRIP, s->task, "maximum");
		if (busy(s)) end(fw, "failed", JOBJAM_FW_FAILED);
	}
	if (s->state == JOBJAM_FW_PREPARE && in->nozzle_c > s->nozzle_c - 3 && in->bed_c > s->bed_c - 3)
		print(s, &s->file, in->now_us);
	if (s->state == JOBJAM_FW_RUNNING && in->now_us >= s->ends_us) end(fw, "finished", JOBJAM_FW_FINISH);
	report(fw);
	FW(actuators) set = {.size = out->size < sizeof(set) ? out->size : sizeof(set), .state = s->state,
		.stage = busy(s) ? 0 : -1, .fault_code = s->fault, .motion = s->motion,
		.nozzle_target_c = s->nozzle_c, .nozzle_pwm = in->nozzle_c < s->nozzle_c,
		.bed_target_c = s->bed_c, .bed_pwm = in->bed_c < s->bed_c,
		.next_wake_us = busy(s) ? in->now_us + 250000 : JOBJAM_FW_NEVER};
	memcpy(out, &set, set.size);
	return JOBJAM_FW_OK;
}
static void copy(const char *json, const char *key, char *to, size_t size)
{
	const char *at = strstr(json, key); /* good enough for an example */
	snprintf(to, size, "%.*s", at ? (int)strcspn(at + strlen(key), "\"") : 0, at ? at + strlen(key) : "");
}
static int net_rx(struct jobjam_fw *fw, const void *payload, size_t length, uint64_t message)
{
	char text[2048] = "";
	memcpy(text, payload, length < sizeof(text) ? length : 0);
	if (strstr(text, "\"command\":\"stop\"")) fw->s.stop = 1;
	else if (strstr(text, "\"command\":\"pushall\"")) fw->s.said = 0;
	else if (!strstr(text, "\"command\":\"project_file\"")) return JOBJAM_FW_DISCARD;
	else {
		copy(text, "\"task_id\":\"", fw->s.asked, sizeof(fw->s.asked));
		copy(text, "\"md5\":\"", fw->s.md5, sizeof(fw->s.md5));
		fw->s.message = message;
	}
	return JOBJAM_FW_OK;
}
static int net_event(struct jobjam_fw *fw, uint32_t event) { fw->s.online = event == JOBJAM_FW_NET_UP; return 0; }
static int user(struct jobjam_fw *fw, uint32_t event, uint32_t arg)
{
	(void)arg;
	if (event == JOBJAM_FW_USER_STOP) fw->s.stop = 1;
	if (event == JOBJAM_FW_USER_PLATE_EMPTY) fw->s.fault = 0; /* somebody is there, and saw it */
	return JOBJAM_FW_OK;
}
static int save(const struct jobjam_fw *fw, void *bytes, size_t *size)
{
	if (bytes && *size < sizeof(fw->s)) return JOBJAM_FW_ERROR;
	if (bytes) memcpy(bytes, &fw->s, sizeof(fw->s));
	*size = sizeof(fw->s);
	return JOBJAM_FW_OK;
}
static int load(struct jobjam_fw *fw, const void *bytes, size_t size)
{
	if (size != sizeof(fw->s)) return JOBJAM_FW_ERROR;
	memcpy(&fw->s, bytes, size);
	return JOBJAM_FW_OK;
}
static void destroy(struct jobjam_fw *fw) { free(fw); }
const FW(api) jobjam_firmware = {sizeof(jobjam_firmware), JOBJAM_FW_ABI_MAJOR, JOBJAM_FW_ABI_MINOR, 0,
	get_info, create, step, net_rx, net_event, user, save, load, destroy};
