/* markdown_shutoff.c - report.md: the two layers of shut-off, where a switch stuck. */
#include "reports/markdown.h"
#include "reports/shutoff.h"

#include <stdlib.h>

static void add_after(struct sheet *sheet, sim_ns after, const char *never)
{
	char words[DURATION_TEXT_MAX];
	if (after < 0)
		text_add(sheet->text, never);
	else
		text_addf(sheet->text, "after %s", duration_words(after, words));
	text_add(sheet->text, " | ");
}

void md_shutoff(struct sheet *sheet)
{
	size_t n;
	struct shutoff *all = shutoff_read(sheet->run, &n);
	if (n == 0) {
		free(all);
		return;
	}
	md_heading(sheet, "Two layers of shut-off");
	text_add(
		sheet->text,
		"A trip takes the duty away, which a stuck switch does not heed; only the supply "
		"stops it, on machines that can cut theirs.\n\n"
		"| machine | what stuck | duty off (a trip) | supply cut | so |\n"
		"|---|---|---|---|---|\n");
	for (size_t i = 0; i < n; i++) {
		text_add(sheet->text, "| ");
		md_text(sheet, all[i].printer);
		text_add(sheet->text, " | the switch of its ");
		md_text(sheet, all[i].part);
		text_addf(sheet->text, "'s heater, event %llu | ",
			  (unsigned long long)all[i].event);
		add_after(sheet, all[i].tripped, "never");
		add_after(sheet, all[i].cut,
			  all[i].end == SHUTOFF_BEYOND ? "cannot be" : "never");
		text_addf(sheet->text, "%s |\n", shutoff_words(all[i].end));
	}
	free(all);
}
