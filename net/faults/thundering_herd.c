/* thundering_herd.c - everybody waits at the door, which then opens. */
#include "net/connection.h"
#include "net/pattern.h"

enum {
	AFTER,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[AFTER] = {"after", PARAM_DURATION, "s", "30s", 0, 864000, NULL,
		   "how long nobody is answered"},
};

struct herd {
	struct pattern pattern;
};

static void open_door(struct fault *fault, const struct pattern_step *step, sim_ns now)
{
	(void)step;
	fault_lift(fault, now);
}

static void plan(struct fault *fault, sim_ns now)
{
	pattern_add(fault, now + fault->values[AFTER].as.ns, 0, 0);
	pattern_begin(fault, now, open_door);
}

static const struct fault_part parts[] = {
	{"connect_hang", ""},
	{"reset", ""},
	{NULL, NULL},
};

const struct net_fault fault_of_thundering_herd = {
	.row = {.name = "thundering_herd",
		.summary = "everybody waits at the door, which then opens",
		.help = "All connections that fit break, and whoever connects again hangs "
			"(connect_hang and reset). After that time it lifts itself, and all that "
			"hang are let through at one instant, with all that they have to say. A wait "
			"much under the clients' keep-alive finds them all at the door.",
		.params = params,
		.n_params = N_PARAMS},
	.parts = parts,
	.state_size = sizeof(struct herd),
	.on_arm = plan,
	.on_lift = pattern_stop,
	.on_free = pattern_free,
};
