/*
 * fuzz_edit.c - noise for the packet editor and its walk along JSON.
 *
 * The first byte chooses field, property and protocol version; then follows a path, up to
 * a zero byte, then a payload or a packet. What must hold:
 *
 *   - a member that is found can be replaced, and is then the new value; taken out, the
 *     text is JSON still;
 *   - the rest of the payload keeps its bytes;
 *   - a packet of which a field is set to what it is encodes to the same fields;
 *   - whatever is set, encoding either refuses or gives a whole frame.
 */
#include "tests/fuzz/fuzz.h"

#include "net/edit.h"
#include "net/json_spot.h"

#include <assert.h>
#include <string.h>

static struct mqtt_packet publish_of(struct mqtt_span payload)
{
	return (struct mqtt_packet){.type = MQTT_PUBLISH,
				    .version = MQTT_5,
				    .topic = mqtt_text("t"),
				    .payload = payload,
				    .has_properties = true};
}

static void check_outside(struct mqtt_span before, struct mqtt_span after, size_t from,
			  size_t to)
{
	size_t tail = before.length - to;
	assert(after.length >= from + tail);
	assert(from == 0 || memcmp(before.data, after.data, from) == 0);
	assert(tail == 0 ||
	       memcmp(before.data + to, after.data + after.length - tail, tail) == 0);
}

static void edit_json(const char *path, struct mqtt_span payload)
{
	struct mqtt_packet packet = publish_of(payload);
	struct json_spot spot, again;
	struct edit edit;
	if (!json_spot_find(payload, path, &spot, NULL))
		return;
	assert(json_spot_is_value(payload));
	edit_begin(&edit, &packet);
	int rc = edit_json_set(&edit, path, "[7]", NULL);
	assert(rc == SIM_OK || (!spot.found && spot.insert == 0));
	if (rc == SIM_OK && spot.found) {
		check_outside(payload, edit.packet.payload, spot.value, spot.value_end);
		bool fine = json_spot_find(edit.packet.payload, path, &again, NULL);
		assert(fine && again.found && again.value == spot.value);
		assert(memcmp(edit.packet.payload.data + again.value, "[7]", 3) == 0);
	}
	edit_end(&edit);
	edit_begin(&edit, &packet);
	rc = edit_json_remove(&edit, path, NULL);
	assert(rc == SIM_OK);
	if (spot.found)
		check_outside(payload, edit.packet.payload, spot.member, spot.member_end);
	assert(json_spot_is_value(edit.packet.payload));
	edit_end(&edit);
}

static void check_frame(const struct edit *edit)
{
	struct bytes bytes = {0};
	struct mqtt_error error;
	size_t whole;
	if (edit_encode(edit, &bytes, NULL) == SIM_OK) {
		enum mqtt_framing framing =
			mqtt_frame(bytes_data(&bytes), bytes_length(&bytes), &whole,
				   &error);
		assert(framing == MQTT_FRAME_WHOLE && whole == bytes_length(&bytes));
	}
	bytes_fini(&bytes);
}

static void edit_packet(uint8_t choice, const char *text, struct mqtt_span bytes)
{
	static const int versions[] = {MQTT_31, MQTT_311, MQTT_5, MQTT_5};
	const struct edit_field *field;
	const struct mqtt_property *property;
	struct mqtt_packet packet;
	struct edit_value value;
	struct edit edit;
	if (!mqtt_decode(bytes.data, bytes.length, versions[choice & 3], &packet, NULL))
		return;
	for (size_t i = 0; (field = edit_field_row(i)); i++) {
		edit_begin(&edit, &packet);
		if (edit_get(&packet, field, &value) &&
		    edit_set(&edit, field, value, NULL) == SIM_OK)
			check_frame(&edit);
		value = (struct edit_value){.number = choice, .text = mqtt_text(text)};
		edit_set(&edit, field, value, NULL);
		edit_remove(&edit, field, NULL);
		check_frame(&edit);
		edit_end(&edit);
	}
	for (size_t i = 0; (property = mqtt_property_row(i)); i++) {
		value = (struct edit_value){.number = choice, .text = mqtt_text(text)};
		edit_begin(&edit, &packet);
		edit_set_property(&edit, property, text, value, NULL);
		edit_add_property(&edit, property, text, value, NULL);
		check_frame(&edit);
		edit_remove_property(&edit, property, NULL, NULL);
		check_frame(&edit);
		edit_end(&edit);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];
	if (size < 2 || size > 4096)
		return 0;
	size_t length = strnlen((const char *)data + 1, size - 1);
	if (length >= sizeof(path) || length + 2 > size)
		return 0;
	memcpy(path, data + 1, length);
	path[length] = '\0';
	const struct mqtt_span rest = {data + length + 2, size - length - 2};
	edit_json(path, rest);
	edit_packet(data[0], path, rest);
	return 0;
}
