/* report.c - jobjam report: the reports of a recorded run, written anew. */
#include "sim/command/recorded.h"
#include "sim/command/terminal.h"
#include "sim/command/verbs.h"

#include <stdio.h>
#include <unistd.h>

enum exit_status verb_report(const struct options *options)
{
	struct text text = {0};
	struct sim_error error;
	enum exit_status status = EXIT_HELD;
	struct run *run;

	if (recorded_open(options, options->arguments[0], &run, &error))
		return terminal_refuse(NULL, &error);
	if (report_write_all(run, &error))
		status = terminal_refuse(NULL, &error);
	else
		report_terminal(run, options_colour(options, STDOUT_FILENO), false,
				&text);
	fputs(text_cstr(&text), stdout);
	text_fini(&text);
	run_free(run);
	return status;
}
