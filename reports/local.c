/* local.c - UTC and local times of machines. */
#include "reports/local.h"

#include <stdlib.h>
#include <string.h>

void local_init(struct local *local, const struct run *run)
{
	*local = (struct local){.run = run};
}

void local_fini(struct local *local)
{
	for (size_t i = 0; i < local->n_zones; i++)
		zone_free(local->zones[i].zone);
	free(local->zones);
	*local = (struct local){0};
}

/* Opened on first use. */
static const struct zone *zone_named(struct local *local, const char *name)
{
	for (size_t i = 0; i < local->n_zones; i++)
		if (strcmp(local->zones[i].name, name) == 0)
			return local->zones[i].zone;
	struct local_zone *zones =
		realloc(local->zones, (local->n_zones + 1) * sizeof(*local->zones));
	if (zones == NULL)
		return NULL;
	local->zones = zones;
	struct local_zone *added = &zones[local->n_zones++];
	*added = (struct local_zone){.name = name};
	if (zone_open(name, &added->zone, NULL) != SIM_OK)
		added->zone = NULL;
	return added->zone;
}

/* "007" of "printer/007", "owner/007", "link/printer/007"; NULL when there is no slash. */
static const char *last_part(const char *actor)
{
	const char *slash = strrchr(actor, '/');
	return slash != NULL ? slash + 1 : NULL;
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

const struct run_printer *local_printer_named(const struct local *local,
					      const char *actor)
{
	const struct run_facts *facts = &local->run->facts;
	const char *name = begins(actor, "link/") ? actor + 5 : actor;
	bool by_number = begins(name, "app/") || begins(name, "studio/");

	for (size_t i = 0; i < facts->n_printers; i++) {
		const struct run_printer *printer = &facts->printers[i];
		if (strcmp(printer->name, name) == 0 ||
		    (printer->owner != NULL && strcmp(printer->owner, name) == 0))
			return printer;
		const char *number = last_part(printer->name);
		if (by_number && number != NULL && strcmp(number, last_part(name)) == 0)
			return printer;
	}
	return NULL;
}

const struct run_printer *local_printer(const struct local *local,
					const struct trace_event *event)
{
	const struct run_printer *printer = local_printer_named(local, event->who);
	const char *named = trace_text(event, "printer", NULL);
	if (printer == NULL && named != NULL)
		printer = local_printer_named(local, named);
	if (printer == NULL && (named = trace_text(event, "subject", NULL)) != NULL)
		printer = local_printer_named(local, named);
	return printer;
}

static int64_t utc_s(const struct local *local, sim_ns at)
{
	int64_t ns = local->run->facts.start_utc_ns + at;
	return ns / SIM_S - (ns % SIM_S < 0 ? 1 : 0);
}

void local_add_utc(const struct local *local, struct text *text, sim_ns at)
{
	struct civil civil;
	civil_from_utc_s(utc_s(local, at), &civil);
	text_addf(text, "%04d-%02d-%02d %02d:%02d:%02dZ", civil.year, civil.month,
		  civil.day, civil.hour, civil.minute, civil.second);
}

bool local_add_time(struct local *local, struct text *text,
		    const struct run_printer *printer, sim_ns at, bool with_day)
{
	static const char *const DAYS[] = {"Sun", "Mon", "Tue", "Wed",
					   "Thu", "Fri", "Sat"};
	if (printer == NULL || printer->zone == NULL)
		return false;
	const struct zone *zone = zone_named(local, printer->zone);
	if (zone == NULL)
		return false;
	struct civil civil;
	zone_local(zone, utc_s(local, at), &civil);
	if (with_day)
		text_addf(text, "%s ", DAYS[civil.weekday]);
	text_addf(text, "%02d:%02d ", civil.hour, civil.minute);
	text_add_plain(text, zone_abbreviation(zone, utc_s(local, at)));
	return true;
}
