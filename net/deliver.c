/* deliver.c - causes at the entry of a link, events at its exit. */
#include "net/deliver.h"

#include "net/inside.h"
#include "net/underway.h"

#include <stdlib.h>
#include <string.h>

/* Topics may be 65,535 bytes long; the trace keeps this many. */
enum {
	TOPIC_SHOWN = 512
};

static const char *topic_text(const struct mqtt_packet *packet, char buffer[TOPIC_SHOWN])
{
	size_t length = packet->topic.length;
	if (length >= TOPIC_SHOWN)
		length = TOPIC_SHOWN - 1;
	memcpy(buffer, packet->topic.data, length);
	buffer[length] = '\0';
	return buffer;
}

trace_id blame_of(const struct conn *conn)
{
	return conn->blame ? conn->blame : conn->session;
}

/* --- entry ------------------------------------------------------------------------ */

static void find_cause_of_publish(struct passing *passing)
{
	struct link *link = passing->conn->link;
	const struct mqtt_packet *packet = passing->packet;
	passing->hash = crossing_hash(packet->topic.data, packet->topic.length,
				      packet->payload.data, packet->payload.length);
	passing->cause = 0;
	const struct hub *left = passing->dir == NET_DOWN ? link->hub : link->near;
	if (left) {
		crossing_leave(left->crossing, passing->hash, link->index, packet->dup,
			       &passing->cause, &passing->level);
		return;
	}
	struct outbox_entry taken;
	struct outbox_entry *entry = NULL;
	if (packet->qos > 0)
		entry = outbox_of_mid(&link->outbox, packet->mid);
	else if (outbox_take_unconfirmed(&link->outbox, passing->hash, &taken))
		entry = &taken;
	if (!entry)
		return;
	if (link->client)
		client_wrote(link->client, entry);
	passing->ticket = entry->in_link;
	entry->in_link = 0;
	passing->cause = entry->queued;
	passing->level = entry->level;
}

static trace_id qos2_event(const struct conn *conn, uint16_t mid)
{
	for (size_t i = 0; i < CONN_QOS2_MAX; i++)
		if (conn->qos2[i].mid == mid)
			return conn->qos2[i].event;
	return conn->session;
}

void find_cause(struct passing *passing)
{
	struct conn *conn = passing->conn;
	const struct mqtt_packet *packet = passing->packet;
	const struct outbox_entry *entry = NULL;
	switch (packet->type) {
	case MQTT_PUBLISH:
		find_cause_of_publish(passing);
		return;
	case MQTT_CONNECT:
		passing->cause = conn->link->connect_cause;
		return;
	case MQTT_CONNACK:
		passing->cause = conn->connect;
		return;
	case MQTT_PUBREL:
		if (passing->dir == NET_DOWN) {
			passing->cause = qos2_event(conn, packet->mid);
			return;
		}
		break;
	case MQTT_PUBACK:
	case MQTT_PUBREC:
	case MQTT_PUBCOMP:
		if (passing->dir == NET_DOWN)
			entry = outbox_of_mid(&conn->link->outbox, packet->mid);
		break;
	default:
		break;
	}
	if (!entry)
		return;
	passing->cause = entry->event;
	passing->level = entry->level;
}

/* --- exit ------------------------------------------------------------------------- */

static trace_id say_publish(const struct passing *passing, enum trace_kind kind)
{
	char buffer[TOPIC_SHOWN];
	const struct mqtt_packet *packet = passing->packet;
	const struct link *link = passing->conn->link;
	if (link->net->options.unrecorded)
		return passing->cause;
	return trace_emit_at(
		link->net->options.trace, passing->level, passing->cause, kind, link->who,
		TRACE_FIELDS(F_TEXT("topic", topic_text(packet, buffer)),
			     F_INT("mid", packet->mid), F_INT("qos", packet->qos),
			     F_BOOL("dup", packet->dup), F_BOOL("retain", packet->retain),
			     F_INT("bytes", packet->payload.length)));
}

/* What it answers, if it does; of several codes the first. */
static int code_of(const struct mqtt_packet *packet)
{
	bool granted = packet->type == MQTT_SUBACK || packet->type == MQTT_UNSUBACK;
	if (granted)
		return packet->n_entries > 0 ? packet->entries.data[0] : -1;
	return packet->has_code ? packet->code : -1;
}

static trace_id say_packet(const struct passing *passing)
{
	const struct mqtt_packet *packet = passing->packet;
	const struct link *link = passing->conn->link;
	int code = code_of(packet);
	const struct trace_field fields[] = {F_TEXT("type", mqtt_type_name(packet->type)),
					     F_TEXT("dir", net_dir_name(passing->dir)),
					     F_INT("mid", packet->mid),
					     F_INT("bytes", passing->length),
					     F_INT("code", code)};
	return trace_emit(link->net->options.trace, passing->cause, KIND_MQTT_PACKET,
			  link->who, fields, code < 0 ? 4 : 5);
}

static void publish_reaches_broker(const struct passing *passing)
{
	struct link *link = passing->conn->link;
	trace_id event = say_publish(passing, KIND_MQTT_PUBLISH);
	link->net->counts.publishes_sent++;
	if (!link->net->options.unrecorded) {
		crossing_enter(link->hub->crossing, passing->hash, event, passing->level);
		ledger_up(link->hub->ledger, passing, event);
	}
	underway_leave(passing);
	struct outbox_entry *entry =
		passing->packet->qos > 0
			? outbox_of_mid(&link->outbox, passing->packet->mid)
			: NULL;
	if (entry)
		entry->event = event;
}

static void connect_reaches_broker(const struct passing *passing, trace_id event)
{
	struct conn *conn = passing->conn;
	conn->connect = event;
	bytes_clear(&conn->hello);
	bytes_add(&conn->hello, passing->bytes, passing->length);
}

static void deliver_up(struct passing *passing)
{
	struct conn *conn = passing->conn;
	struct net *net = conn->link->net;
	const struct mqtt_packet *packet = passing->packet;
	if (conn->severed) { /* still under way, for all that the client can know */
		if (conn->answerer)
			conn->answerer->row->on_answer(conn->answerer, passing);
		return;
	}
	if (conn->fd < 0 && !conn->dialling) {
		underway_lose(passing);
		return; /* the broker has ended it; the client will see */
	}
	if (packet && packet->type == MQTT_PUBLISH) {
		publish_reaches_broker(passing);
	} else if (packet) {
		trace_id event = say_packet(passing);
		if (packet->type == MQTT_CONNECT)
			connect_reaches_broker(passing, event);
		conn->polite |= packet->type == MQTT_DISCONNECT;
		if (!net->options.unrecorded)
			ledger_up(conn->link->hub->ledger, passing, event);
	}
	net->counts.packets_up += packet != NULL;
	if (!bytes_add(&conn->out, passing->bytes + passing->skip,
		       passing->length - passing->skip))
		conn_cut(conn, passing->now, "no_memory", conn->session);
	net_wake(conn->link);
}

static void add_mark(struct conn *conn, trace_id event, size_t length)
{
	uint64_t end = conn->stream->client_read +
		       bytes_length(&conn->stream->to_client) + length;
	if (conn->first_mark + conn->n_marks == conn->marks_capacity) {
		if (conn->first_mark > 0) {
			memmove(conn->marks, conn->marks + conn->first_mark,
				conn->n_marks * sizeof(*conn->marks));
			conn->first_mark = 0;
		}
		if (conn->n_marks * 2 >= conn->marks_capacity) {
			size_t capacity =
				conn->marks_capacity ? 2 * conn->marks_capacity : 8;
			struct mark *marks =
				realloc(conn->marks, capacity * sizeof(*marks));
			if (!marks && conn->n_marks == conn->marks_capacity)
				return;
			if (marks) {
				conn->marks = marks;
				conn->marks_capacity = capacity;
			}
		}
	}
	conn->marks[conn->first_mark + conn->n_marks++] =
		(struct mark){.end = end, .event = event};
}

trace_id conn_read_cause(struct conn *conn)
{
	while (conn->n_marks > 1 &&
	       conn->marks[conn->first_mark].end < conn->stream->client_read) {
		conn->first_mark++;
		conn->n_marks--;
	}
	return conn->n_marks > 0 ? conn->marks[conn->first_mark].event : conn->session;
}

static trace_id publish_reaches_client(const struct passing *passing)
{
	struct conn *conn = passing->conn;
	trace_id event = say_publish(passing, KIND_MQTT_DELIVER);
	underway_leave(passing);
	conn->link->net->counts.publishes_received++;
	if (passing->packet->qos == 2) {
		size_t place = conn->next_qos2++ % CONN_QOS2_MAX;
		conn->qos2[place].mid = passing->packet->mid;
		conn->qos2[place].event = event;
	}
	return event;
}

/* A connection that the broker itself has accepted: from here on the client is attached. */
static trace_id connack_reaches_client(const struct passing *passing)
{
	struct conn *conn = passing->conn;
	trace_id event = say_packet(passing);
	if (passing->packet->code != 0 || passing->forged || conn->severed ||
	    conn->attached)
		return event;
	conn->attached = true;
	conn->session = trace_emit(conn->link->net->options.trace, event,
				   KIND_SESSION_ATTACHED, conn->link->who, NULL, 0);
	conn->link->last = conn->session;
	return conn->session;
}

/* The client is a broker: what has reached it goes on from there. */
static void enter_near_broker(const struct passing *passing, trace_id event)
{
	const struct hub *near = passing->conn->link->near;
	if (passing->packet->type == MQTT_PUBLISH)
		crossing_enter(near->crossing, passing->hash, event, passing->level);
	ledger_bridge_in(near->ledger, passing, event);
}

static void deliver_down(struct passing *passing)
{
	struct conn *conn = passing->conn;
	const struct mqtt_packet *packet = passing->packet;
	trace_id event = passing->cause;
	if (!conn->stream) {
		underway_lose(passing);
		return; /* the client has gone */
	}
	if (packet && packet->type == MQTT_PUBLISH)
		event = publish_reaches_client(passing);
	else if (packet && packet->type == MQTT_CONNACK)
		event = connack_reaches_client(passing);
	else if (packet)
		event = say_packet(passing);
	conn->link->net->counts.packets_down += packet != NULL;
	if (!conn->stream) /* whoever listens to the trace may have closed it */
		return;
	if (packet && conn->link->near)
		enter_near_broker(passing, event);
	if (conn->link->client)
		add_mark(conn, event, passing->length - passing->skip);
	if (!bytes_add(&conn->stream->to_client, passing->bytes + passing->skip,
		       passing->length - passing->skip))
		conn_cut(conn, passing->now, "no_memory", conn->session);
	net_wake(conn->link);
}

void deliver(struct passing *passing)
{
	if (passing->dir == NET_UP)
		deliver_up(passing);
	else
		deliver_down(passing);
}
