/* broker_command.c - splitting a command into words, without a shell. */
#include "sim/world/broker_command.h"

#include <string.h>

static const char prefix[] = "exec:";

struct reading {
	const char *what;
	const struct command_value *values;
	struct broker_command *command;
	size_t used;
	struct sim_error *error;
};

const char *broker_command_of(const char *spec)
{
	if (!spec || strncmp(spec, prefix, sizeof(prefix) - 1) != 0)
		return NULL;
	return spec + sizeof(prefix) - 1;
}

static int put(struct reading *reading, const char *bytes, size_t length)
{
	if (length >= sizeof(reading->command->memory) - reading->used)
		return sim_fail(reading->error, SIM_ELIMIT,
				"%s: the command is longer than %zu bytes", reading->what,
				sizeof(reading->command->memory));
	memcpy(reading->command->memory + reading->used, bytes, length);
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
	for (const struct command_value *value = reading->values; value->name; value++) {
		if (strlen(value->name) != length ||
		    memcmp(value->name, *at + 1, length) != 0)
			continue;
		*at += length + 2;
		return put(reading, value->value, strlen(value->value));
	}
	if (length == 4 && memcmp(*at + 1, "port", 4) == 0)
		return sim_fail(
			reading->error, SIM_EINVAL,
			"%s: {port} is loopback TCP, which delivers in pieces that no two runs "
			"share; in virtual time let it use the AF_UNIX path {socket}",
			reading->what);
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

int broker_command_parse(const char *what, const char *command,
			 const struct command_value *values,
			 struct broker_command *ret_command, struct sim_error *error)
{
	struct reading reading = {what, values, ret_command, 0, error};
	const char *at = command + strspn(command, " \t\n");
	int status = SIM_OK, n = 0;

	if (sets_variable(at))
		ret_command->argv[n++] = "env";
	while (status == SIM_OK && *at) {
		if (n == BROKER_COMMAND_WORDS)
			return sim_fail(error, SIM_ELIMIT,
					"%s: the command has more than %d words", what,
					BROKER_COMMAND_WORDS);
		ret_command->argv[n++] = ret_command->memory + reading.used;
		status = put_word(&reading, &at);
		at += strspn(at, " \t\n");
	}
	ret_command->argv[n] = NULL;
	ret_command->n_words = n;
	if (status == SIM_OK && n == 0)
		return sim_fail(error, SIM_EINVAL, "%s: the command is empty", what);
	return status;
}
