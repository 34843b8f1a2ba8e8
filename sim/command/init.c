/* init.c - jobjam init: a scenario to begin with, and what the editor wants to know. */
#include "sim/command/paths.h"
#include "sim/command/terminal.h"
#include "sim/command/verbs.h"
#include "sim/script/script.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The file appears whole or not at all, and never over another. *ret_kept: there was one. */
static int write_new(const char *path, const struct text *text, bool *ret_kept,
		     struct sim_error *error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	size_t done = 0;

	*ret_kept = fd < 0 && errno == EEXIST;
	if (*ret_kept)
		return SIM_OK;
	if (fd < 0)
		return sim_fail(error, SIM_EIO, "%s: %s", path, strerror(errno));
	while (done < text->length) {
		ssize_t n = write(fd, text->bytes + done, text->length - done);

		if (n < 0 && errno != EINTR)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
	if (close(fd) < 0 || done < text->length) {
		int why = errno;

		unlink(path);
		return sim_fail(error, SIM_EIO, "%s: %s", path, strerror(why));
	}
	return SIM_OK;
}

static enum exit_status give(const char *path, struct text *text, bool must_be_new)
{
	struct sim_error error;
	enum exit_status status = EXIT_HELD;
	bool kept;

	if (write_new(path, text, &kept, &error)) {
		status = terminal_refuse(NULL, &error);
	} else if (kept && must_be_new) {
		terminal_complain(path,
				  "is there already and is not overwritten; take another "
				  "name");
		status = EXIT_USAGE;
	} else {
		printf("%s %s\n", kept ? "kept   " : "written", path);
	}
	text_fini(text);
	return status;
}

/* "nights/my-outage.lua" -> "my-outage"; false when that is no name for a scenario. */
static bool scenario_name(const char *argument, char *ret_name, size_t size)
{
	const char *slash = strrchr(argument, '/'), *base = slash ? slash + 1 : argument;
	size_t length = strlen(base);

	if (length > 4 && strcmp(base + length - 4, ".lua") == 0)
		length -= 4;
	if (!length || length > 80 || length >= size || base[0] == '.' || base[0] == '-')
		return false;
	memcpy(ret_name, base, length);
	ret_name[length] = '\0';
	return strspn(ret_name,
		      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
		      "._-") == length;
}

/* All three go where the scenario goes. */
static const char *beside(const char *argument, const char *file, char path[PATHS_MAX])
{
	const char *slash = strrchr(argument, '/');

	snprintf(path, PATHS_MAX, "%.*s%s", slash ? (int)(slash - argument + 1) : 0,
		 argument, file);
	return path;
}

enum exit_status verb_init(const struct options *options)
{
	const char *argument = options->arguments[0];
	char name[96], file[128], path[PATHS_MAX];
	struct text skeleton = {0}, definitions = {0}, luarc = {0};
	enum exit_status status;

	if (!scenario_name(argument, name, sizeof(name))) {
		terminal_complain(argument,
				  "a name of at most 80 letters, digits, dots, dashes "
				  "and underscores is needed");
		return EXIT_USAGE;
	}
	script_skeleton(name, &skeleton);
	script_definitions(&definitions);
	script_luarc(&luarc);
	snprintf(file, sizeof(file), "%s.lua", name);
	status = give(beside(argument, file, path), &skeleton, true);
	if (status == EXIT_HELD)
		status = give(beside(argument, "jobjam.defs.lua", path), &definitions,
			      false);
	if (status == EXIT_HELD)
		status = give(beside(argument, ".luarc.json", path), &luarc, false);
	if (status == EXIT_HELD)
		printf("next: jobjam run %s\n", beside(argument, file, path));
	text_fini(&definitions);
	text_fini(&luarc);
	return status;
}
