/* firmware.c - jobjam firmware check: the conformance suite, as a table. */
#include "printers/firmware/check.h"

#include "sim/command/paths.h"
#include "sim/command/terminal.h"
#include "sim/command/verbs.h"
#include "sim/core/text.h"

#include <stdio.h>
#include <string.h>

struct table {
	bool quiet;
	size_t n;
};

static void add_row(void *arg, const struct firmware_finding *finding)
{
	struct table *table = arg;
	struct text text = {0};

	table->n++;
	if (table->quiet && finding->ok)
		return;
	text_addf(&text, "%-7s %-24s", finding->ok ? "ok" : "FAILED", finding->name);
	if (finding->ok && !finding->why[0])
		text_add(&text, finding->what);
	if (finding->why[0])
		text_add_plain(&text, finding->why);
	if (!finding->ok) {
		text_addf(&text, "\n%33sit must hold: %s\n%33swhat to do:   %s", "",
			  finding->what, "", finding->advice);
	}
	text_add(&text, "\n");
	fputs(text_cstr(&text), stdout);
	fflush(stdout);
	text_fini(&text);
}

/* A shipped build's name stands for its file. */
static void path_of(const char *spec, struct text *ret_path)
{
	size_t length = strlen(spec);

	if (strchr(spec, '/') || (length > 3 && strcmp(spec + length - 3, ".so") == 0))
		text_addf(ret_path, "%s%s", strchr(spec, '/') ? "" : "./", spec);
	else
		text_addf(ret_path, "%s/%s.so", paths_firmware(), spec);
}

enum exit_status verb_firmware(const struct options *options)
{
	struct table table = {.quiet = options->quiet};
	struct sim_error error = {0};
	struct text path = {0};
	enum exit_status status;
	size_t failed = 0;

	if (strcmp(options->arguments[0], "check") != 0) {
		sim_fail(&error, SIM_EINVAL,
			 "firmware %.100s: what can be done with a build is: check",
			 options->arguments[0]);
		return terminal_refuse(NULL, &error);
	}
	path_of(options->arguments[1], &path);
	if (firmware_check(text_cstr(&path), add_row, &table, &failed, &error)) {
		status = terminal_refuse(NULL, &error);
	} else {
		status = failed ? EXIT_BROKEN : EXIT_HELD;
		printf("%zu of %zu hold\n", table.n - failed, table.n);
	}
	text_fini(&path);
	return status;
}
