/* inbox.c - starts that a machine has been given and has not decided on: its inbox, counted
 * from outside, by what was delivered to it and what it says it began or refused. */
#include "sim/fleet/fleet_room.h"

#include <stdlib.h>
#include <string.h>

static struct member *member_of(struct fleet *fleet, const char *who)
{
	const char *digits = strncmp(who, "printer/", 8) == 0 ? who + 8 : "";
	long number = strtol(digits, NULL, 10);

	if (number < 1 || number > fleet->n_members ||
	    strcmp(fleet->members[number - 1].name, who) != 0)
		return NULL;
	return &fleet->members[number - 1];
}

/* A delivery of what the service handed to its client because it dispatched a job. */
static bool is_start(const struct trace *trace, trace_id event)
{
	const struct trace_event *queued = trace_back_to(trace, event, KIND_MQTT_QUEUED);
	const struct trace_event *why =
		queued != NULL ? trace_find(trace, queued->cause) : NULL;

	return why != NULL && why->kind == KIND_JOB_DISPATCHED;
}

static void delivered(struct member *member, const struct trace_event *event)
{
	struct fleet_inbox *inbox = &member->inbox;

	if (!is_start(world_trace(member->fleet->world), event->id))
		return;
	if (inbox->n == FLEET_INBOX_MAX) { /* nobody says anything of the oldest */
		pile_lose(&inbox->pile, event->t, inbox->waiting[0].ticket, event->id);
		memmove(inbox->waiting, inbox->waiting + 1,
			--inbox->n * sizeof(inbox->waiting[0]));
	}
	inbox->waiting[inbox->n].delivery = event->id;
	inbox->waiting[inbox->n++].ticket =
		pile_enter(&inbox->pile, event->t, 0, event->id);
}

static void decided(struct member *member, const struct trace_event *event)
{
	struct fleet_inbox *inbox = &member->inbox;
	const struct trace_event *delivery =
		trace_back_to(world_trace(member->fleet->world), event->cause,
			      KIND_MQTT_DELIVER);

	for (size_t i = 0; delivery != NULL && i < inbox->n; i++) {
		if (inbox->waiting[i].delivery != delivery->id)
			continue;
		pile_release(&inbox->pile, event->t, inbox->waiting[i].ticket, event->id);
		memmove(inbox->waiting + i, inbox->waiting + i + 1,
			(--inbox->n - i) * sizeof(inbox->waiting[0]));
		return;
	}
}

static void watch(void *arg, const struct trace_event *event)
{
	struct fleet *fleet = arg;
	struct member *member;

	switch (event->kind) {
	case KIND_MQTT_DELIVER: /* who = link/printer/007 */
		member = strncmp(event->who, "link/", 5) == 0
				 ? member_of(fleet, event->who + 5)
				 : NULL;
		if (member)
			delivered(member, event);
		break;
	case KIND_FIRMWARE_START:
	case KIND_FIRMWARE_REFUSED:
	case KIND_FIRMWARE_WAITING: /* for a person, no longer for its turn */
		member = member_of(fleet, event->who);
		if (member && member->inbox.n > 0)
			decided(member, event);
		break;
	case KIND_FIRMWARE_CRASHED:
		member = member_of(fleet, event->who);
		if (member) {
			pile_lose_all(&member->inbox.pile, event->t, event->id);
			member->inbox.n = 0;
		}
		break;
	default:
		break;
	}
}

void inbox_start(struct fleet *fleet)
{
	for (int i = 0; i < fleet->n_members; i++)
		pile_init(&fleet->members[i].inbox.pile, world_trace(fleet->world),
			  world_queue(fleet->world), fleet->members[i].name, PLACE_INBOX,
			  1);
	trace_observe(world_trace(fleet->world), watch, fleet);
}

void inbox_end(struct fleet *fleet)
{
	for (int i = 0; i < fleet->n_members; i++)
		pile_close(&fleet->members[i].inbox.pile, world_clock(fleet->world)->now);
}

void inbox_fini(struct member *member)
{
	pile_fini(&member->inbox.pile);
}
