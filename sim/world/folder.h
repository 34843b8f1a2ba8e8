/*
 * folder.h - the private folder of a run's broker: jobjam-XXXXXX in $TMPDIR, mode 0700.
 *
 * Without TMPDIR, or where it is no absolute path or too long for a socket below it (sun_path
 * holds 108 bytes), the folder is in /tmp.
 *
 * It is removed with all that lies in it when the run ends. A run that is killed cannot do
 * that, so the folder says whose it is: the file `pid` in it carries the number of the
 * process and is locked for as long as that lives. Whoever finds the lock free may remove
 * the folder: folder_sweep does, for the folders of its own user.
 */
#ifndef JOBJAM_FOLDER_H
#define JOBJAM_FOLDER_H

#include "sim/core/status.h"

enum { FOLDER_MAX = 96 }; /* leaves room for a name in sun_path */

struct folder {
	char path[FOLDER_MAX]; /* "": none */
	int lock;      /* descriptor of `pid` */
};

/* SIM_EIO: says why; *ret_folder is then empty. */
int folder_make(struct folder *ret_folder, struct sim_error *error);
/* Removes the files in it (no folders: nothing makes any) and the folder; no symbolic link
 * is followed. Harmless when empty. */
void folder_remove(struct folder *folder);
/* Removes what killed runs of this user left behind where folder_make would make one now.
 * Best effort. */
void folder_sweep(void);

#endif
