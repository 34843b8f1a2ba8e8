/* hold.c - packets wait until they are released, and how they come then. */
#include "net/connection.h"

enum {
	ORDER,
	BURST,
	PACE,
	N_PARAMS
};

static const char *const orders[] = {"in_order", "newest_first", "shuffled", NULL};

static const struct param params[N_PARAMS] = {
	[ORDER] =
		{"order", PARAM_CHOICE, "", "in_order", 0, 0, orders,
		 "how they go on: in_order, newest_first, or shuffled by the run's seed"},
	[BURST] = {"burst", PARAM_INT, "packets", "0", 0, 65536, NULL,
		   "so many at a time; 0: all at once"},
	[PACE] = {"pace", PARAM_DURATION, "s", "1s", 0, 86400, NULL,
		  "from one burst to the next"},
};

static enum fault_verdict keep(struct fault *fault, struct passing *passing)
{
	if (!fault_fits(fault, passing))
		return FAULT_PASS;
	trace_id cause = passing->cause;
	passing->cause = fault_altered(fault, passing, "held");
	if (fault_keep(fault, passing))
		return FAULT_KEEP;
	passing->cause = cause;
	return FAULT_PASS;
}

static void plan(struct fault *fault, sim_ns now)
{
	(void)now;
	fault->release = (struct release){
		.order = (enum release_order)fault->values[ORDER].as.choice,
		.burst = fault->values[BURST].as.integer,
		.pace = fault->values[PACE].as.ns,
	};
}

const struct net_fault fault_of_hold = {
	.row = {.name = "hold",
		.summary = "packets wait until they are released",
		.help = "The packets that fit are kept, in order; everything else passes them by. "
			"Releasing lets them go, at once or in bursts with a pace, oldest or newest "
			"first, and goes on holding; lifting lets them go and ends it. Packets of a "
			"connection that has ended meanwhile are lost with it. At most 65,536 packets "
			"or 64 MiB are kept; more passes.",
		.params = params,
		.n_params = N_PARAMS},
	.takes_match = true,
	.on_packet = keep,
	.on_arm = plan,
	.on_alarm = fault_go_on,
	.can_release = true,
};
