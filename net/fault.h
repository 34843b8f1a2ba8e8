/*
 * fault.h - what a scenario can do to a link. One file per fault in net/faults/, one row
 * each in the table; every one leaves a receipt.
 *
 * A fault is armed on a glob of link names ("cloud/command-a", "printer/ *" without the
 * blank); it acts on present links and on those made later. Faults that act on the
 * present connection (reset, timeout) touch what is there when they are armed.
 */
#ifndef JOBJAM_NET_FAULT_H
#define JOBJAM_NET_FAULT_H

#include "net/match.h"
#include "net/net.h"
#include "sim/core/vocab.h"

struct fault;     /* one that is armed */
struct net_fault; /* one row: a kind of fault; private to net/ (net/fault_row.h) */

/* The vocabulary. row(i) is NULL past the end; sorted by name. */
const struct vocab_row *fault_row(size_t index);
const struct vocab_row *fault_find(const char *name);
/* Does this fault take matcher parts (match_row() in match.h) beside its parameters? */
bool fault_takes_match(const struct vocab_row *row);
/* What a named fault is made of, "drop { type=PUBACK dir=down }, reset { }", where $by is its
 * own parameter; nothing for a primitive. */
void fault_add_made_of(struct text *text, const struct vocab_row *row);

/* Arms. values: one per parameter of row, match: NULL or parsed parts; both copied.
 * What is given stands in fault.armed as a script would write it. *ret_fault (may be NULL)
 * is owned by the net. cause: the script's event, or 0. */
int fault_arm(struct net *net, const char *link_glob, const struct vocab_row *row,
	      const struct value *values, const struct match *match, sim_ns now,
	      trace_id cause, struct fault **ret_fault, struct sim_error *error);
/* Ends it: packets that it holds go on, in order (unless it is a black hole: those are
 * lost, as on a real one). Idempotent. */
void fault_lift(struct fault *fault, sim_ns now);
/* For `hold`: lets what it holds go, in order, now; it goes on holding what comes later
 * unless lifted. Others: SIM_EINVAL. */
int fault_release(struct fault *fault, sim_ns now, struct sim_error *error);

struct receipt {
	const char *fault; /* name of the row */
	const char *link_glob;
	int number;        /* order of arming, from 1 */
	uint64_t matched;  /* packets or connections its matcher fitted */
	uint64_t affected; /* of those, what it changed */
	uint64_t bytes;
	sim_ns first, last; /* SIM_NEVER when it never acted */
	char why[160]; /* when matched == 0: why it could not ("no link is called …") */
};
void fault_receipt(const struct fault *fault, struct receipt *ret_receipt);
/* Armed faults in order; NULL past the end. */
struct fault *net_fault_at(struct net *net, size_t index);

#endif
