/* reset.c - the present connection is cut on both sides at once. */
#include "net/connection.h"

static void cut(struct fault *fault, struct conn *conn, sim_ns now)
{
	fault_matched(fault);
	trace_id event = fault_acted(fault, conn->link, now, "cut", NULL, fault->armed);
	conn_cut(conn, now, "reset", event);
}

const struct net_fault fault_of_reset = {
	.row = {.name = "reset",
		.summary = "the present connection is cut on both sides at once",
		.help = "Both ends see the connection break. Bytes on their way are lost. It also "
			"ends a black hole and a false connection."},
	.on_present = cut,
};
