/*
 * conn_parts.h - what the files of a connection share; private to this room.
 */
#ifndef JOBJAM_NET_CONN_PARTS_H
#define JOBJAM_NET_CONN_PARTS_H

#include "net/connection.h"

/* The net counts those that wait for the broker, so that it need not look for them. */
void conn_set_waiting(struct conn *conn, bool dialling, bool blocked);
/* The truth changes: nothing of this client reaches the broker any more. */
void conn_detach(struct conn *conn, const char *reason, trace_id cause);
/* The broker's end is closed, and what waited for it is gone. */
void conn_hang_up(struct conn *conn);

#endif
