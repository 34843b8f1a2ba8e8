/* status.c - sentences for refusals, and the one refusal that nobody can deal with. */
#include "sim/core/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int sim_fail(struct sim_error *error, int code, const char *format, ...)
{
	if (error != NULL) {
		va_list args;
		va_start(args, format);
		error->code = code;
		if (vsnprintf(error->text, sizeof(error->text), format, args) < 0)
			error->text[0] = '\0';
		va_end(args);
	}
	return code;
}

void sim_out_of_memory(const char *what)
{
	fprintf(stderr, "jobjam: out of memory (%s)\n", what);
	_Exit(70);
}
