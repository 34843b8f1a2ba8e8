/* edit.c - copies of packets with fields replaced: the copy, its memory, its bytes. */
#include "net/edit.h"

#include "net/edit_parts.h"

#include <stdlib.h>
#include <string.h>

struct edit_chunk {
	struct edit_chunk *next;
	uint8_t bytes[];
};

/* A topic that was looked up behind an alias (net/alias.h) is not what is written. */
static bool is_looked_up(const struct mqtt_packet *packet)
{
	uintptr_t topic = (uintptr_t)packet->topic.data;
	uintptr_t bytes = (uintptr_t)packet->bytes.data;
	return packet->type == MQTT_PUBLISH && bytes != 0 && packet->topic.length > 0 &&
	       (topic < bytes || topic >= bytes + packet->bytes.length);
}

void edit_begin(struct edit *edit, const struct mqtt_packet *packet)
{
	*edit = (struct edit){.packet = *packet, .flags = -1, .level = -1};
	if (is_looked_up(packet))
		edit->packet.topic.length = 0;
}

void edit_end(struct edit *edit)
{
	while (edit->chunks) {
		struct edit_chunk *next = edit->chunks->next;
		free(edit->chunks);
		edit->chunks = next;
	}
}

uint8_t *edit_room(struct edit *edit, size_t length)
{
	struct edit_chunk *chunk = malloc(sizeof(*chunk) + length + 1);
	if (!chunk)
		return NULL;
	chunk->next = edit->chunks;
	edit->chunks = chunk;
	return chunk->bytes;
}

uint8_t *edit_newest(struct edit *edit)
{
	return edit->chunks->bytes;
}

int edit_keep(struct edit *edit, struct mqtt_span text, struct mqtt_span *ret_kept,
	      struct sim_error *error)
{
	uint8_t *room = edit_room(edit, text.length);
	if (!room)
		return sim_fail(error, SIM_ENOMEM, "no memory for an edited packet");
	if (text.length > 0)
		memcpy(room, text.data, text.length);
	*ret_kept = (struct mqtt_span){room, text.length};
	edit->touched = true;
	return SIM_OK;
}

int edit_splice(struct edit *edit, struct mqtt_span *span, size_t from, size_t to,
		struct mqtt_span insert, struct sim_error *error)
{
	size_t length = from + insert.length + (span->length - to);
	uint8_t *room = edit_room(edit, length);
	if (!room)
		return sim_fail(error, SIM_ENOMEM, "no memory for an edited packet");
	if (from > 0)
		memcpy(room, span->data, from);
	if (insert.length > 0)
		memcpy(room + from, insert.data, insert.length);
	if (span->length > to)
		memcpy(room + from + insert.length, span->data + to, span->length - to);
	*span = (struct mqtt_span){room, length};
	edit->touched = true;
	return SIM_OK;
}

/* --- JSON ------------------------------------------------------------------------- */

static int payload_of(struct edit *edit, struct mqtt_span **ret_payload,
		      struct sim_error *error)
{
	struct mqtt_packet *packet = &edit->packet;
	if (packet->type == MQTT_PUBLISH)
		*ret_payload = &packet->payload;
	else if (packet->type == MQTT_CONNECT && packet->connect.has_will)
		*ret_payload = &packet->connect.will_payload;
	else
		return sim_fail(error, SIM_EINVAL, "%s has no payload",
				mqtt_type_name(packet->type));
	return SIM_OK;
}

static int find_spot(struct edit *edit, const char *path, struct mqtt_span **ret_payload,
		     struct json_spot *ret_spot, struct sim_error *error)
{
	struct mqtt_error why;
	int rc = payload_of(edit, ret_payload, error);
	if (rc != SIM_OK)
		return rc;
	if (!json_spot_find(**ret_payload, path, ret_spot, &why))
		return sim_fail(error, SIM_EINVAL,
				"the payload is no JSON: %s at its byte %zu", why.reason,
				why.offset);
	return SIM_OK;
}

int edit_json_set(struct edit *edit, const char *path, const char *value,
		  struct sim_error *error)
{
	struct mqtt_span *payload = NULL;
	struct json_spot spot;
	struct bytes member = {0};
	if (!json_spot_is_value(mqtt_text(value)))
		return sim_fail(error, SIM_EINVAL,
				"\"%.80s\" is no JSON value; text needs its quotes",
				value);
	int rc = find_spot(edit, path, &payload, &spot, error);
	if (rc != SIM_OK)
		return rc;
	if (spot.found)
		return edit_splice(edit, payload, spot.value, spot.value_end,
				   mqtt_text(value), error);
	if (spot.insert == 0)
		return sim_fail(error, SIM_EINVAL,
				"the payload has no object that \"%.80s\" could be put "
				"into",
				path);
	const char *name = strrchr(path, '.') ? strrchr(path, '.') + 1 : path;
	bool fine = bytes_add(&member, "\"", 1) &&
		    bytes_add(&member, name, strlen(name)) &&
		    bytes_add(&member, "\":", 2) &&
		    bytes_add(&member, value, strlen(value)) &&
		    (spot.empty || bytes_add(&member, ",", 1));
	rc = fine ? edit_splice(edit, payload, spot.insert, spot.insert,
				(struct mqtt_span){bytes_data(&member),
						   bytes_length(&member)},
				error)
		  : sim_fail(error, SIM_ENOMEM, "no memory for an edited packet");
	bytes_fini(&member);
	return rc;
}

int edit_json_remove(struct edit *edit, const char *path, struct sim_error *error)
{
	struct mqtt_span *payload = NULL;
	struct json_spot spot;
	int rc = find_spot(edit, path, &payload, &spot, error);
	if (rc != SIM_OK || !spot.found)
		return rc;
	return edit_splice(edit, payload, spot.member, spot.member_end,
			   (struct mqtt_span){0}, error);
}

/* --- bytes ------------------------------------------------------------------------ */

/* Where the fixed header ends. */
static size_t header_length(const uint8_t *bytes)
{
	size_t at = 1;
	while (bytes[at++] & 0x80)
		;
	return at;
}

/* What no packet may say is written over what it should have said. */
static void lie(const struct edit *edit, uint8_t *bytes)
{
	uint8_t *body = bytes + header_length(bytes);
	enum mqtt_type type = edit->packet.type;
	if (edit->flags >= 0)
		bytes[0] = (uint8_t)((bytes[0] & 0xf0) | edit->flags);
	if (type == MQTT_CONNACK)
		body[0] |= edit->connack_flags;
	if (type != MQTT_CONNECT)
		return;
	size_t level = 2 + ((size_t)body[0] << 8 | body[1]);
	if (edit->level >= 0)
		body[level] = (uint8_t)edit->level;
	body[level + 1] |= edit->connect_flags;
}

int edit_encode(const struct edit *edit, struct bytes *out, struct sim_error *error)
{
	struct mqtt_span read = edit->packet.bytes;
	size_t before = bytes_length(out);
	if (!edit->touched && read.data)
		return bytes_add(out, read.data, read.length)
			       ? SIM_OK
			       : sim_fail(error, SIM_ENOMEM,
					  "no memory for an edited packet");
	if (!mqtt_encode_with(&edit->packet, edit->extra, out))
		return sim_fail(error, SIM_ELIMIT,
				"the edited %s is too long: a packet holds %d bytes, a "
				"field in it 65535",
				mqtt_type_name(edit->packet.type), MQTT_PACKET_MAX);
	lie(edit, out->memory + out->start + before);
	return SIM_OK;
}
