/* probe_session.c - what is kept for whom, how much of it, and for how long? */
#include "sim/command/probe_ask.h"

enum {
	MANY = 2500,
	NAGGING = 100,
	BATCH = 64 /* packets said at once */
};

static struct peer *subscribe_and_go(struct probe_bench *bench, struct answer *answer)
{
	struct peer *peer = ask_connect(bench, answer, MQTT_311, "to", KEEP, "");

	if (!peer)
		return NULL;
	peer_say(peer, "82 | #1 \"t\" 01");
	peer_hang_up(peer);
	return peer;
}

/* Publishes with QoS 1, some at a time; returns how many PUBACKs came. */
static size_t publish_many(struct probe_bench *bench, int n)
{
	struct peer *from = probe_bench_connect(bench, MQTT_311, "from", CLEAN, 60, "");
	struct text words = {0};

	for (int i = 0; i < n; i++) {
		text_addf(&words, "32 | \"t\" #%d #%d; ", i + 1, i);
		if ((i + 1) % BATCH != 0 && i + 1 < n)
			continue;
		peer_say(from, "%s", text_cstr(&words));
		text_clear(&words);
	}
	text_fini(&words);
	return peer_count(from, MQTT_PUBACK);
}

void ask_session(struct probe_bench *bench, struct answer *answer)
{
	struct peer *to;
	struct mqtt_packet packet;

	if (!subscribe_and_go(bench, answer))
		return;
	publish_many(bench, 1);
	to = probe_bench_connect(bench, MQTT_311, "to", KEEP, 60, "");
	answer_say(answer, "session present %d, %s", to->session_present,
		   peer_next_of(to, MQTT_PUBLISH, &packet)
			   ? "what came meanwhile is delivered"
			   : "what came meanwhile is lost");
}

void ask_dup(struct probe_bench *bench, struct answer *answer)
{
	struct peer *to = ask_connect(bench, answer, MQTT_311, "to", KEEP, "");
	struct mqtt_packet packet;
	uint16_t mid;

	if (!to)
		return;
	peer_say(to, "82 | #1 \"t\" 01");
	publish_many(bench, 1);
	if (!peer_next_of(to, MQTT_PUBLISH, &packet)) {
		answer_say(answer, "nothing is delivered");
		return;
	}
	mid = packet.mid;
	peer_hang_up(to); /* without PUBACK */
	to = probe_bench_connect(bench, MQTT_311, "to", KEEP, 60, "");
	if (!peer_next_of(to, MQTT_PUBLISH, &packet))
		answer_say(answer, "not delivered again");
	else
		answer_say(answer, "delivered again %s DUP, with %s packet id",
			   packet.dup ? "with" : "without",
			   packet.mid == mid ? "the same" : "another");
}

void ask_window(struct probe_bench *bench, struct answer *answer)
{
	struct peer *to = ask_connect(bench, answer, MQTT_311, "to", CLEAN, "");
	size_t n;

	if (!to)
		return;
	peer_say(to, "82 | #1 \"t\" 01");
	publish_many(bench, NAGGING);
	n = peer_count(to, MQTT_PUBLISH);
	answer_say(answer, n < NAGGING ? "%zu" : "none up to %zu", n);
}

struct fetched {
	size_t n;
	int first, last;
};

/* Takes and acknowledges what is there, some at a time, until no more comes. The number in the
 * payload says which message it is. */
static struct fetched fetch_all(struct peer *to)
{
	struct fetched fetched = {.first = -1, .last = -1};
	struct mqtt_packet packet;
	struct text words = {0};
	bool more;

	do {
		text_clear(&words);
		for (int i = 0; i < BATCH && peer_next_of(to, MQTT_PUBLISH, &packet);
		     i++) {
			const uint8_t *number = packet.payload.data;

			fetched.last = number[0] << 8 | number[1];
			if (fetched.n++ == 0)
				fetched.first = fetched.last;
			text_addf(&words, "40 | #%u; ", packet.mid);
		}
		more = words.length > 0;
		if (more)
			peer_say(to, "%s", text_cstr(&words));
	} while (more);
	text_fini(&words);
	return fetched;
}

void ask_queue(struct probe_bench *bench, struct answer *answer)
{
	struct fetched fetched;
	size_t acknowledged;

	if (!subscribe_and_go(bench, answer))
		return;
	acknowledged = publish_many(bench, MANY);
	fetched = fetch_all(probe_bench_connect(bench, MQTT_311, "to", KEEP, 60, ""));
	if (fetched.n == MANY)
		answer_say(answer, "none up to %d", MANY);
	else
		answer_say(
			answer,
			"%zu of %d kept (no. %d to %d: the %s are dropped), %zu acknowledged",
			fetched.n, MANY, fetched.first + 1, fetched.last + 1,
			fetched.first == 0 ? "newest" : "oldest", acknowledged);
}

void ask_session_expiry(struct probe_bench *bench, struct answer *answer)
{
	struct peer *to = ask_connect(bench, answer, MQTT_5, "to", CLEAN, "11 ##5");

	if (!to)
		return;
	peer_say(to, "82 | #1 00 \"t\" 01");
	peer_hang_up(to);
	probe_bench_pass(bench, 15 * SIM_S);
	to = probe_bench_connect(bench, MQTT_5, "to", KEEP, 60, "11 ##5");
	answer_say(answer, to->session_present ? "no, 5 s are over and it is still there"
					       : "yes");
}

/* expiry 5 s and 60 s, fetched after 10 s. */
void ask_message_expiry(struct probe_bench *bench, struct answer *answer)
{
	struct peer *to = ask_connect(bench, answer, MQTT_5, "to", CLEAN, "11 ##3600"),
		    *from;
	struct mqtt_packet packet;
	bool late = false, kept = false;
	int64_t left = -1;

	if (!to)
		return;
	peer_say(to, "82 | #1 00 \"t\" 01");
	peer_hang_up(to);
	from = probe_bench_connect(bench, MQTT_5, "from", CLEAN, 60, "");
	peer_say(from, "32 | \"t\" #1 05 02 ##5 's'; 32 | \"t\" #2 05 02 ##60 'l'");
	probe_bench_pass(bench, 10 * SIM_S);
	to = probe_bench_connect(bench, MQTT_5, "to", KEEP, 60, "11 ##3600");
	while (peer_next_of(to, MQTT_PUBLISH, &packet)) {
		late |= packet.payload.length > 0 && packet.payload.data[0] == 's';
		if (packet.payload.length == 0 || packet.payload.data[0] != 'l')
			continue;
		kept = true;
		left = mqtt_property(packet.properties, MQTT_PROPERTY_EXPIRY);
	}
	answer_say(answer, "%s; 60 s after 10 s: %s%lld",
		   late ? "no, delivered late" : "yes",
		   kept ? "delivered with " : "lost ", (long long)left);
}
