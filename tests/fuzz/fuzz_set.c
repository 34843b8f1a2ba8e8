/* fuzz_set.c - what --set says, one a line, of a scenario that has something in every scope. */
#include "tests/fuzz/fuzz.h"

#include "sim/script/script.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	SETS_MAX = 32
};

static const char STORY[] =
	"scenario { start = \"2023-08-14T15:00:00Z\", length = \"2h\" }\n"
	"local wait = param(\"wait\", \"60s\", \"how long\")\n"
	"local fleet = printers { { count = 1 }, { count = 1, model = \"p1p\" } }\n"
	"cloud {} owners { of = fleet } broker {}\n";

static const char *story_path(void)
{
	static char path[64];
	if (!path[0]) {
		int fd = memfd_create("story.lua", 0);
		assert(fd >= 0 && write(fd, STORY, sizeof(STORY) - 1) > 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char text[4096];
	const char *sets[SETS_MAX + 1];
	struct script_options options = {.path = story_path(), .sets = sets};
	struct script *script = NULL;
	struct sim_error error = {0};
	int n = 0;

	if (size >= sizeof(text))
		return 0;
	memcpy(text, bytes, size);
	text[size] = '\0';
	for (char *line = text; line && n < SETS_MAX;) {
		char *end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		sets[n++] = line;
		line = end;
	}
	sets[n] = NULL;
	if (script_load(&options, &script, &error) == SIM_OK)
		script_free(script);
	else
		assert(error.code != SIM_OK && error.text[0] != '\0');
	return 0;
}
