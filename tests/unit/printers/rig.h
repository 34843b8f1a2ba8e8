/*
 * rig.h - one machine on a bench: trace, clock, shelf, and a loop that lives from due to
 * due. For the tests of this folder.
 */
#ifndef JOBJAM_TESTS_RIG_H
#define JOBJAM_TESTS_RIG_H

#include "tests/unit/stage.h"

#include "printers/printer.h"

struct rig_report {
	sim_ns at;
	char text[1600];
	enum trace_level level;
	trace_id cause;
};

struct rig {
	struct clock clock;
	struct trace *trace;
	struct job_shelf *shelf;
	struct firmware_build *build;
	struct printer *printer;
	size_t n_reports;
	struct rig_report last;  /* the last reply or status */
	struct rig_report reply; /* the last one that answers a command */
	int sequence;
};

enum {
	RIG_START_UTC = 1692025200
}; /* 2023-08-14T15:00:00Z */

/* Where the builds of the rigs run from now on. */
static enum firmware_isolation rig_isolation = FIRMWARE_INSIDE;

static void rig_report(void *arg, sim_ns now, const void *payload, size_t length, int qos,
		       enum trace_level level, trace_id cause)
{
	struct rig *rig = arg;
	assert_int_equal(qos, 0);
	assert_true(length < sizeof(rig->last.text));
	rig->n_reports++;
	rig->last = (struct rig_report){.at = now, .level = level, .cause = cause};
	memcpy(rig->last.text, payload, length);
	if (strstr(rig->last.text, "\"result\""))
		rig->reply = rig->last;
}

/* The usual file: 40 x 40 x 20 mm in the middle of the plate, ten minutes. */
static inline struct job_file rig_file(const char *md5)
{
	struct job_file file = {
		.name = "bracket",
		.x0_mm = 108,
		.y0_mm = 108,
		.x1_mm = 148,
		.y1_mm = 148,
		.height_mm = 8,
		.layer_mm = 0.2,
		.layers = 40,
		.print_for = 10 * SIM_MIN,
		.grams = 5.0,
		.metres = 1.68,
		.nozzle_c = 220,
		.bed_c = 60,
	};
	snprintf(file.md5, sizeof(file.md5), "%s", md5);
	snprintf(file.url, sizeof(file.url), "https://cdn.example.invalid/p/%s.3mf", md5);
	return file;
}

static inline void rig_init_at(struct rig *rig, const char *model, const char *build,
			       const char *settings, enum trace_level level)
{
	struct sim_error error = {0};
	char dir[256];
	memset(rig, 0, sizeof(*rig));
	rig->clock.start_utc_s = RIG_START_UTC;
	rig->trace = trace_new(&rig->clock, level);
	rig->shelf = job_shelf_new();
	snprintf(dir, sizeof(dir), "%s/firmware", testing_build_dir());
	if (firmware_build_open(build, dir, rig_isolation, &rig->build, &error))
		fail_msg("%s", error.text);
	struct job_file file = rig_file("aa11");
	assert_int_equal(job_shelf_add(rig->shelf, &file, &error), 0);
	struct printer_options options = {
		.name = "printer/007",
		.serial = "SIM00007",
		.model = printer_model_find(model),
		.build = rig->build,
		.settings = settings,
		.shelf = rig->shelf,
		.seed = 1,
		.trace = rig->trace,
		.clock = &rig->clock,
		.room_c = 22,
		.outlets = {.arg = rig, .report = rig_report},
	};
	if (printer_new(&options, &rig->printer, &error))
		fail_msg("%s", error.text);
	printer_online(rig->printer, 0, true, 0);
}

static inline void rig_init(struct rig *rig, const char *model, const char *build,
			    const char *settings)
{
	rig_init_at(rig, model, build, settings, TRACE_FULL);
}

static inline void rig_fini(struct rig *rig)
{
	printer_free(rig->printer);
	firmware_build_free(rig->build);
	job_shelf_free(rig->shelf);
	trace_free(rig->trace);
}

static inline void rig_until(struct rig *rig, sim_ns t)
{
	sim_ns due;
	while ((due = printer_due(rig->printer, rig->clock.now)) <= t) {
		assert_true(due >= rig->clock.now);
		rig->clock.now = due;
		printer_advance(rig->printer, due);
	}
	rig->clock.now = t;
	printer_advance(rig->printer, t);
}

static inline trace_id rig_cause(struct rig *rig)
{
	return trace_say(rig->trace, 0, KIND_MQTT_DELIVER, "link/printer/007",
			 F_TEXT("topic", "device/SIM00007/request"));
}

static inline trace_id rig_message(struct rig *rig, const char *json)
{
	trace_id cause = rig_cause(rig);
	printer_message(rig->printer, rig->clock.now, json, strlen(json), cause);
	return cause;
}

static inline int64_t rig_utc_ms(const struct rig *rig)
{
	return clock_utc_ns(&rig->clock, rig->clock.now) / SIM_MS;
}

/* sent_at_ms 0: unstamped. */
static inline trace_id rig_start_stamped(struct rig *rig, int task, const char *md5,
					 int64_t sent_at_ms, const char *more)
{
	char json[600], stamp[64] = "";
	if (sent_at_ms)
		snprintf(stamp, sizeof(stamp), ",\"sent_at\":%lld",
			 (long long)sent_at_ms);
	snprintf(json, sizeof(json),
		 "{\"print\":{\"sequence_id\":\"%d\",\"command\":\"project_file\","
		 "\"task_id\":\"%d\",\"subtask_id\":\"9%d\",\"subtask_name\":\"bracket\","
		 "\"url\":\"https://cdn.example.invalid/p/%s.3mf\",\"md5\":\"%s\"%s%s}}",
		 ++rig->sequence, task, task, md5, md5, stamp, more ? more : "");
	return rig_message(rig, json);
}

/* A fresh, stamped start of the usual file. */
static inline trace_id rig_start(struct rig *rig, int task)
{
	return rig_start_stamped(rig, task, "aa11", rig_utc_ms(rig), NULL);
}

static inline const struct trace_event *rig_last(const struct rig *rig,
						 enum trace_kind kind)
{
	return stage_last(rig->trace, kind);
}

static inline int rig_count(const struct rig *rig, enum trace_kind kind)
{
	return (int)stage_count(rig->trace, kind);
}

static inline const char *rig_refusal(const struct rig *rig)
{
	const struct trace_event *event = rig_last(rig, KIND_FIRMWARE_REFUSED);
	return event ? trace_text(event, "reason", "") : "none";
}

static inline struct printer_view rig_look(struct rig *rig)
{
	struct printer_view view;
	printer_look(rig->printer, rig->clock.now, &view);
	return view;
}

#endif
