/* verdict_json.c - verdict.json: the machine-readable twin of the report. */
#include "reports/facts_json.h"
#include "reports/impact.h"
#include "reports/places.h"
#include "reports/shutoff.h"

static void add_summary(struct emit *emit, const struct summary *summary)
{
	emit_text(emit, "word", summary->word);
	emit_int(emit, "status", summary->status);
	emit_text(emit, "sentence", summary->sentence);
	emit_bool(emit, "as_known_bad", summary->as_known_bad);
	emit_int(emit, "held", summary->held);
	emit_int(emit, "violated", summary->violated);
	emit_int(emit, "unknown", summary->unknown);
	emit_text(emit, "missing", summary->missing);
	emit_text(emit, "additional", summary->additional);
	emit_int(emit, "faults_armed", summary->faults_armed);
	emit_int(emit, "faults_unmatched", summary->faults_unmatched);
	emit_text(emit, "unmatched", summary->unmatched);
}

static void add_outcome(struct emit *emit, const struct outcome *outcome)
{
	emit_open(emit, NULL, '{');
	emit_text(emit, "property", outcome->property);
	emit_text(emit, "label", outcome->label);
	emit_text(emit, "mode", outcome->mode == EXPECT_NEVER ? "never" : "sometimes");
	emit_text(emit, "where", outcome->where);
	emit_text(emit, "verdict", verdict_name(outcome->verdict));
	emit_text(emit, "why", outcome->why);
	emit_int(emit, "examined", (int64_t)outcome->examined);
	emit_int(emit, "count", (int64_t)outcome->count);
	emit_open(emit, "breaches", '[');
	for (size_t i = 0; i < outcome->n_breaches; i++) {
		emit_open(emit, NULL, '{');
		emit_int(emit, "event", (int64_t)outcome->breaches[i].event);
		emit_text(emit, "subject", outcome->breaches[i].subject);
		emit_text(emit, "detail", outcome->breaches[i].detail);
		emit_close(emit, '}');
	}
	emit_close(emit, ']');
	emit_close(emit, '}');
}

/* A receipt as the trace has it. */
static void add_receipt(struct emit *emit, const struct trace_event *event)
{
	emit_open(emit, NULL, '{');
	emit_text(emit, "fault", trace_text(event, "fault", ""));
	emit_text(emit, "on", event->who);
	emit_int(emit, "number", trace_int(event, "number", 0));
	emit_int(emit, "matched", trace_int(event, "matched", 0));
	emit_int(emit, "affected", trace_int(event, "affected", 0));
	emit_int(emit, "bytes", trace_int(event, "bytes", 0));
	emit_int(emit, "first_ns", trace_int(event, "first_ns", -1));
	emit_int(emit, "last_ns", trace_int(event, "last_ns", -1));
	emit_text(emit, "why", trace_text(event, "why", ""));
	if (trace_text(event, "parts", NULL))
		emit_text(emit, "parts", trace_text(event, "parts", ""));
	emit_close(emit, '}');
}

const char *run_elapsed_name(size_t part)
{
	static const char *const NAMES[] = {"broker", "network", "events", "idle",
					    "reports"};
	return part < sizeof(NAMES) / sizeof(NAMES[0]) ? NAMES[part] : NULL;
}

/* The only part in which two equal runs may differ. */
static void add_host(struct emit *emit, const struct run_facts *facts)
{
	const char *name;
	emit_open(emit, "host", '{');
	emit_real(emit, "elapsed_s", facts->elapsed_s);
	for (size_t i = 0; (name = run_elapsed_name(i)) != NULL; i++)
		emit_real(emit, name, facts->elapsed_parts_s[i]);
	emit_close(emit, '}');
}

int report_verdict_json(const struct run *run, struct text *ret_text)
{
	struct emit emit = {.text = ret_text, .lines = true};

	emit_open(&emit, NULL, '{');
	emit_text(&emit, "schema", VERDICT_SCHEMA);
	emit_int(&emit, "version", VERDICT_VERSION);
	add_summary(&emit, &run->summary);
	emit_open(&emit, "run", '{');
	facts_json_own(&emit, &run->facts);
	facts_json_shared(&emit, &run->facts);
	emit_close(&emit, '}');
	emit_open(&emit, "expectations", '[');
	for (size_t i = 0; i < run->n_outcomes; i++)
		add_outcome(&emit, &run->outcomes[i]);
	emit_close(&emit, ']');
	emit_open(&emit, "receipts", '[');
	for (size_t i = 0; run->trace != NULL && i < trace_count(run->trace); i++)
		if (trace_at(run->trace, i)->kind == KIND_FAULT_RECEIPT)
			add_receipt(&emit, trace_at(run->trace, i));
	emit_close(&emit, ']');
	places_emit(&emit, run);
	impact_emit(&emit, run);
	shutoff_emit(&emit, run);
	add_host(&emit, &run->facts);
	emit_close(&emit, '}');
	text_add_char(ret_text, '\n');
	return ret_text->failed ? SIM_ENOMEM : SIM_OK;
}
