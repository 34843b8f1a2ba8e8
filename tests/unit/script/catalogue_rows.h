/*
 * catalogue_rows.h - tests/net/catalogue.txt, row by row, and what differs with a broker.
 */
#ifndef JOBJAM_TESTS_SCRIPT_CATALOGUE_ROWS_H
#define JOBJAM_TESTS_SCRIPT_CATALOGUE_ROWS_H

#include "tests/testing.h"

#include "sim/core/text.h"

#include <glob.h>
#include <limits.h>

#define CATALOGUE   "tests/net/catalogue.txt"
#define DIFFERENCES "tests/net/catalogue-differences.txt"

enum {
	ROW_SIZE = 1024,
	ROWS_MAX = 400
};

struct row {
	char id[64], lua[ROW_SIZE], checks[ROW_SIZE], words[ROW_SIZE];
	char conf[ROW_SIZE]; /* further lines for the broker; "": none */
};

static inline void cut_out(char *to, size_t size, const char *from, size_t length)
{
	while (length > 0 && (*from == ' ' || *from == '\t')) {
		from++;
		length--;
	}
	while (length > 0 && strchr(" \t\n", from[length - 1]))
		length--;
	snprintf(to, size, "%.*s", (int)length, from);
}

static inline bool says_nothing(const char *line)
{
	return line[0] == '#' || line[strspn(line, " \t\n")] == '\0';
}

/* "id | Lua | [checks] words" */
static inline bool read_row(const char *line, struct row *ret_row)
{
	const char *lua = strstr(line, " | "),
		   *reaction = lua ? strstr(lua + 3, " | ") : NULL;
	if (says_nothing(line) || line[0] == '@')
		return false;
	if (!reaction)
		fail_msg("id | Lua | reaction is needed: %s", line);
	*ret_row = (struct row){0};
	cut_out(ret_row->id, sizeof(ret_row->id), line, (size_t)(lua - line));
	cut_out(ret_row->lua, ROW_SIZE, lua + 3, (size_t)(reaction - lua - 3));
	reaction += 3;
	const char *end = reaction[0] == '[' ? strchr(reaction, ']') : NULL;
	if (end) {
		cut_out(ret_row->checks, ROW_SIZE, reaction + 1,
			(size_t)(end - reaction - 1));
		reaction = end + 1;
	}
	cut_out(ret_row->words, ROW_SIZE, reaction, strlen(reaction));
	if (ret_row->words[0] == '\0')
		fail_msg("%s: it does not say in words what is expected", ret_row->id);
	return true;
}

/* A row whose test is a story of tests/e2e, in real time. */
static inline const char *row_story(const struct row *row)
{
	return strncmp(row->lua, "story ", 6) == 0 ? row->lua + 6 : NULL;
}

/* --- lines that begin with @: what the brokers of the rows below them are told ----------- */

/* The plugin of that broker; NULL: nobody has one for it. */
static inline const char *dynamic_security(const char *broker)
{
	static char found[PATH_MAX];
	char beside[PATH_MAX], *slash;
	glob_t paths;
	found[0] = '\0';
	if (broker) {
		snprintf(beside, sizeof(beside), "%s", broker);
		if ((slash = strrchr(beside, '/')))
			*slash = '\0';
		strncat(beside, "/usr", sizeof(beside) - strlen(beside) - 1);
	} else
		snprintf(beside, sizeof(beside), "/usr");
	strncat(beside, "/lib/*/mosquitto_dynamic_security.so",
		sizeof(beside) - strlen(beside) - 1);
	if (glob(beside, 0, NULL, &paths) == 0) {
		snprintf(found, sizeof(found), "%s", paths.gl_pathv[0]);
		globfree(&paths);
	}
	return found[0] ? found : NULL;
}

/* "@" alone takes back what the lines before it said. */
static inline void read_conf(const char *line, char conf[ROW_SIZE])
{
	size_t used = strlen(conf);
	line += 1 + strspn(line + 1, " \t");
	if (line[strspn(line, "\n")] == '\0')
		conf[0] = '\0';
	else
		snprintf(conf + used, ROW_SIZE - used, "%s", line);
}

/* The lines with $NET (tests/net) and $SECURITY (the plugin) put in; false: there is no such
 * plugin for this broker. */
static inline bool row_conf(const struct row *row, const char *broker,
			    struct text *ret_conf)
{
	const char *plugin = dynamic_security(broker);
	char net[PATH_MAX];
	assert_non_null(realpath("tests/net", net));
	for (const char *at = row->conf; *at; at++) {
		bool is_net = strncmp(at, "$NET", 4) == 0,
		     is_plugin = strncmp(at, "$SECURITY", 9) == 0;
		if (is_plugin && !plugin)
			return false;
		if (is_net || is_plugin)
			text_add(ret_conf, is_net ? net : plugin);
		else
			text_add_char(ret_conf, *at);
		at += is_net ? 3 : is_plugin ? 8 : 0;
	}
	return true;
}

struct catalogue {
	FILE *file;
	char conf[ROW_SIZE];
};

static inline struct catalogue catalogue_open(void)
{
	struct catalogue catalogue = {.file = fopen(CATALOGUE, "r")};
	assert_non_null(catalogue.file);
	return catalogue;
}

/* False, and closed: that was the last. */
static inline bool catalogue_next(struct catalogue *catalogue, struct row *ret_row)
{
	char line[3 * ROW_SIZE];
	while (fgets(line, sizeof(line), catalogue->file)) {
		if (line[0] == '@')
			read_conf(line, catalogue->conf);
		if (!read_row(line, ret_row))
			continue;
		memcpy(ret_row->conf, catalogue->conf, ROW_SIZE);
		return true;
	}
	fclose(catalogue->file);
	return false;
}

/* --- what differs with a broker ---------------------------------------------------------- */

/* What that broker does instead, or false. As the row, but for its first two fields: what the
 * broker's own name for itself begins with, and the row's id. */
static inline bool difference(const char *version, const char *id, struct row *ret_row)
{
	FILE *file = fopen(DIFFERENCES, "r");
	char line[3 * ROW_SIZE];
	struct row row;
	bool found = false;
	assert_non_null(file);
	while (!found && fgets(line, sizeof(line), file))
		found = read_row(line, &row) && strcmp(row.lua, id) == 0 &&
			strncmp(version, row.id, strlen(row.id)) == 0;
	fclose(file);
	if (found)
		*ret_row = row;
	return found;
}

#endif
