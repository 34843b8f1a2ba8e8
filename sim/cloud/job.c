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

static void count_waiting(struct job *job, sim_ns now, bool comes, bool sent)
{
	struct pile *store = &job_client(job)->store;

	if (comes)
		job->waiting = pile_enter(store, now, 0, job->chain);
	else if (sent)
		pile_release(store, now, job->waiting, job->chain);
	else
		pile_lose(store, now, job->waiting, job->chain);
}

void job_enter(struct job *job, sim_ns now, enum job_state state)
{
	enum job_state before = job->state;

	queue_cancel(job->cloud->queue, &job->timer);
	set_open(job, is_open(state));
	job->state = state;
	if (waits(before) != waits(state))
		count_waiting(job, now, waits(state), state == JOB_SENT);
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
