/* delay.c - chosen packets arrive later. */
#include "net/connection.h"

enum {
	BY,
	OVERTAKE,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[BY] = {"by", PARAM_DURATION, "s", NULL, 0, 864000, NULL,
		"how much later they arrive"},
	[OVERTAKE] =
		{"overtake", PARAM_BOOL, "", "false", 0, 0, NULL,
		 "what comes later in that direction may pass them, as no TCP would do; "
		 "otherwise it waits behind them"},
};

static enum fault_verdict put_off(struct fault *fault, struct passing *passing)
{
	if (!fault_fits(fault, passing))
		return FAULT_PASS;
	passing->delay += fault->values[BY].as.ns;
	passing->overtake |= fault->values[OVERTAKE].as.yes;
	passing->cause = fault_altered(fault, passing, "delayed");
	return FAULT_PASS;
}

const struct net_fault fault_of_delay = {
	.row = {.name = "delay",
		.summary = "chosen packets arrive later",
		.help = "The packets that fit are put off. Order within the direction is kept: what "
			"follows waits behind them, unless overtake is set.",
		.params = params,
		.n_params = N_PARAMS},
	.takes_match = true,
	.on_packet = put_off,
};
