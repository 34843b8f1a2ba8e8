/* chain.c - walks causes back, and tells them forwards. */
#include "reports/chain.h"

#include "sim/checks/story.h"

#include <assert.h>
#include <string.h>

enum {
	HEAD = CHAIN_MAX / 2
};

void chain_find(const struct run *run, trace_id id, struct chain *ret_chain)
{
	*ret_chain = (struct chain){0};
	size_t length = 0;
	const struct trace_event *event;
	for (event = trace_find(run->trace, id); event != NULL;
	     event = trace_find(run->trace, event->cause))
		length++;

	/* Of a long chain the beginning and the end are kept. */
	size_t tail = length > CHAIN_MAX ? CHAIN_MAX - HEAD : length;
	size_t head = length > CHAIN_MAX ? HEAD : 0;
	ret_chain->n = head + tail;
	ret_chain->left_out = length - ret_chain->n;
	ret_chain->gap_at = head > 0 ? head - 1 : CHAIN_MAX;

	size_t place = length; /* counts down: the walk goes backwards */
	for (event = trace_find(run->trace, id); event != NULL;
	     event = trace_find(run->trace, event->cause)) {
		place--;
		if (place < head)
			ret_chain->events[place] = event;
		else if (place >= length - tail)
			ret_chain->events[place - ret_chain->left_out] = event;
	}
}

size_t chain_longest_wait(const struct chain *chain, sim_ns *ret_wait)
{
	size_t longest = 0;
	*ret_wait = -1;
	for (size_t i = 1; i < chain->n; i++) {
		if (chain->left_out > 0 && i == chain->gap_at + 1)
			continue; /* not neighbours */
		sim_ns wait = chain->events[i]->t - chain->events[i - 1]->t;
		if (wait > *ret_wait) {
			*ret_wait = wait;
			longest = i;
		}
	}
	return longest;
}

const struct run_printer *chain_printer(const struct local *local,
					const struct chain *chain)
{
	const struct run_printer *printer = NULL;
	for (size_t i = chain->n; i-- > 0 && printer == NULL;)
		printer = local_printer(local, chain->events[i]);
	return printer;
}

/* The network between two brokers, in either direction. */
static bool is_of_bridge(const struct trace_event *event)
{
	static const char prefix[] = "link/bridge/";
	return strncmp(event->who, prefix, sizeof(prefix) - 1) == 0;
}

void chain_add_place(struct text *text, const struct trace_event *before,
		     const struct trace_event *after)
{
	static const struct {
		enum trace_kind before, after; /* N_TRACE_KINDS: any */
		const char
			*words; /* the actor of `before` follows, unless it ends in '.' */
		const char *flag; /* of `after`, which must be true; NULL: none */
		enum {
			ANYWHERE,
			TO_BRIDGE,
			FROM_BRIDGE
		} way;
	} PLACES[] = {
		{KIND_MQTT_PUBLISH, KIND_MQTT_DELIVER,
		 "in the broker, as a retained message.", "retain", ANYWHERE},
		{KIND_MQTT_PUBLISH, KIND_MQTT_DELIVER,
		 "in the broker, which had sent it before and got no acknowledgement.",
		 "dup", ANYWHERE},
		{KIND_MQTT_PUBLISH, N_TRACE_KINDS, "in the queue of a bridge, sent by ",
		 NULL, TO_BRIDGE},
		{KIND_MQTT_DELIVER, N_TRACE_KINDS,
		 "between the site's broker and the machine, behind ", NULL, FROM_BRIDGE},
		{KIND_MQTT_DELIVER, KIND_FIRMWARE_START, "in the machine's own inbox.",
		 NULL, ANYWHERE},
		{KIND_MQTT_QUEUED, N_TRACE_KINDS, "in the client library of ", NULL,
		 ANYWHERE},
		{KIND_FAULT_ACTED, N_TRACE_KINDS, "held by a fault on ", NULL, ANYWHERE},
		{KIND_MQTT_PUBLISH, N_TRACE_KINDS,
		 "between the broker and the machine, sent by ", NULL, ANYWHERE},
		{KIND_MQTT_DELIVER, N_TRACE_KINDS, "at the machine behind ", NULL,
		 ANYWHERE},
		{KIND_JOB_DISPATCHED, KIND_JOB_TIMEOUT, "for a report that never came.",
		 NULL, ANYWHERE},
		{KIND_JOB_STARTED, KIND_JOB_TIMEOUT,
		 "for a report of its end that never came.", NULL, ANYWHERE},
		{KIND_JOB_TIMEOUT, KIND_JOB_TIMEOUT,
		 "for the printer's answer about its state.", NULL, ANYWHERE},
		{KIND_JOB_DISPATCHED, N_TRACE_KINDS,
		 "with the service, after it had been sent.", NULL, ANYWHERE},
		{KIND_JOB_TIMEOUT, N_TRACE_KINDS,
		 "in the service's job store, to be sent again.", NULL, ANYWHERE},
		{KIND_JOB_REFUSED, N_TRACE_KINDS,
		 "in the service's job store, behind another print.", NULL, ANYWHERE},
		{KIND_JOB_ACCEPTED, N_TRACE_KINDS, "in the service's job store.", NULL,
		 ANYWHERE},
		{KIND_APP_REQUEST, N_TRACE_KINDS, "for an answer of the service.", NULL,
		 ANYWHERE},
		{KIND_INTENT_TAP, KIND_INTENT_TAP,
		 "for anything to happen, before the next tap.", NULL, ANYWHERE},
		{KIND_FIRMWARE_WAITING, N_TRACE_KINDS, "for a person to answer ", NULL,
		 ANYWHERE},
		{KIND_PROMPT_SHOWN, N_TRACE_KINDS, "for a person to answer ", NULL,
		 ANYWHERE},
		{KIND_FIRMWARE_START, N_TRACE_KINDS, "for the print to get there, on ",
		 NULL, ANYWHERE},
	};

	for (size_t i = 0; i < sizeof(PLACES) / sizeof(PLACES[0]); i++) {
		const char *words = PLACES[i].words;
		size_t length = strlen(words);
		if (PLACES[i].flag != NULL && !trace_bool(after, PLACES[i].flag, false))
			continue;
		if (PLACES[i].before != before->kind ||
		    (PLACES[i].after != N_TRACE_KINDS && PLACES[i].after != after->kind))
			continue;
		if ((PLACES[i].way == TO_BRIDGE && !is_of_bridge(after)) ||
		    (PLACES[i].way == FROM_BRIDGE && !is_of_bridge(before)))
			continue;
		bool whole = words[length - 1] == '.';
		text_add_bytes(text, words, whole ? length - 1 : length);
		if (!whole)
			text_add_plain(text, story_client_of_link(before->who));
		return;
	}
	text_addf(text, "between %s and %s", trace_kind_name(before->kind),
		  trace_kind_name(after->kind));
}

static void add_line(struct local *local, const struct run_printer *printer,
		     const struct trace_event *event, const struct trace_event *before,
		     bool colour, struct text *text)
{
	char words[DURATION_TEXT_MAX];

	text_add(text, "  ");
	local_add_utc(local, text, event->t);
	text_add(text, "  ");
	if (local_add_time(local, text, printer, event->t, true))
		text_add(text, "  ");
	if (before != NULL && event->t - before->t >= SIM_MIN)
		text_addf(text, "%s(%s later)%s ", colour ? "\033[33m" : "",
			  duration_words(event->t - before->t, words),
			  colour ? "\033[0m" : "");
	report_words(local->run, event, text);
	text_addf(text, "%s  #%llu%s\n", colour ? "\033[2m" : "",
		  (unsigned long long)event->id, colour ? "\033[0m" : "");
}

void report_chain(const struct run *run, trace_id event, bool colour,
		  struct text *ret_text)
{
	struct local local;
	struct chain chain;

	local_init(&local, run);
	chain_find(run, event, &chain);
	const struct run_printer *printer = chain_printer(&local, &chain);
	for (size_t i = 0; i < chain.n; i++) {
		assert(chain.events[i] != NULL);
		bool after_gap = chain.left_out > 0 && i == chain.gap_at + 1;
		if (after_gap)
			text_addf(ret_text, "  … %zu more causes …\n", chain.left_out);
		add_line(&local, printer, chain.events[i],
			 i > 0 && !after_gap ? chain.events[i - 1] : NULL, colour,
			 ret_text);
	}
	local_fini(&local);
}
