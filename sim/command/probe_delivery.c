/* probe_delivery.c - is what is published delivered, to whom, and how often? */
#include "sim/command/probe_ask.h"

static void ask_qos(struct probe_bench *bench, struct answer *answer, unsigned qos)
{
	struct peer *to = ask_connect(bench, answer, MQTT_311, "to", CLEAN, "");
	struct peer *from =
		to ? ask_connect(bench, answer, MQTT_311, "from", CLEAN, "") : NULL;
	struct mqtt_packet packet;
	bool done = true;

	if (!from)
		return;
	peer_say(to, "82 | #1 \"t\" %02x", qos);
	peer_say(from, "%02x | \"t\" %s 'x'", 0x30 | qos << 1, qos ? "#7" : "");
	if (qos == 2) {
		done = peer_next_of(from, MQTT_PUBREC, &packet);
		peer_say(from, "62 | #7");
	}
	if (qos > 0)
		done = done &&
		       peer_next_of(from, qos == 1 ? MQTT_PUBACK : MQTT_PUBCOMP, &packet);
	if (!done)
		answer_say(answer, "no, its handshake does not end");
	else if (!peer_next_of(to, MQTT_PUBLISH, &packet))
		answer_say(answer, "no, it is not delivered");
	else if (packet.qos != (int)qos)
		answer_say(answer, "delivered with QoS %d", packet.qos);
	else
		answer_yes(answer, true);
}

void ask_qos_0(struct probe_bench *bench, struct answer *answer)
{
	ask_qos(bench, answer, 0);
}

void ask_qos_1(struct probe_bench *bench, struct answer *answer)
{
	ask_qos(bench, answer, 1);
}

void ask_qos_2(struct probe_bench *bench, struct answer *answer)
{
	ask_qos(bench, answer, 2);
}

void ask_retained(struct probe_bench *bench, struct answer *answer)
{
	struct peer *from = ask_connect(bench, answer, MQTT_311, "from", CLEAN, ""), *to;
	struct mqtt_packet packet;

	if (!from)
		return;
	peer_say(from, "31 | \"t\" 'x'");
	to = probe_bench_connect(bench, MQTT_311, "to", CLEAN, 60, "");
	peer_say(to, "82 | #1 \"t\" 00");
	if (!peer_next_of(to, MQTT_PUBLISH, &packet))
		answer_yes(answer, false);
	else
		answer_say(answer,
			   packet.retain ? "yes" : "yes, without the RETAIN flag");
	peer_say(from, "31 | \"t\""); /* and it is forgotten again */
}

void ask_wildcards(struct probe_bench *bench, struct answer *answer)
{
	struct peer *to = ask_connect(bench, answer, MQTT_311, "to", CLEAN, "");
	size_t n;

	if (!to)
		return;
	peer_say(to, "82 | #1 \"a/+/c\" 00 \"z/#\" 00");
	peer_say(
		to,
		"30 | \"a/b/c\" 'x'; 30 | \"a/b/d\" 'x'; 30 | \"z\" 'x'; 30 | \"z/y/x\" 'x'");
	n = peer_count(to, MQTT_PUBLISH);
	answer_say(answer, n == 3 ? "yes" : "%zu of 3 that fit are delivered", n);
}

void ask_overlap(struct probe_bench *bench, struct answer *answer)
{
	struct peer *to = ask_connect(bench, answer, MQTT_311, "to", CLEAN, "");

	if (!to)
		return;
	peer_say(to, "82 | #1 \"a/#\" 00 \"a/b\" 00");
	peer_say(to, "30 | \"a/b\" 'x'");
	answer_say(answer, "delivered %zu time(s)", peer_count(to, MQTT_PUBLISH));
}

void ask_shared(struct probe_bench *bench, struct answer *answer)
{
	struct peer *a = ask_connect(bench, answer, MQTT_5, "a", CLEAN, "");
	struct peer *b = a ? ask_connect(bench, answer, MQTT_5, "b", CLEAN, "") : NULL;
	size_t to_a, to_b;

	if (!b)
		return;
	peer_say(a, "82 | #1 00 \"$share/g/t\" 00");
	peer_say(b, "82 | #1 00 \"$share/g/t\" 00");
	for (int i = 0; i < 4; i++)
		peer_say(a, "30 | \"t\" 00 'x'");
	to_a = peer_count(a, MQTT_PUBLISH);
	to_b = peer_count(b, MQTT_PUBLISH);
	if (to_a + to_b == 4)
		answer_say(answer, "yes, 4 messages went %zu and %zu", to_a, to_b);
	else
		answer_say(answer, "no, 4 messages came %zu times", to_a + to_b);
}

void ask_no_subscriber(struct probe_bench *bench, struct answer *answer)
{
	struct peer *peer = ask_connect(bench, answer, MQTT_5, "me", CLEAN, "");
	struct mqtt_packet packet;

	if (!peer)
		return;
	peer_say(peer, "32 | \"t\" #1 00 'x'");
	if (peer_next_of(peer, MQTT_PUBACK, &packet))
		answer_say(answer, "PUBACK 0x%02x", packet.has_code ? packet.code : 0);
	else
		answer_say(answer, "no PUBACK");
}
