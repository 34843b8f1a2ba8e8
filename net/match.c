/* match.c - packets a fault is about: the parts, and whether one fits. */
#include "net/match_fits.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
	PART_DIR,
	PART_TYPE,
	PART_TOPIC,
	PART_NTH,
	PART_FIRST,
	PART_EVERY,
	N_PARTS
};

static const char *const dirs[] = {"any", "up", "down", NULL};

static const struct param parts[N_PARTS] = {
	[PART_DIR] = {"dir", PARAM_CHOICE, "", "any", 0, 0, dirs,
		      "direction: up from the client to the broker, down to the client"},
	[PART_TYPE] = {"type", PARAM_CHOICE, "", "any", 0, 0, mqtt_type_names,
		       "MQTT packet type, as the standard writes it"},
	[PART_TOPIC] = {"topic", PARAM_TEXT, "", "", 0, 0, NULL,
			"MQTT topic filter with + and #; fits PUBLISH packets only"},
	[PART_NTH] = {"nth", PARAM_INT, "", "0", 0, 1e9, NULL,
		      "only the n-th packet that fits the other parts; 0: not asked"},
	[PART_FIRST] = {"first", PARAM_INT, "", "0", 0, 1e9, NULL,
			"only the first n packets that fit; 0: not asked"},
	[PART_EVERY] = {"every", PARAM_INT, "", "0", 0, 1e9, NULL,
			"each n-th packet that fits; 0: not asked"},
};

static const struct vocab_row row = {
	.name = "match",
	.summary = "which packets a fault is about",
	.help = "All given parts must fit. Without any, every packet fits. The counters nth, "
		"first and every count what fits the other parts, over all links of the fault.",
	.params = parts,
	.n_params = N_PARTS,
};

const struct vocab_row *match_row(void)
{
	return &row;
}

int match_from_values(const struct value *values, struct match *ret_match,
		      struct sim_error *error)
{
	struct match match = {
		.dir = values[PART_DIR].as.choice,
		.type = values[PART_TYPE].as.choice,
		.nth = values[PART_NTH].as.integer,
		.first = values[PART_FIRST].as.integer,
		.every = values[PART_EVERY].as.integer,
	};
	const char *topic = values[PART_TOPIC].as.text ? values[PART_TOPIC].as.text : "";
	if (strlen(topic) >= sizeof(match.topic))
		return sim_fail(error, SIM_EINVAL,
				"topic: a filter of at most %zu bytes is needed",
				sizeof(match.topic) - 1);
	if (topic[0] && match.type != 0 && match.type != MQTT_PUBLISH)
		return sim_fail(error, SIM_EINVAL,
				"topic: %s packets carry none; only PUBLISH does",
				mqtt_type_name((enum mqtt_type)match.type));
	snprintf(match.topic, sizeof(match.topic), "%s", topic);
	*ret_match = match;
	return SIM_OK;
}

bool match_fits_but_counters(const struct match *match, enum net_dir dir,
			     const struct mqtt_packet *packet)
{
	if (match->dir != 0 && match->dir != (int)dir)
		return false;
	if (match->type != 0 && match->type != (int)packet->type)
		return false;
	if (!match->topic[0])
		return true;
	return packet->type == MQTT_PUBLISH &&
	       text_topic_matches(match->topic, (const char *)packet->topic.data,
				  packet->topic.length);
}

bool match_fits(struct match *match, enum net_dir dir, const struct mqtt_packet *packet)
{
	if (!match_fits_but_counters(match, dir, packet))
		return false;
	match->seen++;
	if (match->nth > 0 && match->seen != (uint64_t)match->nth)
		return false;
	if (match->first > 0 && match->seen > (uint64_t)match->first)
		return false;
	return match->every <= 1 || match->seen % (uint64_t)match->every == 0;
}
