/* client.c - libmosquitto in an external loop: its life and its connections. */
#include "net/client.h"

#include "net/client_parts.h"
#include "net/inside.h"

#include <assert.h>
#include <errno.h>
#include <mosquitto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct client_granted client_nothing_granted = {.receive_max = -1,
						      .keepalive_s = -1,
						      .session_expiry_s = -1,
						      .packet_max = -1};

/* --- whose code runs --------------------------------------------------------------- */

static void say_place(const struct client *client, const char *in)
{
	const struct net_options *options = &client->net->options;
	if (options->library)
		options->library(options->library_arg, in);
}

void client_enter(struct client *client)
{
	client->inside++;
	say_place(client, client->name);
}

void client_leave(struct client *client)
{
	say_place(client, NULL);
	client->inside--;
}

void client_called(struct client *client)
{
	say_place(client, NULL);
}

void client_returns(struct client *client)
{
	say_place(client, client->name);
}

/* --- life ------------------------------------------------------------------------- */

static struct mosquitto *make_library(struct client *client)
{
	stream_refuse_pair(true);
	struct mosquitto *mosq = mosquitto_new(client->id[0] ? client->id : NULL,
					       client->clean_session, client);
	stream_refuse_pair(false);
	if (!mosq)
		return NULL;
	mosquitto_int_option(mosq, MOSQ_OPT_PROTOCOL_VERSION, client->protocol);
	if (client->inflight_max > 0)
		mosquitto_int_option(mosq, MOSQ_OPT_SEND_MAXIMUM, client->inflight_max);
	if (client->receive_max > 0)
		mosquitto_int_option(mosq, MOSQ_OPT_RECEIVE_MAXIMUM, client->receive_max);
	return mosq;
}

static void destroy_library(struct client *client)
{
	client_enter(client);
	mosquitto_destroy(client->mosq);
	client_leave(client);
}

static int check(const struct net *net, const struct client_options *options,
		 struct sim_error *error)
{
	if (!options->name || !options->name[0])
		return sim_fail(error, SIM_EINVAL, "a client needs a name");
	if (options->keepalive_s != 0 &&
	    (options->keepalive_s < 5 || options->keepalive_s > 65535))
		return sim_fail(
			error, SIM_EINVAL,
			"%s: keep-alive of %d s: libmosquitto takes 5 to 65535 s, or 0 for none",
			options->name, options->keepalive_s);
	if (options->protocol != 4 && options->protocol != 5)
		return sim_fail(error, SIM_EINVAL,
				"%s: protocol %d: 4 is MQTT 3.1.1, 5 is MQTT 5.0",
				options->name, options->protocol);
	if (options->client_id && !options->client_id[0] && !options->clean_session)
		return sim_fail(error, SIM_EINVAL,
				"%s: without an identifier there is no session to keep: "
				"clean_session must be true",
				options->name);
	if (options->receive_max < 0 || options->receive_max > 65535)
		return sim_fail(error, SIM_EINVAL,
				"%s: a receive maximum of %d: 0 to 65535", options->name,
				options->receive_max);
	if (options->inflight_max < 0 || options->inflight_max > 65535)
		return sim_fail(error, SIM_EINVAL,
				"%s: a window of %d messages: 0 to 65535", options->name,
				options->inflight_max);
	for (size_t i = 0; i < net->n_clients; i++)
		if (strcmp(net->clients[i]->name, options->name) == 0)
			return sim_fail(error, SIM_EINVAL,
					"there is a client \"%s\" already",
					options->name);
	return SIM_OK;
}

static char *make_id(const struct client_options *options)
{
	char *id = strdup(options->client_id ? options->client_id : options->name);
	for (char *c = id; !options->client_id && c && *c; c++)
		if (*c == '/')
			*c = '-';
	return id;
}

int client_new(struct net *net, const struct client_options *options,
	       struct client **ret_client, struct sim_error *error)
{
	int rc = check(net, options, error);
	if (rc != SIM_OK)
		return rc;
	struct client *client = calloc(1, sizeof(*client));
	if (!client)
		return sim_fail(error, SIM_ENOMEM, "%s: no memory for a client",
				options->name);
	client->net = net;
	client->name = strdup(options->name);
	client->id = make_id(options);
	client->keepalive_s = options->keepalive_s;
	client->clean_session = options->clean_session;
	client->protocol = options->protocol;
	client->inflight_max = options->inflight_max;
	client->window = options->inflight_max > 0 ? options->inflight_max : 20;
	client->session_expiry_s = options->session_expiry_s;
	client->receive_max = options->receive_max;
	client->packet_max = options->packet_max;
	client->discard_on_session_loss = options->discard_on_session_loss;
	client->expire_after = options->expire_after;
	client->granted = client_nothing_granted;
	client->events = options->events;
	client->link = net_link(net, options->name);
	client->mosq = client->name && client->id ? make_library(client) : NULL;
	if (!client->link || !client->mosq ||
	    !net_grow(&net->clients, net->n_clients, &net->clients_capacity)) {
		client_free(client);
		return sim_fail(error, SIM_ENOMEM, "%s: no memory for a client",
				options->name);
	}
	snprintf(client->path, sizeof(client->path), "/jobjam-link/%u",
		 (unsigned)client->link->index);
	client->link->client = client;
	client_listen(client);
	client_piles_init(client);
	net->clients[net->n_clients++] = client;
	*ret_client = client;
	return SIM_OK;
}

void client_free(struct client *client)
{
	if (!client)
		return;
	struct queue *queue = client->net->options.queue;
	if (client->mosq)
		destroy_library(client);
	if (client->link)
		client->link->client = NULL;
	queue_cancel(queue, &client->ping);
	queue_cancel(queue, &client->connect_later);
	queue_cancel(queue, &client->refusal);
	queue_cancel(queue, &client->discard);
	queue_cancel(queue, &client->expiry);
	client_piles_fini(client);
	free(client->name);
	free(client->id);
	free(client);
}

/* --- connecting ------------------------------------------------------------------- */

static void tell_refusal(void *arg, sim_ns now)
{
	struct client *client = arg;
	client->refusal = (struct queue_handle){0};
	client->net->now = now;
	client->inside++;
	client_say_refused(client, client->link->last);
	client->inside--;
}

static int dial(struct client *client)
{
	mosquitto_property *properties;
	int rc = MOSQ_ERR_NOMEM;
	stream_expect(&client->link->door);
	if (client_connect_properties(client, &properties))
		rc = mosquitto_connect_bind_v5(client->mosq, client->path, 0,
					       client->keepalive_s, NULL, properties);
	stream_expect(NULL);
	mosquitto_property_free_all(&properties);
	return rc;
}

static void renew_library(struct client *client);

static void connect_now(struct client *client, sim_ns now, trace_id cause)
{
	if (client->must_renew) {
		renew_library(client);
		client_hand_over_all(client);
	}
	client->attempts++;
	client->link->connect_cause =
		trace_say(client->net->options.trace, cause, KIND_SESSION_CONNECTING,
			  client->name, F_INT("attempt", client->attempts));
	client->link->last = client->link->connect_cause;
	client->keepalive_now_s = client->keepalive_s;
	client_enter(client);
	int rc = dial(client);
	client_leave(client);
	if (rc == MOSQ_ERR_SUCCESS)
		client_start_pinging(client, now);
	else /* the outcome comes by an event, never from inside the call */
		client->refusal =
			queue_add(client->net->options.queue, now, tell_refusal, client);
}

static void connect_later(void *arg, sim_ns now)
{
	struct client *client = arg;
	client->connect_later = (struct queue_handle){0};
	client->net->now = now;
	connect_now(client, now, client->later_cause);
}

static bool is_idle(const struct client *client)
{
	struct queue *queue = client->net->options.queue;
	return mosquitto_socket(client->mosq) < 0 &&
	       !queue_waiting(queue, client->refusal) &&
	       !queue_waiting(queue, client->discard) &&
	       !queue_waiting(queue, client->connect_later);
}

void client_connect(struct client *client, sim_ns now, trace_id cause)
{
	assert(is_idle(client));
	client->net->now = now;
	if (client->inside == 0) {
		connect_now(client, now, cause);
		return;
	}
	client->later_cause = cause;
	client->connect_later =
		queue_add(client->net->options.queue, now, connect_later, client);
}

void client_disconnect(struct client *client, sim_ns now)
{
	struct queue *queue = client->net->options.queue;
	client->net->now = now;
	queue_cancel(queue, &client->connect_later);
	client_enter(client);
	mosquitto_disconnect(client->mosq);
	client_leave(client);
	net_wake(client->link);
}

/* Closes without a word, and calls nobody back. */
static void renew_library(struct client *client)
{
	struct queue *queue = client->net->options.queue;
	client->connected = false;
	client_stop_pinging(client);
	queue_cancel(queue, &client->refusal);
	queue_cancel(queue, &client->connect_later);
	queue_cancel(queue, &client->discard);
	destroy_library(client);
	client->mosq = make_library(client);
	assert(client->mosq); /* nothing can go on without it */
	client_listen(client);
}

/* Returns what was lost. */
static size_t forget_all(struct client *client, trace_id cause)
{
	renew_library(client);
	client->must_renew = false;
	queue_cancel(client->net->options.queue, &client->expiry);
	client_all_is_lost(client, cause);
	return outbox_clear(&client->link->outbox);
}

static trace_id discard_all(struct client *client, sim_ns now)
{
	trace_id cause = client->connected_event;
	size_t lost = forget_all(client, cause);
	trace_id event =
		trace_say(client->net->options.trace, cause, KIND_SESSION_DISCARDED,
			  client->name, F_INT("messages", lost));
	if (client->events.discarded)
		client->events.discarded(client->events.arg, now, lost, event);
	return event;
}

static void discard_now(void *arg, sim_ns now)
{
	struct client *client = arg;
	client->discard = (struct queue_handle){0};
	client->net->now = now;
	trace_id cause =
		client->must_renew ? client->connected_event : discard_all(client, now);
	connect_now(client, now, cause);
}

void client_discard(struct client *client)
{
	client->link->conn->stream->shut = true;
	client->discard = queue_add(client->net->options.queue, client->net->now,
				    discard_now, client);
}

size_t client_recreate(struct client *client, sim_ns now, trace_id cause)
{
	assert(client->inside == 0);
	client->net->now = now;
	bool was_connected = client->connected;
	size_t lost = forget_all(client, cause);
	if (was_connected)
		trace_say(client->net->options.trace, cause, KIND_SESSION_LOST,
			  client->name, F_INT("rc", 0),
			  F_TEXT("reason", "client recreated"));
	return lost;
}

size_t client_vanish(struct client *client, sim_ns now, trace_id cause)
{
	struct conn *conn = client->link->conn;
	if (conn && !conn->severed && conn->fd >= 0) {
		conn_sever(conn, now, "no_power", cause, NULL);
		conn_lose_client(conn);
	}
	return client_recreate(client, now, cause);
}

bool client_connected(const struct client *client)
{
	return client->connected;
}

struct link *client_link(const struct client *client)
{
	return client->link;
}
