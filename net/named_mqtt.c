/* named_mqtt.c - named faults of the protocol, one row each. */
#include "net/fault_named.h"

static const char *const acks[] = {"PUBACK", "PUBREC", "PUBREL", "PUBCOMP", NULL};

#define ACK                                                                 \
	{"ack", PARAM_CHOICE, "", "PUBACK", 0, 0, acks,                     \
	 "which: PUBACK of QoS 1, or a step of QoS 2"}
#define BY(help) {"by", PARAM_DURATION, "s", "30s", 0, 864000, NULL, help}

/* clang-format off */
static const struct net_fault rows[] = {
	/* --- CONNECT ------------------------------------------------------------------- */
	{.row = {.name = "connect_twice",
		 .summary = "the broker sees two CONNECT on one connection",
		 .help = "A protocol error: the broker must close (MQTT 3.1.1, 3.1.0-2)."},
	 PARTS({"duplicate", "type=CONNECT dir=up"}), .takes_match = true},
	{.row = {.name = "session_wiped",
		 .summary = "CONNECT arrives with clean session set",
		 .help = "The broker throws the session away: subscriptions, queued messages and what was "
			 "on its way (3.1.2-6). The client believes that it has kept it."},
	 PARTS({"rewrite", "set_clean=true"}), .takes_match = true},
	{.row = {.name = "session_resurrected",
		 .summary = "CONNECT arrives without clean session",
		 .help = "What an earlier session of that identifier had queued is delivered to a client "
			 "that asked for a clean start."},
	 PARTS({"rewrite", "set_clean=false"}), .takes_match = true},
	{.row = {.name = "keepalive_changed",
		 .summary = "the broker is told another keep-alive than the client uses",
		 .help = "0: a dead client is never noticed. Much less than the client's own: it is evicted "
			 "although it lives, after one and a half times this.",
		 PARAMS({"to", PARAM_INT, "s", NULL, 0, 65535, NULL, "what the broker is told; 0: none"})},
	 PARTS({"rewrite", "set_keepalive=$to"}), .takes_match = true},
	{.row = {.name = "client_id_collides",
		 .summary = "CONNECT arrives with somebody else's identifier",
		 .help = "The broker puts out whoever has it (3.1.4-2). When both reconnect by themselves "
			 "they put each other out without end.",
		 PARAMS({"with", PARAM_TEXT, "", NULL, 0, 0, NULL, "the identifier"})},
	 PARTS({"rewrite", "set_client_id=$with"}), .takes_match = true},
	{.row = {.name = "credentials_stripped",
		 .summary = "CONNECT arrives without user name and password",
		 .help = "An anonymous broker takes it; others answer 4 or 5 (3.1.1), 0x86 or 0x87 (5.0)."},
	 PARTS({"rewrite", "type=CONNECT remove=user,password"}), .takes_match = true},
	{.row = {.name = "will_stripped",
		 .summary = "CONNECT arrives without its will",
		 .help = "Nobody is told when this client is gone: availability lies."},
	 PARTS({"rewrite", "type=CONNECT remove=will_topic"}), .takes_match = true},

	/* --- CONNACK ------------------------------------------------------------------- */
	{.row = {.name = "connack_lost",
		 .summary = "no answer to CONNECT arrives",
		 .help = "The broker believes in the session; libmosquitto gives up after one keep-alive (it "
			 "has no other limit) and meanwhile sends what it has."},
	 PARTS({"drop", "type=CONNACK dir=down"}), .takes_match = true},
	{.row = {.name = "connack_late",
		 .summary = "the answer to CONNECT comes late",
		 .help = "There is no limit for it but the keep-alive. What the client publishes before "
			 "it arrives goes on the wire, and an answer to that before the CONNACK is a "
			 "protocol error to libmosquitto.",
		 PARAMS(BY("how late; beyond the keep-alive the client has given up"))},
	 PARTS({"delay", "type=CONNACK dir=down by=$by"}), .takes_match = true},
	{.row = {.name = "connack_twice",
		 .summary = "two answers to one CONNECT",
		 .help = "libmosquitto 2.0.x calls on_connect twice; 2.1 takes it for a protocol error."},
	 PARTS({"duplicate", "type=CONNACK dir=down"}), .takes_match = true},
	{.row = {.name = "connack_again",
		 .summary = "a CONNACK in mid-session that nobody sent",
		 .help = "libmosquitto 2.0.x calls on_connect again, as after a reconnect that was none."},
	 PARTS({"forge", "packet=CONNACK toward=client how=now"})},
	{.row = {.name = "session_claimed",
		 .summary = "CONNACK says that a session was kept which was not",
		 .help = "A client that trusts it does not subscribe again and hears nothing from then on."},
	 PARTS({"rewrite", "set_session_present=true"}), .takes_match = true},
	{.row = {.name = "session_denied",
		 .summary = "CONNACK says that no session was kept although it was",
		 .help = "A client must discard what it holds (5.0, 3.2.2-5); libmosquitto sends it anyway."},
	 PARTS({"rewrite", "set_session_present=false"}), .takes_match = true},
	{.row = {.name = "connack_code",
		 .summary = "CONNACK carries another code, and the connection stays open",
		 .help = "1 to 5 (3.1.1) are refusals that libmosquitto hands on; from 6, and from 0x80 in "
			 "5.0, its own loops stop trying for ever.",
		 PARAMS({"code", PARAM_INT, "", NULL, 0, 255, NULL, "the code"})},
	 PARTS({"rewrite", "type=CONNACK set_code=$code"}), .takes_match = true},
	{.row = {.name = "yes_then_close",
		 .summary = "CONNACK says yes, and then the connection ends",
		 .help = "Counters of failed attempts begin anew each time: a tight loop of reconnects."},
	 PARTS({"cut_packet", "type=CONNACK dir=down after=268435455 how=close"}), .takes_match = true},
	{.row = {.name = "yes_then_disconnect",
		 .summary = "CONNACK says yes, and a DISCONNECT follows at once (MQTT 5.0)",
		 .help = "The client has reported success by then; libmosquitto ends with the code "
			 "(on_disconnect(139)).",
		 PARAMS({"code", PARAM_INT, "", "139", 0, 255, NULL,
			 "its reason: 137 (0x89) server busy, 139 (0x8B) shutting down"})},
	 PARTS({"forge", "packet=DISCONNECT toward=client how=after type=CONNACK set_code=$code"}),
	 .takes_match = true},

	/* --- PUBLISH ------------------------------------------------------------------- */
	{.row = {.name = "retain",
		 .summary = "the retain flag of messages is set or cleared",
		 .help = "A print start that is retained starts again whoever subscribes later.",
		 PARAMS({"set", PARAM_BOOL, "", "true", 0, 0, NULL, "true: set, false: cleared"})},
	 PARTS({"rewrite", "type=PUBLISH set_retain=$set"}), .takes_match = true},
	{.row = {.name = "qos_changed",
		 .summary = "messages arrive with another quality of service",
		 .help = "Downgraded to 0 the sender waits for an acknowledgement that never comes; raised, "
			 "it gets one that it did not ask for.",
		 PARAMS({"to", PARAM_INT, "", NULL, 0, 2, NULL, "the quality of service"})},
	 PARTS({"rewrite", "type=PUBLISH set_qos=$to"}), .takes_match = true},
	{.row = {.name = "payload_truncated",
		 .summary = "messages arrive cut off, in packets that are whole",
		 .help = "The packet is in order, its JSON is not: what a parser makes of half a command.",
		 PARAMS({"to", PARAM_INT, "byte", NULL, 0, 1047552, NULL, "so long is the payload then"})},
	 PARTS({"rewrite", "set_payload_bytes=$to"}), .takes_match = true},
	{.row = {.name = "expiry_stripped",
		 .summary = "messages arrive without their expiry (MQTT 5.0)",
		 .help = "What should have died in a queue is delivered however old."},
	 PARTS({"rewrite", "type=PUBLISH remove=message_expiry"}), .takes_match = true},
	{.row = {.name = "expiry_changed",
		 .summary = "messages arrive with another expiry (MQTT 5.0)",
		 .help = "The clock of an expiry begins at the broker: only what waits in a queue "
			 "notices.",
		 PARAMS({"to", PARAM_INT, "s", NULL, 0, 4294967295.0, NULL, "seconds until it expires"})},
	 PARTS({"rewrite", "type=PUBLISH set_message_expiry=$to"}), .takes_match = true},
	{.row = {.name = "alias_unknown",
		 .summary = "messages arrive by a topic alias that was never set (MQTT 5.0)",
		 .help = "The topic is empty, and the alias stands for nothing: a protocol error (0x82).",
		 PARAMS({"alias", PARAM_INT, "", "1", 0, 65535, NULL, "the alias"})},
	 PARTS({"rewrite", "set_topic= set_topic_alias=$alias"}), .takes_match = true},
	{.row = {.name = "correlation_changed",
		 .summary = "answers come back with other correlation data (MQTT 5.0)",
		 .help = "The standard wants it handed on as it was (3.3.2-16): the answer then belongs "
			 "to no question, or to another.",
		 PARAMS({"to", PARAM_TEXT, "", "forged", 0, 0, NULL, "the data"})},
	 PARTS({"rewrite", "type=PUBLISH set_correlation_data=$to"}), .takes_match = true},
	{.row = {.name = "false_delivery",
		 .summary = "messages are acknowledged and thrown away",
		 .help = "The publisher is told that its message has arrived, and nobody gets it. (forge of an "
			 "ack instead of a PUBLISH.)"},
	 PARTS({"forge", "packet=ack toward=client how=instead type=PUBLISH dir=up"}), .takes_match = true},

	/* --- acknowledgements ----------------------------------------------------------- */
	{.row = {.name = "puback_lost",
		 .summary = "acknowledgements vanish after the effect",
		 .help = "The broker has taken the message, and its PUBACK never arrives. On a connection "
			 "that lives on libmosquitto waits for ever and keeps the place in its window; after "
			 "the next reconnect it sends the message again, with DUP set: the effect comes "
			 "twice. (drop of PUBACK, on its way down.)"},
	 PARTS({"drop", "type=PUBACK dir=down"}),
	 .takes_match = true},
	{.row = {.name = "withhold",
		 .summary = "acknowledgements of one kind never arrive, either way",
		 .help = "After 20 of them libmosquitto stops sending, without a word. (dir chooses one way.)",
		 PARAMS(ACK)},
	 PARTS({"drop", "type=$ack"}), .takes_match = true},
	{.row = {.name = "ack_late",
		 .summary = "acknowledgements of one kind come late",
		 .help = "Nothing in MQTT limits how late one may be; the place in the sender's window is "
			 "kept.",
		 PARAMS(ACK, BY("how late"))},
	 PARTS({"delay", "type=$ack by=$by overtake=true"}), .takes_match = true},
	{.row = {.name = "ack_twice",
		 .summary = "acknowledgements of one kind come twice",
		 .help = "The second names nothing that waits and must do no harm. A second PUBREC is "
			 "answered by a second PUBREL, a second PUBREL by a second PUBCOMP.",
		 PARAMS(ACK)},
	 PARTS({"duplicate", "type=$ack"}), .takes_match = true},
	{.row = {.name = "ack_wrong_id",
		 .summary = "acknowledgements of one kind name another message",
		 .help = "The message that was meant waits on; libmosquitto ignores a PUBACK or PUBCOMP "
			 "of something unknown, and answers an unknown PUBREC or PUBREL.",
		 PARAMS(ACK, {"id", PARAM_INT, "", "65000", 0, 65535, NULL, "the identifier they name"})},
	 PARTS({"rewrite", "type=$ack set_mid=$id"}), .takes_match = true},
	{.row = {.name = "ack_refused",
		 .summary = "acknowledgements of one kind say no (MQTT 5.0)",
		 .help = "0x80 and more: not taken, and must not be sent again (4.4.0-2). 151 (0x97): quota; "
			 "135 (0x87): not authorised; 16 (0x10): taken, but nobody subscribes.",
		 PARAMS(ACK, {"code", PARAM_INT, "", "151", 0, 255, NULL, "the reason code"})},
	 PARTS({"rewrite", "type=$ack set_code=$code"}), .takes_match = true},
	{.row = {.name = "ack_before_effect",
		 .summary = "an acknowledgement by somebody who has not done it",
		 .help = "The publisher is told at once that its message has arrived, and the message itself "
			 "comes later. (forge of an ack before a PUBLISH that is then delayed.)",
		 PARAMS(BY("how much later the message comes"))},
	 PARTS({"forge", "packet=ack toward=client how=before type=PUBLISH dir=up qos=1"},
	       {"delay", "type=PUBLISH dir=up qos=1 by=$by"}),
	 .takes_match = true},

	/* --- subscriptions --------------------------------------------------------------- */
	{.row = {.name = "subscription_refused",
		 .summary = "SUBACK refuses what the broker has granted",
		 .help = "The broker delivers; the client believes that it is not subscribed, or with "
			 "less than it asked for.",
		 PARAMS({"code", PARAM_INT, "", "128", 0, 255, NULL, "128 (0x80): failure; 0 to 2: lower QoS"},
			{"of", PARAM_INT, "", "0", 0, 1024, NULL, "which of several filters; 0: all of them"})},
	 PARTS({"rewrite", "type=SUBACK set_entry=$of set_granted=$code"}), .takes_match = true},
	{.row = {.name = "subscription_believed",
		 .summary = "SUBSCRIBE is acknowledged and thrown away",
		 .help = "The client is connected, is subscribed as far as it knows, and hears nothing."},
	 PARTS({"forge", "packet=ack toward=client how=instead type=SUBSCRIBE"}), .takes_match = true},
	{.row = {.name = "suback_lost",
		 .summary = "SUBSCRIBE has its effect, and no answer arrives",
		 .help = "Nothing in MQTT limits the wait for it; what is subscribed to arrives."},
	 PARTS({"drop", "type=SUBACK dir=down"}), .takes_match = true},

	/* --- keep-alive ------------------------------------------------------------------- */
	{.row = {.name = "starve_ping",
		 .summary = "PINGREQ never arrives",
		 .help = "The broker evicts the client after one and a half keep-alives in which nothing else "
			 "came; the client gives up after two in which nothing answered."},
	 PARTS({"drop", "type=PINGREQ dir=up"}), .takes_match = true},
	{.row = {.name = "pong_lost",
		 .summary = "PINGRESP never arrives",
		 .help = "The broker is content; the client gives up."},
	 PARTS({"drop", "type=PINGRESP dir=down"}), .takes_match = true},
	{.row = {.name = "forged_pongs",
		 .summary = "PINGREQ is answered on the way",
		 .help = "The client stays connected, as it believes, whatever has become of the broker. "
			 "libmosquitto has no limit for acknowledgements, so nothing else tells it."},
	 PARTS({"forge", "packet=PINGRESP toward=client how=instead type=PINGREQ"}), .takes_match = true},

	/* --- DISCONNECT ------------------------------------------------------------------- */
	{.row = {.name = "disconnect",
		 .summary = "the client is told DISCONNECT by somebody who is not the broker (MQTT 5.0)",
		 .help = "Once, to the clients that are connected now. The broker sees them leave without "
			 "a word and sends their wills. Before MQTT 5.0 servers say no DISCONNECT.",
		 PARAMS({"code", PARAM_INT, "", "139", 0, 255, NULL,
			 "137 busy, 139 shutting down, 141 keep-alive, 142 session taken over, 151 quota"})},
	 PARTS({"forge", "packet=DISCONNECT toward=client how=now set_code=$code"})},
	{.row = {.name = "goodbye_lost",
		 .summary = "the client's DISCONNECT never arrives",
		 .help = "The broker sees a connection that breaks, and sends the will."},
	 PARTS({"drop", "type=DISCONNECT dir=up"}), .takes_match = true},
	{.row = {.name = "goodbye_with_will",
		 .summary = "the client's DISCONNECT asks for its will to be sent (MQTT 5.0)",
		 .help = "The reason becomes 0x04: the broker must publish the will of a client that left "
			 "in good order."},
	 PARTS({"rewrite", "type=DISCONNECT dir=up set_code=4"}), .takes_match = true},
};
/* clang-format on */

const struct named_list named_mqtt = NAMED_LIST(rows);
