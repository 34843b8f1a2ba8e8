/* bandwidth.c - a narrow path: bytes queue for it. */
#include "net/connection.h"

#include "net/inside.h"

enum {
	RATE,
	DIR,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[RATE] = {"rate", PARAM_INT, "B/s", NULL, 1, 1e9, NULL,
		  "bytes that pass in a second, in each direction by itself"},
	[DIR] = {"dir", PARAM_CHOICE, "", "both", 0, 0, fault_dirs,
		 "which way: both, up (client to broker) or down"},
};

/* Until when the path is taken, by direction. */
struct path {
	sim_ns free_at[3];
};

static sim_ns queue_up(struct fault *fault, struct passing *passing)
{
	struct link *link = passing->conn->link;
	struct path *path = fault_place(fault, link);
	if (!path || !fault_is_dir(fault->values[DIR].as.choice, passing->dir))
		return 0;
	sim_ns *free_at = &path->free_at[passing->dir];
	sim_ns start = *free_at > passing->now ? *free_at : passing->now;
	int64_t rate = fault->values[RATE].as.integer;
	*free_at = start + (sim_ns)((int64_t)passing->length * SIM_S / rate);
	fault_matched(fault);
	fault_acted(fault, link, passing->now, "narrowed", passing, passing->cause);
	return *free_at - passing->now;
}

const struct net_fault fault_of_bandwidth = {
	.row = {.name = "bandwidth",
		.summary = "a narrow path: bytes queue for it",
		.help = "Each packet takes its length divided by the rate to pass, and waits until "
			"what came before it has passed; so the delay grows with what is sent. A "
			"direction in which more than 256 KiB wait is not read any more, and its "
			"sender feels it. The path is the link's: a new connection finds it as busy "
			"as the old one left it.",
		.params = params,
		.n_params = N_PARAMS},
	.place_size = sizeof(struct path),
	.on_bytes = queue_up,
};
