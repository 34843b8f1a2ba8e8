/* retarget.c - messages arrive on another topic. */
#include "net/connection.h"

#include <string.h>

enum {
	TO,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[TO] = {"to", PARAM_TEXT, "", NULL, 0, 0, NULL,
		"the new topic; each level that is a + stays as it was: "
		"\"device/SIM00002/+\""},
};

static int check(const struct value *values, struct sim_error *error)
{
	return values[TO].as.text[0]
		       ? SIM_OK
		       : sim_fail(error, SIM_EINVAL, "to: a topic is needed");
}

/* The level that begins at *at, which then stands at the next one. */
static struct mqtt_span next_level(struct mqtt_span topic, size_t *at)
{
	size_t start = *at < topic.length ? *at : topic.length, end = start;
	while (end < topic.length && topic.data[end] != '/')
		end++;
	*at = end + 1;
	return (struct mqtt_span){topic.data + start, end - start};
}

static bool add_levels(struct bytes *out, struct mqtt_span to, struct mqtt_span topic)
{
	size_t at = 0, was = 0;
	bool fine = true;
	while (at <= to.length && fine) {
		bool first = at == 0;
		struct mqtt_span level = next_level(to, &at);
		struct mqtt_span old = next_level(topic, &was);
		if (level.length == 1 && level.data[0] == '+')
			level = old;
		fine = (first || bytes_add(out, "/", 1)) &&
		       bytes_add(out, level.data, level.length);
	}
	return fine;
}

static enum fault_verdict misdeliver(struct fault *fault, struct passing *passing)
{
	struct bytes topic = {0};
	struct edit edit;
	enum fault_verdict verdict = FAULT_PASS;
	if (passing->packet->type != MQTT_PUBLISH || !fault_fits(fault, passing))
		return FAULT_PASS;
	edit_begin(&edit, passing->packet);
	if (edit.packet.topic.length == 0) /* or its alias would stand for the new one */
		edit_remove_property(&edit, mqtt_property_find("topic_alias"), NULL,
				     NULL);
	if (add_levels(&topic, mqtt_text(fault->values[TO].as.text),
		       passing->packet->topic) &&
	    edit_set(&edit, edit_field_find("topic"),
		     (struct edit_value){
			     .text = {bytes_data(&topic), bytes_length(&topic)}},
		     NULL) == SIM_OK) {
		trace_id event = fault_altered(fault, passing, "retargeted");
		if (fault_replace(fault, passing, &edit, event))
			verdict = FAULT_KEEP;
	}
	edit_end(&edit);
	bytes_fini(&topic);
	return verdict;
}

const struct net_fault fault_of_retarget = {
	.row = {.name = "retarget",
		.summary = "messages arrive on another topic",
		.help = "The PUBLISH packets that fit get another topic, so that another printer is "
			"told. Upward, the broker delivers them to the wrong one; downward, the "
			"client hears of somebody else.",
		.params = params,
		.n_params = N_PARAMS},
	.takes_match = true,
	.check = check,
	.on_packet = misdeliver,
};
