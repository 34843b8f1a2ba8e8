/* forge.c - packets that nobody sent. */
#include "net/connection.h"

#include "net/edit_values.h"
#include "net/inside.h"

#include <stdio.h>

enum {
	PACKET = EDIT_N_PARAMS,
	TOWARD,
	HOW,
	COPIES,
	N_PARAMS
};
enum {
	TOWARD_CLIENT,
	TOWARD_BROKER
};
enum {
	ACK = MQTT_AUTH, /* behind the types */
	CODES_MAX = 256
};
enum {
	NOW,
	BEFORE,
	AFTER,
	INSTEAD
};

/* By type less one; "ack" is none: what answers the packet that fits. */
static const char *const packets[] = {
	"CONNECT",  "CONNACK",    "PUBLISH", "PUBACK",      "PUBREC",   "PUBREL",
	"PUBCOMP",  "SUBSCRIBE",  "SUBACK",  "UNSUBSCRIBE", "UNSUBACK", "PINGREQ",
	"PINGRESP", "DISCONNECT", "AUTH",    "ack",         NULL,
};
static const char *const ends[] = {"client", "broker", NULL};
static const char *const hows[] = {"now", "before", "after", "instead", NULL};

/* clang-format off */
static const struct param params[N_PARAMS] = {
	EDIT_PARAMS
	[PACKET] = {"packet", PARAM_CHOICE, "", NULL, 0, 0, packets,
		    "what is forged; ack: what would answer the packet that fits (PUBACK, "
		    "PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, PINGRESP, CONNACK)"},
	[TOWARD] = {"toward", PARAM_CHOICE, "", NULL, 0, 0, ends,
		    "who is to believe it: client or broker"},
	[HOW] = {"how", PARAM_CHOICE, "", NULL, 0, 0, hows,
		  "now: once, on connections that are open; before, after or instead of each "
		  "packet that fits"},
	[COPIES] = {"copies", PARAM_INT, "", "1", 1, 1000, NULL, "so many of them each time"},
};
/* clang-format on */

static int check(const struct value *values, struct sim_error *error)
{
	if (values[PACKET].as.choice == ACK && values[HOW].as.choice == NOW)
		return sim_fail(
			error, SIM_EINVAL,
			"packet: an ack answers a packet; with how = \"now\" name "
			"its type");
	return edit_values_check(values, error);
}

static int check_match(const struct value *values, const struct match *match,
		       struct sim_error *error)
{
	if (values[HOW].as.choice != NOW || match->given == 0)
		return SIM_OK;
	return sim_fail(
		error, SIM_EINVAL,
		"with how = \"now\" no packet is looked at, so there is nothing to "
		"match; before, after and instead do");
}

static enum mqtt_type ack_of(const struct mqtt_packet *packet)
{
	static const enum mqtt_type acks[] = {
		[MQTT_CONNECT] = MQTT_CONNACK,
		[MQTT_PUBREC] = MQTT_PUBREL,
		[MQTT_PUBREL] = MQTT_PUBCOMP,
		[MQTT_SUBSCRIBE] = MQTT_SUBACK,
		[MQTT_UNSUBSCRIBE] = MQTT_UNSUBACK,
		[MQTT_PINGREQ] = MQTT_PINGRESP,
		[MQTT_AUTH] = 0,
	};
	if (packet->type == MQTT_PUBLISH)
		return packet->qos == 2 ? MQTT_PUBREC : packet->qos ? MQTT_PUBACK : 0;
	return acks[packet->type];
}

/* As many codes as the answered packet has filters; each gets what it asked for. */
static size_t grant(const struct mqtt_packet *asked, uint8_t codes[CODES_MAX])
{
	struct mqtt_span filter;
	uint8_t options;
	size_t at = 0, n = 0;
	if (asked && (asked->type == MQTT_SUBSCRIBE || asked->type == MQTT_UNSUBSCRIBE))
		while (n < CODES_MAX && mqtt_next_filter(asked, &at, &filter, &options))
			codes[n++] = options & 3;
	if (n == 0)
		codes[n++] = 0;
	return n;
}

/* A plain packet of that type, with the identifier of the packet it answers. codes: room
 * for what a SUBACK grants. */
static struct mqtt_packet draft(enum mqtt_type type, int version,
				const struct mqtt_packet *answered,
				uint8_t codes[CODES_MAX])
{
	static const uint8_t everything[] = {0, 1, '#', 0};
	struct mqtt_packet packet = {.type = type, .version = version};
	packet.mid = type == MQTT_PUBLISH ? UINT16_MAX : 1;
	if (answered && answered->mid && type != MQTT_PUBLISH)
		packet.mid = answered->mid;
	packet.has_code = type == MQTT_CONNACK;
	packet.has_properties = version == MQTT_5 && type <= MQTT_PUBLISH;
	packet.topic = packet.connect.client_id = mqtt_text("forged");
	packet.connect.version = version;
	packet.connect.clean = true;
	packet.entries.data = codes;
	if (type == MQTT_SUBACK || (type == MQTT_UNSUBACK && version == MQTT_5))
		packet.entries.length = packet.n_entries = grant(answered, codes);
	if (type == MQTT_SUBSCRIBE || type == MQTT_UNSUBSCRIBE) {
		packet.entries.data = everything;
		packet.entries.length = type == MQTT_SUBSCRIBE ? 4 : 3;
		packet.n_entries = 1;
	}
	return packet;
}

/* around: the packet that it goes before or after, or (packet NULL) the connection. */
static bool send_forged(struct fault *fault, const struct passing *around)
{
	struct conn *conn = around->conn;
	int choice = fault->values[PACKET].as.choice;
	enum mqtt_type type =
		choice == ACK ? ack_of(around->packet) : (enum mqtt_type)(choice + 1);
	if (type == 0 || conn->version == 0)
		return false;
	uint8_t codes[CODES_MAX];
	struct mqtt_packet packet = draft(type, conn->version, around->packet, codes);
	struct passing passing = {
		.conn = conn,
		.dir = fault->values[TOWARD].as.choice == TOWARD_CLIENT ? NET_DOWN
									: NET_UP,
		.level = TRACE_STORY,
		.now = around->now,
		.forged = true,
	};
	struct edit edit;
	bool sent = false;
	edit_begin(&edit, &packet);
	edit.touched = true;
	if (edit_values_apply(&edit, fault->values, NULL) == SIM_OK) {
		trace_id event = around->packet
					 ? fault_altered(fault, around, "forged")
					 : fault_acted(fault, conn->link, around->now,
						       "forged", NULL, around->cause);
		sent = true;
		for (int64_t i = 0; sent && i < fault->values[COPIES].as.integer; i++)
			sent = fault_replace(fault, &passing, &edit, event);
	}
	edit_end(&edit);
	return sent;
}

static void forge_now(struct fault *fault, struct conn *conn, sim_ns now)
{
	const struct passing around = {.conn = conn, .cause = fault->armed, .now = now};
	if (fault->values[HOW].as.choice != NOW)
		return;
	fault_matched(fault);
	send_forged(fault, &around);
	net_wake(conn->link);
}

static enum fault_verdict forge_around(struct fault *fault, struct passing *passing)
{
	int how = fault->values[HOW].as.choice;
	if (how == NOW || !fault_fits(fault, passing))
		return FAULT_PASS;
	if (how == AFTER)
		fault_pass_on(fault, passing);
	/* What was to be replaced is passed on if nothing could take its place. */
	bool sent = send_forged(fault, passing);
	return how == AFTER || (how == INSTEAD && sent) ? FAULT_KEEP : FAULT_PASS;
}

const struct net_fault fault_of_forge = {
	.row = {.name = "forge",
		.summary = "a packet that nobody sent",
		.help = "The link sends a packet of its own to the client or to the broker: once, now, on "
			"connections that are open, or with each packet that fits. Its fields are set "
			"as in rewrite; without that they are the plainest there are, and the "
			"identifier is that of the packet it goes with. Faults armed later see it. "
			"forge instead of a PUBLISH an ack toward the client, and the client believes "
			"that it was delivered.",
		.params = params,
		.n_params = N_PARAMS},
	.takes_match = true,
	.check = check,
	.check_match = check_match,
	.on_present = forge_now,
	.on_packet = forge_around,
};
