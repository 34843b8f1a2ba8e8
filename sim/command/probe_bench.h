/*
 * probe_bench.h - a broker and raw connections to it, for asking it things; in virtual time,
 * or where a broker runs elsewhere, in real time (probe_wall.h).
 *
 * No library of ours or anybody's stands between: a peer says bytes, written in words, and
 * takes what comes back apart with net/codec.h. After everything that is said the broker
 * gets its turns until nothing moves, so an answer is there or there is none.
 *
 * Packets in words: two hex digits are a byte; "text" is text behind a 16-bit length, 'text'
 * without; #60 is a 16-bit and ##60 a 32-bit number; | stands for the length of what follows
 * it, up to ; which begins another packet. Example: 10 | "MQTT" 04 02 #60 "me"
 * In real time each "text" that is a name of ours begins with the question's word.
 */
#ifndef JOBJAM_COMMAND_PROBE_BENCH_H
#define JOBJAM_COMMAND_PROBE_BENCH_H

#include "net/codec.h"
#include "sim/core/time.h"
#include "sim/world/broker.h"

#define BENCH_PEERS_MAX 16

struct probe_bench;
struct probe_wall;

struct peer {
	struct probe_bench *bench;
	int fd; /* -1: ended by us or by the broker */
	int version;
	bool ended; /* by the broker */
	struct bytes in;
	size_t read; /* of in, by peer_next */
	/* Of its CONNACK; code -1: none came. */
	int code;
	bool session_present;
	struct mqtt_span properties;
	uint8_t kept[512]; /* what properties points to */
};

struct probe_bench {
	struct broker *broker;
	struct probe_wall *wall; /* NULL: virtual time; borrowed. Else there is no broker of ours */
	sim_ns now;
	struct peer peers[BENCH_PEERS_MAX];
	int n_peers;
	bool died;
	bool failed; /* ours: no memory, or too many peers */
};

/* Starts a broker for one question. Errors as broker_start. */
int probe_bench_open(struct probe_bench *bench, const struct broker_options *options,
	       struct sim_error *error);
void probe_bench_close(struct probe_bench *bench);
/* Time passes, and what happens in it is taken in. */
void probe_bench_pass(struct probe_bench *bench, sim_ns duration);

/* Takes in what has come; returns whether anything had. For probe_wall.c. */
bool probe_bench_read(struct probe_bench *bench);

/* A connection that has said nothing yet. Never NULL. */
struct peer *probe_bench_dial(struct probe_bench *bench);
/* Says it and waits for what comes of it. format as printf's, then words as above. */
void peer_say(struct peer *peer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Dials and says CONNECT; flags as in the packet (2: clean), properties in words ("": none;
 * left out below 5.0). */
struct peer *probe_bench_connect(struct probe_bench *bench, int version, const char *id, unsigned flags,
			   unsigned keepalive_s, const char *properties);
/* The next packet that has come; false: none. What does not decode ends it. */
bool peer_next(struct peer *peer, struct mqtt_packet *ret_packet);
/* The next of that type, passing over others. */
bool peer_next_of(struct peer *peer, enum mqtt_type type, struct mqtt_packet *ret_packet);
/* Closes without a word. */
void peer_hang_up(struct peer *peer);

#endif
