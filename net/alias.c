/* alias.c - a short list of numbers and topics. */
#include "net/alias.h"

#include <stdlib.h>
#include <string.h>

struct alias {
	int64_t number;
	uint8_t *topic; /* owned */
	size_t length;
};

struct aliases {
	struct alias list[ALIASES_MAX];
	size_t n, bytes;
};

/* -1: it has none. */
static int64_t number_of(const struct mqtt_packet *packet)
{
	if (packet->type != MQTT_PUBLISH || packet->properties.length == 0)
		return -1;
	return mqtt_property(packet->properties, MQTT_PROPERTY_TOPIC_ALIAS);
}

static struct alias *find(struct aliases *aliases, int64_t number)
{
	for (size_t i = 0; aliases && i < aliases->n; i++)
		if (aliases->list[i].number == number)
			return &aliases->list[i];
	return NULL;
}

void aliases_learn(struct aliases **aliases, const struct mqtt_packet *packet)
{
	int64_t number = number_of(packet);
	if (number < 0 || packet->topic.length == 0)
		return;
	if (!*aliases)
		*aliases = calloc(1, sizeof(**aliases));
	struct aliases *known = *aliases;
	if (!known)
		return;
	struct alias *alias = find(known, number);
	if (!alias && known->n == ALIASES_MAX)
		return;
	if (!alias) {
		alias = &known->list[known->n++];
		*alias = (struct alias){.number = number};
	}
	/* Without room, or memory, the number stands for nothing. */
	known->bytes -= alias->length;
	free(alias->topic);
	alias->topic = NULL;
	alias->length = 0;
	if (known->bytes + packet->topic.length > ALIASES_BYTES_MAX)
		return;
	alias->topic = malloc(packet->topic.length);
	if (!alias->topic)
		return;
	memcpy(alias->topic, packet->topic.data, packet->topic.length);
	alias->length = packet->topic.length;
	known->bytes += alias->length;
}

void aliases_resolve(const struct aliases *aliases, struct mqtt_packet *packet)
{
	if (!aliases || packet->topic.length > 0)
		return;
	int64_t number = number_of(packet);
	for (size_t i = 0; number >= 0 && i < aliases->n; i++)
		if (aliases->list[i].number == number && aliases->list[i].topic)
			packet->topic = (struct mqtt_span){aliases->list[i].topic,
							   aliases->list[i].length};
}

void aliases_free(struct aliases *aliases)
{
	for (size_t i = 0; aliases && i < aliases->n; i++)
		free(aliases->list[i].topic);
	free(aliases);
}
