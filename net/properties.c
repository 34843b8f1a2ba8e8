/* properties.c - table 2-4 of MQTT 5.0, and reading along a list of properties. */
#include "net/properties.h"

#include "net/codec_properties.h"

#include <stdlib.h>
#include <string.h>

/* By identifier. */
static const struct mqtt_property table[] = {
	[0x01] = {0x01, MQTT_PROPERTY_BYTE, "payload_format"},
	[0x02] = {0x02, MQTT_PROPERTY_INT_32, "message_expiry"},
	[0x03] = {0x03, MQTT_PROPERTY_TEXT, "content_type"},
	[0x08] = {0x08, MQTT_PROPERTY_TEXT, "response_topic"},
	[0x09] = {0x09, MQTT_PROPERTY_BINARY, "correlation_data"},
	[0x0b] = {0x0b, MQTT_PROPERTY_VARINT, "subscription_identifier"},
	[0x11] = {0x11, MQTT_PROPERTY_INT_32, "session_expiry"},
	[0x12] = {0x12, MQTT_PROPERTY_TEXT, "assigned_client_id"},
	[0x13] = {0x13, MQTT_PROPERTY_INT_16, "server_keep_alive"},
	[0x15] = {0x15, MQTT_PROPERTY_TEXT, "authentication_method"},
	[0x16] = {0x16, MQTT_PROPERTY_BINARY, "authentication_data"},
	[0x17] = {0x17, MQTT_PROPERTY_BYTE, "request_problem_information"},
	[0x18] = {0x18, MQTT_PROPERTY_INT_32, "will_delay"},
	[0x19] = {0x19, MQTT_PROPERTY_BYTE, "request_response_information"},
	[0x1a] = {0x1a, MQTT_PROPERTY_TEXT, "response_information"},
	[0x1c] = {0x1c, MQTT_PROPERTY_TEXT, "server_reference"},
	[0x1f] = {0x1f, MQTT_PROPERTY_TEXT, "reason_string"},
	[0x21] = {0x21, MQTT_PROPERTY_INT_16, "receive_maximum"},
	[0x22] = {0x22, MQTT_PROPERTY_INT_16, "topic_alias_maximum"},
	[0x23] = {0x23, MQTT_PROPERTY_INT_16, "topic_alias"},
	[0x24] = {0x24, MQTT_PROPERTY_BYTE, "maximum_qos"},
	[0x25] = {0x25, MQTT_PROPERTY_BYTE, "retain_available"},
	[0x26] = {0x26, MQTT_PROPERTY_PAIR, "user_property"},
	[0x27] = {0x27, MQTT_PROPERTY_INT_32, "maximum_packet_size"},
	[0x28] = {0x28, MQTT_PROPERTY_BYTE, "wildcard_subscription_available"},
	[0x29] = {0x29, MQTT_PROPERTY_BYTE, "subscription_identifiers_available"},
	[0x2a] = {0x2a, MQTT_PROPERTY_BYTE, "shared_subscription_available"},
};

enum {
	N_PLACES = sizeof(table) / sizeof(table[0])
};

const struct mqtt_property *mqtt_property_row(size_t index)
{
	for (size_t i = 0; i < N_PLACES; i++)
		if (table[i].name && index-- == 0)
			return &table[i];
	return NULL;
}

const struct mqtt_property *mqtt_property_of(uint8_t identifier)
{
	return identifier < N_PLACES && table[identifier].name ? &table[identifier]
							       : NULL;
}

const struct mqtt_property *mqtt_property_find(const char *name)
{
	char *end;
	for (size_t i = 0; i < N_PLACES; i++)
		if (table[i].name && strcmp(table[i].name, name) == 0)
			return &table[i];
	if (name[0] < '0' || name[0] > '9')
		return NULL;
	unsigned long number = strtoul(name, &end, 0);
	return *end == '\0' && number <= UINT8_MAX ? mqtt_property_of((uint8_t)number)
						   : NULL;
}

static bool read_field(struct mqtt_span list, size_t *at, struct mqtt_span *ret_field)
{
	if (list.length - *at < 2)
		return false;
	size_t length = (size_t)list.data[*at] << 8 | list.data[*at + 1];
	if (list.length - *at - 2 < length)
		return false;
	*ret_field = (struct mqtt_span){list.data + *at + 2, length};
	*at += 2 + length;
	return true;
}

static bool read_number(struct mqtt_span list, size_t *at, size_t size, int64_t *ret)
{
	if (list.length - *at < size)
		return false;
	*ret = 0;
	for (size_t i = 0; i < size; i++)
		*ret = *ret << 8 | list.data[(*at)++];
	return true;
}

static bool read_varint(struct mqtt_span list, size_t *at, int64_t *ret)
{
	size_t used, value;
	if (!mqtt_read_varint(list.data + *at, list.length - *at, &used, &value))
		return false;
	*at += used;
	*ret = (int64_t)value;
	return true;
}

static bool read_value(struct mqtt_span list, size_t *at, enum mqtt_property_shape shape,
		       struct mqtt_property_value *value)
{
	switch (shape) {
	case MQTT_PROPERTY_BYTE:
		return read_number(list, at, 1, &value->number);
	case MQTT_PROPERTY_INT_16:
		return read_number(list, at, 2, &value->number);
	case MQTT_PROPERTY_INT_32:
		return read_number(list, at, 4, &value->number);
	case MQTT_PROPERTY_VARINT:
		return read_varint(list, at, &value->number);
	case MQTT_PROPERTY_TEXT:
	case MQTT_PROPERTY_BINARY:
		return read_field(list, at, &value->text);
	case MQTT_PROPERTY_PAIR:
		return read_field(list, at, &value->text) &&
		       read_field(list, at, &value->second);
	case MQTT_PROPERTY_UNKNOWN:
		break;
	}
	return false;
}

bool mqtt_property_next(struct mqtt_span properties, size_t *at,
			struct mqtt_property_value *ret_value)
{
	size_t start = *at, here = start + 1;
	if (start >= properties.length)
		return false;
	struct mqtt_property_value value = {.identifier = properties.data[start]};
	const struct mqtt_property *row = mqtt_property_of(value.identifier);
	if (!row || !read_value(properties, &here, row->shape, &value))
		return false;
	value.bytes = (struct mqtt_span){properties.data + start, here - start};
	*at = here;
	*ret_value = value;
	return true;
}

bool mqtt_property_get(struct mqtt_span properties, uint8_t identifier,
		       struct mqtt_property_value *ret_value)
{
	for (size_t at = 0; mqtt_property_next(properties, &at, ret_value);)
		if (ret_value->identifier == identifier)
			return true;
	return false;
}
