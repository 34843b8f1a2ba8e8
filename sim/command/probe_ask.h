/*
 * probe_ask.h - what the files of questions share; private to probe_*.c.
 *
 * Each question is a function on a fresh bench; its row stands in probe_questions.c.
 */
#ifndef JOBJAM_COMMAND_PROBE_ASK_H
#define JOBJAM_COMMAND_PROBE_ASK_H

#include "sim/command/probe_questions.h"

/* Flags of CONNECT. */
enum {
	KEEP = 0, /* the session */
	CLEAN = 2,
	WILL = 4
};

void answer_yes(struct answer *answer, bool yes);
/* Connects with a keep-alive of a minute, or answers that it cannot: NULL. */
struct peer *ask_connect(struct probe_bench *bench, struct answer *answer, int version,
			 const char *id, unsigned flags, const char *properties);
/* Of what has come and was not looked at, how many are of that type. */
size_t peer_count(struct peer *peer, enum mqtt_type type);

typedef void question_ask_fn(struct probe_bench *bench, struct answer *answer);
question_ask_fn ask_31;
question_ask_fn ask_311;
question_ask_fn ask_5;
question_ask_fn ask_granted;
question_ask_fn ask_empty_id;
question_ask_fn ask_qos_0;
question_ask_fn ask_qos_1;
question_ask_fn ask_qos_2;
question_ask_fn ask_retained;
question_ask_fn ask_wildcards;
question_ask_fn ask_overlap;
question_ask_fn ask_shared;
question_ask_fn ask_no_subscriber;
question_ask_fn ask_session;
question_ask_fn ask_dup;
question_ask_fn ask_window;
question_ask_fn ask_queue;
question_ask_fn ask_session_expiry;
question_ask_fn ask_message_expiry;
question_ask_fn ask_takeover_311;
question_ask_fn ask_takeover_5;
question_ask_fn ask_will_on_loss;
question_ask_fn ask_will_on_clean_takeover;
question_ask_fn ask_will_on_kept_takeover;
question_ask_fn ask_keepalive;
question_ask_fn ask_silence;

#endif
