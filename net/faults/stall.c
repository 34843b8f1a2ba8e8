/* stall.c - nothing passes for a while, and nothing is lost. */
#include "net/connection.h"

#include "net/inside.h"

enum {
	DIR,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[DIR] = {"dir", PARAM_CHOICE, "", "both", 0, 0, fault_dirs,
		 "which way: both, up (client to broker) or down"},
};

/* Of the link's present connection. */
struct told {
	uint64_t serial;
};

static bool keep_back(struct fault *fault, struct conn *conn, enum net_dir dir)
{
	const struct bytes *waits =
		dir == NET_DOWN ? &conn->in
				: (conn->stream ? &conn->stream->to_link : &conn->left);
	struct told *told = fault_place(fault, conn->link);
	if (!fault_is_dir(fault->values[DIR].as.choice, dir))
		return false;
	if (bytes_length(waits) == 0 || (told && told->serial == conn->serial))
		return true;
	if (told)
		told->serial = conn->serial;
	fault_matched(fault);
	fault_acted(fault, conn->link, conn->link->net->now, "stalled", NULL,
		    fault->armed);
	return true;
}

const struct net_fault fault_of_stall = {
	.row = {.name = "stall",
		.summary = "nothing passes, and nothing is lost",
		.help = "What is sent waits where it is, as when the network loses each segment and "
			"TCP sends it again: 256 KiB in the link, then in the sender, which feels that "
			"nobody reads. When the fault is lifted all of it goes on, in order, on "
			"connections that are still open. The receipt counts connections on which "
			"something waited. Lateness that had begun before goes on.",
		.params = params,
		.n_params = N_PARAMS},
	.place_size = sizeof(struct told),
	.stalls = keep_back,
};
