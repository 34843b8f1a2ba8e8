/* connect_hang.c - nobody answers who wants to connect: a black hole for the SYN. */
#include "net/connection.h"

static enum fault_admission leave_hanging(struct fault *fault, struct link *link,
					  sim_ns now, trace_id *cause)
{
	fault_matched(fault);
	*cause = fault_acted(fault, link, now, "unanswered", NULL, *cause);
	return FAULT_HANG;
}

const struct net_fault fault_of_connect_hang = {
	.row = {.name = "connect_hang",
		.summary = "new connections hang: nobody answers",
		.help = "The broker's host does not answer, neither yes nor no. libmosquitto has no "
			"time-out for connecting: it takes the connection for open, and gives up when "
			"its keep-alive has passed without a CONNACK. Connections that still hang when "
			"the fault is lifted are made then, all at once. Open ones are not touched."},
	.on_connect = leave_hanging,
};
