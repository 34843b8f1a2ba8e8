/* limit_data.c - a connection ends after so many bytes. */
#include "net/connection.h"

#include "net/inside.h"

enum {
	BYTES,
	DIR,
	HOW,
	N_PARAMS
};

static const char *const ways[] = {"close", "reset", NULL};

static const struct param params[N_PARAMS] = {
	[BYTES] =
		{"bytes", PARAM_INT, "B", NULL, 0, 1e12, NULL,
		 "so many pass, counted from arming or from the connection's beginning"},
	[DIR] = {"dir", PARAM_CHOICE, "", "both", 0, 0, fault_dirs,
		 "which are counted: both together, up (client to broker) or down"},
	[HOW] = {"how", PARAM_CHOICE, "", "close", 0, 0, ways,
		 "close: both ends see an orderly end (FIN); reset: both see it break (RST)"},
};

/* Of the link's present connection. */
struct count {
	uint64_t serial, passed;
};

static sim_ns count_off(struct fault *fault, struct passing *passing)
{
	struct conn *conn = passing->conn;
	struct count *count = fault_place(fault, conn->link);
	uint64_t limit = (uint64_t)fault->values[BYTES].as.integer;
	if (!count || !fault_is_dir(fault->values[DIR].as.choice, passing->dir))
		return 0;
	if (count->serial != conn->serial)
		*count = (struct count){.serial = conn->serial};
	uint64_t before = count->passed;
	count->passed += passing->length;
	if (count->passed <= limit || before > limit)
		return 0;
	fault_matched(fault);
	passing->cut_at = (size_t)(limit - before);
	passing->ending = fault->values[HOW].as.choice == 0 ? ENDING_CLOSE : ENDING_RESET;
	passing->cause = fault_acted(fault, conn->link, passing->now, "limited", passing,
				     passing->cause);
	return 0;
}

const struct net_fault fault_of_limit_data = {
	.row = {.name = "limit_data",
		.summary = "a connection ends after so many bytes",
		.help = "When that many bytes have passed, the connection ends, in mid-packet if it so "
			"falls: the reader has part of a packet and then nothing. Each connection of "
			"the link is counted by itself.",
		.params = params,
		.n_params = N_PARAMS},
	.place_size = sizeof(struct count),
	.on_bytes = count_off,
};
