/* hub.c - the brokers of one network. */
#include "net/hub.h"

#include "net/conn_parts.h"
#include "net/inside.h"

#include <stdlib.h>
#include <string.h>

bool hub_init(struct hub *hub, struct net *net, const char *name)
{
	hub->net = net;
	hub->name = strdup(name);
	hub->crossing = crossing_new();
	hub->ledger =
		hub->name ? ledger_new(net->options.trace, net->options.queue, hub->name)
			  : NULL;
	return hub->name && hub->crossing && hub->ledger;
}

void hub_fini(struct hub *hub)
{
	crossing_free(hub->crossing);
	ledger_free(hub->ledger);
	free(hub->name);
}

struct hub *net_hub(struct net *net)
{
	return &net->hub;
}

int net_add_hub(struct net *net, const char *name, int (*dial)(void *arg), void *arg,
		struct hub **ret_hub, struct sim_error *error)
{
	struct hub *hub = calloc(1, sizeof(*hub)), **end = &net->hub.next;
	if (!hub || !hub_init(hub, net, name)) {
		if (hub)
			hub_fini(hub);
		free(hub);
		return sim_fail(error, SIM_ENOMEM, "no memory for one more broker");
	}
	hub->dial = dial;
	hub->dial_arg = arg;
	while (*end)
		end = &(*end)->next;
	*end = *ret_hub = hub;
	return SIM_OK;
}

void link_join(struct link *link, struct hub *hub)
{
	link->hub = hub;
}

int link_bridge(struct link *link, struct hub *near, const char *const *filters, int qos,
		bool keeps, struct sim_error *error)
{
	link->near = near;
	if (ledger_expect_bridge(near->ledger, near->name, filters, qos, keeps))
		return SIM_OK;
	return sim_fail(error, SIM_ENOMEM, "no memory for a bridge");
}

bool hub_take_input(struct hub *hub)
{
	bool input = hub->input;
	hub->input = false;
	return input;
}

void hub_gone(struct hub *hub, sim_ns now)
{
	struct net *net = hub->net;
	net->now = now;
	for (size_t i = 0; i < net->n_links; i++) {
		if (net->links[i]->hub != hub)
			continue;
		for (struct conn *conn = net->links[i]->conns; conn; conn = conn->next)
			if (conn->severed || conn->hung_by || conn->down.deaf)
				conn_lose_broker(conn);
			else
				conn_cut(conn, now, "broker_gone", conn->session);
	}
}

void hub_blame(struct hub *hub, trace_id cause)
{
	struct net *net = hub->net;
	for (size_t i = 0; i < net->n_links; i++) {
		const struct link *link = net->links[i];
		if (link->hub != hub && link->near != hub)
			continue;
		for (struct conn *conn = link->conns; conn; conn = conn->next)
			if (conn->fd >= 0 || conn->dialling)
				conn->blame = cause;
	}
}
