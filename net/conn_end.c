/* conn_end.c - how a connection ends: on both sides, on one, in good order or not. */
#include "net/connection.h"

#include "net/conn_parts.h"
#include "net/deliver.h"
#include "net/inside.h"
#include "net/late.h"
#include "net/ledger.h"
#include "net/stream/raw.h"
#include "net/underway.h"

void conn_detach(struct conn *conn, const char *reason, trace_id cause)
{
	if (!conn->attached || conn->link->net->closing) /* the run is over: no news */
		return;
	conn->attached = false;
	conn->session =
		trace_say(conn->link->net->options.trace, cause, KIND_SESSION_DETACHED,
			  conn->link->who, F_TEXT("reason", reason));
	conn->link->last = conn->session;
}

void conn_hang_up(struct conn *conn)
{
	if (conn->event)
		net_unwatch(conn->event);
	conn->event = NULL;
	if (conn->fd >= 0) {
		raw_close(conn->fd);
		conn->link->hub->input = true;
		ledger_gone(conn->link->hub->ledger, conn, conn->link->net->now);
	}
	conn->fd = -1;
	conn->can_read = false;
	conn_set_waiting(conn, false, false);
	bytes_clear(&conn->out);
}

/* Is there a DISCONNECT among the packets that the client wrote before it closed? */
static bool says_goodbye(const struct conn *conn)
{
	const uint8_t *data = bytes_data(&conn->left);
	size_t rest = bytes_length(&conn->left), length;
	if (conn->polite || conn->up.raw)
		return conn->polite;
	while (rest > 0 && mqtt_frame(data, rest, &length, NULL) == MQTT_FRAME_WHOLE) {
		if (data[0] >> 4 == MQTT_DISCONNECT)
			return true;
		data += length;
		rest -= length;
	}
	return false;
}

void conn_client_closed(struct conn *conn, sim_ns now)
{
	bytes_fini(&conn->left);
	conn->left = conn->stream->to_link;
	conn->stream->to_link = (struct bytes){0};
	conn->stream = NULL;
	if (conn->link->conn == conn)
		conn->link->conn = NULL;
	if (conn->link->near)
		ledger_bridge_gone(conn->link->near->ledger, conn, now);
	conn_detach(conn, says_goodbye(conn) ? "disconnected" : "client_closed",
		    blame_of(conn));
	if (conn->severed)
		underway_over(conn, now);
	net_wake(conn->link);
}

void conn_cut(struct conn *conn, sim_ns now, const char *reason, trace_id cause)
{
	struct queue *queue = conn->link->net->options.queue;
	pipe_clear(&conn->up, queue);
	pipe_clear(&conn->down, queue);
	bytes_clear(&conn->in);
	bytes_clear(&conn->left);
	conn_hang_up(conn);
	conn->severed = conn->cut = true;
	conn->answerer = conn->hung_by = NULL;
	conn->link->last = conn->session = cause;
	conn_detach(conn, reason, cause);
	underway_over(conn, now);
	if (conn->stream) {
		bytes_clear(&conn->stream->to_link);
		bytes_clear(&conn->stream->to_client);
		conn->stream->reset = true;
	}
	net_wake(conn->link);
}

void conn_close(struct conn *conn, sim_ns now, const char *reason, trace_id cause)
{
	(void)now;
	struct queue *queue = conn->link->net->options.queue;
	pipe_clear(&conn->up, queue);
	pipe_clear(&conn->down, queue);
	bytes_clear(&conn->in);
	bytes_clear(&conn->left);
	if (conn->stream)
		bytes_clear(&conn->stream->to_link);
	conn->severed = conn->closed = conn->ending = true;
	conn->answerer = conn->hung_by = NULL;
	conn->link->last = conn->session = cause;
	conn_detach(conn, reason, cause);
	net_wake(conn->link);
}

void conn_deafen(struct conn *conn, sim_ns now, enum net_dir dir, struct fault *fault,
		 trace_id cause)
{
	(void)now;
	struct pipe *pipe = dir == NET_UP ? &conn->up : &conn->down;
	pipe_clear(pipe, conn->link->net->options.queue);
	bytes_clear(dir == NET_UP ? &conn->out : &conn->in);
	pipe->deaf = fault;
	conn->blame = cause;
	if (dir == NET_UP)
		conn_detach(conn, "one_way", cause);
	net_wake(conn->link);
}

void conn_lose_client(struct conn *conn)
{
	if (conn->stream) {
		bytes_clear(&conn->stream->to_link);
		bytes_clear(&conn->stream->to_client);
		conn->stream->reset = true;
	}
	net_wake(conn->link);
}

void conn_sever(struct conn *conn, sim_ns now, const char *reason, trace_id cause,
		struct fault *answerer)
{
	(void)now;
	struct queue *queue = conn->link->net->options.queue;
	pipe_clear(&conn->up, queue);
	pipe_clear(&conn->down, queue);
	bytes_clear(&conn->in);
	bytes_clear(&conn->out);
	conn->severed = true;
	conn->hung_by = NULL;
	conn_set_waiting(conn, false, false);
	conn->answerer = answerer;
	conn->blame = cause;
	conn_detach(conn, reason, cause);
	net_wake(conn->link);
}

void conn_lose_broker(struct conn *conn)
{
	conn_hang_up(conn);
}

void conn_end_client(struct conn *conn)
{
	conn->ending = true;
	net_wake(conn->link);
}

bool conn_is_over(const struct conn *conn)
{
	return !conn->stream && conn->fd < 0 && !conn->dialling &&
	       (conn->severed || conn->hung_by || (!conn->up.late && !conn->up.aside));
}
