/*
 * straight.h - the short way of packets that nobody here would keep, change or tell of;
 * private to this room.
 *
 * Live, and not recorded (net.h), with no fault on the link that looks at what passes, a
 * packet is framed and read as ever, because malformed ones and what comes later must be
 * told apart; but then nothing depends on any single one. So as many as there are go over
 * to the other end in one piece, and mostly without being copied (bytes_move).
 *
 * The long way (passage.c) takes over at the first packet that is more than bytes, and as
 * soon as a fault is armed: what was handed over before had passed before, either way.
 */
#ifndef JOBJAM_NET_STRAIGHT_H
#define JOBJAM_NET_STRAIGHT_H

#include "net/connection.h"

/* May packets go that way just now? */
bool is_straight(const struct pipe *pipe);
/* So many bytes may wait for the other end then, before more is passed on: nothing is to be
 * gained by adding to them, and what is added must be copied. */
size_t straight_room(const struct pipe *pipe);
/* If they may: takes from work, and passes on, whole packets one behind the other, until
 * there is none or CONN_WAITING_MAX has been reached. 0: the next one must go the long way,
 * or is not yet there. Calls nobody. */
size_t straight_pass(struct pipe *pipe, struct bytes *work, sim_ns now);

#endif
