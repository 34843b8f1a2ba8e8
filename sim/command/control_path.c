/* control_path.c - a private folder for control sockets. */
#include "sim/command/control_path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Anybody may make folders in /tmp: one that is not ours alone is not used. */
static int check_folder(const char *folder, struct sim_error *error)
{
	struct stat found;

	if (mkdir(folder, 0700) && errno != EEXIST)
		return sim_fail(error, SIM_EINVAL, "%s: %s; name a place with --control",
				folder, strerror(errno));
	if (lstat(folder, &found) || !S_ISDIR(found.st_mode) ||
	    found.st_uid != geteuid() || (found.st_mode & 077))
		return sim_fail(error, SIM_EINVAL,
				"%s is not a folder of yours alone (mode 0700); name a "
				"place with --control",
				folder);
	return SIM_OK;
}

int control_path(const char *name, char ret_path[CONTROL_PATH_MAX],
		 struct sim_error *error)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	char folder[CONTROL_PATH_MAX];
	int length, status;

	if (runtime && runtime[0] == '/' && access(runtime, W_OK) == 0)
		length = snprintf(folder, sizeof(folder), "%s/jobjam", runtime);
	else
		length = snprintf(folder, sizeof(folder), "/tmp/jobjam-%ld",
				  (long)geteuid());
	if (length < 0 || (size_t)length + strlen(name) + 6 >= CONTROL_PATH_MAX)
		return sim_fail(
			error, SIM_EINVAL,
			"the path of the control socket would be too long; name a "
			"place with --control");
	status = check_folder(folder, error);
	if (!status)
		snprintf(ret_path, CONTROL_PATH_MAX, "%.80s/%.16s.ctl", folder, name);
	return status;
}
