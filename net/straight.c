/* straight.c - whole packets in one piece, where nobody looks. */
#include "net/straight.h"

#include "net/inside.h"

static bool is_watched(const struct link *link)
{
	for (size_t i = 0; i < link->n_faults; i++) {
		const struct net_fault *row = link->faults[i]->row;
		if (!link->faults[i]->lifted &&
		    (row->on_packet || row->on_bytes || row->stalls))
			return true;
	}
	return false;
}

static bool has_far_end(const struct pipe *pipe)
{
	const struct conn *conn = pipe->conn;
	return pipe->dir == NET_DOWN ? conn->stream != NULL
				     : conn->fd >= 0 || conn->dialling;
}

bool is_straight(const struct pipe *pipe)
{
	const struct conn *conn = pipe->conn;
	const struct link *link = conn->link;
	return link->net->options.unrecorded && !link->client && conn->version != 0 &&
	       !conn->severed && !pipe->deaf && !pipe->late && !pipe->aside &&
	       !pipe->raw && pipe->huge == 0 && has_far_end(pipe) && !is_watched(link);
}

/* The broker's socket says when it takes more, the client's stream when half of it is free. */
size_t straight_room(const struct pipe *pipe)
{
	return pipe->dir == NET_UP ? 0 : pipe->conn->stream->limit / 2;
}

/* Others say something about the connection itself. */
static bool is_mere_bytes(enum mqtt_type type)
{
	return type != MQTT_CONNECT && type != MQTT_CONNACK && type != MQTT_DISCONNECT &&
	       type != MQTT_AUTH;
}

static void count(struct pipe *pipe, size_t packets, size_t publishes)
{
	struct net_counts *counts = &pipe->conn->link->net->counts;
	bool up = pipe->dir == NET_UP;
	*(up ? &counts->packets_up : &counts->packets_down) += packets;
	*(up ? &counts->publishes_sent : &counts->publishes_received) += publishes;
}

/* How far the whole packets reach that may go together. */
static size_t measure(struct pipe *pipe, const struct bytes *work)
{
	const uint8_t *data = bytes_data(work);
	size_t length = bytes_length(work), at = 0, packets = 0, publishes = 0;
	struct mqtt_packet packet;
	while (at < length && at <= CONN_WAITING_MAX && is_mere_bytes(data[at] >> 4) &&
	       mqtt_next(data + at, length - at, pipe->conn->version, &packet)) {
		aliases_learn(&pipe->aliases, &packet);
		at += packet.bytes.length;
		packets++;
		publishes += packet.type == MQTT_PUBLISH;
	}
	count(pipe, packets, publishes);
	return at;
}

size_t straight_pass(struct pipe *pipe, struct bytes *work, sim_ns now)
{
	struct conn *conn = pipe->conn;
	size_t length = measure(pipe, work);
	if (length == 0)
		return 0;
	pipe->position += length;
	if (!bytes_move(pipe->dir == NET_UP ? &conn->out : &conn->stream->to_client, work,
			length))
		conn_cut(conn, now, "no_memory", conn->session);
	net_wake(conn->link);
	return length;
}
