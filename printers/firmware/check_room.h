/*
 * check_room.h - between the files of the conformance suite.
 */
#ifndef JOBJAM_FIRMWARE_CHECK_ROOM_H
#define JOBJAM_FIRMWARE_CHECK_ROOM_H

#include "printers/firmware/check.h"
#include "printers/firmware/jobjam_firmware.h"

enum {
	CHECK_WHY = 512
};

/* One that looks at the file (check_imports.c), one that calls the build's functions in a
 * process of its own (check_abi.c), one that lives with it on a machine (check_machine.c).
 * false: did not hold, and why; why may also hold a remark. */
typedef bool check_file_fn(const char *path, char why[CHECK_WHY]);
typedef bool check_abi_fn(const struct jobjam_fw_api *api, char why[CHECK_WHY]);

check_file_fn check_loads, check_imports;
check_file_fn check_idle_is_cold, check_start_is_heard, check_one_job_at_a_time,
	check_off_after_the_end, check_off_after_a_stop, check_cold_after_a_power_cut,
	check_pause_and_resume, check_temperature_is_said, check_cold_after_a_trip;
check_abi_fn check_struct_sizes, check_no_time_no_change, check_same_twice,
	check_save_and_load, check_malformed, check_next_wake;

/* Runs fn on the build in a new process. */
enum check_end {
	CHECK_HOLDS,
	CHECK_FAILS,
	CHECK_DIED /* the process ended, or had to be ended, before fn did */
};
enum check_end check_apart(const char *path, check_abi_fn *fn, char why[CHECK_WHY]);

#endif
