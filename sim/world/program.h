/*
 * program.h - programs that are guests beside the broker: firmware that opens its own MQTT
 * connection.
 *
 * Each has a socket of its own to connect to (net/visitor.h) and with it a link. It gets a
 * turn whenever something was sent to it and whenever its own deadline has come, in the order
 * in which programs were started; never more than one instant at a time, so that time passes
 * for all at once. When it ends by itself, that is told to whoever started it.
 */
#ifndef JOBJAM_WORLD_PROGRAM_H
#define JOBJAM_WORLD_PROGRAM_H

#include "sim/world/world.h"

struct program;

struct program_options {
	const char *name;    /* "printer/007": who in the trace, and the name of the link */
	const char *what;    /* "--firmware exec:", for what it is told when it is refused */
	const char *command; /* without "exec:"; {socket} or {port}, {serial}, {dir} */
	const char *serial;
	const char *log_path; /* what it prints; NULL: nowhere to be found */
	void *arg;
	/* It ended or was killed because it never came to rest. May be NULL. */
	void (*ended)(void *arg, sim_ns now, const char *status);
};

/* Starts it at this instant, up to its first rest. Copies the options. The world owns the
 * program. Errors as guest_start, exec_words.h's, or SIM_EIO. */
int program_start(struct world *world, const struct program_options *options,
		  struct program **ret_program, struct sim_error *error);
/* The power goes: killed, its connections end. And comes back: a fresh process. */
void program_power(struct program *program, bool on, sim_ns now);

#endif
