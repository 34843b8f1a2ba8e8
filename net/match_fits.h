/*
 * match_fits.h - match.h put to work on decoded packets; private to this room.
 */
#ifndef JOBJAM_NET_MATCH_FITS_H
#define JOBJAM_NET_MATCH_FITS_H

#include "net/match.h"

enum match_part_index {
	MATCH_DIR,
	MATCH_TYPE,
	MATCH_QOS,
	MATCH_DUP,
	MATCH_RETAIN,
	MATCH_MID,
	MATCH_MIN_SIZE,
	MATCH_MAX_SIZE,
	MATCH_TOPIC,
	MATCH_FIELD,
	MATCH_PROPERTY,
	MATCH_JSON,
	MATCH_FROM,
	MATCH_TILL,
	MATCH_WHEN,
	MATCH_NTH,
	MATCH_FIRST,
	MATCH_EVERY,
	MATCH_PROBABILITY,
	MATCH_TIMES,
	MATCH_PER,
	N_MATCH_PARTS
};

static inline bool match_has(const struct match *match, enum match_part_index part)
{
	return match->given >> part & 1;
}

/* Does the packet itself fit, whatever the time, the counters and luck say? Counts
 * nothing. */
bool match_fits_packet(const struct match *match, const struct net_sight *sight);
/* Counts the packet when it fits all that is asked before the counters (match->seen), and
 * answers whether it fits those, too. Call once for each packet. */
bool match_fits(struct match *match, const struct net_sight *sight);

#endif
