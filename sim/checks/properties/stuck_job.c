/* stuck_job.c - a job that the service neither brings to a start nor gives up. */
#include "sim/checks/property.h"

static const struct param PARAMS[] = {
	{"longer_than", PARAM_DURATION, "s", "1h", 0, 0, NULL,
	 "a job may lie in the store so long without an outcome"},
};

static void see(struct watch *watch, const struct trace_event *event)
{
	struct waiting *accepted = watch_state(watch);
	watch_examined(watch);
	waiting_add(accepted, event->id, event->t, trace_int(event, "task", 0));
	watch_wake_after(watch, event->t + watch_value(watch, 0)->as.ns);
}

static void wake(struct watch *watch, sim_ns now)
{
	struct waiting *accepted = watch_state(watch);
	sim_ns limit = watch_value(watch, 0)->as.ns;
	const struct waiting_item *item;
	char words[DURATION_TEXT_MAX];

	while ((item = waiting_first(accepted)) != NULL) {
		if (item->since + limit >= now) {
			watch_wake_after(watch, item->since + limit);
			return;
		}
		const struct task *task = story_task(watch_story(watch), item->number);
		const struct trace_event *event =
			trace_find(watch_trace(watch), item->event);
		if (task != NULL && !task->settled)
			watch_breach(
				watch, item->event,
				trace_text(event, "printer", event->who),
				"task %lld was accepted, and %s later the service knew of no "
				"start and no end",
				(long long)item->number, duration_words(limit, words));
		waiting_drop_first(accepted);
	}
}

static void end(struct watch *watch)
{
	waiting_fini(watch_state(watch));
}

const struct property property_stuck_job = {
	.row =
		{
			.name = "stuck_job",
			.summary =
				"the service neither brings a job to a start nor gives it up",
			.help = "Judged by what the service knows: a job whose start was never reported "
				"is stuck, even when it prints. Started, finished, failed, cancelled and "
				"dropped all settle a job. A job that waits behind a long print is stuck "
				"too, if it waits longer than the limit.",
			PROPERTY_PARAMS(PARAMS),
		},
	PROPERTY_KINDS(KIND_JOB_ACCEPTED),
	.state_size = sizeof(struct waiting),
	.see = see,
	.wake = wake,
	.end = end,
};
