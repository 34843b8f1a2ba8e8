/* app.c - the app in the owner's hand, or the desktop program: calls, answers, what it shows. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/people/person.h"

/* A person tries to cancel at most this often when the service does not answer. */
enum {
	CANCEL_TRIES_MOST = 5
};

static const char *const OP_NAMES[] = {[APP_SUBMIT] = "submit",
				       [APP_CANCEL] = "cancel",
				       [APP_CONFIRM] = "confirm",
				       [APP_ORDER] = "order"};

/* --- requests ---------------------------------------------------------------------- */

static void timed_out(void *arg, sim_ns now);

static struct request *new_request(struct owner *owner, struct intent *intent,
				   enum app_op op, int try, int64_t task)
{
	struct request *request = calloc(1, sizeof(*request));
	if (request == NULL)
		sim_out_of_memory("an app's request");
	request->owner = owner;
	request->intent = intent;
	request->op = op;
	request->try = try;
	request->task = task;
	/* The remainder says whose it is. */
	request->ticket =
		++owner->people->last_ticket * (uint64_t)owner->people->n_owners +
		(uint64_t)owner->index;
	request->next = owner->requests;
	owner->requests = request;
	return request;
}

static void forget_request(struct request *request)
{
	struct request **at = &request->owner->requests;
	while (*at != request)
		at = &(*at)->next;
	*at = request->next;
	queue_cancel(request->owner->people->queue, &request->timer);
	free(request);
}

/* Sends it. The answer may come before this returns, and the request may be gone then. */
static void send_request(struct request *request, sim_ns now, trace_id cause,
			 struct app_call *call)
{
	struct owner *owner = request->owner;
	struct people *people = owner->people;

	request->sent_at = now;
	request->event = trace_say(people->trace, cause, KIND_APP_REQUEST, owner->app,
				   F_TEXT("op", OP_NAMES[request->op]),
				   F_TEXT("printer", owner->printer_name),
				   F_INT("try", request->try));
	person_timer(owner, &request->timer, now + owner->habits.request_timeout,
		     timed_out, request);
	call->op = request->op;
	call->printer = owner->printer;
	call->cause = request->event;
	call->ticket = request->ticket;
	people->out.call(people->out.arg, now, call);
}

static void send_submit(struct intent *intent, sim_ns now, int try)
{
	struct owner *owner = intent->owner;
	struct request *request = new_request(owner, intent, APP_SUBMIT, try, 0);
	struct app_call call = {
		.job = intent->wish.job,
		.file = intent->file,
		/* The app knows the tap that it was given, not that it repeats a wish; one that
		 * has a key for the wish does. */
		.tapped_utc_ms = owner->habits.sends_key ? intent->tapped_utc_ms
							 : intent->last_tap_utc_ms,
		.wish_key = owner->habits.sends_key ? intent->key : NULL,
		.lan = intent->wish.lan,
	};
	send_request(request, now, intent->last_tap, &call);
}

static void send_cancel(struct intent *intent, sim_ns now, int try, int64_t task)
{
	struct request *request =
		new_request(intent->owner, intent, APP_CANCEL, try, task);
	struct app_call call = {.task = task};
	send_request(request, now, intent->cancel_event, &call);
}

void app_confirm(struct owner *owner, sim_ns now, const struct prompt *prompt, bool yes)
{
	struct request *request = new_request(owner, NULL, APP_CONFIRM, 1, prompt->task);
	struct app_call call = {
		.task = prompt->task,
		.prompt = prompt->number,
		.plate_epoch = prompt->epoch,
		.yes = yes,
		.not_after_utc_ms = prompt->not_after_utc_ms,
	};
	send_request(request, now, prompt->event, &call);
}

void app_order(struct order *order, sim_ns now, trace_id cause)
{
	struct owner *owner = order->owner;
	struct request *request = new_request(owner, NULL, APP_ORDER, 1, 0);
	struct app_call call = {
		.command = order->command,
		.param = order->param,
		.tapped_utc_ms = clock_utc_ns(owner->people->clock, now) / 1000000,
	};
	send_request(request, now, cause, &call);
}

/* --- what it shows --------------------------------------------------------------------- */

static void show(struct intent *intent, sim_ns now, int64_t task, const char *state,
		 const char *reason, trace_id cause)
{
	struct owner *owner = intent->owner;
	(void)now;

	if (intent->shown_task == task && strcmp(intent->shown, state) == 0)
		return;
	intent->shown_task = task;
	snprintf(intent->shown, sizeof(intent->shown), "%s", state);
	snprintf(intent->shown_reason, sizeof(intent->shown_reason), "%.60s", reason);
	intent->shown_event =
		trace_say(owner->people->trace, cause, KIND_APP_SHOWS, owner->app,
			  F_TEXT("printer", owner->printer_name), F_INT("task", task),
			  F_TEXT("state", state), F_TEXT("reason", intent->shown_reason),
			  F_INT("intent", intent->number));
	intent->unread = true;
}

static void add_task(struct intent *intent, int64_t task)
{
	if (task == 0 || wish_of_task(intent->owner, task) == intent)
		return;
	if (intent->n_tasks < TASKS_MOST)
		intent->tasks[intent->n_tasks++] = task;
}

static bool shows(const struct intent *intent, const char *state)
{
	return strcmp(intent->shown, state) == 0;
}

/* The service does not know; that does not mean that it will not print. */
static bool is_ignorance(const char *reason)
{
	return strcmp(reason, "no confirmation") == 0 ||
	       strcmp(reason, "outcome unknown") == 0;
}

static void read_failed(struct intent *intent, sim_ns now)
{
	bool last = intent->n_tasks == 0 ||
		    intent->shown_task == intent->tasks[intent->n_tasks - 1];

	/* An error of the API (task 0) says nothing about a print either. */
	bool ignorance = intent->shown_task == 0 || is_ignorance(intent->shown_reason);

	if (intent->state == INTENT_SEEN && !ignorance)
		intent->finished = true;
	if (!last)
		return; /* of an earlier tap; the later one still counts */
	if (ignorance)
		wish_error_shown(intent, now);
	else
		wish_told_no(intent, now, intent->shown_reason, intent->shown_event);
}

/* He sees what the app shows of this wish. */
static void read_intent(struct intent *intent, sim_ns now)
{
	struct owner *owner = intent->owner;
	bool done = shows(intent, "finished");

	if (!intent->unread || owner->asleep)
		return;
	intent->unread = false;
	if (done || shows(intent, "printing") || shows(intent, "preparing")) {
		if (intent->state == INTENT_OPEN)
			wish_satisfied(intent, now, intent->shown_event);
		owner->plate_clear = false;
		if (done)
			intent->finished = true;
	} else if (shows(intent, "failed")) {
		read_failed(intent, now);
	}
	if (done)
		machine_look(owner, now, intent->shown_event);
}

void app_look(struct owner *owner, sim_ns now)
{
	for (struct intent *intent = owner->intents; intent != NULL;
	     intent = intent->next)
		read_intent(intent, now);
	if (owner->prompt.number != 0 && owner->prompt.in_app)
		machine_prompt_in_app(owner, now, &owner->prompt);
}

/* "sent" means that the service has handed it to its MQTT library, and no more. The app of
 * 2023 calls that a success; an honest one says what it is. */
static const char *as_shown(const struct owner *owner, const char *state)
{
	bool sent = strcmp(state, "sent") == 0;
	if (owner->habits.honest && (sent || strcmp(state, "waiting") == 0))
		return "waiting for printer";
	return sent ? "success" : state;
}

static struct intent *last_open(struct owner *owner)
{
	struct intent *found = NULL;
	for (struct intent *intent = owner->intents; intent != NULL;
	     intent = intent->next) {
		if (intent->state == INTENT_OPEN)
			found = intent;
	}
	return found;
}

void app_news(struct owner *owner, sim_ns now, int64_t task, const char *state,
	      const char *reason, trace_id cause)
{
	struct intent *intent = wish_of_task(owner, task);

	if (intent == NULL && task != 0) {
		/* A job whose number the app has not been told, yet or ever: the service
		 * names it, and he knows his own. */
		intent = last_open(owner);
		if (intent != NULL)
			add_task(intent, task);
	}
	if (intent == NULL)
		return;
	show(intent, now, task, as_shown(owner, state), reason, cause);
	read_intent(intent, now);
}

/* --- answers -------------------------------------------------------------------------------- */

static void repeat_submit(void *arg, sim_ns now)
{
	struct request *request = arg;
	struct intent *intent = request->intent;
	int try = request->try + 1;

	forget_request(request);
	if (intent->state == INTENT_OPEN)
		send_submit(intent, now, try);
}

static void repeat_cancel(void *arg, sim_ns now)
{
	struct request *request = arg;
	struct intent *intent = request->intent;
	int try = request->try + 1;
	int64_t task = request->task;

	forget_request(request);
	if (!intent->owner->asleep)
		send_cancel(intent, now, try, task);
}

/* The desktop program: at once, as often as the bound allows, without growing patience. */
static bool repeats_by_itself(const struct request *request, sim_ns now)
{
	const struct intent *intent = request->intent;
	const struct habits *habits = &request->owner->habits;
	return habits->program == PROGRAM_STUDIO && intent->state == INTENT_OPEN &&
	       now - intent->last_tap_at < habits->studio_tries_for;
}

static void submit_failed(struct request *request, sim_ns now, const char *reason,
			  trace_id reply)
{
	struct owner *owner = request->owner;
	struct intent *intent = request->intent;

	if (repeats_by_itself(request, now)) {
		sim_ns apart = SIM_S / owner->habits.studio_per_second;
		sim_ns due = now + owner->habits.studio_think;
		if (due < request->sent_at + apart)
			due = request->sent_at + apart;
		person_timer(owner, &request->timer, due, repeat_submit, request);
		return;
	}
	forget_request(request);
	if (intent->state != INTENT_OPEN)
		return;
	intent->shown[0] = '\0'; /* each error is shown */
	show(intent, now, 0, "failed", reason, reply);
	read_intent(intent, now);
}

static void submit_accepted(struct request *request, sim_ns now, int64_t task,
			    trace_id reply)
{
	struct intent *intent = request->intent;

	forget_request(request);
	add_task(intent, task);
	if (intent->state == INTENT_CANCELLED) {
		intent->calls_out++;
		send_cancel(intent, now, 1, task);
		return;
	}
	if (!shows(intent, "preparing") && !shows(intent, "printing") &&
	    !shows(intent, "finished"))
		show(intent, now, task, as_shown(intent->owner, "sent"), "", reply);
	intent->unread = false;
}

static void cancel_answered(struct request *request, sim_ns now, bool ok, bool silent,
			    trace_id reply)
{
	struct intent *intent = request->intent;
	struct owner *owner = request->owner;

	if (!ok && silent && request->try < CANCEL_TRIES_MOST) {
		sim_ns in =
			person_wait(&owner->cancel_luck, owner->habits.error_retry_after,
				    owner->habits.resend_sigma);
		person_timer(owner, &request->timer, now + in, repeat_cancel, request);
		return;
	}
	forget_request(request);
	intent->cancel_failed |= !ok;
	if (--intent->calls_out > 0 || intent->cancel_failed)
		return;
	trace_say(owner->people->trace, reply, KIND_INTENT_CANCELLED, owner->name,
		  F_INT("intent", intent->number),
		  F_TEXT("printer", owner->printer_name));
}

/* Failures of the API itself, after which the same call may do better. */
static bool is_passing(const char *reason)
{
	return strcmp(reason, "busy") == 0 || strcmp(reason, "time-out") == 0 ||
	       strcmp(reason, "unavailable") == 0;
}

static void answered(struct request *request, sim_ns now, bool ok, const char *reason,
		     int64_t task, trace_id cause)
{
	struct owner *owner = request->owner;
	trace_id reply =
		trace_say(owner->people->trace, cause, KIND_APP_REPLY, owner->app,
			  F_TEXT("op", OP_NAMES[request->op]),
			  F_TEXT("printer", owner->printer_name), F_BOOL("ok", ok),
			  F_TEXT("reason", reason), F_INT("task", task));

	queue_cancel(owner->people->queue, &request->timer);
	request->answered = true;
	switch (request->op) {
	case APP_SUBMIT:
		if (ok)
			submit_accepted(request, now, task, reply);
		else
			submit_failed(request, now, reason, reply);
		break;
	case APP_CANCEL:
		cancel_answered(request, now, ok, is_passing(reason), reply);
		break;
	case APP_CONFIRM:
	case APP_ORDER: /* he sees whether it went, and leaves it at that */
		forget_request(request);
		break;
	}
}

static void timed_out(void *arg, sim_ns now)
{
	struct request *request = arg;
	answered(request, now, false, "time-out", 0, request->event);
}

void app_answer(struct people *people, sim_ns now, uint64_t ticket, bool ok,
		const char *reason, int64_t task, trace_id cause)
{
	struct owner *owner = &people->owners[ticket % (uint64_t)people->n_owners];

	for (struct request *request = owner->requests; request != NULL;
	     request = request->next) {
		if (request->ticket != ticket)
			continue;
		/* After its time-out the app no longer listens. */
		if (!request->answered)
			answered(request, now, ok, reason, task, cause);
		return;
	}
}

/* --- calls of its person -------------------------------------------------------------------- */

void app_submit(struct intent *intent, sim_ns now, trace_id cause)
{
	assert(cause == intent->last_tap);
	(void)cause;
	send_submit(intent, now, 1);
}

static bool submit_is_out(const struct intent *intent)
{
	for (const struct request *request = intent->owner->requests; request != NULL;
	     request = request->next) {
		if (request->intent == intent && request->op == APP_SUBMIT &&
		    !request->answered)
			return true;
	}
	return false;
}

bool app_is_sending(const struct intent *intent)
{
	for (const struct request *request = intent->owner->requests; request != NULL;
	     request = request->next) {
		if (request->intent == intent && request->op == APP_SUBMIT)
			return true;
	}
	return false;
}

void app_cancel(struct intent *intent, sim_ns now, trace_id cause)
{
	struct owner *owner = intent->owner;

	if (intent->n_tasks == 0 && !submit_is_out(intent)) {
		/* The app knows of nothing to cancel, and says that it is done. */
		trace_say(owner->people->trace, cause, KIND_INTENT_CANCELLED, owner->name,
			  F_INT("intent", intent->number),
			  F_TEXT("printer", owner->printer_name));
		return;
	}
	int n = intent->n_tasks;
	intent->calls_out = n;
	for (int i = 0; i < n; i++)
		send_cancel(intent, now, 1, intent->tasks[i]);
}

void app_free(struct owner *owner)
{
	while (owner->requests != NULL)
		forget_request(owner->requests);
}
