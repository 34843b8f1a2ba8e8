/* duplicate_start.c - one wish, more than one start. */
#include "sim/checks/property.h"
#include "sim/checks/start.h"

static void see(struct watch *watch, const struct trace_event *event)
{
	char words[DURATION_TEXT_MAX];
	struct start start;

	start_look(watch_story(watch), event, &start);
	const struct wish *wish = start.wish;
	if (wish == NULL)
		return;
	watch_examined(watch);
	if (start.duplicate)
		watch_breach(
			watch, event->id, event->who,
			"start no. %llu for the same wish, %s after the first (%d tap%s)",
			(unsigned long long)wish->starts,
			duration_words(event->t - wish->first_start_at, words),
			wish->taps, wish->taps == 1 ? "" : "s");
}

const struct property property_duplicate_start = {
	.row =
		{
			.name = "duplicate_start",
			.summary = "a wish is started more than once",
			.help = "One wish of one person for one object may become several tasks when it "
				"is sent again; every start after the first is a duplicate, also on "
				"another machine and also when the first ended badly. Starts without any "
				"tap behind them are left to stale_start.",
		},
	PROPERTY_KINDS(KIND_FIRMWARE_START),
	.see = see,
};
