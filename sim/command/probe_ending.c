/* probe_ending.c - how and when do connections end, and who hears of it? */
#include "sim/command/probe_ask.h"

static void say_end(struct answer *answer, struct peer *peer)
{
	struct mqtt_packet packet;

	if (peer_next_of(peer, MQTT_DISCONNECT, &packet))
		answer_say(answer, "DISCONNECT 0x%02x%s",
			   packet.has_code ? packet.code : 0,
			   peer->ended ? ", then closed" : ", not closed");
	else
		answer_say(answer,
			   peer->ended ? "closed without a word" : "both stay open");
}

static void ask_takeover(struct probe_bench *bench, struct answer *answer, int version)
{
	struct peer *old = ask_connect(bench, answer, version, "me", CLEAN, "");

	if (!old)
		return;
	probe_bench_connect(bench, version, "me", CLEAN, 60, "");
	say_end(answer, old);
}

void ask_takeover_311(struct probe_bench *bench, struct answer *answer)
{
	ask_takeover(bench, answer, MQTT_311);
}

void ask_takeover_5(struct probe_bench *bench, struct answer *answer)
{
	ask_takeover(bench, answer, MQTT_5);
}

/* Is the will of a client sent when … */
static void ask_will(struct probe_bench *bench, struct answer *answer, int again)
{
	struct peer *watch = ask_connect(bench, answer, MQTT_311, "watch", CLEAN, ""),
		    *old;

	if (!watch)
		return;
	peer_say(watch, "82 | #1 \"will\" 00");
	old = probe_bench_connect(bench, MQTT_311, "me",
				  (unsigned)(again == KEEP ? KEEP : CLEAN) | WILL, 60,
				  "");
	if (again < 0)
		peer_hang_up(old);
	else
		probe_bench_connect(bench, MQTT_311, "me", (unsigned)again, 60, "");
	probe_bench_pass(bench, SIM_S);
	answer_yes(answer, peer_count(watch, MQTT_PUBLISH) > 0);
}

void ask_will_on_loss(struct probe_bench *bench, struct answer *answer)
{
	ask_will(bench, answer, -1);
}

void ask_will_on_clean_takeover(struct probe_bench *bench, struct answer *answer)
{
	ask_will(bench, answer, CLEAN);
}

void ask_will_on_kept_takeover(struct probe_bench *bench, struct answer *answer)
{
	ask_will(bench, answer, KEEP);
}

void ask_keepalive(struct probe_bench *bench, struct answer *answer)
{
	struct peer *peer = probe_bench_connect(bench, MQTT_311, "me", CLEAN, 10, "");
	sim_ns began = bench->now;

	while (!peer->ended && bench->now - began < 60 * SIM_S)
		probe_bench_pass(bench, SIM_S);
	if (peer->ended)
		answer_say(answer, "closed %lld s after its last word",
			   (long long)((bench->now - began) / SIM_S));
	else
		answer_say(answer, "open for a minute and longer");
}

void ask_silence(struct probe_bench *bench, struct answer *answer)
{
	struct peer *peer = probe_bench_dial(bench);
	sim_ns began = bench->now;

	while (!peer->ended && bench->now - began < 10 * SIM_MIN)
		probe_bench_pass(bench, SIM_S);
	if (peer->ended)
		answer_say(answer, "closed after %lld s",
			   (long long)((bench->now - began) / SIM_S));
	else
		answer_say(answer, "open for ten minutes and longer");
}
