/* third-party.c - a firmware build as somebody else would write it, in a hundred lines and against
 * the installed header alone: one job at a time, two-point control, a limit that latches.
 *	cc -shared -fPIC -o third-party.so third-party.c && jobjam firmware check ./third-party.so
 */ // clang-format off
#include <jobjam_firmware.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define FW(name) struct jobjam_fw_##name
struct jobjam_fw { const FW(host) *host; struct state { /* plain data: all that is saved */
	uint32_t state, said, tripped, online; /* said: the state last reported, + 1 */
	uint64_t ends_us; int64_t task;
	FW(file) file; FW(motion) motion;
} s; };
static int create(const FW(host) *host, const FW(config) *config, uint64_t now_us, struct jobjam_fw **ret_fw) {
	if ((*ret_fw = calloc(1, sizeof(**ret_fw)))) (*ret_fw)->host = host;
	return (void)config, (void)now_us, *ret_fw ? JOBJAM_FW_OK : JOBJAM_FW_ERROR;
}
static int busy(const struct state *s) { return s->state == JOBJAM_FW_PREPARE || s->state == JOBJAM_FW_RUNNING; }
static void tell(struct jobjam_fw *fw, uint32_t kind, uint64_t message, int64_t task, const char *reason) {
	FW(notice) notice = {sizeof(notice), kind, message, task, .reason = reason, .what = "nozzle",
		.code = fw->s.tripped, .job = fw->s.file.name, .file = fw->s.file.md5};
	fw->host->notice(fw->host->arg, &notice);
}
static void end(struct jobjam_fw *fw, uint32_t state, const char *how) {
	if (!busy(&fw->s)) return;
	tell(fw, JOBJAM_FW_NOTICE_ENDED, 0, fw->s.task, how);
	fw->s.state = state;
	fw->s.motion = (FW(motion)){.seq = fw->s.motion.seq + 1}; /* parked */
}
static void begin(struct jobjam_fw *fw, const char *json, uint64_t message) {
	char md5[40] = ""; long long task = 0;
	FW(file) file = {.size = sizeof(file)};
	const char *at = strstr(json, "\"task_id\""), *sum = strstr(json, "\"md5\""); /* good enough here */
	if (at) sscanf(at, "\"task_id\":\"%lld", &task);
	if (sum) sscanf(sum, "\"md5\":\"%39[^\"]", md5);
	const char *no = busy(&fw->s) ? "busy" : fw->s.tripped ? "tripped"
		: fw->host->file(fw->host->arg, md5, "", &file) ? "no_file" : NULL;
	if (!no) fw->s.file = file, fw->s.task = task, fw->s.state = JOBJAM_FW_PREPARE;
	tell(fw, no ? JOBJAM_FW_NOTICE_REFUSED : JOBJAM_FW_NOTICE_START, message, task, no);
}
static int net_rx(struct jobjam_fw *fw, const void *payload, size_t length, uint64_t message) {
	char json[2048] = "";
	memcpy(json, payload, length < sizeof(json) ? length : 0);
	if (strstr(json, "\"command\":\"project_file\"")) begin(fw, json, message);
	else if (strstr(json, "\"command\":\"stop\"")) end(fw, JOBJAM_FW_FAILED, "cancelled");
	else if (strstr(json, "\"command\":\"pushall\"")) fw->s.said = 0;
	else return JOBJAM_FW_DISCARD;
	return JOBJAM_FW_OK;
}
static int net_event(struct jobjam_fw *fw, uint32_t event) { fw->s.online = event == JOBJAM_FW_NET_UP; return 0; }
static int user(struct jobjam_fw *fw, uint32_t event, uint32_t arg) {
	if (event == JOBJAM_FW_USER_STOP) end(fw, JOBJAM_FW_FAILED, "cancelled");
	return (void)arg, JOBJAM_FW_OK;
}
static void report(struct jobjam_fw *fw) {
	static const char *const NAMES[] = {"IDLE", "PREPARE", "RUNNING", "PAUSE", "FINISH", "FAILED"};
	char json[160];
	int n = snprintf(json, sizeof(json), "{\"print\":{\"command\":\"push_status\",\"task_id\":\"%lld\",\"gcode_state\":"
		"\"%s\"}}", (long long)fw->s.task, NAMES[fw->s.state]);
	if (fw->s.online && fw->s.said != fw->s.state + 1) fw->host->net_tx(fw->host->arg, json, (size_t)n, 0, 0, 0);
	fw->s.said = fw->s.online ? fw->s.state + 1 : 0;
}
static int step(struct jobjam_fw *fw, const FW(sensors) *in, uint64_t dt_us, FW(actuators) *out) {
	struct state *s = &fw->s;
	const FW(file) *f = &s->file;
	if (!s->tripped && (in->nozzle_c > 280 || in->bed_c > 130)) { /* a trip is data */
		s->tripped = 1, tell(fw, JOBJAM_FW_NOTICE_TRIP, 0, s->task, "maximum");
		end(fw, JOBJAM_FW_FAILED, "failed");
	}
	if (s->state == JOBJAM_FW_PREPARE && in->nozzle_c > f->nozzle_c - 3 && in->bed_c > f->bed_c - 3) {
		s->state = JOBJAM_FW_RUNNING, s->ends_us = in->now_us + f->print_us;
		s->motion = (FW(motion)){s->motion.seq + 1, JOBJAM_FW_MOVE_PRINT, f->x0_mm, f->y0_mm, f->x1_mm, f->y1_mm,
			f->height_mm, 200, f->metres * 1e9 / (double)f->print_us, f->grams / f->metres, f->print_us};
	}
	if (s->state == JOBJAM_FW_RUNNING && in->now_us >= s->ends_us) end(fw, JOBJAM_FW_FINISH, "finished");
	report(fw);
	double nozzle_c = busy(s) ? f->nozzle_c : 0, bed_c = busy(s) ? f->bed_c : 0;
	FW(actuators) set = {.size = out->size < sizeof(set) ? out->size : sizeof(set), .state = s->state,
		.stage = busy(s) ? 0 : -1, .fault_code = s->tripped, .motion = s->motion,
		.nozzle_target_c = nozzle_c, .nozzle_pwm = in->nozzle_c < nozzle_c, .bed_target_c = bed_c,
		.bed_pwm = in->bed_c < bed_c, .next_wake_us = busy(s) ? in->now_us + 250000 : JOBJAM_FW_NEVER};
	memcpy(out, &set, set.size);
	return (void)dt_us, JOBJAM_FW_OK;
}
static int save(const struct jobjam_fw *fw, void *bytes, size_t *size) {
	if (bytes && *size < sizeof(fw->s)) return JOBJAM_FW_ERROR;
	if (bytes) memcpy(bytes, &fw->s, sizeof(fw->s));
	return *size = sizeof(fw->s), JOBJAM_FW_OK;
}
static int load(struct jobjam_fw *fw, const void *bytes, size_t size) {
	if (size == sizeof(fw->s)) memcpy(&fw->s, bytes, size);
	return size == sizeof(fw->s) ? JOBJAM_FW_OK : JOBJAM_FW_ERROR;
}
static void destroy(struct jobjam_fw *fw) { free(fw); }
static const FW(info) INFO = {sizeof(INFO), JOBJAM_FW_ABI_MAJOR, JOBJAM_FW_ABI_MINOR, .name = "third-party",
	.version = "1", .caps = JOBJAM_FW_CAP_SAVE | JOBJAM_FW_CAP_MULTI};
static const FW(info) *get_info(void) { return &INFO; }
const FW(api) jobjam_firmware = {sizeof(jobjam_firmware), JOBJAM_FW_ABI_MAJOR, JOBJAM_FW_ABI_MINOR, 0,
	get_info, create, step, net_rx, net_event, user, save, load, destroy};
