/* write_file.c - whole files or none: temporary name, fsync, rename. */
#include "reports/write_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_whole(int fd, const struct text *text)
{
	size_t done = 0;
	while (done < text->length) {
		ssize_t n = write(fd, text->bytes + done, text->length - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		done += (size_t)n;
	}
	return 0;
}

/* Errors that say that this kind of file cannot be synchronised do no harm. */
static int settle(int fd)
{
	if (fsync(fd) == 0 || errno == EINVAL || errno == EROFS)
		return 0;
	return -errno;
}

int report_write_file_mode(const char *path, const struct text *text, int mode,
			   struct sim_error *error)
{
	int status = SIM_OK;
	char *temporary = NULL;

	if (text->failed)
		return sim_fail(error, SIM_ENOMEM, "%s: no memory for its text", path);
	if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
		return sim_fail(error, SIM_ENOMEM, "%s: no memory", path);
	int fd = mkstemp(temporary);
	if (fd < 0) {
		status = sim_fail(error, SIM_EIO, "%s: cannot be written: %s", path,
				  strerror(errno));
		free(temporary);
		return status;
	}
	int failure = write_whole(fd, text);
	if (failure == 0)
		failure = settle(fd);
	mode_t mask = umask(0);
	umask(mask);
	if (failure == 0 && fchmod(fd, (mode_t)mode & ~mask) != 0)
		failure = -errno;
	if (close(fd) != 0 && failure == 0)
		failure = -errno;
	if (failure == 0 && rename(temporary, path) != 0)
		failure = -errno;
	if (failure != 0) {
		unlink(temporary);
		status = sim_fail(error, SIM_EIO, "%s: cannot be written: %s", path,
				  strerror(-failure));
	}
	free(temporary);
	return status;
}

int report_write_file(const char *path, const struct text *text, struct sim_error *error)
{
	return report_write_file_mode(path, text, 0644, error);
}
