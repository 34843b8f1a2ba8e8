/* client_publish.c - handing messages and subscriptions to the library. */
#include "net/client.h"

#include "net/client_parts.h"
#include "net/inside.h"

#include <mosquitto.h>
#include <string.h>

int client_hand_over(struct client *client, const struct client_message *message,
		     int *ret_mid)
{
	mosquitto_property *properties;
	if (!client_message_properties(client, message, &properties)) {
		mosquitto_property_free_all(&properties);
		return MOSQ_ERR_NOMEM;
	}
	client->publishing = true;
	client->written_mid = 0;
	client_enter(client);
	int rc = mosquitto_publish_v5(client->mosq, ret_mid, message->topic,
				      (int)message->length, message->payload,
				      message->qos, message->retain, properties);
	client_leave(client);
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
	int rc = client_hand_over(client, message, &mid);
	bool kept =
		rc == MOSQ_ERR_SUCCESS || (rc == MOSQ_ERR_NO_CONN && message->qos > 0);
	bool expires = client->expire_after > 0;
	uint16_t number =
		expires && kept && message->qos > 0 ? client_next_number(client) : 0;
	if (ret_mid)
		*ret_mid = expires ? number : mid;
	if (!kept)
		return rc;
	struct outbox_entry entry = {
		.hash = crossing_hash(message->topic, strlen(message->topic),
				      message->payload, message->length),
		.mid = message->qos > 0 ? (uint16_t)mid : 0,
		.level = message->level,
		.queued_at = now,
		.number = number,
		.copy = number != 0 ? client_copy(message) : NULL,
	};
	entry.queued = entry.event =
		trace_emit_at(net->options.trace, message->level, cause, KIND_MQTT_QUEUED,
			      client->name,
			      TRACE_FIELDS(F_TEXT("topic", message->topic),
					   F_INT("mid", mid), F_INT("qos", message->qos),
					   F_INT("bytes", message->length)));
	client_kept(client, &entry, message->length);
	if (!client->connected)
		client_expire(client);
	net_wake(client->link);
	if (client->written_mid != 0 && client->events.published)
		client->events.published(client->events.arg, now,
					 expires ? 0 : client->written_mid, entry.queued);
	return rc;
}

int client_subscribe(struct client *client, sim_ns now, const char *filter, int qos)
{
	client->net->now = now;
	client_enter(client);
	int rc = mosquitto_subscribe(client->mosq, NULL, filter, qos);
	client_leave(client);
	net_wake(client->link);
	return rc;
}
