/*
 * trips.c - how soon each reference build trips, and how hot the block (or bed) truly is at
 * that moment: a table, beside figures of a prototype of the same algorithms with a generic
 * controller. Prints; decides nothing. What is measured: bench.h.
 *
 *	trips FOLDER-OF-BUILDS
 */
#include "tests/trips/bench.h"

/* "41 (273)"; "never (409)" with the hottest that it was. */
static void measure(const char *dir, const struct row *row, const struct column *column,
		    char *ret_text, size_t size)
{
	struct bench bench;
	struct bench_way way = {.dir = dir};
	struct bench_result result = bench_run(&bench, row, column, &way);
	if (result.early)
		snprintf(ret_text, size, "! trips before");
	else if (result.tripped)
		snprintf(ret_text, size, "%.*f (%.0f)", result.after < 10 * SIM_S,
			 (double)result.after / 1e9, result.c);
	else
		snprintf(ret_text, size, "%s (%.0f)", result.warned ? "warns" : "never",
			 result.c);
	tear_down(&bench);
}

int main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : "build/debug/firmware";
	printf("Seconds from the fault to the trip, and the true temperature then (C).\n"
	       "Second line of each row: the prototype's figures. never: not within 20 min, "
	       "with the temperature then; warns: an alert, no trip. Below that: why the two "
	       "differ, or why nobody sees it.\n\n%-28s",
	       "");
	for (int i = 0; i < COLUMNS; i++)
		printf(" %-15s", COLUMN[i].title);
	printf("\n");
	for (size_t r = 0; r < sizeof(ROWS) / sizeof(ROWS[0]); r++) {
		printf("%-28s", ROWS[r].title);
		for (int i = 0; i < COLUMNS; i++) {
			char text[40];
			measure(dir, &ROWS[r], &COLUMN[i], text, sizeof(text));
			printf(" %-15s", text);
			fflush(stdout);
		}
		printf("\n%-28s", "");
		for (int i = 0; i < COLUMNS; i++)
			printf(" %-15s", ROWS[r].facts[i] ? ROWS[r].facts[i] : "");
		printf("\n");
		if (ROWS[r].why)
			printf("    %s\n", ROWS[r].why);
	}
	return 0;
}
