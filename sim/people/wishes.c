/* wishes.c - from a plan to a tap, to taps again, to having seen it or not. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/people/person.h"

/* How often a person whose turn has not come looks whether it has. */
#define LOOKS_AGAIN_EVERY (10 * SIM_MIN)
/* How long after getting up a person sends what had to wait for the morning. */
#define MORNING_FROM      (5 * SIM_MIN)
#define MORNING_TO        (30 * SIM_MIN)

static void plan_due(void *arg, sim_ns now);
static void resend_due(void *arg, sim_ns now);

/* --- plans --------------------------------------------------------------------------- */

void wish_plan(struct owner *owner, sim_ns due, const struct wish *wish, bool overnight,
	       int anew, trace_id cause)
{
	struct plan *plan = calloc(1, sizeof(*plan));
	if (plan == NULL)
		sim_out_of_memory("a person's plan");
	plan->owner = owner;
	plan->wish = *wish;
	plan->overnight = overnight;
	plan->anew = anew;
	plan->cause = cause;
	plan->next = owner->plans;
	owner->plans = plan;
	person_timer(owner, &plan->timer, due, plan_due, plan);
}

static void forget_plan(struct plan *plan)
{
	struct plan **at = &plan->owner->plans;
	while (*at != plan)
		at = &(*at)->next;
	*at = plan->next;
	free(plan);
}

/* Does he still wait for an earlier wish, or for its print to end? */
static bool has_unsettled(const struct owner *owner)
{
	for (const struct intent *intent = owner->intents; intent != NULL;
	     intent = intent->next) {
		if (intent->state == INTENT_OPEN ||
		    (intent->state == INTENT_SEEN && !intent->finished))
			return true;
	}
	return false;
}

/* --- taps ------------------------------------------------------------------------------ */

static sim_ns wait_before_resend(struct owner *owner)
{
	const struct habits *habits = &owner->habits;
	double median = (double)habits->resend_after;
	if (habits->honest)
		median *= habits->honest_patience;
	return person_wait(&owner->resend_luck, (sim_ns)median, habits->resend_sigma);
}

static void tap(struct intent *intent, sim_ns now, trace_id cause)
{
	struct owner *owner = intent->owner;

	intent->taps++;
	intent->last_tap =
		trace_say(owner->people->trace, cause, KIND_INTENT_TAP, owner->name,
			  F_INT("intent", intent->number), F_INT("tap", intent->taps),
			  F_TEXT("printer", owner->printer_name),
			  F_TEXT("job", intent->wish.job), F_TEXT("file", intent->file),
			  F_BOOL("overnight", intent->overnight));
	intent->last_tap_at = now;
	intent->last_tap_utc_ms = clock_utc_ns(owner->people->clock, now) / 1000000;
	if (intent->taps == 1) {
		intent->first_tap = intent->last_tap;
		intent->tapped_utc_ms = intent->last_tap_utc_ms;
	}
	person_timer(owner, &intent->resend, now + wait_before_resend(owner), resend_due,
		     intent);
	app_submit(intent, now, intent->last_tap);
}

static void give_up_due(void *arg, sim_ns now)
{
	struct intent *intent = arg;
	wish_dropped(intent, now, "gave up", intent->last_tap);
}

static struct intent *new_intent(const struct plan *plan, sim_ns now)
{
	struct owner *owner = plan->owner;
	struct people *people = owner->people;
	struct intent *intent = calloc(1, sizeof(*intent));
	struct intent **at = &owner->intents;

	if (intent == NULL)
		sim_out_of_memory("a person's wish");
	while (*at != NULL)
		at = &(*at)->next;
	*at = intent;
	intent->owner = owner;
	intent->number = ++people->n_intents;
	intent->wish = plan->wish;
	intent->overnight = plan->overnight;
	intent->anew = plan->anew;
	snprintf(intent->key, sizeof(intent->key), "wish-%lld",
		 (long long)intent->number);
	people->out.slice(people->out.arg, now, owner->printer, &intent->wish,
			  intent->file);
	if (owner->habits.gives_up_after > 0)
		person_timer(owner, &intent->give_up, now + owner->habits.gives_up_after,
			     give_up_due, intent);
	return intent;
}

static void plan_due(void *arg, sim_ns now)
{
	struct plan *plan = arg;
	struct owner *owner = plan->owner;

	if (owner->asleep) {
		sim_ns in = chance_between(&owner->anew_luck, MORNING_FROM, MORNING_TO);
		plan->overnight = false; /* that night will be over */
		person_timer(owner, &plan->timer, owner->sleep_to + in, plan_due, plan);
		return;
	}
	if (has_unsettled(owner) || !machine_ready(owner, now, plan->cause)) {
		person_timer(owner, &plan->timer, now + LOOKS_AGAIN_EVERY, plan_due,
			     plan);
		return;
	}
	struct intent *intent = new_intent(plan, now);
	trace_id cause = plan->cause;
	forget_plan(plan);
	tap(intent, now, cause);
}

/* Nothing visible has happened. */
static void resend_due(void *arg, sim_ns now)
{
	struct intent *intent = arg;
	struct owner *owner = intent->owner;
	struct machine_sight sight = {0};

	if (intent->state != INTENT_OPEN || owner->asleep)
		return;
	if (at_machine(owner)) {
		machine_look(owner, now, intent->last_tap);
		if (intent->state != INTENT_OPEN)
			return;
		owner->people->out.look(owner->people->out.arg, now, owner->printer,
					&sight);
		if (sight.printing || sight.prompt != 0) {
			/* He sees why: it is busy, or asks him something. */
			person_timer(owner, &intent->resend,
				     now + wait_before_resend(owner), resend_due, intent);
			return;
		}
	}
	if (intent->taps > owner->habits.resend_most ||
	    !chance_bool(&owner->resend_luck, owner->habits.resend_again))
		return;
	tap(intent, now, intent->last_tap);
}

void wish_error_shown(struct intent *intent, sim_ns now)
{
	struct owner *owner = intent->owner;
	if (intent->state != INTENT_OPEN)
		return;
	person_timer(owner, &intent->resend,
		     now + person_wait(&owner->resend_luck,
				       owner->habits.error_retry_after,
				       owner->habits.resend_sigma),
		     resend_due, intent);
}

/* --- ends -------------------------------------------------------------------------------- */

static void settle(struct intent *intent, enum intent_state state)
{
	struct queue *queue = intent->owner->people->queue;
	intent->state = state;
	queue_cancel(queue, &intent->resend);
	queue_cancel(queue, &intent->give_up);
	queue_cancel(queue, &intent->cancel);
}

void wish_satisfied(struct intent *intent, sim_ns now, trace_id cause)
{
	struct owner *owner = intent->owner;
	(void)now;
	assert(intent->state == INTENT_OPEN);
	trace_say(owner->people->trace, cause, KIND_INTENT_SATISFIED, owner->name,
		  F_INT("intent", intent->number),
		  F_TEXT("printer", owner->printer_name));
	settle(intent, INTENT_SEEN);
}

trace_id wish_dropped(struct intent *intent, sim_ns now, const char *reason,
		      trace_id cause)
{
	struct owner *owner = intent->owner;
	trace_id dropped;
	(void)now;
	if (intent->state != INTENT_OPEN)
		return cause;
	dropped = trace_say(owner->people->trace, cause, KIND_INTENT_DROPPED, owner->name,
			    F_INT("intent", intent->number),
			    F_TEXT("printer", owner->printer_name),
			    F_TEXT("reason", reason));
	settle(intent, INTENT_STOPPED);
	return dropped;
}

/* Reasons after which nobody would ask again: he said no himself, or has had it. */
static bool is_final(const char *reason)
{
	static const char *const FINAL[] = {"declined", "seen", "cancelled"};
	for (size_t i = 0; i < sizeof(FINAL) / sizeof(FINAL[0]); i++) {
		if (strcmp(FINAL[i], reason) == 0)
			return true;
	}
	return false;
}

void wish_told_no(struct intent *intent, sim_ns now, const char *reason, trace_id cause)
{
	struct owner *owner = intent->owner;
	char told[96];

	if (intent->state != INTENT_OPEN)
		return;
	snprintf(told, sizeof(told), "told: %.80s", reason);
	trace_id dropped = wish_dropped(intent, now, told, cause);
	if (is_final(reason) || intent->anew >= owner->habits.asks_anew)
		return;
	sim_ns in = person_wait(&owner->anew_luck, owner->habits.anew_after, 0.6);
	/* What is made anew comes from the wish that was refused. */
	wish_plan(owner, now + in, &intent->wish, intent->overnight, intent->anew + 1,
		  dropped);
}

void wishes_at_bedtime(struct owner *owner, sim_ns now, trace_id cause)
{
	for (struct intent *intent = owner->intents; intent != NULL;
	     intent = intent->next) {
		if (intent->state == INTENT_OPEN && !intent->overnight)
			wish_dropped(intent, now, "bedtime", cause);
	}
}

/* What was meant for the night has not come of it: he sees that there is nothing. Where it may
 * still come, or he cannot see, it is a wish of the day from now on. */
static void morning_after(struct intent *intent, sim_ns now, trace_id cause)
{
	struct owner *owner = intent->owner;

	if (at_machine(owner) && !machine_is_occupied(owner, now)) {
		wish_dropped(intent, now, "morning", cause);
		return;
	}
	intent->overnight = false;
	person_timer(owner, &intent->resend, now + wait_before_resend(owner), resend_due,
		     intent);
}

void wishes_in_the_morning(struct owner *owner, sim_ns now, trace_id cause)
{
	for (struct intent *intent = owner->intents; intent != NULL;
	     intent = intent->next) {
		if (intent->state == INTENT_OPEN && intent->overnight)
			morning_after(intent, now, cause);
	}
}

/* --- cancelling ------------------------------------------------------------------------------ */

static void cancel_due(void *arg, sim_ns now)
{
	struct intent *intent = arg;
	struct owner *owner = intent->owner;

	if (intent->state != INTENT_OPEN || owner->asleep)
		return;
	intent->cancel_event =
		trace_say(owner->people->trace, intent->first_tap, KIND_INTENT_CANCEL,
			  owner->name, F_INT("intent", intent->number),
			  F_TEXT("printer", owner->printer_name));
	settle(intent, INTENT_CANCELLED);
	app_cancel(intent, now, intent->cancel_event);
}

void wish_cancel_later(struct intent *intent, sim_ns due)
{
	person_timer(intent->owner, &intent->cancel, due, cancel_due, intent);
}

/* --- finding ---------------------------------------------------------------------------------- */

struct intent *wish_of_task(struct owner *owner, int64_t task)
{
	if (task == 0)
		return NULL;
	for (struct intent *intent = owner->intents; intent != NULL;
	     intent = intent->next) {
		for (int i = 0; i < intent->n_tasks; i++) {
			if (intent->tasks[i] == task)
				return intent;
		}
	}
	return NULL;
}

struct intent *wish_first_open(struct owner *owner)
{
	for (struct intent *intent = owner->intents; intent != NULL;
	     intent = intent->next) {
		if (intent->state == INTENT_OPEN)
			return intent;
	}
	return NULL;
}

struct intent *wish_of_file(struct owner *owner, const char *file)
{
	if (file[0] == '\0')
		return NULL;
	for (struct intent *intent = owner->intents; intent != NULL;
	     intent = intent->next) {
		if (strcmp(intent->file, file) == 0)
			return intent;
	}
	return NULL;
}

void wishes_free(struct owner *owner)
{
	struct queue *queue = owner->people->queue;
	while (owner->plans != NULL) {
		struct plan *plan = owner->plans;
		owner->plans = plan->next;
		queue_cancel(queue, &plan->timer);
		free(plan);
	}
	while (owner->intents != NULL) {
		struct intent *intent = owner->intents;
		owner->intents = intent->next;
		settle(intent, intent->state);
		free(intent);
	}
}
