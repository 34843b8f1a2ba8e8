/*
 * remote.h - a build in a process of its own: how the machine reaches it.
 *
 * The process (host/inside.c) holds the build's instance and runs firmware and plant
 * together, exactly the code that runs here for a build that is loaded into this process.
 * It gets the machine as it stands, computes as far as it was told or until something
 * leaves the machine, and gives the machine back with what was said. So one hand-over
 * (some 10 us) buys up to an hour of virtual time.
 *
 * What comes back is a stranger's: it is checked before it is used. When the process dies
 * (crash, endless loop, a forbidden system call) the machine stands where that call of the
 * build began, everything the call did is as if it had not been, and the build is gone
 * (machine_die): an event like any other.
 *
 * After an input that comes earlier than a death that was seen ahead, a new process takes
 * over from the saved state. All functions work on printer->m and printer->outbox.
 */
#ifndef JOBJAM_PRINTERS_HOST_REMOTE_H
#define JOBJAM_PRINTERS_HOST_REMOTE_H

#include "printers/machine.h"

/* build: one that firmware_build_isolated(); borrowed. One that could not be loaded ends
 * every boot as "unfit". */
int remote_new(const struct firmware_build *build, struct remote **ret_remote,
	       struct sim_error *error);
void remote_free(struct remote *remote); /* ends the process; NULL is fine */

/* A new process and the build's cold start in it, at m.now. */
void remote_boot(struct printer *printer);
void remote_end(struct printer *printer);
/* Saves the build, then runs to until or to the first instant at which something is said. */
void remote_ahead(struct printer *printer, sim_ns until);
/* m is what it was at the last remote_ahead(): puts the build back there too, and runs to
 * now, without saying anything. */
void remote_back(struct printer *printer, sim_ns now);
/* machine_input() there, at m.now. */
void remote_input(struct printer *printer, const struct machine_input *input);

#endif
