/*
 * zone_rule.h - the POSIX-TZ rule in the footer of a TZif file: "CET-1CEST,M3.5.0,M10.5.0/3".
 *
 * It says how time goes on after the last transition that the file lists, for ever. With
 * the extension of RFC 8536 3.3.1: times of change from -167 to 167 hours.
 */
#ifndef JOBJAM_CORE_ZONE_RULE_H
#define JOBJAM_CORE_ZONE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZONE_OFFSET_MAX 93599 /* seconds: RFC 8536 allows up to 25:59:59 either way */

struct zone_change {
	enum {
		ZONE_JULIAN,
		ZONE_DAY,
		ZONE_WEEKDAY
	} kind; /* Jn (no leap day), n, Mm.w.d */
	int month, week, day;
	int32_t time_s; /* local time of the change */
};

struct zone_rule {
	int32_t standard_s,
		daylight_s; /* east of UTC; equal when there is one time only */
	char standard_letters[16], daylight_letters[16];
	bool has_daylight;
	struct zone_change begin, end; /* of daylight time */
};

/* false: it is not one. A daylight time without dates is refused: what it means is left
 * to the implementation, and TZif files do not have it. */
bool zone_rule_parse(const char *text, size_t length, struct zone_rule *ret_rule);
int32_t zone_rule_offset_s(const struct zone_rule *rule, int64_t utc_s);
const char *zone_rule_letters(const struct zone_rule *rule, int64_t utc_s);

#endif
