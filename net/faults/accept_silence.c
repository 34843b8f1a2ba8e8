/* accept_silence.c - somebody accepts new connections and never says a word. */
#include "net/connection.h"

#include "net/link.h"

enum {
	TIMES,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[TIMES] = FAULT_TIMES_PARAM,
};

static enum fault_admission accept_it(struct fault *fault, struct link *link, sim_ns now,
				      trace_id *cause)
{
	return fault_admit_or(fault, link, now, fault->values[TIMES].as.integer,
			      "accepted", FAULT_ANSWER, cause);
}

static void swallow(struct fault *fault, struct passing *passing)
{
	fault_followed(fault, passing->conn->link, passing->now, "swallowed", passing,
		       passing->cause);
}

const struct net_fault fault_of_accept_silence = {
	.row = {.name = "accept_silence",
		.summary = "new connections are accepted and never answered",
		.help = "A load balancer without a broker behind it: the connection opens, what is "
			"sent is read, and no CONNACK ever comes. libmosquitto gives up after its "
			"keep-alive. A connection that was accepted so stays silent when the fault is "
			"lifted.",
		.params = params,
		.n_params = N_PARAMS},
	.on_connect = accept_it,
	.on_answer = swallow,
};
