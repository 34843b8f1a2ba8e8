/* client_loop.c - the external loop of one client: reading, writing, the keep-alive. */
#include "net/client_parts.h"
#include "net/inside.h"

#include <mosquitto.h>

/* --- bytes ------------------------------------------------------------------------ */

/* What callbacks published was only queued. */
bool client_flush(struct client *client, sim_ns now)
{
	struct link *link = client->link;
	bool moved = false;
	client->net->now = now;
	while (mosquitto_want_write(client->mosq) && link->conn &&
	       bytes_length(&link->conn->stream->to_link) < link->conn->stream->limit) {
		size_t before = bytes_length(&link->conn->stream->to_link);
		client_enter(client);
		mosquitto_loop_write(client->mosq, 1);
		client_leave(client);
		moved = true;
		if (link->conn && bytes_length(&link->conn->stream->to_link) == before)
			break;
	}
	return moved;
}

bool client_serve(struct client *client, sim_ns now)
{
	struct link *link = client->link;
	bool moved = false;
	client->net->now = now;
	while (link->conn && stream_readable(link->conn->stream)) {
		struct stream *stream = link->conn->stream;
		uint64_t before = stream->client_read;
		client->last_read = now;
		client_enter(client);
		int rc = mosquitto_loop_read(client->mosq, 1);
		client_leave(client);
		moved = true;
		if (rc != MOSQ_ERR_SUCCESS || mosquitto_socket(client->mosq) < 0)
			break; /* on_disconnect has been called; a new stream may be open */
		client_flush(client, now);
		if (link->conn && link->conn->stream == stream &&
		    stream->client_read == before)
			break;
	}
	return client_flush(client, now) || moved;
}

/* --- keep-alive ------------------------------------------------------------------- */

static sim_ns second_of(sim_ns at)
{
	return at - at % SIM_S;
}

/* The library compares whole seconds: a full keep-alive without sending, or without
 * receiving; a ping counts as both. */
static sim_ns next_ping(const struct client *client)
{
	sim_ns in = client->last_read, out = client->link->last_write;
	if (in < client->last_ping)
		in = client->last_ping;
	if (out < client->last_ping)
		out = client->last_ping;
	return second_of(in < out ? in : out) + client->keepalive_now_s * SIM_S;
}

static void look_after(void *arg, sim_ns now)
{
	struct client *client = arg;
	client->ping = (struct queue_handle){0};
	client->net->now = now;
	if (mosquitto_socket(client->mosq) < 0)
		return;
	if (next_ping(client) <= now) {
		client->last_ping = now;
		client_enter(client);
		int rc = mosquitto_loop_misc(client->mosq);
		client_leave(client);
		if (rc != MOSQ_ERR_SUCCESS)
			return; /* it has given up; on_disconnect has told everyone */
	}
	sim_ns due = next_ping(client);
	if (due <= now)
		due = second_of(now) + SIM_S;
	client->ping = queue_add(client->net->options.queue, due, look_after, client);
}

void client_start_pinging(struct client *client, sim_ns now)
{
	client_stop_pinging(client);
	client->last_read = client->last_ping = client->link->last_write = now;
	if (client->keepalive_now_s > 0)
		client->ping = queue_add(client->net->options.queue, next_ping(client),
					 look_after, client);
}

void client_stop_pinging(struct client *client)
{
	queue_cancel(client->net->options.queue, &client->ping);
}
