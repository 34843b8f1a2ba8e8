/* facts_json.c - facts about a run, and the first and last line of events.ndjson. */
#include "reports/facts_json.h"

#include <stdio.h>
#include <string.h>

static void add_list(struct emit *emit, const char *key, const char *const *items,
		     size_t n)
{
	emit_open(emit, key, '[');
	for (size_t i = 0; i < n; i++)
		emit_text(emit, NULL, items[i]);
	emit_close(emit, ']');
}

static void add_settings(struct emit *emit, const struct run_facts *facts)
{
	emit_open(emit, "settings", '[');
	for (size_t i = 0; i < facts->n_settings; i++) {
		emit_open(emit, NULL, '{');
		emit_text(emit, "name", facts->settings[i].name);
		emit_text(emit, "value", facts->settings[i].value);
		emit_text(emit, "from", facts->settings[i].from);
		emit_close(emit, '}');
	}
	emit_close(emit, ']');
}

static void add_printers(struct emit *emit, const struct run_facts *facts)
{
	emit_open(emit, "printers", '[');
	for (size_t i = 0; i < facts->n_printers; i++) {
		const struct run_printer *printer = &facts->printers[i];
		emit_open(emit, NULL, '{');
		emit_text(emit, "name", printer->name);
		emit_text(emit, "model", printer->model);
		emit_text(emit, "zone", printer->zone);
		emit_text(emit, "owner", printer->owner);
		emit_text(emit, "firmware", printer->firmware);
		emit_text(emit, "client", printer->client);
		emit_close(emit, '}');
	}
	emit_close(emit, ']');
}

bool run_is_wall(const struct run_facts *facts)
{
	return facts->clock_mode != NULL && strcmp(facts->clock_mode, "wall") == 0;
}

void facts_json_shared(struct emit *emit, const struct run_facts *facts)
{
	char instant[INSTANT_TEXT_MAX], seed[24];

	emit_text(emit, "tool_version", facts->tool_version);
	emit_text(emit, "scenario", facts->scenario);
	emit_text(emit, "scenario_hash", facts->scenario_hash);
	emit_text(emit, "about", facts->about);
	/* A string: not every reader of JSON has 64 bits for a number. */
	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)facts->seed);
	emit_text(emit, "seed", seed);
	emit_text(emit, "start", instant_text(facts->start_utc_ns, instant));
	emit_int(emit, "length_ns", facts->length);
	emit_text(emit, "clock", facts->clock_mode);
	emit_text(emit, "tick", facts->tick);
	emit_text(emit, "broker_version", facts->broker_version);
	emit_text(emit, "firmware", facts->firmware);
	emit_text(emit, "cloud", facts->cloud);
	emit_text(emit, "zone_data", facts->zone_data);
	add_list(emit, "published", facts->published, facts->n_published);
	add_list(emit, "assumptions", facts->assumptions, facts->n_assumptions);
	add_settings(emit, facts);
	add_printers(emit, facts);
}

void facts_json_own(struct emit *emit, const struct run_facts *facts)
{
	emit_text(emit, "scenario_path", facts->scenario_path);
	emit_text(emit, "variant", facts->variant);
	emit_text(emit, "directory", facts->directory);
	emit_text(emit, "broker", facts->broker);
	emit_text(emit, "reproduce", facts->reproduce);
	emit_int(emit, "reached_ns", facts->reached);
}

void report_trace_header(const struct run_facts *facts, struct text *ret_line)
{
	struct emit emit = {.text = ret_line};
	emit_open(&emit, NULL, '{');
	emit_text(&emit, "schema", EVENTS_SCHEMA);
	emit_int(&emit, "version", EVENTS_VERSION);
	facts_json_shared(&emit, facts);
	emit_close(&emit, '}');
}

void report_trace_end(const struct run_facts *facts, const struct summary *summary,
		      struct text *ret_line)
{
	struct emit emit = {.text = ret_line};
	emit_open(&emit, NULL, '{');
	emit_text(&emit, "end", summary->word);
	emit_int(&emit, "status", summary->status);
	emit_text(&emit, "sentence", summary->sentence);
	emit_int(&emit, "t", facts->reached);
	emit_close(&emit, '}');
}
