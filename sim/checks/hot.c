/* hot.c - remembers heaters and one matter a machine. */
#include "sim/checks/hot.h"

#include <stdlib.h>
#include <string.h>

struct hot *hot_of(struct hots *hots, const char *who)
{
	for (size_t i = 0; i < hots->n; i++)
		if (strcmp(hots->items[i].who, who) == 0)
			return &hots->items[i];
	hots->items = roll_grown(hots->items, hots->n, &hots->room, sizeof(*hots->items));
	hots->items[hots->n] = (struct hot){.who = who};
	return &hots->items[hots->n++];
}

void hots_fini(struct hots *hots)
{
	free(hots->items);
	*hots = (struct hots){0};
}

int hot_part(const struct trace_event *event)
{
	return strcmp(trace_text(event, "part", "nozzle"), "bed") == 0 ? HOT_BED
								       : HOT_NOZZLE;
}

const char *hot_part_name(int part)
{
	return part == HOT_BED ? "bed" : "nozzle";
}

void hot_follow(struct hot *hot, const struct trace_event *event)
{
	if (event->kind == KIND_HEAT_ON)
		hot->on[hot_part(event)] = event->id;
	else if (event->kind == KIND_HEAT_OFF)
		hot->on[hot_part(event)] = 0;
}

void hot_raise(struct hot *hot, const struct trace_event *event)
{
	hot->event = event->id;
	hot->at = event->t;
	hot->judged = false;
}

void hot_settle(struct hot *hot)
{
	hot->event = 0;
	hot->judged = false;
}

bool hot_acknowledged(const struct trace *trace, const struct trace_event *event)
{
	const struct trace_event *shown = trace_find(trace, event->cause);
	return event->kind == KIND_PROMPT_ANSWERED && shown != NULL &&
	       shown->kind == KIND_PROMPT_SHOWN &&
	       strcmp(trace_text(shown, "what", ""), "heater_fault") == 0 &&
	       strcmp(trace_text(event, "answer", ""), "yes") == 0 &&
	       strcmp(trace_text(event, "where", ""), "machine") == 0;
}

void hot_end(struct watch *watch)
{
	hots_fini(watch_state(watch));
}

void hot_judge_on(struct watch *watch, sim_ns now, const char *how, hot_breach *breach)
{
	struct hots *hots = watch_state(watch);
	sim_ns within = watch_value(watch, 0)->as.ns;

	for (size_t i = 0; i < hots->n; i++) {
		struct hot *hot = &hots->items[i];
		if (hot->event == 0 || hot->judged)
			continue;
		if (hot->at + within >= now) {
			watch_wake_after(watch, hot->at + within);
			continue;
		}
		for (int part = 0; part < HOT_PARTS && !hot->judged; part++)
			if (hot->on[part] != 0)
				breach(watch, hot, part, hot->event, how);
	}
}
