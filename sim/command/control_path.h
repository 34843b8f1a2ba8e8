/*
 * control_path.h - where the control socket of a proxy lies, for the proxy and for jobjam ctl.
 *
 * In a folder of this user's alone (mode 0700, below XDG_RUNTIME_DIR or /tmp), named after the
 * port that the proxy listens on, or after the process where it has none.
 */
#ifndef JOBJAM_COMMAND_CONTROL_PATH_H
#define JOBJAM_COMMAND_CONTROL_PATH_H

#include "sim/core/status.h"

#define CONTROL_PATH_MAX 104

/* Makes the folder if need be. name: "1884". SIM_EINVAL: the folder is somebody else's, or
 * open to others. */
int control_path(const char *name, char ret_path[CONTROL_PATH_MAX],
		 struct sim_error *error);

#endif
