/*
 * impact.h - the account of each machine, as impact.printer gives it at the end of a run,
 * beside the starts that nobody wanted then; for report.md and verdict.json.
 *
 * Promised by the vendor after the night of 15 August 2023, and so counted here: repair
 * parts for what was damaged, the filament that was lost, and two spools for each
 * damaged machine.
 */
#ifndef JOBJAM_REPORTS_IMPACT_H
#define JOBJAM_REPORTS_IMPACT_H

#include "reports/digest.h"
#include "reports/emit.h"

enum {
	IMPACT_DAMAGE = 4
};

struct impact {
	const char *printer; /* NULL: the fleet */
	int64_t starts, phantom, on_object, reprints;
	int64_t presses, laterals, printed_over;
	double grams_printed, grams_wasted, metres_wasted, kwh;
	double heated_s, heated_unattended_s;
	double peak_nozzle_c, peak_bed_c, danger_nozzle_c, danger_bed_c;
	int64_t damaged[IMPACT_DAMAGE]; /* by impact_part() */
	int64_t parts, damaged_machines, spools;
};

/* "nozzle", … and as a person says it; NULL past the end. */
const char *impact_part(size_t index);
const char *impact_part_words(size_t index);

/* One for each impact.printer of the trace, in its order; *ret_fleet is their sum (peaks:
 * the highest). A phantom start: stale, a duplicate, or after a cancel. NULL and 0: the
 * run ended before it was said. The caller frees. */
struct impact *impact_read(const struct run *run, const struct digest *digest,
			   size_t *ret_n, struct impact *ret_fleet);
/* "impact": { … } of verdict.json. */
void impact_emit(struct emit *emit, const struct run *run);

#endif
