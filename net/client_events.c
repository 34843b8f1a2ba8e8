/* client_events.c - what the library says, told to the trace and to the client's owner. */
#include "net/client.h"

#include "net/client_parts.h"
#include "net/inside.h"

#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <stdio.h>
#include <string.h>

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

/* Codes of the server's own, 3.1.1 and 5.0, in the words of MQTT 5.0, 2.4. */
const char *client_reason_words(int code)
{
	return code == MQTT_RC_NO_MATCHING_SUBSCRIBERS ? "no matching subscribers"
						       : mosquitto_reason_string(code);
}

static const char *reason_words(int rc)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].rc == rc)
			return reasons[i].words;
	return mosquitto_strerror(rc);
}

static trace_id read_cause(struct client *client)
{
	struct conn *conn = client->link->conn;
	return conn ? conn_read_cause(conn) : client->link->last;
}

/* --- connections ------------------------------------------------------------------- */

/* The server said no, or something beside yes: as an event, with its own words. */
static trace_id say_reason(struct client *client, const char *type, int mid, int code,
			   const mosquitto_property *properties, trace_id cause)
{
	char words[CLIENT_REASON_MAX];
	client_read_reason(properties, code, words);
	return trace_say(client->net->options.trace, cause, KIND_MQTT_REASON,
			 client->name, F_TEXT("type", type), F_INT("mid", mid),
			 F_INT("code", code), F_TEXT("reason", words));
}

static trace_id say_connected(struct client *client, int rc, bool present)
{
	const struct client_granted *granted = &client->granted;
	struct trace_field fields[8] = {F_INT("rc", rc),
					F_BOOL("session_present", present)};
	size_t n = 2;
	if (granted->receive_max >= 0)
		fields[n++] = F_INT("receive_max", granted->receive_max);
	if (granted->keepalive_s >= 0)
		fields[n++] = F_INT("keepalive_s", granted->keepalive_s);
	if (granted->session_expiry_s >= 0)
		fields[n++] = F_INT("session_expiry_s", granted->session_expiry_s);
	if (granted->packet_max >= 0)
		fields[n++] = F_INT("packet_max", granted->packet_max);
	if (granted->client_id[0])
		fields[n++] = F_TEXT("client_id", granted->client_id);
	return trace_emit(client->net->options.trace, read_cause(client),
			  KIND_SESSION_CONNECTED, client->name, fields, n);
}

/* Some of what the library holds was given up while the CONNACK was on its way. It would all
 * be sent as soon as this callback returns. */
static bool holds_what_was_given_up(struct client *client, int rc)
{
	if (rc != 0)
		return false;
	client_expire(client);
	if (!client->must_renew)
		return false;
	client_discard(client);
	return true;
}

/* The server has kept nothing, and so does the client (MQTT 5.0, 3.2.2.1.1): libmosquitto
 * would send all that it holds. It does so as soon as this callback returns, so the socket
 * is shut first; the instance is thrown away by the next event. */
static bool discards(struct client *client, int rc, bool present)
{
	if (!client->discard_on_session_loss || rc != 0 || present ||
	    client->link->outbox.n_waiting == 0)
		return false;
	client_discard(client);
	return true;
}

static void tell_connected(struct client *client, int rc, bool present,
			   const mosquitto_property *properties)
{
	client_read_granted(client, properties);
	client->connected = rc == 0;
	client->is_lost &= rc != 0;
	if (rc == 0 && client->keepalive_now_s != client->keepalive_s)
		client_start_pinging(client, client->net->now);
	trace_id event = say_connected(client, rc, present);
	if (rc != 0 && client->protocol == MQTT_PROTOCOL_V5)
		event = say_reason(client, "CONNACK", 0, rc, properties, event);
	client->connected_event = event;
	if (discards(client, rc, present) || holds_what_was_given_up(client, rc))
		return;
	if (client->events.connected)
		client->events.connected(client->events.arg, client->net->now, rc,
					 present, event);
}

/* A broker that is gone for good is dialled again and again, each time in vain. */
static enum trace_level news(struct client *client, int rc, const char *words)
{
	bool again =
		client->is_lost && client->lost_rc == rc &&
		strncmp(client->lost_words, words, sizeof(client->lost_words) - 1) == 0;
	client->is_lost = true;
	client->lost_rc = rc;
	snprintf(client->lost_words, sizeof(client->lost_words), "%s", words);
	return again ? TRACE_FULL : TRACE_STORY;
}

void client_say_lost(struct client *client, int rc, const char *words, trace_id cause)
{
	client->connected = false;
	client_stop_pinging(client);
	client_unwritten_is_lost(client, cause);
	trace_id event =
		trace_emit_at(client->net->options.trace, news(client, rc, words), cause,
			      KIND_SESSION_LOST, client->name,
			      TRACE_FIELDS(F_INT("rc", rc), F_TEXT("reason", words)));
	client_expire(client);
	if (client->events.disconnected)
		client->events.disconnected(client->events.arg, client->net->now, rc,
					    words, event);
}

void client_say_refused(struct client *client, trace_id cause)
{
	client_say_lost(client, MOSQ_ERR_ERRNO, reason_words(MOSQ_ERR_ERRNO), cause);
}

/* By now the library has closed its descriptor, and the link knows why. */
static void tell_disconnected(struct client *client, int rc,
			      const mosquitto_property *properties)
{
	if (rc < 0x80) {
		client_say_lost(client, rc, reason_words(rc), client->link->last);
		return;
	}
	char own[CLIENT_REASON_MAX], words[CLIENT_REASON_MAX + 40];
	client_read_reason(properties, rc, own);
	snprintf(words, sizeof(words), "the broker disconnected it: %s", own);
	client_say_lost(client, rc, words, client->link->last);
}

/* --- messages ---------------------------------------------------------------------- */

static void tell_message(struct client *client, const struct mosquitto_message *message,
			 const mosquitto_property *properties)
{
	if (!client->events.message)
		return;
	client->received = properties;
	client->events.message(client->events.arg, client->net->now, message->topic,
			       message->payload, (size_t)message->payloadlen,
			       message->qos, message->retain, read_cause(client));
	client->received = NULL;
}

static void tell_published(struct client *client, int mid, int code,
			   const mosquitto_property *properties)
{
	trace_id cause = read_cause(client);
	int number = client_number_of(client, mid);
	if (code != 0)
		cause = say_reason(client, "PUBACK", mid, code, properties, cause);
	client_acknowledged(client, mid, cause);
	if (code != 0 && client->events.answered)
		client->events.answered(client->events.arg, client->net->now, number,
					code, client_reason_words(code), cause);
	if (client->events.published)
		client->events.published(client->events.arg, client->net->now, number,
					 cause);
}

/* 3.1.1 has only 0x80; 5.0 says why. */
static void tell_subscribed(struct client *client, int mid, int n, const int *granted,
			    const mosquitto_property *properties)
{
	for (int i = 0; i < n; i++)
		if (granted[i] >= 0x80)
			say_reason(client, "SUBACK", mid, granted[i], properties,
				   read_cause(client));
}

/* --- the library's callbacks -------------------------------------------------------- */

static void on_connect(struct mosquitto *mosq, void *arg, int rc, int flags,
		       const mosquitto_property *properties)
{
	(void)mosq;
	client_called(arg);
	tell_connected(arg, rc, flags & 1, properties);
	client_returns(arg);
}

static void on_disconnect(struct mosquitto *mosq, void *arg, int rc,
			  const mosquitto_property *properties)
{
	(void)mosq;
	client_called(arg);
	tell_disconnected(arg, rc, properties);
	client_returns(arg);
}

static void on_message(struct mosquitto *mosq, void *arg,
		       const struct mosquitto_message *message,
		       const mosquitto_property *properties)
{
	(void)mosq;
	client_called(arg);
	tell_message(arg, message, properties);
	client_returns(arg);
}

static void on_publish(struct mosquitto *mosq, void *arg, int mid, int code,
		       const mosquitto_property *properties)
{
	struct client *client = arg;
	(void)mosq;
	if (client->publishing) { /* QoS 0, written before mosquitto_publish() came back */
		client->written_mid = mid;
		return;
	}
	client_called(client);
	tell_published(client, mid, code, properties);
	client_returns(client);
}

static void on_subscribe(struct mosquitto *mosq, void *arg, int mid, int n,
			 const int *granted, const mosquitto_property *properties)
{
	(void)mosq;
	client_called(arg);
	tell_subscribed(arg, mid, n, granted, properties);
	client_returns(arg);
}

void client_listen(struct client *client)
{
	struct mosquitto *mosq = client->mosq;
	mosquitto_connect_v5_callback_set(mosq, on_connect);
	mosquitto_disconnect_v5_callback_set(mosq, on_disconnect);
	mosquitto_message_v5_callback_set(mosq, on_message);
	mosquitto_publish_v5_callback_set(mosq, on_publish);
	mosquitto_subscribe_v5_callback_set(mosq, on_subscribe);
}
