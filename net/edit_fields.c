/* edit_fields.c - the fields that can be read and replaced, by name, and reading them. */
#include "net/edit_parts.h"
#include "net/edit_table.h"

#include <string.h>

#define ROW(name, kind, types, max, removable, place, help) \
	{#name, EDIT_IS_##kind, types, max, removable, EDIT_##place, help},
static const struct edit_field table[EDIT_N_FIELDS] = {EDIT_FIELDS(ROW)};

const struct edit_field *edit_field_row(size_t index)
{
	return index < EDIT_N_FIELDS ? &table[index] : NULL;
}

const struct edit_field *edit_field_find(const char *name)
{
	for (size_t i = 0; i < EDIT_N_FIELDS; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

bool edit_field_is_of(const struct edit_field *field, enum mqtt_type type)
{
	return field->types >> type & 1;
}

static bool is_there(struct mqtt_span span, struct edit_value *value)
{
	value->text = span;
	return span.data != NULL;
}

static bool get_entry(const struct mqtt_packet *packet, enum edit_place place,
		      struct edit_value *value)
{
	uint8_t options;
	size_t at = 0;
	if (packet->n_entries == 0)
		return false;
	value->number = place == EDIT_ENTRIES ? (int64_t)packet->n_entries
					      : packet->entries.data[0];
	if (place != EDIT_FILTER && place != EDIT_OPTIONS)
		return true;
	if (!mqtt_next_filter(packet, &at, &value->text, &options))
		return false;
	value->number = options;
	return true;
}

static bool get_of_connect(const struct mqtt_connect *connect, enum edit_place place,
			   struct edit_value *value)
{
	switch (place) {
	case EDIT_CLEAN:
		value->number = connect->clean;
		return true;
	case EDIT_KEEPALIVE:
		value->number = connect->keepalive_s;
		return true;
	case EDIT_LEVEL:
		value->number = connect->version;
		return true;
	case EDIT_CLIENT_ID:
		return is_there(connect->client_id, value);
	case EDIT_USER:
		return is_there(connect->user, value);
	case EDIT_PASSWORD:
		return is_there(connect->password, value);
	case EDIT_WILL_TOPIC:
		return is_there(connect->will_topic, value) && connect->has_will;
	case EDIT_WILL_PAYLOAD:
		return is_there(connect->will_payload, value) && connect->has_will;
	case EDIT_WILL_QOS:
		value->number = connect->will_qos;
		return connect->has_will;
	case EDIT_WILL_RETAIN:
		value->number = connect->will_retain;
		return connect->has_will;
	default:
		return false;
	}
}

bool edit_get(const struct mqtt_packet *packet, const struct edit_field *field,
	      struct edit_value *ret_value)
{
	struct edit_value *value = ret_value;
	*value = (struct edit_value){0};
	if (!edit_field_is_of(field, packet->type))
		return false;
	switch ((enum edit_place)field->place) {
	case EDIT_TOPIC:
		return is_there(packet->topic, value);
	case EDIT_PAYLOAD:
		value->text = packet->payload;
		return true;
	case EDIT_PAYLOAD_BYTES:
		value->number = (int64_t)packet->payload.length;
		return true;
	case EDIT_QOS:
		value->number = packet->qos;
		return true;
	case EDIT_RETAIN:
		value->number = packet->retain;
		return true;
	case EDIT_DUP:
		value->number = packet->dup;
		return true;
	case EDIT_MID:
		value->number = packet->mid;
		return packet->mid != 0;
	case EDIT_CODE:
		value->number = packet->code;
		return packet->has_code;
	case EDIT_SESSION_PRESENT:
		value->number = packet->session_present;
		return true;
	case EDIT_FLAGS:
		value->number = packet->flags;
		return true;
	case EDIT_FILTER:
	case EDIT_OPTIONS:
	case EDIT_GRANTED:
	case EDIT_ENTRIES:
		return get_entry(packet, (enum edit_place)field->place, value);
	case EDIT_ENTRY:
	case EDIT_RESERVED: /* what decodes has none */
	case EDIT_EXTRA:
		return false;
	default:
		return get_of_connect(&packet->connect, (enum edit_place)field->place,
				      value);
	}
}
