/* difference.c - two runs of one scenario beside each other, in words. */
#include "sim/command/difference.h"

#include "reports/run.h"
#include "sim/core/time.h"

#include <string.h>

enum {
	FIRST,
	SECOND,
	N_RUNS
};

struct pair {
	struct run *runs[N_RUNS];
	const char *const *labels;
	struct difference *difference;
};

/* --- the story --- */

static bool is_of_the_build(const struct trace_event *event)
{
	return strncmp(trace_kind_name(event->kind), "guest.", 6) == 0 ||
	       (event->kind == KIND_NOTE && strcmp(event->who, "broker") == 0);
}

/* The next event of the story, from *at on; NULL: it is over. */
static const struct trace_event *next_event(const struct run *run, size_t *at)
{
	while (*at < trace_count(run->trace)) {
		const struct trace_event *event = trace_at(run->trace, (*at)++);

		if (!is_of_the_build(event))
			return event;
	}
	return NULL;
}

/* The event without the numbers of itself, its cause and its packet. */
static const char *content(struct text *line, const struct trace_event *event)
{
	static const char packet[] = ",\"mid\":";
	const char *start, *mid;
	struct text whole = {0};

	text_clear(line);
	trace_add_json(&whole, event);
	start = strstr(text_cstr(&whole), ",\"t\":");
	start = start ? start : text_cstr(&whole);
	mid = strstr(start, packet);
	if (mid) {
		text_add_bytes(line, start, (size_t)(mid - start));
		start = mid + sizeof(packet) - 1;
		start += strspn(start, "0123456789");
	}
	text_add(line, start);
	text_fini(&whole);
	return text_cstr(line);
}

static void add_words(struct text *words, const struct run *run,
		      const struct trace_event *event)
{
	char instant[INSTANT_TEXT_MAX];

	if (!event) {
		text_add(words, "nothing more happens");
		return;
	}
	text_addf(words, "%s #%llu ",
		  instant_text(run->facts.start_utc_ns + event->t, instant),
		  (unsigned long long)event->id);
	report_words(run, event, words);
}

/* Both events in words, and where these are the same, with their fields. */
static void add_events(const struct pair *pair, const struct trace_event *const events[])
{
	struct text words[N_RUNS] = {0}, fields = {0};
	bool same;

	for (int i = 0; i < N_RUNS; i++)
		add_words(&words[i], pair->runs[i], events[i]);
	same = strcmp(text_cstr(&words[FIRST]), text_cstr(&words[SECOND])) == 0;
	for (int i = 0; i < N_RUNS; i++) {
		text_addf(&pair->difference->words, "    %s: %s\n", pair->labels[i],
			  text_cstr(&words[i]));
		if (!same || !events[i])
			continue;
		text_add(&pair->difference->words, "      ");
		text_add_plain(&pair->difference->words, content(&fields, events[i]) + 1);
		text_add(&pair->difference->words, "\n");
	}
	text_fini(&words[FIRST]);
	text_fini(&words[SECOND]);
	text_fini(&fields);
}

static void compare_stories(const struct pair *pair)
{
	struct text lines[N_RUNS] = {0};
	size_t at[N_RUNS] = {0}, same = 0;
	const struct trace_event *events[N_RUNS];

	for (;; same++) {
		for (int i = 0; i < N_RUNS; i++)
			events[i] = next_event(pair->runs[i], &at[i]);
		if (!events[FIRST] || !events[SECOND] ||
		    strcmp(content(&lines[FIRST], events[FIRST]),
			   content(&lines[SECOND], events[SECOND])) != 0)
			break;
	}
	pair->difference->story = events[FIRST] || events[SECOND];
	if (pair->difference->story) {
		text_addf(&pair->difference->words,
			  "  the stories part after %zu events:\n", same);
		add_events(pair, events);
	} else {
		text_addf(&pair->difference->words, "  the same story, %zu events\n",
			  same);
	}
	for (int i = 0; i < N_RUNS; i++)
		text_fini(&lines[i]);
}

/* --- harm: what was broken, and what was damaged --- */

static void add_counts(const struct pair *pair, const char *what, const uint64_t counts[])
{
	if (counts[FIRST] == counts[SECOND])
		return;
	if (!pair->difference->harm)
		text_add(&pair->difference->words, "  what differs in harm:\n");
	pair->difference->harm = true;
	text_addf(&pair->difference->words, "    %s: %s %llu, %s %llu\n", what,
		  pair->labels[FIRST], (unsigned long long)counts[FIRST],
		  pair->labels[SECOND], (unsigned long long)counts[SECOND]);
}

static uint64_t breaches_of(const struct run *run, size_t index)
{
	return index < run->n_outcomes ? run->outcomes[index].count : 0;
}

static void compare_promises(const struct pair *pair)
{
	const struct run *run = pair->runs[FIRST];

	for (size_t i = 0; i < run->n_outcomes; i++) {
		uint64_t counts[] = {breaches_of(run, i),
				     breaches_of(pair->runs[SECOND], i)};

		add_counts(pair, run->outcomes[i].label, counts);
	}
}

static void compare_damage(const struct pair *pair)
{
	for (int kind = 0; kind < N_TRACE_KINDS; kind++) {
		const char *name = trace_kind_name((enum trace_kind)kind);
		uint64_t counts[N_RUNS] = {0};

		if (strncmp(name, "harm.", 5) != 0)
			continue;
		for (int i = 0; i < N_RUNS; i++)
			for (size_t j = 0; j < trace_count(pair->runs[i]->trace); j++)
				counts[i] += trace_at(pair->runs[i]->trace, j)->kind ==
					     (enum trace_kind)kind;
		add_counts(pair, name, counts);
	}
}

int difference_find(const char *first, const char *second, const char *const labels[2],
		    struct difference *ret_difference, struct sim_error *error)
{
	struct pair pair = {.labels = labels, .difference = ret_difference};
	char note[256];
	int status;

	*ret_difference = (struct difference){0};
	status = run_read(first, &pair.runs[FIRST], note, error);
	if (!status)
		status = run_read(second, &pair.runs[SECOND], note, error);
	if (!status) {
		compare_stories(&pair);
		compare_promises(&pair);
		compare_damage(&pair);
		if (!ret_difference->harm)
			text_add(&ret_difference->words, "  no difference in harm\n");
	}
	for (int i = 0; i < N_RUNS; i++)
		if (pair.runs[i])
			run_free(pair.runs[i]);
	return status;
}

void difference_fini(struct difference *difference)
{
	text_fini(&difference->words);
}
