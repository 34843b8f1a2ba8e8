/*
 * passage.h - one direction of a connection: from bytes to packets, past the faults, late
 * or at once, to the other end; private to this room.
 */
#ifndef JOBJAM_NET_PASSAGE_H
#define JOBJAM_NET_PASSAGE_H

#include "net/connection.h"

/* Passes on the whole packets in `from`; without more to come also the broken rest.
 * Returns whether anything was taken. The bytes may be added to meanwhile. */
bool pipe_pump(struct pipe *pipe, struct bytes *from, bool more, sim_ns now);

#endif
