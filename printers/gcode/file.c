/* file.c - plain files and zips, fed to the reader in pieces. */
#include "printers/gcode/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

enum {
	PIECE = 65536,
	PLATE_MAX_NUMBER = 999
};

static bool is_zip(const void *bytes, size_t size)
{
	return size >= 4 && memcmp(bytes, "PK\x03\x04", 4) == 0;
}

/* --- zip ------------------------------------------------------------------------- */

static int feed_entry(struct reader *reader, zip_file_t *file)
{
	char *piece = malloc(PIECE);
	int status = SIM_OK;

	if (!piece)
		return sim_fail(reader->error, SIM_ENOMEM, "%.300s: no memory to read it",
				reader->name);
	for (;;) {
		zip_int64_t n = zip_fread(file, piece, PIECE);
		if (n < 0)
			status = sim_fail(reader->error, SIM_EINVAL,
					  "%.300s: the zip is damaged: %.200s",
					  reader->name, zip_file_strerror(file));
		if (n <= 0)
			break;
		status = reader_feed(reader, piece, (size_t)n);
		if (status != SIM_OK)
			break;
	}
	free(piece);
	return status;
}

static int read_zip(zip_t *zip, const char *name, int plate,
		    const struct gcode_limits *limits, struct gcode_facts *ret_facts,
		    struct sim_error *error)
{
	char entry[64], full[400];
	struct reader *reader = malloc(sizeof(*reader));
	int status;

	snprintf(entry, sizeof(entry), "Metadata/plate_%d.gcode", plate);
	snprintf(full, sizeof(full), "%.300s:%s", name, entry);
	zip_file_t *file = zip_fopen(zip, entry, 0);
	if (!reader) {
		status =
			sim_fail(error, SIM_ENOMEM, "%.300s: no memory to read it", name);
		goto out;
	}
	if (!file) {
		status =
			sim_fail(error, SIM_EINVAL,
				 "%.300s: there is no sliced plate %d in it (%s): %.200s",
				 name, plate, entry, zip_strerror(zip));
		goto out;
	}
	reader_init(reader, full, limits, error);
	status = feed_entry(reader, file);
	if (status == SIM_OK)
		status = reader_end(reader, ret_facts);
out:
	if (file)
		zip_fclose(file);
	free(reader);
	return status;
}

/* Takes the source. */
static int read_zip_source(zip_source_t *source, const char *name, int plate,
			   const struct gcode_limits *limits,
			   struct gcode_facts *ret_facts, struct sim_error *error)
{
	zip_error_t said;
	zip_error_init(&said);
	zip_t *zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &said);
	if (!zip) {
		int status =
			sim_fail(error, SIM_EINVAL, "%.300s: the zip is damaged: %.200s",
				 name, zip_error_strerror(&said));
		zip_error_fini(&said);
		zip_source_free(source);
		return status;
	}
	int status = read_zip(zip, name, plate, limits, ret_facts, error);
	zip_discard(zip);
	zip_error_fini(&said);
	return status;
}

static int check_plate(const char *name, int plate, struct sim_error *error)
{
	if (plate >= 1 && plate <= PLATE_MAX_NUMBER)
		return SIM_OK;
	return sim_fail(error, SIM_EINVAL, "%.300s: plate %d: plates count from 1 to %d",
			name, plate, PLATE_MAX_NUMBER);
}

/* --- memory ---------------------------------------------------------------------- */

int gcode_read_bytes(const char *name, const void *bytes, size_t size, int plate,
		     const struct gcode_limits *limits, struct gcode_facts *ret_facts,
		     struct sim_error *error)
{
	int status = check_plate(name, plate, error);
	if (status != SIM_OK)
		return status;
	if (is_zip(bytes, size)) {
		zip_source_t *source = zip_source_buffer_create(bytes, size, 0, NULL);
		if (!source)
			return sim_fail(error, SIM_ENOMEM, "%.300s: no memory to read it",
					name);
		return read_zip_source(source, name, plate, limits, ret_facts, error);
	}
	struct reader *reader = malloc(sizeof(*reader));
	if (!reader)
		return sim_fail(error, SIM_ENOMEM, "%.300s: no memory to read it", name);
	reader_init(reader, name, limits, error);
	status = reader_feed(reader, bytes, size);
	if (status == SIM_OK)
		status = reader_end(reader, ret_facts);
	free(reader);
	return status;
}

/* --- files ----------------------------------------------------------------------- */

static int feed_file(struct reader *reader, FILE *file, const char *path)
{
	char *piece = malloc(PIECE);
	int status = SIM_OK;
	size_t n;

	if (!piece)
		return sim_fail(reader->error, SIM_ENOMEM, "%.300s: no memory to read it",
				reader->name);
	while (status == SIM_OK && (n = fread(piece, 1, PIECE, file)) > 0)
		status = reader_feed(reader, piece, n);
	if (status == SIM_OK && ferror(file))
		status = sim_fail(reader->error, SIM_EIO, "%.300s: %s", path,
				  strerror(errno));
	free(piece);
	return status;
}

/* Not a pipe, which might never answer, nor a device, which might never end. */
static int open_file(const char *path, FILE **ret_file, struct sim_error *error)
{
	struct stat stat;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return sim_fail(error, errno == ENOENT ? SIM_ENOENT : SIM_EIO,
				"%.300s: %s", path, strerror(errno));
	if (fstat(fd, &stat) != 0 || !S_ISREG(stat.st_mode)) {
		close(fd);
		return sim_fail(error, SIM_EINVAL, "%.300s is no ordinary file", path);
	}
	*ret_file = fdopen(fd, "r");
	if (*ret_file)
		return SIM_OK;
	close(fd);
	return sim_fail(error, SIM_ENOMEM, "%.300s: no memory to read it", path);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

int gcode_read(const char *path, int plate, const struct gcode_limits *limits,
	       struct gcode_facts *ret_facts, struct sim_error *error)
{
	char head[4];
	FILE *file;
	int status = check_plate(path, plate, error);

	if (status == SIM_OK)
		status = open_file(path, &file, error);
	if (status != SIM_OK)
		return status;
	size_t n = fread(head, 1, sizeof(head), file);
	rewind(file);
	if (is_zip(head, n)) {
		zip_source_t *source = zip_source_filep_create(file, 0, -1, NULL);
		if (!source) {
			fclose(file);
			return sim_fail(error, SIM_ENOMEM, "%.300s: no memory to read it",
					path);
		}
		return read_zip_source(source, last_part(path), plate, limits, ret_facts,
				       error);
	}
	struct reader *reader = malloc(sizeof(*reader));
	if (reader) {
		reader_init(reader, last_part(path), limits, error);
		status = feed_file(reader, file, path);
		if (status == SIM_OK)
			status = reader_end(reader, ret_facts);
	} else {
		status =
			sim_fail(error, SIM_ENOMEM, "%.300s: no memory to read it", path);
	}
	free(reader);
	fclose(file);
	return status;
}
