/* check_abi.c - checks that call the build's functions; each in a process of its own. */
#include "printers/firmware/check_bench.h"

#include "printers/firmware/instance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	for (int i = 0; i < BENCH_LIFE; i++) {
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
	return bench_no_error(&bench, why);
}

bool check_same_twice(const struct jobjam_fw_api *api, char why[CHECK_WHY])
{
	static struct bench one, other;
	bool many = api->get_info()->caps & JOBJAM_FW_CAP_MULTI;
	if (!bench_open(&one, api, why))
		return false;
	if (!many) {
		for (int i = 0; i < BENCH_LIFE; i++)
			bench_live(&one, i);
		api->destroy(one.fw);
		one.fw = NULL;
	}
	if (!bench_open(&other, api, why))
		return false;
	for (int i = 0; i < BENCH_LIFE; i++) {
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
		return bench_no_error(&one, why);
	snprintf(why, CHECK_WHY,
		 "a second life of the same inputs differs from the first");
	return false;
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
	return bench_no_error(&bench, why);
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
	return bench.status == 0 || bench_no_error(&bench, why);
}
