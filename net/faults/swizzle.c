/* swizzle.c - links are parted one after the other, and healed in another order. */
#include "net/connection.h"
#include "net/pattern.h"

#include "net/inside.h"

#include <stdlib.h>

enum {
	GAP,
	HOLD,
	SHARE,
	N_PARAMS
};
enum {
	PART,
	HEAL
};

static const struct param params[N_PARAMS] = {
	[GAP] = {"gap", PARAM_DURATION, "s", "5s", 0, 86400, NULL,
		 "between one link and the next, when parting and when healing"},
	[HOLD] = {"hold", PARAM_DURATION, "s", "1m", 0, 864000, NULL,
		  "from the last parting to the first healing"},
	[SHARE] = {"share", PARAM_REAL, "", "1", 0, 1, NULL,
		   "of the links that fit, so many are drawn; at least one"},
};

/* The partition of each link that is parted. */
struct swizzle {
	struct pattern pattern;
};
struct parted {
	struct fault *partition;
};

static void take(struct fault *fault, const struct pattern_step *step, sim_ns now)
{
	struct fault *partition = NULL;
	struct parted *parted = fault_place(fault, fault->net->links[step->link]);
	if (step->what == PART)
		partition = pattern_arm(fault, step->link, "partition", "", now);
	else if (parted && parted->partition)
		fault_lift(parted->partition, now);
	parted = fault_place(fault, fault->net->links[step->link]);
	if (parted)
		parted->partition = partition;
}

static void plan(struct fault *fault, sim_ns now)
{
	size_t n, chosen;
	sim_ns gap = fault->values[GAP].as.ns, at = now;
	uint32_t *order = pattern_shuffle(fault, &n);
	chosen = (size_t)((double)n * fault->values[SHARE].as.real);
	if (chosen == 0 && n > 0)
		chosen = 1;
	bool *drawn = calloc(fault->net->n_links + 1, sizeof(*drawn));
	for (size_t i = 0; order && drawn && i < chosen; i++, at += gap) {
		pattern_add(fault, at, order[i], PART);
		drawn[order[i]] = true;
	}
	free(order);
	at += fault->values[HOLD].as.ns - (chosen > 0 ? gap : 0);
	order = pattern_shuffle(fault, &n);
	for (size_t i = 0; order && drawn && i < n; i++) {
		if (!drawn[order[i]])
			continue;
		pattern_add(fault, at, order[i], HEAL);
		at += gap;
	}
	free(order);
	free(drawn);
	pattern_begin(fault, now, take);
}

const struct net_fault fault_of_swizzle = {
	.row = {.name = "swizzle",
		.summary = "links are parted one by one, and healed in another order",
		.help = "Of the links that fit when it is armed some or all are drawn and parted "
			"(partition) one after the other in a drawn order; later they are healed in "
			"an order that is drawn anew. Orders come from the run's seed. Lifting heals "
			"what is still parted.",
		.params = params,
		.n_params = N_PARAMS},
	.state_size = sizeof(struct swizzle),
	.place_size = sizeof(struct parted),
	.on_arm = plan,
	.on_lift = pattern_stop,
	.on_free = pattern_free,
};
