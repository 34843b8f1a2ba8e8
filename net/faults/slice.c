/* slice.c - packets arrive in pieces. */
#include "net/connection.h"

enum {
	SIZE,
	GAP,
	DIR,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[SIZE] = {"size", PARAM_INT, "B", "1", 1, 1e9, NULL, "bytes in a piece"},
	[GAP] = {"gap", PARAM_DURATION, "s", "1ms", 1e-6, 86400, NULL,
		 "time between two pieces of one packet"},
	[DIR] = {"dir", PARAM_CHOICE, "", "both", 0, 0, fault_dirs,
		 "which way: both, up (client to broker) or down"},
};

static sim_ns cut_up(struct fault *fault, struct passing *passing)
{
	size_t size = (size_t)fault->values[SIZE].as.integer;
	if (!fault_is_dir(fault->values[DIR].as.choice, passing->dir))
		return 0;
	fault_matched(fault);
	passing->piece = size; /* also of a short one: it keeps its distance */
	passing->gap = fault->values[GAP].as.ns;
	if (passing->length <= size)
		return 0;
	fault_acted(fault, passing->conn->link, passing->now, "sliced", passing,
		    passing->cause);
	return 0;
}

const struct net_fault fault_of_slice = {
	.row = {.name = "slice",
		.summary = "packets arrive in pieces",
		.help = "Each packet reaches the other end in pieces of that many bytes, the first at "
			"once and each next one a gap later: the reader sees part of a packet and "
			"must wait for the rest. Order is kept; what follows waits, a gap longer. The packet counts "
			"as arrived with its last byte. A stream may always do this; no program "
			"should mind.",
		.params = params,
		.n_params = N_PARAMS},
	.on_bytes = cut_up,
};
