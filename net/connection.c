/* connection.c - both ends of one connection: opening, reading, writing, ending. */
#include "net/connection.h"

#include "net/conn_parts.h"
#include "net/deliver.h"
#include "net/inside.h"
#include "net/late.h"
#include "net/passage.h"
#include "net/stream/raw.h"
#include "net/underway.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	READ_SIZE = 16 * 1024
};

/* --- beginning -------------------------------------------------------------------- */

static void append_conn(struct link *link, struct conn *conn)
{
	struct conn **end = &link->conns;
	while (*end)
		end = &(*end)->next;
	*end = conn;
	link->conn = conn;
}

static struct conn *conn_new(struct link *link, struct stream *stream)
{
	struct conn *conn = calloc(1, sizeof(*conn));
	if (!conn)
		return NULL;
	conn->link = link;
	conn->stream = stream;
	conn->serial = ++link->net->serial;
	conn->fd = -1;
	conn->up = (struct pipe){.conn = conn, .dir = NET_UP};
	conn->down = (struct pipe){.conn = conn, .dir = NET_DOWN};
	conn->session = conn->connect = link->connect_cause;
	return conn;
}

void conn_set_waiting(struct conn *conn, bool dialling, bool blocked)
{
	struct net *net = conn->link->net;
	net->n_waiting -= (size_t)conn->dialling + (size_t)conn->blocked;
	conn->dialling = dialling;
	conn->blocked = blocked && !net->options.wall; /* libevent will say */
	net->n_waiting += (size_t)conn->dialling + (size_t)conn->blocked;
}

void conn_free(struct conn *conn)
{
	struct net *net = conn->link->net;
	conn_set_waiting(conn, false, false);
	if (conn->event)
		net_unwatch(conn->event);
	if (conn->fd >= 0)
		raw_close(conn->fd);
	pipe_clear(&conn->up, net->options.queue);
	pipe_clear(&conn->down, net->options.queue);
	aliases_free(conn->up.aliases);
	aliases_free(conn->down.aliases);
	bytes_fini(&conn->left);
	bytes_fini(&conn->in);
	bytes_fini(&conn->out);
	bytes_fini(&conn->hello);
	if (!net->closing) { /* the run is over: no news */
		underway_over(conn, net->now);
		ledger_gone(conn->link->hub->ledger, conn, net->now);
		if (conn->link->near)
			ledger_bridge_gone(conn->link->near->ledger, conn, net->now);
	}
	free(conn->tickets);
	free(conn->marks);
	free(conn);
}

/* Asks the broker for a connection. 0, -EAGAIN (asked again later) or a refusal. */
static int dial(struct conn *conn)
{
	struct hub *hub = conn->link->hub;
	int fd = hub->dial(hub->dial_arg);
	if (fd == -EAGAIN) {
		/* The broker must have a turn to accept; asking again without any
		 * progress would turn it for ever. */
		if (!hub->dial_stuck)
			hub->input = true;
		hub->dial_stuck = true;
		conn_set_waiting(conn, true, conn->blocked);
		return 0;
	}
	conn_set_waiting(conn, false, conn->blocked);
	if (fd < 0)
		return fd;
	hub->dial_stuck = false;
	hub->input = true;
	conn->fd = fd;
	conn->event = net_watch(hub->net, conn);
	return conn->event ? 0 : -ENOMEM;
}

static enum fault_admission admit(struct link *link, struct fault **ret_fault, sim_ns now,
				  trace_id *cause)
{
	for (size_t i = 0; i < link->n_faults; i++) {
		struct fault *fault = link->faults[i];
		if (fault->lifted)
			continue;
		fault->n_conns++;
		if (!fault->row->on_connect)
			continue;
		enum fault_admission admission =
			fault->row->on_connect(fault, link, now, cause);
		*ret_fault = fault;
		if (admission != FAULT_ADMIT)
			return admission;
	}
	return FAULT_ADMIT;
}

int conn_open(struct link *link, struct stream *stream, sim_ns now)
{
	struct fault *fault = NULL;
	trace_id cause = link->connect_cause;
	enum fault_admission admission = admit(link, &fault, now, &cause);
	link->last = link->connect_cause = cause;
	if (admission == FAULT_REFUSE)
		return -ECONNREFUSED;
	struct conn *conn = conn_new(link, stream);
	if (!conn)
		return -ENOMEM;
	if (admission == FAULT_ANSWER) {
		conn->severed = true;
		conn->answerer = fault;
		conn->session = conn->connect = conn->blame = cause;
	} else if (admission == FAULT_HANG) {
		conn->hung_by = fault;
		conn->session = conn->connect = conn->blame = cause;
	} else {
		int rc = dial(conn);
		if (rc < 0) {
			conn_free(conn);
			return rc;
		}
	}
	append_conn(link, conn);
	net_wake(link);
	return 0;
}

/* The library took it for open, so a refusal now is a break. */
void conn_stop_hanging(struct conn *conn, sim_ns now)
{
	conn->hung_by = NULL;
	if (conn->cut || !conn->stream)
		return;
	if (dial(conn) < 0)
		conn_cut(conn, now, "refused", conn->session);
	net_wake(conn->link);
}

bool conn_dial_again(struct conn *conn, sim_ns now)
{
	assert(conn->dialling);
	int rc = dial(conn);
	if (rc < 0)
		conn_cut(conn, now, "refused", conn->session);
	if (!conn->dialling)
		net_wake(conn->link);
	return !conn->dialling;
}

/* Not yet at the broker, but on its way. */
static bool is_opening(const struct conn *conn)
{
	return conn->dialling || conn->hung_by;
}

/* --- from the broker -------------------------------------------------------------- */

/* Is there too much already of what the broker has said? */
static bool is_full(struct conn *conn)
{
	if (bytes_length(&conn->in) > CONN_WAITING_MAX + MQTT_PACKET_MAX ||
	    conn->down.late_bytes > CONN_WAITING_MAX)
		return true;
	if (!conn->stream ||
	    bytes_length(&conn->stream->to_client) <= conn->stream->limit)
		return false;
	conn->stream->held_back = true;
	return true;
}

/* The client has gone and will hear none of it; but the end of the broker's stream stands
 * behind it, and would not be seen before all of it had passed. */
static void give_up_down(struct conn *conn)
{
	pipe_clear(&conn->down, conn->link->net->options.queue);
	bytes_clear(&conn->in);
	conn->unheard = true;
}

/* Live it is as much as a block has, and in virtual time always the same. */
static uint8_t *find_room(struct conn *conn, size_t *ret_room)
{
	struct net *net = conn->link->net;
	*ret_room = READ_SIZE;
	return net->options.wall
		       ? bytes_borrow(&conn->in, &net->spare, READ_SIZE, ret_room)
		       : bytes_reserve(&conn->in, READ_SIZE);
}

/* Is it time to pass on what has come, before more is read? */
static bool has_read_enough(struct conn *conn, size_t room)
{
	if (!conn->link->net->options.wall || room >= READ_SIZE)
		return false;
	net_wake(conn->link); /* to go on with it */
	return true;
}

/* False: the broker has ended it. */
static bool read_some(struct conn *conn, bool *moved)
{
	struct net *net = conn->link->net;
	size_t room;
	while (conn->can_read) {
		if (is_full(conn)) {
			if (conn->stream)
				return true;
			give_up_down(conn);
		}
		uint8_t *at = find_room(conn, &room);
		ssize_t n = at ? raw_recv(conn->fd, at, room, MSG_DONTWAIT) : -1;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || !at)) {
			conn->can_read = false;
			return true;
		}
		*moved = true;
		if (n <= 0)
			return false;
		net->counts.bytes_down += (uint64_t)n;
		if (!conn->severed && !conn->unheard)
			bytes_grow(&conn->in, (size_t)n);
		/* Live, an error may lie behind the data, told by the same edge as they. */
		if (n < READ_SIZE && !conn->closing && !net->options.wall)
			conn->can_read = false; /* that was all, without asking again */
		if (has_read_enough(conn, room - (size_t)n))
			break;
	}
	return true;
}

/* The broker's end of stream reaches the client behind everything that is on its way. */
static bool end_if_all_passed(struct conn *conn, sim_ns now)
{
	if (conn->fd < 0 && !is_opening(conn) && !conn->severed)
		conn->ending = true;
	if (!conn->ending || !conn->stream || conn->stream->ended || conn->down.deaf)
		return false;
	if (bytes_length(&conn->in) > 0 || pipe_lingers(&conn->down, now))
		return false;
	conn->stream->ended = true;
	return true;
}

bool conn_pump_down(struct conn *conn, sim_ns now)
{
	bool moved = false;
	if (conn->fd >= 0 && conn->can_read && !read_some(conn, &moved)) {
		struct queue *queue = conn->link->net->options.queue;
		conn_hang_up(conn);
		pipe_clear(&conn->up, queue);
		if (conn->severed)
			return true; /* eviction of a black-holed client: it must not know */
		conn_detach(conn, "broker_closed", blame_of(conn));
	}
	bool more = conn->fd >= 0 || is_opening(conn);
	if (!conn->severed && pipe_pump(&conn->down, &conn->in, more, now))
		moved = true;
	return end_if_all_passed(conn, now) || moved;
}

/* --- to the broker ---------------------------------------------------------------- */

static bool write_some(struct conn *conn)
{
	struct net *net = conn->link->net;
	bool moved = false;
	conn_set_waiting(conn, conn->dialling, false);
	while (conn->fd >= 0 && bytes_length(&conn->out) > 0) {
		ssize_t n =
			raw_send(conn->fd, bytes_data(&conn->out),
				 bytes_length(&conn->out), MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			conn_set_waiting(conn, conn->dialling, true);
			return moved;
		}
		moved = true;
		if (n < 0) { /* its end will be read; nothing more can be said to it */
			bytes_clear(&conn->out);
			conn->can_read = conn->closing = true;
			net_wake(conn->link);
			return true;
		}
		conn->link->hub->input = true;
		net->counts.bytes_up += (uint64_t)n;
		bytes_eat(&conn->out, (size_t)n);
	}
	return moved;
}

/* Everything has been passed up, and the broker is to hear that there is no more. */
static bool says_end(struct conn *conn, sim_ns now)
{
	bool more = conn->stream && !conn->stream->write_ended;
	if (bytes_length(&conn->out) > 0 || conn->dialling)
		return false;
	if (conn->closed)
		return true;
	const struct bytes *from = conn->stream ? &conn->stream->to_link : &conn->left;
	return !more && !conn->severed && !conn->up.deaf && bytes_length(from) == 0 &&
	       !pipe_lingers(&conn->up, now);
}

/* By a half-close where the client still reads. */
static bool end_upward(struct conn *conn)
{
	if (!conn->stream || conn->closed) {
		conn_hang_up(conn);
		return true;
	}
	if (conn->told_end)
		return false;
	conn->told_end = true;
	raw_shutdown(conn->fd, SHUT_WR);
	conn_detach(conn, conn->polite ? "disconnected" : "client_closed",
		    blame_of(conn));
	return true;
}

bool conn_pump_up(struct conn *conn, sim_ns now)
{
	bool live = conn->link->net->options.wall, passed = false, moved;
	struct bytes *from = conn->stream ? &conn->stream->to_link : &conn->left;
	if (conn->hung_by) /* not one byte gets further than the client's own host */
		return false;
	bool more = conn->stream && !conn->stream->write_ended;
	moved = live && write_some(conn); /* so that there is room */
	if (bytes_length(from) > 0)
		passed = pipe_pump(&conn->up, from, more, now);
	if ((passed || !live) && write_some(conn))
		moved = true;
	moved |= passed;
	from = conn->stream ? &conn->stream->to_link : &conn->left;
	if (moved && bytes_length(from) > 0) /* there may be room for it now */
		net_wake(conn->link);
	if (conn->fd >= 0 && says_end(conn, now) && end_upward(conn))
		moved = true;
	return moved;
}

/* --- beside the client's own ------------------------------------------------------ */

struct conn *conn_open_beside(struct link *link, struct mqtt_span bytes, trace_id cause)
{
	struct conn *own = link->conn, *conn = conn_new(link, NULL);
	if (!conn)
		return NULL;
	conn->severed =
		true; /* what the broker says to it is read, and heard by nobody */
	conn->session = conn->connect = conn->blame = cause;
	if (dial(conn) < 0 || !bytes_add(&conn->out, bytes.data, bytes.length)) {
		conn_free(conn);
		return NULL;
	}
	append_conn(link, conn);
	link->conn = own;
	net_wake(link);
	return conn;
}
