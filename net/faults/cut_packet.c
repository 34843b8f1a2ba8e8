/* cut_packet.c - a connection ends in the middle of a chosen packet. */
#include "net/connection.h"

enum {
	AFTER,
	HOW,
	N_PARAMS
};

static const char *const ways[] = {"reset", "close", NULL};

static const struct param params[N_PARAMS] = {
	[AFTER] = {"after", PARAM_INT, "B", "1", 0, 268435455, NULL,
		   "so many of its bytes arrive; all of it when it has no more"},
	[HOW] = {"how", PARAM_CHOICE, "", "reset", 0, 0, ways,
		 "reset: both ends see it break (RST); close: an orderly end (FIN)"},
};

static enum fault_verdict cut_off(struct fault *fault, struct passing *passing)
{
	if (passing->ending || !fault_fits(fault, passing))
		return FAULT_PASS;
	passing->cut_at = (size_t)fault->values[AFTER].as.integer;
	passing->ending = fault->values[HOW].as.choice == 0 ? ENDING_RESET : ENDING_CLOSE;
	passing->cause = fault_acted(fault, passing->conn->link, passing->now, "cut_off",
				     passing, passing->cause);
	return FAULT_PASS;
}

const struct net_fault fault_of_cut_packet = {
	.row = {.name = "cut_packet",
		.summary = "the connection ends in the middle of a packet",
		.help = "Of the packet that fits only the first bytes arrive; a millisecond later the "
			"connection ends on both sides. The half packet must be thrown away by its "
			"reader; a sender of QoS 1 or 2 sends it again after the next reconnect.",
		.params = params,
		.n_params = N_PARAMS},
	.takes_match = true,
	.on_packet = cut_off,
};
