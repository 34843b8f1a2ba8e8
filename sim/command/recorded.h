/*
 * recorded.h - finding and opening recorded runs.
 */
#ifndef JOBJAM_COMMAND_RECORDED_H
#define JOBJAM_COMMAND_RECORDED_H

#include "reports/run.h"
#include "sim/command/options.h"

/* RUN as people name it: a run directory, a file in one, a scenario's folder, or the name
 * of a scenario whose newest run is meant (in --out). SIM_ENOENT names what is near. */
int recorded_find(const struct options *options, const char *run, char ret_directory[],
		  size_t size, struct sim_error *error);

/* recorded_find and run_read; a note (a torn last line) goes to stderr. *ret_run is owned
 * by the caller. */
int recorded_open(const struct options *options, const char *run, struct run **ret_run,
		  struct sim_error *error);

#endif
