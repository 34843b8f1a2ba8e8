/* client.c - libmosquitto in an external loop: its life, its callbacks, its publishing. */
#include "net/client.h"

#include "net/client_parts.h"
#include "net/inside.h"

#include <assert.h>
#include <errno.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- what the library says -------------------------------------------------------- */

static const struct {
	int rc;
	const char *words;
} reasons[] = {
	{MOSQ_ERR_SUCCESS, "disconnected"},
	{MOSQ_ERR_PROTOCOL, "protocol error"},
	{MOSQ_ERR_CONN_REFUSED, "the broker refused the connection"},
	{MOSQ_ERR_CONN_LOST, "connection lost"},
	{MOSQ_ERR_ERRNO, "connection refused"},
	{MOSQ_ERR_KEEPALIVE, "keep-alive expired"},
	{MOSQ_ERR_MALFORMED_PACKET, "malformed packet"},
};

static const char *reason_words(int rc)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].rc == rc)
			return reasons[i].words;
	return rc >= 0x80 ? "the broker disconnected it" : mosquitto_strerror(rc);
}

static trace_id read_cause(struct client *client)
{
	struct conn *conn = client->link->conn;
	return conn ? conn_read_cause(conn) : client->link->last;
}

static void on_connect(struct mosquitto *mosq, void *arg, int rc, int flags)
{
	struct client *client = arg;
	(void)mosq;
	bool present = flags & 1;
	client->connected = rc == 0;
	trace_id event = trace_say(client->net->options.trace, read_cause(client),
				   KIND_SESSION_CONNECTED, client->name, F_INT("rc", rc),
				   F_BOOL("session_present", present));
	if (client->events.connected)
		client->events.connected(client->events.arg, client->net->now, rc,
					 present, event);
}

static void say_lost(struct client *client, int rc, trace_id cause)
{
	client->connected = false;
	client_stop_pinging(client);
	trace_id event = trace_say(client->net->options.trace, cause, KIND_SESSION_LOST,
				   client->name, F_INT("rc", rc),
				   F_TEXT("reason", reason_words(rc)));
	if (client->events.disconnected)
		client->events.disconnected(client->events.arg, client->net->now, rc,
					    reason_words(rc), event);
}

/* By now the library has closed its descriptor, and the link knows why. */
static void on_disconnect(struct mosquitto *mosq, void *arg, int rc)
{
	struct client *client = arg;
	(void)mosq;
	say_lost(client, rc, client->link->last);
}

static void on_message(struct mosquitto *mosq, void *arg,
		       const struct mosquitto_message *message)
{
	struct client *client = arg;
	(void)mosq;
	if (client->events.message)
		client->events.message(client->events.arg, client->net->now,
				       message->topic, message->payload,
				       (size_t)message->payloadlen, message->qos,
				       message->retain, read_cause(client));
}

static void on_publish(struct mosquitto *mosq, void *arg, int mid)
{
	struct client *client = arg;
	(void)mosq;
	if (client->publishing) { /* QoS 0, written before mosquitto_publish() came back */
		client->written_mid = mid;
		return;
	}
	trace_id cause = read_cause(client);
	outbox_done(&client->link->outbox, (uint16_t)mid);
	client_watch_backlog(client, cause);
	if (client->events.published)
		client->events.published(client->events.arg, client->net->now, mid,
					 cause);
}

/* --- life ------------------------------------------------------------------------- */

static struct mosquitto *make_library(struct client *client)
{
	stream_refuse_pair(true);
	struct mosquitto *mosq = mosquitto_new(client->id, client->clean_session, client);
	stream_refuse_pair(false);
	if (!mosq)
		return NULL;
	mosquitto_int_option(mosq, MOSQ_OPT_PROTOCOL_VERSION, client->protocol);
	if (client->inflight_max > 0)
		mosquitto_int_option(mosq, MOSQ_OPT_SEND_MAXIMUM, client->inflight_max);
	mosquitto_connect_with_flags_callback_set(mosq, on_connect);
	mosquitto_disconnect_callback_set(mosq, on_disconnect);
	mosquitto_message_callback_set(mosq, on_message);
	mosquitto_publish_callback_set(mosq, on_publish);
	return mosq;
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
		mosquitto_destroy(client->mosq);
	if (client->link)
		client->link->client = NULL;
	queue_cancel(queue, &client->ping);
	queue_cancel(queue, &client->connect_later);
	queue_cancel(queue, &client->refusal);
	queue_cancel(queue, &client->backlog_check);
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
	say_lost(client, MOSQ_ERR_ERRNO, client->link->last);
	client->inside--;
}

static void connect_now(struct client *client, sim_ns now, trace_id cause)
{
	client->attempts++;
	client->link->connect_cause =
		trace_say(client->net->options.trace, cause, KIND_SESSION_CONNECTING,
			  client->name, F_INT("attempt", client->attempts));
	client->link->last = client->link->connect_cause;
	client->inside++;
	stream_expect(&client->link->door);
	int rc = mosquitto_connect(client->mosq, client->path, 0, client->keepalive_s);
	stream_expect(NULL);
	client->inside--;
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
	client->inside++;
	mosquitto_disconnect(client->mosq);
	client->inside--;
	net_wake(client->link);
}

size_t client_recreate(struct client *client, sim_ns now, trace_id cause)
{
	assert(client->inside == 0);
	struct queue *queue = client->net->options.queue;
	client->net->now = now;
	bool was_connected = client->connected;
	struct mosquitto *old = client->mosq;
	client->connected = false;
	client_stop_pinging(client);
	queue_cancel(queue, &client->refusal);
	queue_cancel(queue, &client->connect_later);
	mosquitto_destroy(old); /* closes without a word, and calls nobody back */
	client->mosq = make_library(client);
	assert(client->mosq); /* nothing can go on without it */
	size_t lost = outbox_clear(&client->link->outbox);
	if (was_connected)
		trace_say(client->net->options.trace, cause, KIND_SESSION_LOST,
			  client->name, F_INT("rc", 0),
			  F_TEXT("reason", "client recreated"));
	client_watch_backlog(client, cause);
	return lost;
}

/* --- sending ---------------------------------------------------------------------- */

static int hand_over(struct client *client, const struct client_message *message,
		     int *ret_mid)
{
	mosquitto_property *properties = NULL;
	if (client->protocol == MQTT_5 && message->expiry_s > 0 &&
	    mosquitto_property_add_int32(&properties, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL,
					 message->expiry_s) != MOSQ_ERR_SUCCESS)
		return MOSQ_ERR_NOMEM;
	client->publishing = true;
	client->written_mid = 0;
	client->inside++;
	int rc = mosquitto_publish_v5(client->mosq, ret_mid, message->topic,
				      (int)message->length, message->payload,
				      message->qos, message->retain, properties);
	client->inside--;
	client->publishing = false;
	mosquitto_property_free_all(&properties);
	return rc;
}

int client_publish(struct client *client, sim_ns now,
		   const struct client_message *message, trace_id cause, int *ret_mid)
{
	struct net *net = client->net;
	int mid = 0;
	net->now = now;
	if (message->length > MQTT_PACKET_MAX / 2)
		return MOSQ_ERR_PAYLOAD_SIZE;
	int rc = hand_over(client, message, &mid);
	bool kept =
		rc == MOSQ_ERR_SUCCESS || (rc == MOSQ_ERR_NO_CONN && message->qos > 0);
	if (ret_mid)
		*ret_mid = mid;
	if (!kept)
		return rc;
	struct outbox_entry entry = {
		.hash = crossing_hash(message->topic, strlen(message->topic),
				      message->payload, message->length),
		.mid = message->qos > 0 ? (uint16_t)mid : 0,
		.level = message->level,
		.queued_at = now,
	};
	entry.queued = entry.event =
		trace_emit_at(net->options.trace, message->level, cause, KIND_MQTT_QUEUED,
			      client->name,
			      TRACE_FIELDS(F_TEXT("topic", message->topic),
					   F_INT("mid", mid), F_INT("qos", message->qos),
					   F_INT("bytes", message->length)));
	outbox_add(&client->link->outbox, &entry);
	net_wake(client->link);
	client_watch_backlog(client, entry.queued);
	if (client->written_mid != 0 && client->events.published)
		client->events.published(client->events.arg, now, client->written_mid,
					 entry.queued);
	return rc;
}

int client_subscribe(struct client *client, sim_ns now, const char *filter, int qos)
{
	client->net->now = now;
	client->inside++;
	int rc = mosquitto_subscribe(client->mosq, NULL, filter, qos);
	client->inside--;
	net_wake(client->link);
	return rc;
}

bool client_connected(const struct client *client)
{
	return client->connected;
}

struct link *client_link(const struct client *client)
{
	return client->link;
}
