/* coalesce.c - what passes arrives in bursts: many packets in one read. */
#include "net/connection.h"

enum {
	EVERY,
	DIR,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[EVERY] = {"every", PARAM_DURATION, "s", "100ms", 1e-6, 86400, NULL,
		   "bytes arrive only at whole multiples of this since the start"},
	[DIR] = {"dir", PARAM_CHOICE, "", "both", 0, 0, fault_dirs,
		 "which way: both, up (client to broker) or down"},
};

static sim_ns wait_for_burst(struct fault *fault, struct passing *passing)
{
	sim_ns every = fault->values[EVERY].as.ns, late = passing->now % every;
	if (late == 0 || !fault_is_dir(fault->values[DIR].as.choice, passing->dir))
		return 0;
	fault_matched(fault);
	fault_acted(fault, passing->conn->link, passing->now, "gathered", passing,
		    passing->cause);
	return every - late;
}

const struct net_fault fault_of_coalesce = {
	.row = {.name = "coalesce",
		.summary = "bytes arrive in bursts",
		.help = "What passes is gathered and arrives together at the next whole multiple of "
			"the time, so that the other end finds many packets in one read. Nothing "
			"overtakes anything else. A stream may always do this; no program should mind.",
		.params = params,
		.n_params = N_PARAMS},
	.on_bytes = wait_for_burst,
};
