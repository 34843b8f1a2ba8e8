/* hold.c - packets wait until they are released. */
#include "net/connection.h"

static enum fault_verdict keep(struct fault *fault, struct passing *passing)
{
	if (!fault_fits(fault, passing))
		return FAULT_PASS;
	trace_id cause = passing->cause;
	passing->cause = fault_altered(fault, passing, "held");
	if (fault_keep(fault, passing))
		return FAULT_KEEP;
	passing->cause = cause;
	return FAULT_PASS;
}

const struct net_fault fault_of_hold = {
	.row = {.name = "hold",
		.summary = "packets wait until they are released",
		.help = "The packets that fit are kept, in order; everything else passes them by. "
			"Releasing lets them go at once and goes on holding; lifting lets them go "
			"and ends it. Packets of a connection that has ended meanwhile are lost with "
			"it. At most 65,536 packets or 64 MiB are kept; more passes."},
	.takes_match = true,
	.on_packet = keep,
	.can_release = true,
};
