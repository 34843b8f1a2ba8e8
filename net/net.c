/* net.c - the network of one run: everything in it, and who is served when. */
#include "net/net.h"

#include "net/clock_symbols.h"
#include "net/hub.h"
#include "net/inside.h"
#include "net/stream/raw.h"

#include <assert.h>
#include <event2/event.h>
#include <mosquitto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct net *the_net; /* libmosquitto's clock is global */

bool net_grow(void *array, size_t count, size_t *capacity)
{
	void *old, *grown;
	if (count < *capacity)
		return true;
	memcpy(&old, array, sizeof(old));
	size_t wanted = *capacity ? 2 * *capacity : 8;
	grown = realloc(old, wanted * sizeof(void *));
	if (!grown)
		return false;
	memcpy(array, &grown, sizeof(grown));
	*capacity = wanted;
	return true;
}

static struct event_base *make_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base = NULL;
	if (config && event_config_set_flag(config, EVENT_BASE_FLAG_IGNORE_ENV) == 0 &&
	    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK) == 0 &&
	    event_config_require_features(config, (int)(EV_FEATURE_ET |
							EV_FEATURE_EARLY_CLOSE)) == 0)
		base = event_base_new_with_config(config);
	if (config)
		event_config_free(config);
	return base;
}

int net_new(const struct net_options *options, struct net **ret_net,
	    struct sim_error *error)
{
	assert(!the_net && options->queue && options->clock && options->trace);
	struct net *net = calloc(1, sizeof(*net));
	if (!net)
		return sim_fail(error, SIM_ENOMEM, "no memory for the network");
	net->options = *options;
	net->now = options->clock->now;
	net->hub.dial = options->dial;
	net->hub.dial_arg = options->dial_arg;
	if (!options->wall)
		clock_symbols_bind(options->clock);
	if (mosquitto_lib_init() != MOSQ_ERR_SUCCESS || !(net->base = make_base()) ||
	    !hub_init(&net->hub, net, "broker")) {
		the_net = net;
		net_free(net);
		return sim_fail(error, SIM_ENOMEM,
				"libmosquitto or libevent did not start");
	}
	the_net = net;
	*ret_net = net;
	return SIM_OK;
}

void net_free(struct net *net)
{
	if (!net)
		return;
	assert(net == the_net);
	net->closing = true;
	for (size_t i = 0; i < net->n_clients; i++)
		client_free(net->clients[i]);
	for (size_t i = 0; i < net->n_links; i++)
		link_free(net->links[i]);
	for (size_t i = 0; i < net->n_faults; i++)
		fault_free(net->faults[i]);
	hub_fini(&net->hub);
	while (net->hub.next) {
		struct hub *hub = net->hub.next;
		net->hub.next = hub->next;
		hub_fini(hub);
		free(hub);
	}
	if (net->timer)
		event_free(net->timer);
	if (net->base)
		event_base_free(net->base);
	bytes_spare_fini(&net->spare);
	mosquitto_lib_cleanup();
	clock_symbols_bind(NULL);
	free(net->links);
	free(net->busy);
	free(net->clients);
	free(net->faults);
	free(net);
	the_net = NULL;
}

const char *net_library_name(char ret[32])
{
	int major, minor, revision;
	mosquitto_lib_version(&major, &minor, &revision);
	snprintf(ret, 32, "libmosquitto %d.%d.%d", major, minor, revision);
	return ret;
}

/* --- who has something to do ------------------------------------------------------ */

void net_wake(struct link *link)
{
	link->net->busy[link->index / 64] |= UINT64_C(1) << link->index % 64;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct conn *conn = arg;
	(void)fd;
	conn->can_read |= (what & (EV_READ | EV_CLOSED)) != 0;
	conn->closing |= (what & EV_CLOSED) != 0;
	conn->link->net->n_ready++;
	net_wake(conn->link);
}

/* Edge-triggered: each socket with news is told once, in whatever order; they are
 * served in the order of their links. */
struct event *net_watch(struct net *net, struct conn *conn)
{
	short what = EV_READ | EV_CLOSED | EV_ET | EV_PERSIST;
	if (net->options.wall)
		what |= EV_WRITE; /* else the broker is asked again after its turns */
	struct event *event = event_new(net->base, conn->fd, what, on_readable, conn);
	if (event && event_add(event, NULL) != 0) {
		event_free(event);
		return NULL;
	}
	return event;
}

void net_unwatch(struct event *event)
{
	event_free(event);
}

/* libevent asks the kernel for 32 at a time at first: fewer were all. */
static void collect(struct net *net)
{
	do {
		net->n_ready = 0;
		event_base_loop(net->base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
	} while (net->n_ready >= 32);
}

/* The broker may have room again: for connections first, in order, until it has not. */
static bool ask_again(struct net *net, const struct hub *hub, sim_ns now)
{
	bool moved = false, stuck = false;
	for (size_t i = 0; i < net->n_links; i++) {
		if (net->links[i]->hub != hub)
			continue;
		for (struct conn *conn = net->links[i]->conns; conn; conn = conn->next) {
			if (conn->blocked)
				net_wake(net->links[i]);
			if (!conn->dialling || stuck)
				continue;
			stuck = !conn_dial_again(conn, now);
			moved |= !stuck;
		}
	}
	return moved;
}

static bool next_busy(const struct net *net, size_t from, size_t *ret_index)
{
	for (size_t i = from; i < net->n_links;) {
		uint64_t word = net->busy[i / 64] >> i % 64;
		if (word) {
			*ret_index = i + (size_t)__builtin_ctzll(word);
			return true;
		}
		i = (i / 64 + 1) * 64;
	}
	return false;
}

bool net_drain(struct net *net, sim_ns now)
{
	assert(!net->draining);
	net->draining = true;
	net->now = now;
	bool moved = false;
	if (!net->options.wall)
		collect(net);
	for (struct hub *hub = &net->hub; hub && net->n_waiting > 0; hub = hub->next)
		moved |= ask_again(net, hub, now);
	size_t index;
	for (bool again = true; again && next_busy(net, 0, &index);
	     again = !net->options.wall) {
		for (size_t at = 0; next_busy(net, at, &index); at = index + 1) {
			net->busy[index / 64] &= ~(UINT64_C(1) << index % 64);
			moved |= link_step(net->links[index], now);
			link_sweep(net->links[index]);
		}
	}
	net->draining = false;
	return moved;
}

bool net_busy(const struct net *net)
{
	size_t index;
	return next_busy(net, 0, &index);
}

static void time_is_up(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
}

void net_wait(struct net *net, sim_ns timeout)
{
	struct timeval until = {.tv_sec = timeout / SIM_S,
				.tv_usec = timeout % SIM_S / SIM_US};
	if (timeout > 0 && !net->timer)
		net->timer = event_new(net->base, -1, 0, time_is_up, NULL);
	/* One that is left from before may end a wait early, which does no harm. */
	if (timeout > 0 && net->timer)
		event_add(net->timer, &until);
	event_base_loop(net->base, EVLOOP_ONCE | (timeout == 0 ? EVLOOP_NONBLOCK : 0));
}

bool net_take_broker_input(struct net *net)
{
	return hub_take_input(&net->hub);
}

void net_broker_gone(struct net *net, sim_ns now)
{
	hub_gone(&net->hub, now);
}

void net_blame_broker(struct net *net, trace_id cause)
{
	hub_blame(&net->hub, cause);
}

void net_backlogs_left(struct net *net, sim_ns now)
{
	net->now = now;
	for (size_t i = 0; i < net->n_links; i++) {
		if (net->links[i]->client)
			client_close_piles(net->links[i]->client);
		pile_close(&net->links[i]->pile, now);
	}
	for (struct hub *hub = &net->hub; hub; hub = hub->next)
		ledger_close(hub->ledger, now);
}

struct net_counts net_counts(const struct net *net)
{
	return net->counts;
}
