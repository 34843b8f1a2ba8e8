/* job_shelf.c - the sliced files of a run, found by md5 or url. */
#include "printers/job_file.h"

#include "sim/core/text.h"

#include <stdlib.h>
#include <string.h>

struct job_shelf {
	struct job_file *
		*files; /* each its own allocation: pointers given out stay good */
	size_t n, capacity;
};

enum {
	SHELF_MAX = 100000
};

static const double FILAMENT_MM2 = 2.405; /* 1.75 mm thick */
static const double FLOW_MAX_MM3_S =
	25.0; /* slicer profiles of the machines stop at 21 */

struct job_shelf *job_shelf_new(void)
{
	return calloc(1, sizeof(struct job_shelf));
}

void job_shelf_free(struct job_shelf *shelf)
{
	if (!shelf)
		return;
	for (size_t i = 0; i < shelf->n; i++)
		free(shelf->files[i]);
	free(shelf->files);
	free(shelf);
}

/* Bounds of what the machines can do, wide enough for any real file. */
/* clang-format off */
static const struct {
	const char *name;
	size_t at;
	double min, max;
} FIELDS[] = {
#define FIELD(member, lo, hi) {#member, offsetof(struct job_file, member), lo, hi}
	FIELD(x0_mm, 0, 1000),	       FIELD(y0_mm, 0, 1000),
	FIELD(x1_mm, 0, 1000),	       FIELD(y1_mm, 0, 1000),
	FIELD(height_mm, 0.05, 1000),  FIELD(layer_mm, 0.01, 2),
	FIELD(grams, 0.01, 20000),     FIELD(metres, 0.001, 10000),
	FIELD(nozzle_c, 150, 320),     FIELD(bed_c, 0, 120),
#undef FIELD
};
/* clang-format on */

/* text_real writes the numbers: the way of printf depends on the locale. */
static int check_range(const struct job_file *file, size_t field, struct sim_error *error)
{
	char is[TEXT_REAL_MAX], least[TEXT_REAL_MAX], most[TEXT_REAL_MAX];
	double value;

	memcpy(&value, (const char *)file + FIELDS[field].at, sizeof(value));
	if (value >= FIELDS[field].min && value <= FIELDS[field].max)
		return SIM_OK;
	return sim_fail(error, SIM_EINVAL, "job %.63s: %s is %s; it must be %s to %s",
			file->name, FIELDS[field].name, text_real(value, 3, is),
			text_real(FIELDS[field].min, 3, least),
			text_real(FIELDS[field].max, 3, most));
}

static int check_flow(const struct job_file *file, struct sim_error *error)
{
	double flow = file->metres * 1000.0 * FILAMENT_MM2 / ((double)file->print_for / 1e9);
	char metres[TEXT_REAL_MAX], is[TEXT_REAL_MAX], most[TEXT_REAL_MAX];

	if (flow <= FLOW_MAX_MM3_S)
		return SIM_OK;
	return sim_fail(error, SIM_EINVAL,
			"job %.63s: %s m of filament in that time are %s mm3/s; a hotend of "
			"this kind melts at most %s",
			file->name, text_real(file->metres, 3, metres), text_real(flow, 1, is),
			text_real(FLOW_MAX_MM3_S, 1, most));
}

static int check(const struct job_file *file, struct sim_error *error)
{
	for (size_t i = 0; i < sizeof(FIELDS) / sizeof(FIELDS[0]); i++)
		if (check_range(file, i, error) != SIM_OK)
			return SIM_EINVAL;
	if (file->x1_mm <= file->x0_mm || file->y1_mm <= file->y0_mm)
		return sim_fail(error, SIM_EINVAL,
				"job %.63s: x1_mm and y1_mm must lie beyond x0_mm and y0_mm",
				file->name);
	if (file->layers < 1 || file->layers > 100000)
		return sim_fail(error, SIM_EINVAL,
				"job %.63s: layers is %d; it must be 1 to 100000", file->name,
				file->layers);
	if (file->print_for < SIM_S || file->print_for > 30 * SIM_DAY)
		return sim_fail(error, SIM_EINVAL,
				"job %.63s: print_for must be between 1s and 30d", file->name);
	if (check_flow(file, error) != SIM_OK)
		return SIM_EINVAL;
	if (file->md5[0] == '\0' && file->url[0] == '\0')
		return sim_fail(error, SIM_EINVAL, "job %.63s: md5 or url must be given",
				file->name);
	return SIM_OK;
}

int job_shelf_add(struct job_shelf *shelf, const struct job_file *file,
		  struct sim_error *error)
{
	int status = check(file, error);
	if (status)
		return status;
	if (shelf->n == SHELF_MAX)
		return sim_fail(error, SIM_ELIMIT, "more than %d job files", SHELF_MAX);
	if (shelf->n == shelf->capacity) {
		size_t capacity = shelf->capacity ? shelf->capacity * 2 : 16;
		struct job_file **files =
			realloc(shelf->files, capacity * sizeof(*files));
		if (!files)
			return sim_fail(error, SIM_ENOMEM, "no memory for job files");
		shelf->files = files;
		shelf->capacity = capacity;
	}
	struct job_file *copy = malloc(sizeof(*copy));
	if (!copy)
		return sim_fail(error, SIM_ENOMEM, "no memory for job files");
	*copy = *file;
	shelf->files[shelf->n++] = copy;
	return SIM_OK;
}

const struct job_file *job_shelf_find(const struct job_shelf *shelf,
				      const char *md5_or_url)
{
	if (md5_or_url[0] == '\0')
		return NULL;
	for (size_t i = 0; i < shelf->n; i++)
		if (strcmp(shelf->files[i]->md5, md5_or_url) == 0 ||
		    strcmp(shelf->files[i]->url, md5_or_url) == 0)
			return shelf->files[i];
	return NULL;
}
