/* rewrite.c - packets arrive with fields replaced. */
#include "net/connection.h"

#include "net/edit_values.h"

/* clang-format off */
static const struct param params[EDIT_N_PARAMS] = {EDIT_PARAMS};
/* clang-format on */

static int check(const struct value *values, struct sim_error *error)
{
	if (!edit_values_any(values))
		return sim_fail(error, SIM_EINVAL,
				"say what is to be rewritten, for instance set_qos = 0");
	return edit_values_check(values, error);
}

static enum fault_verdict change(struct fault *fault, struct passing *passing)
{
	struct edit edit;
	enum fault_verdict verdict = FAULT_PASS;
	/* A lie about where a property may stand is told on purpose: type = "…". */
	bool typed = (fault->match && fault->match->type != 0) ||
		     (fault->preset && fault->preset->type != 0);
	if (!(edit_values_types(fault->values, !typed) >> passing->packet->type & 1) ||
	    !fault_fits(fault, passing))
		return FAULT_PASS;
	edit_begin(&edit, passing->packet);
	/* What does not speak MQTT 5.0, or carries no JSON, passes as it is. */
	if (edit_values_apply(&edit, fault->values, NULL) == SIM_OK) {
		trace_id event = fault_altered(fault, passing, "rewritten");
		if (fault_replace(fault, passing, &edit, event))
			verdict = FAULT_KEEP;
	}
	edit_end(&edit);
	return verdict;
}

const struct net_fault fault_of_rewrite = {
	.row = {.name = "rewrite",
		.summary = "packets arrive with fields replaced",
		.help = "Any field of any packet, by name (set_topic, set_retain, set_code, "
			"set_keepalive …), any property of MQTT 5.0 (set_message_expiry, "
			"set_receive_maximum …), or a member of a JSON payload. Only packets that "
			"have all that is named are looked at; with type given, also where the "
			"standard has no such property. What is not named stays the same "
			"bytes. Values may be illegal; what no longer is a packet then goes on as "
			"plain bytes, and the peer judges it. A packet that cannot be changed so (a "
			"property before MQTT 5.0, a payload that is no JSON) passes unchanged and "
			"counts as matched only.",
		.params = params,
		.n_params = EDIT_N_PARAMS},
	.takes_match = true,
	.check = check,
	.on_packet = change,
};
