/*
 * broker_command.h - the words of "exec:COMMAND": how a broker that is not a mosquitto is
 * started.
 *
 * The command is split into words at blanks; '…' and "…" keep blanks, and a closing quote
 * may be followed by more of the same word. There is no shell. Leading NAME=VALUE words
 * are its environment (by way of env). In every word these are replaced:
 *
 *	{socket}  the path that it must listen on (AF_UNIX); has to occur
 *	{dir}     the private folder of the run, removed at its end
 *	{conf}    the configuration that a mosquitto would be given
 *
 * {port} is refused: what loopback TCP delivers comes in pieces that no two runs share.
 */
#ifndef JOBJAM_BROKER_COMMAND_H
#define JOBJAM_BROKER_COMMAND_H

#include "sim/core/status.h"

#include <stdbool.h>

#define BROKER_COMMAND_WORDS 64
#define BROKER_COMMAND_BYTES 4096

/* A value that replaces {name} in the words of a command. */
struct command_value {
	const char *name, *value; /* borrowed; name NULL ends the list */
};

struct broker_command {
	const char *argv[BROKER_COMMAND_WORDS + 2]; /* NULL-terminated; into memory */
	int n_words;
	char memory[BROKER_COMMAND_BYTES];
};

/* Is this SPEC a command? Returns what follows "exec:", or NULL. */
const char *broker_command_of(const char *spec);
/* Splits and replaces; copies everything. SIM_EINVAL with a sentence that begins with what
 * ("--broker exec:…"): an open quote, an unknown {name}, too long, empty. */
int broker_command_parse(const char *what, const char *command,
			 const struct command_value *values,
			 struct broker_command *ret_command, struct sim_error *error);

#endif
