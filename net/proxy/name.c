/* name.c - from a CONNECT to the name of a link. */
#include "net/proxy/name.h"

#include "sim/core/text.h"

#include <stdio.h>
#include <string.h>

static void write_name(struct mqtt_span id, char ret_name[LINK_NAME_MAX])
{
	size_t keep = id.length;
	if (id.length <= LINK_ID_MAX) {
		snprintf(ret_name, LINK_NAME_MAX, "client/%.*s", (int)keep,
			 (const char *)id.data);
		return;
	}
	keep = LINK_ID_MAX;
	while (keep > 0 && (id.data[keep] & 0xc0) == 0x80) /* inside a character */
		keep--;
	snprintf(ret_name, LINK_NAME_MAX, "client/%.*s~%016llx", (int)keep,
		 (const char *)id.data,
		 (unsigned long long)text_hash(TEXT_HASH_START, id.data, id.length));
}

enum name_answer name_of_client(const uint8_t *data, size_t length,
				char ret_name[LINK_NAME_MAX])
{
	struct mqtt_packet packet;
	size_t whole;
	if (length == 0)
		return NAME_WAIT;
	if (data[0] >> 4 != MQTT_CONNECT)
		return NAME_NONE;
	switch (mqtt_frame(data, length, &whole, NULL)) {
	case MQTT_FRAME_MORE:
		return NAME_WAIT;
	case MQTT_FRAME_BAD:
		return NAME_NONE;
	case MQTT_FRAME_WHOLE:
		break;
	}
	if (!mqtt_decode(data, whole, 0, &packet, NULL) ||
	    packet.connect.client_id.length == 0)
		return NAME_NONE;
	write_name(packet.connect.client_id, ret_name);
	return NAME_KNOWN;
}
