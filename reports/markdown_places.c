/* markdown_places.c - report.md: where orders waited, how long, how they were let go. */
#include "reports/markdown.h"
#include "reports/places.h"

static void add_row(struct sheet *sheet, size_t place,
		    const struct place_account *account)
{
	char words[DURATION_TEXT_MAX];
	const struct place_words *of = place_words(place);
	text_addf(sheet->text, "| %s: %s | %lld, ", of->name, of->what,
		  (long long)account->deepest);
	md_text(sheet, account->who);
	text_add(sheet->text, ", ");
	md_utc(sheet, account->at);
	text_addf(sheet->text, ", event %llu | %zu | %s | ",
		  (unsigned long long)account->event, account->actors,
		  duration_words(account->oldest, words));
	if (account->counted)
		text_addf(sheet->text, "%lld, %lld within 10 s | ",
			  (long long)account->released, (long long)account->burst);
	else
		text_add(sheet->text, "– | ");
	text_addf(sheet->text, "%lld", (long long)account->lost);
	if (account->expired > 0)
		text_addf(sheet->text, ", %lld too old", (long long)account->expired);
	text_add(sheet->text, " | ");
	for (size_t i = 0; i < PILE_AGES; i++)
		text_addf(sheet->text, "%lld | ", (long long)account->ages[i]);
	text_addf(sheet->text, "%zu | %s | %s |\n", account->open, of->bound,
		  of->release);
}

void md_places(struct sheet *sheet)
{
	struct place_account accounts[N_PLACES];
	size_t n = 0;

	places_read(sheet->run, accounts);
	md_heading(sheet, "Where it waited");
	for (size_t i = 0; i < N_PLACES; i++) {
		if (accounts[i].actors == 0)
			continue;
		if (n++ == 0) {
			text_add(
				sheet->text,
				"On the way from the service to the machines, in this order; told "
				"from two on that waited for a second. What the broker held is worked "
				"out from what went in and came out. Ages: time in the place, of what "
				"was let go.\n\n"
				"| place | deepest | in how many | longest wait | let go | lost |");
			for (size_t j = 0; j < PILE_AGES; j++)
				text_addf(sheet->text, " %s |", pile_age_names[j]);
			text_add(sheet->text,
				 " not let go at the end | bound | what lets it go |\n"
				 "|---|---|---|---|---|---|");
			for (size_t j = 0; j < PILE_AGES; j++)
				text_add(sheet->text, "---|");
			text_add(sheet->text, "---|---|---|\n");
		}
		add_row(sheet, i, &accounts[i]);
	}
	if (n == 0)
		text_add(sheet->text, "Nothing waited anywhere.\n");
}
