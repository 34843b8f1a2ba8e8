/* slow_close.c - the end of a connection is told late. */
#include "net/connection.h"

enum {
	DELAY,
	DIR,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[DELAY] = {"delay", PARAM_DURATION, "s", "30s", 0, 864000, NULL,
		   "how much later the other end hears of it"},
	[DIR] = {"dir", PARAM_CHOICE, "", "both", 0, 0, fault_dirs,
		 "up: the client closes and the broker hears late; down: the reverse"},
};

static sim_ns tell_late(struct fault *fault, struct conn *conn, enum net_dir dir,
			sim_ns now)
{
	if (!fault_is_dir(fault->values[DIR].as.choice, dir))
		return 0;
	fault_matched(fault);
	fault_acted(fault, conn->link, now, dir == NET_UP ? "up_late" : "down_late", NULL,
		    fault->armed);
	return fault->values[DELAY].as.ns;
}

const struct net_fault fault_of_slow_close = {
	.row = {.name = "slow_close",
		.summary = "the end of a connection is told late",
		.help = "When one end closes, everything that it has said still arrives, but the other "
			"end hears of the closing only that much later, and believes in the "
			"connection until then: a client that has gone stays online at the broker.",
		.params = params,
		.n_params = N_PARAMS},
	.on_end = tell_late,
};
