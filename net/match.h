/*
 * match.h - which packets a fault is about.
 *
 * The parts are rows of one table in match.c: its row type says how a part is read, in
 * which packets it can be found, and whether one fits. All given parts must fit; none
 * given fits every packet. The link is chosen where the fault is armed.
 *
 * They are asked in this order: what the packet is (dir … max_size), the instant (from,
 * till), the script's predicate (when), the counters (nth, first, every), luck
 * (probability), and how often it has fitted already (times). The counters count what
 * fits all that is asked before them, over all links of the fault, or on each link by
 * itself (per = "link").
 */
#ifndef JOBJAM_NET_MATCH_H
#define JOBJAM_NET_MATCH_H

#include "net/edit.h"
#include "net/match_test.h"
#include "net/sight.h"
#include "sim/core/vocab.h"

#define MATCH_TOPIC_MAX 256
#define MATCH_SAID_MAX  1536
#define MATCH_JSON_MAX  4 /* conditions on a payload */

/* A predicate of the script. Asked only about packets that fit what is asked before. */
struct match_when {
	bool (*holds)(void *arg, const struct net_sight *sight); /* NULL: not given */
	void *arg; /* borrowed; outlives the fault */
};

struct match_place; /* counters and luck of one link, or of all */

struct match {
	uint32_t given; /* bit per part */
	int dir;        /* 0 any, 1 up, 2 down */
	int type;       /* MQTT packet type 1..15, 0 any */
	char topic[MATCH_TOPIC_MAX];
	int qos;
	bool dup, retain, per_link;
	uint16_t mid;
	struct match_test field, property, json[MATCH_JSON_MAX];
	size_t n_json;
	const struct edit_field *field_row;
	const struct mqtt_property *property_row;
	int64_t min_size, max_size; /* bytes of the whole packet */
	sim_ns from, till;          /* since the start; [from, till) */
	struct match_when when;
	int64_t nth, first, every, times;
	double probability;
	char said[MATCH_SAID_MAX]; /* the given parts, as a script would write them */

	/* Set by match_begin(). */
	uint64_t seed;
	char purpose[32];           /* of its chance streams */
	struct match_place *places; /* owned; 0: all links, else link index + 1 */
	size_t n_places;
	uint64_t seen; /* packets that fitted all that is asked before the counters */
};

/* The parts as a vocabulary row (its params), for checks and documentation. */
const struct vocab_row *match_row(void);
/* values: one per parameter of match_row(); copied. SIM_EINVAL and a sentence for what is
 * malformed or contradicts itself. The result is a plain value until match_begin(). */
int match_from_values(const struct value *values, struct match *ret_match,
		      struct sim_error *error);

/* From here on it counts. purpose names its luck ("match 3"). */
void match_begin(struct match *match, uint64_t seed, const char *purpose);
void match_fini(struct match *match);
/* It will count no more: what it knows of each link goes, what it says stays. */
void match_rest(struct match *match);
/* The link of that index is another one from now on. */
void match_forget(struct match *match, uint32_t link);

/* What it waited for in vain, in words, when nothing has fitted: "no PUBLISH packet …". */
void match_say_why(const struct match *match, char *why, size_t size);

#endif
