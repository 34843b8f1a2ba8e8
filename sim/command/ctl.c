/* ctl.c - jobjam ctl: one line to a proxy that runs, and its answer. */
#include "sim/command/control_path.h"
#include "sim/command/terminal.h"
#include "sim/command/verbs.h"
#include "sim/core/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A word with blanks in it is quoted, so that it arrives as one. */
static void add_word(struct text *line, const char *word)
{
	text_add(line, line->length ? " \"" : "\"");
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			text_add_char(line, '\\');
		text_add_char(line, *word);
	}
	text_add_char(line, '"');
}

static int find_path(const char *where, char path[CONTROL_PATH_MAX],
		     struct sim_error *error)
{
	if (*where && where[strspn(where, "0123456789")] == '\0')
		return control_path(where, path, error);
	if (strlen(where) >= CONTROL_PATH_MAX)
		return sim_fail(error, SIM_EINVAL, "%.60s…: the path is too long", where);
	snprintf(path, CONTROL_PATH_MAX, "%s", where);
	return SIM_OK;
}

static int call(const char *path, int *ret_fd, struct sim_error *error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd >= 0 &&
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0) {
		*ret_fd = fd;
		return SIM_OK;
	}
	sim_fail(error, SIM_ENOENT,
		 "no proxy answers at %s: %s; is it running, and as this user?", path,
		 strerror(errno));
	if (fd >= 0)
		close(fd);
	return SIM_ENOENT;
}

static int exchange(int fd, const struct text *line, struct text *answer,
		    struct sim_error *error)
{
	char buffer[4096];
	ssize_t n = 0;

	for (size_t sent = 0; sent < line->length && n >= 0; sent += (size_t)n) {
		n = send(fd, line->bytes + sent, line->length - sent, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			n = 0;
	}
	while (n >= 0 &&
	       ((n = read(fd, buffer, sizeof(buffer))) > 0 || (n < 0 && errno == EINTR)))
		text_add_bytes(answer, buffer, n > 0 ? (size_t)n : 0);
	if (answer->length > 0)
		return SIM_OK;
	return sim_fail(error, SIM_EDIED, "the proxy hung up without an answer");
}

/* "ok" or "error" on the first line, then the text. */
static enum exit_status show(const struct text *answer)
{
	const char *text = text_cstr(answer), *rest = strchr(text, '\n');
	char sentence[1024];

	if (strncmp(text, "ok\n", 3) == 0) {
		fputs(text + 3, stdout);
		return EXIT_HELD;
	}
	snprintf(sentence, sizeof(sentence), "%.*s",
		 rest ? (int)strcspn(rest + 1, "\n") : 0, rest ? rest + 1 : "");
	terminal_complain("ctl", sentence);
	return EXIT_USAGE;
}

enum exit_status verb_ctl(const struct options *options)
{
	struct text line = {0}, answer = {0};
	char path[CONTROL_PATH_MAX];
	struct sim_error error;
	enum exit_status result;
	int fd, status = find_path(options->arguments[0], path, &error);

	for (size_t i = 1; i < options->n_arguments; i++)
		add_word(&line, options->arguments[i]);
	text_add_char(&line, '\n');
	if (!status)
		status = call(path, &fd, &error);
	if (!status) {
		status = exchange(fd, &line, &answer, &error);
		close(fd);
	}
	result = status ? terminal_refuse(NULL, &error) : show(&answer);
	text_fini(&line);
	text_fini(&answer);
	return result;
}
