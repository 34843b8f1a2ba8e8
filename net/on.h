/*
 * on.h - a fault that somebody above decides, packet by packet: how net/ serves a script
 * without knowing one.
 *
 * It is armed, counted, lifted and told of like any other fault; it has no row in the
 * vocabulary, because there is nothing that a table of texts could say of it. The judge
 * sees each packet that fits the matcher, and answers what becomes of it. Passing it on as
 * it is counts as matched, everything else as affected, too.
 */
#ifndef JOBJAM_NET_ON_H
#define JOBJAM_NET_ON_H

#include "net/edit.h"
#include "net/fault.h"

enum net_answer {
	NET_PASS,
	NET_DROP,      /* gone; the connection lives on */
	NET_DELAY,     /* by verdict.delay; what follows waits, unless verdict.overtake */
	NET_HOLD,      /* kept until fault_release() or fault_lift() */
	NET_DUPLICATE, /* verdict.copies follow it at once */
	NET_REPLACE,   /* by verdict.edit */
	NET_CUT,       /* gone, and the connection with it */
	NET_FAILED,    /* the judge could not tell, and the run is over: gone, uncounted */
};

struct net_verdict {
	enum net_answer answer;
	sim_ns delay;
	bool overtake;
	int64_t copies;
	const struct edit *edit; /* borrowed until done() */
};

struct net_judge {
	char name[48];  /* of the fault in the trace and in its receipt: "on", or its own */
	char place[96]; /* where its function stands: "story.lua:12" */
	struct net_verdict (*judge)(void *arg, const struct net_sight *sight);
	void (*done)(void *arg); /* the packet has been dealt with; not after NET_FAILED */
	void *arg;               /* borrowed; outlives the net */
};

/* The options of net.on beside the matcher: link and name. */
const struct vocab_row *net_on_row(void);
/* Copies *judge; match may be NULL. As fault_arm(). */
int net_on_arm(struct net *net, const char *link_glob, const struct net_judge *judge,
	       const struct match *match, sim_ns now, trace_id cause,
	       struct fault **ret_fault, struct sim_error *error);

#endif
