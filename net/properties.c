/* properties.c - table 2-4 of MQTT 5.0, and reading along a list of properties. */
#include "net/properties.h"

#include "net/codec_properties.h"

#include <stdlib.h>
#include <string.h>

/* By identifier. */
#define ROW(identifier, shape, name, types, help) \
	[identifier] = {identifier, MQTT_PROPERTY_##shape, #name, types},
static const struct mqtt_property table[] = {MQTT_PROPERTIES(ROW)};

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
