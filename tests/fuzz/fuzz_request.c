/* fuzz_request.c - requests from anywhere into the guarded firmware build, one a line.
 *
 * The build is compiled in whole: its files are its own and have no other user here. What
 * must hold: every report is JSON, and nothing heats or moves while a person is asked. */
#include "tests/fuzz/fuzz.h"

#include "printers/builds/common/engine.c"
#include "printers/builds/common/heat.c"
#include "printers/builds/common/order.c"
#include "printers/builds/common/protect.c"
#include "printers/builds/common/report.c"
#include "printers/builds/common/request.c"
#include "printers/builds/common/rules.c"
#include "printers/builds/common/rules_power.c"
#include "printers/builds/common/sequence.c"
#include "printers/builds/guarded/build.c"
#include "printers/builds/guarded/memory.c"
#include "printers/builds/guarded/orders.c"
#include "printers/builds/guarded/plate.c"
#include "printers/builds/guarded/questions.c"
#include "printers/builds/guarded/resume.c"
#include "printers/builds/guarded/settings.c"
#include "printers/builds/guarded/start.c"
#include "printers/builds/guarded/trips.c"

#include <assert.h>

struct machine {
	struct jobjam_fw_host host;
	struct jobjam_fw *fw;
	struct jobjam_fw_sensors sensors;
	struct jobjam_fw_actuators out;
	uint8_t nv[4096];
	uint32_t nv_size;
};

static void on_log(void *arg, const char *text)
{
	(void)arg;
	assert(text);
}

static void on_tx(void *arg, const void *payload, size_t length, int qos, uint32_t flags,
		  uint64_t message)
{
	(void)arg;
	(void)qos;
	(void)flags;
	(void)message;
	struct json *root = json_parse(payload, length, NULL);
	assert(root);
	json_free(root);
}

static uint32_t on_nv_read(void *arg, uint32_t key, void *bytes, uint32_t size)
{
	const struct machine *machine = arg;
	(void)key;
	memcpy(bytes, machine->nv, machine->nv_size < size ? machine->nv_size : size);
	return machine->nv_size;
}

static int on_nv_write(void *arg, uint32_t key, const void *bytes, uint32_t size)
{
	struct machine *machine = arg;
	(void)key;
	assert(size <= sizeof(machine->nv));
	memcpy(machine->nv, bytes, size);
	machine->nv_size = size;
	return 0;
}

static int64_t on_utc(void *arg)
{
	const struct machine *machine = arg;
	return 1692025200000 + (int64_t)(machine->sensors.now_us / 1000);
}

static int on_file(void *arg, const char *md5, const char *url,
		   struct jobjam_fw_file *file)
{
	(void)arg;
	(void)url;
	file->layers = 3;
	file->x1_mm = file->y1_mm = 40;
	file->height_mm = 1;
	file->print_us = 20 * FW_S;
	file->grams = file->metres = 1;
	file->nozzle_c = 220;
	file->bed_c = 60;
	return md5[0] == 'a' ? 0 : -1;
}

static void on_notice(void *arg, const struct jobjam_fw_notice *notice)
{
	(void)arg;
	assert(notice->size == sizeof(*notice));
}

/* Readings follow the targets, so that jobs come to their ends. */
static void pass(struct machine *machine, int seconds)
{
	struct jobjam_fw_actuators *out = &machine->out;
	struct jobjam_fw_sensors *sensors = &machine->sensors;
	for (int i = 0; i < seconds; i++) {
		sensors->now_us += FW_S;
		sensors->nozzle_c = out->nozzle_target_c > 0 ? out->nozzle_target_c : 22;
		sensors->bed_c = out->bed_target_c > 0 ? out->bed_target_c : 22;
		jobjam_firmware.step(machine->fw, sensors, FW_S, out);
		if (out->prompt)
			assert(out->nozzle_pwm == 0 && out->bed_pwm == 0 &&
			       out->motion.kind == JOBJAM_FW_MOVE_PARKED);
	}
}

static void power(struct machine *machine)
{
	/* Everything on, questions in both places, five minutes. */
	static const struct jobjam_fw_value ON = {.integer = 1};
	struct jobjam_fw_value values[N_SETTINGS];
	struct jobjam_fw_config config = {
		.size = sizeof(config),
		.has_plate_sensor = 1,
		.n_values = N_SETTINGS,
		.serial = "SIM00001",
		.values = values,
		.bed_x_mm = 256,
		.bed_y_mm = 256,
	};
	for (int i = 0; i < N_SETTINGS; i++)
		values[i] = ON;
	values[SENSOR_FAIL_OPEN].integer = 0;
	values[START_EXPIRY].integer = values[PROMPT_EXPIRY].integer = 300 * FW_S;
	int status = jobjam_firmware.create(&machine->host, &config, 0, &machine->fw);
	assert(status == JOBJAM_FW_OK);
	(void)status;
	jobjam_firmware.net_event(machine->fw, JOBJAM_FW_NET_UP);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct machine machine = {
		.host = {.size = sizeof(machine.host),
			 .log = on_log,
			 .net_tx = on_tx,
			 .nv_read = on_nv_read,
			 .nv_write = on_nv_write,
			 .utc_ms = on_utc,
			 .file = on_file,
			 .notice = on_notice},
		.sensors = {.size = sizeof(machine.sensors),
			    .plate = JOBJAM_FW_PLATE_CLEAR},
		.out = {.size = sizeof(machine.out)},
	};
	machine.host.arg = &machine;
	power(&machine);
	uint64_t message = 0;
	while (size > 0 && message < 64) {
		const uint8_t *end = memchr(bytes, '\n', size);
		size_t length = end ? (size_t)(end - bytes) : size;
		jobjam_firmware.net_rx(machine.fw, bytes, length, ++message);
		/* An empty line lets a whole job pass, and puts something on the plate. */
		pass(&machine, length == 0 ? 300 : 1);
		if (length == 0)
			machine.sensors.plate = JOBJAM_FW_PLATE_OBJECT;
		size -= end ? length + 1 : length;
		bytes += end ? length + 1 : length;
	}
	jobjam_firmware.destroy(machine.fw);
	return 0;
}
