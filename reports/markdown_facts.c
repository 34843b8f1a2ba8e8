/* markdown_facts.c - report.md: receipts, sources, settings, machines, how to repeat it. */
#include "reports/markdown.h"

#include <stdlib.h>
#include <string.h>

enum {
	ROWS_MAX = 200
};

/* --- receipts --------------------------------------------------------------------- */

static void add_instant(struct sheet *sheet, int64_t at)
{
	if (at < 0 || at == SIM_NEVER)
		text_add(sheet->text, "never");
	else
		md_utc(sheet, at);
}

static void add_receipt(struct sheet *sheet, const struct trace_event *event)
{
	int64_t matched = trace_int(event, "matched", 0);
	text_add(sheet->text, "| ");
	md_text(sheet, trace_text(event, "fault", "fault"));
	text_add(sheet->text, " | ");
	md_text(sheet, event->who);
	text_addf(sheet->text, " | %lld | %lld | %lld | ", (long long)matched,
		  (long long)trace_int(event, "affected", 0),
		  (long long)trace_int(event, "bytes", 0));
	add_instant(sheet, trace_int(event, "first_ns", -1));
	text_add(sheet->text, " | ");
	add_instant(sheet, trace_int(event, "last_ns", -1));
	text_add(sheet->text, " | ");
	if (matched == 0)
		text_add(sheet->text, "**never matched:** ");
	md_text(sheet, trace_text(event, matched == 0 ? "why" : "parts", ""));
	text_add(sheet->text, " |\n");
}

void md_receipts(struct sheet *sheet)
{
	const struct trace *trace = sheet->run->trace;
	size_t n = 0;

	md_heading(sheet, "Fault receipts");
	for (size_t i = 0; i < trace_count(trace); i++) {
		const struct trace_event *event = trace_at(trace, i);
		if (event->kind != KIND_FAULT_RECEIPT || ++n > ROWS_MAX)
			continue;
		if (n == 1)
			text_add(
				sheet->text,
				"| fault | on | matched | affected | bytes | first | last | |\n"
				"|---|---|---|---|---|---|---|---|\n");
		add_receipt(sheet, event);
	}
	if (n == 0)
		text_add(sheet->text,
			 "No fault was armed, or the run ended before receipts were "
			 "written.\n");
	if (n > ROWS_MAX)
		text_addf(sheet->text, "\nand %zu more in `verdict.json`\n",
			  n - ROWS_MAX);
}

/* --- sources and assumptions ------------------------------------------------------ */

static void add_list(struct sheet *sheet, const char *const *items, size_t n,
		     const char *none)
{
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		text_add(sheet->text, "- ");
		md_text(sheet, items[i]);
		text_add(sheet->text, "\n");
	}
	if (n == 0)
		text_addf(sheet->text, "%s\n", none);
}

void md_published(struct sheet *sheet)
{
	const struct run_facts *facts = &sheet->run->facts;

	md_heading(sheet, "Published facts");
	add_list(sheet, facts->published, facts->n_published,
		 "The scenario cites none: it is not a reconstruction.");
	md_heading(sheet, "Assumptions");
	add_list(
		sheet, facts->assumptions, facts->n_assumptions,
		"The scenario names none. The models of machines, service and people have their "
		"own, documented with their settings.");
}

/* --- settings and machines -------------------------------------------------------- */

void md_settings(struct sheet *sheet)
{
	const struct run_facts *facts = &sheet->run->facts;

	md_heading(sheet, "Settings in force");
	if (facts->n_settings == 0) {
		text_add(sheet->text, "All as the builds ship them.\n");
		return;
	}
	text_add(sheet->text, "| setting | value | from |\n|---|---|---|\n");
	for (size_t i = 0; i < facts->n_settings && i < ROWS_MAX; i++) {
		text_add(sheet->text, "| ");
		md_text(sheet, facts->settings[i].name);
		text_add(sheet->text, " | ");
		md_text(sheet, facts->settings[i].value);
		text_add(sheet->text, " | ");
		md_text(sheet, facts->settings[i].from);
		text_add(sheet->text, " |\n");
	}
	if (facts->n_settings > ROWS_MAX)
		text_addf(sheet->text, "\nand %zu more in `verdict.json`\n",
			  facts->n_settings - ROWS_MAX);
}

static const char *or_empty(const char *text)
{
	return text != NULL ? text : "";
}

static int compare_kind(const void *a, const void *b)
{
	const struct run_printer *x = *(const struct run_printer *const *)a;
	const struct run_printer *y = *(const struct run_printer *const *)b;
	int order = strcmp(or_empty(x->model), or_empty(y->model));
	if (order == 0)
		order = strcmp(or_empty(x->zone), or_empty(y->zone));
	if (order == 0)
		order = strcmp(or_empty(x->firmware), or_empty(y->firmware));
	if (order == 0)
		order = strcmp(or_empty(x->client), or_empty(y->client));
	return order;
}

static void add_machines(struct sheet *sheet, const struct run_printer *kind, size_t n)
{
	text_addf(sheet->text, "| %zu | ", n);
	md_text(sheet, kind->model);
	text_add(sheet->text, " | ");
	md_text(sheet, kind->zone);
	text_add(sheet->text, " | ");
	md_text(sheet, kind->firmware);
	text_add(sheet->text, " | ");
	md_text(sheet, kind->client);
	text_add(sheet->text, " |\n");
}

void md_machines(struct sheet *sheet)
{
	const struct run_facts *facts = &sheet->run->facts;
	const struct run_printer **sorted =
		calloc(facts->n_printers + 1, sizeof(const struct run_printer *));
	size_t n = facts->n_printers, rows = 0;

	md_heading(sheet, "Machines");
	if (sorted == NULL) {
		sheet->text->failed = true;
		return;
	}
	for (size_t i = 0; i < n; i++)
		sorted[i] = &facts->printers[i];
	qsort(sorted, n, sizeof(sorted[0]), compare_kind);
	text_add(
		sheet->text,
		"| count | model | time zone | firmware | carried by |\n|---|---|---|---|---|\n");
	for (size_t first = 0, i = 1; first < n && i <= n; i++) {
		if (i < n && compare_kind(&sorted[first], &sorted[i]) == 0)
			continue;
		if (++rows <= ROWS_MAX)
			add_machines(sheet, sorted[first], i - first);
		first = i;
	}
	if (rows > ROWS_MAX)
		text_addf(sheet->text, "\nand %zu more kinds in `verdict.json`\n",
			  rows - ROWS_MAX);
	free(sorted);
}

/* --- again ------------------------------------------------------------------------ */

void md_reproduce(struct sheet *sheet)
{
	const struct run_facts *facts = &sheet->run->facts;

	md_heading(sheet, "Reproduce");
	if (facts->reproduce == NULL) {
		text_add(sheet->text, "The command is not known.\n");
		return;
	}
	/* An indented block takes everything literally, and has no end that text could fake. */
	text_add(sheet->text, "    ");
	text_add_plain(sheet->text, facts->reproduce);
	text_add(sheet->text,
		 "\n\nThe same broker, builds, seed and time zone data give the same "
		 "events. `jobjam why` followed by this directory and an event's id "
		 "tells any other chain.\n");
}
