/*
 * variant.h - the name of a run's directory, and the directory.
 *
 * out/<scenario>/<variant>/: the variant is made of what sets this run apart from others of
 * the same scenario (builds, a seed that is not its own, settings of the command line), so
 * that equal runs meet in one place and different ones do not.
 */
#ifndef JOBJAM_COMMAND_VARIANT_H
#define JOBJAM_COMMAND_VARIANT_H

#include "sim/command/options.h"
#include "sim/fleet/plan.h"

#define VARIANT_NAME_MAX 112 /* with the NUL; longer ones end in a hash of the whole */
#define VARIANT_OUT_MAX  3600 /* of --out, in bytes */
#define VARIANT_PATH_MAX (VARIANT_OUT_MAX + 2 * VARIANT_NAME_MAX + 16) /* of the directory */

/* "stock-2023-07+cloud-2023-07+seed-5+printers.start_expiry=5m". Only letters, digits and
 * "._=+-", and no dot in front. own_seed: the one that the file itself asks for. */
void variant_name(const struct plan *plan, const struct options *options, uint64_t own_seed,
		  char ret_name[VARIANT_NAME_MAX]);
/* The same treatment for a name that becomes a folder. */
void variant_safe(const char *name, char ret_name[VARIANT_NAME_MAX]);

/* Makes the directory, takes it for this process (a second jobjam that wants the same one
 * is refused), and removes what an older run left in it. The claim ends with the process.
 * SIM_EIO, SIM_EINVAL (taken). */
int variant_claim(const char *directory, struct sim_error *error);
/* Makes <out>/<scenario>/latest lead to this directory; in one step. Best effort: a file
 * system without symbolic links only loses the shortcut. */
void variant_latest(const char *directory);
/* Removes the files that a run writes, then as variant_drop. */
void variant_remove(const char *directory);
/* Removes the directory, and the scenario's above it, where they are empty. */
void variant_drop(const char *directory);

#endif
