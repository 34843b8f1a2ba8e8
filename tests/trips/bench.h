/*
 * bench.h - one machine with one build, one fault of rows.h, and what came of it: for trips.c,
 * which prints it, and for the unit tests, which run it twice.
 *
 * A nozzle-only job at 220 C, fan off, no filament, readings with 0.15 C of noise; the fault
 * comes after half an hour. "Before": the fault is there when the job starts, and counted is
 * from the first heating of the part. "Idle": no job. The bed rows hold 60 C.
 */
#ifndef JOBJAM_TESTS_TRIPS_BENCH_H
#define JOBJAM_TESTS_TRIPS_BENCH_H

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
	size_t seen;
};

/* Where its firmware comes from, and what is done to it on the way. */
struct bench_way {
	const char *dir;
	sim_ns step; /* the plant's longest; 0: its own */
	bool ideal;  /* readings without noise */
	/* Called between two events, several times before and after the fault; NULL: not. */
	void (*disturb)(struct bench *bench);
};

static inline void trips_fail(const char *what, const struct sim_error *error)
{
	fprintf(stderr, "trips: %s: %s\n", what, error->text);
	exit(2);
}

static inline void ignore_report(void *arg, sim_ns now, const void *payload, size_t length,
				 int qos, enum trace_level level, trace_id cause)
{
	(void)arg, (void)now, (void)payload, (void)length, (void)qos, (void)level,
		(void)cause;
}

static inline void set_up(struct bench *bench, const struct bench_way *way,
			  const struct row *row, const struct column *column)
{
	/* Ideal readings stand still although nothing is wrong. */
	bool rule = strstr(column->settings, "heat_flat_line") != NULL;
	char settings[256];
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
	if (job_shelf_add(bench->shelf, &file, &error))
		trips_fail("job", &error);
	snprintf(settings, sizeof(settings), "%s%s", column->settings,
		 rule && way->ideal ? "heat_flat_line=false\n" : "");
	if (firmware_build_load(column->build, way->dir, &bench->build, &error))
		trips_fail(column->build, &error);
	struct printer_options options = {.name = "printer/1",
					  .serial = "SIM00001",
					  .model = &bench->model,
					  .build = bench->build,
					  .settings = settings,
					  .shelf = bench->shelf,
					  .seed = 1,
					  .trace = bench->trace,
					  .clock = &bench->clock,
					  .room_c = 25,
					  .noise_c = way->ideal ? 0 : 0.15,
					  .outlets = {.report = ignore_report}};
	if (printer_new(&options, &bench->printer, &error))
		trips_fail(column->build, &error);
	printer_online(bench->printer, 0, true, 0);
}

static inline void tear_down(struct bench *bench)
{
	printer_free(bench->printer);
	firmware_build_free(bench->build);
	job_shelf_free(bench->shelf);
	trace_free(bench->trace);
}

static inline const struct trace_event *next(struct bench *bench, enum trace_kind kind,
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
static inline const struct trace_event *live(struct bench *bench, sim_ns t,
					     enum trace_kind kind, const char *part)
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

static inline void start(struct bench *bench)
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

static inline void inject(struct bench *bench, const struct row *row)
{
	struct value values[8];
	struct sim_error error = {0};
	const struct vocab_row *fault = NULL;
	for (size_t i = 0; (fault = printer_fault_row(i)) != NULL; i++)
		if (strcmp(fault->name, row->fault) == 0)
			break;
	if (!fault) {
		snprintf(error.text, sizeof(error.text), "no such fault");
		trips_fail(row->fault, &error);
	}
	vocab_defaults(fault, values);
	for (int i = 0; i < OPTIONS && row->option[i][0]; i++) {
		int at = vocab_find_param(fault, row->option[i][0]);
		if (at < 0 || param_parse(&fault->params[at], row->option[i][1],
					  &values[at], &error))
			trips_fail(row->option[i][0], &error);
	}
	if (printer_fault_apply(bench->printer, fault, values, NULL, bench->clock.now, 0,
				&error))
		trips_fail(row->fault, &error);
}

static inline bool has(const struct bench *bench, enum trace_kind kind)
{
	for (size_t i = 0; i < trace_count(bench->trace); i++)
		if (trace_at(bench->trace, i)->kind == kind)
			return true;
	return false;
}

struct bench_result {
	bool early, tripped, warned; /* early: before the fault */
	sim_ns after;                /* the fault, or the first heating */
	double c;                    /* the part's true temperature then, or at the end */
};

static inline bool row_is_bed(const struct row *row)
{
	return row->option[0][0] && strcmp(row->option[0][1], "bed") == 0;
}

/* Until it trips, or for WATCHED; disturbed after a tenth of a second, and ever later. */
static inline const struct trace_event *until_trip(struct bench *bench, sim_ns since,
						   const struct bench_way *way)
{
	sim_ns next_s = SIM_S / 10;
	while (way->disturb && next_s < WATCHED) {
		const struct trace_event *trip =
			live(bench, since + next_s, KIND_FIRMWARE_TRIP, NULL);
		if (trip)
			return trip;
		way->disturb(bench);
		next_s *= 3;
	}
	return live(bench, since + WATCHED, KIND_FIRMWARE_TRIP, NULL);
}

/* Lives through it in *bench, which the caller tears down afterwards. */
static inline struct bench_result bench_run(struct bench *bench, const struct row *row,
					    const struct column *column,
					    const struct bench_way *way)
{
	struct bench_result result = {0};
	const char *part = row_is_bed(row) ? "bed" : "nozzle";
	struct printer_view view;
	sim_ns since = BEGINS;

	set_up(bench, way, row, column);
	if (way->step > 0)
		printer_heat(bench->printer, 0, 0)->step = way->step;
	if (row->when == BEFORE)
		inject(bench, row);
	if (row->when != IDLE)
		start(bench);
	if (row->when == BEFORE) {
		const struct trace_event *on = live(bench, BEGINS, KIND_HEAT_ON, part);
		since = on ? on->t : BEGINS;
	} else {
		for (sim_ns t = BEGINS / 4; way->disturb && t < BEGINS; t += BEGINS / 4) {
			result.early |= live(bench, t, KIND_FIRMWARE_TRIP, NULL) != NULL;
			way->disturb(bench);
		}
		result.early |= live(bench, BEGINS, KIND_FIRMWARE_TRIP, NULL) != NULL;
		if (result.early)
			return result;
		inject(bench, row);
	}
	const struct trace_event *trip = until_trip(bench, since, way);
	printer_look(bench->printer, bench->clock.now, &view);
	result.tripped = trip != NULL;
	result.warned = has(bench, KIND_FIRMWARE_ALERT);
	result.after = trip ? trip->t - since : WATCHED;
	result.c = row_is_bed(row) ? view.bed_c : view.nozzle_c;
	return result;
}

#endif
