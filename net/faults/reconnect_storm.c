/* reconnect_storm.c - everybody is cut off within a moment, and comes back. */
#include "net/connection.h"
#include "net/pattern.h"

#include "net/inside.h"

#include <stdlib.h>

enum {
	WITHIN,
	TIMES,
	EVERY,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[WITHIN] =
		{"within", PARAM_DURATION, "s", "1s", 0, 86400, NULL,
		 "each connection breaks at a drawn instant of this time; 0s: all at once"},
	[TIMES] = {"times", PARAM_INT, "", "1", 1, 100, NULL, "how often"},
	[EVERY] = {"every", PARAM_DURATION, "s", "1m", 0, 86400, NULL,
		   "from the beginning of one storm to that of the next"},
};

struct storm {
	struct pattern pattern;
};

static void take(struct fault *fault, const struct pattern_step *step, sim_ns now)
{
	struct fault *reset = pattern_arm(fault, step->link, "reset", "", now);
	if (reset)
		fault_lift(reset, now);
}

static void plan(struct fault *fault, sim_ns now)
{
	size_t n;
	sim_ns within = fault->values[WITHIN].as.ns, at = now;
	uint32_t *links = pattern_links(fault, &n);
	for (int64_t k = 0; links && k < fault->values[TIMES].as.integer; k++) {
		for (size_t i = 0; i < n; i++) {
			struct chance *chance =
				fault_chance(fault, fault->net->links[links[i]]);
			sim_ns late = chance && within > 0
					      ? chance_between(chance, 0, within)
					      : 0;
			pattern_add(fault, at + late, links[i], 0);
		}
		at += fault->values[EVERY].as.ns;
	}
	free(links);
	pattern_begin(fault, now, take);
}

const struct net_fault fault_of_reconnect_storm = {
	.row = {.name = "reconnect_storm",
		.summary = "everybody is cut off within a moment, and comes back",
		.help = "Every connection that fits breaks (reset) at an instant drawn from the run's "
			"seed; what then arrives at the broker is the clients' own way of coming "
			"back. The broker takes a few connections in a turn (mosquitto keeps 10 "
			"waiting); the others ask again.",
		.params = params,
		.n_params = N_PARAMS},
	.state_size = sizeof(struct storm),
	.on_arm = plan,
	.on_lift = pattern_stop,
	.on_free = pattern_free,
};
