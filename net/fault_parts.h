/*
 * fault_parts.h - faults that are made of others; private to this room.
 *
 * A named fault is a row that arms primitives with given parameters (net/fault_named.c);
 * a pattern arms them over time, from its own file in net/faults/. Either way the whole is
 * what a script holds, lifts and gets a receipt for; the parts do the work. Whatever a
 * part does is told under the whole's name and number.
 */
#ifndef JOBJAM_NET_FAULT_PARTS_H
#define JOBJAM_NET_FAULT_PARTS_H

#include "net/fault_row.h"

/* What fault_arm_order() is asked for; everything is copied. */
struct fault_order {
	const char *glob;
	const struct net_fault *row;
	const struct value *values;
	const struct match *match, *preset; /* may be NULL */
	struct fault *whole;                /* NULL: armed for itself */
	const char *name;                   /* in trace and receipt; NULL: the row's */
	const void *state;                  /* of row->state_size, copied; NULL: zeroes */
};
/* Without the checks that concern what a script wrote. In fault.c. */
int fault_arm_order(struct net *net, const struct fault_order *order, sim_ns now,
		    trace_id cause, struct fault **ret_fault, struct sim_error *error);
const struct net_fault *fault_kind(const struct vocab_row *row); /* NULL of NULL */

/* Arms what the row's table says, each part on the whole's own glob. */
int fault_arm_parts(struct fault *whole, sim_ns now, struct sim_error *error);
/* Adds what the parts did to the whole's receipt, and lists them. */
void fault_add_parts(const struct fault *fault, struct receipt *receipt);
void fault_list_parts(const struct fault *fault, struct text *text);

#endif
