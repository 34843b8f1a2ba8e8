/*
 * build.h - loading firmware builds: shared objects behind jobjam_firmware.h.
 */
#ifndef JOBJAM_FIRMWARE_BUILD_H
#define JOBJAM_FIRMWARE_BUILD_H

#include "sim/core/vocab.h"

struct firmware_build;

/* spec: a build's name (looked up as <dir>/<name>.so) or a path to a .so (has a slash or
 * ends in .so). SIM_ENOENT suggests the nearest shipped name; SIM_EUNFIT: a missing
 * symbol or another ABI version, named. */
int firmware_build_load(const char *spec, const char *dir,
			struct firmware_build **ret_build, struct sim_error *error);
void firmware_build_free(struct firmware_build *build);
const char *firmware_build_name(const struct firmware_build *build);
const char *firmware_build_version(const struct firmware_build *build);
/* The build's switches as parameters; the shipped names are the printer-side safeguards.
 * NULL-free: a build without any has n_params == 0. */
const struct vocab_row *firmware_build_settings(const struct firmware_build *build);
/* "guarded", "stock-2023-07", … in <dir>, sorted; NULL past the end. */
const char *firmware_build_shipped(const char *dir, size_t index);

#endif
