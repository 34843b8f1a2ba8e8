/* markdown_story.c - report.md: the timeline, and the chain of one start. */
#include "reports/markdown.h"
#include "reports/timeline.h"

#include <string.h>

enum {
	TIMELINE_ROWS = 80
};

static void add_row(struct sheet *sheet, const struct timeline_row *row)
{
	const struct trace_event *event = row->event;
	struct text more = {0};

	text_add(sheet->text, "| ");
	md_utc(sheet, event->t);
	text_add(sheet->text, " | ");
	md_local(sheet, local_printer(&sheet->local, event), event->t);
	text_addf(sheet->text, " | %s | ", row->phase);
	md_words(sheet, event);
	timeline_add_more(&more, sheet->run, row);
	md_text(sheet, text_cstr(&more));
	text_addf(sheet->text, " | %llu |\n", (unsigned long long)event->id);
	text_fini(&more);
}

void md_timeline(struct sheet *sheet)
{
	struct timeline timeline;

	md_heading(sheet, "Timeline");
	timeline_make(&timeline, sheet->run, &sheet->digest, 4, TIMELINE_ROWS);
	if (timeline.n == 0) {
		text_add(sheet->text, "Nothing worth a line happened.\n");
		timeline_fini(&timeline);
		return;
	}
	text_add(
		sheet->text,
		"The last column is the event's id in `events.ndjson`. Phases: *trigger* is the "
		"instant of the first fault, *latent* what follows unnoticed, *detected* where the "
		"service learns of it, *release* where what had waited goes out, *damage* and "
		"*recovery* what comes of it.\n\n"
		"| UTC | at the machine | phase | what | event |\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < timeline.n; i++)
		add_row(sheet, &timeline.rows[i]);
	if (timeline.left_out > 0)
		text_addf(sheet->text, "\n%zu rows of less weight are left out.\n",
			  timeline.left_out);
	timeline_fini(&timeline);
}

void md_chain(struct sheet *sheet)
{
	const struct trace_event *telling = sheet->digest.telling;
	char words[DURATION_TEXT_MAX];
	struct chain chain;

	md_heading(sheet, "Causal chain");
	if (telling == NULL) {
		text_add(sheet->text,
			 "Nothing was out of order, so there is no chain to follow.\n");
		return;
	}
	chain_find(sheet->run, telling->id, &chain);
	const struct run_printer *printer = chain_printer(&sheet->local, &chain);
	text_add(sheet->text, "Of one event, the one that tells most: each step is the "
			      "recorded cause of the next.\n\n"
			      "| UTC | at the machine | after | what | event |\n"
			      "|---|---|---|---|---|\n");
	for (size_t i = 0; i < chain.n; i++) {
		const struct trace_event *event = chain.events[i];
		if (chain.left_out > 0 && i == chain.gap_at + 1)
			text_addf(sheet->text, "| … | | | %zu steps left out | |\n",
				  chain.left_out);
		text_add(sheet->text, "| ");
		md_utc(sheet, event->t);
		text_add(sheet->text, " | ");
		md_local(sheet, printer, event->t);
		sim_ns wait = i > 0 ? event->t - chain.events[i - 1]->t : 0;
		text_addf(sheet->text, " | %s | ",
			  wait > 0 ? duration_words(wait, words) : "");
		if (wait >= SIM_MIN)
			text_add(sheet->text, "**");
		md_words(sheet, event);
		if (wait >= SIM_MIN)
			text_add(sheet->text, "**");
		text_addf(sheet->text, " | %llu |\n", (unsigned long long)event->id);
	}
}
