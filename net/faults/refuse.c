/* refuse.c - new connections are turned away, as if nobody listened. */
#include "net/connection.h"

#include "net/link.h"

enum {
	TIMES,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[TIMES] =
		{"times", PARAM_INT, "", "0", 0, 1e9, NULL,
		 "so many connections, over all links of the fault; 0: all while armed"},
};

static enum fault_admission turn_away(struct fault *fault, struct link *link, sim_ns now,
				      trace_id *cause)
{
	int64_t times = fault->values[TIMES].as.integer;
	if (times > 0 && fault->affected >= (uint64_t)times)
		return FAULT_ADMIT;
	fault_matched(fault);
	*cause = fault_acted(fault, link, now, "refused", NULL, *cause);
	return FAULT_REFUSE;
}

const struct net_fault fault_of_refuse = {
	.row = {.name = "refuse",
		.summary = "new connections are refused",
		.help = "Connecting fails at once. A connection that is open is not touched.",
		.params = params,
		.n_params = N_PARAMS},
	.on_connect = turn_away,
};
