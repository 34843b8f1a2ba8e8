/* client_expiry.c - a client that gives up what it has held for too long.
 *
 * The library has no word for taking a message back. So the wrapper keeps a copy of each
 * message until it is acknowledged; when some of them have grown too old while there is no
 * connection, it throws the library's instance away before the next dial and hands the
 * others to a new one. Their packet identifiers change by that, so the owner is told
 * numbers of the wrapper's own. */
#include "net/client.h"

#include "net/client_parts.h"
#include "net/inside.h"

#include <mosquitto.h>
#include <stdlib.h>
#include <string.h>

/* --- copies ----------------------------------------------------------------------- */

struct copy { /* texts and payload follow in the same block */
	struct client_message message;
	struct client_user_property user[];
};

static size_t room_of(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

static const char *put(char **at, const char *text)
{
	size_t length = room_of(text);
	if (!text)
		return NULL;
	char *own = memcpy(*at, text, length);
	*at += length;
	return own;
}

void *client_copy(const struct client_message *message)
{
	size_t texts = room_of(message->topic) + room_of(message->response_topic) +
		       room_of(message->content_type) + room_of(message->correlation);
	size_t properties = message->n_user * sizeof(struct client_user_property);
	for (size_t i = 0; i < message->n_user; i++)
		texts += room_of(message->user[i].name) + room_of(message->user[i].value);
	struct copy *copy = malloc(sizeof(*copy) + properties + texts + message->length);
	if (!copy)
		return NULL;
	char *at = (char *)copy + sizeof(*copy) + properties;
	copy->message = *message;
	copy->message.topic = put(&at, message->topic);
	copy->message.response_topic = put(&at, message->response_topic);
	copy->message.content_type = put(&at, message->content_type);
	copy->message.correlation = put(&at, message->correlation);
	copy->message.user = copy->user;
	for (size_t i = 0; i < message->n_user; i++) {
		copy->user[i].name = put(&at, message->user[i].name);
		copy->user[i].value = put(&at, message->user[i].value);
	}
	if (message->length > 0)
		memcpy(at, message->payload, message->length);
	copy->message.payload = at;
	return copy;
}

/* Skips 0, which is none. */
uint16_t client_next_number(struct client *client)
{
	client->last_number = (uint16_t)(client->last_number % UINT16_MAX + 1);
	return client->last_number;
}

int client_number_of(const struct client *client, int mid)
{
	const struct outbox_entry *entry =
		outbox_of_mid(&client->link->outbox, (uint16_t)mid);
	if (client->expire_after == 0)
		return mid;
	return entry ? entry->number : 0;
}

/* --- too old ---------------------------------------------------------------------- */

static void give_up(struct client *client, struct outbox_entry *entry)
{
	sim_ns now = client->net->now;
	const struct copy *copy = entry->copy;
	trace_id event =
		trace_emit_at(client->net->options.trace, entry->level, entry->queued,
			      KIND_MQTT_EXPIRED, client->name,
			      TRACE_FIELDS(F_TEXT("topic",
						  copy ? copy->message.topic : ""),
					   F_INT("mid", entry->mid),
					   F_INT("held_for_ns", now - entry->queued_at)));
	client_given_up(client, entry, true, event);
	outbox_done(&client->link->outbox, entry->mid);
	client->must_renew = true;
}

static bool is_too_old(const struct client *client, const struct outbox_entry *entry)
{
	return client->net->now - entry->queued_at >= client->expire_after;
}

static void look_for_old(void *arg, sim_ns now)
{
	struct client *client = arg;
	client->expiry = (struct queue_handle){0};
	client->net->now = now;
	client_expire(client);
}

void client_expire(struct client *client)
{
	struct outbox *outbox = &client->link->outbox;
	struct queue *queue = client->net->options.queue;
	const struct outbox_entry *oldest;
	if (client->expire_after == 0)
		return;
	while ((oldest = outbox_oldest(outbox)) && is_too_old(client, oldest))
		give_up(client, outbox_of_mid(outbox, oldest->mid));
	queue_cancel(queue, &client->expiry);
	if (oldest && !client->connected)
		client->expiry =
			queue_add(queue, oldest->queued_at + client->expire_after,
				  look_for_old, client);
}

/* --- the others ------------------------------------------------------------------- */

static void hand_over_again(struct client *client, struct outbox_entry *entry)
{
	const struct copy *copy = entry->copy;
	int mid = 0;
	int rc = copy ? client_hand_over(client, &copy->message, &mid) : MOSQ_ERR_NOMEM;
	if (rc == MOSQ_ERR_SUCCESS || rc == MOSQ_ERR_NO_CONN) {
		client_back_in_queue(client, entry);
		entry->mid = (uint16_t)mid;
		return;
	}
	client_given_up(client, entry, false, entry->queued); /* there is no memory */
	outbox_done(&client->link->outbox, entry->mid);
}

void client_hand_over_all(struct client *client)
{
	struct outbox *outbox = &client->link->outbox;
	client->must_renew = false;
	for (size_t i = outbox->first; i < outbox->end; i++)
		if (!outbox->entries[i].done && outbox->entries[i].mid != 0)
			hand_over_again(client, &outbox->entries[i]);
	client_expire(client);
}
