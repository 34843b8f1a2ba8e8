/* client_properties.c - MQTT 5.0 properties between the wrapper's words and the library's.
 *
 * What libmosquitto 2.0.11 does by itself with a CONNACK: takes over receive maximum,
 * server keep-alive, maximum packet size, maximum QoS, retain available and an assigned
 * client identifier. What it leaves to others: session expiry (told to the owner), message
 * expiry of what waits in its queue (sent as it was, however long it waited), and
 * discarding what it holds when the server has kept no session; the reason string of a
 * DISCONNECT (thrown away before the callback). It keeps the last server's
 * limits when the next CONNACK does not mention them. */
#include "net/client.h"

#include "net/client_parts.h"

#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- reading ---------------------------------------------------------------------- */

static void read_text(const mosquitto_property *properties, int id, char *ret,
		      size_t size)
{
	char *text = NULL;
	ret[0] = '\0';
	if (mosquitto_property_read_string(properties, id, &text, false) && text)
		snprintf(ret, size, "%s", text);
	free(text);
}

void client_read_reason(const mosquitto_property *properties, int code,
			char ret[CLIENT_REASON_MAX])
{
	char own[CLIENT_REASON_MAX / 2];
	read_text(properties, MQTT_PROP_REASON_STRING, own, sizeof(own));
	snprintf(ret, CLIENT_REASON_MAX, "%.100s%s%s", client_reason_words(code),
		 own[0] ? ": " : "", own);
}

void client_read_granted(struct client *client, const mosquitto_property *properties)
{
	struct client_granted *granted = &client->granted;
	uint16_t small;
	uint32_t large;
	*granted = client_nothing_granted;
	if (mosquitto_property_read_int16(properties, MQTT_PROP_RECEIVE_MAXIMUM, &small,
					  false)) {
		granted->receive_max = small;
		client->window = small;
	}
	if (mosquitto_property_read_int16(properties, MQTT_PROP_SERVER_KEEP_ALIVE, &small,
					  false)) {
		granted->keepalive_s = small;
		client->keepalive_now_s = small;
	}
	if (mosquitto_property_read_int32(properties, MQTT_PROP_SESSION_EXPIRY_INTERVAL,
					  &large, false))
		granted->session_expiry_s = large;
	if (mosquitto_property_read_int32(properties, MQTT_PROP_MAXIMUM_PACKET_SIZE,
					  &large, false))
		granted->packet_max = large;
	read_text(properties, MQTT_PROP_ASSIGNED_CLIENT_IDENTIFIER, granted->client_id,
		  sizeof(granted->client_id));
}

const struct client_granted *client_granted(const struct client *client)
{
	return &client->granted;
}

int64_t client_received_expiry(const struct client *client)
{
	uint32_t seconds;
	if (!client->received ||
	    !mosquitto_property_read_int32(client->received,
					   MQTT_PROP_MESSAGE_EXPIRY_INTERVAL, &seconds,
					   false))
		return -1;
	return seconds;
}

static const int text_ids[] = {
	[CLIENT_RESPONSE_TOPIC] = MQTT_PROP_RESPONSE_TOPIC,
	[CLIENT_CONTENT_TYPE] = MQTT_PROP_CONTENT_TYPE,
	[CLIENT_CORRELATION] = MQTT_PROP_CORRELATION_DATA,
};

bool client_received_text(const struct client *client, enum client_property property,
			  char *ret, size_t size)
{
	if (property != CLIENT_CORRELATION) {
		read_text(client->received, text_ids[property], ret, size);
		return ret[0] != '\0';
	}
	void *data = NULL;
	uint16_t length = 0;
	ret[0] = '\0';
	if (mosquitto_property_read_binary(client->received, MQTT_PROP_CORRELATION_DATA,
					   &data, &length, false))
		snprintf(ret, size, "%.*s", (int)length, data ? (const char *)data : "");
	free(data);
	return ret[0] != '\0';
}

bool client_received_user(const struct client *client, const char *name, char *ret,
			  size_t size)
{
	const mosquitto_property *at = client->received;
	char *key, *value;
	bool skip = false, found = false;
	ret[0] = '\0';
	while (!found &&
	       (at = mosquitto_property_read_string_pair(at, MQTT_PROP_USER_PROPERTY,
							 &key, &value, skip))) {
		skip = true;
		found = key && value && strcmp(key, name) == 0;
		if (found)
			snprintf(ret, size, "%s", value);
		free(key);
		free(value);
	}
	return found;
}

/* --- writing ---------------------------------------------------------------------- */

static bool added(int rc)
{
	return rc == MOSQ_ERR_SUCCESS;
}

bool client_connect_properties(const struct client *client, mosquitto_property **ret)
{
	bool fine = true;
	*ret = NULL;
	if (client->protocol != MQTT_PROTOCOL_V5)
		return true;
	if (client->session_expiry_s > 0)
		fine = added(
			mosquitto_property_add_int32(ret,
						     MQTT_PROP_SESSION_EXPIRY_INTERVAL,
						     client->session_expiry_s));
	if (fine && client->receive_max > 0)
		fine = added(mosquitto_property_add_int16(ret, MQTT_PROP_RECEIVE_MAXIMUM,
							  (uint16_t)client->receive_max));
	if (fine && client->packet_max > 0)
		fine = added(mosquitto_property_add_int32(ret,
							  MQTT_PROP_MAXIMUM_PACKET_SIZE,
							  client->packet_max));
	return fine;
}

bool client_message_properties(const struct client *client,
			       const struct client_message *message,
			       mosquitto_property **ret)
{
	bool fine = true;
	*ret = NULL;
	if (client->protocol != MQTT_PROTOCOL_V5)
		return true;
	if (message->expiry_s > 0)
		fine = added(mosquitto_property_add_int32(
			ret, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL, message->expiry_s));
	if (fine && message->response_topic)
		fine = added(mosquitto_property_add_string(ret, MQTT_PROP_RESPONSE_TOPIC,
							   message->response_topic));
	if (fine && message->correlation)
		fine = added(mosquitto_property_add_binary(
			ret, MQTT_PROP_CORRELATION_DATA, message->correlation,
			(uint16_t)strnlen(message->correlation, UINT16_MAX)));
	if (fine && message->content_type)
		fine = added(mosquitto_property_add_string(ret, MQTT_PROP_CONTENT_TYPE,
							   message->content_type));
	for (size_t i = 0; fine && i < message->n_user; i++)
		fine = added(mosquitto_property_add_string_pair(ret,
								MQTT_PROP_USER_PROPERTY,
								message->user[i].name,
								message->user[i].value));
	return fine;
}
