/* paths.c - finding shim, firmware and scenarios from /proc/self/exe. */
#include "sim/command/paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

/* The folder that holds the program, without a slash at its end. */
static const char *home(void)
{
	static char path[PATHS_MAX];
	ssize_t length;
	char *slash;

	if (path[0])
		return path;
	length = readlink("/proc/self/exe", path, sizeof(path) - 64);
	path[length > 0 ? length : 0] = '\0';
	slash = strrchr(path, '/');
	if (slash)
		*slash = '\0';
	else
		strcpy(path, ".");
	return path;
}

/* near: beside the program; installed: seen from PREFIX/bin. Found once. */
static const char *find(char *path, const char *near, const char *installed)
{
	if (path[0])
		return path;
	snprintf(path, PATHS_MAX, "%s/%s", home(), near);
	if (!exists(path) && installed) {
		char other[PATHS_MAX];

		snprintf(other, sizeof(other), "%s/%s", home(), installed);
		if (exists(other))
			memcpy(path, other, sizeof(other));
	}
	return path;
}

const char *paths_shim(void)
{
	static char path[PATHS_MAX];

	return find(path, "vclock.so", "../lib/jobjam/vclock.so");
}

const char *paths_firmware(void)
{
	static char path[PATHS_MAX];

	return find(path, "firmware", "../lib/jobjam/firmware");
}

const char *paths_scenarios(void)
{
	static char path[PATHS_MAX];

	if (exists("scenarios"))
		return "scenarios";
	return find(path, "../share/jobjam/scenarios", "../../scenarios");
}

const char *paths_broker(const char *spec, char buffer[PATHS_MAX])
{
	if (!spec || !strchr(spec, '/') || strncmp(spec, "exec:", 5) == 0)
		return spec;
	return realpath(spec, buffer) ? buffer : spec;
}

int paths_by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int paths_make(const char *path)
{
	char part[PATHS_MAX];
	size_t length = strlen(path);

	if (!length || length >= sizeof(part))
		return -ENAMETOOLONG;
	memcpy(part, path, length + 1);
	for (size_t i = 1; i <= length; i++) {
		if (part[i] != '/' && part[i] != '\0')
			continue;
		part[i] = '\0';
		if (mkdir(part, 0777) < 0 && errno != EEXIST)
			return -errno;
		part[i] = path[i];
	}
	return 0;
}
