/* client_backlog.c - what waits in a client's library, told when it really waits. */
#include "net/client_parts.h"
#include "net/inside.h"

/* Below this age a message is on its way, not waiting: every command is unacknowledged
 * for the moment that the broker needs. */
#define WAITS_AFTER SIM_S
/* Each new depth is told up to here; beyond, each growth by an eighth. */
enum {
	EACH_UP_TO = 64
};

size_t client_backlog(const struct client *client, sim_ns now, sim_ns *ret_oldest_age)
{
	const struct outbox_entry *oldest = outbox_oldest(&client->link->outbox);
	if (ret_oldest_age)
		*ret_oldest_age = oldest ? now - oldest->queued_at : 0;
	return client->link->outbox.n_waiting;
}

static void tell_depth(struct client *client, size_t depth, sim_ns age, trace_id cause)
{
	if (client->backlog_told == 0)
		client->backlog_since = client->net->now - age;
	client->backlog_told = depth;
	client->backlog_event =
		trace_say(client->net->options.trace, cause, KIND_BACKLOG_DEPTH,
			  client->name, F_TEXT("place", "library"), F_INT("depth", depth),
			  F_INT("oldest_for_ns", age));
}

static void tell_drained(struct client *client, trace_id cause)
{
	trace_say(client->net->options.trace, cause ? cause : client->backlog_event,
		  KIND_BACKLOG_DRAINED, client->name, F_TEXT("place", "library"),
		  F_INT("peak", client->backlog_peak),
		  F_INT("took_for_ns", client->net->now - client->backlog_since));
	client->backlog_told = client->backlog_peak = 0;
}

static void check_later(void *arg, sim_ns now)
{
	struct client *client = arg;
	client->backlog_check = (struct queue_handle){0};
	client->net->now = now;
	client_watch_backlog(client,
			     outbox_oldest(&client->link->outbox)
				     ? outbox_oldest(&client->link->outbox)->queued
				     : 0);
}

void client_watch_backlog(struct client *client, trace_id cause)
{
	struct net *net = client->net;
	sim_ns age;
	size_t depth = client_backlog(client, net->now, &age);
	if (depth < 2) {
		queue_cancel(net->options.queue, &client->backlog_check);
		if (client->backlog_told > 0)
			tell_drained(client, cause);
		client->backlog_peak = 0;
		return;
	}
	if (depth > client->backlog_peak)
		client->backlog_peak = depth;
	if (age < WAITS_AFTER) {
		if (!queue_waiting(net->options.queue, client->backlog_check))
			client->backlog_check = queue_add(net->options.queue,
							  net->now - age + WAITS_AFTER,
							  check_later, client);
		return;
	}
	size_t told = client->backlog_told;
	if (depth > told && (depth <= EACH_UP_TO || depth >= told + told / 8))
		tell_depth(client, depth, age, cause);
}
