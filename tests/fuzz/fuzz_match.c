/* fuzz_match.c - matchers from anywhere over packets from anywhere: topic filters, JSON
 * paths, properties. The first line is what a script writes, "topic=…" and the like, parts
 * apart at ';'; the rest is a packet. JSON conditions are checked against another reader. */
#include "tests/fuzz/fuzz.h"

#include "net/json_spot.h"
#include "net/match_fits.h"
#include "sim/json/json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	N_VALUES = 64,
	LINE_MAX = 4096
};

/* Fills values with what the parts say, as far as each is a value of its parameter. */
static void read_parts(char *line, struct value *values)
{
	vocab_defaults(match_row(), values);
	for (char *part = line, *next; part; part = next) {
		next = strchr(part, ';');
		if (next)
			*next++ = '\0';
		char *is = strchr(part, '=');
		if (!is)
			continue;
		*is = '\0';
		int i = vocab_find_param(match_row(), part);
		if (i >= 0)
			param_parse(&match_row()->params[i], is + 1, &values[i], NULL);
	}
}

/* What json_spot_find() finds is what the tree has there, whenever both read the payload. */
static void compare_json(const char *path, const struct mqtt_packet *packet)
{
	struct json_spot spot;
	struct mqtt_span payload = packet->payload;
	struct json *root = json_parse(payload.data, payload.length, NULL);
	if (!root)
		return;
	bool read = json_spot_find(payload, path, &spot, NULL);
	assert(read); /* it is the more lenient one */
	if (spot.found) {
		assert(spot.value < spot.value_end && spot.value_end <= payload.length);
		assert(spot.member <= spot.value && spot.value_end <= spot.member_end);
		struct json *value = json_parse(payload.data + spot.value,
						spot.value_end - spot.value, NULL);
		assert(value);
		json_free(value);
	}
	/* Names are compared as they are written. */
	if (!memchr(payload.data, '\\', payload.length) && json_path(root, path))
		assert(spot.found);
	json_free(root);
}

static void see(struct match *match, const struct mqtt_packet *packet)
{
	struct net_sight sight = {.packet = packet,
				  .link = "a",
				  .who = "link/a",
				  .dir = NET_UP};
	uint64_t seen = match->seen;
	for (int i = 0; i < 4; i++) {
		sight.dir = i & 1 ? NET_DOWN : NET_UP;
		sight.link_index = (uint32_t)i / 2;
		sight.now = i * 3600 * SIM_S;
		bool alone = match_fits_packet(match, &sight);
		bool fits = match_fits(match, &sight);
		assert(alone || !fits);
		assert(match->seen - seen <= (uint64_t)i + 1);
	}
	for (size_t i = 0; packet->type == MQTT_PUBLISH && i < match->n_json; i++)
		compare_json(match->json[i].name, packet);
	char why[160];
	match_say_why(match, why, sizeof(why));
	assert(strlen(why) < sizeof(why));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct value values[N_VALUES];
	struct match match;
	struct sim_error error;
	struct mqtt_packet packet;
	const uint8_t *newline = memchr(bytes, '\n', size);
	size_t length = newline ? (size_t)(newline - bytes) : size;
	if (length >= LINE_MAX || match_row()->n_params > N_VALUES)
		return 0;
	char *line = malloc(length + 1);
	assert(line);
	memcpy(line, bytes, length);
	line[length] = '\0';
	read_parts(line, values);
	if (match_from_values(values, &match, &error) == SIM_OK) {
		match_begin(&match, 1, "match 1");
		size_t rest = newline ? size - length - 1 : 0;
		/* In memory of its own, so that a step too far is seen. */
		uint8_t *copy = malloc(rest + 1);
		assert(copy);
		if (rest)
			memcpy(copy, newline + 1, rest);
		for (int version = MQTT_311; version <= MQTT_5; version++)
			if (rest && mqtt_decode(copy, rest, version, &packet, NULL))
				see(&match, &packet);
		/* And as a payload, whatever it is. */
		packet = (struct mqtt_packet){.type = MQTT_PUBLISH,
					      .version = MQTT_5,
					      .topic = mqtt_text("device/1/request"),
					      .payload = {copy, rest},
					      .properties = {copy, rest},
					      .has_properties = true};
		see(&match, &packet);
		free(copy);
		match_fini(&match);
	} else {
		assert(error.text[0] != '\0');
	}
	free(line);
	return 0;
}
