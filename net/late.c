/* late.c - packets set aside: on their way late, in pieces, or up to where they are cut. */
#include "net/late.h"

#include "net/deliver.h"
#include "net/inside.h"

#include <stdlib.h>
#include <string.h>

/* --- parcels ---------------------------------------------------------------------- */

struct parcel *parcel_new(const struct passing *passing)
{
	struct parcel *parcel = malloc(sizeof(*parcel) + passing->length);
	if (!parcel)
		return NULL;
	*parcel = (struct parcel){
		.link = passing->conn->link,
		.conn_serial = passing->conn->serial,
		.dir = passing->dir,
		.framed = passing->packet != NULL,
		.forged = passing->forged,
		.hash = passing->hash,
		.cause = passing->cause,
		.level = passing->level,
		.skip = passing->skip,
		.piece = passing->piece,
		.gap = passing->gap,
		.ticket = passing->ticket,
		.length = passing->length,
	};
	if (passing->length > 0) /* an end of the stream on its way has none */
		memcpy(parcel->bytes, passing->bytes, passing->length);
	return parcel;
}

bool parcel_open(const struct parcel *parcel, struct conn *conn, sim_ns now,
		 struct mqtt_packet *ret_packet, struct passing *ret_passing)
{
	int version = conn->version;
	if (parcel->framed &&
	    !mqtt_decode(parcel->bytes, parcel->length, version, ret_packet, NULL))
		return false;
	if (parcel->framed)
		aliases_resolve(parcel->dir == NET_UP ? conn->up.aliases
						      : conn->down.aliases,
				ret_packet);
	*ret_passing = (struct passing){
		.conn = conn,
		.dir = parcel->dir,
		.packet = parcel->framed ? ret_packet : NULL,
		.bytes = parcel->bytes,
		.length = parcel->length,
		.hash = parcel->hash,
		.cause = parcel->cause,
		.level = parcel->level,
		.ticket = parcel->ticket,
		.now = now,
		.skip = parcel->skip,
		.forged = parcel->forged,
	};
	return true;
}

void parcel_free_all(struct parcel *parcel)
{
	while (parcel) {
		struct parcel *next = parcel->next;
		free(parcel);
		parcel = next;
	}
}

/* --- lateness --------------------------------------------------------------------- */

void pipe_clear(struct pipe *pipe, struct queue *queue)
{
	parcel_free_all(pipe->late);
	parcel_free_all(pipe->aside);
	pipe->late = pipe->late_last = pipe->aside = NULL;
	pipe->late_bytes = 0;
	queue_cancel(queue, &pipe->timer);
}

/* The bytes of it that have not gone ahead. */
static void deliver_rest(struct pipe *pipe, struct parcel *parcel, sim_ns now)
{
	struct mqtt_packet packet;
	struct passing passing;
	pipe->late_bytes -= parcel->length - parcel->skip;
	if (parcel->length > 0 && parcel_open(parcel, pipe->conn, now, &packet, &passing))
		deliver(&passing);
}

/* Its next piece goes ahead, as bytes; what it is becomes clear with its last. */
static void deliver_piece(struct pipe *pipe, struct parcel *parcel, sim_ns now)
{
	struct passing passing = {
		.conn = pipe->conn,
		.dir = parcel->dir,
		.bytes = parcel->bytes + parcel->skip,
		.length = parcel->piece,
		.cause = parcel->cause,
		.level = parcel->level,
		.now = now,
	};
	pipe->late_bytes -= parcel->piece;
	parcel->skip += parcel->piece;
	parcel->due = now + parcel->gap;
	deliver(&passing);
}

/* One that has come to its end takes the connection with it. */
static void end_conn(struct pipe *pipe, const struct parcel *parcel, sim_ns now)
{
	if (parcel->ending == ENDING_RESET)
		conn_cut(pipe->conn, now, "reset", parcel->cause);
	else
		conn_close(pipe->conn, now, "closed", parcel->cause);
}

/* Does what is due of the first parcel. False: it stays for later. */
static bool deliver_first(struct pipe *pipe, sim_ns now)
{
	struct parcel *parcel = pipe->late;
	if (parcel->piece > 0 && parcel->length - parcel->skip > parcel->piece) {
		deliver_piece(pipe, parcel, now);
		return pipe->late != parcel; /* its bytes may have ended everything */
	}
	if (parcel->ending && parcel->length > 0) {
		deliver_rest(pipe, parcel, now);
		if (pipe->late != parcel)
			return true;
		parcel->length = parcel->skip = 0;
		parcel->due = now + FAULT_ENDING_AFTER;
		return false;
	}
	pipe->late = parcel->next;
	if (!pipe->late)
		pipe->late_last = NULL;
	else if (pipe->late->piece > 0 && pipe->late->due < now + pipe->late->gap)
		pipe->late->due = now + pipe->late->gap; /* or two would be read as one */
	if (parcel->ending)
		end_conn(pipe, parcel, now);
	else
		deliver_rest(pipe, parcel, now);
	free(parcel);
	return true;
}

static void deliver_due(void *arg, sim_ns now);

static void set_timer(struct pipe *pipe)
{
	struct queue *queue = pipe->conn->link->net->options.queue;
	sim_ns due = SIM_NEVER;
	if (pipe->late)
		due = pipe->late->due;
	if (pipe->aside && pipe->aside->due < due)
		due = pipe->aside->due;
	queue_cancel(queue, &pipe->timer);
	if (due != SIM_NEVER)
		pipe->timer = queue_add(queue, due, deliver_due, pipe);
}

static void deliver_due(void *arg, sim_ns now)
{
	struct pipe *pipe = arg;
	pipe->timer = (struct queue_handle){0};
	pipe->conn->link->net->now = now;
	while (pipe->aside && pipe->aside->due <= now) {
		struct parcel *parcel = pipe->aside;
		pipe->aside = parcel->next;
		deliver_rest(pipe, parcel, now);
		free(parcel);
	}
	while (pipe->late && pipe->late->due <= now)
		deliver_first(pipe, now);
	net_wake(pipe->conn->link);
	set_timer(pipe);
}

static void put_aside(struct pipe *pipe, struct parcel *parcel)
{
	struct parcel **at = &pipe->aside;
	while (*at && (*at)->due <= parcel->due)
		at = &(*at)->next;
	parcel->next = *at;
	*at = parcel;
}

static void put_late(struct pipe *pipe, struct parcel *parcel)
{
	if (pipe->late_last && parcel->due < pipe->late_last->due)
		parcel->due = pipe->late_last->due;
	if (pipe->late_last)
		pipe->late_last->next = parcel;
	else
		pipe->late = parcel;
	pipe->late_last = parcel;
}

/* An end that is put off is an empty parcel behind everything else. */
bool pipe_lingers(struct pipe *pipe, sim_ns now)
{
	struct conn *conn = pipe->conn;
	struct link *link = conn->link;
	const struct passing nothing = {.conn = conn, .dir = pipe->dir};
	sim_ns delay = 0;
	if (pipe->late || pipe->aside)
		return true;
	for (size_t i = 0; i < link->n_faults && !pipe->lingered; i++) {
		struct fault *fault = link->faults[i];
		if (!fault->lifted && fault->row->on_end)
			delay += fault->row->on_end(fault, conn, pipe->dir, now);
	}
	pipe->lingered = true;
	struct parcel *parcel = delay > 0 ? parcel_new(&nothing) : NULL;
	if (!parcel)
		return false;
	parcel->due = now + delay;
	put_late(pipe, parcel);
	set_timer(pipe);
	return true;
}

/* A copy that arrives when it is due, in pieces or up to where it is cut off. */
static void carry_late(struct passing *passing, struct pipe *pipe, sim_ns delay)
{
	struct conn *conn = passing->conn;
	if (passing->ending && passing->cut_at < passing->length) {
		passing->length = passing->cut_at;
		passing->packet = NULL; /* of a part nobody can say what it is */
	}
	struct parcel *parcel = parcel_new(passing);
	if (!parcel) { /* a stream with a hole in it would be worse than none */
		conn_cut(conn, passing->now, "no_memory", conn->session);
		return;
	}
	parcel->ending = passing->ending;
	parcel->due = passing->now + (delay > 0 ? delay : 0);
	pipe->late_bytes += parcel->length;
	if (passing->overtake && !passing->ending) {
		parcel->piece = 0; /* it comes as a whole */
		put_aside(pipe, parcel);
	} else {
		put_late(pipe, parcel);
	}
	set_timer(pipe);
}

/* Now, or when it is due. */
void pipe_carry(struct passing *passing, sim_ns delay)
{
	struct conn *conn = passing->conn;
	struct pipe *pipe = passing->dir == NET_UP ? &conn->up : &conn->down;
	bool whole = !passing->ending && (passing->piece == 0 || conn->severed);
	if (delay <= 0 && whole && (!pipe->late || passing->overtake))
		deliver(passing);
	else
		carry_late(passing, pipe, delay);
}
