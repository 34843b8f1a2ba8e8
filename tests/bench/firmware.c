/*
 * firmware.c - what a process per machine costs: 24 machines that print for 12 hours, their
 * build inside this process and in processes of its own, side by side in one run.
 *
 *	firmware FIRMWARE_DIR [BUILD]
 */
#include "printers/printer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	MACHINES = 24,
	HOURS = 12
};

struct fleet {
	struct clock clock;
	struct trace *trace;
	struct job_shelf *shelf;
	struct firmware_build *build;
	struct printer *printers[MACHINES];
	size_t reports;
};

static double host_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void on_report(void *arg, sim_ns now, const void *payload, size_t length, int qos,
		      enum trace_level level, trace_id cause)
{
	(void)now, (void)payload, (void)length, (void)qos, (void)level, (void)cause;
	((struct fleet *)arg)->reports++;
}

static void give_up(const char *why)
{
	fprintf(stderr, "bench: %s\n", why);
	exit(1);
}

static void make(struct fleet *fleet, const char *dir, const char *build,
		 enum firmware_isolation isolation)
{
	struct sim_error error = {0};
	const struct job_file file = {
		.name = "long",
		.md5 = "aa11",
		.x0_mm = 108,
		.y0_mm = 108,
		.x1_mm = 148,
		.y1_mm = 148,
		.height_mm = 100,
		.layer_mm = 0.2,
		.layers = 500,
		.print_for = 11 * SIM_H,
		.grams = 300,
		.metres = 100,
		.nozzle_c = 220,
		.bed_c = 60,
	};
	memset(fleet, 0, sizeof(*fleet));
	fleet->clock.start_utc_s = 1692025200;
	fleet->trace = trace_new(&fleet->clock, TRACE_STORY);
	fleet->shelf = job_shelf_new();
	if (job_shelf_add(fleet->shelf, &file, &error) ||
	    firmware_build_open(build, dir, isolation, &fleet->build, &error))
		give_up(error.text);
	for (int i = 0; i < MACHINES; i++) {
		char name[32], serial[32];
		snprintf(name, sizeof(name), "printer/%03d", i + 1);
		snprintf(serial, sizeof(serial), "SIM%05d", i + 1);
		struct printer_options options = {
			.name = name,
			.serial = serial,
			.model = printer_model_find(i % 2 ? "p1p" : "x1c"),
			.build = fleet->build,
			.shelf = fleet->shelf,
			.seed = 1,
			.trace = fleet->trace,
			.clock = &fleet->clock,
			.room_c = 22,
			.outlets = {.arg = fleet, .report = on_report},
		};
		if (printer_new(&options, &fleet->printers[i], &error))
			give_up(error.text);
		printer_online(fleet->printers[i], 0, true, 0);
		const char *start =
			"{\"print\":{\"sequence_id\":\"1\",\"command\":\"project_file\","
			"\"task_id\":\"1\",\"subtask_name\":\"long\",\"md5\":\"aa11\"}}";
		printer_message(fleet->printers[i], 0, start, strlen(start), 0);
	}
}

/* All of them in turn, from due to due. */
static void live(struct fleet *fleet)
{
	const sim_ns end = HOURS * SIM_H;
	for (;;) {
		sim_ns next = SIM_NEVER;
		for (int i = 0; i < MACHINES; i++) {
			sim_ns due = printer_due(fleet->printers[i], fleet->clock.now);
			next = due < next ? due : next;
		}
		if (next > end)
			break;
		fleet->clock.now = next;
		for (int i = 0; i < MACHINES; i++)
			if (printer_due(fleet->printers[i], next) == next)
				printer_advance(fleet->printers[i], next);
	}
}

static double measure(const char *dir, const char *build,
		      enum firmware_isolation isolation, uint64_t *ret_steps,
		      size_t *ret_reports)
{
	struct fleet fleet;
	double began = host_s();
	make(&fleet, dir, build, isolation);
	double made = host_s();
	live(&fleet);
	double lived = host_s();
	*ret_steps = 0;
	*ret_reports = fleet.reports;
	for (int i = 0; i < MACHINES; i++) {
		*ret_steps += printer_steps(fleet.printers[i]);
		printer_free(fleet.printers[i]);
	}
	firmware_build_free(fleet.build);
	job_shelf_free(fleet.shelf);
	trace_free(fleet.trace);
	printf("  %-8s %7.3f s to make, %7.3f s to live, %8llu steps, %6zu reports, %6.0f ns a "
	       "step\n",
	       isolation == FIRMWARE_PROCESS ? "process" : "inside", made - began,
	       lived - made, (unsigned long long)*ret_steps, *ret_reports,
	       (lived - made) * 1e9 / (double)(*ret_steps ? *ret_steps : 1));
	return lived - made;
}

int main(int argc, char **argv)
{
	uint64_t steps[2];
	size_t reports[2];
	if (argc < 2)
		give_up("firmware FIRMWARE_DIR [BUILD]");
	const char *build = argc > 2 ? argv[2] : "stock-2023-07";
	printf("%d machines with %s, %d hours, each printing:\n", MACHINES, build, HOURS);
	double inside = measure(argv[1], build, FIRMWARE_INSIDE, &steps[0], &reports[0]);
	double process =
		measure(argv[1], build, FIRMWARE_PROCESS, &steps[1], &reports[1]);
	printf("  process / inside: %.2f\n", process / inside);
	return steps[0] != steps[1] || reports[0] != reports[1]; /* not the same work */
}
