/* machine.c - a person in the room with his printer: sees, takes off, answers, stops. */
#include <string.h>

#include "sim/people/person.h"

static struct machine_sight look(struct owner *owner, sim_ns now)
{
	struct people *people = owner->people;
	struct machine_sight sight = {0};
	people->out.look(people->out.arg, now, owner->printer, &sight);
	return sight;
}

static void take(struct owner *owner, sim_ns now, trace_id cause)
{
	struct people *people = owner->people;
	people->out.take_object(people->out.arg, now, owner->printer, owner->name, cause);
	owner->plate_clear = true;
}

static struct intent *wish_on_machine(struct owner *owner,
				      const struct machine_sight *sight)
{
	struct intent *intent = wish_of_task(owner, sight->task);
	return intent != NULL ? intent : wish_of_file(owner, sight->file);
}

/* --- clearing the plate ---------------------------------------------------------------- */

static void clear_due(void *arg, sim_ns now)
{
	struct owner *owner = arg;
	if (!at_machine(owner))
		return; /* he will see it when he is back, or up */
	struct machine_sight sight = look(owner, now);
	if (!sight.printing && sight.objects > 0)
		take(owner, now, owner->clear_cause);
}

static void will_clear(struct owner *owner, sim_ns now, trace_id cause)
{
	struct people *people = owner->people;
	if (queue_waiting(people->queue, owner->clear_timer))
		return;
	owner->clear_cause = cause;
	sim_ns in = person_wait(&owner->clear_luck, owner->habits.clears_after,
				owner->habits.clears_sigma);
	person_timer(owner, &owner->clear_timer, now + in, clear_due, owner);
}

/* --- stopping what nobody wants ---------------------------------------------------------- */

/* What he already has, or has cancelled. What he only gave up on he lets print. */
static bool is_unwanted(const struct intent *intent)
{
	return intent != NULL && (intent->finished || intent->state == INTENT_CANCELLED);
}

static void stop_due(void *arg, sim_ns now)
{
	struct owner *owner = arg;
	struct people *people = owner->people;
	if (!at_machine(owner))
		return;
	struct machine_sight sight = look(owner, now);
	if (sight.printing && is_unwanted(wish_on_machine(owner, &sight)))
		people->out.press_stop(people->out.arg, now, owner->printer, owner->name,
				       owner->stop_cause);
}

static sim_ns reaction(struct owner *owner)
{
	return person_wait(&owner->prompt_luck, owner->habits.answers_after,
			   owner->habits.answers_sigma);
}

static void will_stop(struct owner *owner, sim_ns now, trace_id cause)
{
	if (!owner->habits.stops_unwanted ||
	    queue_waiting(owner->people->queue, owner->stop_timer))
		return;
	owner->stop_cause = cause;
	person_timer(owner, &owner->stop_timer, now + reaction(owner), stop_due, owner);
}

/* --- prompts ------------------------------------------------------------------------------ */

static bool is_wanted(struct owner *owner, int64_t task, const char *file)
{
	struct intent *intent = wish_of_task(owner, task);
	if (intent == NULL)
		intent = wish_of_file(owner, file);
	if (intent != NULL)
		return intent->state == INTENT_OPEN ||
		       (intent->state == INTENT_SEEN && !intent->finished);
	for (intent = owner->intents; intent != NULL; intent = intent->next) {
		if (intent->state == INTENT_OPEN)
			return true; /* it does not say what it wants to print */
	}
	return false;
}

static void answer_at_machine(struct owner *owner, sim_ns now,
			      const struct machine_sight *sight)
{
	struct people *people = owner->people;
	trace_id cause = owner->prompt.event;
	bool yes = true;

	if (owner->habits.answers == ANSWERS_TRUTHFULLY) {
		/* What is to be gone on with stays where it is, and must be there. */
		if (sight->objects > 0 && !sight->asks_to_resume)
			take(owner, now, cause);
		yes = is_wanted(owner, sight->task, sight->file) &&
		      (sight->objects > 0 || !sight->asks_to_resume);
	}
	owner->prompt.number = 0;
	people->out.answer_prompt(people->out.arg, now, owner->printer, sight->prompt,
				  yes, owner->name, cause);
}

static void answer_in_app(struct owner *owner, sim_ns now)
{
	struct prompt prompt = owner->prompt;
	bool yes = true;

	if (clock_utc_ns(owner->people->clock, now) / 1000000 > prompt.not_after_utc_ms)
		return;
	if (owner->habits.answers == ANSWERS_TRUTHFULLY) {
		if (at_machine(owner)) {
			struct machine_sight sight = look(owner, now);
			if (sight.objects > 0)
				take(owner, now, prompt.event);
			else
				owner->plate_clear = true;
		}
		yes = is_wanted(owner, prompt.task, "");
		if (yes && !owner->plate_clear)
			return; /* he cannot see the plate, and leaves it */
	}
	owner->prompt.number = 0;
	app_confirm(owner, now, &prompt, yes);
}

static void prompt_due(void *arg, sim_ns now)
{
	struct owner *owner = arg;

	if (owner->prompt.number == 0 || owner->asleep)
		return;
	if (at_machine(owner)) {
		struct machine_sight sight = look(owner, now);
		if (sight.prompt == owner->prompt.number) {
			answer_at_machine(owner, now, &sight);
			return;
		}
	}
	if (owner->prompt.in_app)
		answer_in_app(owner, now);
}

static void will_answer(struct owner *owner, sim_ns now)
{
	if (owner->habits.answers == ANSWERS_NEVER ||
	    queue_waiting(owner->people->queue, owner->prompt.timer))
		return;
	person_timer(owner, &owner->prompt.timer, now + reaction(owner), prompt_due,
		     owner);
}

static void prompt_on_screen(struct owner *owner, sim_ns now,
			     const struct machine_sight *sight, trace_id cause)
{
	if (owner->prompt.number != sight->prompt) {
		struct queue_handle timer = owner->prompt.timer;
		queue_cancel(owner->people->queue, &timer);
		owner->prompt = (struct prompt){.number = sight->prompt,
						.task = sight->task,
						.not_after_utc_ms = INT64_MAX,
						.event = cause};
	}
	will_answer(owner, now);
}

void machine_prompt_in_app(struct owner *owner, sim_ns now, const struct prompt *prompt)
{
	if (prompt != &owner->prompt) {
		struct queue_handle timer = owner->prompt.timer;
		bool same = owner->prompt.number == prompt->number;
		if (!same)
			queue_cancel(owner->people->queue, &timer);
		owner->prompt = *prompt;
		owner->prompt.timer = timer;
	}
	owner->prompt.in_app = owner->habits.answers_in_app;
	if (!owner->asleep && owner->prompt.in_app)
		will_answer(owner, now);
}

/* --- looking ------------------------------------------------------------------------------- */

static bool is_at_rest(const struct machine_sight *sight)
{
	static const char *const REST[] = {"IDLE", "FINISH", "FAILED"};
	for (size_t i = 0; i < sizeof(REST) / sizeof(REST[0]); i++) {
		if (strcmp(REST[i], sight->state) == 0)
			return !sight->printing && sight->prompt == 0;
	}
	return false;
}

static void sees_printing(struct owner *owner, sim_ns now,
			  const struct machine_sight *sight, trace_id cause)
{
	struct intent *intent = wish_on_machine(owner, sight);
	trace_id seen = sight->event != 0 ? sight->event : cause;

	owner->plate_clear = false;
	if (intent != NULL && intent->state == INTENT_OPEN)
		wish_satisfied(intent, now, seen);
	else if (is_unwanted(intent))
		will_stop(owner, now, seen);
}

static void sees_at_rest(struct owner *owner, sim_ns now,
			 const struct machine_sight *sight, trace_id cause)
{
	/* The plate was clear, as he knew, and now something lies there: his. */
	struct intent *there = owner->plate_clear ? wish_first_open(owner) : NULL;

	if (there != NULL && sight->objects > 0 && strcmp(sight->state, "FINISH") == 0)
		wish_satisfied(there, now, sight->event != 0 ? sight->event : cause);
	/* Whatever he saw print has come to an end, one way or another. */
	for (struct intent *intent = owner->intents; intent != NULL;
	     intent = intent->next)
		intent->finished |= intent->state == INTENT_SEEN;
	owner->plate_clear = sight->objects == 0;
	if (sight->objects > 0)
		will_clear(owner, now, cause);
}

void machine_look(struct owner *owner, sim_ns now, trace_id cause)
{
	if (!at_machine(owner))
		return;
	struct machine_sight sight = look(owner, now);
	if (sight.prompt != 0)
		prompt_on_screen(owner, now, &sight, cause);
	else if (sight.printing)
		sees_printing(owner, now, &sight, cause);
	else if (is_at_rest(&sight))
		sees_at_rest(owner, now, &sight, cause);
}

bool machine_is_occupied(struct owner *owner, sim_ns now)
{
	if (!at_machine(owner))
		return false;
	struct machine_sight sight = look(owner, now);
	return !is_at_rest(&sight);
}

bool machine_ready(struct owner *owner, sim_ns now, trace_id cause)
{
	bool checks = chance_bool(&owner->check_luck, owner->habits.checks_plate);

	if (!at_machine(owner))
		return owner->plate_clear || !checks;
	struct machine_sight sight = look(owner, now);
	if (!is_at_rest(&sight))
		return false;
	if (checks && sight.objects > 0)
		take(owner, now, cause);
	return true;
}
