/*
 * exec_words.h - the words of "exec:COMMAND": how a program of the user's is started, as the
 * broker or as a machine's firmware.
 *
 * The command is split into words at blanks; '…' and "…" keep blanks, and a closing quote
 * may be followed by more of the same word. There is no shell. Leading NAME=VALUE words
 * are its environment (by way of env). In every word {name} is replaced by what the caller
 * has for it: {socket} or {port}, and {dir}; {conf} for a broker, {serial} for a firmware.
 *
 * {port} is for programs that know a host and a port alone. The number is the same in every
 * run: no real port is used, as the guest's shim turns it into {socket} (shim/loopback.h).
 */
#ifndef JOBJAM_EXEC_WORDS_H
#define JOBJAM_EXEC_WORDS_H

#include "sim/core/status.h"

#include <stdint.h>

#define EXEC_WORDS_MAX 64
#define EXEC_WORDS_BYTES 4096

/* A value that replaces {name} in the words of a command. */
struct exec_value {
	const char *name, *value; /* borrowed; name NULL ends the list */
};

struct exec_words {
	const char *argv[EXEC_WORDS_MAX + 2]; /* NULL-terminated; into memory */
	int n_words;
	char memory[EXEC_WORDS_BYTES];
};

/* Is this SPEC a command? Returns what follows "exec:", or NULL. */
const char *exec_words_of(const char *spec);
/* Splits and replaces; copies everything. SIM_EINVAL with a sentence that begins with what
 * ("--broker exec:…"): an open quote, an unknown {name}, too long, empty. */
int exec_words_parse(const char *what, const char *command,
			 const struct exec_value *values,
			 struct exec_words *ret_words, struct sim_error *error);

/* The port that stands for {socket}, as the value of {port}. */
#define EXEC_PORT_TEXT "1883"
/* The same as a number, when the command has {port}; else 0. SIM_EINVAL when it has neither
 * {port} nor {socket}, or both; does: what it should do there ("connects to"). */
int exec_words_port(const char *what, const char *command, const char *does,
		    uint16_t *ret_port, struct sim_error *error);

#endif
