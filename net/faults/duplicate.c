/* duplicate.c - packets arrive more than once. */
#include "net/connection.h"

enum {
	COPIES,
	DUP_FLAG,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[COPIES] = {"copies", PARAM_INT, "", "1", 1, 1000, NULL, "so many copies more"},
	[DUP_FLAG] = {"dup_flag", PARAM_BOOL, "", "false", 0, 0, NULL,
		      "the copies of a PUBLISH with QoS 1 or 2 carry the DUP flag"},
};

static void pass_copy(struct fault *fault, const struct passing *passing, trace_id cause)
{
	struct bytes bytes = {0};
	struct mqtt_packet packet;
	struct passing copy = *passing;
	if (!bytes_add(&bytes, passing->bytes, passing->length))
		return;
	if (fault->values[DUP_FLAG].as.yes && passing->packet->type == MQTT_PUBLISH &&
	    passing->packet->qos > 0)
		bytes.memory[bytes.start] |= 8; /* 3.3.1.1 */
	if (mqtt_decode(bytes_data(&bytes), bytes_length(&bytes), passing->conn->version,
			&packet, NULL)) {
		copy.packet = &packet;
		copy.bytes = bytes_data(&bytes);
		copy.cause = cause;
		fault_pass_on(fault, &copy);
	}
	bytes_fini(&bytes);
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
			"identifier. The faults armed later see each copy.",
		.params = params,
		.n_params = N_PARAMS},
	.takes_match = true,
	.on_packet = repeat,
};
