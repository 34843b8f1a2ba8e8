/*
 * underway.h - messages on their way through a link, counted: late, held by a fault, or
 * written into a connection that leads nowhere (the kernel of a real client would keep
 * those, and lose them with the connection); private to this room.
 *
 * Counted by what enters and what leaves, never by what a fault thinks of it.
 */
#ifndef JOBJAM_NET_UNDERWAY_H
#define JOBJAM_NET_UNDERWAY_H

#include "net/connection.h"

/* A PUBLISH has been framed. Others are not counted. */
void underway_enter(struct passing *passing);
/* A message of the client's has been written and waits in the socket, not yet framed. Its
 * ticket is that of its passing then. */
pile_ticket underway_written(struct conn *conn, sim_ns now, size_t bytes, trace_id cause);
/* It has come out at the other end; a second time (a copy) nothing happens. */
void underway_leave(const struct passing *passing);
/* It never will. */
void underway_lose(const struct passing *passing);
/* Whatever is left of this connection is lost. */
void underway_over(struct conn *conn, sim_ns now);

#endif
