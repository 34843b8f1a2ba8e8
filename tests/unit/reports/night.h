/*
 * night.h - a run made by hand, with names and payloads of the worst kind.
 */
#ifndef JOBJAM_TESTS_REPORTS_NIGHT_H
#define JOBJAM_TESTS_REPORTS_NIGHT_H

#include "tests/testing.h"

#include "reports/run.h"

#include <dirent.h>
#include <unistd.h>

/* Everything that means something to a terminal, CI, HTML, Markdown, XML or JSON, and
 * bytes that are not UTF-8. */
#define NASTY "::error::\x1b[31m<script>|]]>\n## `x` \"&'\\ \xff\xc3\x28\r::end" \
	"\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8b\xc2\x85\xf0\xf3%0A::warning::"

struct night {
	struct clock clock;
	struct trace *trace;
	struct checks *checks;
	struct outcome outcomes[8];
	struct run run;
	trace_id tap, start, harm;
	char directory[64];
};

#define NIGHT_SAY(night, when, ...) \
	((night)->clock.now = (when), trace_say((night)->trace, __VA_ARGS__))

static inline void night_expect(struct night *night, enum expect_mode mode,
				const char *name, const char *label)
{
	struct value values[8];
	const struct vocab_row *row = property_find(name);
	vocab_defaults(row, values);
	struct expectation expectation = {.mode = mode,
					  .property = row,
					  .values = values,
					  .where = "scenarios/night.lua:31",
					  .label = label};
	assert_int_equal(checks_add(night->checks, &expectation, NULL), SIM_OK);
}

static inline void night_facts(struct run_facts *facts, const char *name)
{
	static const struct run_printer PRINTERS[] = {
		{"printer/007", "x1c", "America/Los_Angeles", "owner/007", "stock",
		 "cloud/a"},
		{"printer/008", "p1p", "Europe/Berlin", "owner/008", "stock", "cloud/b"},
	};
	static const struct run_setting SETTINGS[] = {
		{"cloud.probe_before_connected", "false", "build"},
		{"printers.start_expiry", "5m|" NASTY, "command line"},
	};
	static const char *const PUBLISHED[] = {"Service disrupted 10:03-11:10 UTC."};
	static const char *const ASSUMPTIONS[] = {"The hour was never published. " NASTY};

	*facts = (struct run_facts){
		.tool_version = "0.1.0",
		.scenario = name,
		.scenario_path = "./scenarios/night.lua",
		.about = "One of two clients is told a lie. " NASTY,
		.scenario_hash = "00ff",
		.published = PUBLISHED,
		.n_published = 1,
		.assumptions = ASSUMPTIONS,
		.n_assumptions = 1,
		.seed = UINT64_MAX,
		.start_utc_ns = INT64_C(1692025200) * SIM_S, /* 2023-08-14T15:00:00Z */
		.length = 29 * SIM_H,
		.reached = 29 * SIM_H,
		.clock_mode = "virtual",
		.tick = "whole seconds",
		.broker = "/usr/sbin/mosquitto",
		.broker_version = "mosquitto version 2.0.11",
		.firmware = "stock",
		.cloud = "2023-07",
		.zone_data = "2025b",
		.settings = SETTINGS,
		.n_settings = 2,
		.printers = PRINTERS,
		.n_printers = 2,
		.variant = "stock",
		.reproduce = "jobjam run scenarios/night.lua --seed 7",
		.elapsed_s = 0.93,
		.elapsed_parts_s = {0.4, 0.25},
	};
}

/* One job that waits in a library behind a false connection, starts hours late onto an
 * object, and collides; one wish that is refused as busy; one healthy print. */
static inline void night_events(struct night *night)
{
	struct trace *trace = night->trace;
	const char *a = "cloud/a", *link = "link/cloud/a", *p = "printer/007";

	trace_emit(trace, 0, KIND_SESSION_ATTACHED, link, NULL, 0);
	trace_emit(trace, 0, KIND_SESSION_UP, a, NULL, 0);
	NIGHT_SAY(night, SIM_H, 0, KIND_PLATE_OCCUPIED, p, F_INT("objects", 1),
		  F_REAL("height_mm", 42.5), F_TEXT("job", NASTY));
	trace_id fault = NIGHT_SAY(night, 2 * SIM_H, 0, KIND_FAULT_ACTED, link,
				   F_TEXT("fault", "timeout"), F_TEXT("action", NASTY));
	trace_say(trace, fault, KIND_SESSION_DETACHED, link, F_TEXT("reason", NASTY));
	night->tap = NIGHT_SAY(night, 3 * SIM_H, 0, KIND_INTENT_TAP, "owner/007",
			       F_INT("intent", 1), F_INT("tap", 1), F_TEXT("printer", p),
			       F_TEXT("job", NASTY));
	trace_id accepted = trace_say(trace, night->tap, KIND_JOB_ACCEPTED, "cloud",
				      F_INT("task", 5), F_TEXT("printer", p));
	trace_id sent =
		trace_say(trace, accepted, KIND_JOB_DISPATCHED, "cloud", F_INT("task", 5),
			  F_TEXT("printer", p), F_TEXT("client", a), F_INT("attempt", 1));
	trace_id queued = trace_say(trace, sent, KIND_MQTT_QUEUED, a,
				    F_TEXT("topic", "device/SIM7/request"));
	NIGHT_SAY(night, 4 * SIM_H, queued, KIND_BACKLOG_DEPTH, a,
		  F_TEXT("place", "library"), F_INT("depth", 6),
		  F_INT("oldest_for_ns", SIM_H));
	NIGHT_SAY(night, 8 * SIM_H, 0, KIND_PEOPLE_SLEEP, "owner/007",
		  F_TEXT("printer", p));
	trace_id up = NIGHT_SAY(night, 20 * SIM_H + 10 * SIM_MIN, 0,
				KIND_SESSION_ATTACHED, link, F_BOOL("x", true));
	(void)up;
	trace_id out = trace_say(trace, queued, KIND_MQTT_PUBLISH, link,
				 F_TEXT("topic", "device/SIM7/request"), F_INT("qos", 1));
	trace_id in = trace_say(trace, out, KIND_MQTT_DELIVER, "link/printer/007",
				F_TEXT("topic", NASTY));
	night->start = trace_say(trace, in, KIND_FIRMWARE_START, p, F_INT("task", 5),
				 F_TEXT("job", NASTY));
	trace_say(trace, in, KIND_FIRMWARE_REFUSED, p, F_INT("task", 5),
		  F_TEXT("reason", NASTY));
	night->harm = NIGHT_SAY(night, 20 * SIM_H + 15 * SIM_MIN, night->start,
				KIND_HARM_COLLISION, p, F_TEXT("contact", "lateral"),
				F_TEXT("part", "nozzle"), F_REAL("object_mm", 42.5),
				F_REAL("speed_mm_s", 500));
	NIGHT_SAY(night, 21 * SIM_H, 0, KIND_INTENT_TAP, "owner/007", F_INT("intent", 2),
		  F_INT("tap", 1), F_TEXT("printer", p), F_TEXT("job", "second"));
	NIGHT_SAY(night, 29 * SIM_H, 0, KIND_FAULT_RECEIPT, link,
		  F_TEXT("fault", "timeout"), F_INT("number", 1), F_INT("matched", 1),
		  F_INT("affected", 1), F_INT("bytes", 2), F_INT("first_ns", 2 * SIM_H),
		  F_INT("last_ns", 2 * SIM_H), F_TEXT("why", ""));
}

/* With directory: events.ndjson is written there as the run goes on. */
static inline struct night *night_new(bool directory)
{
	struct night *night = calloc(1, sizeof(*night));
	struct text line = {0};
	assert_non_null(night);
	night->clock.start_utc_s = 1692025200;
	night->trace = trace_new(&night->clock, TRACE_STORY);
	night->checks = checks_new(night->trace);
	night_facts(&night->run.facts, "night " NASTY);
	if (directory) {
		char path[128];
		strcpy(night->directory, "/tmp/jobjam-test-XXXXXX");
		assert_non_null(mkdtemp(night->directory));
		snprintf(path, sizeof(path), "%s/events.ndjson", night->directory);
		assert_int_equal(trace_open(night->trace, path, NULL), SIM_OK);
		report_trace_header(&night->run.facts, &line);
		trace_raw_line(night->trace, text_cstr(&line));
		night->run.facts.directory = night->directory;
	}
	night_expect(night, EXPECT_NEVER, "stale_start", "stale " NASTY);
	night_expect(night, EXPECT_NEVER, "start_on_occupied_plate", NULL);
	night_expect(night, EXPECT_NEVER, "start_after_cancel", "cancel " NASTY);
	night_expect(night, EXPECT_SOMETIMES, "backlog", NULL);
	night_expect(night, EXPECT_SOMETIMES, "burst_release", "burst " NASTY);
	int outside =
		checks_add_outside(night->checks, EXPECT_NEVER, "outside " NASTY, NASTY);
	night_events(night);
	checks_report(night->checks, outside, night->start, NASTY);

	checks_finish(night->checks, 29 * SIM_H, false);
	struct verdict_inputs inputs = {.checks = night->checks, .trace = night->trace};
	verdict_sum_up(&inputs, &night->run.summary);
	night->run.trace = night->trace;
	night->run.n_outcomes = checks_count(night->checks);
	for (size_t i = 0; i < night->run.n_outcomes; i++)
		night->outcomes[i] = *checks_outcome(night->checks, i);
	night->run.outcomes = night->outcomes;
	if (directory) {
		text_clear(&line);
		report_trace_end(&night->run.facts, &night->run.summary, &line);
		trace_raw_line(night->trace, text_cstr(&line));
		assert_int_equal(trace_close(night->trace, NULL), SIM_OK);
	}
	text_fini(&line);
	return night;
}

static inline size_t files_in(const char *directory)
{
	size_t n = 0;
	DIR *dir = opendir(directory);
	struct dirent *entry;
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n;
}

static inline void night_free(struct night *night)
{
	if (night->directory[0] != '\0') {
		DIR *dir = opendir(night->directory);
		struct dirent *entry;
		char path[512];
		while (dir != NULL && (entry = readdir(dir)) != NULL) {
			snprintf(path, sizeof(path), "%s/%s", night->directory,
				 entry->d_name);
			if (entry->d_name[0] != '.')
				unlink(path);
		}
		if (dir != NULL)
			closedir(dir);
		rmdir(night->directory);
	}
	trace_free(night->trace);
	checks_free(night->checks);
	free(night);
}

static inline void read_text(const char *directory, const char *name,
			     struct text *ret_text)
{
	char path[512], buffer[4096];
	size_t n;
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	while ((n = fread(buffer, 1, sizeof(buffer), file)) > 0)
		text_add_bytes(ret_text, buffer, n);
	fclose(file);
}

#endif
