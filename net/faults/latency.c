/* latency.c - bytes arrive later, in order: a long path. */
#include "net/connection.h"

enum {
	DELAY,
	JITTER,
	DIR,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[DELAY] = {"delay", PARAM_DURATION, "s", "100ms", 0, 86400, NULL,
		   "how much later everything arrives"},
	[JITTER] = {"jitter", PARAM_DURATION, "s", "0s", 0, 86400, NULL,
		    "up to this much more, drawn anew for each packet; order is kept"},
	[DIR] = {"dir", PARAM_CHOICE, "", "both", 0, 0, fault_dirs,
		 "which way: both, up (client to broker) or down"},
};

static sim_ns be_late(struct fault *fault, struct passing *passing)
{
	if (!fault_is_dir(fault->values[DIR].as.choice, passing->dir))
		return 0;
	sim_ns delay = fault->values[DELAY].as.ns;
	sim_ns jitter = fault->values[JITTER].as.ns;
	struct chance *chance =
		jitter > 0 ? fault_chance(fault, passing->conn->link) : NULL;
	if (chance)
		delay += chance_between(chance, 0, jitter);
	fault_matched(fault);
	fault_acted(fault, passing->conn->link, passing->now, "delayed", passing,
		    passing->cause);
	return delay;
}

const struct net_fault fault_of_latency = {
	.row = {.name = "latency",
		.summary = "bytes arrive later, in order",
		.help = "Everything that passes the link takes this much longer. Nothing overtakes "
			"anything else. The connection itself opens at once.",
		.params = params,
		.n_params = N_PARAMS},
	.on_bytes = be_late,
};
