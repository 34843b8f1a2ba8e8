/*
 * instance.h - what the machine needs of a loaded build; nobody outside printers/ does.
 */
#ifndef JOBJAM_FIRMWARE_INSTANCE_H
#define JOBJAM_FIRMWARE_INSTANCE_H

#include "printers/firmware/build.h"
#include "printers/firmware/jobjam_firmware.h"

enum {
	FIRMWARE_SETTINGS_MAX = 48
};

/* How large a struct of version 1.0 was: up to its last member of then. What a build of a
 * lower minor version leaves out reads as 0; what one of a higher one adds is not read. */
#define FW_SIZE_1_0(type, last_member) \
	(offsetof(type, last_member) + sizeof(((type *)0)->last_member))
#define FW_SIZE_MOST 65536u /* no struct of any version is larger */

struct template;
/* The process that makes instances of it; NULL: the build is loaded into this one. */
struct template *firmware_build_template(const struct firmware_build *build);

const struct jobjam_fw_api *firmware_build_api(const struct firmware_build *build);
/* "name=value\n…" over the build's defaults, one value a setting. settings may be NULL.
 * Durations that may be 0 also read "off". SIM_ENOENT, SIM_EINVAL name the setting. */
int firmware_build_values(const struct firmware_build *build, const char *settings,
			  struct jobjam_fw_value ret_values[FIRMWARE_SETTINGS_MAX],
			  struct sim_error *error);

#endif
