/* session.c - the MQTT clients: connecting, and what the service believes of it. */
#include <assert.h>
#include <stdio.h>

#include "sim/cloud/service.h"

static void timer_fired(void *arg, sim_ns now);

static void set_timer(struct mqtt_client *client, sim_ns due)
{
	queue_cancel(client->cloud->queue, &client->timer);
	client->timer = queue_add(client->cloud->queue, due, timer_fired, client);
}

bool session_takes(const struct mqtt_client *client)
{
	return client->cloud->set.hold_when_down ? client->state == CLIENT_UP
						 : client->state != CLIENT_OFF;
}

static void open_connection(struct mqtt_client *client, sim_ns now)
{
	struct cloud *cloud = client->cloud;
	client->state = CLIENT_CONNECTING;
	cloud->out.connect(cloud->out.arg, now, client->index, client->chain);
}

void session_start(struct mqtt_client *client, sim_ns now, trace_id cause)
{
	assert(client->state == CLIENT_OFF);
	client->failures = 0;
	client->chain = cause;
	open_connection(client, now);
}

/* Grows by the factor with each attempt that did not bring it up. */
static sim_ns pause_before_connect(const struct mqtt_client *client)
{
	const struct service_settings *set = &client->cloud->set;
	double pause = (double)set->reconnect_first;
	for (int i = 0; i < client->failures && pause < (double)set->reconnect_most; i++)
		pause *= set->reconnect_factor;
	return pause < (double)set->reconnect_most ? (sim_ns)pause : set->reconnect_most;
}

/* Known not to be connected: belief down, and another attempt after a pause. */
static void go_down(struct mqtt_client *client, sim_ns now, const char *reason,
		    trace_id cause)
{
	struct cloud *cloud = client->cloud;

	queue_cancel(cloud->queue, &client->timer);
	queue_cancel(cloud->queue, &client->pace);
	client->pacing = false;
	client->probe_out = false;
	client->chain = cause;
	if (client->state == CLIENT_UP)
		client->chain = trace_say(cloud->trace, cause, KIND_SESSION_DOWN,
					  client->name, F_TEXT("reason", reason));
	client->state = CLIENT_PAUSING;
	set_timer(client, now + pause_before_connect(client));
	client->failures++;
}

static void renew(struct mqtt_client *client, sim_ns now)
{
	struct cloud *cloud = client->cloud;
	cloud->out.recreate(cloud->out.arg, now, client->index, client->chain);
	store_take_back(cloud, now, client);
}

/* From the queue: an instance may not be thrown away inside its own callback. */
static void renew_later(void *arg, sim_ns now)
{
	renew(arg, now);
}

static void go_up(struct mqtt_client *client, sim_ns now, trace_id cause)
{
	client->state = CLIENT_UP;
	client->failures = 0;
	client->chain = trace_emit(client->cloud->trace, cause, KIND_SESSION_UP,
				   client->name, NULL, 0);
	store_flush(client->cloud, now, client);
}

static void send_probe(struct mqtt_client *client, sim_ns now)
{
	struct cloud *cloud = client->cloud;
	char payload[24];

	client->probe++;
	client->probe_out = true;
	int length = snprintf(payload, sizeof(payload), "%llu",
			      (unsigned long long)client->probe);
	set_timer(client, now + cloud->set.probe_within);
	/* Whatever the library answers: the echo decides. */
	(void)cloud->out.publish(cloud->out.arg, now, client->index, client->probe_topic,
				 payload, (size_t)length,
				 &(struct cloud_manner){.qos = 1}, client->chain, NULL);
}

static void timer_fired(void *arg, sim_ns now)
{
	struct mqtt_client *client = arg;

	switch (client->state) {
	case CLIENT_PAUSING:
		open_connection(client, now);
		break;
	case CLIENT_PROVING:
	case CLIENT_UP:
		if (!client->probe_out) {
			send_probe(client, now);
			break;
		}
		go_down(client, now, "no echo", client->chain);
		renew(client, now);
		break;
	case CLIENT_OFF:
	case CLIENT_CONNECTING:
		assert(!"no timer runs in this state");
	}
}

static void subscribe_to_reports(struct mqtt_client *client, sim_ns now)
{
	struct cloud *cloud = client->cloud;
	char filter[200];

	if (cloud->set.shared_reports[0] != '\0') {
		snprintf(filter, sizeof(filter), "$share/%s/device/+/report",
			 cloud->set.shared_reports);
		cloud->out.subscribe(cloud->out.arg, now, client->index, filter,
				     cloud->set.report_qos);
		return;
	}
	for (int i = 0; i < cloud->n_printers; i++) {
		if (cloud->printers[i].client != client->index)
			continue;
		snprintf(filter, sizeof(filter), "device/%s/report",
			 cloud->printers[i].serial);
		cloud->out.subscribe(cloud->out.arg, now, client->index, filter,
				     cloud->set.report_qos);
	}
}

void session_connected(struct mqtt_client *client, sim_ns now, int rc, trace_id cause)
{
	struct cloud *cloud = client->cloud;

	/* A refusal is followed by the loss of the connection, which is acted upon. */
	if (client->state != CLIENT_CONNECTING || rc != 0)
		return;
	subscribe_to_reports(client, now);
	client->chain = cause;
	if (!cloud->set.probe) {
		go_up(client, now, cause);
		return;
	}
	cloud->out.subscribe(cloud->out.arg, now, client->index, client->probe_topic, 0);
	client->state = CLIENT_PROVING;
	send_probe(client, now);
}

void session_disconnected(struct mqtt_client *client, sim_ns now, const char *reason,
			  trace_id cause)
{
	struct cloud *cloud = client->cloud;

	if (client->state == CLIENT_OFF || client->state == CLIENT_PAUSING)
		return;
	go_down(client, now, reason, cause);
	if (cloud->set.drop_stale > 0 && !queue_waiting(cloud->queue, client->renew))
		client->renew = queue_add(cloud->queue, now, renew_later, client);
}

void session_echo(struct mqtt_client *client, sim_ns now, const void *payload,
		  size_t length, trace_id cause)
{
	char digits[24];
	int64_t number;

	if (length == 0 || length >= sizeof(digits)) {
		client->cloud->counts.ignored++;
		return;
	}
	for (size_t i = 0; i < length; i++)
		digits[i] = ((const char *)payload)[i];
	digits[length] = '\0';
	/* An echo of an earlier probe, late out of some buffer, proves nothing about now. */
	if (!client->probe_out || !text_read_int(digits, &number) ||
	    (uint64_t)number != client->probe) {
		client->cloud->counts.ignored++;
		return;
	}
	client->probe_out = false;
	set_timer(client, now + client->cloud->set.probe_every);
	if (client->state == CLIENT_PROVING)
		go_up(client, now, cause);
}

void session_stop(struct mqtt_client *client, sim_ns now, trace_id cause)
{
	struct cloud *cloud = client->cloud;

	if (client->state == CLIENT_OFF)
		return;
	go_down(client, now, "stopped", cause);
	queue_cancel(cloud->queue, &client->timer);
	queue_cancel(cloud->queue, &client->renew);
	client->state = CLIENT_OFF;
	renew(client, now);
}
