/* named_transport.c - named faults of connections and bytes, one row each. */
#include "net/fault_named.h"

/* clang-format off */
static const struct net_fault rows[] = {
	{.row = {.name = "jitter",
		 .summary = "bytes arrive unevenly late, in order",
		 .help = "What passes takes up to that much longer, drawn anew for each packet from the "
			 "run's seed. Nothing overtakes anything else. (latency with no fixed part.)",
		 PARAMS({"by", PARAM_DURATION, "s", "100ms", 0, 86400, NULL, "at most so much later"},
			{"dir", PARAM_CHOICE, "", "both", 0, 0, fault_dirs,
			 "which way: both, up (client to broker) or down"})},
	 PARTS({"latency", "delay=0s jitter=$by dir=$dir"})},
};
/* clang-format on */

const struct named_list named_transport = NAMED_LIST(rows);
