/*
 * check.h - the conformance suite: does a build keep to jobjam_firmware.h?
 *
 * Each check runs in a process of its own, or on a whole machine whose build has one, so a
 * build that crashes or loops fails that check and no other. Nothing depends on the host's
 * time but the limit on processor time.
 */
#ifndef JOBJAM_FIRMWARE_CHECK_H
#define JOBJAM_FIRMWARE_CHECK_H

#include "sim/core/status.h"

#include <stdbool.h>
#include <stddef.h>

struct firmware_finding {
	const char *name;   /* "save_and_load" */
	const char *what;   /* what must hold, one sentence */
	const char *advice; /* what to do when it does not */
	bool ok;
	char why[512]; /* what was seen instead, or a remark; "" */
};

/* path: the .so. tell() is called for each check in turn; one that
 * does not load gets no further than the first. SIM_ENOENT: there is no such
 * file. *ret_failed: how many did not hold. */
int firmware_check(const char *path,
		   void (*tell)(void *arg, const struct firmware_finding *finding),
		   void *arg, size_t *ret_failed, struct sim_error *error);

#endif
