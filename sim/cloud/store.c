/* store.c - the job store: what a call does to it, and its life across a restart. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cloud/service.h"

enum {
	JOBS_MOST = 1000000
};

struct job *store_find(struct cloud *cloud, int64_t task)
{
	return task >= 1 && task <= cloud->n_jobs ? cloud->jobs[task - 1] : NULL;
}

static struct job *new_job(struct cloud *cloud)
{
	if (cloud->n_jobs == cloud->jobs_capacity) {
		int64_t capacity =
			cloud->jobs_capacity > 0 ? 2 * cloud->jobs_capacity : 64;
		struct job **jobs =
			realloc(cloud->jobs, (size_t)capacity * sizeof(*jobs));
		if (jobs == NULL)
			sim_out_of_memory("the job store");
		cloud->jobs = jobs;
		cloud->jobs_capacity = capacity;
	}
	struct job *job = calloc(1, sizeof(*job));
	if (job == NULL)
		sim_out_of_memory("the job store");
	cloud->jobs[cloud->n_jobs++] = job;
	job->cloud = cloud;
	job->task = cloud->n_jobs;
	job->state = JOB_GONE; /* until it enters its first state */
	return job;
}

/* Does the call repeat the wish of this job? */
static bool same_wish(const struct job *job, sim_ns now, const struct cloud_call *call)
{
	if (job->printer != call->printer || job->state == JOB_NOT_DONE ||
	    job->state == JOB_GONE)
		return false;
	if (call->wish_key != NULL)
		return strcmp(job->wish_key, call->wish_key) == 0;
	return job->open && strcmp(job->file, call->file) == 0 &&
	       now - job->accepted_at <= job->cloud->set.resend_window;
}

static struct job *find_same_wish(struct cloud *cloud, sim_ns now,
				  const struct cloud_call *call)
{
	for (int64_t i = cloud->n_jobs; i > 0; i--) {
		if (same_wish(cloud->jobs[i - 1], now, call))
			return cloud->jobs[i - 1];
	}
	return NULL;
}

static void copy_bounded(char *to, size_t size, const char *from)
{
	size_t length = from != NULL ? strnlen(from, size - 1) : 0;
	if (length > 0)
		memcpy(to, from, length);
	to[length] = '\0';
}

static void fill_job(struct job *job, sim_ns now, const struct cloud_call *call)
{
	int64_t utc_ms = service_utc_ns(job->cloud, now) / 1000000;

	job->printer = call->printer;
	job->accepted_at = now;
	job->lan = call->lan;
	/* An app that does not say, or says tomorrow, is taken to have been tapped now. */
	bool sane = call->tapped_utc_ms > 0 && call->tapped_utc_ms <= utc_ms;
	job->tapped_utc_ms = sane ? call->tapped_utc_ms : utc_ms;
	copy_bounded(job->name, sizeof(job->name), call->job);
	copy_bounded(job->file, sizeof(job->file), call->file);
	copy_bounded(job->wish_key, sizeof(job->wish_key), call->wish_key);
	if (job->wish_key[0] == '\0')
		snprintf(job->wish_key, sizeof(job->wish_key), "task-%lld",
			 (long long)job->task);
}

struct cloud_answer store_submit(struct cloud *cloud, sim_ns now,
				 const struct cloud_call *call)
{
	const char *printer = cloud->printers[call->printer].name;
	struct job *job = cloud->set.idempotent ? find_same_wish(cloud, now, call) : NULL;

	if (job != NULL) {
		trace_id merged =
			trace_say(cloud->trace, call->cause, KIND_JOB_MERGED, "cloud",
				  F_INT("task", job->task), F_TEXT("printer", printer));
		return (struct cloud_answer){true, "", job->task, merged};
	}
	if (cloud->n_jobs >= JOBS_MOST)
		return (struct cloud_answer){false, "store full", 0, call->cause};
	job = new_job(cloud);
	fill_job(job, now, call);
	job->chain = trace_say(cloud->trace, call->cause, KIND_JOB_ACCEPTED, "cloud",
			       F_INT("task", job->task), F_TEXT("printer", printer),
			       F_TEXT("job", job->name), F_TEXT("file", job->file));
	trace_id accepted = job->chain;
	send_or_hold(job, now);
	return (struct cloud_answer){true, "", job->task, accepted};
}

/* May the printer, or something on the way to it, have the start? */
static bool may_be_out(const struct job *job)
{
	return job->attempts > 0 && job->state != JOB_WAITING_BUSY;
}

struct cloud_answer store_cancel(struct cloud *cloud, sim_ns now,
				 const struct cloud_call *call)
{
	struct job *job = store_find(cloud, call->task);

	if (job == NULL || job->printer != call->printer)
		return (struct cloud_answer){false, "no such job", 0, call->cause};
	if (job->state == JOB_GONE)
		return (struct cloud_answer){true, "", job->task, call->cause};
	if (job->state == JOB_DONE)
		return (struct cloud_answer){false, "finished", job->task, call->cause};
	bool stop = may_be_out(job);
	if (stop && !session_takes(&cloud->clients[cloud->printers[job->printer].client]))
		return (struct cloud_answer){false, "printer not reachable", job->task,
					     call->cause};
	trace_id cancelled =
		trace_say(cloud->trace, call->cause, KIND_JOB_CANCELLED, "cloud",
			  F_INT("task", job->task),
			  F_TEXT("printer", cloud->printers[job->printer].name));
	job_enter(job, now, JOB_GONE);
	if (stop)
		(void)message_stop(cloud, now, job->printer, job->task, cancelled);
	service_news(cloud, now, job, "cancelled", "", cancelled);
	return (struct cloud_answer){true, "", job->task, cancelled};
}

struct cloud_answer store_confirm(struct cloud *cloud, sim_ns now,
				  const struct cloud_call *call)
{
	if (!session_takes(&cloud->clients[cloud->printers[call->printer].client]))
		return (struct cloud_answer){false, "printer not reachable", call->task,
					     call->cause};
	int rc = message_confirm(cloud, now, call, call->cause);
	/* 4: not connected, but the library queues it all the same. */
	if (rc != 0 && rc != 4)
		return (struct cloud_answer){false, "not sent", call->task, call->cause};
	return (struct cloud_answer){true, "", call->task, call->cause};
}

/* Sent once, and kept nowhere: what becomes of it is seen at the machine. */
struct cloud_answer store_order(struct cloud *cloud, sim_ns now,
				const struct cloud_call *call)
{
	const struct printer_belief *printer = &cloud->printers[call->printer];
	const struct mqtt_client *client = &cloud->clients[printer->client];

	if (!session_takes(client))
		return (struct cloud_answer){false, "printer not reachable", 0,
					     call->cause};
	trace_id sent = trace_say(cloud->trace, call->cause, KIND_ORDER_SENT, "cloud",
				  F_TEXT("command", call->command),
				  F_TEXT("printer", printer->name),
				  F_TEXT("client", client->name));
	int rc = message_order(cloud, now, call, sent);
	/* 4: not connected, but the library queues it all the same. */
	if (rc != 0 && rc != 4)
		return (struct cloud_answer){false, "not sent", 0, sent};
	return (struct cloud_answer){true, "", 0, sent};
}

void store_take_back(struct cloud *cloud, sim_ns now, struct mqtt_client *client)
{
	memset(client->task_of_mid, 0, MID_COUNT * sizeof(uint32_t));
	for (int64_t i = 0; i < cloud->n_jobs; i++) {
		struct job *job = cloud->jobs[i];
		if (cloud->printers[job->printer].client != client->index || job->puback)
			continue;
		if (job->state == JOB_SENT || job->state == JOB_ASKED)
			send_hold(job, now);
	}
}

void store_pause(struct cloud *cloud)
{
	for (int64_t i = 0; i < cloud->n_jobs; i++)
		queue_cancel(cloud->queue, &cloud->jobs[i]->timer);
}

void store_resume(struct cloud *cloud, sim_ns now, trace_id cause)
{
	for (int64_t i = 0; i < cloud->n_jobs; i++) {
		struct job *job = cloud->jobs[i];
		if (!job->open)
			continue;
		if (cloud->set.purge)
			job_drop(job, now, "purged", cause);
		else
			send_rearm(job, now);
	}
}

void store_fini(struct cloud *cloud)
{
	for (int64_t i = 0; i < cloud->n_jobs; i++) {
		queue_cancel(cloud->queue, &cloud->jobs[i]->timer);
		free(cloud->jobs[i]);
	}
	free(cloud->jobs);
}
