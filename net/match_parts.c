/* match_parts.c - one row a part: how it is read, and what fits. */
#include "net/match_parts.h"

#include <stdio.h>
#include <string.h>

#define BIT MATCH_TYPE_BIT

enum {
	PUBLISHES = BIT(MQTT_PUBLISH),
	UPWARD = BIT(MQTT_CONNECT) | BIT(MQTT_SUBSCRIBE) | BIT(MQTT_UNSUBSCRIBE) |
		 BIT(MQTT_PINGREQ),
	DOWNWARD = BIT(MQTT_CONNACK) | BIT(MQTT_SUBACK) | BIT(MQTT_UNSUBACK) |
		   BIT(MQTT_PINGRESP),
	WITH_MID = BIT(MQTT_PUBLISH) | BIT(MQTT_PUBACK) | BIT(MQTT_PUBREC) |
		   BIT(MQTT_PUBREL) | BIT(MQTT_PUBCOMP) | BIT(MQTT_SUBSCRIBE) |
		   BIT(MQTT_SUBACK) | BIT(MQTT_UNSUBSCRIBE) | BIT(MQTT_UNSUBACK),
	WITH_PROPERTIES = MATCH_TYPES_ALL & ~(BIT(MQTT_PINGREQ) | BIT(MQTT_PINGRESP)),
};

static const char *const dirs[] = {"any", "up", "down", NULL};
static const char *const counts_per[] = {"fault", "link", NULL};

#define READER(name)                                                    \
	static int name(const struct value *value, struct match *match, \
			uint32_t *ret_types, struct sim_error *error)
/* What has nothing more to check. */
#define PLAIN_READER(name, statement) \
	READER(name)                  \
	{                             \
		(void)ret_types;      \
		(void)error;          \
		statement;            \
		return SIM_OK;        \
	}
#define FITTER(name) \
	static bool name(const struct match *match, const struct net_sight *sight)

/* --- what the packet is ----------------------------------------------------------- */

READER(read_dir)
{
	(void)error;
	match->dir = value->as.choice;
	if (match->dir != 0)
		*ret_types &= ~(uint32_t)(match->dir == NET_UP ? DOWNWARD : UPWARD);
	return SIM_OK;
}

FITTER(fits_dir)
{
	return match->dir == 0 || match->dir == (int)sight->dir;
}

PLAIN_READER(read_type, match->type = value->as.choice)

FITTER(fits_type)
{
	return match->type == 0 || match->type == (int)sight->packet->type;
}

PLAIN_READER(read_qos, match->qos = (int)value->as.integer)

FITTER(fits_qos)
{
	return sight->packet->qos == match->qos;
}

PLAIN_READER(read_dup, match->dup = value->as.yes)

FITTER(fits_dup)
{
	return sight->packet->dup == match->dup;
}

PLAIN_READER(read_retain, match->retain = value->as.yes)

FITTER(fits_retain)
{
	return sight->packet->retain == match->retain;
}

PLAIN_READER(read_mid, match->mid = (uint16_t)value->as.integer)

FITTER(fits_mid)
{
	return sight->packet->mid == match->mid;
}

PLAIN_READER(read_min_size, match->min_size = value->as.integer)

FITTER(fits_min_size)
{
	return sight->packet->bytes.length >= (uint64_t)match->min_size;
}

PLAIN_READER(read_max_size, match->max_size = value->as.integer)

FITTER(fits_max_size)
{
	return sight->packet->bytes.length <= (uint64_t)match->max_size;
}

/* --- topic ------------------------------------------------------------------------ */

READER(read_topic)
{
	const char *topic = value->as.text;
	(void)ret_types;
	if (strlen(topic) >= sizeof(match->topic))
		return sim_fail(error, SIM_EINVAL,
				"topic: a filter of at most %zu bytes is needed",
				sizeof(match->topic) - 1);
	if (topic[0] == '\0')
		return sim_fail(error, SIM_EINVAL,
				"topic: the filter is empty; \"#\" fits every topic");
	if (!text_is_topic_filter(topic))
		return sim_fail(
			error, SIM_EINVAL,
			"topic: \"%.80s\" is no MQTT filter: + stands alone between "
			"slashes, # alone at the end, as in \"device/+/request\"",
			topic);
	snprintf(match->topic, sizeof(match->topic), "%s", topic);
	return SIM_OK;
}

FITTER(fits_topic)
{
	return text_topic_matches(match->topic, (const char *)sight->packet->topic.data,
				  sight->packet->topic.length);
}

/* --- when, and how often ------------------------------------------------------------ */

PLAIN_READER(read_from, match->from = value->as.ns)
PLAIN_READER(read_till, match->till = value->as.ns)
PLAIN_READER(read_nth, match->nth = value->as.integer)
PLAIN_READER(read_first, match->first = value->as.integer)
PLAIN_READER(read_every, match->every = value->as.integer)
PLAIN_READER(read_probability, match->probability = value->as.real)
PLAIN_READER(read_times, match->times = value->as.integer)
PLAIN_READER(read_per, match->per_link = value->as.choice == 1)

/* The function itself is put in by whoever can call it. */
PLAIN_READER(read_when, (void)value; (void)match)

#define NONE      ""
#define SIZE_MOST 268435460 /* MQTT's longest packet */

const struct match_part match_parts[N_MATCH_PARTS] = {
	[MATCH_DIR] =
		{{"dir", PARAM_CHOICE, "", "any", 0, 0, dirs,
		  "direction: up from the client to the broker, down to the client"},
		 MATCH_TYPES_ALL,
		 read_dir,
		 fits_dir},
	[MATCH_TYPE] = {{"type", PARAM_CHOICE, "", "any", 0, 0, mqtt_type_names,
			 "MQTT packet type, as the standard writes it"},
			MATCH_TYPES_ALL,
			read_type,
			fits_type},
	[MATCH_QOS] = {{"qos", PARAM_INT, "", NONE, 0, 3, NULL,
			"PUBLISH of that quality of service"},
		       PUBLISHES,
		       read_qos,
		       fits_qos},
	[MATCH_DUP] = {{"dup", PARAM_BOOL, "", NONE, 0, 0, NULL,
			"PUBLISH with the DUP flag (false: without)"},
		       PUBLISHES,
		       read_dup,
		       fits_dup},
	[MATCH_RETAIN] = {{"retain", PARAM_BOOL, "", NONE, 0, 0, NULL,
			   "PUBLISH with the RETAIN flag (false: without)"},
			  PUBLISHES,
			  read_retain,
			  fits_retain},
	[MATCH_MID] = {{"mid", PARAM_INT, "", NONE, 1, 65535, NULL,
			"packets with that packet identifier"},
		       WITH_MID,
		       read_mid,
		       fits_mid},
	[MATCH_MIN_SIZE] = {{"min_size", PARAM_INT, "byte", NONE, 0, SIZE_MOST, NULL,
			     "packets of at least so many bytes, header and all"},
			    MATCH_TYPES_ALL,
			    read_min_size,
			    fits_min_size},
	[MATCH_MAX_SIZE] = {{"max_size", PARAM_INT, "byte", NONE, 0, SIZE_MOST, NULL,
			     "packets of at most so many bytes"},
			    MATCH_TYPES_ALL,
			    read_max_size,
			    fits_max_size},
	[MATCH_TOPIC] =
		{{"topic", PARAM_TEXT, "", "", 0, 0, NULL,
		  "MQTT topic filter with + and #; fits PUBLISH packets only, also those that say their topic by an alias"},
		 PUBLISHES,
		 read_topic,
		 fits_topic},
	[MATCH_FIELD] =
		{{"field", PARAM_TEXT, "", "", 0, 0, NULL,
		  "any field of a packet (jobjam doc lists them): \"client_id=me\", "
		  "\"code>=128\", \"clean=false\", \"!user\""},
		 MATCH_TYPES_ALL,
		 match_read_field,
		 match_fits_field},
	[MATCH_PROPERTY] = {{"property", PARAM_TEXT, "", "", 0, 0, NULL,
			     "property of MQTT 5.0: \"message_expiry\" (it is there), "
			     "\"!message_expiry\" (it is not), \"message_expiry<60\", "
			     "\"user:job=42\""},
			    WITH_PROPERTIES,
			    match_read_property,
			    match_fits_property},
	[MATCH_JSON] =
		{{"json", PARAM_TEXT, "", "", 0, 0, NULL,
		  "member of a PUBLISH payload that is JSON: "
		  "\"print.command=project_file\", also != < <= > >=; \"print.url\" "
		  "(it is there), \"!print.url\" (it is not); several joined by \" & \""},
		 PUBLISHES,
		 match_read_json,
		 match_fits_json},
	[MATCH_FROM] = {{"from", PARAM_INSTANT, "", NONE, 0, 0, NULL,
			 "not before that instant"},
			0,
			read_from,
			NULL},
	[MATCH_TILL] = {{"till", PARAM_INSTANT, "", NONE, 0, 0, NULL,
			 "only before that instant (until is a word of Lua's own)"},
			0,
			read_till,
			NULL},
	[MATCH_WHEN] =
		{{"when", PARAM_FUNCTION, "", NONE, 0, 0, NULL,
		  "only while this function(packet, link) returns true; it may look, "
		  "not act"},
		 0,
		 read_when,
		 NULL},
	[MATCH_NTH] = {{"nth", PARAM_INT, "", "0", 0, 1e9, NULL,
			"only the n-th packet that fits the other parts; 0: not asked"},
		       0,
		       read_nth,
		       NULL},
	[MATCH_FIRST] = {{"first", PARAM_INT, "", "0", 0, 1e9, NULL,
			  "only the first n packets that fit; 0: not asked"},
			 0,
			 read_first,
			 NULL},
	[MATCH_EVERY] = {{"every", PARAM_INT, "", "0", 0, 1e9, NULL,
			  "each n-th packet that fits; 0: not asked"},
			 0,
			 read_every,
			 NULL},
	[MATCH_PROBABILITY] =
		{{"probability", PARAM_REAL, "", NONE, 0, 1, NULL,
		  "each packet that fits so far, with that chance; drawn for "
		  "each link by itself"},
		 0,
		 read_probability,
		 NULL},
	[MATCH_TIMES] = {{"times", PARAM_INT, "", "0", 0, 1e9, NULL,
			  "at most so many packets in all, luck included; 0: not asked"},
			 0,
			 read_times,
			 NULL},
	[MATCH_PER] =
		{{"per", PARAM_CHOICE, "", "fault", 0, 0, counts_per,
		  "whose count nth, first, every and times are: one for all links, or "
		  "one for each link"},
		 0,
		 read_per,
		 NULL},
};
