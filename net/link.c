/* link.c - a client's named path: its connections, its faults, one step of its work. */
#include "net/link.h"

#include "net/client.h"
#include "net/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *link_name(const struct link *link)
{
	return link->name;
}

bool link_attached(const struct link *link)
{
	return link->conn && link->conn->attached;
}

/* --- the client's door ------------------------------------------------------------ */

static int on_connect(void *arg, struct stream *stream)
{
	struct link *link = arg;
	return conn_open(link, stream, link->net->now);
}

static void on_written(void *arg, struct stream *stream)
{
	struct link *link = arg;
	(void)stream;
	link->last_write = link->net->now;
	net_wake(link);
}

static void on_drained(void *arg, struct stream *stream)
{
	(void)stream;
	net_wake(arg);
}

static void on_closed(void *arg, struct stream *stream)
{
	struct link *link = arg;
	(void)stream;
	if (link->conn)
		conn_client_closed(link->conn, link->net->now);
}

/* --- life ------------------------------------------------------------------------- */

static struct link *link_new(struct net *net, const char *name)
{
	struct link *link = calloc(1, sizeof(*link));
	if (!link)
		return NULL;
	link->net = net;
	link->index = (uint32_t)net->n_links;
	link->name = strdup(name);
	size_t size = strlen(name) + sizeof("link/");
	link->who = malloc(size);
	link->door =
		(struct stream_door){link, on_connect, on_written, on_drained, on_closed};
	if (!link->name || !link->who) {
		link_free(link);
		return NULL;
	}
	snprintf(link->who, size, "link/%s", name);
	return link;
}

void link_free(struct link *link)
{
	if (!link)
		return;
	while (link->conns) {
		struct conn *conn = link->conns;
		link->conns = conn->next;
		conn_free(conn);
	}
	outbox_fini(&link->outbox);
	free(link->faults);
	free(link->name);
	free(link->who);
	free(link);
}

struct link *net_link_at(struct net *net, size_t index)
{
	return index < net->n_links ? net->links[index] : NULL;
}

static bool add_link(struct net *net, struct link *link)
{
	size_t words = net->n_links / 64 + 1;
	uint64_t *busy = realloc(net->busy, words * sizeof(*busy));
	if (!busy)
		return false;
	net->busy = busy;
	if (net->n_links % 64 == 0)
		busy[words - 1] = 0;
	if (!net_grow(&net->links, net->n_links, &net->links_capacity))
		return false;
	net->links[net->n_links++] = link;
	return true;
}

struct link *net_link(struct net *net, const char *name)
{
	for (size_t i = 0; i < net->n_links; i++)
		if (strcmp(net->links[i]->name, name) == 0)
			return net->links[i];
	struct link *link = link_new(net, name);
	if (!link || !add_link(net, link)) {
		link_free(link);
		return NULL;
	}
	for (size_t i = 0; i < net->n_faults; i++)
		fault_meet_link(net->faults[i], link);
	return link;
}

void link_add_fault(struct link *link, struct fault *fault)
{
	if (net_grow(&link->faults, link->n_faults, &link->faults_capacity))
		link->faults[link->n_faults++] = fault;
}

/* --- work ------------------------------------------------------------------------- */

bool link_step(struct link *link, sim_ns now)
{
	bool moved = false;
	for (struct conn *conn = link->conns; conn; conn = conn->next)
		moved |= conn_pump_down(conn, now);
	if (link->client)
		moved |= client_serve(link->client, now);
	for (struct conn *conn = link->conns; conn; conn = conn->next)
		moved |= conn_pump_up(conn, now);
	if (link->client)
		moved |= client_flush(link->client, now);
	return moved;
}

/* Black-holed ghosts wait for the broker to evict them; too many of them are cut. */
void link_sweep(struct link *link)
{
	size_t ghosts = 0;
	for (struct conn *conn = link->conns; conn; conn = conn->next)
		ghosts += !conn->stream;
	for (struct conn **at = &link->conns; *at;) {
		struct conn *conn = *at;
		bool too_many = !conn->stream && (conn->severed || conn->up.deaf) &&
				ghosts > CONN_GHOSTS_MAX;
		if (!conn_is_over(conn) && !too_many) {
			at = &conn->next;
			continue;
		}
		ghosts--;
		*at = conn->next;
		conn_free(conn);
	}
	size_t kept = 0;
	for (size_t i = 0; i < link->n_faults; i++)
		if (!link->faults[i]->lifted)
			link->faults[kept++] = link->faults[i];
	link->n_faults = kept;
}
