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
/* The same, and where its instances run. A build that is loaded into a process of its own
 * is never refused for what it is: one that cannot be loaded (missing symbol, other ABI
 * version, dies of it) is named after its file and is unfit. A file that is not there is
 * refused all the same. A machine{} must have been made before (its constants are shared
 * by the fork). */
enum firmware_isolation {
	FIRMWARE_AUTO,    /* a name: inside; a path: in a process of its own */
	FIRMWARE_INSIDE,  /* in this process: fast, and its crash is ours */
	FIRMWARE_PROCESS, /* a process per machine */
};
int firmware_build_open(const char *spec, const char *dir,
			enum firmware_isolation isolation,
			struct firmware_build **ret_build, struct sim_error *error);
/* What each machine with a process of its own takes: its memory and its channel. */
#define FIRMWARE_DESCRIPTORS 2
bool firmware_build_isolated(const struct firmware_build *build);
/* Why it could not be loaded; NULL: it could. */
const char *firmware_build_unfit(const struct firmware_build *build);
void firmware_build_free(struct firmware_build *build);
const char *firmware_build_name(const struct firmware_build *build);
const char *firmware_build_version(const struct firmware_build *build);
/* The build's switches as parameters; the shipped names are the printer-side safeguards.
 * NULL-free: a build without any has n_params == 0. */
const struct vocab_row *firmware_build_settings(const struct firmware_build *build);
/* How far a build in a process of its own is held: by its system calls and limits, or by
 * limits alone (a kernel without seccomp filters, a sanitizer's build). */
bool firmware_build_confines(void);
/* "guarded", "stock-2023-07", … in <dir>, sorted; NULL past the end. */
const char *firmware_build_shipped(const char *dir, size_t index);

#endif
