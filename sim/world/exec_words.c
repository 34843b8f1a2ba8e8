/* exec_words.c - splitting a command into words, without a shell. */
#include "sim/world/exec_words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char prefix[] = "exec:";

struct reading {
	const char *what;
	const struct exec_value *values;
	struct exec_words *words;
	size_t used;
	struct sim_error *error;
};

const char *exec_words_of(const char *spec)
{
	if (!spec || strncmp(spec, prefix, sizeof(prefix) - 1) != 0)
		return NULL;
	return spec + sizeof(prefix) - 1;
}

static int put(struct reading *reading, const char *bytes, size_t length)
{
	if (length >= sizeof(reading->words->memory) - reading->used)
		return sim_fail(reading->error, SIM_ELIMIT,
				"%s: the command is longer than %zu bytes", reading->what,
				sizeof(reading->words->memory));
	memcpy(reading->words->memory + reading->used, bytes, length);
	reading->used += length;
	return SIM_OK;
}

/* A name in braces; what is in braces and no name is left as it stands ("{a: 1}"). */
static int put_value(struct reading *reading, const char **at)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";
	size_t length = strspn(*at + 1, letters);

	if (length == 0 || (*at)[1 + length] != '}')
		return put(reading, (*at)++, 1);
	for (const struct exec_value *value = reading->values; value->name; value++) {
		if (strlen(value->name) != length ||
		    memcmp(value->name, *at + 1, length) != 0)
			continue;
		*at += length + 2;
		return put(reading, value->value, strlen(value->value));
	}
	return sim_fail(reading->error, SIM_EINVAL, "%s: there is no {%.*s} here",
			reading->what, (int)length, *at + 1);
}

/* One word, which starts at *at and is no blank. */
static int put_word(struct reading *reading, const char **at)
{
	char quote = '\0';
	int status = SIM_OK;

	while (status == SIM_OK && **at && (quote || !strchr(" \t\n", **at))) {
		if (quote ? **at == quote : **at == '\'' || **at == '"')
			quote = quote ? '\0' : **at, (*at)++;
		else if (**at == '{')
			status = put_value(reading, at);
		else
			status = put(reading, (*at)++, 1);
	}
	if (status == SIM_OK && quote)
		return sim_fail(reading->error, SIM_EINVAL, "%s: a %c is not closed",
				reading->what, quote);
	return status == SIM_OK ? put(reading, "", 1) : status;
}

/* Leading NAME=VALUE words are for env to take. */
static bool sets_variable(const char *word)
{
	size_t length = strcspn(word, "=/ ");

	return length > 0 && word[length] == '=';
}

int exec_words_parse(const char *what, const char *command,
		     const struct exec_value *values, struct exec_words *ret_words,
		     struct sim_error *error)
{
	struct reading reading = {what, values, ret_words, 0, error};
	const char *at = command + strspn(command, " \t\n");
	int status = SIM_OK, n = 0;

	if (sets_variable(at))
		ret_words->argv[n++] = "env";
	while (status == SIM_OK && *at) {
		if (n == EXEC_WORDS_MAX)
			return sim_fail(error, SIM_ELIMIT,
					"%s: the command has more than %d words", what,
					EXEC_WORDS_MAX);
		ret_words->argv[n++] = ret_words->memory + reading.used;
		status = put_word(&reading, &at);
		at += strspn(at, " \t\n");
	}
	ret_words->argv[n] = NULL;
	ret_words->n_words = n;
	if (status == SIM_OK && n == 0)
		return sim_fail(error, SIM_EINVAL, "%s: the command is empty", what);
	return status;
}

int exec_words_port(const char *what, const char *command, const char *does,
		    uint16_t *ret_port, struct sim_error *error)
{
	bool port = strstr(command, "{port}"), socket = strstr(command, "{socket}");

	*ret_port = port ? (uint16_t)strtoul(EXEC_PORT_TEXT, NULL, 10) : 0;
	if (port && socket)
		return sim_fail(error, SIM_EINVAL,
				"%s%s: the command has {socket} and {port}; they are two "
				"names of one thing, so let it have one",
				what, command);
	if (!port && !socket)
		return sim_fail(error, SIM_EINVAL,
				"%s%s: the command says nowhere that it %s {socket}, an "
				"AF_UNIX path, or port {port} of 127.0.0.1",
				what, command, does);
	return SIM_OK;
}
