/*
 * match.h - which packets a fault is about.
 *
 * Parts: dir (up: client to broker, down), type ("PUBACK"), topic (MQTT filter), nth
 * (only the n-th that fits), first (only the first n), every (each n-th). The link is
 * chosen where the fault is armed. All given parts must fit; none given fits every packet.
 */
#ifndef JOBJAM_NET_MATCH_H
#define JOBJAM_NET_MATCH_H

#include "sim/core/vocab.h"

struct match {
	int dir;                   /* 0 any, 1 up, 2 down */
	int type;                  /* MQTT packet type 1..15, 0 any */
	char topic[256];           /* "" any */
	int64_t nth, first, every; /* 0: not given */
	uint64_t seen;             /* packets that fitted all but the counters */
};

/* The parts as a vocabulary row (its params), for checks and documentation. */
const struct vocab_row *match_row(void);
/* values: one per parameter of match_row(). */
int match_from_values(const struct value *values, struct match *ret_match,
		      struct sim_error *error);

#endif
