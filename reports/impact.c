/* impact.c - reading the accounts, adding them up, and writing them as JSON. */
#include "reports/impact.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
	SPOOLS_EACH = 2
};

static const struct {
	const char *name, *words;
} PARTS[IMPACT_DAMAGE] = {
	{"nozzle", "nozzle"},
	{"front_cover", "front cover"},
	{"plate", "build plate"},
	{"cable", "hotend cable"},
};

const char *impact_part(size_t index)
{
	return index < IMPACT_DAMAGE ? PARTS[index].name : NULL;
}

const char *impact_part_words(size_t index)
{
	return index < IMPACT_DAMAGE ? PARTS[index].words : NULL;
}

#define COUNT(member)                                    \
	{                                                \
#member, offsetof(struct impact, member) \
	}
static const struct {
	const char *name;
	size_t at;
} COUNTS[] = {COUNT(starts),  COUNT(on_object), COUNT(reprints),
	      COUNT(presses), COUNT(laterals),  COUNT(printed_over)},
  SUMS[] = {COUNT(grams_printed), COUNT(grams_wasted), COUNT(metres_wasted),
	    COUNT(kwh),           COUNT(heated_s),     COUNT(heated_unattended_s)},
  PEAKS[] = {COUNT(peak_nozzle_c), COUNT(peak_bed_c), COUNT(danger_nozzle_c),
	     COUNT(danger_bed_c)};
#undef COUNT
#define N(table) (sizeof(table) / sizeof((table)[0]))

static int64_t *count_at(struct impact *impact, size_t i)
{
	return (int64_t *)(void *)((char *)impact + COUNTS[i].at);
}

static double *real_at(struct impact *impact, size_t at)
{
	return (double *)(void *)((char *)impact + at);
}

static int64_t phantom_starts(const struct digest *digest, const char *printer)
{
	int64_t n = 0;
	for (size_t i = 0; i < digest->n_starts; i++)
		n += strcmp(digest->starts[i].printer, printer) == 0 &&
		     (digest->starts[i].flags &
		      (START_STALE | START_DUPLICATE | START_AFTER_CANCEL)) != 0;
	return n;
}

static void read_one(const struct trace_event *event, const struct digest *digest,
		     struct impact *impact)
{
	static const char *const DAMAGED[IMPACT_DAMAGE] = {"damaged_nozzle",
							   "damaged_front_cover",
							   "damaged_plate",
							   "damaged_cable"};
	*impact = (struct impact){.printer = event->who};
	for (size_t i = 0; i < N(COUNTS); i++)
		*count_at(impact, i) = trace_int(event, COUNTS[i].name, 0);
	for (size_t i = 0; i < N(SUMS); i++)
		*real_at(impact, SUMS[i].at) = trace_real(event, SUMS[i].name, 0);
	for (size_t i = 0; i < N(PEAKS); i++)
		*real_at(impact, PEAKS[i].at) = trace_real(event, PEAKS[i].name, 0);
	for (size_t i = 0; i < IMPACT_DAMAGE; i++) {
		impact->damaged[i] = trace_int(event, DAMAGED[i], 0);
		impact->parts += impact->damaged[i];
	}
	impact->phantom = phantom_starts(digest, event->who);
	impact->damaged_machines = impact->parts > 0;
	impact->spools = SPOOLS_EACH * impact->damaged_machines;
}

static void add_up(struct impact *fleet, struct impact *one)
{
	for (size_t i = 0; i < N(COUNTS); i++)
		*count_at(fleet, i) += *count_at(one, i);
	for (size_t i = 0; i < N(SUMS); i++)
		*real_at(fleet, SUMS[i].at) += *real_at(one, SUMS[i].at);
	for (size_t i = 0; i < N(PEAKS); i++)
		if (*real_at(one, PEAKS[i].at) > *real_at(fleet, PEAKS[i].at))
			*real_at(fleet, PEAKS[i].at) = *real_at(one, PEAKS[i].at);
	for (size_t i = 0; i < IMPACT_DAMAGE; i++)
		fleet->damaged[i] += one->damaged[i];
	fleet->phantom += one->phantom;
	fleet->parts += one->parts;
	fleet->damaged_machines += one->damaged_machines;
	fleet->spools += one->spools;
}

struct impact *impact_read(const struct run *run, const struct digest *digest,
			   size_t *ret_n, struct impact *ret_fleet)
{
	struct impact *all = NULL;
	size_t n = 0, room = 0, count = run->trace != NULL ? trace_count(run->trace) : 0;

	*ret_fleet = (struct impact){0};
	for (size_t i = 0; i < count; i++) {
		const struct trace_event *event = trace_at(run->trace, i);
		if (event->kind != KIND_IMPACT_PRINTER)
			continue;
		all = roll_grown(all, n, &room, sizeof(*all));
		read_one(event, digest, &all[n]);
		add_up(ret_fleet, &all[n++]);
	}
	*ret_n = n;
	return all;
}

/* --- JSON ------------------------------------------------------------------------- */

static void emit_one(struct emit *emit, struct impact *impact)
{
	if (impact->printer != NULL)
		emit_text(emit, "printer", impact->printer);
	for (size_t i = 0; i < N(COUNTS); i++)
		emit_int(emit, COUNTS[i].name, *count_at(impact, i));
	emit_int(emit, "phantom", impact->phantom);
	for (size_t i = 0; i < N(SUMS); i++)
		emit_real(emit, SUMS[i].name, *real_at(impact, SUMS[i].at));
	for (size_t i = 0; i < N(PEAKS); i++)
		emit_real(emit, PEAKS[i].name, *real_at(impact, PEAKS[i].at));
	emit_open(emit, "damaged", '{');
	for (size_t i = 0; i < IMPACT_DAMAGE; i++)
		emit_int(emit, PARTS[i].name, impact->damaged[i]);
	emit_close(emit, '}');
	emit_open(emit, "promised", '{');
	emit_int(emit, "repair_parts", impact->parts);
	emit_real(emit, "filament_g", impact->grams_wasted);
	emit_int(emit, "spools", impact->spools);
	emit_close(emit, '}');
}

void impact_emit(struct emit *emit, const struct run *run)
{
	struct digest digest;
	struct impact fleet;
	size_t n;

	if (run->trace == NULL)
		return;
	digest_make(&digest, run);
	struct impact *all = impact_read(run, &digest, &n, &fleet);
	emit_open(emit, "impact", '{');
	emit_open(emit, "fleet", '{');
	emit_int(emit, "damaged_machines", fleet.damaged_machines);
	emit_one(emit, &fleet);
	emit_close(emit, '}');
	emit_open(emit, "printers", '[');
	for (size_t i = 0; i < n; i++) {
		emit_open(emit, NULL, '{');
		emit_one(emit, &all[i]);
		emit_close(emit, '}');
	}
	emit_close(emit, ']');
	emit_close(emit, '}');
	free(all);
	digest_fini(&digest);
}
