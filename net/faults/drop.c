/* drop.c - packets vanish on a connection that lives on. */
#include "net/connection.h"

static enum fault_verdict vanish(struct fault *fault, struct passing *passing)
{
	if (!fault_fits(fault, passing))
		return FAULT_PASS;
	fault_acted(fault, passing->conn->link, passing->now, "dropped", passing,
		    passing->cause);
	return FAULT_DROP;
}

const struct net_fault fault_of_drop = {
	.row = {.name = "drop",
		.summary = "packets vanish",
		.help = "The packets that fit are not passed on; the connection lives on. A network "
			"does not do this to a stream; a faulty broker, proxy or client does. "
			"Dropping PUBACK loses the confirmation after the effect."},
	.takes_match = true,
	.on_packet = vanish,
};
