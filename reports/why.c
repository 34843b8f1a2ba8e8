/* why.c - why an actor did, or did not, start: `jobjam why`. */
#include "reports/chain.h"
#include "reports/digest.h"

#include <stdio.h>
#include <string.h>

enum {
	STARTS_SHOWN = 20,
	WISHES_SHOWN = 50,
	STOPS_SHOWN = 6
};

struct answer {
	struct text *text;
	const struct run *run;
	struct local local;
	const struct run_printer *printer;
	bool colour;
};

static void add_flags(struct text *text, const struct digest_start *start)
{
	static const struct {
		unsigned flag;
		const char *words;
	} FLAGS[] = {
		{START_STALE, "stale"},
		{START_DUPLICATE, "a duplicate"},
		{START_ON_OBJECT, "onto an occupied plate"},
		{START_UNATTENDED, "unattended"},
		{START_AFTER_CANCEL, "after its cancel"},
	};
	bool any = false;
	for (size_t i = 0; i < sizeof(FLAGS) / sizeof(FLAGS[0]); i++) {
		if ((start->flags & FLAGS[i].flag) == 0)
			continue;
		text_addf(text, "%s%s", any ? ", " : "", FLAGS[i].words);
		any = true;
	}
	text_add(text, any ? "" : "as it should be");
}

static void add_time(struct answer *answer, sim_ns at)
{
	local_add_utc(&answer->local, answer->text, at);
	struct text when = {0};
	if (local_add_time(&answer->local, &when, answer->printer, at, true))
		text_addf(answer->text, " [%s]", text_cstr(&when));
	text_fini(&when);
}

static size_t add_starts(struct answer *answer, const struct digest *digest)
{
	size_t n = 0;
	for (size_t i = 0; i < digest->n_starts; i++) {
		const struct digest_start *start = &digest->starts[i];
		if (strcmp(start->printer, answer->printer->name) != 0)
			continue;
		if (++n > STARTS_SHOWN)
			continue;
		text_add_plain(answer->text, answer->printer->name);
		text_add(answer->text, " started at ");
		add_time(answer, start->event->t);
		text_add(answer->text, ": ");
		add_flags(answer->text, start);
		text_add(answer->text, "\n");
		report_chain(answer->run, start->event->id, answer->colour, answer->text);
		text_add_char(answer->text, '\n');
	}
	if (n > STARTS_SHOWN)
		text_addf(answer->text, "… and %zu more starts\n", n - STARTS_SHOWN);
	return n;
}

/* --- wishes that never started ---------------------------------------------------- */

/* What can end the way of a wish, or keep it where it is. */
static bool stops(enum trace_kind kind)
{
	static const bool STOPS[N_TRACE_KINDS] = {
		[KIND_INTENT_CANCELLED] = true, [KIND_INTENT_DROPPED] = true,
		[KIND_APP_REPLY] = true,        [KIND_JOB_TIMEOUT] = true,
		[KIND_JOB_REFUSED] = true,      [KIND_JOB_FAILED] = true,
		[KIND_JOB_CANCELLED] = true,    [KIND_JOB_DROPPED] = true,
		[KIND_API_SHED] = true,         [KIND_FIRMWARE_REFUSED] = true,
		[KIND_FIRMWARE_WAITING] = true, [KIND_PROMPT_ANSWERED] = true,
		[KIND_PROMPT_EXPIRED] = true,   [KIND_MQTT_QUEUED] = true,
		[KIND_MQTT_PUBLISH] = true,     [KIND_FAULT_ACTED] = true,
		[KIND_MQTT_EXPIRED] = true,
	};
	return STOPS[kind];
}

static void add_line(struct answer *answer, const struct trace_event *event)
{
	text_add(answer->text, "  ");
	add_time(answer, event->t);
	text_add(answer->text, "  ");
	report_words(answer->run, event, answer->text);
	text_addf(answer->text, "  #%llu\n", (unsigned long long)event->id);
}

/* The latest things on the way of that wish: where it got to, and what stopped it. */
static void add_stops(struct answer *answer, const struct story *story,
		      const struct wish *wish)
{
	const struct trace *trace = answer->run->trace;
	const struct trace_event *last[STOPS_SHOWN];
	size_t n = 0;

	for (size_t i = trace_count(trace); i-- > 0 && n < STOPS_SHOWN;) {
		const struct trace_event *event = trace_at(trace, i);
		if (event->id < wish->first_tap)
			break;
		if (stops(event->kind) && story_wish_of(story, event) == wish)
			last[n++] = event;
	}
	if (n == 0)
		text_add(answer->text, "  nothing more is known of it\n");
	while (n-- > 0)
		add_line(answer, last[n]);
}

static size_t add_wishes(struct answer *answer, const struct story *story)
{
	size_t n = 0;
	for (size_t i = 0; i < story->wishes.roll.n; i++) {
		const struct wish *wish = story->wishes.records[i];
		if (wish->starts > 0 || strcmp(wish->printer, answer->printer->name) != 0)
			continue;
		if (++n > WISHES_SHOWN)
			continue;
		const struct trace_event *tap =
			trace_find(answer->run->trace, wish->first_tap);
		text_add_plain(answer->text, answer->printer->name);
		text_addf(answer->text, " never started wish %lld, tapped at ",
			  (long long)wish->intent);
		add_time(answer, wish->first_at);
		text_addf(answer->text, " (%d tap%s):\n", wish->taps,
			  wish->taps == 1 ? "" : "s");
		if (tap != NULL)
			add_line(answer, tap);
		add_stops(answer, story, wish);
		text_add_char(answer->text, '\n');
	}
	if (n > WISHES_SHOWN)
		text_addf(answer->text, "… and %zu more wishes\n", n - WISHES_SHOWN);
	return n;
}

/* Somebody who owns no machine: what broke, for him. */
static void add_events_of(struct answer *answer, const char *actor)
{
	const struct trace *trace = answer->run->trace;
	size_t n = 0;
	for (size_t i = 0; i < trace_count(trace); i++) {
		const struct trace_event *event = trace_at(trace, i);
		if (strcmp(event->who, actor) != 0)
			continue;
		if (++n <= WISHES_SHOWN)
			add_line(answer, event);
	}
	if (n > WISHES_SHOWN)
		text_addf(answer->text, "  … and %zu more events\n", n - WISHES_SHOWN);
	if (n > 0)
		return;
	text_add(answer->text, "nothing in this run is called ");
	text_add_plain(answer->text, actor);
	text_add_char(answer->text, '\n');
}

void report_why(const struct run *run, const char *actor, bool colour,
		struct text *ret_text)
{
	struct answer answer = {.text = ret_text, .run = run, .colour = colour};
	struct digest digest;
	struct story story;

	local_init(&answer.local, run);
	answer.printer = local_printer_named(&answer.local, actor);
	if (answer.printer == NULL) {
		add_events_of(&answer, actor);
		local_fini(&answer.local);
		return;
	}
	digest_make(&digest, run);
	story_init(&story, run->trace);
	for (size_t i = 0; i < trace_count(run->trace); i++)
		story_tell(&story, trace_at(run->trace, i));
	size_t n = add_starts(&answer, &digest);
	n += add_wishes(&answer, &story);
	if (n == 0) {
		text_add_plain(ret_text, answer.printer->name);
		text_add(ret_text, " never started: nobody asked for a print on it\n");
	}
	story_fini(&story);
	digest_fini(&digest);
	local_fini(&answer.local);
}
