/* on.c - each packet that fits is shown to a judge, who says what becomes of it. */
#include "net/on.h"

#include "net/connection.h"
#include "net/fault_parts.h"
#include "net/inside.h"

static const struct param options[] = {
	{"link", PARAM_TEXT, "", "*", 0, 0, NULL,
	 "name of the link, or a glob such as \"printer/*\""},
	{"name", PARAM_TEXT, "", "on", 0, 0, NULL,
	 "what the fault is called in the trace and in its receipt"},
};

const struct vocab_row *net_on_row(void)
{
	static const struct vocab_row row = {
		.name = "net.on",
		.summary = "a function of the script decides, packet by packet",
		.help = "The function is called with each packet that fits the keys of match, and "
			"with its link. It returns nothing or pass, drop, hold, cut, delay(\"5s\"), "
			"duplicate(2), or replace{ topic = …, json = { … } }. The packet can be "
			"read only inside the function; it is written to by replace. Nothing else "
			"can be done there but note(), at(), after() and every().",
		.params = options,
		.n_params = sizeof(options) / sizeof(options[0]),
	};
	return &row;
}

/* --- what becomes of the packet ------------------------------------------------------ */

static enum fault_verdict drop(struct fault *fault, struct passing *passing)
{
	fault_acted(fault, passing->conn->link, passing->now, "dropped", passing,
		    passing->cause);
	return FAULT_DROP;
}

static enum fault_verdict hold(struct fault *fault, struct passing *passing)
{
	trace_id cause = passing->cause;
	passing->cause = fault_altered(fault, passing, "held");
	if (fault_keep(fault, passing))
		return FAULT_KEEP;
	passing->cause = cause;
	return FAULT_PASS;
}

static enum fault_verdict delay(struct fault *fault, struct passing *passing,
				const struct net_verdict *verdict)
{
	passing->delay += verdict->delay;
	passing->overtake |= verdict->overtake;
	passing->cause = fault_altered(fault, passing, "delayed");
	return FAULT_PASS;
}

static enum fault_verdict duplicate(struct fault *fault, struct passing *passing,
				    int64_t copies)
{
	trace_id event = fault_altered(fault, passing, "duplicated");
	struct passing one = *passing;
	fault_pass_on(fault, &one);
	for (int64_t i = 0; i < copies; i++) {
		one = *passing;
		one.cause = event;
		fault_pass_on(fault, &one);
	}
	return FAULT_KEEP;
}

static enum fault_verdict replace(struct fault *fault, struct passing *passing,
				  const struct edit *edit)
{
	trace_id event = fault_altered(fault, passing, "replaced");
	if (!fault_replace(fault, passing, edit, event))
		conn_cut(passing->conn, passing->now, "too_long", event);
	return FAULT_KEEP;
}

static enum fault_verdict cut(struct fault *fault, struct passing *passing)
{
	passing->cause = fault_altered(fault, passing, "cut");
	return FAULT_CUT;
}

static enum fault_verdict carry_out(struct fault *fault, struct passing *passing,
				    const struct net_verdict *verdict)
{
	switch (verdict->answer) {
	case NET_PASS:
		return FAULT_PASS;
	case NET_DROP:
		return drop(fault, passing);
	case NET_DELAY:
		return delay(fault, passing, verdict);
	case NET_HOLD:
		return hold(fault, passing);
	case NET_DUPLICATE:
		return duplicate(fault, passing, verdict->copies);
	case NET_REPLACE:
		return replace(fault, passing, verdict->edit);
	case NET_CUT:
		return cut(fault, passing);
	case NET_FAILED:
		return FAULT_DROP;
	}
	return FAULT_PASS;
}

static enum fault_verdict ask(struct fault *fault, struct passing *passing)
{
	const struct net_judge *judge = fault->state;
	if (!fault_fits(fault, passing))
		return FAULT_PASS;
	const struct net_sight sight = fault_sight(passing);
	const struct net_verdict verdict = judge->judge(judge->arg, &sight);
	enum fault_verdict done = carry_out(fault, passing, &verdict);
	if (verdict.answer != NET_FAILED)
		judge->done(judge->arg);
	return done;
}

/* --- arming ------------------------------------------------------------------------- */

/* What stands in fault.armed beside the matcher. */
static const struct param said[] = {
	{"function", PARAM_FUNCTION, "", "", 0, 0, NULL, "where it stands"},
};

static const struct net_fault kind = {
	.row = {.name = "on", .params = said, .n_params = 1},
	.takes_match = true,
	.state_size = sizeof(struct net_judge),
	.on_packet = ask,
	.can_release = true,
};

int net_on_arm(struct net *net, const char *link_glob, const struct net_judge *judge,
	       const struct match *match, sim_ns now, trace_id cause,
	       struct fault **ret_fault, struct sim_error *error)
{
	const struct value value = {.given = true, .as.text = judge->place};
	const struct fault_order order = {
		.glob = link_glob,
		.row = &kind,
		.name = judge->name,
		.state = judge,
		.values = &value,
		.match = match,
	};
	net->now = now;
	return fault_arm_order(net, &order, now, cause, ret_fault, error);
}
