/*
 * deliver.h - the two ends of a packet's way through a link: what caused it, and its
 * arrival, which is what the trace records; private to this room.
 */
#ifndef JOBJAM_NET_DELIVER_H
#define JOBJAM_NET_DELIVER_H

#include "net/connection.h"

/* Fills in cause, level and hash of a packet that has just been framed. */
void find_cause(struct passing *passing);
/* Hands it to the broker or to the client, and says so in the trace. */
void deliver(struct passing *passing);
/* The latest fault.acted on this connection, or else its latest session event. */
trace_id blame_of(const struct conn *conn);

#endif
