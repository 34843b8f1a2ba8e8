/*
 * late.h - what is on its way in one direction of a connection; private to this room.
 *
 * Order is kept, but for what may overtake. A packet may arrive in pieces, and the
 * connection may end with its last byte; an end of the stream may itself be late.
 */
#ifndef JOBJAM_NET_LATE_H
#define JOBJAM_NET_LATE_H

#include "net/connection.h"
#include "sim/core/queue.h"

/* Delivers it now, or a copy of it when it is due. */
void pipe_carry(struct passing *passing, sim_ns delay);
/* Nothing more will enter: is something still on its way, or is the end itself late? */
bool pipe_lingers(struct pipe *pipe, sim_ns now);
/* Drops what is late and its timer. */
void pipe_clear(struct pipe *pipe, struct queue *queue);

#endif
