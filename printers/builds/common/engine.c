/* engine.c - the exported table: create, step, receive, save; and what policies call. */
#include "printers/builds/common/fw.h"

#include "printers/builds/common/protect.h"

#include <stdlib.h>
#include <string.h>

/* --- small services -------------------------------------------------------------- */

bool fw_same(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

uint64_t fw_hash(uint64_t hash, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	do {
		hash = (hash ^ *at) * UINT64_C(0x100000001b3);
	} while (*at++);
	return hash;
}

void fw_notice(struct fw *fw, uint32_t kind, struct jobjam_fw_notice notice)
{
	notice.size = sizeof(notice);
	notice.kind = kind;
	fw->host->notice(fw->host->arg, &notice);
}

void fw_log(struct fw *fw, const char *text)
{
	fw->host->log(fw->host->arg, text);
}

void fw_report_soon(struct fw *fw)
{
	fw->s->report_due = true;
}

/* --- jobs ------------------------------------------------------------------------ */

void fw_answer(struct fw *fw, const struct fw_start *start, bool success,
	       const char *reason)
{
	fw_report_reply(fw, "project_file", start->sequence, start->task_text, success,
			reason, start->message);
}

void fw_refuse(struct fw *fw, const struct fw_start *start, const char *reason,
	       uint32_t prompt)
{
	fw_notice(fw, JOBJAM_FW_NOTICE_REFUSED,
		  (struct jobjam_fw_notice){.task = start->task,
					    .message = start->message,
					    .prompt = prompt,
					    .reason = reason,
					    .job = start->name});
	fw_answer(fw, start, false, reason);
}

static bool find_file(struct fw *fw, const struct fw_start *start,
		      struct jobjam_fw_file *ret_file)
{
	memset(ret_file, 0, sizeof(*ret_file));
	ret_file->size = sizeof(*ret_file);
	return fw->host->file(fw->host->arg, start->md5, start->url, ret_file) == 0;
}

bool fw_has_file(struct fw *fw, const struct fw_start *start)
{
	struct jobjam_fw_file file;
	return find_file(fw, start, &file);
}

/* What a job has to do with from here on: its sequence begins. */
static void take_up(struct fw *fw, const struct fw_start *start,
		    const struct jobjam_fw_file *file, uint32_t layer)
{
	struct fw_state *s = fw->s;
	s->job = *start;
	s->file = *file;
	s->from_layer = layer;
	s->busy = true;
	s->paused = s->pausing = false;
	s->print_error = 0;
	s->fail_reason[0] = '\0';
}

bool fw_begin(struct fw *fw, const struct fw_start *start, uint32_t prompt, bool answer)
{
	struct jobjam_fw_file file;
	if (!find_file(fw, start, &file)) {
		fw_refuse(fw, start, "no_file", prompt);
		return false;
	}
	take_up(fw, start, &file, 0);
	fw_notice(fw, JOBJAM_FW_NOTICE_START,
		  (struct jobjam_fw_notice){.task = start->task,
					    .message = start->message,
					    .prompt = prompt,
					    .job = start->name,
					    .file = file.md5});
	if (answer)
		fw_answer(fw, start, true, "");
	fw_sequence_begin(fw);
	fw_report_soon(fw);
	return true;
}

bool fw_hold(struct fw *fw, const struct fw_start *start, uint32_t layer)
{
	struct jobjam_fw_file file;
	if (!find_file(fw, start, &file) || layer == 0 || layer >= file.layers)
		return false;
	fw->s->job = *start;
	fw->s->file = file;
	fw->s->layer = layer;
	fw->s->percent = layer * 100 / file.layers;
	fw->s->state = JOBJAM_FW_PAUSE;
	return true;
}

void fw_resume(struct fw *fw, uint32_t prompt)
{
	const struct fw_start job = fw->s->job;
	const struct jobjam_fw_file file = fw->s->file;
	take_up(fw, &job, &file, fw->s->layer);
	fw_notice(fw, JOBJAM_FW_NOTICE_RESUMED,
		  (struct jobjam_fw_notice){.task = job.task,
					    .prompt = prompt,
					    .layers = fw->s->from_layer,
					    .job = job.name,
					    .file = file.md5});
	fw_sequence_begin(fw);
	fw_report_soon(fw);
}

void fw_end(struct fw *fw, const char *how, const char *fail_reason, int print_error)
{
	struct fw_state *s = fw->s;
	uint32_t seq = s->motion.seq + 1;
	s->busy = s->paused = s->pausing = false;
	s->state = fw_same(how, "finished") ? JOBJAM_FW_FINISH : JOBJAM_FW_FAILED;
	s->stage = 0;
	s->print_error = print_error;
	memset(s->fail_reason, 0, sizeof(s->fail_reason));
	memcpy(s->fail_reason, fail_reason,
	       strnlen(fail_reason, sizeof(s->fail_reason) - 1));
	s->part_fan = 0.0;
	s->motion = (struct jobjam_fw_motion){.seq = seq, .kind = JOBJAM_FW_MOVE_PARKED};
	fw_heaters_off(fw);
	fw_notice(fw, JOBJAM_FW_NOTICE_ENDED,
		  (struct jobjam_fw_notice){.task = s->job.task,
					    .job = s->job.name,
					    .reason = how,
					    .layers = s->layer});
	fw_report_soon(fw);
	if (fw_policy.ended)
		fw_policy.ended(fw);
}

/* --- heat gone wrong ------------------------------------------------------------- */

/* Even: bed, odd: nozzle; the public code in the rest. */
static uint32_t alert_code(const struct fw_finding *finding)
{
	return (uint32_t)finding->fault << 1 | finding->nozzle;
}

static struct jobjam_fw_notice told(const struct fw_finding *finding)
{
	return (struct jobjam_fw_notice){.code = alert_code(finding),
					 .what = finding->nozzle ? "nozzle" : "bed",
					 .reason = finding->rule,
					 .reading_c = finding->reading_c};
}

void fw_alert(struct fw *fw, const struct fw_finding *finding)
{
	if (fw->s->alert)
		return;
	fw->s->alert = alert_code(finding);
	fw_notice(fw, JOBJAM_FW_NOTICE_ALERT, told(finding));
	fw_report_soon(fw);
}

void fw_trip(struct fw *fw, const struct fw_finding *finding)
{
	fw->s->fault_code = alert_code(finding);
	fw_notice(fw, JOBJAM_FW_NOTICE_TRIP, told(finding));
	if (fw->s->alert != alert_code(finding))
		fw->s->alert = 0; /* a warning's: this says more */
	fw_alert(fw, finding);
}

/* --- what came in ---------------------------------------------------------------- */

static const int CANCELLED = 0x0300400C;

static void do_stop(struct fw *fw, const struct fw_request *request)
{
	struct fw_state *s = fw->s;
	int64_t task = request->as.stop_task;
	char digits[24] = "";
	/* The reply repeats the task that was named, in the reader's own form. */
	if (task > 0) {
		size_t at = sizeof(digits) - 1;
		uint64_t rest = (uint64_t)task;
		while (rest > 0 && at > 0) {
			digits[--at] = (char)('0' + rest % 10);
			rest /= 10;
		}
		memmove(digits, digits + at, sizeof(digits) - at);
	}
	fw_report_reply(fw, "stop", request->sequence, digits, true, "",
			request->message);
	if (s->busy && (task == 0 || task == s->job.task))
		fw_end(fw, "cancelled", "cancelled", CANCELLED);
	else if (fw_policy.stop)
		fw_policy.stop(fw, task);
}

static void do_confirm(struct fw *fw, const struct fw_request *request)
{
	const char *reason = "declined";
	bool taken =
		fw_policy.confirm && fw_policy.confirm(fw, &request->as.confirm, &reason);
	fw_report_reply(fw, "plate_confirm", request->sequence, "", taken,
			taken ? "" : reason, request->message);
}

static void do_request(struct fw *fw, const struct fw_request *request)
{
	switch (request->kind) {
	case FW_START:
		fw_policy.start(fw, &request->as.start);
		break;
	case FW_ORDER:
		fw_do_order(fw, &request->as.order);
		break;
	case FW_STOP:
		do_stop(fw, request);
		break;
	case FW_CONFIRM:
		do_confirm(fw, request);
		break;
	case FW_PUSHALL:
		fw_report_status(fw, true, false, request->message);
		break;
	}
}

/* At rest a preheat; not in the start sequence, which has targets of its own, not while
 * somebody is asked, and not after a trip. */
static void set_nozzle(struct fw *fw, uint32_t target_c)
{
	bool at_rest = !fw->s->busy && fw->s->prompt.id == 0 && fw->s->fault_code == 0;
	if (at_rest || fw->s->paused || fw_sequence_printing(fw))
		fw_set_targets(fw, target_c, fw->s->bed.target_c);
}

static void do_user(struct fw *fw, uint32_t event, uint32_t arg)
{
	if (event == JOBJAM_FW_USER_STOP && fw->s->busy)
		fw_end(fw, "cancelled", "cancelled", CANCELLED);
	else if (event == JOBJAM_FW_USER_NOZZLE)
		set_nozzle(fw, arg);
	else if (fw_policy.user)
		fw_policy.user(fw, event, arg);
}

static void work_off(struct fw *fw)
{
	struct fw_state *s = fw->s;
	for (uint32_t i = 0; i < s->n_users; i++)
		do_user(fw, s->users[i].event, s->users[i].arg);
	s->n_users = 0;
	for (uint32_t i = 0; i < s->n_inbox; i++)
		do_request(fw, &s->inbox[i]);
	s->n_inbox = 0;
}

/* --- the table ------------------------------------------------------------------- */

static const struct jobjam_fw_info *get_info(void)
{
	return fw_policy.info;
}

static size_t state_size(void)
{
	return sizeof(struct fw_state) + fw_policy.memory_size;
}

static void destroy(struct jobjam_fw *handle)
{
	struct fw *fw = (struct fw *)handle;
	if (!fw)
		return;
	free(fw->s);
	free(fw);
}

/* A host that does not know these members has a smaller struct. */
static void read_data_sheet(struct fw *fw, const struct jobjam_fw_config *config)
{
	if (config->size < sizeof(*config))
		return;
	fw->hotend = (struct fw_hotend_data){
		.known = config->nozzle_w > 0 && config->nozzle_j_k > 0 &&
			 config->nozzle_loss_w_k > 0 && config->nozzle_sensor_per_s > 0,
		.heater_w = config->nozzle_w,
		.heater_alpha = config->nozzle_alpha,
		.block_j_k = config->nozzle_j_k,
		.sensor_per_s = config->nozzle_sensor_per_s,
		.lag_s = config->nozzle_lag_s,
		.loss_w_k = config->nozzle_loss_w_k,
		.loss_fan_w_k = config->nozzle_loss_fan_w_k,
	};
	fw->bed_data = (struct fw_bed_data){
		.known = config->bed_w > 0 && config->bed_j_k > 0,
		.heater_w = config->bed_w,
		.plate_j_k = config->bed_j_k,
		.loss_w_k = config->bed_loss_w_k,
	};
}

static int create(const struct jobjam_fw_host *host,
		  const struct jobjam_fw_config *config, uint64_t now_us,
		  struct jobjam_fw **ret_fw)
{
	const size_t n_values =
		sizeof(((struct fw *)0)->values) / sizeof(config->values[0]);
	if (config->n_values != fw_policy.info->n_settings || config->n_values > n_values)
		return JOBJAM_FW_ERROR;
	struct fw *fw = calloc(1, sizeof(*fw));
	if (!fw)
		return JOBJAM_FW_ERROR;
	fw->s = calloc(1, state_size());
	if (!fw->s) {
		free(fw);
		return JOBJAM_FW_ERROR;
	}
	fw->memory = fw->s + 1;
	fw->host = host;
	fw->has_plate_sensor = config->has_plate_sensor != 0;
	fw->full_reports = config->full_reports != 0;
	fw->bed_x_mm = config->bed_x_mm;
	fw->bed_y_mm = config->bed_y_mm;
	read_data_sheet(fw, config);
	if (config->n_values > 0)
		memcpy(fw->values, config->values,
		       config->n_values * sizeof(config->values[0]));
	fw->s->now_us = now_us;
	fw->s->state = JOBJAM_FW_IDLE;
	if (fw_policy.boot)
		fw_policy.boot(fw);
	*ret_fw = (struct jobjam_fw *)fw;
	return JOBJAM_FW_OK;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void set_outputs(const struct fw *fw, struct jobjam_fw_actuators *out)
{
	const struct fw_state *s = fw->s;
	uint64_t wake = fw_sequence_wake(fw);
	if (s->busy && s->online)
		wake = earlier(wake, s->next_report_us);
	if (fw_policy.next_wake)
		wake = earlier(wake, fw_policy.next_wake(fw));
	struct jobjam_fw_actuators set = {
		.size = out->size < sizeof(set) ? out->size : (uint32_t)sizeof(set),
		.state = s->state,
		.stage = s->busy ? s->stage : -1,
		.prompt = s->prompt.id,
		.fault_code = s->fault_code,
		.supply_off = s->supply_off,
		.nozzle_pwm = s->nozzle.pwm,
		.bed_pwm = s->bed.pwm,
		.nozzle_target_c = s->nozzle.target_c,
		.bed_target_c = s->bed.target_c,
		.part_fan = s->part_fan,
		.motion = s->motion,
		.next_wake_us = wake,
		.from_mm = fw_sequence_from_mm(fw),
	};
	memcpy(out, &set, set.size); /* an older host has room for less */
}

static int step(struct jobjam_fw *handle, const struct jobjam_fw_sensors *sensors,
		uint64_t dt_us, struct jobjam_fw_actuators *ret_actuators)
{
	struct fw *fw = (struct fw *)handle;
	struct fw_state *s = fw->s;
	fw->sensors = sensors;
	s->now_us = sensors->now_us;
	work_off(fw);
	fw_sequence_run(fw);
	fw_heat(fw, dt_us);
	if (fw_policy.tick)
		fw_policy.tick(fw, dt_us);
	if (s->report_due)
		fw_report_status(fw, s->report_full, false, 0);
	else if (s->busy && s->now_us >= s->next_report_us)
		fw_report_status(fw, false, true, 0);
	set_outputs(fw, ret_actuators);
	fw->sensors = NULL;
	return JOBJAM_FW_OK;
}

static int net_rx(struct jobjam_fw *handle, const void *payload, size_t length,
		  uint64_t message)
{
	struct fw *fw = (struct fw *)handle;
	const char *why = "";
	if (fw->s->n_inbox == FW_INBOX) {
		fw_log(fw, "request ignored: too many at once");
		return JOBJAM_FW_DISCARD;
	}
	struct fw_request *request = &fw->s->inbox[fw->s->n_inbox];
	request->message = message;
	if (!fw_request_read(payload, length, request, &why)) {
		fw_log(fw, why);
		return JOBJAM_FW_DISCARD;
	}
	fw->s->n_inbox++;
	return JOBJAM_FW_OK;
}

static int net_event(struct jobjam_fw *handle, uint32_t event)
{
	struct fw *fw = (struct fw *)handle;
	fw->s->online = event == JOBJAM_FW_NET_UP;
	if (fw->s->online)
		fw->s->report_due = fw->s->report_full = true;
	return JOBJAM_FW_OK;
}

static int user_did(struct jobjam_fw *handle, uint32_t event, uint32_t arg)
{
	struct fw_state *s = ((struct fw *)handle)->s;
	if (s->n_users == FW_INBOX)
		return JOBJAM_FW_DISCARD;
	s->users[s->n_users].event = event;
	s->users[s->n_users++].arg = arg;
	return JOBJAM_FW_OK;
}

static int save(const struct jobjam_fw *handle, void *bytes, size_t *size)
{
	const struct fw *fw = (const struct fw *)handle;
	if (bytes && *size < state_size())
		return JOBJAM_FW_ERROR;
	if (bytes)
		memcpy(bytes, fw->s, state_size());
	*size = state_size();
	return JOBJAM_FW_OK;
}

static int load(struct jobjam_fw *handle, const void *bytes, size_t size)
{
	struct fw *fw = (struct fw *)handle;
	if (size != state_size())
		return JOBJAM_FW_ERROR;
	memcpy(fw->s, bytes, size);
	return JOBJAM_FW_OK;
}

const struct jobjam_fw_api jobjam_firmware = {
	.size = sizeof(jobjam_firmware),
	.abi_major = JOBJAM_FW_ABI_MAJOR,
	.abi_minor = JOBJAM_FW_ABI_MINOR,
	.get_info = get_info,
	.create = create,
	.step = step,
	.net_rx = net_rx,
	.net_event = net_event,
	.user = user_did,
	.save = save,
	.load = load,
	.destroy = destroy,
};
