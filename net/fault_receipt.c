/* fault_receipt.c - what a fault did, and if nothing, why it could not. */
#include "net/fault.h"

#include "net/inside.h"

#include <stdio.h>

static void say_packets(const struct fault *fault, char *why, size_t size)
{
	const struct match *match = &fault->match;
	const char *type =
		match->type ? mqtt_type_name((enum mqtt_type)match->type) : "MQTT";
	const char *way = match->dir == NET_UP     ? " up from the client"
			  : match->dir == NET_DOWN ? " down to the client"
						   : "";
	if (match->seen > 0) {
		const char *counter = match->nth > 0 ? "nth" : "every";
		int64_t wanted = match->nth > 0 ? match->nth : match->every;
		snprintf(why, size, "only %llu %s packet%s%s fitted, and %s is %lld",
			 (unsigned long long)match->seen, type,
			 match->seen == 1 ? "" : "s", way, counter, (long long)wanted);
	} else if (match->topic[0]) {
		snprintf(why, size, "no %s packet on the topic \"%.80s\" passed%s",
			 match->type ? type : "PUBLISH", match->topic, way);
	} else {
		snprintf(why, size, "no %s packet passed%s", type, way);
	}
}

static void say_why(const struct fault *fault, char *why, size_t size)
{
	const struct net_fault *row = fault->row;
	if (fault->n_links == 0)
		snprintf(why, size, "no link is called \"%s\"", fault->glob);
	else if (row->on_present)
		snprintf(why, size, "no link \"%s\" had a connection when it was armed",
			 fault->glob);
	else if (row->on_connect)
		snprintf(why, size, "no link \"%s\" made a connection while it was armed",
			 fault->glob);
	else if (fault->n_conns == 0)
		snprintf(why, size, "no link \"%s\" was connected while it was armed",
			 fault->glob);
	else
		say_packets(fault, why, size);
}

void fault_receipt(const struct fault *fault, struct receipt *ret_receipt)
{
	*ret_receipt = (struct receipt){
		.fault = fault->row->row.name,
		.link_glob = fault->glob,
		.number = fault->number,
		.matched = fault->matched,
		.affected = fault->affected,
		.bytes = fault->bytes,
		.first = fault->first,
		.last = fault->last,
	};
	if (fault->matched == 0)
		say_why(fault, ret_receipt->why, sizeof(ret_receipt->why));
}

/* first_ns and last_ns are -1 when it never acted. */
void net_receipts(struct net *net, sim_ns now)
{
	struct fault *fault;
	struct receipt receipt;
	char who[300];
	net->now = now;
	for (size_t i = 0; (fault = net_fault_at(net, i)); i++) {
		fault_receipt(fault, &receipt);
		snprintf(who, sizeof(who), "link/%s", receipt.link_glob);
		trace_say(net->options.trace, fault->armed, KIND_FAULT_RECEIPT, who,
			  F_TEXT("fault", receipt.fault), F_INT("number", receipt.number),
			  F_INT("matched", receipt.matched),
			  F_INT("affected", receipt.affected),
			  F_INT("bytes", receipt.bytes),
			  F_INT("first_ns",
				receipt.first == SIM_NEVER ? -1 : receipt.first),
			  F_INT("last_ns", receipt.last == SIM_NEVER ? -1 : receipt.last),
			  F_TEXT("why", receipt.why));
	}
}
