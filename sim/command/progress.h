/*
 * progress.h - one line on the terminal that says how far a long run is.
 */
#ifndef JOBJAM_COMMAND_PROGRESS_H
#define JOBJAM_COMMAND_PROGRESS_H

#include "sim/command/supervise.h"

/* Draws over what it drew before. done of total tasks have ended. */
void progress_draw(const struct bulletin *bulletin, size_t done, size_t total);
/* Leaves the line empty. Nothing if nothing was drawn. */
void progress_erase(void);

#endif
