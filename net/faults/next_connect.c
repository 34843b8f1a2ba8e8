/* next_connect.c - the next connection is not what its client believes. */
#include "net/connection.h"

enum {
	CONNACK,
	ANSWER_PINGS,
	ANSWER_SUBSCRIBE,
	SESSION_PRESENT,
	CODE,
	N_PARAMS
};
enum {
	ACCEPTED,
	FALSE_SUCCESS,
	REFUSED
};

static const char *const connacks[] = {"accepted", "false_success", "refused", NULL};

static const struct param params[N_PARAMS] = {
	[CONNACK] =
		{"connack", PARAM_CHOICE, "", NULL, 0, 0, connacks,
		 "accepted: as the broker says; false_success: a CONNACK that no broker sent; "
		 "refused: a CONNACK with a refusal, then the end"},
	[ANSWER_PINGS] =
		{"answer_pings", PARAM_BOOL, "", "false", 0, 0, NULL,
		 "false_success: PINGREQ is answered too, so the client never notices"},
	[ANSWER_SUBSCRIBE] =
		{"answer_subscribe", PARAM_BOOL, "", "true", 0, 0, NULL,
		 "false_success: SUBSCRIBE and UNSUBSCRIBE are acknowledged"},
	[SESSION_PRESENT] = {"session_present", PARAM_BOOL, "", "false", 0, 0, NULL,
			     "false_success: the CONNACK says that the session was kept"},
	[CODE] =
		{"code", PARAM_INT, "", "0", 0, 255, NULL,
		 "refused: the CONNACK's code; 0: server unavailable (3, or 0x88 in MQTT 5.0)"},
};

static enum fault_admission take_over(struct fault *fault, struct link *link, sim_ns now,
				      trace_id *cause)
{
	int connack = fault->values[CONNACK].as.choice;
	if (fault_is_spent(fault, link))
		return FAULT_ADMIT;
	fault_spend(fault, link);
	fault_matched(fault);
	*cause = fault_acted(fault, link, now, connacks[connack], NULL, *cause);
	return connack == ACCEPTED ? FAULT_ADMIT : FAULT_ANSWER;
}

static void forge(struct fault *fault, struct passing *passing,
		  const struct mqtt_packet *packet)
{
	trace_id event = fault_followed(fault, passing->conn->link, passing->now,
					"answered", passing, passing->cause);
	conn_answer(passing->conn, packet, passing->now, event);
}

static void answer_connect(struct fault *fault, struct passing *passing)
{
	int version = passing->packet->version;
	struct mqtt_packet connack = {.type = MQTT_CONNACK,
				      .version = version,
				      .has_code = true,
				      .has_properties = version == MQTT_5};
	if (fault->values[CONNACK].as.choice == FALSE_SUCCESS) {
		connack.session_present = fault->values[SESSION_PRESENT].as.yes;
		forge(fault, passing, &connack);
		return;
	}
	connack.code = (uint8_t)fault->values[CODE].as.integer;
	if (connack.code == 0)
		connack.code = version == MQTT_5 ? 0x88 : 3;
	forge(fault, passing, &connack);
	conn_end_client(passing->conn);
}

/* Grants each filter what it asks for. */
static void answer_subscribe(struct fault *fault, struct passing *passing)
{
	const struct mqtt_packet *packet = passing->packet;
	struct bytes codes = {0};
	struct mqtt_span filter;
	uint8_t options;
	size_t at = 0;
	bool fine = true;
	while (fine && mqtt_next_filter(packet, &at, &filter, &options)) {
		uint8_t granted = options & 3;
		fine = bytes_add(&codes, &granted, 1);
	}
	const struct mqtt_packet ack = {
		.type = packet->type == MQTT_SUBSCRIBE ? MQTT_SUBACK : MQTT_UNSUBACK,
		.version = packet->version,
		.mid = packet->mid,
		.has_properties = packet->version == MQTT_5,
		.entries = {bytes_data(&codes),
			    packet->type == MQTT_UNSUBSCRIBE && packet->version != MQTT_5
				    ? 0
				    : bytes_length(&codes)}};
	if (fine)
		forge(fault, passing, &ack);
	bytes_fini(&codes);
}

static void answer(struct fault *fault, struct passing *passing)
{
	const struct mqtt_packet *packet = passing->packet;
	enum mqtt_type type = packet ? packet->type : 0;
	if (type == MQTT_CONNECT) {
		answer_connect(fault, passing);
	} else if (type == MQTT_PINGREQ && fault->values[ANSWER_PINGS].as.yes) {
		const struct mqtt_packet pong = {.type = MQTT_PINGRESP,
						 .version = packet->version};
		forge(fault, passing, &pong);
	} else if ((type == MQTT_SUBSCRIBE || type == MQTT_UNSUBSCRIBE) &&
		   fault->values[ANSWER_SUBSCRIBE].as.yes) {
		answer_subscribe(fault, passing);
	} else {
		fault_followed(fault, passing->conn->link, passing->now, "swallowed",
			       passing, passing->cause);
	}
}

const struct net_fault fault_of_next_connect = {
	.row = {.name = "next_connect",
		.summary = "the next connection is not what its client believes",
		.help = "Used up by the next connection of each link it fits. With false_success the "
			"broker is never dialled: the link answers CONNECT itself, and swallows what "
			"is published, without acknowledging it, until the connection is reset or "
			"the client gives up on it. A lie that has begun goes on when the fault is "
			"lifted.",
		.params = params,
		.n_params = N_PARAMS},
	.on_connect = take_over,
	.on_answer = answer,
};
