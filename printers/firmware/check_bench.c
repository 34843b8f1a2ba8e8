/* check_bench.c - the bench's callbacks, and its life. */
#include "printers/firmware/check_bench.h"

#include "printers/firmware/instance.h"

#include <stdio.h>
#include <string.h>

static void mix(struct bench *bench, const void *bytes, size_t length)
{
	const uint8_t *at = bytes;
	for (size_t i = 0; i < length; i++)
		bench->hash = (bench->hash ^ at[i]) * UINT64_C(0x100000001b3);
}

static void mix_text(struct bench *bench, const char *text)
{
	mix(bench, text ? text : "", strlen(text ? text : "") + 1);
}

static void on_log(void *arg, const char *text)
{
	mix_text(arg, text);
}

static void on_tx(void *arg, const void *payload, size_t length, int qos, uint32_t flags,
		  uint64_t message)
{
	struct bench *bench = arg;
	bench->said++;
	mix(bench, payload, length);
	mix(bench, &qos, sizeof(qos));
	mix(bench, &flags, sizeof(flags));
	mix(bench, &message, sizeof(message));
}

static uint32_t on_read(void *arg, uint32_t key, void *bytes, uint32_t size)
{
	struct bench *bench = arg;
	if (key >= 8)
		return 0;
	uint32_t length = bench->nv_length[key];
	memcpy(bytes, bench->nv[key], length < size ? length : size);
	return length;
}

static int on_write(void *arg, uint32_t key, const void *bytes, uint32_t size)
{
	struct bench *bench = arg;
	if (key >= 8 || size > sizeof(bench->nv[0]))
		return -1;
	memcpy(bench->nv[key], bytes, size);
	bench->nv_length[key] = size;
	mix(bench, bytes, size);
	return 0;
}

static uint64_t on_chance(void *arg)
{
	struct bench *bench = arg;
	return bench->chance = bench->chance * UINT64_C(6364136223846793005) + 1;
}

static int64_t on_date(void *arg)
{
	const struct bench *bench = arg;
	return INT64_C(1692025200000) + (int64_t)(bench->sensors.now_us / 1000);
}

static int on_file(void *arg, const char *md5, const char *url,
		   struct jobjam_fw_file *file)
{
	struct jobjam_fw_file known = {
		.layers = 40,
		.name = "bracket",
		.md5 = "aa11",
		.x0_mm = 108,
		.y0_mm = 108,
		.x1_mm = 148,
		.y1_mm = 148,
		.height_mm = 8,
		.layer_mm = 0.2,
		.print_us = UINT64_C(600000000),
		.grams = 5,
		.metres = 1.68,
		.nozzle_c = 220,
		.bed_c = 60,
	};
	(void)arg;
	(void)url;
	if (!md5 || strcmp(md5, "aa11") != 0)
		return -1;
	uint32_t size = file->size;
	known.size = size < sizeof(known) ? size : (uint32_t)sizeof(known);
	memcpy(file, &known, known.size);
	return 0;
}

static void on_notice(void *arg, const struct jobjam_fw_notice *notice)
{
	struct bench *bench = arg;
	bench->said++;
	mix(bench, &notice->kind, sizeof(notice->kind));
	mix(bench, &notice->task, sizeof(notice->task));
	mix(bench, &notice->message, sizeof(notice->message));
	mix(bench, &notice->prompt, sizeof(notice->prompt));
	mix_text(bench, notice->reason);
}

bool bench_open(struct bench *bench, const struct jobjam_fw_api *api, char why[CHECK_WHY])
{
	/* What the settings would be is not known here: every one at 0 but durations,
	 * which are given as 5 minutes, and switches, which are on. */
	static struct jobjam_fw_value values[FIRMWARE_SETTINGS_MAX];
	const struct jobjam_fw_info *info = api->get_info();
	for (uint32_t i = 0; i < info->n_settings; i++) {
		const struct jobjam_fw_setting *setting =
			(const void *)((const char *)info->settings +
				       i * info->settings->size);
		values[i].integer = setting->type == JOBJAM_FW_DURATION ? 300000000
				    : setting->type == JOBJAM_FW_BOOL   ? 1
									: 0;
		if (setting->type != JOBJAM_FW_DURATION &&
		    (double)values[i].integer < setting->min)
			values[i].integer = (int64_t)setting->min;
		values[i].real = setting->min;
	}
	struct jobjam_fw_config config = {
		.size = sizeof(config),
		.full_reports = 1,
		.n_values = info->n_settings,
		.serial = "SIM00001",
		.values = values,
		.bed_x_mm = 256,
		.bed_y_mm = 256,
	};
	memset(bench, 0, sizeof(*bench));
	bench->api = api;
	bench->hash = UINT64_C(0xcbf29ce484222325);
	bench->host = (struct jobjam_fw_host){
		.size = sizeof(bench->host),
		.arg = bench,
		.log = on_log,
		.net_tx = on_tx,
		.nv_read = on_read,
		.nv_write = on_write,
		.rand64 = on_chance,
		.utc_ms = on_date,
		.file = on_file,
		.notice = on_notice,
	};
	bench->sensors = (struct jobjam_fw_sensors){.size = sizeof(bench->sensors),
						    .nozzle_c = 22,
						    .bed_c = 22,
						    .chamber_c = 22};
	int status = api->create(&bench->host, &config, 0, &bench->fw);
	if ((status == JOBJAM_FW_OK || status == JOBJAM_FW_WARN) && bench->fw)
		return true;
	snprintf(why, CHECK_WHY, "create() answers %d", status);
	return false;
}

/* A step after dt, with readings that follow the duties in a crude way. */
void bench_step(struct bench *bench, uint64_t dt_us)
{
	double s = (double)dt_us * 1e-6;
	struct jobjam_fw_sensors *in = &bench->sensors;
	in->now_us += dt_us;
	in->nozzle_c += s * (4.0 * bench->out.nozzle_pwm - (in->nozzle_c - 22) * 0.01);
	in->bed_c += s * (1.0 * bench->out.bed_pwm - (in->bed_c - 22) * 0.005);
	bench->out.size = sizeof(bench->out);
	int status = bench->api->step(bench->fw, in, dt_us, &bench->out);
	if (status != JOBJAM_FW_OK && status != JOBJAM_FW_WARN)
		bench->status = status;
	mix(bench, &bench->out.state, sizeof(bench->out.state));
	mix(bench, &bench->out.prompt, sizeof(bench->out.prompt));
	mix(bench, &bench->out.fault_code, sizeof(bench->out.fault_code));
	mix(bench, &bench->out.nozzle_pwm, sizeof(double));
	mix(bench, &bench->out.bed_pwm, sizeof(double));
	mix(bench, &bench->out.nozzle_target_c, sizeof(double));
	mix(bench, &bench->out.motion.seq, sizeof(uint32_t));
	mix(bench, &bench->out.next_wake_us, sizeof(uint64_t));
}

int bench_hear(struct bench *bench, const char *text, size_t length)
{
	return bench->api->net_rx(bench->fw, text, length, ++bench->message);
}

void bench_start(struct bench *bench, int task)
{
	char text[400];
	int n = snprintf(
		text, sizeof(text),
		"{\"print\":{\"sequence_id\":\"%d\",\"command\":\"project_file\","
		"\"task_id\":\"%d\",\"subtask_id\":\"9%d\",\"subtask_name\":"
		"\"bracket\",\"url\":\"https://cdn.example.invalid/p/aa11.3mf\","
		"\"md5\":\"aa11\",\"sent_at\":%lld}}",
		task, task, task, (long long)on_date(bench));
	bench_hear(bench, text, (size_t)n);
}

static const char PUSHALL[] = "{\"pushing\":{\"command\":\"pushall\"}}";

/* The i-th part of a busy life: whatever i, always the same. */
void bench_live(struct bench *bench, int i)
{
	if (i == 3)
		bench->api->net_event(bench->fw, JOBJAM_FW_NET_UP);
	if (i == 10 || i == 4000)
		bench_start(bench, i);
	if (i == 14 && bench->out.prompt)
		bench->api->user(bench->fw, JOBJAM_FW_USER_YES, bench->out.prompt);
	if (i % 977 == 500)
		bench_hear(bench, PUSHALL, sizeof(PUSHALL) - 1);
	if (i == 3000)
		bench->api->user(bench->fw, JOBJAM_FW_USER_STOP, 0);
	if (i == 3500)
		bench->api->user(bench->fw, JOBJAM_FW_USER_PLATE_EMPTY, 0);
	bench_step(bench, i % 13 == 0 ? 0 : 250000);
}

bool bench_no_error(const struct bench *bench, char why[CHECK_WHY])
{
	if (bench->status == 0)
		return true;
	bool known = bench->status >= JOBJAM_FW_OK && bench->status <= JOBJAM_FW_FATAL;
	snprintf(why, CHECK_WHY, "step() answers %d%s", bench->status,
		 known ? "" : ", which is no status of the ABI");
	return false;
}
