/*
 * exit_status.h - what jobjam tells the shell. The one table: --help, README and the code
 * all read it.
 */
#ifndef JOBJAM_EXIT_STATUS_H
#define JOBJAM_EXIT_STATUS_H

#include <stddef.h>

enum exit_status {
	EXIT_HELD = 0,
	EXIT_BROKEN = 1,
	EXIT_USAGE = 2,
	EXIT_INCONCLUSIVE = 3,
	EXIT_SUBJECT_DIED = 4,
	EXIT_NOT_REPRODUCIBLE = 5,
	EXIT_NOTHING_MATCHED = 6,
	EXIT_INTERNAL = 70,
	EXIT_NOT_WRITTEN = 74,
	EXIT_INTERRUPTED = 130,
};

struct exit_row {
	enum exit_status status;
	const char *meaning;
};
/* In order of number; NULL past the end. */
const struct exit_row *exit_row_at(size_t index);
/* Of two that apply, the one to report: 70, 74, 2, 130, 4, 5, 1, 3, 6, 0. */
enum exit_status exit_worse(enum exit_status a, enum exit_status b);

#endif
