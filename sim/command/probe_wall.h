/*
 * probe_wall.h - a bench whose broker runs elsewhere, in real time: its own, not ours.
 *
 * Whoever is asked there has other clients, and stays when we are gone. So every name of
 * ours (client identifiers, topics, groups) begins with a word of this question's own, and
 * afterwards the sessions that it has left are taken back. Nothing tells when a broker has
 * no more to say: an answer is waited for a second or two at most, and what follows it
 * until nothing has come for a moment.
 */
#ifndef JOBJAM_COMMAND_PROBE_WALL_H
#define JOBJAM_COMMAND_PROBE_WALL_H

#include "net/proxy/endpoint.h"
#include "sim/command/probe_bench.h"

#define PROBE_WALL_KEPT_MAX 8
/* A question that waits for longer is not asked here. */
#define PROBE_WALL_LONGEST SIM_MIN

struct probe_wall {
	const struct endpoint *endpoint; /* borrowed */
	double began_s;
	char word[16]; /* what names of this question begin with */
	char kept[PROBE_WALL_KEPT_MAX][24]; /* identifiers whose sessions may still be there */
	int n_kept;
};

/* "mqtt://HOST:PORT"? */
bool probe_is_elsewhere(const char *broker);
/* Reads the address. SIM_EINVAL, SIM_ENOENT and a sentence. */
int probe_wall_read(const char *broker, struct endpoint *ret_endpoint,
		    struct sim_error *error);
/* Is an MQTT broker there that lets anybody in? Its version by its own word ("unknown" when
 * it has none). SIM_EINVAL and what is there instead; in a quarter of a minute at most. */
int probe_wall_greet(const struct endpoint *endpoint, char *ret_version, size_t size,
		     struct sim_error *error);

/* A bench for question number so and so. Nothing is said yet. */
void probe_wall_open(struct probe_bench *bench, struct probe_wall *wall,
		     const struct endpoint *endpoint, int number);
/* Takes back what the question has left. The bench's broker has died if nobody is there. */
void probe_wall_tidy(struct probe_bench *bench);

/* For probe_bench.c. */
int probe_wall_dial(struct probe_bench *bench);
/* Reads until nothing comes any more; answer: something should. */
void probe_wall_settle(struct probe_bench *bench, bool answer);
void probe_wall_pass(struct probe_bench *bench, sim_ns duration);
/* That identifier's session may outlive its connection. */
void probe_wall_keeps(struct probe_bench *bench, const char *id);

#endif
