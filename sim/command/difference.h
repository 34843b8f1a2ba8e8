/*
 * difference.h - one scenario lived through with two brokers: where the stories part, and
 * what that did to whom.
 *
 * What is of the builds themselves is left out: the header, the process of the broker
 * (guest.*, notes about it), the numbers of the events, which shift with it, and those of
 * packets, which each broker chooses in its own way. Everything else counts:
 * what happened, to whom, at which instant, with which fields.
 */
#ifndef JOBJAM_COMMAND_DIFFERENCE_H
#define JOBJAM_COMMAND_DIFFERENCE_H

#include "sim/core/status.h"
#include "sim/core/text.h"

struct difference {
	bool story, harm;  /* they differ in it */
	struct text words; /* some lines for the terminal, whether they differ or not */
};

/* first, second: run directories; a label for each. SIM_EIO, SIM_ENOENT: cannot be read.
 * Release with difference_fini, also after a failure. */
int difference_find(const char *first, const char *second, const char *const labels[2],
		    struct difference *ret_difference, struct sim_error *error);
void difference_fini(struct difference *difference);

#endif
