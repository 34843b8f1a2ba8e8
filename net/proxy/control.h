/*
 * control.h - faults switched on and off while the proxy runs.
 *
 * A unix socket, mode 0600. A client sends one line and reads the answer to its end: "ok" or
 * "error" on the first line, then text. What can be said stands in one table (command.c) and
 * comes with `help`. At most CONTROL_CLIENTS_MAX at a time, CONTROL_LINE_MAX bytes a line,
 * CONTROL_PATIENCE seconds to say it; more is turned away.
 */
#ifndef JOBJAM_NET_PROXY_CONTROL_H
#define JOBJAM_NET_PROXY_CONTROL_H

#include "sim/core/status.h"
#include "sim/core/text.h"

#include <stddef.h>

#define CONTROL_CLIENTS_MAX 16
#define CONTROL_LINE_MAX    4096
#define CONTROL_PATIENCE    10

struct control;
struct proxy;

/* Listens on path (copied). SIM_EINVAL and a sentence. */
int control_new(struct proxy *proxy, const char *path, struct control **ret_control,
		struct sim_error *error);
void control_free(struct control *control);

/* Does what the line says (its length bytes, without a newline; any bytes are fine) and
 * appends the whole answer, "ok" or "error" first. */
void control_answer(struct proxy *proxy, const char *line, size_t length,
		    struct text *ret_answer);

#endif
