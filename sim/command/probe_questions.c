/* probe_questions.c - the questions, one row each, and how connections are asked about. */
#include "sim/command/probe_ask.h"

#include "net/properties.h"
#include "sim/command/probe_wall.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	SHOWN_BYTES = 8
};

void answer_say(struct answer *answer, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(answer->text, sizeof(answer->text), format, arguments);
	va_end(arguments);
}

void answer_yes(struct answer *answer, bool yes)
{
	answer_say(answer, "%s", yes ? "yes" : "no");
}

/* Connects or says that it cannot. NULL: it could not. */
struct peer *ask_connect(struct probe_bench *bench, struct answer *answer, int version,
			 const char *id, unsigned flags, const char *properties)
{
	struct peer *peer =
		probe_bench_connect(bench, version, id, flags, 60, properties);

	if (peer->code == 0)
		return peer;
	if (peer->code < 0)
		answer_say(answer, "no answer to CONNECT%s",
			   peer->ended ? ", the connection is closed" : "");
	else
		answer_say(answer, "CONNECT refused with code %d", peer->code);
	return NULL;
}

size_t peer_count(struct peer *peer, enum mqtt_type type)
{
	struct mqtt_packet packet;
	size_t n = 0;

	while (peer_next(peer, &packet))
		n += packet.type == type;
	return n;
}

/* --- protocol --------------------------------------------------------------------------- */

static void ask_level(struct probe_bench *bench, struct answer *answer, int version)
{
	if (ask_connect(bench, answer, version, "me", CLEAN, ""))
		answer_yes(answer, true);
}

void ask_31(struct probe_bench *bench, struct answer *answer)
{
	ask_level(bench, answer, MQTT_31);
}

void ask_311(struct probe_bench *bench, struct answer *answer)
{
	ask_level(bench, answer, MQTT_311);
}

void ask_5(struct probe_bench *bench, struct answer *answer)
{
	ask_level(bench, answer, MQTT_5);
}

void ask_granted(struct probe_bench *bench, struct answer *answer)
{
	struct peer *peer = probe_bench_connect(bench, MQTT_5, "me", CLEAN, 65535, "");
	struct text words = {0};
	struct mqtt_property_value value;
	size_t at = 0;

	if (peer->code != 0)
		return;
	while (mqtt_property_next(peer->properties, &at, &value)) {
		const struct mqtt_property *row = mqtt_property_of(value.identifier);

		text_addf(&words, "%s%s", words.length ? ", " : "",
			  row ? row->name : "?");
		if (row && row->shape != MQTT_PROPERTY_TEXT)
			text_addf(&words, " %lld", (long long)value.number);
	}
	answer_say(answer, "%.150s", words.length ? text_cstr(&words) : "nothing");
	text_fini(&words);
}

void ask_empty_id(struct probe_bench *bench, struct answer *answer)
{
	struct peer *clean = probe_bench_connect(bench, MQTT_311, "", CLEAN, 60, "");
	struct peer *keep = probe_bench_connect(bench, MQTT_311, "", KEEP, 60, "");

	answer_say(answer, "clean: code %d%s; kept session: code %d%s", clean->code,
		   clean->ended ? " and closed" : "", keep->code,
		   keep->ended ? " and closed" : "");
}

static const struct question questions[] = {
	{"protocol", "MQTT 3.1", ask_31, 0, NULL},
	{"protocol", "MQTT 3.1.1", ask_311, 0, NULL},
	{"protocol", "MQTT 5.0", ask_5, 0, NULL},
	{"protocol", "5.0: CONNACK to keep-alive 65535 says", ask_granted, 0, NULL},
	{"protocol", "3.1.1: empty client id", ask_empty_id, 0, NULL},
	{"delivery", "QoS 0", ask_qos_0, 0, NULL},
	{"delivery", "QoS 1", ask_qos_1, 0, NULL},
	{"delivery", "QoS 2", ask_qos_2, 0, NULL},
	{"delivery", "retained messages", ask_retained, 0, NULL},
	{"delivery", "wildcards", ask_wildcards, 0, NULL},
	{"delivery", "overlapping subscriptions", ask_overlap, 0, NULL},
	{"delivery", "5.0: shared subscriptions", ask_shared, 0, NULL},
	{"delivery", "5.0: QoS 1 without a subscriber", ask_no_subscriber, 0, NULL},
	{"session", "kept for who is away", ask_session, 0, NULL},
	{"session", "unacknowledged and reconnected", ask_dup, 0, NULL},
	{"session", "messages in the window", ask_window, 0, NULL},
	{"session", "messages waiting for who is away", ask_queue, 0, NULL},
	{"session", "5.0: session expiry", ask_session_expiry, 0, NULL},
	{"session", "5.0: message expiry", ask_message_expiry, 0, NULL},
	{"ending", "3.1.1: takeover by the same id", ask_takeover_311, 0, NULL},
	{"ending", "5.0: takeover by the same id", ask_takeover_5, 0, NULL},
	{"ending", "will when the connection is lost", ask_will_on_loss, 0, NULL},
	{"ending", "will when taken over, clean", ask_will_on_clean_takeover, 0, NULL},
	{"ending", "will when taken over, session kept", ask_will_on_kept_takeover, 0,
	 NULL},
	{"ending", "silence beyond a keep-alive of 10 s", ask_keepalive, SIM_MIN, NULL},
	{"ending", "a connection that never says CONNECT", ask_silence, 10 * SIM_MIN,
	 NULL},
};

const struct question *question_at(size_t index)
{
	return index < sizeof(questions) / sizeof(questions[0]) ? &questions[index]
								: NULL;
}

/* --- packets that nobody may send --------------------------------------------------------------- */

static void say_words(const struct question *question, struct probe_bench *bench,
		      struct answer *answer)
{
	bool connects = strncmp(question->words, "10", 2) == 0;
	struct peer *peer =
		connects ? probe_bench_dial(bench)
			 : probe_bench_connect(bench, MQTT_311, "m", CLEAN, 60, "");
	size_t before = bytes_length(&peer->in);
	struct text came = {0};
	struct mqtt_packet packet;

	peer_say(peer, "%s", question->words);
	while (peer_next(peer, &packet)) {
		text_addf(&came, "%s%s", came.length ? ", " : "",
			  mqtt_type_name(packet.type));
		if (packet.type == MQTT_CONNACK || packet.type == MQTT_DISCONNECT)
			text_addf(&came, " %u", packet.code);
	}
	if (!came.length && bytes_length(&peer->in) > before) { /* it does not decode */
		text_add(&came, "bytes");
		for (size_t i = before;
		     i < bytes_length(&peer->in) && i < before + SHOWN_BYTES; i++)
			text_addf(&came, " %02x", bytes_data(&peer->in)[i]);
	}
	if (!peer->ended && !came.length)
		answer_say(answer, "tolerated or waited for");
	else
		answer_say(answer, "%.100s%s%s", text_cstr(&came),
			   came.length && peer->ended ? ", " : "",
			   peer->ended ? "closed" : "");
	text_fini(&came);
}

void question_ask(const struct question *question, struct probe_bench *bench,
		  struct answer *ret_answer)
{
	answer_say(ret_answer, "no answer");
	if (question->ask)
		question->ask(bench, ret_answer);
	else
		say_words(question, bench, ret_answer);
	if (bench->wall)
		probe_wall_tidy(bench);
	if (bench->died && bench->wall)
		answer_say(ret_answer, "the broker is gone: nobody answers any more");
	else if (bench->died)
		answer_say(ret_answer, "the broker is gone: %.100s",
			   guest_status(broker_guest(bench->broker)));
}
