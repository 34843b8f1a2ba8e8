/*
 * match_fits.h - match.h put to work on decoded packets; private to this room.
 */
#ifndef JOBJAM_NET_MATCH_FITS_H
#define JOBJAM_NET_MATCH_FITS_H

#include "net/codec.h"
#include "net/match.h"

enum net_dir {
	NET_UP = 1,
	NET_DOWN = 2
}; /* the numbers of match.dir */

static inline const char *net_dir_name(enum net_dir dir)
{
	return dir == NET_UP ? "up" : "down";
}

/* Counts the packet when it fits all but the counters (match->seen), and answers whether
 * it fits those too. */
bool match_fits(struct match *match, enum net_dir dir, const struct mqtt_packet *packet);
bool match_fits_but_counters(const struct match *match, enum net_dir dir,
			     const struct mqtt_packet *packet);

#endif
