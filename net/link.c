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
	if (link->client)
		client_called(link->client);
	int rc = conn_open(link, stream, link->net->now);
	if (link->client)
		client_returns(link->client);
	return rc;
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
	struct conn *conn = link->conns;
	while (conn && conn->stream != stream)
		conn = conn->next;
	if (link->client)
		client_called(link->client);
	if (conn)
		conn_client_closed(conn, link->net->now);
	if (link->client)
		client_returns(link->client);
}

/* --- life ------------------------------------------------------------------------- */

static void begin_pile(struct link *link)
{
	struct net *net = link->net;
	pile_init(&link->pile, net->options.trace, net->options.queue, link->name,
		  PLACE_LINK, 2);
}

static struct link *link_new(struct net *net, const char *name)
{
	struct link *link = calloc(1, sizeof(*link));
	if (!link)
		return NULL;
	link->net = net;
	link->hub = &net->hub;
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
	begin_pile(link);
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
	pile_fini(&link->pile);
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

/* --- by name ---------------------------------------------------------------------- */

static struct link **bucket(struct net *net, const char *name)
{
	uint64_t hash = text_hash(TEXT_HASH_START, name, strlen(name));
	return &net->names[hash % NET_BUCKETS];
}

static void remember_name(struct link *link)
{
	struct link **at = bucket(link->net, link->name);
	link->chain = *at;
	*at = link;
}

static void forget_name(struct link *link)
{
	struct link **at = bucket(link->net, link->name);
	while (*at != link)
		at = &(*at)->chain;
	*at = link->chain;
}

static struct link *find_link(struct net *net, const char *name)
{
	struct link *link = *bucket(net, name);
	while (link && strcmp(link->name, name) != 0)
		link = link->chain;
	return link;
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
	remember_name(link);
	return true;
}

struct link *net_link(struct net *net, const char *name)
{
	struct link *link = find_link(net, name);
	if (link)
		return link;
	link = link_new(net, name);
	if (!link || !add_link(net, link)) {
		link_free(link);
		return NULL;
	}
	for (size_t i = 0; i < net->n_faults; i++)
		fault_meet_link(net->faults[i], link);
	return link;
}

/* --- clients that come and go ------------------------------------------------------- */

static void leave_idle(struct link *link)
{
	struct net *net = link->net;
	if (!link->idle)
		return;
	*(link->older ? &link->older->newer : &net->idle_first) = link->newer;
	*(link->newer ? &link->newer->older : &net->idle_last) = link->older;
	link->older = link->newer = NULL;
	link->idle = false;
	net->n_idle--;
}

static void join_idle(struct link *link)
{
	struct net *net = link->net;
	if (link->idle || !link->passing || link->conns)
		return;
	link->older = net->idle_last;
	*(link->older ? &link->older->newer : &net->idle_first) = link;
	net->idle_last = link;
	link->idle = true;
	net->n_idle++;
}

/* The one that has been idle longest, unless a fault keeps packets of it. NULL: none. */
static struct link *oldest_idle(const struct net *net)
{
	struct link *link = net->idle_first;
	while (link && link->pile.depth > 0)
		link = link->newer;
	return link;
}

/* It gets another name, and with it other faults. */
static struct link *give_name(struct link *link, const char *name)
{
	struct net *net = link->net;
	size_t size = strlen(name) + sizeof("link/");
	char *new_name = strdup(name), *who = malloc(size);
	if (!new_name || !who) {
		free(new_name);
		free(who);
		return NULL;
	}
	snprintf(who, size, "link/%s", name);
	forget_name(link);
	pile_fini(&link->pile); /* it knows the old name */
	free(link->name);
	free(link->who);
	link->name = new_name;
	link->who = who;
	begin_pile(link);
	link->n_faults = 0;
	link->connect_cause = link->last = 0;
	remember_name(link);
	for (size_t i = 0; i < net->n_faults; i++) {
		fault_forget_link(net->faults[i], link);
		fault_meet_link(net->faults[i], link);
	}
	return link;
}

struct link *net_link_passing(struct net *net, const char *name)
{
	struct link *link = find_link(net, name), *old = NULL;
	if (!link && net->n_idle >= LINKS_IDLE_MAX)
		old = oldest_idle(net);
	if (!link)
		link = old ? give_name(old, name) : net_link(net, name);
	if (!link)
		return NULL;
	link->passing = true;
	leave_idle(link);
	return link;
}

void link_add_fault(struct link *link, struct fault *fault)
{
	if (net_grow(&link->faults, link->n_faults, &link->faults_capacity))
		link->faults[link->n_faults++] = fault;
}

/* --- work ------------------------------------------------------------------------- */

/* There may be thousands of connections, most of them at rest. */
static void rest(struct link *link)
{
	struct bytes_spare *spare = &link->net->spare;
	for (struct conn *conn = link->conns; conn; conn = conn->next) {
		bytes_rest(&conn->in, spare);
		bytes_rest(&conn->out, spare);
		if (conn->stream)
			bytes_rest(&conn->stream->to_link, spare);
	}
}

bool link_step(struct link *link, sim_ns now)
{
	bool moved = false;
	for (struct conn *conn = link->conns; conn; conn = conn->next)
		moved |= conn_pump_down(conn, now);
	if (link->client)
		moved |= client_serve(link->client, now);
	for (struct conn *conn = link->conns; conn; conn = conn->next)
		if (conn->stream && conn->stream->step)
			moved |= conn->stream->step(conn->stream, now);
	for (struct conn *conn = link->conns; conn; conn = conn->next)
		moved |= conn_pump_up(conn, now);
	bool stays = link->conn && link->conn->stream &&
		     bytes_length(&link->conn->stream->to_link) > 0;
	if (link->client)
		moved |= client_flush(link->client, now);
	if (link->client && stays && link->conn)
		client_look_at_socket(link->client);
	if (link->net->options.wall)
		rest(link);
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
	join_idle(link);
	size_t kept = 0;
	for (size_t i = 0; i < link->n_faults; i++)
		if (!link->faults[i]->lifted)
			link->faults[kept++] = link->faults[i];
	link->n_faults = kept;
}
