/* exit_status.c - the one table of exit statuses. */
#include "sim/checks/exit_status.h"

static const struct exit_row ROWS[] = {
	{EXIT_HELD, "every promise held (or broke exactly as known_bad says)"},
	{EXIT_BROKEN, "a promise was broken, or a known_bad did not break as it says"},
	{EXIT_USAGE,
	 "usage; a script that does not load or fails while running; a build or "
	 "broker that is missing or cannot be virtualised"},
	{EXIT_INCONCLUSIVE,
	 "inconclusive: a fault never matched anything, a sometimes was "
	 "never seen (on the builds of known_bad, where there is one), the run was "
	 "cut short, or nothing came up that any promise could be judged by"},
	{EXIT_SUBJECT_DIED,
	 "a system under test died or never came to rest, and no fault "
	 "asked for it"},
	{EXIT_NOT_REPRODUCIBLE, "not reproducible: two runs of the same differ"},
	{EXIT_NOTHING_MATCHED, "nothing matched the filter"},
	{EXIT_INTERNAL, "a fault of jobjam itself"},
	{EXIT_NOT_WRITTEN, "a file could not be written"},
	{EXIT_INTERRUPTED, "interrupted by a signal"},
};

/* Of several that apply, the first here is reported. */
static const enum exit_status WORST_FIRST[] = {
	EXIT_INTERNAL,    EXIT_NOT_WRITTEN,  EXIT_USAGE,
	EXIT_INTERRUPTED, EXIT_SUBJECT_DIED, EXIT_NOT_REPRODUCIBLE,
	EXIT_BROKEN,      EXIT_INCONCLUSIVE, EXIT_NOTHING_MATCHED,
	EXIT_HELD,
};

const struct exit_row *exit_row_at(size_t index)
{
	return index < sizeof(ROWS) / sizeof(ROWS[0]) ? &ROWS[index] : NULL;
}

enum exit_status exit_worse(enum exit_status a, enum exit_status b)
{
	for (size_t i = 0; i < sizeof(WORST_FIRST) / sizeof(WORST_FIRST[0]); i++)
		if (a == WORST_FIRST[i] || b == WORST_FIRST[i])
			return WORST_FIRST[i];
	return EXIT_INTERNAL; /* a status that is in no table is a fault of ours */
}
