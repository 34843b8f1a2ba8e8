/* shutoff.c - what became of each heater whose switch stuck. */
#include "reports/shutoff.h"

#include <stdlib.h>
#include <string.h>

static const char *const NAMES[] = {"supply_cut", "not_cut", "beyond_firmware"};
static const char *const WORDS[] = {
	"its supply was cut",
	"its firmware could have cut the supply, and did not",
	"no firmware can stop this: the switch is stuck, and nothing but the plug cuts its supply",
};

const char *shutoff_words(enum shutoff_end end)
{
	return WORDS[end];
}

static void follow(struct shutoff *one, const struct trace_event *event)
{
	bool later = event->t >= one->at && strcmp(event->who, one->printer) == 0;
	if (!later)
		return;
	if (event->kind == KIND_FIRMWARE_TRIP && one->tripped < 0)
		one->tripped = event->t - one->at;
	if (event->kind == KIND_HEAT_SUPPLY && one->cut < 0 &&
	    strcmp(trace_text(event, "state", ""), "cut") == 0) {
		one->cut = event->t - one->at;
		one->end = SHUTOFF_SUPPLY_CUT;
	}
}

static struct shutoff begin(const struct trace_event *event)
{
	bool switched = strcmp(trace_text(event, "supply", ""), "switched") == 0;
	return (struct shutoff){
		.printer = event->who,
		.part = trace_text(event, "part", "nozzle"),
		.event = event->id,
		.at = event->t,
		.tripped = -1,
		.cut = -1,
		.end = switched ? SHUTOFF_NOT_CUT : SHUTOFF_BEYOND,
	};
}

struct shutoff *shutoff_read(const struct run *run, size_t *ret_n)
{
	size_t count = run->trace != NULL ? trace_count(run->trace) : 0, n = 0;
	*ret_n = 0;
	for (size_t i = 0; i < count; i++)
		n += trace_at(run->trace, i)->kind == KIND_HEAT_STUCK;
	struct shutoff *all = n > 0 ? calloc(n, sizeof(*all)) : NULL;
	if (all == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		const struct trace_event *event = trace_at(run->trace, i);
		if (event->kind == KIND_HEAT_STUCK)
			all[(*ret_n)++] = begin(event);
		else if (event->kind == KIND_FIRMWARE_TRIP ||
			 event->kind == KIND_HEAT_SUPPLY)
			for (size_t j = 0; j < *ret_n; j++)
				follow(&all[j], event);
	}
	return all;
}

void shutoff_emit(struct emit *emit, const struct run *run)
{
	size_t n;
	int64_t beyond = 0;
	struct shutoff *all = shutoff_read(run, &n);
	for (size_t i = 0; i < n; i++)
		beyond += all[i].end == SHUTOFF_BEYOND;
	emit_int(emit, "beyond_firmware", beyond);
	emit_open(emit, "shut_off", '[');
	for (size_t i = 0; i < n; i++) {
		emit_open(emit, NULL, '{');
		emit_text(emit, "printer", all[i].printer);
		emit_text(emit, "part", all[i].part);
		emit_int(emit, "event", (int64_t)all[i].event);
		emit_int(emit, "stuck_ns", all[i].at);
		if (all[i].tripped >= 0)
			emit_int(emit, "tripped_after_ns", all[i].tripped);
		if (all[i].cut >= 0)
			emit_int(emit, "cut_after_ns", all[i].cut);
		emit_text(emit, "end", NAMES[all[i].end]);
		emit_text(emit, "words", WORDS[all[i].end]);
		emit_close(emit, '}');
	}
	emit_close(emit, ']');
	free(all);
}
