/* schedule.c - the concrete schedule of a run, from its trace. */
#include "sim/command/schedule.h"

#include <string.h>

static void add_text(struct text *json, const char *string)
{
	text_add_json(json, string, strlen(string));
}

static void add_fields(struct text *json, const struct trace_event *event)
{
	for (size_t i = 0; i < event->n_fields; i++) {
		const struct trace_field *field = &event->fields[i];
		char real[TEXT_REAL_MAX];

		text_add(json, ",");
		add_text(json, field->key);
		text_add(json, ":");
		switch (field->type) {
		case TRACE_TYPE_INT:
			text_add_int(json, field->as.integer);
			break;
		case TRACE_TYPE_REAL:
			text_add(json, text_real(field->as.real, 3, real));
			break;
		case TRACE_TYPE_TEXT:
			add_text(json, field->as.text ? field->as.text : "");
			break;
		case TRACE_TYPE_BOOL:
			text_add(json, field->as.integer ? "true" : "false");
			break;
		}
	}
}

/* The events of some kinds as one array. act_of may be NULL. */
static void add_events(struct text *json, const struct trace *trace, const char *name,
		       const enum trace_kind *kinds, const char *const *acts,
		       size_t n_kinds)
{
	const char *comma = "";

	text_addf(json, ",\n\"%s\":[", name);
	for (size_t i = 0; i < trace_count(trace); i++) {
		const struct trace_event *event = trace_at(trace, i);
		size_t k = 0;

		while (k < n_kinds && kinds[k] != event->kind)
			k++;
		if (k == n_kinds)
			continue;
		text_addf(json, "%s\n{\"t\":%lld,\"id\":%llu", comma, (long long)event->t,
			  (unsigned long long)event->id);
		if (acts)
			text_addf(json, ",\"act\":\"%s\"", acts[k]);
		text_add(json, ",\"who\":");
		add_text(json, event->who);
		add_fields(json, event);
		text_add(json, "}");
		comma = ",";
	}
	text_add(json, "]");
}

void schedule_json(const struct plan *plan, const struct trace *trace,
		   struct text *ret_json)
{
	static const enum trace_kind faults[] = {KIND_FAULT_ARMED, KIND_FAULT_LIFTED};
	static const char *const fault_acts[] = {"armed", "lifted"};
	static const enum trace_kind sends[] = {KIND_INTENT_TAP};
	static const enum trace_kind cancels[] = {KIND_INTENT_CANCEL};
	char start[INSTANT_TEXT_MAX];

	text_add(ret_json, "{\"schema\":1,\"scenario\":");
	add_text(ret_json, plan->name);
	text_addf(ret_json, ",\"seed\":%llu,\"start\":\"%s\",\"length_ns\":%lld",
		  (unsigned long long)plan->seed, instant_text(plan->start_utc_ns, start),
		  (long long)plan->length);
	add_events(ret_json, trace, "faults", faults, fault_acts, 2);
	add_events(ret_json, trace, "sends", sends, NULL, 1);
	add_events(ret_json, trace, "cancels", cancels, NULL, 1);
	text_add(ret_json, "}\n");
}
