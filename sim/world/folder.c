/* folder.c - making, removing and sweeping the private folders of brokers. */
#include "sim/world/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char owner_file[] = "pid";

static const char *parent(void)
{
	const char *path = getenv("TMPDIR");

	if (path && path[0] == '/' &&
	    strlen(path) + sizeof("/jobjam-XXXXXX") <= FOLDER_MAX)
		return path;
	return "/tmp";
}

/* The lock comes before the number: a file without a number is still being made. */
static int claim(const char *path)
{
	char owner[FOLDER_MAX + 8], number[24];
	int fd, length;

	snprintf(owner, sizeof(owner), "%s/%s", path, owner_file);
	fd = open(owner, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	length = snprintf(number, sizeof(number), "%ld\n", (long)getpid());
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 ||
	    write(fd, number, (size_t)length) != length) {
		close(fd);
		return -1;
	}
	return fd;
}

int folder_make(struct folder *ret_folder, struct sim_error *error)
{
	int why;

	*ret_folder = (struct folder){.lock = -1};
	snprintf(ret_folder->path, sizeof(ret_folder->path), "%s/jobjam-XXXXXX", parent());
	if (!mkdtemp(ret_folder->path)) {
		why = errno;
		ret_folder->path[0] = '\0';
		return sim_fail(error, SIM_EIO, "cannot make a private folder in %s: %s",
				parent(), strerror(why));
	}
	ret_folder->lock = claim(ret_folder->path);
	if (ret_folder->lock >= 0)
		return SIM_OK;
	why = errno;
	folder_remove(ret_folder);
	return sim_fail(error, SIM_EIO, "cannot write in a private folder in %s: %s",
			parent(), strerror(why));
}

/* Takes dir_fd. The file with the owner last: without it nobody would sweep the rest. */
static void empty(int dir_fd)
{
	DIR *dir = fdopendir(dir_fd);

	if (!dir) {
		close(dir_fd);
		return;
	}
	for (struct dirent *entry; (entry = readdir(dir));)
		if (strcmp(entry->d_name, owner_file) != 0)
			(void)unlinkat(dirfd(dir), entry->d_name, 0);
	(void)unlinkat(dirfd(dir), owner_file, 0);
	closedir(dir);
}

/* The folder itself, not what a symbolic link leads to, and ours; or -1. */
static int open_own(int above, const char *name)
{
	struct stat stat;
	int fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (fstat(fd, &stat) == 0 && stat.st_uid == geteuid())
		return fd;
	close(fd);
	return -1;
}

void folder_remove(struct folder *folder)
{
	int fd;

	if (!folder->path[0])
		return;
	fd = open_own(AT_FDCWD, folder->path);
	if (fd >= 0)
		empty(fd);
	(void)rmdir(folder->path);
	folder->path[0] = '\0';
	if (folder->lock >= 0)
		close(folder->lock);
	folder->lock = -1;
}

/* Does the folder say whose it was, and is he gone? The lock tells, and not the number:
 * numbers are given again, and seen from another container they mean somebody else. */
static bool is_abandoned(int dir_fd)
{
	int fd = openat(dir_fd, owner_file,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char first;
	bool free;

	if (fd < 0)
		return false;
	free = read(fd, &first, 1) == 1 && flock(fd, LOCK_EX | LOCK_NB) == 0;
	close(fd);
	return free;
}

void folder_sweep(void)
{
	DIR *dir = opendir(parent());

	if (!dir)
		return;
	for (struct dirent *entry; (entry = readdir(dir));) {
		int fd;

		if (fnmatch("jobjam-??????", entry->d_name, 0) != 0)
			continue;
		fd = open_own(dirfd(dir), entry->d_name);
		if (fd < 0)
			continue;
		if (!is_abandoned(fd)) {
			close(fd);
			continue;
		}
		empty(fd);
		(void)unlinkat(dirfd(dir), entry->d_name, AT_REMOVEDIR);
	}
	closedir(dir);
}
