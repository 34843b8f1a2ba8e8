/* flap.c - connections go and come, again and again. */
#include "net/connection.h"
#include "net/pattern.h"

#include "net/inside.h"

enum {
	DOWN,
	UP,
	TIMES,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[DOWN] = {"down", PARAM_DURATION, "s", "5s", 0, 86400, NULL,
		  "so long connections are refused each time"},
	[UP] = {"up", PARAM_DURATION, "s", "10s", 0, 86400, NULL,
		"so long they work before the next time"},
	[TIMES] = {"times", PARAM_INT, "", "3", 1, 1000, NULL, "how often"},
};

struct flap {
	struct pattern pattern;
	struct fault *refusal; /* while it is down */
};

static void take(struct fault *fault, const struct pattern_step *step, sim_ns now)
{
	static const struct fault_part RESET = {"reset", ""}, REFUSE = {"refuse", ""};
	struct flap *flap = fault->state;
	struct fault *reset;
	struct sim_error error;
	if (step->what == UP) {
		if (flap->refusal)
			fault_lift(flap->refusal, now);
		return;
	}
	if (fault_arm_part(fault, fault->glob, &REFUSE, now, &flap->refusal, &error) ==
		    SIM_OK &&
	    fault_arm_part(fault, fault->glob, &RESET, now, &reset, &error) == SIM_OK)
		fault_lift(reset, now);
}

static void plan(struct fault *fault, sim_ns now)
{
	sim_ns at = now;
	for (int64_t i = 0; i < fault->values[TIMES].as.integer; i++) {
		pattern_add(fault, at, 0, DOWN);
		at += fault->values[DOWN].as.ns;
		pattern_add(fault, at, 0, UP);
		at += fault->values[UP].as.ns;
	}
	pattern_begin(fault, now, take);
}

const struct net_fault fault_of_flap = {
	.row = {.name = "flap",
		.summary = "connections go and come, again and again",
		.help = "Each time all connections that fit break and new ones are refused for a "
			"while; then they work for a while (reset and refuse). The first time is at "
			"once. It ends by itself after the last, or when it is lifted.",
		.params = params,
		.n_params = N_PARAMS},
	.state_size = sizeof(struct flap),
	.on_arm = plan,
	.on_lift = pattern_stop,
	.on_free = pattern_free,
};
