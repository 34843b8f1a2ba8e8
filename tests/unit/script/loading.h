/*
 * loading.h - a scenario from a string, as the tests of this room want it.
 */
#ifndef JOBJAM_TESTS_SCRIPT_LOADING_H
#define JOBJAM_TESTS_SCRIPT_LOADING_H

#include "tests/testing.h"

#include "sim/script/script.h"

#include <unistd.h>

static char loading_folder[] = "/tmp/jobjam-script-XXXXXX";

static inline int loading_open(void **state)
{
	(void)state;
	return mkdtemp(loading_folder) == NULL;
}

static inline const char *loading_path(void)
{
	static char path[128];
	snprintf(path, sizeof(path), "%s/story.lua", loading_folder);
	return path;
}

static inline int loading_close(void **state)
{
	(void)state;
	unlink(loading_path());
	return rmdir(loading_folder);
}

/* Small limits: what runs away in a test is cut off at once. */
static inline int load_with(const char *source, struct script_options options,
			    struct script **ret_script, struct sim_error *error)
{
	FILE *file = fopen(loading_path(), "w");
	assert_non_null(file);
	fputs(source, file);
	fclose(file);
	options.path = loading_path();
	if (options.steps_max == 0)
		options.steps_max = 300000;
	if (options.memory_max == 0)
		options.memory_max = (size_t)4 << 20;
	return script_load(&options, ret_script, error);
}

/* Loads or fails the test with what was wrong. */
static inline struct script *load(const char *source)
{
	struct script *script = NULL;
	struct sim_error error = {0};
	if (load_with(source, (struct script_options){0}, &script, &error) != SIM_OK)
		fail_msg("does not load: %s", error.text);
	return script;
}

/* The error of a source that must not load. */
static inline const char *load_error(const char *source)
{
	static struct sim_error error;
	struct script *script = NULL;
	if (load_with(source, (struct script_options){0}, &script, &error) == SIM_OK)
		fail_msg("loads although it should not: %s", source);
	assert_null(script);
	return error.text;
}

static inline void assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in: %s", part, text);
}

#endif
