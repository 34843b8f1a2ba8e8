/* front.c - a client's kernel socket, as the stream that its link reads and feeds. */
#include "net/proxy/name.h"
#include "net/proxy/room.h"
#include "net/stream/raw.h"
#include "net/stream/tap.h"

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	STREAM_LIMIT = 64 * 1024
};

struct front {
	struct tap tap; /* first: its stream is the link's view of it */
	struct proxy *proxy;
	struct link *link; /* NULL while it has no name */
	struct event *event;
	uint64_t number;
	struct queue_handle silence;
	struct front *next, **at; /* in the proxy's list */
};

/* --- ending ----------------------------------------------------------------------- */

static void unlink_front(struct front *front)
{
	*front->at = front->next;
	if (front->next)
		front->next->at = front->at;
}

static void hang_up(struct front *front)
{
	if (front->event)
		event_free(front->event);
	front->event = NULL;
	if (front->tap.stream.fd >= 0)
		raw_close(front->tap.stream.fd);
	front->tap.stream.fd = -1;
	queue_cancel(front->proxy->queue, &front->silence);
}

static void front_free(struct front *front)
{
	tap_fini(&front->tap);
	free(front);
}

/* with_reset: the client is to see "connection reset", and not an orderly end. */
static void end_front(struct front *front, bool with_reset)
{
	struct proxy *proxy = front->proxy;
	const struct linger at_once = {.l_onoff = 1};
	if (with_reset)
		raw_setsockopt(front->tap.stream.fd, SOL_SOCKET, SO_LINGER, &at_once,
			       sizeof(at_once));
	hang_up(front);
	unlink_front(front);
	if (front->link)
		front->tap.stream.door->closed(front->tap.stream.door->arg,
					       &front->tap.stream);
	else
		proxy->counts.pending--;
	front_free(front);
	proxy_one_left(proxy);
}

/* --- one round ---------------------------------------------------------------------- */

/* The client has written its last, or is gone; which of the two cannot be told yet. Where
 * nobody hears it the connection is over. */
static bool nobody_listens(const struct front *front)
{
	for (const struct conn *conn = front->link->conns; conn; conn = conn->next)
		if (conn->stream == &front->tap.stream)
			return conn->severed || (conn->fd < 0 && !conn->dialling);
	return true;
}

static bool step(struct stream *stream, sim_ns now)
{
	struct front *front = (struct front *)stream;
	struct bytes_spare *spare = &front->proxy->net->spare;
	bool moved = false;
	(void)now;
	if (stream->reset || !tap_write(&front->tap, &moved)) {
		end_front(front, stream->reset);
		return true;
	}
	if (stream->ended && bytes_length(&stream->to_client) == 0) {
		end_front(front, false);
		return true;
	}
	if (!stream->write_ended && !tap_read(&front->tap, spare, &moved))
		stream->write_ended = moved = true;
	if (stream->write_ended && (front->tap.gone || nobody_listens(front))) {
		end_front(front, false);
		return true;
	}
	if (moved)
		net_wake(front->link);
	bytes_rest(&stream->to_client, spare);
	return moved;
}

/* --- beginning -------------------------------------------------------------------- */

static void open_link(struct front *front, const char *name)
{
	struct proxy *proxy = front->proxy;
	struct link *link = net_link_passing(proxy->net, name);
	queue_cancel(proxy->queue, &front->silence);
	if (!link) {
		end_front(front, true);
		return;
	}
	front->tap.stream.door = &link->door;
	int rc = conn_open(link, &front->tap.stream, proxy_now(proxy));
	if (rc < 0) {
		proxy->counts.refused++;
		if (rc != -ECONNREFUSED)
			proxy_say(proxy, "%s: no connection to the upstream: %s", name,
				  strerror(-rc));
		net_wake(link); /* it may be idle again */
		end_front(front, true);
		return;
	}
	front->link = link;
	front->tap.stream.step = step;
	proxy->counts.pending--;
	net_wake(link);
}

static void open_as_number(struct front *front)
{
	char name[LINK_NAME_MAX];
	snprintf(name, sizeof(name), "conn/%llu", (unsigned long long)front->number);
	open_link(front, name);
}

/* All that has come, for the CONNECT alone. False: nothing more will. */
static bool read_all(struct front *front)
{
	struct stream *stream = &front->tap.stream;
	bool more = true, moved = false;
	stream->limit = MQTT_PACKET_MAX;
	while (more && front->tap.can_read &&
	       bytes_length(&stream->to_link) <= stream->limit)
		more = tap_read(&front->tap, &front->proxy->net->spare, &moved);
	stream->limit = STREAM_LIMIT;
	stream->write_ended = !more;
	return more;
}

/* Who is it? */
static void look(struct front *front)
{
	char name[LINK_NAME_MAX];
	const struct bytes *said = &front->tap.stream.to_link;
	bool more = read_all(front);
	if (!more && bytes_length(said) == 0) {
		end_front(front, false);
		return;
	}
	enum name_answer answer =
		name_of_client(bytes_data(said), bytes_length(said), name);
	if (answer == NAME_KNOWN)
		open_link(front, name);
	else if (answer == NAME_NONE || !more)
		open_as_number(front);
}

static void on_event(evutil_socket_t fd, short what, void *arg)
{
	struct front *front = arg;
	(void)fd;
	front->tap.can_read |= (what & (EV_READ | EV_CLOSED)) != 0;
	if (front->link)
		net_wake(front->link);
	else if (front->tap.can_read)
		look(front);
}

static void on_silence(void *arg, sim_ns now)
{
	struct front *front = arg;
	(void)now;
	front->silence = (struct queue_handle){0};
	open_as_number(front);
}

void front_new(struct proxy *proxy, int fd)
{
	struct front *front = calloc(1, sizeof(*front));
	if (!front) {
		raw_close(fd);
		return;
	}
	front->proxy = proxy;
	front->tap.stream.fd = fd;
	front->tap.stream.limit = STREAM_LIMIT;
	front->tap.stream.connected = true;
	front->number = ++proxy->counts.accepted;
	front->next = proxy->fronts;
	front->at = &proxy->fronts;
	if (front->next)
		front->next->at = &front->next;
	proxy->fronts = front;
	proxy->counts.open++;
	proxy->counts.pending++;
	front->event = event_new(proxy->net->base, fd,
				 EV_READ | EV_WRITE | EV_CLOSED | EV_ET | EV_PERSIST,
				 on_event, front);
	if (!front->event || event_add(front->event, NULL) != 0) {
		end_front(front, true);
		return;
	}
	front->silence = queue_add(proxy->queue, proxy_now(proxy) + PROXY_SILENCE,
				   on_silence, front);
}

void front_close_all(struct proxy *proxy)
{
	for (struct front *front = proxy->fronts; front; front = front->next)
		hang_up(front);
}

void front_free_all(struct proxy *proxy)
{
	while (proxy->fronts) {
		struct front *front = proxy->fronts;
		proxy->fronts = front->next;
		front_free(front);
	}
}
