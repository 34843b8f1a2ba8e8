/* named_mqtt.c - named faults of the protocol, one row each. */
#include "net/fault_named.h"

/* clang-format off */
static const struct net_fault rows[] = {
	{.row = {.name = "puback_lost",
		 .summary = "acknowledgements vanish after the effect",
		 .help = "The broker has taken the message, and its PUBACK never arrives. On a connection "
			 "that lives on libmosquitto waits for ever and keeps the place in its window; after "
			 "the next reconnect it sends the message again, with DUP set: the effect comes "
			 "twice. (drop of PUBACK, on its way down.)"},
	 PARTS({"drop", "type=PUBACK dir=down"}),
	 .takes_match = true},
};
/* clang-format on */

const struct named_list named_mqtt = NAMED_LIST(rows);
