/* The ABI grows at the end of its structs: builds of a lower and of a higher minor version
 * run beside this one. */
#include "tests/unit/printers/rig.h"

#include <unistd.h>

#include "printers/firmware/check.h"
#include "printers/firmware/instance.h"

static char dir[64];

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/jobjam-growth-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	(void)state;
	char command[128];
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

/* The example build against a header that edit (a sed script) makes of ours. */
static const char *built_against(const char *edit)
{
	static char path[128];
	char command[900];
	snprintf(command, sizeof(command),
		 "sed '%s' printers/firmware/jobjam_firmware.h > %s/jobjam_firmware.h && "
		 "cc -std=c11 -O1 -w -shared -fPIC -I%s -o %s/mine.so "
		 "tests/firmware/third-party.c",
		 edit, dir, dir, dir);
	assert_int_equal(system(command), 0);
	snprintf(path, sizeof(path), "%s/mine.so", dir);
	return path;
}

static void prints(const char *path, enum firmware_isolation isolation)
{
	struct rig rig;
	rig_isolation = isolation;
	rig_init(&rig, "p1p", path, NULL);
	rig_isolation = FIRMWARE_INSIDE;
	rig_start(&rig, 1);
	rig_until(&rig, SIM_H);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_CRASHED), 0);
	assert_string_equal(trace_text(rig_last(&rig, KIND_FIRMWARE_ENDED), "how", ""),
			    "finished");
	rig_fini(&rig);
}

static void count_findings(void *arg, const struct firmware_finding *finding)
{
	if (!finding->ok)
		fail_msg("%s: %s", finding->name, finding->why);
	++*(int *)arg;
}

static void conforms(const char *path)
{
	struct sim_error error;
	size_t failed;
	int n = 0;
	assert_int_equal(firmware_check(path, count_findings, &n, &failed, &error), 0);
	assert_int_equal(failed, 0);
	assert_true(n > 10);
}

static void a_build_of_a_higher_minor_version_with_larger_structs_runs(void **state)
{
	(void)state;
	/* A member more at the end of each struct that a build writes or reads. */
	const char *path = built_against(
		"s/ABI_MINOR 1u/ABI_MINOR 3u/;"
		"s/double from_mm;/double from_mm, more_wake[5];/;"
		"s/double probe_spread_mm; .*/double probe_spread_mm; double more_sense[5];/;"
		"s/const char .reason, .what, .job, .file;/const char *reason, *what, *job, "
		"*file, *more_words[3];/;"
		"s/double grams, metres, nozzle_c, bed_c;/double grams, metres, nozzle_c, "
		"bed_c, more_file[4];/;"
		"s/const struct jobjam_fw_setting .settings;/const struct jobjam_fw_setting "
		"*settings; void *more_info;/;"
		"s/void (.destroy)(struct jobjam_fw .fw);/void (*destroy)(struct jobjam_fw "
		"*fw); void (*more_calls[2])(void);/");
	char command[160];
	snprintf(command, sizeof(command),
		 "test $(grep -c 'more_' %s/jobjam_firmware.h) = 6", dir);
	assert_int_equal(system(command), 0); /* the edits found their places */
	prints(path, FIRMWARE_PROCESS);
	prints(path, FIRMWARE_INSIDE);
	conforms(path);
}

static void a_build_that_knows_only_version_1_0_runs(void **state)
{
	(void)state;
	/* What came after 1.0 taken away. */
	const char *path =
		built_against("/Data sheet of the heaters/,/double bed_w/d;"
			      "s/ABI_MINOR 1u/ABI_MINOR 0u/;"
			      "/Of a MOVE_PRINT: the height/,/double from_mm/d;"
			      "/goes on with a job that/,/NOTICE_RESUMED,/d");
	char command[160];
	snprintf(command, sizeof(command),
		 "! grep -q 'from_mm;\\|NOTICE_RESUMED\\|MINOR 1u' %s/jobjam_firmware.h",
		 dir);
	assert_int_equal(system(command), 0);
	prints(path, FIRMWARE_PROCESS);
	prints(path, FIRMWARE_INSIDE);
	conforms(path);
}

/* These never change again within version 1; a member goes behind the last one. (For a
 * 64-bit machine.) */
static void nothing_of_version_1_0_has_moved(void **state)
{
	(void)state;
	assert_int_equal(FW_SIZE_1_0(struct jobjam_fw_api, destroy), 88);
	assert_int_equal(FW_SIZE_1_0(struct jobjam_fw_info, settings), 56);
	assert_int_equal(FW_SIZE_1_0(struct jobjam_fw_setting, help), 64);
	assert_int_equal(FW_SIZE_1_0(struct jobjam_fw_config, bed_y_mm), 48);
	assert_int_equal(FW_SIZE_1_0(struct jobjam_fw_sensors, probe_spread_mm), 56);
	assert_int_equal(FW_SIZE_1_0(struct jobjam_fw_file, bed_c), 200);
	assert_int_equal(FW_SIZE_1_0(struct jobjam_fw_actuators, next_wake_us), 152);
	assert_int_equal(FW_SIZE_1_0(struct jobjam_fw_notice, file), 88);
	assert_int_equal(FW_SIZE_1_0(struct jobjam_fw_host, notice), 80);
	assert_int_equal(offsetof(struct jobjam_fw_api, step), 32);
	assert_int_equal(offsetof(struct jobjam_fw_actuators, motion), 64);
	assert_int_equal(offsetof(struct jobjam_fw_notice, reading_c), 48);
	assert_int_equal(JOBJAM_FW_NOTICE_SENSED, 8);
	/* Nor has this of 1.1. */
	assert_int_equal(offsetof(struct jobjam_fw_actuators, from_mm), 152);
	assert_int_equal(JOBJAM_FW_NOTICE_RESUMED, 10);
	assert_int_equal(JOBJAM_FW_MOVE_PRINT, 8);
	assert_int_equal(JOBJAM_FW_FATAL, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_of_version_1_0_has_moved),
		cmocka_unit_test(
			a_build_of_a_higher_minor_version_with_larger_structs_runs),
		cmocka_unit_test(a_build_that_knows_only_version_1_0_runs),
	};
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
