/* duplicate.c - packets arrive more than once. */
#include "net/connection.h"

enum {
	COPIES,
	DUP_FLAG,
	NEW_ID,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[COPIES] = {"copies", PARAM_INT, "", "1", 1, 1000, NULL, "so many copies more"},
	[DUP_FLAG] = {"dup_flag", PARAM_BOOL, "", "false", 0, 0, NULL,
		      "the copies of a PUBLISH with QoS 1 or 2 carry the DUP flag"},
	[NEW_ID] =
		{"new_id", PARAM_BOOL, "", "false", 0, 0, NULL,
		 "each copy has a packet identifier of its own, counted down from 65535: "
		 "a second message instead of the same one again"},
};

struct copies {
	uint16_t ids; /* given out */
};

static void pass_copy(struct fault *fault, const struct passing *passing, trace_id cause)
{
	struct copies *copies = fault->state;
	struct edit edit;
	edit_begin(&edit, passing->packet);
	/* A QoS 0 PUBLISH has neither flag nor identifier (3.3.1.1). */
	bool counted = passing->packet->type != MQTT_PUBLISH || passing->packet->qos > 0;
	if (fault->values[DUP_FLAG].as.yes && counted)
		edit_set(&edit, edit_field_find("dup"), EDIT_NUMBER(1), NULL);
	if (fault->values[NEW_ID].as.yes && counted && passing->packet->mid != 0)
		edit_set(&edit, edit_field_find("mid"),
			 EDIT_NUMBER(UINT16_MAX - copies->ids++ % 16384), NULL);
	fault_replace(fault, passing, &edit, cause);
	edit_end(&edit);
}

static enum fault_verdict repeat(struct fault *fault, struct passing *passing)
{
	if (!fault_fits(fault, passing))
		return FAULT_PASS;
	trace_id event = fault_altered(fault, passing, "duplicated");
	struct passing original = *passing;
	fault_pass_on(fault, &original);
	for (int64_t i = 0; i < fault->values[COPIES].as.integer; i++)
		pass_copy(fault, passing, event);
	return FAULT_KEEP;
}

const struct net_fault fault_of_duplicate = {
	.row = {.name = "duplicate",
		.summary = "packets arrive more than once",
		.help = "The packets that fit are followed at once by copies with the same packet "
			"identifier, or one of their own. The faults armed later see each copy.",
		.params = params,
		.n_params = N_PARAMS},
	.takes_match = true,
	.state_size = sizeof(struct copies),
	.on_packet = repeat,
};
