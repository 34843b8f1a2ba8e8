/* fuzz_gcode.c - sliced files and zips from anywhere; what is read makes sense. */
#include "tests/fuzz/fuzz.h"

#include "printers/gcode/gcode.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct gcode_limits LIMITS = {.bytes = 4 << 20, .lines = 200000};
	struct gcode_facts facts;
	struct sim_error error = {0};
	struct job_file job;

	if (gcode_read_bytes("fuzz.gcode", bytes, size, 1, &LIMITS, &facts, &error) !=
	    SIM_OK) {
		assert(error.code != SIM_OK &&
		       strncmp(error.text, "fuzz.gcode", 10) == 0);
		for (const char *c = error.text; *c; c++)
			assert(*c != '\n' && *c != '\x1B');
		return 0;
	}
	assert(facts.n_boxes >= 1 && facts.n_boxes <= GCODE_BOXES_MAX);
	assert(facts.layers >= 1 && facts.lines <= LIMITS.lines);
	assert(facts.printed_for >= 0 && facts.moved_for >= facts.printed_for);
	assert(facts.stated_for >= 0 && facts.stated_print_for >= 0);
	assert(facts.metres >= 0 && facts.grams >= 0);
	for (int i = 0; i < facts.n_boxes; i++) {
		const struct gcode_box *box = &facts.boxes[i];
		assert(box->x0_mm <= box->x1_mm && box->y0_mm <= box->y1_mm);
		assert(memchr(box->object, '\0', sizeof(box->object)));
	}
	if (gcode_job(&facts, "fuzz", &job, &error) == SIM_OK) {
		struct job_shelf *shelf = job_shelf_new();
		memcpy(job.md5, "aa", 3);
		assert(shelf);
		job_shelf_add(shelf, &job, &error); /* refuses what no machine can do */
		job_shelf_free(shelf);
	}
	return 0;
}
