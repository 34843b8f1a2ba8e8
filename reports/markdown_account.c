/* markdown_account.c - report.md: what it came to, machine by machine. */
#include "reports/impact.h"
#include "reports/markdown.h"

#include <stdlib.h>

enum {
	ROWS_MAX = 60
};

static void add_real(struct sheet *sheet, double value, int places, const char *unit)
{
	char number[TEXT_REAL_MAX];
	text_addf(sheet->text, "%s%s", text_real(value, places, number), unit);
}

/* "112 °C", and which threshold that passes. */
static void add_peak(struct sheet *sheet, double c, double danger_c)
{
	add_real(sheet, c, 0, " °C");
	if (danger_c > 0.0) {
		text_add(sheet->text, " (**over ");
		add_real(sheet, danger_c, 0, "**)");
	}
}

static void add_damage(struct sheet *sheet, const struct impact *impact)
{
	bool any = false;
	for (size_t i = 0; impact_part(i) != NULL; i++) {
		if (impact->damaged[i] == 0)
			continue;
		text_addf(sheet->text, "%s%s", any ? ", " : "", impact_part_words(i));
		if (impact->damaged[i] > 1)
			text_addf(sheet->text, " (%lld)", (long long)impact->damaged[i]);
		any = true;
	}
	if (!any)
		text_add(sheet->text, "–");
}

static void add_row(struct sheet *sheet, const struct impact *impact)
{
	char hot[DURATION_TEXT_MAX];
	text_add(sheet->text, "| ");
	if (impact->printer != NULL)
		md_text(sheet, impact->printer);
	else
		text_add(sheet->text, "**all**");
	text_addf(sheet->text, " | %lld | %lld | %lld | %lld | %lld / %lld / %lld | ",
		  (long long)impact->starts, (long long)impact->phantom,
		  (long long)impact->on_object, (long long)impact->reprints,
		  (long long)impact->presses, (long long)impact->laterals,
		  (long long)impact->printed_over);
	add_real(sheet, impact->grams_wasted, 1, " g, ");
	add_real(sheet, impact->metres_wasted, 1, " m | ");
	add_real(sheet, impact->kwh, 2, " | ");
	sim_ns seconds = (sim_ns)(impact->heated_unattended_s + 0.5);
	text_addf(sheet->text, "%s | ", duration_words(seconds * SIM_S, hot));
	add_peak(sheet, impact->peak_nozzle_c, impact->danger_nozzle_c);
	text_add(sheet->text, " | ");
	add_peak(sheet, impact->peak_bed_c, impact->danger_bed_c);
	text_add(sheet->text, " | ");
	add_damage(sheet, impact);
	text_add(sheet->text, " |\n");
}

static void add_promised(struct sheet *sheet, const struct impact *fleet)
{
	text_add(sheet->text, "\nBy what the vendor promised after 15 August 2023, this "
			      "would be owed: ");
	md_count(sheet, (uint64_t)fleet->parts, "repair part", "repair parts");
	text_add(sheet->text, " for ");
	md_count(sheet, (uint64_t)fleet->damaged_machines, "damaged machine",
		 "damaged machines");
	text_add(sheet->text, ", ");
	add_real(sheet, fleet->grams_wasted, 0, " g of filament, and ");
	md_count(sheet, (uint64_t)fleet->spools, "spool", "spools");
	text_add(sheet->text, " (two for each damaged machine).\n");
}

/* Worth a row: something happened to it that nobody wanted. */
static bool suffered(const struct impact *impact)
{
	return impact->phantom > 0 || impact->on_object > 0 || impact->printed_over > 0 ||
	       impact->presses + impact->laterals + impact->parts > 0 ||
	       impact->danger_nozzle_c > 0.0 || impact->danger_bed_c > 0.0;
}

void md_account(struct sheet *sheet)
{
	struct impact fleet;
	size_t n, rows = 0, left_out = 0;
	struct impact *all = impact_read(sheet->run, &sheet->digest, &n, &fleet);

	if (n == 0)
		return; /* the run ended before its machines were asked */
	md_heading(sheet, "Machine by machine");
	text_add(
		sheet->text,
		"Only machines to which something happened; sums are of all. Phantom starts "
		"are stale, duplicate, or after a cancel; reprints start a file that this "
		"machine had started before. Hot and alone: a heater had power and nobody was "
		"awake at the machine. Temperatures are true ones, with the documented "
		"threshold they passed.\n\n"
		"| machine | starts | phantom | on objects | reprints | presses / sideways / "
		"printed over | filament wasted | kWh | hot and alone | nozzle's peak | bed's "
		"peak | damage |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < n; i++) {
		if (!suffered(&all[i]))
			continue;
		if (rows++ < ROWS_MAX)
			add_row(sheet, &all[i]);
		else
			left_out++;
	}
	add_row(sheet, &fleet);
	if (left_out > 0)
		text_addf(sheet->text, "\nAnd %zu more machines (verdict.json).\n",
			  left_out);
	add_promised(sheet, &fleet);
	free(all);
}
