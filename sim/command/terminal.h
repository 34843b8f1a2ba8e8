/*
 * terminal.h - saying things to people: errors of several lines, made inert.
 */
#ifndef JOBJAM_COMMAND_TERMINAL_H
#define JOBJAM_COMMAND_TERMINAL_H

#include "sim/checks/exit_status.h"
#include "sim/core/status.h"

/* On stderr: "jobjam: where: first line", then the further lines (a traceback) as they
 * are, control characters shown as escapes. where may be NULL. */
void terminal_complain(const char *where, const char *sentences);

/* The exit status that a refusal means (SIM_EINVAL: usage; SIM_EDIED: a subject died …). */
enum exit_status terminal_status_of(int sim_status);
/* Both: says it and returns the status. */
enum exit_status terminal_refuse(const char *where, const struct sim_error *error);

#endif
