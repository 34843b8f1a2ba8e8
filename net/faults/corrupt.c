/* corrupt.c - bytes of chosen packets are changed. */
#include "net/connection.h"

#include "net/crossing.h"
#include "net/inside.h"

#include <stdlib.h>
#include <string.h>

enum {
	BYTES,
	OFFSET,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[BYTES] = {"bytes", PARAM_INT, "B", "1", 1, 65536, NULL,
		   "so many bytes become others (at most all of them)"},
	[OFFSET] = {"offset", PARAM_INT, "B", "-1", -1, 268435455, NULL,
		    "the first of them, from the start of the packet; -1: each anywhere"},
};

/* Another value, whichever it was. */
static void change(uint8_t *byte, struct chance *chance)
{
	*byte ^= (uint8_t)chance_between(chance, 1, 255);
}

static bool spoil(const struct fault *fault, uint8_t *bytes, size_t length,
		  struct chance *chance)
{
	int64_t n = fault->values[BYTES].as.integer;
	int64_t offset = fault->values[OFFSET].as.integer;
	if (offset >= (int64_t)length)
		return false;
	if (offset >= 0) {
		for (int64_t i = offset; i < offset + n && i < (int64_t)length; i++)
			change(&bytes[i], chance);
		return true;
	}
	/* n different places: each byte is taken with the odds that are left. */
	int64_t left = n < (int64_t)length ? n : (int64_t)length;
	for (size_t i = 0; i < length && left > 0; i++) {
		if (chance_between(chance, 1, (int64_t)(length - i)) > left)
			continue;
		change(&bytes[i], chance);
		left--;
	}
	return true;
}

/* What has become of it: another packet, or mere bytes. */
static void read_anew(struct passing *passing, struct mqtt_packet *packet)
{
	size_t whole;
	int version = passing->conn->version;
	passing->packet = NULL;
	if (mqtt_frame(passing->bytes, passing->length, &whole, NULL) !=
		    MQTT_FRAME_WHOLE ||
	    whole != passing->length ||
	    !mqtt_decode(passing->bytes, passing->length, version, packet, NULL))
		return;
	passing->packet = packet;
	if (packet->type == MQTT_PUBLISH)
		passing->hash =
			crossing_hash(packet->topic.data, packet->topic.length,
				      packet->payload.data, packet->payload.length);
}

static enum fault_verdict corrupt(struct fault *fault, struct passing *passing)
{
	struct chance *chance;
	struct mqtt_packet packet;
	struct passing changed = *passing;
	if (!fault_fits(fault, passing) ||
	    !(chance = fault_chance(fault, passing->conn->link)))
		return FAULT_PASS;
	uint8_t *bytes = malloc(passing->length);
	if (!bytes)
		return FAULT_PASS;
	memcpy(bytes, passing->bytes, passing->length);
	if (!spoil(fault, bytes, passing->length, chance)) {
		free(bytes);
		return FAULT_PASS;
	}
	changed.cause = fault_altered(fault, passing, "corrupted");
	changed.bytes = bytes;
	read_anew(&changed, &packet);
	fault_pass_on(fault, &changed);
	free(bytes);
	return FAULT_KEEP;
}

const struct net_fault fault_of_corrupt = {
	.row = {.name = "corrupt",
		.summary = "bytes of packets are changed",
		.help = "As by a faulty proxy or memory: TCP's checksum would have caught it on the "
			"wire. Which bytes, and what they become, is drawn from the run's seed; each "
			"becomes a different one. A change in the header or the length makes the "
			"stream unreadable and ends the connection; one in the payload passes "
			"unnoticed. A packet that is shorter than the offset is left alone.",
		.params = params,
		.n_params = N_PARAMS},
	.takes_match = true,
	.on_packet = corrupt,
};
