/* edit_set.c - replacing the fields of a packet, and taking them out. */
#include "net/edit_parts.h"
#include "net/edit_table.h"

#include <string.h>

static int set_payload_bytes(struct edit *edit, size_t length, struct sim_error *error)
{
	struct mqtt_span old = edit->packet.payload;
	uint8_t *room = edit_room(edit, length);
	if (!room)
		return sim_fail(error, SIM_ENOMEM, "no memory for an edited packet");
	size_t kept = old.length < length ? old.length : length;
	if (kept > 0)
		memcpy(room, old.data, kept);
	memset(room + kept, ' ', length - kept);
	edit->packet.payload = (struct mqtt_span){room, length};
	return SIM_OK;
}

static int no_entry(const struct edit *edit, struct sim_error *error)
{
	return sim_fail(error, SIM_EINVAL, "entry: this %s has %zu",
			mqtt_type_name(edit->packet.type), edit->packet.n_entries);
}

static int set_filter(struct edit *edit, struct mqtt_span text, struct sim_error *error)
{
	struct mqtt_span old;
	uint8_t options, head[2] = {(uint8_t)(text.length >> 8), (uint8_t)text.length};
	size_t at = 0, start = 0, n = 0;
	if (text.length > UINT16_MAX)
		return sim_fail(error, SIM_ELIMIT, "filter: longer than 65535 bytes");
	do {
		start = at;
		if (!mqtt_next_filter(&edit->packet, &at, &old, &options))
			return no_entry(edit, error);
	} while (++n < edit->entry);
	struct mqtt_span *entries = &edit->packet.entries;
	int rc = edit_splice(edit, entries, start + 2, start + 2 + old.length, text,
			     error);
	return rc != SIM_OK ? rc
			    : edit_splice(edit, entries, start, start + 2,
					  (struct mqtt_span){head, 2}, error);
}

static int set_options(struct edit *edit, uint8_t options, struct sim_error *error)
{
	struct mqtt_span entries = edit->packet.entries, filter;
	uint8_t ignored, *room = edit_room(edit, entries.length);
	size_t n = 0;
	if (!room)
		return sim_fail(error, SIM_ENOMEM, "no memory for an edited packet");
	memcpy(room, entries.data, entries.length);
	for (size_t at = 0; mqtt_next_filter(&edit->packet, &at, &filter, &ignored);)
		if (++n == edit->entry || edit->entry == 0)
			room[at - 1] = options;
	if (edit->entry > n)
		return no_entry(edit, error);
	edit->packet.entries = (struct mqtt_span){room, entries.length};
	return SIM_OK;
}

/* n codes: the old ones, then the last of them again. */
static int set_count(struct edit *edit, size_t n, struct sim_error *error)
{
	struct mqtt_packet *packet = &edit->packet;
	size_t had = packet->n_entries;
	uint8_t *room = edit_room(edit, n);
	if (!room)
		return sim_fail(error, SIM_ENOMEM, "no memory for an edited packet");
	for (size_t i = 0; i < n; i++)
		room[i] = had ? packet->entries.data[i < had ? i : had - 1] : 0;
	packet->entries = (struct mqtt_span){room, n};
	packet->n_entries = n;
	return SIM_OK;
}

static int set_granted(struct edit *edit, uint8_t code, struct sim_error *error)
{
	size_t n = edit->packet.n_entries;
	if (edit->entry > n)
		return no_entry(edit, error);
	int rc = set_count(edit, n, error);
	uint8_t *codes = rc == SIM_OK ? edit_newest(edit) : NULL;
	for (size_t i = 0; codes && i < n; i++)
		if (edit->entry == 0 || edit->entry == i + 1)
			codes[i] = code;
	return rc;
}

/* An identifier comes and goes with the quality of service. */
static void set_qos(struct mqtt_packet *packet, int qos)
{
	if (qos > 0 && packet->qos == 0 && packet->mid == 0)
		packet->mid = UINT16_MAX;
	packet->qos = qos;
}

static int set_code(struct mqtt_packet *packet, uint8_t code, struct sim_error *error)
{
	if (packet->type != MQTT_CONNACK && packet->version != MQTT_5)
		return sim_fail(error, SIM_EINVAL,
				"code: %s carries none before MQTT 5.0",
				mqtt_type_name(packet->type));
	packet->code = code;
	packet->has_code = true;
	return SIM_OK;
}

static int need_will(struct mqtt_connect *connect, const struct edit_field *field,
		     struct sim_error *error)
{
	if (connect->has_will || field->place == EDIT_WILL_TOPIC) {
		connect->has_will = true;
		return SIM_OK;
	}
	return sim_fail(error, SIM_EINVAL,
			"%s: this CONNECT has no will; set will_topic first",
			field->name);
}

static void set_level(struct edit *edit, int level)
{
	if (level >= MQTT_31 && level <= MQTT_5)
		edit->packet.connect.version = level;
	else
		edit->level = level;
}

static int set_of_connect(struct edit *edit, const struct edit_field *field,
			  int64_t number, struct mqtt_span text, struct sim_error *error)
{
	struct mqtt_connect *connect = &edit->packet.connect;
	switch ((enum edit_place)field->place) {
	case EDIT_CLEAN:
		connect->clean = number;
		return SIM_OK;
	case EDIT_KEEPALIVE:
		connect->keepalive_s = (uint16_t)number;
		return SIM_OK;
	case EDIT_LEVEL:
		set_level(edit, (int)number);
		return SIM_OK;
	case EDIT_CLIENT_ID:
		connect->client_id = text;
		return SIM_OK;
	case EDIT_USER:
		connect->user = text;
		return SIM_OK;
	case EDIT_PASSWORD:
		connect->password = text;
		return SIM_OK;
	default:
		break;
	}
	int rc = need_will(connect, field, error);
	if (rc != SIM_OK)
		return rc;
	if (field->place == EDIT_WILL_TOPIC)
		connect->will_topic = text;
	else if (field->place == EDIT_WILL_PAYLOAD)
		connect->will_payload = text;
	else if (field->place == EDIT_WILL_QOS)
		connect->will_qos = (int)number;
	else
		connect->will_retain = number;
	return SIM_OK;
}

static int set_place(struct edit *edit, const struct edit_field *field, int64_t number,
		     struct mqtt_span text, struct sim_error *error)
{
	struct mqtt_packet *packet = &edit->packet;
	switch ((enum edit_place)field->place) {
	case EDIT_TOPIC:
		packet->topic = text;
		return SIM_OK;
	case EDIT_PAYLOAD:
		packet->payload = text;
		return SIM_OK;
	case EDIT_PAYLOAD_BYTES:
		return set_payload_bytes(edit, (size_t)number, error);
	case EDIT_QOS:
		set_qos(packet, (int)number);
		return SIM_OK;
	case EDIT_RETAIN:
		packet->retain = number;
		return SIM_OK;
	case EDIT_DUP:
		packet->dup = number;
		return SIM_OK;
	case EDIT_MID:
		packet->mid = (uint16_t)number;
		return SIM_OK;
	case EDIT_CODE:
		return set_code(packet, (uint8_t)number, error);
	case EDIT_SESSION_PRESENT:
		packet->session_present = number;
		return SIM_OK;
	case EDIT_ENTRY:
		edit->entry = (size_t)number;
		return SIM_OK;
	case EDIT_FILTER:
		return set_filter(edit, text, error);
	case EDIT_OPTIONS:
		return set_options(edit, (uint8_t)number, error);
	case EDIT_GRANTED:
		return set_granted(edit, (uint8_t)number, error);
	case EDIT_ENTRIES:
		return set_count(edit, (size_t)number, error);
	case EDIT_FLAGS:
		edit->flags = (int)number;
		return SIM_OK;
	case EDIT_RESERVED:
		if (packet->type == MQTT_CONNECT)
			edit->connect_flags = (uint8_t)number;
		else
			edit->connack_flags = (uint8_t)number;
		return SIM_OK;
	case EDIT_EXTRA:
		edit->extra = text;
		return SIM_OK;
	default:
		return set_of_connect(edit, field, number, text, error);
	}
}

static int check_place(const struct edit *edit, const struct edit_field *field,
		       struct sim_error *error)
{
	if (edit_field_is_of(field, edit->packet.type))
		return SIM_OK;
	return sim_fail(error, SIM_EINVAL, "%s: %s has no such field", field->name,
			mqtt_type_name(edit->packet.type));
}

int edit_set(struct edit *edit, const struct edit_field *field, struct edit_value value,
	     struct sim_error *error)
{
	int64_t max = field->kind == EDIT_IS_FLAG ? 1 : field->max;
	struct mqtt_span text = {0};
	int rc = check_place(edit, field, error);
	if (rc != SIM_OK)
		return rc;
	if (field->kind == EDIT_IS_TEXT)
		rc = value.text.length > MQTT_PACKET_MAX
			     ? sim_fail(error, SIM_ELIMIT, "%s: too long", field->name)
			     : edit_keep(edit, value.text, &text, error);
	else if (value.number < 0 || value.number > max)
		rc = sim_fail(error, SIM_EINVAL, "%s: a number from 0 to %lld is needed",
			      field->name, (long long)max);
	if (rc == SIM_OK)
		rc = set_place(edit, field, value.number, text, error);
	edit->touched |= rc == SIM_OK;
	return rc;
}

int edit_remove(struct edit *edit, const struct edit_field *field,
		struct sim_error *error)
{
	struct mqtt_packet *packet = &edit->packet;
	int rc = check_place(edit, field, error);
	if (rc != SIM_OK)
		return rc;
	if (!field->removable ||
	    (field->place == EDIT_CODE && packet->type == MQTT_CONNACK))
		return sim_fail(error, SIM_EINVAL, "%s: no %s is without it", field->name,
				mqtt_type_name(packet->type));
	edit->touched = true;
	if (field->place == EDIT_CODE) {
		packet->has_code = packet->has_properties = false;
		packet->properties = (struct mqtt_span){0};
	} else if (field->place == EDIT_USER) {
		packet->connect.user = (struct mqtt_span){0};
	} else if (field->place == EDIT_PASSWORD) {
		packet->connect.password = (struct mqtt_span){0};
	} else {
		packet->connect.has_will = packet->connect.will_retain = false;
		packet->connect.will_qos = 0;
	}
	return SIM_OK;
}
