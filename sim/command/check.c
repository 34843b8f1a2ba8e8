/* check.c - jobjam check: load, build the fleet, say what was found; nothing runs. */
#include "sim/command/paths.h"
#include "sim/command/scenarios.h"
#include "sim/command/session.h"
#include "sim/command/terminal.h"
#include "sim/command/verbs.h"
#include "sim/script/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct checking {
	const struct options *options;
	struct scenarios scenarios;
};

/* "  printers    ", or blanks under the same word for further lines. */
static void add_label(struct text *text, const char *label)
{
	text_addf(text, "  %-12s", label);
}

static void add_settings(struct text *text, const struct settings *settings)
{
	for (size_t i = 0; i < settings->n; i++) {
		text_add(text, i ? ", " : " { ");
		text_add_plain(text, settings->items[i].name);
		text_add(text, " = ");
		text_add_plain(text, settings->items[i].value);
	}
	text_add(text, settings->n ? " }" : "");
}

static void add_head(struct text *text, const struct plan *plan)
{
	char start[INSTANT_TEXT_MAX], length[DURATION_TEXT_MAX];

	add_label(text, "name");
	text_add_plain(text, plan->name);
	text_add(text, "\n");
	if (plan->about && *plan->about) {
		add_label(text, "about");
		text_add_plain(text, plan->about);
		text_add(text, "\n");
	}
	add_label(text, "start");
	text_addf(text, "%s, for %s, seed %llu\n",
		  instant_text(plan->start_utc_ns, start),
		  duration_text(plan->length, length), (unsigned long long)plan->seed);
}

/* Neighbours of one model, zone and build together. */
static void add_printers(struct text *text, const struct fleet *fleet)
{
	int n = fleet_count(fleet);

	for (int i = 0, same; i < n; i += same) {
		const struct fleet_printer *first = fleet_printer(fleet, i),
					   *last = first;

		for (same = 1; i + same < n; same++) {
			const struct fleet_printer *next = fleet_printer(fleet, i + same);

			if (next->model != first->model ||
			    strcmp(next->zone_name, first->zone_name) != 0 ||
			    strcmp(next->firmware, first->firmware) != 0)
				break;
			last = next;
		}
		add_label(text, i ? "" : "printers");
		text_addf(text, "%d %s in %s with %s: %s", same, first->model->name,
			  first->zone_name, first->firmware, first->name);
		if (same > 1)
			text_addf(text, " to %s", last->name);
		text_add(text, "\n");
	}
}

static void add_people(struct text *text, const struct plan *plan,
		       const struct fleet *fleet)
{
	add_label(text, "service");
	text_addf(text, "build %s", fleet_cloud_build(fleet));
	add_settings(text, &plan->cloud);
	text_add(text, "\n");
	for (int i = 0; i < plan->n_owners; i++) {
		add_label(text, i ? "" : "owners");
		text_add(text, "of ");
		text_add_plain(text, plan->owners[i].of);
		add_settings(text, &plan->owners[i].options);
		text_add(text, "\n");
	}
}

static int by_instant(const void *a, const void *b)
{
	const sim_ns *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The instants at which the script does something: its faults are armed there. */
static void add_deeds(struct text *text, const struct plan *plan)
{
	sim_ns *instants = calloc(plan->n_deeds ? plan->n_deeds : 1, sizeof(*instants));
	size_t told = 0;

	if (!instants)
		return;
	for (size_t i = 0; i < plan->n_deeds; i++)
		instants[i] = plan->deeds[i].at;
	qsort(instants, plan->n_deeds, sizeof(*instants), by_instant);
	for (size_t i = 0; i < plan->n_deeds; i++) {
		char instant[INSTANT_TEXT_MAX], into[DURATION_TEXT_MAX];

		if (i && instants[i] == instants[i - 1])
			continue;
		if (told++ == 20) {
			add_label(text, "");
			text_addf(text, "… and later\n");
			break;
		}
		add_label(text, told > 1 ? "" : "acts at");
		text_addf(text, "%s (after %s)\n",
			  instant_text(plan->start_utc_ns + instants[i], instant),
			  duration_text(instants[i], into));
	}
	free(instants);
}

static void add_expectations(struct text *text, const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_expectations; i++) {
		const struct plan_expectation *expectation = &plan->expectations[i];

		add_label(text, i ? "" : "expects");
		text_add(text, expectation->sometimes ? "sometimes " : "never ");
		text_add_plain(text, expectation->property ? expectation->property->name
							   : "a function of the script");
		add_settings(text, &expectation->values);
		text_add(text, "  (");
		text_add_plain(text, expectation->where ? expectation->where : "");
		text_add(text, ")\n");
	}
	for (size_t i = 0; i < plan->n_known_bads; i++) {
		const struct plan_known_bad *known = &plan->known_bads[i];

		add_label(text, i ? "" : "known bad");
		text_add(text, "firmware ");
		text_add_plain(text, known->firmware ? known->firmware : "any");
		text_add(text, ", cloud ");
		text_add_plain(text, known->cloud ? known->cloud : "any");
		for (size_t j = 0; j < known->n_breaks; j++) {
			text_add(text, j ? ", " : " breaks ");
			text_add_plain(text, known->breaks[j]);
		}
		text_add(text, known->n_breaks ? "\n" : " breaks nothing\n");
	}
}

static void add_parameters(struct text *text, const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_params; i++) {
		const struct plan_param *param = &plan->params[i];

		add_label(text, i ? "" : "parameters");
		text_add_plain(text, param->name);
		text_add(text, " = ");
		text_add_plain(text, param->value ? param->value : "");
		text_add(text, param->overridden ? " (command line)" : "");
		if (param->help && *param->help) {
			text_add(text, ": ");
			text_add_plain(text, param->help);
		}
		text_add(text, "\n");
	}
}

static void tell(const struct options *options, const char *path, const struct plan *plan,
		 const struct fleet *fleet)
{
	struct text text = {0};

	text_add_plain(&text, path);
	text_add(&text, ": ok\n");
	if (!options->quiet) {
		add_head(&text, plan);
		add_printers(&text, fleet);
		add_people(&text, plan, fleet);
		add_deeds(&text, plan);
		add_expectations(&text, plan);
		add_parameters(&text, plan);
	}
	fputs(text_cstr(&text), stdout);
	text_fini(&text);
}

static enum exit_status work(void *arg, size_t index, int core, struct bulletin *bulletin)
{
	const struct checking *checking = arg;
	const struct options *options = checking->options;
	struct session_options session = {.command = options,
					  .path = checking->scenarios.paths[index]};
	struct fleet_options fleet_options = {
		.shim_path = paths_shim(),
		.firmware_dir = paths_firmware(),
		.firmware = options->firmware,
		.core = core,
	};
	enum exit_status status = EXIT_HELD;
	struct script *script = NULL;
	struct fleet *fleet = NULL;
	struct sim_error error;
	uint64_t seed;

	bulletin_write(bulletin->name, sizeof(bulletin->name), session.path);
	if (session_load(&session, &script, &seed, &error) ||
	    fleet_new(script_plan(script), &fleet_options, &fleet, &error))
		status = terminal_refuse(session.path, &error);
	else
		tell(options, session.path, script_plan(script), fleet);
	fleet_free(fleet);
	script_free(script);
	return status;
}

static void done(void *arg, size_t index, const struct ending *ending)
{
	(void)arg, (void)index;
	fwrite(ending->output, 1, ending->output_length, stdout);
	fflush(stdout);
	fwrite(ending->errors, 1, ending->errors_length, stderr);
}

enum exit_status verb_check(const struct options *options)
{
	struct checking checking = {.options = options};
	struct supervision supervision = {
		.jobs = options->jobs,
		.watchdog_ms = options->watchdog_ms,
		.arg = &checking,
		.work = work,
		.done = done,
	};
	enum exit_status status = scenarios_collect(options, false, &checking.scenarios);

	supervision.n = checking.scenarios.n;
	if (status == EXIT_HELD)
		status = supervise(&supervision);
	scenarios_fini(&checking.scenarios);
	return status;
}
