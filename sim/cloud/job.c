/* job.c - one job: its state, its place in the lists, its end. */
#include <assert.h>

#include "sim/cloud/service.h"

struct mqtt_client *job_client(const struct job *job)
{
	return &job->cloud->clients[job->cloud->printers[job->printer].client];
}

void job_set_timer(struct job *job, sim_ns due)
{
	queue_cancel(job->cloud->queue, &job->timer);
	job->timer = queue_add(job->cloud->queue, due, send_timed_out, job);
}

static bool is_open(enum job_state state)
{
	return state != JOB_DONE && state != JOB_NOT_DONE && state != JOB_GONE;
}

static bool waits(enum job_state state)
{
	return state == JOB_IN_STORE || state == JOB_WAITING_BUSY;
}

static void set_open(struct job *job, bool open)
{
	struct printer_belief *printer = &job->cloud->printers[job->printer];

	if (job->open == open)
		return;
	job->open = open;
	job->cloud->n_open += open ? 1 : -1;
	if (open) {
		job->next_open = NULL;
		job->prev_open = printer->last_open;
		*(printer->last_open ? &printer->last_open->next_open
				     : &printer->first_open) = job;
		printer->last_open = job;
	} else {
		*(job->prev_open ? &job->prev_open->next_open : &printer->first_open) =
			job->next_open;
		*(job->next_open ? &job->next_open->prev_open : &printer->last_open) =
			job->prev_open;
	}
}

/* How long the oldest job that waits for this client has been in the store. */
static sim_ns oldest_wait(const struct mqtt_client *client, sim_ns now)
{
	const struct cloud *cloud = client->cloud;
	sim_ns oldest = 0;

	for (int i = 0; i < cloud->n_printers; i++) {
		if (cloud->printers[i].client != client->index)
			continue;
		for (const struct job *job = cloud->printers[i].first_open; job != NULL;
		     job = job->next_open) {
			if (waits(job->state) && now - job->accepted_at > oldest)
				oldest = now - job->accepted_at;
		}
	}
	return oldest;
}

static void count_waiting(struct job *job, sim_ns now, int change)
{
	struct mqtt_client *client = job_client(job);
	struct trace *trace = job->cloud->trace;

	client->waiting += change;
	assert(client->waiting >= 0);
	if (change > 0 && client->waiting >= 2) {
		if (client->waiting == 2 && client->waiting_peak == 0)
			client->waiting_since = now;
		if (client->waiting > client->waiting_peak)
			client->waiting_peak = client->waiting;
		trace_say(trace, job->chain, KIND_BACKLOG_DEPTH, client->name,
			  F_TEXT("place", "store"), F_INT("depth", client->waiting),
			  F_INT("oldest_for_ns", oldest_wait(client, now)));
	} else if (change < 0 && client->waiting < 2 && client->waiting_peak > 0) {
		trace_say(trace, job->chain, KIND_BACKLOG_DRAINED, client->name,
			  F_TEXT("place", "store"), F_INT("peak", client->waiting_peak),
			  F_INT("took_for_ns", now - client->waiting_since));
		client->waiting_peak = 0;
	}
}

void job_enter(struct job *job, sim_ns now, enum job_state state)
{
	enum job_state before = job->state;

	queue_cancel(job->cloud->queue, &job->timer);
	set_open(job, is_open(state));
	job->state = state;
	if (waits(before) != waits(state))
		count_waiting(job, now, waits(state) ? 1 : -1);
}

void service_news(struct cloud *cloud, sim_ns now, const struct job *job,
		  const char *state, const char *reason, trace_id event)
{
	cloud->out.news(cloud->out.arg, now,
			&(struct cloud_news){.printer = job->printer,
					     .task = job->task,
					     .state = state,
					     .reason = reason,
					     .event = event});
}

static void end(struct job *job, sim_ns now, enum job_state state, enum trace_kind kind,
		const char *reason, trace_id cause)
{
	struct cloud *cloud = job->cloud;
	trace_id event =
		trace_say(cloud->trace, cause, kind, "cloud", F_INT("task", job->task),
			  F_TEXT("printer", cloud->printers[job->printer].name),
			  F_TEXT("reason", reason));
	job->chain = event;
	job_enter(job, now, state);
	service_news(cloud, now, job, "failed", reason, event);
}

void job_fail(struct job *job, sim_ns now, const char *reason, trace_id cause)
{
	end(job, now, JOB_NOT_DONE, KIND_JOB_FAILED, reason, cause);
}

void job_drop(struct job *job, sim_ns now, const char *reason, trace_id cause)
{
	end(job, now, JOB_GONE, KIND_JOB_DROPPED, reason, cause);
}
