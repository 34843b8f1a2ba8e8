/*
 * help.h - what --help prints, made from the tables of verbs, options and exit statuses.
 */
#ifndef JOBJAM_COMMAND_HELP_H
#define JOBJAM_COMMAND_HELP_H

#include "sim/command/verbs.h"

#include <stdio.h>

enum exit_status help_all(void);                     /* on stdout */
enum exit_status help_verb(const struct verb *verb); /* on stdout */
void help_usage(FILE *file);                         /* the short form */

#endif
