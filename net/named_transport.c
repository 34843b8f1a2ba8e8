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
	{.row = {.name = "close_in_packet",
		 .summary = "an orderly end (FIN) in the middle of a message: it arrives truncated",
		 .help = "Of the PUBLISH that fits only the first bytes arrive, then the stream ends. "
			 "(cut_packet of PUBLISH, close.)",
		 PARAMS({"after", PARAM_INT, "B", "10", 0, 268435455, NULL,
			 "so many of its bytes arrive"})},
	 PARTS({"cut_packet", "after=$after how=close type=PUBLISH"}),
	 .takes_match = true},
	{.row = {.name = "reset_in_packet",
		 .summary = "the connection breaks (RST) in the middle of a message",
		 .help = "Of the PUBLISH that fits only the first bytes arrive, then both ends see the "
			 "connection break. (cut_packet of PUBLISH, reset.)",
		 PARAMS({"after", PARAM_INT, "B", "10", 0, 268435455, NULL,
			 "so many of its bytes arrive"})},
	 PARTS({"cut_packet", "after=$after how=reset type=PUBLISH"}),
	 .takes_match = true},
	{.row = {.name = "one_byte_segments",
		 .summary = "every byte arrives by itself",
		 .help = "What was sent arrives byte by byte, a millisecond apart: legal for any stream, "
			 "and fatal for readers that take one read for one packet. (slice of size 1.)"},
	 PARTS({"slice", "size=1 gap=1ms"})},
	{.row = {.name = "partition",
		 .summary = "the network between clients and broker is parted",
		 .help = "Open connections stall and new ones hang; neither end is told. When it is lifted "
			 "(healed), what waited on connections that are still open goes on, and those that "
			 "hang are made, all at once. With dir only that way stalls: the other end is still "
			 "heard, and waits for answers in vain. (stall and connect_hang.)",
		 PARAMS({"dir", PARAM_CHOICE, "", "both", 0, 0, fault_dirs,
			 "which way nothing passes: both, up (client to broker) or down"})},
	 PARTS({"stall", "dir=$dir"}, {"connect_hang", ""})},
	{.row = {.name = "dead_broker",
		 .summary = "the broker has lost the connection and the client does not know",
		 .help = "Half-open: the way to the broker is cut, so it sends the will; the client is kept "
			 "and gives up after two keep-alives. (half_open, client alive.)"},
	 PARTS({"half_open", "alive=client"})},
	{.row = {.name = "dead_client",
		 .summary = "the client is dead and the broker believes it to be online",
		 .help = "Something on the way goes on sending PINGREQ in its name, so that the broker keeps "
			 "its session online and queues for nobody. (half_open, broker alive, with pings.)",
		 PARAMS({"pings", PARAM_DURATION, "s", "30s", 0.001, 86400, NULL,
			 "time between two pings in its name; under one and a half keep-alives"})},
	 PARTS({"half_open", "alive=broker pings=$pings"})},
	{.row = {.name = "late_pings",
		 .summary = "pings are late, as if the client's clock ran slowly",
		 .help = "PINGREQ arrives that much later, and what follows passes it by. Past one and a half "
			 "keep-alives the broker must close and send the will, however well the client is. "
			 "(delay of PINGREQ, overtaken.)",
		 PARAMS({"by", PARAM_DURATION, "s", NULL, 0, 864000, NULL, "how much later"})},
	 PARTS({"delay", "by=$by overtake=true type=PINGREQ dir=up"}),
	 .takes_match = true},
	{.row = {.name = "endpoint_moved",
		 .summary = "the name still points at a host that is gone",
		 .help = "The connection breaks, and whoever connects again asks an address where nobody "
			 "answers, until it is lifted (the name points right again). (reset and connect_hang.)"},
	 PARTS({"connect_hang", ""}, {"reset", ""})},
};
/* clang-format on */

const struct named_list named_transport = NAMED_LIST(rows);
