/* cloud.c - building the service, bringing it up and down, and its doors. */
#include "sim/cloud/cloud.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cloud/service.h"

enum {
	SERIAL_MAX = 128,
	NAME_MAX_LENGTH = 200
};

static char *copy_text(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = malloc(size);
	if (copy != NULL)
		memcpy(copy, text, size);
	return copy;
}

static int new_clients(struct cloud *cloud, const struct cloud_options *options)
{
	cloud->clients = calloc((size_t)options->n_clients, sizeof(*cloud->clients));
	if (cloud->clients == NULL)
		return SIM_ENOMEM;
	for (int i = 0; i < options->n_clients; i++) {
		struct mqtt_client *client = &cloud->clients[i];
		char topic[NAME_MAX_LENGTH + 16];
		cloud->n_clients = i + 1;
		client->cloud = cloud;
		client->index = i;
		client->name = copy_text(options->clients[i]);
		snprintf(topic, sizeof(topic), "service/echo/%s", options->clients[i]);
		client->probe_topic = copy_text(topic);
		pile_init(&client->store, cloud->trace, cloud->queue, client->name,
			  PLACE_STORE, 2);
		client->task_of_mid = calloc(MID_COUNT, sizeof(uint32_t));
		if (client->name == NULL || client->probe_topic == NULL ||
		    client->task_of_mid == NULL)
			return SIM_ENOMEM;
	}
	return SIM_OK;
}

static int new_printers(struct cloud *cloud, const struct cloud_options *options)
{
	size_t n = options->n_printers > 0 ? (size_t)options->n_printers : 1;

	cloud->printers = calloc(n, sizeof(*cloud->printers));
	cloud->by_serial = calloc(n, sizeof(*cloud->by_serial));
	if (cloud->printers == NULL || cloud->by_serial == NULL)
		return SIM_ENOMEM;
	for (int i = 0; i < options->n_printers; i++) {
		struct printer_belief *printer = &cloud->printers[i];
		cloud->n_printers = i + 1;
		cloud->by_serial[i] = i;
		printer->client = options->printers[i].client;
		printer->name = copy_text(options->printers[i].name);
		printer->serial = copy_text(options->printers[i].serial);
		if (printer->name == NULL || printer->serial == NULL)
			return SIM_ENOMEM;
	}
	return SIM_OK;
}

static int by_serial(const void *a, const void *b, void *arg)
{
	const struct cloud *cloud = arg;
	return strcmp(cloud->printers[*(const int *)a].serial,
		      cloud->printers[*(const int *)b].serial);
}

static int sort_serials(struct cloud *cloud, struct sim_error *error)
{
	qsort_r(cloud->by_serial, (size_t)cloud->n_printers, sizeof(int), by_serial,
		cloud);
	for (int i = 1; i < cloud->n_printers; i++) {
		if (by_serial(&cloud->by_serial[i - 1], &cloud->by_serial[i], cloud) == 0)
			return sim_fail(error, SIM_EINVAL,
					"two printers have the serial \"%s\"",
					cloud->printers[cloud->by_serial[i]].serial);
	}
	return SIM_OK;
}

static int check_options(const struct cloud_options *options, struct sim_error *error)
{
	if (options->n_clients < 1)
		return sim_fail(error, SIM_EINVAL,
				"the service needs at least one MQTT client");
	for (int i = 0; i < options->n_clients; i++) {
		if (strlen(options->clients[i]) > NAME_MAX_LENGTH)
			return sim_fail(error, SIM_EINVAL,
					"a client's name is longer than %d bytes",
					NAME_MAX_LENGTH);
	}
	for (int i = 0; i < options->n_printers; i++) {
		const struct cloud_printer *printer = &options->printers[i];
		if (printer->client < 0 || printer->client >= options->n_clients)
			return sim_fail(error, SIM_EINVAL, "%s: no MQTT client number %d",
					printer->name, printer->client);
		if (strlen(printer->serial) == 0 ||
		    strlen(printer->serial) > SERIAL_MAX ||
		    strpbrk(printer->serial, "+#/") != NULL)
			return sim_fail(
				error, SIM_EINVAL,
				"%s: a serial has 1 to %d bytes and none of + # /",
				printer->name, SERIAL_MAX);
	}
	return SIM_OK;
}

int cloud_new(const struct cloud_options *options, struct cloud **ret_cloud,
	      struct sim_error *error)
{
	int status = check_options(options, error);
	if (status != SIM_OK)
		return status;
	struct cloud *cloud = calloc(1, sizeof(*cloud));
	if (cloud == NULL)
		return sim_fail(error, SIM_ENOMEM, "no memory for the print service");
	cloud->queue = options->queue;
	cloud->clock = options->clock;
	cloud->trace = options->trace;
	cloud->out = options->outlets;
	cloud->sequence = 20000;
	service_read_settings(&cloud->set, options->values, options->safeguards);
	cloud->jitter = chance_stream(options->seed, "cloud", "retry");
	cloud->budget = cloud->set.retry_budget;
	api_init(cloud, options->seed);
	status = new_clients(cloud, options);
	if (status == SIM_OK)
		status = new_printers(cloud, options);
	if (status != SIM_OK)
		sim_fail(error, status, "no memory for the print service");
	else
		status = sort_serials(cloud, error);
	if (status != SIM_OK) {
		cloud_free(cloud);
		return status;
	}
	*ret_cloud = cloud;
	return SIM_OK;
}

void cloud_free(struct cloud *cloud)
{
	if (cloud == NULL)
		return;
	queue_cancel(cloud->queue, &cloud->bring_up);
	api_fini(cloud);
	store_fini(cloud);
	for (int i = 0; i < cloud->n_clients; i++) {
		struct mqtt_client *client = &cloud->clients[i];
		queue_cancel(cloud->queue, &client->timer);
		queue_cancel(cloud->queue, &client->renew);
		queue_cancel(cloud->queue, &client->pace);
		free(client->name);
		free(client->probe_topic);
		pile_fini(&client->store);
		free(client->task_of_mid);
	}
	for (int i = 0; i < cloud->n_printers; i++) {
		free(cloud->printers[i].name);
		free(cloud->printers[i].serial);
	}
	free(cloud->clients);
	free(cloud->printers);
	free(cloud->by_serial);
	text_fini(&cloud->payload);
	free(cloud);
}

void cloud_start(struct cloud *cloud, sim_ns now)
{
	for (int i = 0; i < cloud->n_clients; i++)
		session_start(&cloud->clients[i], now, 0);
}

static void bring_up(void *arg, sim_ns now)
{
	struct cloud *cloud = arg;

	cloud->stopped = false;
	store_resume(cloud, now, cloud->restart_cause);
	for (int i = 0; i < cloud->n_clients; i++)
		session_start(&cloud->clients[i], now, cloud->restart_cause);
}

void cloud_set_clock(struct cloud *cloud, sim_ns now, sim_ns step, int64_t ppm)
{
	skew_set(&cloud->skew, now, skew_at(&cloud->skew, now) + step, ppm);
}

void cloud_restart(struct cloud *cloud, sim_ns now, sim_ns down_for, trace_id cause)
{
	cloud->stopped = true;
	cloud->restart_cause = cause;
	api_abort(cloud, now);
	for (int i = 0; i < cloud->n_clients; i++)
		session_stop(&cloud->clients[i], now, cause);
	store_pause(cloud);
	queue_cancel(cloud->queue, &cloud->bring_up);
	cloud->bring_up = queue_add(cloud->queue, now + down_for, bring_up, cloud);
}

static struct mqtt_client *client_of(struct cloud *cloud, int client)
{
	assert(client >= 0 && client < cloud->n_clients);
	return &cloud->clients[client];
}

void cloud_request(struct cloud *cloud, sim_ns now, const struct cloud_call *call)
{
	assert(call->printer >= 0 && call->printer < cloud->n_printers);
	cloud->counts.calls++;
	api_take(cloud, now, call);
}

void cloud_connected(struct cloud *cloud, sim_ns now, int client, int rc, trace_id cause)
{
	session_connected(client_of(cloud, client), now, rc, cause);
}

void cloud_disconnected(struct cloud *cloud, sim_ns now, int client, const char *reason,
			trace_id cause)
{
	session_disconnected(client_of(cloud, client), now, reason, cause);
}

void cloud_message(struct cloud *cloud, sim_ns now, int client, const char *topic,
		   const void *payload, size_t length, trace_id cause)
{
	struct mqtt_client *from = client_of(cloud, client);

	if (cloud->stopped)
		return;
	if (strcmp(topic, from->probe_topic) == 0)
		session_echo(from, now, payload, length, cause);
	else
		report_read(cloud, now, from, topic, payload, length, cause);
}

void cloud_published(struct cloud *cloud, sim_ns now, int client, int mid, trace_id cause)
{
	struct mqtt_client *by = client_of(cloud, client);
	(void)now, (void)cause; /* an acknowledgement of the broker confirms no print */

	if (mid <= 0 || mid >= MID_COUNT)
		return;
	struct job *job = store_find(cloud, by->task_of_mid[mid]);
	if (job != NULL)
		job->puback = true;
	by->task_of_mid[mid] = 0;
}

void cloud_answered(struct cloud *cloud, sim_ns now, int client, int mid, int code,
		    const char *reason, trace_id cause)
{
	struct mqtt_client *by = client_of(cloud, client);

	if (mid <= 0 || mid >= MID_COUNT)
		return;
	struct job *job = store_find(cloud, by->task_of_mid[mid]);
	if (job != NULL && cloud->set.heed_codes)
		send_answered(job, now, code, reason, cause);
}

void cloud_backlogs_left(struct cloud *cloud, sim_ns now)
{
	for (int i = 0; i < cloud->n_clients; i++)
		pile_close(&cloud->clients[i].store, now);
}

struct cloud_counts cloud_counts(const struct cloud *cloud)
{
	struct cloud_counts counts = cloud->counts;
	counts.jobs = (uint64_t)cloud->n_jobs;
	counts.open_jobs = (uint64_t)cloud->n_open;
	return counts;
}
