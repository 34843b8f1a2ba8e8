/* timeout.c - a black hole: the connection stays open, and nothing passes any more. */
#include "net/connection.h"

enum {
	ANSWER_PINGS,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[ANSWER_PINGS] = {"answer_pings", PARAM_BOOL, "", "false", 0, 0, NULL,
			  "PINGREQ is answered on the way, so the client never notices"},
};

static void swallow_all(struct fault *fault, struct conn *conn, sim_ns now)
{
	fault_matched(fault);
	trace_id event =
		fault_acted(fault, conn->link, now, "black_holed", NULL, fault->armed);
	conn_sever(conn, now, "timeout", event, fault);
}

static void answer(struct fault *fault, struct passing *passing)
{
	const struct mqtt_packet *packet = passing->packet;
	if (packet && packet->type == MQTT_PINGREQ &&
	    fault->values[ANSWER_PINGS].as.yes) {
		trace_id event = fault_followed(fault, passing->conn->link, passing->now,
						"answered", passing, passing->cause);
		const struct mqtt_packet pong = {.type = MQTT_PINGRESP,
						 .version = passing->conn->version};
		conn_answer(passing->conn, &pong, passing->now, event);
		return;
	}
	fault_followed(fault, passing->conn->link, passing->now, "swallowed", passing,
		       passing->cause);
}

const struct net_fault fault_of_timeout = {
	.row = {.name = "timeout",
		.summary = "the present connection becomes a black hole",
		.help = "From now on nothing passes either way on the connection that is open now, "
			"and neither end is told, not even when the other one closes. The "
			"broker evicts the client after one and a half keep-alives, the client "
			"gives up after two. What was swallowed stays lost, also when the fault is "
			"lifted. Later connections are not touched.",
		.params = params,
		.n_params = N_PARAMS},
	.on_present = swallow_all,
	.on_answer = answer,
};
