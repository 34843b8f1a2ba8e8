/*
 * connection.h - one connection of a link: client's stream on one side, broker's socket
 * on the other, and in between framing, faults and lateness; private to this room.
 *
 *	stream.to_link -> frame -> faults -> (late) -> up.out -> broker
 *	broker -> down.in -> frame -> faults -> (late) -> stream.to_client
 *
 * Packets move whole: of an incomplete one nothing is passed on until the rest or the
 * end of the stream comes. After a malformed packet its direction is passed on as it is,
 * unframed, and only byte faults act on it.
 *
 * A connection outlives its client's end when the other one has not been told: a
 * black-holed client reconnects while the broker still believes in the old connection.
 * What the broker says to it meanwhile takes its way like everything else; from where it
 * would be too much to keep it is thrown away, so that the broker's end is always heard.
 */
#ifndef JOBJAM_NET_CONNECTION_H
#define JOBJAM_NET_CONNECTION_H

#include "net/alias.h"
#include "net/fault_row.h"
#include "net/stream/stream.h"

/* Bytes that may wait in one direction before its sender is no longer read. A packet is
 * always let in whole, so the bound is this plus MQTT_PACKET_MAX. */
#define CONN_WAITING_MAX (256 * 1024)
/* Connections of one link whose client is gone but whose broker has not been told. */
#define CONN_GHOSTS_MAX  8

struct session;

struct pipe {
	struct conn *conn;
	enum net_dir dir;
	struct parcel *late, *late_last; /* in order; due never falls */
	struct parcel *aside;            /* may overtake; by due, then arrival */
	size_t late_bytes;
	struct queue_handle timer;
	struct fault *deaf; /* a black hole in this direction alone; NULL: none */
	bool raw;           /* no longer framed */
	size_t huge;       /* so much of a packet too long to look into is still to come */
	bool lingered;      /* its end has been put off as long as it will be */
	uint64_t position; /* bytes that have entered, ever */
	struct aliases *aliases; /* of MQTT 5.0; owned */
};

/* Which event stands behind the bytes the client's library is reading. */
struct mark {
	uint64_t end; /* of stream.client_read */
	trace_id event;
};

/* Deliveries of QoS 2, whose message reaches the application only with its PUBREL. */
#define CONN_QOS2_MAX 64

struct conn {
	struct link *link;
	struct conn *next; /* older ones come first */
	uint64_t serial;
	struct stream *stream;  /* NULL: the client has closed */
	struct bytes left;      /* what it had written by then */
	struct bytes in, out;   /* from the broker; to the broker */
	struct bytes hello;     /* its CONNECT, as it left */
	int fd;                 /* -1: none */
	struct event *event;    /* libevent's; readable */
	bool can_read;          /* said so, and not yet read dry */
	bool closing;           /* said that the end of stream is in there */
	bool dialling;          /* the broker's backlog is full */
	bool blocked;           /* the broker's socket is full */
	bool ending;            /* the client's stream ends after what is on its way */
	bool cut;               /* both ends are gone */
	bool severed;           /* nothing passes between the two ends any more */
	bool unheard;           /* the client is gone: what the broker says is thrown away */
	bool attached;          /* the broker's CONNACK has been passed down */
	bool polite;            /* DISCONNECT has been passed up */
	bool closed;            /* the broker's end closes after what has been passed up */
	struct fault *hung_by;  /* not yet dialled: nobody answers until it is lifted */
	bool told_end;          /* the broker knows that the client will write no more */
	int version;            /* of its CONNECT; 0 before */
	struct fault *answerer; /* plays the broker; implies severed */
	struct pipe up, down;
	trace_id session;   /* the latest event about the connection itself */
	trace_id connect;   /* CONNECT as it left, for the CONNACK's cause */
	trace_id blame;     /* the latest fault.acted on it */
	struct mark *marks; /* ring of places for packets in stream.to_client; owned */
	size_t first_mark, n_marks, marks_capacity;
	struct {
		uint16_t mid;
		trace_id event;
	} qos2[CONN_QOS2_MAX];
	size_t next_qos2;
	pile_ticket *tickets; /* of the link's pile; owned; underway.c */
	size_t n_tickets, tickets_capacity;
	struct session *member; /* of the ledger; from its CONNECT on */
	uint32_t member_expiry_s;
};

/* The client connects: asks the faults, dials. A negative errno refuses. */
int conn_open(struct link *link, struct stream *stream, sim_ns now);
/* The client's library has closed its stream, which is about to go. */
void conn_client_closed(struct conn *conn, sim_ns now);
/* Asks the broker again. False: still no room. */
bool conn_dial_again(struct conn *conn, sim_ns now);
/* Moves bytes; return whether any moved, or something ended. */
bool conn_pump_down(struct conn *conn, sim_ns now);
bool conn_pump_up(struct conn *conn, sim_ns now);
/* Both ends are gone and nothing is on its way: may be freed. */
bool conn_is_over(const struct conn *conn);
void conn_free(struct conn *conn);

/* Both ends at once, as by a reset. Bytes on their way are lost. */
void conn_cut(struct conn *conn, sim_ns now, const char *reason, trace_id cause);
/* Both ends see an orderly end of the stream behind what has been passed on; the rest is
 * lost. */
void conn_close(struct conn *conn, sim_ns now, const char *reason, trace_id cause);
/* One direction is a black hole from now on: what enters it is gone, its end unheard. */
void conn_deafen(struct conn *conn, sim_ns now, enum net_dir dir, struct fault *fault,
		 trace_id cause);
/* The fault that let it hang is lifted: it is dialled now. */
void conn_stop_hanging(struct conn *conn, sim_ns now);
/* A second connection to the broker beside the client's own, which no client feeds: it
 * says those bytes and then nothing, until the broker ends it or conn_close(). NULL: the
 * broker refused. */
struct conn *conn_open_beside(struct link *link, struct mqtt_span bytes, trace_id cause);
/* Black hole: both ends stay open, nothing passes. answerer (may be NULL) is shown what
 * the client sends. */
void conn_sever(struct conn *conn, sim_ns now, const char *reason, trace_id cause,
		struct fault *answerer);
/* The broker's end is no more; the client's is left as it is. */
void conn_lose_broker(struct conn *conn);
/* The client's connection breaks; the broker's end is left as it is. */
void conn_lose_client(struct conn *conn);
/* The client is told the end of the stream, after what is on its way to it. */
void conn_end_client(struct conn *conn);
/* Sends the packet to the client as if the broker had. */
void conn_answer(struct conn *conn, const struct mqtt_packet *packet, sim_ns now,
		 trace_id cause);
/* Shows the packet to the faults numbered above after, then delivers it. */
void conn_pass(struct passing *passing, int after);
/* The event behind the packet that the client's library has just read. */
trace_id conn_read_cause(struct conn *conn);

/* Bytes that a framed parcel holds, decoded again. */
bool parcel_open(const struct parcel *parcel, struct conn *conn, sim_ns now,
		 struct mqtt_packet *ret_packet, struct passing *ret_passing);
struct parcel *parcel_new(const struct passing *passing); /* NULL: no memory */
void parcel_free_all(struct parcel *parcel); /* and those behind it */

#endif
