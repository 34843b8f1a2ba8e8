/* close.c - the present connection ends on both sides, in good order. */
#include "net/connection.h"

static void end_both(struct fault *fault, struct conn *conn, sim_ns now)
{
	fault_matched(fault);
	trace_id event =
		fault_acted(fault, conn->link, now, "closed", NULL, fault->armed);
	conn_close(conn, now, "closed", event);
}

const struct net_fault fault_of_close = {
	.row = {.name = "close",
		.summary = "the present connection ends on both sides, in good order",
		.help = "Both ends see the end of the stream (a FIN, as from a load balancer that "
			"drains), behind what has already been passed on to them; what is still on its "
			"way is lost. No DISCONNECT is said, so the broker sends the client's will."},
	.on_present = end_both,
};
