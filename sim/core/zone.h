/*
 * zone.h - local time of a named zone, from the system's tzdata, without TZ or locale.
 *
 * Reads the TZif files (RFC 8536, versions 1 to 3, with the POSIX-TZ footer) itself:
 * the C library's localtime() depends on the environment. The version of tzdata stands
 * in the header of every trace, because a change of law changes a run.
 */
#ifndef JOBJAM_CORE_ZONE_H
#define JOBJAM_CORE_ZONE_H

#include "sim/core/status.h"
#include "sim/core/time.h"

struct zone;

/* name: "Europe/Berlin", "UTC". Names with "..", a leading "/" or odd characters are
 * refused. *ret_zone is owned by the caller. SIM_ENOENT names the nearest known zone. */
int zone_open(const char *name, struct zone **ret_zone, struct sim_error *error);
void zone_free(struct zone *zone); /* NULL is fine */
/* The same from the bytes of a TZif file, which may come from anywhere. Copies name and
 * bytes. SIM_EINVAL says what is wrong with them. */
int zone_parse(const char *name, const void *bytes, size_t length, struct zone **ret_zone,
	       struct sim_error *error);

const char *zone_name(const struct zone *zone);
/* Seconds east of UTC at that instant. */
int32_t zone_offset_s(const struct zone *zone, int64_t utc_s);
void zone_local(const struct zone *zone, int64_t utc_s, struct civil *ret_local);
/* The instant at which the zone's clocks show *local. In a gap (spring) the first
 * instant after it; in an overlap (autumn) the earlier one. */
int64_t zone_to_utc_s(const struct zone *zone, const struct civil *local);
/* Abbreviation in force ("PDT", "CEST"); valid as long as the zone. */
const char *zone_abbreviation(const struct zone *zone, int64_t utc_s);
/* "2025b", or "unknown". */
const char *zone_data_version(void);

#endif
