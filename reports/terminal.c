/* terminal.c - what a run says on the terminal. */
#include "reports/chain.h"
#include "reports/digest.h"
#include "reports/places.h"
#include "reports/shutoff.h"
#include "reports/timeline.h"

#include <stdlib.h>
#include <string.h>

enum {
	STORY_ROWS = 16,
	BREACHES_SHOWN = 3,
	BREACHES_NAMED = 12,
	CHAIN_SHOWN = 14
};

struct page {
	struct text *text;
	const struct run *run;
	struct local local;
	bool colour;
};

/* ANSI: 1 bold, 2 faint, 31 red, 32 green, 33 yellow. */
static void paint(struct page *page, const char *code)
{
	if (page->colour)
		text_addf(page->text, "\033[%sm", code);
}

static void painted(struct page *page, const char *code, const char *words)
{
	paint(page, code);
	text_add(page->text, words);
	paint(page, "0");
}

static void heading(struct page *page, const char *words)
{
	text_add_char(page->text, '\n');
	painted(page, "1", words);
	text_add_char(page->text, '\n');
}

static void add_head(struct page *page)
{
	const struct run_facts *facts = &page->run->facts;
	struct text *text = page->text;

	paint(page, "1");
	text_add_plain(text, facts->scenario != NULL ? facts->scenario : "a run");
	paint(page, "0");
	text_add(text, ": firmware ");
	text_add_plain(text, facts->firmware != NULL ? facts->firmware : "unknown");
	text_add(text, ", cloud ");
	text_add_plain(text, facts->cloud != NULL ? facts->cloud : "unknown");
	text_add(text, ", broker ");
	text_add_plain(text,
		       facts->broker_version != NULL ? facts->broker_version : "unknown");
	text_addf(text, ", %zu printer%s, seed %llu\n", facts->n_printers,
		  facts->n_printers == 1 ? "" : "s", (unsigned long long)facts->seed);
}

/* --- the story -------------------------------------------------------------------- */

static void add_story(struct page *page, const struct digest *digest)
{
	struct timeline timeline;
	timeline_make(&timeline, page->run, digest, 8, STORY_ROWS);
	if (timeline.n > 0)
		heading(page, "What happened");
	for (size_t i = 0; i < timeline.n; i++) {
		const struct timeline_row *row = &timeline.rows[i];
		const struct run_printer *printer =
			local_printer(&page->local, row->event);
		text_add(page->text, "  ");
		local_add_utc(&page->local, page->text, row->event->t);
		text_add(page->text, "  ");
		report_words(page->run, row->event, page->text);
		struct text when = {0};
		if (local_add_time(&page->local, &when, printer, row->event->t, true))
			text_addf(page->text, " [%s]", text_cstr(&when));
		text_fini(&when);
		timeline_add_more(page->text, page->run, row);
		text_add_char(page->text, '\n');
	}
	if (timeline.left_out > 0)
		text_addf(page->text,
			  "  … and %zu smaller matters (report.md, events.ndjson)\n",
			  timeline.left_out);
	timeline_fini(&timeline);
}

/* --- what was broken -------------------------------------------------------------- */

static void add_breach(struct page *page, const struct breach *breach)
{
	const struct trace_event *event = trace_find(page->run->trace, breach->event);
	struct text *text = page->text;

	text_add(text, "    ");
	text_add_plain(text, breach->subject);
	text_add(text, " ");
	text_add_plain(text, breach->detail);
	if (event != NULL) {
		text_add(text, ", ");
		local_add_utc(&page->local, text, event->t);
		struct text when = {0};
		const struct run_printer *printer =
			local_printer_named(&page->local, breach->subject);
		if (local_add_time(&page->local, &when, printer, event->t, true))
			text_addf(text, " [%s]", text_cstr(&when));
		text_fini(&when);
		text_addf(text, " #%llu", (unsigned long long)event->id);
	}
	text_add_char(text, '\n');
}

/* For whom else, each named once. */
static void add_others(struct page *page, const struct outcome *outcome)
{
	size_t named = 0;
	if (outcome->count <= BREACHES_SHOWN)
		return;
	text_addf(page->text, "    and %llu more",
		  (unsigned long long)(outcome->count - BREACHES_SHOWN));
	for (size_t i = BREACHES_SHOWN; i < outcome->n_breaches; i++) {
		bool before = false;
		for (size_t j = 0; j < i && !before; j++)
			before = strcmp(outcome->breaches[i].subject,
					outcome->breaches[j].subject) == 0;
		if (before)
			continue;
		if (named++ == BREACHES_NAMED)
			break;
		text_add(page->text, named == 1 ? ": " : ", ");
		text_add_plain(page->text, outcome->breaches[i].subject);
	}
	text_add(page->text, named > BREACHES_NAMED ? ", …\n" : "\n");
}

static void add_broken(struct page *page)
{
	bool any = false;
	for (size_t i = 0; i < page->run->n_outcomes; i++) {
		const struct outcome *outcome = &page->run->outcomes[i];
		if (outcome->verdict != VERDICT_VIOLATED)
			continue;
		if (!any)
			heading(page,
				page->run->summary.as_known_bad
					? "What was broken, as known of these builds"
					: "What was broken");
		any = true;
		text_add(page->text, "  ");
		paint(page, "31");
		text_add_plain(page->text, outcome->label);
		paint(page, "0");
		text_addf(page->text, ": %llu of %llu judged",
			  (unsigned long long)outcome->count,
			  (unsigned long long)outcome->examined);
		if (outcome->where != NULL && outcome->where[0] != '\0') {
			text_add(page->text, " (");
			text_add_plain(page->text, outcome->where);
			text_add(page->text, ")");
		}
		text_add_char(page->text, '\n');
		for (size_t j = 0; j < outcome->n_breaches && j < BREACHES_SHOWN; j++)
			add_breach(page, &outcome->breaches[j]);
		add_others(page, outcome);
	}
}

/* --- why -------------------------------------------------------------------------- */

/* Of a chain, what a short telling needs. */
static bool is_milestone(const struct chain *chain, size_t i)
{
	static const bool MILESTONES[N_TRACE_KINDS] = {
		[KIND_INTENT_TAP] = true,       [KIND_JOB_DISPATCHED] = true,
		[KIND_JOB_TIMEOUT] = true,      [KIND_JOB_REFUSED] = true,
		[KIND_MQTT_PUBLISH] = true,     [KIND_FAULT_ACTED] = true,
		[KIND_FIRMWARE_START] = true,   [KIND_FIRMWARE_WAITING] = true,
		[KIND_FIRMWARE_RESUMED] = true, [KIND_PROMPT_ANSWERED] = true,
		[KIND_INTENT_ORDER] = true,     [KIND_FIRMWARE_OBEYED] = true,
		[KIND_HARM_COLLISION] = true,   [KIND_HARM_DAMAGE] = true,
		[KIND_HARM_SPAGHETTI] = true,   [KIND_HARM_PRINTED_OVER] = true,
		[KIND_SESSION_UP] = true,       [KIND_SESSION_DETACHED] = true,
	};
	bool waits_after = i + 1 < chain->n &&
			   chain->events[i + 1]->t - chain->events[i]->t >= SIM_MIN;
	return MILESTONES[chain->events[i]->kind] || waits_after || i + 1 == chain->n;
}

static void add_step(struct page *page, const struct run_printer *printer,
		     const struct trace_event *event, sim_ns waited)
{
	char words[DURATION_TEXT_MAX];
	struct text *text = page->text;

	text_add(text, "    ");
	local_add_utc(&page->local, text, event->t);
	text_add(text, "  ");
	if (local_add_time(&page->local, text, printer, event->t, false))
		text_add(text, "  ");
	if (waited >= SIM_MIN) {
		paint(page, "33");
		text_addf(text, "%s later ", duration_words(waited, words));
		paint(page, "0");
	}
	report_words(page->run, event, text);
	text_add_char(text, '\n');
}

static void add_steps(struct page *page, trace_id event)
{
	struct chain chain;
	size_t milestones = 0, shown = 0, left_out = 0;
	sim_ns before = -1, wait;

	chain_find(page->run, event, &chain);
	const struct run_printer *printer = chain_printer(&page->local, &chain);
	for (size_t i = 0; i < chain.n; i++)
		milestones += is_milestone(&chain, i);
	/* Of many steps the first and the last ones, and those around the longest wait. */
	size_t after = chain_longest_wait(&chain, &wait);
	for (size_t i = 0; i < chain.n; i++) {
		if (!is_milestone(&chain, i))
			continue;
		shown++;
		bool at_wait = i == after || i + 1 == after;
		if (milestones > CHAIN_SHOWN + 1 && shown > CHAIN_SHOWN / 2 &&
		    milestones - shown >= CHAIN_SHOWN / 2 && !at_wait) {
			left_out++;
			continue;
		}
		if (left_out > 0)
			text_addf(page->text, "    … %zu more step%s\n", left_out,
				  left_out == 1 ? "" : "s");
		left_out = 0;
		sim_ns t = chain.events[i]->t;
		add_step(page, printer, chain.events[i], before >= 0 ? t - before : 0);
		before = t;
	}
}

static void add_why(struct page *page, const struct digest *digest)
{
	struct text cause = {0};

	if (digest->telling == NULL)
		return;
	heading(page, "Why");
	digest_add_probable_cause(&cause, page->run, digest);
	if (cause.length > 0)
		text_addf(page->text, "  %s\n", text_cstr(&cause));
	add_steps(page, digest->telling->id);
	if (page->run->facts.directory != NULL) {
		text_add(page->text, "  Any other: jobjam why ");
		text_add_plain(page->text, page->run->facts.directory);
		text_add(page->text, " PRINTER\n");
	}
	text_fini(&cause);
}

/* --- what held, receipts, where to go --------------------------------------------- */

/* Worth a line: something waited for a minute, where nobody hurried it on. */
static void add_places(struct page *page)
{
	struct place_account accounts[N_PLACES];
	bool any = false;

	places_read(page->run, accounts);
	for (size_t i = 0; i < N_PLACES; i++) {
		const struct place_account *account = &accounts[i];
		bool part = i == PLACE_LIBRARY_QUEUE || i == PLACE_LIBRARY_WINDOW;
		if (account->actors == 0 || account->oldest < SIM_MIN || part)
			continue; /* parts of the library are in report.md */
		if (!any)
			heading(page, "Where it waited");
		any = true;
		text_addf(page->text, "  %s ", place_words(i)->words);
		text_add_plain(page->text, account->who);
		if (account->actors > 1)
			text_addf(page->text, " (and %zu like it)", account->actors - 1);
		text_add(page->text, ": ");
		places_add_words(page->text, account);
		text_add_char(page->text, '\n');
	}
}

enum {
	SHUTOFF_NAMED = 4 /* the others are counted */
};

/* One line for each way that it ended. */
static void add_shutoff(struct page *page)
{
	size_t n;
	struct shutoff *all = shutoff_read(page->run, &n);
	for (int end = 0; end <= SHUTOFF_BEYOND; end++) {
		size_t of = 0;
		for (size_t i = 0; i < n; i++) {
			if ((int)all[i].end != end)
				continue;
			if (of++ >= SHUTOFF_NAMED)
				continue;
			text_add(page->text, of == 1 ? "Stuck switches: " : ", ");
			text_add_plain(page->text, all[i].printer);
			text_add(page->text, " (");
			text_add_plain(page->text, all[i].part);
			text_add_char(page->text, ')');
		}
		if (of > SHUTOFF_NAMED)
			text_addf(page->text, " and %zu more", of - SHUTOFF_NAMED);
		if (of > 0)
			text_addf(page->text, ": %s\n",
				  shutoff_words((enum shutoff_end)end));
	}
	free(all);
}

static void add_held(struct page *page)
{
	bool any = false;
	for (size_t i = 0; i < page->run->n_outcomes; i++) {
		const struct outcome *outcome = &page->run->outcomes[i];
		if (outcome->verdict != VERDICT_HELD)
			continue;
		text_add(page->text, any ? ", " : "\nHeld: ");
		any = true;
		if (outcome->mode == EXPECT_SOMETIMES)
			text_add(page->text, "sometimes ");
		text_add_plain(page->text, outcome->label);
		if (outcome->mode == EXPECT_SOMETIMES)
			text_addf(page->text, " (seen %llu)",
				  (unsigned long long)outcome->count);
		else if (outcome->examined > 0)
			text_addf(page->text, " (%llu judged)",
				  (unsigned long long)outcome->examined);
		else
			text_add(page->text, " (no occasion)");
	}
	if (any)
		text_add_char(page->text, '\n');
}

static void add_unknown(struct page *page)
{
	for (size_t i = 0; i < page->run->n_outcomes; i++) {
		const struct outcome *outcome = &page->run->outcomes[i];
		if (outcome->verdict != VERDICT_UNKNOWN)
			continue;
		paint(page, "33");
		text_add(page->text, "Not decided: ");
		paint(page, "0");
		text_add(page->text,
			 outcome->mode == EXPECT_SOMETIMES ? "sometimes " : "");
		text_add_plain(page->text, outcome->label);
		text_add(page->text, ": ");
		text_add_plain(page->text,
			       outcome->why != NULL ? outcome->why : "not known");
		text_add_char(page->text, '\n');
	}
}

static void add_receipts(struct page *page)
{
	const struct trace *trace = page->run->trace;
	bool any = false;
	for (size_t i = 0; i < trace_count(trace); i++) {
		const struct trace_event *event = trace_at(trace, i);
		if (event->kind != KIND_FAULT_RECEIPT)
			continue;
		text_add(page->text, any ? "; " : "Faults: ");
		any = true;
		text_add_plain(page->text, trace_text(event, "fault", "fault"));
		text_add(page->text, " on ");
		text_add_plain(page->text, event->who);
		long long matched = (long long)trace_int(event, "matched", 0);
		if (matched > 0) {
			text_addf(page->text, " %lld matched, %lld affected", matched,
				  (long long)trace_int(event, "affected", 0));
			continue;
		}
		painted(page, "33", " NEVER MATCHED: ");
		text_add_plain(page->text, trace_text(event, "why", "nothing fitted"));
	}
	if (any)
		text_add_char(page->text, '\n');
}

static void add_pointers(struct page *page)
{
	const struct run_facts *facts = &page->run->facts;
	if (facts->directory != NULL) {
		text_add(page->text, "Reports: ");
		text_add_plain(page->text, facts->directory);
		text_add(page->text, "/report.md\n");
	}
	if (facts->reproduce != NULL) {
		text_add(page->text, "Again: ");
		text_add_plain(page->text, facts->reproduce);
		text_add_char(page->text, '\n');
	}
}

static void add_word(struct page *page)
{
	const struct summary *summary = &page->run->summary;
	paint(page, summary->status == EXIT_HELD           ? "1;32"
		    : summary->status == EXIT_INCONCLUSIVE ? "1;33"
							   : "1;31");
	text_add_plain(page->text, summary->word);
	paint(page, "0");
	text_add(page->text, "  ");
	text_add_plain(page->text, summary->sentence);
	if (run_is_wall(&page->run->facts))
		text_add(page->text, " (real-time, not deterministic)");
	text_add_char(page->text, '\n');
}

static void add_elapsed(struct page *page)
{
	const struct run_facts *facts = &page->run->facts;
	char simulated[DURATION_TEXT_MAX], number[TEXT_REAL_MAX];
	const char *name;
	bool any = false;

	text_addf(page->text, "%s simulated in %s s",
		  duration_words(facts->reached, simulated),
		  text_real(facts->elapsed_s, 2, number));
	for (size_t i = 0; (name = run_elapsed_name(i)) != NULL; i++) {
		if (facts->elapsed_parts_s[i] < 0.005)
			continue;
		text_addf(page->text, "%s%s %s", any ? ", " : " (", name,
			  text_real(facts->elapsed_parts_s[i], 2, number));
		any = true;
	}
	text_add(page->text, any ? ")\n" : "\n");
}

void report_terminal(const struct run *run, bool colour, bool quiet,
		     struct text *ret_text)
{
	struct page page = {.text = ret_text, .run = run, .colour = colour};
	struct digest digest;

	local_init(&page.local, run);
	if (quiet) {
		text_add_plain(ret_text,
			       run->facts.scenario != NULL ? run->facts.scenario : "run");
		text_add(ret_text, ": ");
		add_word(&page);
		if (run->summary.status != EXIT_HELD)
			add_pointers(&page);
		local_fini(&page.local);
		return;
	}
	digest_make(&digest, run);
	add_head(&page);
	add_story(&page, &digest);
	add_broken(&page);
	if (run->summary.violated > 0)
		add_why(&page, &digest);
	add_places(&page);
	add_shutoff(&page);
	add_held(&page);
	add_unknown(&page);
	add_receipts(&page);
	add_pointers(&page);
	add_elapsed(&page);
	add_word(&page);
	digest_fini(&digest);
	local_fini(&page.local);
}
