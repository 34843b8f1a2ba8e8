/* reorder.c - packets of one direction change places. */
#include "net/connection.h"

#include "net/inside.h"

enum {
	WINDOW,
	WITHIN,
	ORDER,
	N_PARAMS
};

static const char *const orders[] = {"newest_first", "shuffled", NULL};

static const struct param params[N_PARAMS] = {
	[WINDOW] =
		{"window", PARAM_INT, "packets", "2", 2, 4096, NULL,
		 "so many are collected, on each link and direction, before they go on"},
	[WITHIN] = {"within", PARAM_DURATION, "s", "1s", 0.001, 86400, NULL,
		    "an incomplete window goes on after this, counted from its first"},
	[ORDER] = {"order", PARAM_CHOICE, "", "newest_first", 0, 0, orders,
		   "how they go on: newest_first, or shuffled by the run's seed"},
};

/* How much of a window is there. */
static size_t count(const struct fault *fault, const struct link *link, enum net_dir dir)
{
	size_t n = 0;
	for (const struct parcel *parcel = fault->kept; parcel; parcel = parcel->next)
		n += parcel->link == link && parcel->dir == dir;
	return n;
}

static enum release_order order_of(const struct fault *fault)
{
	return fault->values[ORDER].as.choice == 0 ? RELEASE_NEWEST_FIRST
						   : RELEASE_SHUFFLED;
}

/* The oldest kept parcel is the first of some window. */
static void set_alarm(struct fault *fault)
{
	fault_alarm(fault, fault->kept ? fault->kept->due : SIM_NEVER);
}

static enum fault_verdict collect(struct fault *fault, struct passing *passing)
{
	struct link *link = passing->conn->link;
	if (!fault_fits(fault, passing))
		return FAULT_PASS;
	trace_id cause = passing->cause;
	passing->cause = fault_altered(fault, passing, "reordered");
	if (!fault_keep(fault, passing)) {
		passing->cause = cause;
		return FAULT_PASS;
	}
	fault->kept_last->due = passing->now + fault->values[WITHIN].as.ns;
	if (count(fault, link, passing->dir) >= (size_t)fault->values[WINDOW].as.integer)
		fault_let_go_of(fault, link, passing->dir, order_of(fault), passing->now);
	set_alarm(fault);
	return FAULT_KEEP;
}

static void time_is_up(struct fault *fault, sim_ns now)
{
	while (fault->kept && fault->kept->due <= now)
		fault_let_go_of(fault, fault->kept->link, fault->kept->dir,
				order_of(fault), now);
	set_alarm(fault);
}

const struct net_fault fault_of_reorder = {
	.row = {.name = "reorder",
		.summary = "packets change places",
		.help = "The packets that fit are collected, on each link and direction apart, and go on "
			"in another order once the window is full or its time is up. No TCP does "
			"this: it models a broker or client that breaks the ordering rules (MQTT "
			"5.0, 4.6).",
		.params = params,
		.n_params = N_PARAMS},
	.takes_match = true,
	.on_packet = collect,
	.on_alarm = time_is_up,
};
