/*
 * instance.h - what the machine needs of a loaded build; nobody outside printers/ does.
 */
#ifndef JOBJAM_FIRMWARE_INSTANCE_H
#define JOBJAM_FIRMWARE_INSTANCE_H

#include "printers/firmware/build.h"
#include "printers/firmware/jobjam_firmware.h"

enum {
	FIRMWARE_SETTINGS_MAX = 24
};

const struct jobjam_fw_api *firmware_build_api(const struct firmware_build *build);
/* "name=value\n…" over the build's defaults, one value a setting. settings may be NULL.
 * Durations that may be 0 also read "off". SIM_ENOENT, SIM_EINVAL name the setting. */
int firmware_build_values(const struct firmware_build *build, const char *settings,
			  struct jobjam_fw_value ret_values[FIRMWARE_SETTINGS_MAX],
			  struct sim_error *error);

#endif
