/* send.c - when a start leaves the store, and when it is sent again. */
#include <assert.h>

#include "sim/cloud/service.h"

/* MOSQ_ERR_NO_CONN: "not connected", but the library has queued the message. */
enum {
	RC_QUEUED = 4
};
/* MQTT 5.0, 3.4.2.1: no matching subscribers. */
enum {
	NOBODY_LISTENS = 0x10
};

static void hand_over(struct job *job, sim_ns now);

/* --- holding ---------------------------------------------------------------------------- */

/* How old the wish is, as far as the service knows. */
static sim_ns age_of(const struct job *job, sim_ns now)
{
	return service_utc_ns(job->cloud, now) - job->tapped_utc_ms * 1000000;
}

bool send_is_too_old(const struct job *job, sim_ns now)
{
	sim_ns most = job->cloud->set.drop_stale;
	return most > 0 && age_of(job, now) > most;
}

/* In the store, with the instant at which it will be too old to be sent. */
static void wait_in_store(struct job *job, sim_ns now)
{
	sim_ns most = job->cloud->set.drop_stale;

	job_enter(job, now, JOB_IN_STORE);
	if (most > 0) {
		sim_ns left = most - age_of(job, now);
		job_set_timer(job, now + (left > 0 ? left : 0) + SIM_MS);
	}
}

void send_hold(struct job *job, sim_ns now)
{
	if (job->state == JOB_IN_STORE)
		return;
	wait_in_store(job, now);
	service_news(job->cloud, now, job, "waiting", "connection", job->chain);
}

void send_or_hold(struct job *job, sim_ns now)
{
	const struct mqtt_client *client = job_client(job);
	if (session_takes(client) && !client->pacing)
		hand_over(job, now);
	else
		send_hold(job, now);
}

/* A held job leaves, or is found too old. Returns whether a start left. */
static bool release(struct job *job, sim_ns now)
{
	if (send_is_too_old(job, now)) {
		job_drop(job, now, "expired", job->chain);
		return false;
	}
	hand_over(job, now);
	return true;
}

static struct job *next_held(struct mqtt_client *client, int64_t after_task)
{
	struct cloud *cloud = client->cloud;
	for (int64_t i = after_task; i < cloud->n_jobs; i++) {
		struct job *job = cloud->jobs[i];
		if (job->state == JOB_IN_STORE && job_client(job) == client)
			return job;
	}
	return NULL;
}

static void next_paced(void *arg, sim_ns now)
{
	struct mqtt_client *client = arg;
	struct cloud *cloud = client->cloud;
	struct job *job = next_held(client, 0);

	while (job != NULL && !release(job, now))
		job = next_held(client, job->task);
	client->pacing = job != NULL;
	if (client->pacing)
		client->pace = queue_add(cloud->queue, now + cloud->set.paced_drain,
					 next_paced, client);
}

void store_flush(struct cloud *cloud, sim_ns now, struct mqtt_client *client)
{
	if (cloud->set.paced_drain > 0) {
		next_paced(client, now);
		return;
	}
	for (struct job *job = next_held(client, 0); job != NULL;
	     job = next_held(client, job->task))
		(void)release(job, now);
}

/* --- sending ----------------------------------------------------------------------------- */

/* How long to wait for the printer's report: constant, or doubling with half of it left to
 * chance from the second on. */
static sim_ns patience(struct job *job)
{
	struct cloud *cloud = job->cloud;
	sim_ns wait = cloud->set.confirm_within;

	if (!cloud->set.retry_backoff || job->silent <= 1)
		return wait;
	for (int i = 1; i < job->silent && wait < cloud->set.retry_most; i++)
		wait *= 2;
	if (wait > cloud->set.retry_most)
		wait = cloud->set.retry_most;
	return wait / 2 + chance_between(&cloud->jitter, 0, wait / 2);
}

static void hand_over(struct job *job, sim_ns now)
{
	struct cloud *cloud = job->cloud;
	struct mqtt_client *client = job_client(job);
	int mid = 0;

	job->attempts++;
	job->silent++;
	job->puback = job->given_up = job->unreachable = false;
	cloud->counts.dispatches++;
	cloud->counts.retries += job->attempts > 1;
	job->chain = trace_say(cloud->trace, job->chain, KIND_JOB_DISPATCHED, "cloud",
			       F_INT("task", job->task),
			       F_TEXT("printer", cloud->printers[job->printer].name),
			       F_TEXT("client", client->name),
			       F_INT("attempt", job->attempts));
	trace_id dispatched = job->chain;
	job_enter(job, now, JOB_SENT);
	int rc = message_start(job, now, dispatched, &mid);
	if (rc != 0 && rc != RC_QUEUED) {
		job_fail(job, now, "not sent", dispatched);
		return;
	}
	if (mid > 0 && mid < MID_COUNT)
		client->task_of_mid[mid] = (uint32_t)job->task;
	job_set_timer(job, now + patience(job));
	service_news(cloud, now, job, "sent", "", dispatched);
}

void send_answered(struct job *job, sim_ns now, int code, const char *reason,
		   trace_id cause)
{
	struct cloud *cloud = job->cloud;

	if (job->state != JOB_SENT)
		return; /* the printer has spoken, or the person */
	trace_id event = trace_say(cloud->trace, cause, KIND_JOB_REFUSED, "cloud",
				   F_INT("task", job->task),
				   F_TEXT("printer", cloud->printers[job->printer].name),
				   F_TEXT("reason", reason));
	if (code != NOBODY_LISTENS) {
		job_fail(job, now, reason, event);
		return;
	}
	job->silent = 0;
	job->unreachable = true;
	job->chain = event;
	job_enter(job, now, JOB_WAITING_BUSY);
	service_news(cloud, now, job, "waiting", "printer not there", event);
}

/* Takes one retry from the budget; false: none left, *ret_wait says for how long. */
static bool take_retry(struct cloud *cloud, sim_ns now, sim_ns *ret_wait)
{
	double per_ns = cloud->set.retry_budget / (double)SIM_MIN;

	if (!cloud->set.retry_backoff)
		return true;
	cloud->budget += (double)(now - cloud->budget_at) * per_ns;
	if (cloud->budget > cloud->set.retry_budget)
		cloud->budget = cloud->set.retry_budget;
	cloud->budget_at = now;
	if (cloud->budget < 1.0) {
		*ret_wait = (sim_ns)((1.0 - cloud->budget) / per_ns) + SIM_MS;
		return false;
	}
	cloud->budget -= 1.0;
	return true;
}

static bool retries_used_up(const struct job *job, int used)
{
	int most = job->cloud->set.retries;
	return most >= 0 && used >= most;
}

/* Nothing was heard of the start. What moved the job last is its dispatch, or the timeout
 * after which the printer was asked: no dispatch has two. */
static trace_id say_no_start(struct job *job)
{
	struct cloud *cloud = job->cloud;
	return trace_say(cloud->trace, job->chain, KIND_JOB_TIMEOUT, "cloud",
			 F_INT("task", job->task),
			 F_TEXT("printer", cloud->printers[job->printer].name),
			 F_INT("attempt", job->attempts), F_TEXT("awaits", "start"));
}

/* It was heard of, and no end of it. free_after: the last task of its printer, which is
 * free; NULL: its expected end has passed. */
static trace_id say_no_end(struct job *job, const int64_t *free_after)
{
	struct cloud *cloud = job->cloud;
	const char *printer = cloud->printers[job->printer].name;

	if (free_after == NULL)
		return trace_say(cloud->trace, job->chain, KIND_JOB_TIMEOUT, "cloud",
				 F_INT("task", job->task), F_TEXT("printer", printer),
				 F_INT("attempt", job->attempts),
				 F_TEXT("awaits", "finish"));
	return trace_say(cloud->trace, job->chain, KIND_JOB_TIMEOUT, "cloud",
			 F_INT("task", job->task), F_TEXT("printer", printer),
			 F_INT("attempt", job->attempts), F_TEXT("awaits", "finish"),
			 F_INT("free_after", *free_after));
}

/* The printer is asked for its state; what it answers decides (send_to_free_printer). */
static void ask(struct job *job, sim_ns now)
{
	if (session_takes(job_client(job)))
		(void)message_ask(job->cloud, now, job->printer, job->chain);
}

/* Nothing at all was heard of the start, or of the question. */
static void unconfirmed(struct job *job, sim_ns now)
{
	struct cloud *cloud = job->cloud;
	sim_ns wait;

	if (!retries_used_up(job, job->silent - 1) && !take_retry(cloud, now, &wait)) {
		job_set_timer(job, now + wait);
		return;
	}
	job->chain = say_no_start(job);
	if (retries_used_up(job, job->silent - 1)) {
		job_fail(job, now, "no confirmation", job->chain);
		job->given_up = true;
		return;
	}
	if (!cloud->set.ask) {
		send_or_hold(job, now);
		return;
	}
	if (job->state == JOB_ASKED)
		job->silent++;
	job_enter(job, now, JOB_ASKED);
	ask(job, now);
	job_set_timer(job, now + patience(job));
}

/* It began, and is taken for not done. */
static void resend_unfinished(struct job *job, sim_ns now, const int64_t *free_after)
{
	if (!job->cloud->set.resend_unfinished)
		return;
	job->chain = say_no_end(job, free_after);
	if (job->cloud->set.ask || retries_used_up(job, job->resends)) {
		job_fail(job, now, "outcome unknown", job->chain);
		return;
	}
	job->resends++;
	job->silent = 0;
	job->shown_printing = false;
	send_or_hold(job, now);
}

static void overdue(struct job *job, sim_ns now)
{
	struct cloud *cloud = job->cloud;

	if (now < job->expected_end) {
		job_set_timer(job, job->expected_end);
	} else if (cloud->set.ask && !job->asked) {
		job->asked = true;
		ask(job, now);
		job_set_timer(job, now + cloud->set.confirm_within);
	} else {
		resend_unfinished(job, now, NULL);
	}
}

void send_timed_out(void *arg, sim_ns now)
{
	struct job *job = arg;

	switch (job->state) {
	case JOB_IN_STORE:
		job_drop(job, now, "expired", job->chain);
		break;
	case JOB_SENT:
	case JOB_ASKED:
		unconfirmed(job, now);
		break;
	case JOB_AT_PRINTER:
	case JOB_BEGUN:
		overdue(job, now);
		break;
	case JOB_WAITING_BUSY:
	case JOB_DONE:
	case JOB_NOT_DONE:
	case JOB_GONE:
		assert(!"no timer runs in this state");
	}
}

void send_rearm(struct job *job, sim_ns now)
{
	switch (job->state) {
	case JOB_IN_STORE:
		wait_in_store(job, now);
		break;
	case JOB_SENT:
	case JOB_ASKED:
		job_set_timer(job, now + job->cloud->set.confirm_within);
		break;
	case JOB_AT_PRINTER:
	case JOB_BEGUN:
		job_set_timer(job,
			      job->expected_end > now ? job->expected_end : now + SIM_S);
		break;
	default:
		break;
	}
}

/* One job of a printer that is free and last had another task. Returns whether a start
 * was sent, or held for it. */
static bool offer(struct job *job, sim_ns now, int64_t last_task)
{
	switch (job->state) {
	case JOB_BEGUN:
		resend_unfinished(job, now, &last_task);
		return job->state == JOB_SENT || job->state == JOB_IN_STORE;
	case JOB_WAITING_BUSY:
		if (job->unreachable && send_is_too_old(job, now)) {
			job_drop(job, now, "expired", job->chain);
			return false;
		}
		send_or_hold(job, now);
		return true;
	case JOB_ASKED:
		send_or_hold(job, now);
		return true;
	default:
		return false;
	}
}

void send_to_free_printer(struct cloud *cloud, sim_ns now, int printer, int64_t last_task)
{
	struct job *next;
	for (struct job *job = cloud->printers[printer].first_open; job != NULL;
	     job = next) {
		next = job->next_open; /* offer may end the job */
		if (job->task != last_task && offer(job, now, last_task))
			return; /* one at a time: it is free for one */
	}
}
