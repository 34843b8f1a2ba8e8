/* one_way.c - one direction of the present connection is a black hole. */
#include "net/connection.h"

enum {
	DIR,
	N_PARAMS
};

static const char *const dirs[] = {"up", "down", NULL};

static const struct param params[N_PARAMS] = {
	[DIR] = {"dir", PARAM_CHOICE, "", NULL, 0, 0, dirs,
		 "which way nothing arrives: up (at the broker) or down (at the client)"},
};

static void deafen(struct fault *fault, struct conn *conn, sim_ns now)
{
	enum net_dir dir = fault->values[DIR].as.choice == 0 ? NET_UP : NET_DOWN;
	fault_matched(fault);
	trace_id event =
		fault_acted(fault, conn->link, now,
			    dir == NET_UP ? "up_black_holed" : "down_black_holed", NULL,
			    fault->armed);
	conn_deafen(conn, now, dir, fault, event);
}

const struct net_fault fault_of_one_way = {
	.row = {.name = "one_way",
		.summary = "one direction of the present connection is a black hole",
		.help = "What is sent that way vanishes, the end of the stream too; the other way "
			"works. Up: the broker hears nothing and evicts the client after one and a "
			"half keep-alives, and the client hears that. Down: the broker is content, "
			"and the client gives up after two, for want of an answer to its ping. What "
			"was swallowed stays lost, also when the fault is lifted. Later connections "
			"are not touched.",
		.params = params,
		.n_params = N_PARAMS},
	.on_present = deafen,
};
