/* edit_properties.c - the properties of a packet set, added, taken out. */
#include "net/edit_parts.h"

#include <string.h>

/* Those of a will are in a list of their own (3.1.3.2). */
static bool is_of_will(const struct mqtt_packet *packet,
		       const struct mqtt_property *property)
{
	static const char of_wills[] = {0x01, 0x02, 0x03, 0x08, 0x09, 0x18, 0};
	return packet->type == MQTT_CONNECT &&
	       strchr(of_wills, property->identifier) != NULL;
}

static struct mqtt_span *list_of(struct mqtt_packet *packet,
				 const struct mqtt_property *property)
{
	return is_of_will(packet, property) ? &packet->connect.will_properties
					    : &packet->properties;
}

static int check(const struct edit *edit, const struct mqtt_property *property,
		 struct sim_error *error)
{
	const struct mqtt_packet *packet = &edit->packet;
	if (packet->version != MQTT_5)
		return sim_fail(error, SIM_EINVAL,
				"%s: this connection speaks MQTT %s, and properties came "
				"with 5.0",
				property->name,
				packet->version == MQTT_31 ? "3.1" : "3.1.1");
	if (packet->type == MQTT_PINGREQ || packet->type == MQTT_PINGRESP)
		return sim_fail(error, SIM_EINVAL, "%s: %s has no properties",
				property->name, mqtt_type_name(packet->type));
	if (is_of_will(packet, property) && !packet->connect.has_will)
		return sim_fail(error, SIM_EINVAL, "%s: this CONNECT has no will",
				property->name);
	return SIM_OK;
}

static bool add_number(struct bytes *bytes, int64_t number, size_t size)
{
	uint8_t big[4];
	for (size_t i = 0; i < size; i++)
		big[i] = (uint8_t)(number >> 8 * (size - 1 - i));
	return bytes_add(bytes, big, size);
}

static bool add_varint(struct bytes *bytes, int64_t number)
{
	do {
		uint8_t byte = (uint8_t)((number & 0x7f) | (number > 0x7f ? 0x80 : 0));
		if (!bytes_add(bytes, &byte, 1))
			return false;
		number >>= 7;
	} while (number > 0);
	return true;
}

static bool add_text(struct bytes *bytes, struct mqtt_span text)
{
	return text.length <= UINT16_MAX && add_number(bytes, (int64_t)text.length, 2) &&
	       bytes_add(bytes, text.data, text.length);
}

static bool add_property(struct bytes *bytes, const struct mqtt_property *property,
			 const char *name, struct edit_value value)
{
	bytes_clear(bytes);
	if (!bytes_add(bytes, &property->identifier, 1))
		return false;
	switch (property->shape) {
	case MQTT_PROPERTY_BYTE:
		return add_number(bytes, value.number, 1);
	case MQTT_PROPERTY_INT_16:
		return add_number(bytes, value.number, 2);
	case MQTT_PROPERTY_INT_32:
		return add_number(bytes, value.number, 4);
	case MQTT_PROPERTY_VARINT:
		return add_varint(bytes, value.number);
	case MQTT_PROPERTY_TEXT:
	case MQTT_PROPERTY_BINARY:
		return add_text(bytes, value.text);
	case MQTT_PROPERTY_PAIR:
		return add_text(bytes, mqtt_text(name ? name : "")) &&
		       add_text(bytes, value.text);
	case MQTT_PROPERTY_UNKNOWN:
		break;
	}
	return false;
}

static int check_number(const struct mqtt_property *property, int64_t number,
			struct sim_error *error)
{
	static const int64_t max[] = {[MQTT_PROPERTY_BYTE] = 255,
				      [MQTT_PROPERTY_INT_16] = 65535,
				      [MQTT_PROPERTY_INT_32] = 4294967295,
				      [MQTT_PROPERTY_VARINT] = 268435455};
	if (property->shape > MQTT_PROPERTY_VARINT ||
	    (number >= 0 && number <= max[property->shape]))
		return SIM_OK;
	return sim_fail(error, SIM_EINVAL, "%s: a number from 0 to %lld is needed",
			property->name, (long long)max[property->shape]);
}

static bool is_sought(const struct mqtt_property_value *value,
		      const struct mqtt_property *property, const char *name)
{
	return value->identifier == property->identifier &&
	       (!name || property->shape != MQTT_PROPERTY_PAIR ||
		(value->text.length == strlen(name) &&
		 memcmp(value->text.data, name, value->text.length) == 0));
}

/* Puts the property over the first that is sought, or behind the last. */
static int put(struct edit *edit, const struct mqtt_property *property, const char *name,
	       struct edit_value value, bool replace, struct sim_error *error)
{
	struct mqtt_packet *packet = &edit->packet;
	struct mqtt_span *list = list_of(packet, property);
	struct mqtt_property_value old;
	struct bytes bytes = {0};
	size_t from = list->length, to = list->length;
	int rc = check(edit, property, error);
	if (rc == SIM_OK)
		rc = check_number(property, value.number, error);
	if (rc != SIM_OK)
		return rc;
	for (size_t at = 0; replace && mqtt_property_next(*list, &at, &old);) {
		if (!is_sought(&old, property, name))
			continue;
		from = at - old.bytes.length;
		to = at;
		break;
	}
	rc = add_property(&bytes, property, name, value)
		     ? edit_splice(edit, list, from, to,
				   (struct mqtt_span){bytes_data(&bytes),
						      bytes_length(&bytes)},
				   error)
		     : sim_fail(error, SIM_ELIMIT, "%s: longer than 65535 bytes",
				property->name);
	bytes_fini(&bytes);
	if (rc == SIM_OK) /* behind a code that 5.0 may leave out */
		packet->has_code = packet->has_properties = true;
	return rc;
}

int edit_set_property(struct edit *edit, const struct mqtt_property *property,
		      const char *name, struct edit_value value, struct sim_error *error)
{
	return put(edit, property, name, value, true, error);
}

int edit_add_property(struct edit *edit, const struct mqtt_property *property,
		      const char *name, struct edit_value value, struct sim_error *error)
{
	return put(edit, property, name, value, false, error);
}

int edit_remove_property(struct edit *edit, const struct mqtt_property *property,
			 const char *name, struct sim_error *error)
{
	struct mqtt_span *list = list_of(&edit->packet, property);
	struct mqtt_property_value value;
	int rc = check(edit, property, error);
	for (size_t at = 0; rc == SIM_OK && mqtt_property_next(*list, &at, &value);) {
		if (!is_sought(&value, property, name))
			continue;
		size_t from = at - value.bytes.length;
		rc = edit_splice(edit, list, from, at, (struct mqtt_span){0}, error);
		at = from;
	}
	return rc;
}
