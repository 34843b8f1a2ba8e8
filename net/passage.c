/* passage.c - framing, and the way past the faults. */
#include "net/passage.h"

#include "net/deliver.h"
#include "net/inside.h"
#include "net/late.h"
#include "net/straight.h"
#include "net/underway.h"

/* --- past the faults -------------------------------------------------------------- */

void conn_pass(struct passing *passing, int after)
{
	struct conn *conn = passing->conn;
	struct link *link = conn->link;
	struct fault *deaf = passing->dir == NET_UP ? conn->up.deaf : conn->down.deaf;
	sim_ns delay = 0;
	if (deaf) {
		fault_followed(deaf, link, passing->now, "swallowed", passing,
			       passing->cause);
		return;
	}
	for (size_t i = 0; i < link->n_faults; i++) {
		struct fault *fault = link->faults[i];
		if (fault->lifted || fault->number <= after || !fault->row->on_packet ||
		    !passing->packet)
			continue;
		switch (fault->row->on_packet(fault, passing)) {
		case FAULT_PASS:
			break;
		case FAULT_DROP:
			underway_lose(passing);
			return;
		case FAULT_KEEP:
			return;
		case FAULT_CUT:
			conn_cut(conn, passing->now, fault->name, passing->cause);
			return;
		}
	}
	for (size_t i = 0; i < link->n_faults; i++) {
		struct fault *fault = link->faults[i];
		if (!fault->lifted && fault->row->on_bytes)
			delay += fault->row->on_bytes(fault, passing);
	}
	pipe_carry(passing, delay + passing->delay);
}

void conn_answer(struct conn *conn, const struct mqtt_packet *packet, sim_ns now,
		 trace_id cause)
{
	struct bytes bytes = {0};
	struct mqtt_packet decoded;
	if (mqtt_encode(packet, &bytes) &&
	    mqtt_decode(bytes_data(&bytes), bytes_length(&bytes), packet->version,
			&decoded, NULL)) {
		struct passing passing = {
			.conn = conn,
			.dir = NET_DOWN,
			.packet = &decoded,
			.bytes = bytes_data(&bytes),
			.length = bytes_length(&bytes),
			.cause = cause,
			.level = TRACE_STORY,
			.now = now,
		};
		conn_pass(&passing, 0);
	}
	bytes_fini(&bytes);
}

/* --- framing ---------------------------------------------------------------------- */

static void enter(struct pipe *pipe, const struct mqtt_packet *packet,
		  const uint8_t *bytes, size_t length, sim_ns now)
{
	struct passing passing = {
		.conn = pipe->conn,
		.dir = pipe->dir,
		.packet = packet,
		.bytes = bytes,
		.length = length,
		.cause = pipe->conn->session,
		.level = TRACE_STORY,
		.now = now,
	};
	if (packet && !pipe->conn->link->net->options.unrecorded) {
		const struct link *link = pipe->conn->link;
		find_cause(&passing);
		if (pipe->dir == NET_DOWN)
			ledger_down(link->hub->ledger, &passing);
		else if (link->near)
			ledger_bridge_out(link->near->ledger, &passing);
		underway_enter(&passing);
	}
	pipe->position += length;
	conn_pass(&passing, 0);
}

static void turn_raw(struct pipe *pipe, const struct mqtt_error *error)
{
	struct conn *conn = pipe->conn;
	pipe->raw = true;
	trace_say(conn->link->net->options.trace, blame_of(conn), KIND_MQTT_MALFORMED,
		  conn->link->who, F_TEXT("dir", net_dir_name(pipe->dir)),
		  F_INT("offset", pipe->position + error->offset),
		  F_TEXT("reason", error->reason));
	if (conn->link->net->options.strict)
		conn_cut(conn, conn->link->net->now, "malformed", blame_of(conn));
}

/* MQTT allows 256 MiB. What is longer than we look into passes piece by piece, as bytes that
 * no packet fault sees; framing goes on behind it. */
static void begin_huge(struct pipe *pipe, uint8_t first, size_t whole)
{
	struct conn *conn = pipe->conn;
	pipe->huge = whole;
	trace_say(conn->link->net->options.trace, blame_of(conn), KIND_MQTT_PACKET,
		  conn->link->who, F_TEXT("type", mqtt_type_name(first >> 4)),
		  F_TEXT("dir", net_dir_name(pipe->dir)), F_INT("mid", 0),
		  F_INT("bytes", whole), F_TEXT("unread", "larger than jobjam frames"));
}

/* A packet is let in whole, however long, or it would wait for itself for ever. */
static void make_room(struct pipe *pipe, size_t whole)
{
	struct stream *stream = pipe->conn->stream;
	if (pipe->dir == NET_UP && stream && stream->limit < whole)
		stream->limit = whole;
}

/* What does not begin with CONNECT need not be waited for: it is something else. */
static enum mqtt_framing frame(const struct pipe *pipe, const uint8_t *data,
			       size_t length, size_t *ret_whole,
			       struct mqtt_error *ret_error)
{
	if (pipe->dir == NET_UP && pipe->conn->version == 0 &&
	    data[0] >> 4 != MQTT_CONNECT) {
		*ret_whole = 0;
		*ret_error =
			(struct mqtt_error){.reason = "the first packet is no CONNECT"};
		return MQTT_FRAME_BAD;
	}
	return mqtt_frame(data, length, ret_whole, ret_error);
}

/* Passes on one packet, or one raw piece. 0: nothing whole is there. */
static size_t enter_one(struct pipe *pipe, const uint8_t *data, size_t length, bool more,
			sim_ns now)
{
	struct mqtt_packet packet;
	struct mqtt_error error;
	size_t whole;
	if (pipe->huge > 0) {
		whole = length < pipe->huge ? length : pipe->huge;
		pipe->huge -= whole;
		enter(pipe, NULL, data, whole, now);
		return whole;
	}
	if (!pipe->raw) {
		enum mqtt_framing framing = frame(pipe, data, length, &whole, &error);
		if (framing == MQTT_FRAME_MORE && more) {
			make_room(pipe, whole);
			return 0;
		}
		if (framing == MQTT_FRAME_BAD && whole > MQTT_PACKET_MAX) {
			begin_huge(pipe, data[0], whole);
			return enter_one(pipe, data, length, more, now);
		}
		if (framing == MQTT_FRAME_BAD)
			turn_raw(pipe, &error);
		if (framing == MQTT_FRAME_WHOLE) {
			if (mqtt_decode(data, whole, pipe->conn->version, &packet,
					&error)) {
				if (packet.type == MQTT_CONNECT &&
				    pipe->conn->version == 0)
					pipe->conn->version = packet.version;
				aliases_learn(&pipe->aliases, &packet);
				aliases_resolve(pipe->aliases, &packet);
				enter(pipe, &packet, data, whole, now);
				return whole;
			}
			turn_raw(pipe, &error);
		}
	}
	if (pipe->conn->cut)
		return length;
	enter(pipe, NULL, data, length, now);
	return length;
}

/* A fault, or whoever listens to the trace, may end it between two packets. */
static bool is_open(const struct pipe *pipe)
{
	return pipe->dir == NET_UP ? !pipe->conn->cut : !pipe->conn->severed;
}

static bool is_stalled(const struct pipe *pipe)
{
	const struct link *link = pipe->conn->link;
	for (size_t i = 0; i < link->n_faults; i++) {
		struct fault *fault = link->faults[i];
		if (!fault->lifted && fault->row->stalls &&
		    fault->row->stalls(fault, pipe->conn, pipe->dir))
			return true;
	}
	return false;
}

/* Bytes that have been taken and have not left. */
static size_t waiting(const struct pipe *pipe)
{
	const struct conn *conn = pipe->conn;
	size_t bytes = pipe->late_bytes;
	if (pipe->dir == NET_UP)
		bytes += bytes_length(&conn->out);
	else if (conn->stream)
		bytes += bytes_length(&conn->stream->to_client);
	return bytes;
}

static bool has_room(const struct pipe *pipe)
{
	if (waiting(pipe) <= (is_straight(pipe) ? straight_room(pipe) : CONN_WAITING_MAX))
		return true;
	if (pipe->dir == NET_DOWN && pipe->conn->stream)
		pipe->conn->stream->held_back = true;
	return false;
}

/* Passes on what is there: packets as far as they may go together, or else one. 0: nothing
 * whole is there. */
static size_t enter_some(struct pipe *pipe, struct bytes *work, bool more, sim_ns now)
{
	size_t n = is_straight(pipe) ? straight_pass(pipe, work, now) : 0;
	if (n > 0)
		return n;
	n = enter_one(pipe, bytes_data(work), bytes_length(work), more, now);
	bytes_eat(work, n);
	return n;
}

bool pipe_pump(struct pipe *pipe, struct bytes *from, bool more, sim_ns now)
{
	/* Whoever listens to the trace may make the client write while its packets are
	 * being looked at, so they are taken out of its reach. */
	struct bytes work = *from;
	bool moved = false;
	if (is_stalled(pipe))
		return false;
	*from = (struct bytes){0};
	while (bytes_length(&work) > 0 && is_open(pipe) && has_room(pipe) &&
	       enter_some(pipe, &work, more, now) > 0)
		moved = true;
	if (!is_open(pipe))
		bytes_clear(&work);
	/* Written meanwhile: behind what is left over. */
	bool kept = bytes_length(from) == 0 ||
		    bytes_add(&work, bytes_data(from), bytes_length(from));
	bytes_fini(from);
	*from = work;
	if (!kept)
		conn_cut(pipe->conn, now, "no_memory", pipe->conn->session);
	return moved;
}
