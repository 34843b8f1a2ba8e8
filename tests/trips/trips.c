/*
 * trips.c - how soon each reference build trips, and how hot the block (or bed) truly is at
 * that moment: a table, beside figures of a prototype of the same algorithms with a generic
 * controller. Prints; decides nothing.
 *
 *	trips FOLDER-OF-BUILDS
 *
 * Measured: a nozzle-only job at 220 C, fan off, no filament, readings with 0.15 C of noise;
 * the fault comes after half an hour. "Before": the fault is there when the job starts, and
 * counted is from the first heating of the part. "Idle": no job. The bed rows hold 60 C.
 */
#include "printers/faults.h"
#include "printers/machine.h"
#include "tests/trips/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const sim_ns BEGINS = 30 * SIM_MIN, WATCHED = 20 * SIM_MIN;

struct bench {
	struct clock clock;
	struct trace *trace;
	struct job_shelf *shelf;
	struct firmware_build *build;
	struct printer *printer;
	struct printer_model model;
	struct plant_constants plant;
	size_t seen;
};

static void fail(const char *what, const struct sim_error *error)
{
	fprintf(stderr, "trips: %s: %s\n", what, error->text);
	exit(2);
}

static void ignore_report(void *arg, sim_ns now, const void *payload, size_t length,
			  int qos, enum trace_level level, trace_id cause)
{
	(void)arg, (void)now, (void)payload, (void)length, (void)qos, (void)level,
		(void)cause;
}

static void set_up(struct bench *bench, const char *dir, const struct row *row,
		   const struct column *column)
{
	struct sim_error error = {0};
	struct job_file file = {.name = "bench",
				.md5 = "aa",
				.url = "aa",
				.x1_mm = 20,
				.y1_mm = 20,
				.height_mm = 0.2,
				.layer_mm = 0.2,
				.layers = 1,
				.print_for = 3 * SIM_H,
				.grams = 0.03,
				.metres = 0.01,
				.nozzle_c = 220,
				.bed_c = row->bed_c};
	*bench = (struct bench){.clock = {.start_utc_s = 1692025200}};
	bench->trace = trace_new(&bench->clock, TRACE_STORY);
	bench->shelf = job_shelf_new();
	bench->model = *printer_model_find(row->model);
	bench->plant = *bench->model.plant;
	bench->plant.noise_c = 0.15;
	bench->model.plant = &bench->plant;
	if (job_shelf_add(bench->shelf, &file, &error))
		fail("job", &error);
	if (firmware_build_load(column->build, dir, &bench->build, &error))
		fail(column->build, &error);
	struct printer_options options = {.name = "printer/1",
					  .serial = "SIM00001",
					  .model = &bench->model,
					  .build = bench->build,
					  .settings = column->settings,
					  .shelf = bench->shelf,
					  .seed = 1,
					  .trace = bench->trace,
					  .clock = &bench->clock,
					  .room_c = 25,
					  .outlets = {.report = ignore_report}};
	if (printer_new(&options, &bench->printer, &error))
		fail(column->build, &error);
	printer_online(bench->printer, 0, true, 0);
}

static void tear_down(struct bench *bench)
{
	printer_free(bench->printer);
	firmware_build_free(bench->build);
	job_shelf_free(bench->shelf);
	trace_free(bench->trace);
}

static const struct trace_event *next(struct bench *bench, enum trace_kind kind,
				      const char *part)
{
	while (bench->seen < trace_count(bench->trace)) {
		const struct trace_event *event = trace_at(bench->trace, bench->seen++);
		if (event->kind == kind &&
		    (!part || strcmp(trace_text(event, "part", ""), part) == 0))
			return event;
	}
	return NULL;
}

/* Lives until t, or until an event of that kind. */
static const struct trace_event *live(struct bench *bench, sim_ns t, enum trace_kind kind,
				      const char *part)
{
	const struct trace_event *event;
	sim_ns due;
	while ((event = next(bench, kind, part)) == NULL &&
	       (due = printer_due(bench->printer, bench->clock.now)) <= t) {
		bench->clock.now = due;
		printer_advance(bench->printer, due);
	}
	if (!event) {
		bench->clock.now = t;
		printer_advance(bench->printer, t);
	}
	return event;
}

static void start(struct bench *bench)
{
	static const char JSON[] =
		"{\"print\":{\"sequence_id\":\"1\",\"command\":\"project_file\","
		"\"task_id\":\"1\",\"subtask_id\":\"1\",\"subtask_name\":\"bench\","
		"\"url\":\"aa\",\"md5\":\"aa\",\"sent_at\":%lld}}";
	char json[400];
	long long now_ms =
		(long long)(clock_utc_ns(&bench->clock, bench->clock.now) / SIM_MS);
	int n = snprintf(json, sizeof(json), JSON, now_ms);
	printer_message(bench->printer, bench->clock.now, json, (size_t)n, 0);
}

static void inject(struct bench *bench, const struct row *row)
{
	struct value values[8];
	struct sim_error error = {0};
	const struct vocab_row *fault = NULL;
	for (size_t i = 0; (fault = printer_fault_row(i)) != NULL; i++)
		if (strcmp(fault->name, row->fault) == 0)
			break;
	if (!fault) {
		snprintf(error.text, sizeof(error.text), "no such fault");
		fail(row->fault, &error);
	}
	vocab_defaults(fault, values);
	for (int i = 0; i < OPTIONS && row->option[i][0]; i++) {
		int at = vocab_find_param(fault, row->option[i][0]);
		if (at < 0 || param_parse(&fault->params[at], row->option[i][1],
					  &values[at], &error))
			fail(row->option[i][0], &error);
	}
	if (printer_fault_apply(bench->printer, fault, values, NULL, bench->clock.now, 0,
				&error))
		fail(row->fault, &error);
}

static bool has(const struct bench *bench, enum trace_kind kind)
{
	for (size_t i = 0; i < trace_count(bench->trace); i++)
		if (trace_at(bench->trace, i)->kind == kind)
			return true;
	return false;
}

/* "41 (273)"; "never (409)" with the hottest that it was. */
static void measure(const char *dir, const struct row *row, const struct column *column,
		    char *ret_text, size_t size)
{
	struct bench bench;
	struct printer_view view;
	const char *part = strcmp(row->option[0][0] ? row->option[0][1] : "", "bed") == 0
				   ? "bed"
				   : "nozzle";
	sim_ns since;
	set_up(&bench, dir, row, column);
	if (row->when == BEFORE)
		inject(&bench, row);
	if (row->when != IDLE)
		start(&bench);
	if (row->when == BEFORE) {
		const struct trace_event *on = live(&bench, BEGINS, KIND_HEAT_ON, part);
		since = on ? on->t : bench.clock.now;
	} else {
		const struct trace_event *early =
			live(&bench, BEGINS, KIND_FIRMWARE_TRIP, NULL);
		if (early) {
			snprintf(ret_text, size, "! trips before");
			tear_down(&bench);
			return;
		}
		since = bench.clock.now;
		inject(&bench, row);
	}
	const struct trace_event *trip =
		live(&bench, since + WATCHED, KIND_FIRMWARE_TRIP, NULL);
	printer_look(bench.printer, bench.clock.now, &view);
	double c = part[0] == 'b' ? view.bed_c : view.nozzle_c;
	if (trip)
		snprintf(ret_text, size, "%.*f (%.0f)", trip->t - since < 10 * SIM_S,
			 (double)(trip->t - since) / 1e9, c);
	else
		snprintf(ret_text, size, "%s (%.0f)",
			 has(&bench, KIND_FIRMWARE_ALERT) ? "warns" : "never", c);
	tear_down(&bench);
}

int main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : "build/debug/firmware";
	printf("Seconds from the fault to the trip, and the true temperature then (C).\n"
	       "Second line of each row: the prototype's figures. never: not within 20 min, "
	       "with the temperature then; warns: an alert, no trip. Below that: why the two "
	       "differ, or why nobody sees it.\n\n%-28s",
	       "");
	for (int i = 0; i < COLUMNS; i++)
		printf(" %-15s", COLUMN[i].title);
	printf("\n");
	for (size_t r = 0; r < sizeof(ROWS) / sizeof(ROWS[0]); r++) {
		printf("%-28s", ROWS[r].title);
		for (int i = 0; i < COLUMNS; i++) {
			char text[40];
			measure(dir, &ROWS[r], &COLUMN[i], text, sizeof(text));
			printf(" %-15s", text);
			fflush(stdout);
		}
		printf("\n%-28s", "");
		for (int i = 0; i < COLUMNS; i++)
			printf(" %-15s", ROWS[r].facts[i] ? ROWS[r].facts[i] : "");
		printf("\n");
		if (ROWS[r].why)
			printf("    %s\n", ROWS[r].why);
	}
	return 0;
}
