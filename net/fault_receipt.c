/* fault_receipt.c - what a fault did, and if nothing, why it could not. */
#include "net/fault.h"

#include "net/fault_parts.h"
#include "net/inside.h"

#include <stdio.h>

static void say_packets(const struct fault *fault, char *why, size_t size)
{
	/* What the whole is about is said before what the script added. */
	static const struct match every_packet;
	const struct match *match = fault->match ? fault->match : &every_packet;
	if (fault->preset && (!fault->match || fault->preset->seen == 0))
		match = fault->preset;
	match_say_why(match, why, size);
}

static void say_why(const struct fault *fault, char *why, size_t size)
{
	const struct net_fault *row = fault->row;
	if (fault->n_links == 0)
		snprintf(why, size, "no link is called \"%s\"", fault->glob);
	else if (row->on_present && !row->on_packet)
		snprintf(why, size, "no link \"%s\" had a connection when it was armed",
			 fault->glob);
	else if (row->on_connect)
		snprintf(why, size, "no link \"%s\" made a connection while it was armed",
			 fault->glob);
	else if (row->on_end)
		snprintf(why, size, "no connection of \"%s\" ended while it was armed",
			 fault->glob);
	else if (fault->n_conns == 0)
		snprintf(why, size, "no link \"%s\" was connected while it was armed",
			 fault->glob);
	else if (row->stalls)
		snprintf(why, size, "nothing was sent on \"%s\" while it was armed",
			 fault->glob);
	else
		say_packets(fault, why, size);
}

void fault_receipt(const struct fault *fault, struct receipt *ret_receipt)
{
	*ret_receipt = (struct receipt){
		.fault = fault->name,
		.link_glob = fault->glob,
		.number = fault->number,
		.matched = fault->matched,
		.affected = fault->affected,
		.bytes = fault->bytes,
		.first = fault->first,
		.last = fault->last,
	};
	fault_add_parts(fault, ret_receipt);
	if (ret_receipt->matched > 0)
		ret_receipt->why[0] = '\0';
	else if (!ret_receipt->why[0])
		say_why(fault, ret_receipt->why, sizeof(ret_receipt->why));
}

/* first_ns and last_ns are -1 when it never acted. parts: of a fault that has some. */
static void say_receipt(const struct fault *fault, const struct receipt *receipt)
{
	struct text parts = {0};
	char who[300];
	fault_list_parts(fault, &parts);
	snprintf(who, sizeof(who), "link/%s", receipt->link_glob);
	const struct trace_field fields[] = {
		F_TEXT("fault", receipt->fault),
		F_INT("number", receipt->number),
		F_INT("matched", receipt->matched),
		F_INT("affected", receipt->affected),
		F_INT("bytes", receipt->bytes),
		F_INT("first_ns", receipt->first == SIM_NEVER ? -1 : receipt->first),
		F_INT("last_ns", receipt->last == SIM_NEVER ? -1 : receipt->last),
		F_TEXT("why", receipt->why),
		F_TEXT("parts", text_cstr(&parts)),
	};
	trace_emit(fault->net->options.trace, fault->armed, KIND_FAULT_RECEIPT, who,
		   fields, sizeof(fields) / sizeof(fields[0]) - (parts.length == 0));
	text_fini(&parts);
}

void net_receipts(struct net *net, sim_ns now)
{
	struct fault *fault;
	struct receipt receipt;
	net->now = now;
	for (size_t i = 0; (fault = net_fault_at(net, i)); i++) {
		if (fault->whole)
			continue;
		fault_receipt(fault, &receipt);
		say_receipt(fault, &receipt);
	}
}
