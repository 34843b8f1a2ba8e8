/*
 * write_file.h - a whole file or none, with its permission bits.
 */
#ifndef JOBJAM_REPORTS_WRITE_FILE_H
#define JOBJAM_REPORTS_WRITE_FILE_H

#include "reports/run.h"

/* As report_write_file (run.h), which uses 0644. */
int report_write_file_mode(const char *path, const struct text *text, int mode,
			   struct sim_error *error);

#endif
