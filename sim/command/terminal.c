/* terminal.c - errors on stderr, and what they mean for the exit status. */
#include "sim/command/terminal.h"

#include "sim/core/text.h"

#include <stdio.h>
#include <string.h>

/* One line, inert; tabs become blanks because tracebacks indent with them. */
static void add_line(struct text *text, const char *line, size_t length)
{
	char part[1024];
	size_t n = 0;

	for (size_t i = 0; i < length && n + 9 < sizeof(part); i++) {
		if (line[i] == '\t') {
			memset(part + n, ' ', 4);
			n += 4;
		} else {
			part[n++] = line[i];
		}
	}
	part[n] = '\0';
	text_add_plain(text, part);
}

/* Errors of scripts begin with file:line, the file without its folders: those are put in
 * front, so that editors find the place. Others are preceded by the whole where. */
static void add_where(struct text *text, const char *where, const char *sentences)
{
	const char *slash = strrchr(where, '/'), *base = slash ? slash + 1 : where;
	size_t length = strlen(base);
	char folder[1024];

	if (strncmp(sentences, where, strlen(where)) == 0)
		return;
	snprintf(folder, sizeof(folder), "%.*s", (int)(base - where), where);
	if (strncmp(sentences, base, length) == 0 && sentences[length] == ':') {
		text_add_plain(text, folder);
		return;
	}
	text_add_plain(text, where);
	text_add(text, ": ");
}

void terminal_complain(const char *where, const char *sentences)
{
	struct text text = {0};

	text_add(&text, "jobjam: ");
	if (where && *where)
		add_where(&text, where, sentences);
	for (const char *line = sentences; *line;) {
		size_t length = strcspn(line, "\n");

		add_line(&text, line, length);
		text_add_char(&text, '\n');
		line += length + (line[length] == '\n');
	}
	if (!*sentences)
		text_add_char(&text, '\n');
	fputs(text_cstr(&text), stderr);
	text_fini(&text);
}

enum exit_status terminal_status_of(int sim_status)
{
	static const struct {
		int code;
		enum exit_status status;
	} rows[] = {
		{SIM_OK, EXIT_HELD},
		{SIM_EINVAL, EXIT_USAGE},
		{SIM_ENOENT, EXIT_USAGE},
		{SIM_ELIMIT, EXIT_USAGE},
		{SIM_EUNFIT, EXIT_USAGE},
		{SIM_EDIED, EXIT_SUBJECT_DIED},
		{SIM_ESTUCK, EXIT_SUBJECT_DIED},
		{SIM_EIO, EXIT_NOT_WRITTEN},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].code == sim_status)
			return rows[i].status;
	}
	return EXIT_INTERNAL;
}

enum exit_status terminal_refuse(const char *where, const struct sim_error *error)
{
	terminal_complain(where, error->text);
	return terminal_status_of(error->code);
}
