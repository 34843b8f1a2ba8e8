/*
 * passage.h - one direction of a connection: from bytes to packets, past the faults, late
 * or at once, to the other end; private to this room.
 */
#ifndef JOBJAM_NET_PASSAGE_H
#define JOBJAM_NET_PASSAGE_H

#include "net/connection.h"
#include "sim/core/queue.h"

/* Passes on the whole packets in `from`; without more to come also the broken rest.
 * Returns whether anything was taken. The bytes may be added to meanwhile. */
bool pipe_pump(struct pipe *pipe, struct bytes *from, bool more, sim_ns now);
/* Nothing more will enter: is something still on its way, or is the end itself late? */
bool pipe_lingers(struct pipe *pipe, sim_ns now);
/* Drops what is late and its timer. */
void pipe_clear(struct pipe *pipe, struct queue *queue);

#endif
