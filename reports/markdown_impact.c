/* markdown_impact.c - report.md: the impact, counted, and what is not counted. */
#include "reports/markdown.h"

static void add_row(struct sheet *sheet, const char *what, uint64_t n, const char *how)
{
	text_addf(sheet->text, "| %s | %llu | %s |\n", what, (unsigned long long)n, how);
}

static void add_starts(struct sheet *sheet)
{
	const struct digest *digest = &sheet->digest;
	char limit[DURATION_TEXT_MAX], words[DURATION_TEXT_MAX];

	add_row(sheet, "starts accepted by machines", digest->n_starts, "");
	text_addf(
		sheet->text,
		"| … stale | %llu | accepted more than %s after the first tap, or without any "
		"tap |\n",
		(unsigned long long)digest->stale,
		duration_words(digest->stale_limit, limit));
	add_row(sheet, "… duplicate", digest->duplicate,
		"of a wish that had been started before");
	add_row(sheet, "… onto an occupied plate", digest->on_object,
		"an object lay there, whatever a sensor said");
	text_addf(
		sheet->text,
		"| … unattended | %llu | nobody awake at the machine, and nobody had asked for "
		"it within %s |\n",
		(unsigned long long)digest->unattended,
		duration_words(digest->promptly, limit));
	add_row(sheet, "… after a cancel", digest->after_cancel,
		"the app had shown the cancel as done");
	add_row(sheet, "starts with any of these", digest->unwanted, "each counted once");
	text_addf(sheet->text, "| machines with such a start | %llu of %zu | |\n",
		  (unsigned long long)digest->machines_hit, sheet->run->facts.n_printers);
	text_addf(sheet->text,
		  "| printing time of such starts | %s | together, until each ended |\n",
		  duration_words(digest->unwanted_printing, words));
}

static void add_harms(struct sheet *sheet)
{
	const struct digest *digest = &sheet->digest;
	struct text parts = {0};
	char grams[TEXT_REAL_MAX], metres[TEXT_REAL_MAX];

	add_row(sheet, "collisions", digest->collisions, "print head against an object");
	text_addf(sheet->text, "| damaged parts | %llu | ",
		  (unsigned long long)digest->damage.total);
	tally_add_text(&parts, &digest->damage);
	if (parts.length > 0)
		md_text(sheet, text_cstr(&parts));
	text_add(sheet->text, " |\n");
	add_row(sheet, "prints onto an old object", digest->printed_over, "");
	text_addf(sheet->text, "| extrusions into the air | %llu | %s g |\n",
		  (unsigned long long)digest->spaghetti,
		  text_real(digest->grams_spaghetti, 1, grams));
	text_addf(sheet->text,
		  "| filament wasted | %s g | %s m; physically ruined prints |\n",
		  text_real(digest->grams_wasted, 1, grams),
		  text_real(digest->metres_wasted, 1, metres));
	add_row(sheet, "plates still occupied at the end", digest->objects_left, "");
	text_fini(&parts);
}

static void add_people(struct sheet *sheet)
{
	const struct digest *digest = &sheet->digest;
	uint64_t unserved = digest->wishes - digest->wishes_started;

	add_row(sheet, "wishes of people", digest->wishes, "one person, one object");
	add_row(sheet, "… that never started", unserved,
		"until the run ended, for whatever reason");
	add_row(sheet, "… that their person cancelled", digest->wishes_cancelled, "");
	add_row(sheet, "… that their person stopped wanting", digest->wishes_dropped, "");
	add_row(sheet, "resends", digest->resends,
		"taps after the first for the same wish");
}

void md_impact(struct sheet *sheet)
{
	md_heading(sheet, "Impact");
	text_add(sheet->text, "| what | count | how it is counted |\n|---|---|---|\n");
	add_starts(sheet);
	add_harms(sheet);
	add_people(sheet);
	text_add(sheet->text,
		 "| heating time | see below | machine by machine |\n"
		 "| fire, injury | not modelled | |\n"
		 "| cost | not modelled | |\n"
		 "| machines affected outside this simulation | unknown | a simulation "
		 "cannot know it |\n");
}
