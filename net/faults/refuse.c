/* refuse.c - new connections are turned away, as if nobody listened. */
#include "net/connection.h"

#include "net/link.h"

enum {
	TIMES,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[TIMES] = FAULT_TIMES_PARAM,
};

static enum fault_admission turn_away(struct fault *fault, struct link *link, sim_ns now,
				      trace_id *cause)
{
	return fault_admit_or(fault, link, now, fault->values[TIMES].as.integer,
			      "refused", FAULT_REFUSE, cause);
}

const struct net_fault fault_of_refuse = {
	.row = {.name = "refuse",
		.summary = "new connections are refused",
		.help = "Connecting fails at once. A connection that is open is not touched.",
		.params = params,
		.n_params = N_PARAMS},
	.on_connect = turn_away,
};
