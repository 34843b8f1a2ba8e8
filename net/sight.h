/*
 * sight.h - a packet on its way, as it is shown to whoever judges it: the matchers of this
 * room, a predicate or a fault of the script. Borrowed for the length of the call.
 */
#ifndef JOBJAM_NET_SIGHT_H
#define JOBJAM_NET_SIGHT_H

#include "net/codec.h"
#include "sim/core/time.h"
#include "sim/core/trace.h"

enum net_dir {
	NET_UP = 1,
	NET_DOWN = 2
}; /* the numbers of match.dir */

static inline const char *net_dir_name(enum net_dir dir)
{
	return dir == NET_UP ? "up" : "down";
}

struct net_sight {
	const struct mqtt_packet *packet;
	enum net_dir dir;
	const char *link, *who; /* "printer/007", "link/printer/007" */
	uint32_t link_index;    /* order of creation, from 0 */
	sim_ns now;
	trace_id cause;
};

#endif
