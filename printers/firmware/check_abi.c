/* check_abi.c - checks that call the build's functions; each in a process of its own. */
#include "printers/firmware/check_room.h"

#include "printers/firmware/instance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A bench: an instance, its inputs, and a hash of everything that it ever says or sets. */
struct bench {
	const struct jobjam_fw_api *api;
	struct jobjam_fw *fw;
	struct jobjam_fw_host host;
	struct jobjam_fw_sensors sensors;
	struct jobjam_fw_actuators out;
	uint64_t hash, chance, message, said;
	uint32_t nv_length[8];
	uint8_t nv[8][4096];
	int status;
};

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

static bool bench_open(struct bench *bench, const struct jobjam_fw_api *api,
		       char why[CHECK_WHY])
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
static void bench_step(struct bench *bench, uint64_t dt_us)
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

static int bench_hear(struct bench *bench, const char *text, size_t length)
{
	return bench->api->net_rx(bench->fw, text, length, ++bench->message);
}

static void bench_start(struct bench *bench, int task)
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
static void bench_live(struct bench *bench, int i)
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

enum {
	LIFE = 6000
};

static bool no_error(const struct bench *bench, char why[CHECK_WHY])
{
	if (bench->status == 0)
		return true;
	bool known = bench->status >= JOBJAM_FW_OK && bench->status <= JOBJAM_FW_FATAL;
	snprintf(why, CHECK_WHY, "step() answers %d%s", bench->status,
		 known ? "" : ", which is no status of the ABI");
	return false;
}

/* --- the checks -------------------------------------------------------------------- */

bool check_struct_sizes(const struct jobjam_fw_api *api, char why[CHECK_WHY])
{
	static struct bench bench;
	enum {
		MORE = 256
	};
	const size_t oldest = FW_SIZE_1_0(struct jobjam_fw_actuators, next_wake_us);
	struct {
		struct jobjam_fw_actuators out;
		uint8_t behind[MORE];
	} room;
	struct {
		struct jobjam_fw_sensors in;
		uint8_t behind[MORE];
	} sensors;
	if (!bench_open(&bench, api, why))
		return false;
	memset(&sensors, 0xA5u, sizeof(sensors));
	sensors.in = bench.sensors;
	const uint32_t sizes[] = {(uint32_t)oldest, sizeof(room.out), sizeof(room)};
	for (int i = 0; i < 3; i++) {
		memset(&room, 0xA5u, sizeof(room));
		memset(&room.out, 0,
		       sizes[i] < sizeof(room.out) ? sizes[i] : sizeof(room.out));
		room.out.size = sizes[i];
		sensors.in.size = i == 2 ? sizeof(sensors) : sizeof(sensors.in);
		sensors.in.now_us += 250000;
		snprintf(why, CHECK_WHY, "with actuators of %u bytes", sizes[i]);
		int status = api->step(bench.fw, &sensors.in, 250000, &room.out);
		if (status != JOBJAM_FW_OK && status != JOBJAM_FW_WARN) {
			snprintf(why, CHECK_WHY,
				 "step() answers %d with actuators of %u bytes", status,
				 sizes[i]);
			return false;
		}
		if (room.out.size < oldest || room.out.size > sizes[i]) {
			snprintf(
				why, CHECK_WHY,
				"it sets size to %u; at least %zu and at most the given %u "
				"are possible",
				room.out.size, oldest, sizes[i]);
			return false;
		}
		const uint8_t *bytes = (const uint8_t *)&room;
		for (size_t k = sizes[i]; k < sizeof(room); k++)
			if (bytes[k] != 0xA5u) {
				snprintf(
					why, CHECK_WHY,
					"it writes %zu bytes behind actuators of %u bytes",
					k - sizes[i] + 1, sizes[i]);
				return false;
			}
	}
	why[0] = '\0';
	return true;
}

bool check_no_time_no_change(const struct jobjam_fw_api *api, char why[CHECK_WHY])
{
	static struct bench bench;
	if (!bench_open(&bench, api, why))
		return false;
	for (int i = 0; i < LIFE; i++) {
		bench_live(&bench, i);
		if (i % 50 != 0)
			continue;
		bench_step(&bench, 0); /* works off what the first may have left */
		struct jobjam_fw_actuators before = bench.out;
		uint64_t said = bench.said;
		bench_step(&bench, 0);
		if (bench.said != said || before.state != bench.out.state ||
		    before.nozzle_pwm != bench.out.nozzle_pwm ||
		    before.bed_pwm != bench.out.bed_pwm ||
		    before.motion.seq != bench.out.motion.seq ||
		    before.prompt != bench.out.prompt) {
			snprintf(why, CHECK_WHY,
				 "at %llu ms a second step at the same instant %s",
				 (unsigned long long)bench.sensors.now_us / 1000,
				 bench.said != said ? "says something anew"
						    : "changes an output");
			return false;
		}
	}
	return no_error(&bench, why);
}

bool check_same_twice(const struct jobjam_fw_api *api, char why[CHECK_WHY])
{
	static struct bench one, other;
	bool many = api->get_info()->caps & JOBJAM_FW_CAP_MULTI;
	if (!bench_open(&one, api, why))
		return false;
	if (!many) {
		for (int i = 0; i < LIFE; i++)
			bench_live(&one, i);
		api->destroy(one.fw);
		one.fw = NULL;
	}
	if (!bench_open(&other, api, why))
		return false;
	for (int i = 0; i < LIFE; i++) {
		if (many)
			bench_live(&one, i);
		bench_live(&other, i);
		if (many && one.hash != other.hash) {
			snprintf(why, CHECK_WHY, "two instances differ after %llu ms",
				 (unsigned long long)one.sensors.now_us / 1000);
			return false;
		}
	}
	if (one.hash == other.hash)
		return no_error(&one, why);
	snprintf(why, CHECK_WHY,
		 "a second life of the same inputs differs from the first");
	return false;
}

/* Everything of a bench but the instance. */
static void keep(struct bench *to, const struct bench *from)
{
	struct jobjam_fw *fw = to->fw;
	struct jobjam_fw_host host = to->host;
	*to = *from;
	to->fw = fw;
	to->host = host;
}

static bool goes_on_the_same(struct bench *bench, int from, const void *state,
			     size_t size, const char *what, char why[CHECK_WHY])
{
	static struct bench before, after;
	before = *bench;
	for (int i = from; i < from + 300; i++)
		bench_live(bench, i);
	after = *bench;
	keep(bench, &before);
	int status = bench->api->load(bench->fw, state, size);
	if (status != JOBJAM_FW_OK && status != JOBJAM_FW_WARN) {
		snprintf(why, CHECK_WHY, "load() answers %d to what save() wrote",
			 status);
		return false;
	}
	for (int i = from; i < from + 300; i++)
		bench_live(bench, i);
	if (bench->hash == after.hash)
		return true;
	snprintf(why, CHECK_WHY,
		 "after load() %s it goes on differently (saved at %llu ms)", what,
		 (unsigned long long)before.sensors.now_us / 1000);
	return false;
}

bool check_save_and_load(const struct jobjam_fw_api *api, char why[CHECK_WHY])
{
	static struct bench bench, fresh;
	static uint8_t state[1 << 20];
	if (!bench_open(&bench, api, why))
		return false;
	for (int i = 0; i < LIFE; i++) {
		if (i % 300 == 0) {
			size_t size = 0, used;
			int status = api->save(bench.fw, NULL, &size);
			if (status > JOBJAM_FW_WARN || size == 0 ||
			    size > sizeof(state)) {
				snprintf(
					why, CHECK_WHY,
					"save(NULL) answers %d and wants %zu bytes; 1 to "
					"%zu are possible",
					status, size, sizeof(state));
				return false;
			}
			used = size;
			memset(state, 0xA5u, sizeof(state));
			status = api->save(bench.fw, state, &used);
			if (status > JOBJAM_FW_WARN || used > size ||
			    (size < sizeof(state) && state[size] != 0xA5u)) {
				snprintf(why, CHECK_WHY,
					 "save() answers %d and writes more than the %zu "
					 "bytes it wanted",
					 status, size);
				return false;
			}
			if (!goes_on_the_same(&bench, i, state, used, "in place", why))
				return false;
			if (i % 1500 == 0 && i > 0 &&
			    (api->get_info()->caps & JOBJAM_FW_CAP_MULTI)) {
				static struct bench in_place;
				in_place = bench;
				if (!bench_open(&fresh, api, why))
					return false;
				keep(&fresh, &bench);
				/* back to the instant of the saved state */
				api->load(bench.fw, state, used);
				api->load(fresh.fw, state, used);
				fresh.hash = bench.hash = 1;
				for (int k = i; k < i + 300; k++) {
					bench_live(&bench, k);
					bench_live(&fresh, k);
				}
				if (fresh.hash != bench.hash) {
					snprintf(
						why, CHECK_WHY,
						"a new instance goes on differently after "
						"load()");
					return false;
				}
				api->destroy(fresh.fw);
				keep(&bench, &in_place);
			}
			i += 299; /* goes_on_the_same() has lived them */
			continue;
		}
		bench_live(&bench, i);
	}
	size_t small = 1;
	uint8_t guard[64];
	memset(guard, 0xA5u, sizeof(guard));
	int status = api->save(bench.fw, guard, &small);
	size_t whole = 0;
	api->save(bench.fw, NULL, &whole);
	if (whole > 1 && (status <= JOBJAM_FW_WARN || guard[1] != 0xA5u)) {
		snprintf(why, CHECK_WHY,
			 "save() into 1 byte answers %d; ERROR without writing is wanted",
			 status);
		return false;
	}
	return no_error(&bench, why);
}

bool check_malformed(const struct jobjam_fw_api *api, char why[CHECK_WHY])
{
	static const char *const TEXTS[] = {
		"",
		"{",
		"}",
		"null",
		"[]",
		"{}",
		"\"",
		"{\"print\":",
		"{\"print\":null}",
		"{\"print\":[]}",
		"{\"print\":{\"command\":7}}",
		"{\"print\":{\"command\":\"project_file\"}}",
		"{\"print\":{\"command\":\"project_file\",\"task_id\":\"-9\",\"md5\":\"\"}}",
		"{\"print\":{\"command\":\"project_file\",\"task_id\":1e999,\"md5\":[]}}",
		"{\"print\":{\"command\":\"project_file\",\"task_id\":"
		"\"99999999999999999999999\",\"url\":\"\\u0000\"}}",
		"{\"print\":{\"command\":\"stop\"}}",
		"{\"print\":{\"command\":\"plate_confirm\"}}",
		"{\"unknown\":{\"command\":\"start\"}}",
		"\xff\xfe\x00\x01",
		"NaN",
	};
	static struct bench bench;
	static char huge[256 * 1024];
	if (!bench_open(&bench, api, why))
		return false;
	api->net_event(bench.fw, JOBJAM_FW_NET_UP);
	for (int i = 0; i < 1000; i++) {
		const char *text = TEXTS[i % (sizeof(TEXTS) / sizeof(TEXTS[0]))];
		size_t length = strlen(text);
		if (i % 50 == 49) { /* deep, or long, or not ended */
			memset(huge, i % 100 == 49 ? '[' : 'x', sizeof(huge));
			text = huge;
			length = sizeof(huge);
		}
		snprintf(why, CHECK_WHY, "message %d: %.40s", i, text);
		int status = bench_hear(&bench, text, length);
		if (i % 3 != 2)
			bench_step(&bench, 100000);
		if (status == JOBJAM_FW_OK || status == JOBJAM_FW_WARN ||
		    status == JOBJAM_FW_DISCARD)
			continue;
		snprintf(why, CHECK_WHY, "net_rx() answers %d to %.40s", status, text);
		return false;
	}
	if (bench.out.nozzle_pwm > 0 || bench.out.bed_pwm > 0 ||
	    bench.out.nozzle_target_c > 0) {
		snprintf(why, CHECK_WHY, "it heats after malformed messages");
		return false;
	}
	why[0] = '\0';
	return no_error(&bench, why);
}

bool check_next_wake(const struct jobjam_fw_api *api, char why[CHECK_WHY])
{
	static struct bench bench;
	int steps = 0;
	if (!bench_open(&bench, api, why))
		return false;
	api->net_event(bench.fw, JOBJAM_FW_NET_UP);
	bench_step(&bench, 0);
	bench_start(&bench, 1);
	bench_step(&bench, 0);
	/* Twenty minutes of its own pace, every seventh step earlier than it asked for. */
	while (bench.sensors.now_us < UINT64_C(1200000000)) {
		uint64_t now = bench.sensors.now_us, wake = bench.out.next_wake_us;
		if (wake == JOBJAM_FW_NEVER)
			break;
		if (wake <= now) {
			snprintf(why, CHECK_WHY,
				 "at %llu us it asks for its next step at %llu us",
				 (unsigned long long)now, (unsigned long long)wake);
			return false;
		}
		if (++steps > 200000) {
			snprintf(why, CHECK_WHY, "it takes 200000 steps for %llu ms",
				 (unsigned long long)now / 1000);
			return false;
		}
		bench_step(&bench, steps % 7 == 0 ? (wake - now + 1) / 2 : wake - now);
	}
	if (bench.sensors.now_us > 0)
		snprintf(why, CHECK_WHY, "%llu steps a minute while a job is on it",
			 (unsigned long long)steps * 60000000 / bench.sensors.now_us);
	return bench.status == 0 || no_error(&bench, why);
}
