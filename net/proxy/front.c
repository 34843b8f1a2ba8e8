/* front.c - a client's kernel socket, as the stream that its link reads and feeds. */
#include "net/proxy/name.h"
#include "net/proxy/room.h"
#include "net/stream/raw.h"

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	READ_SIZE = 64 * 1024,
	STREAM_LIMIT = 64 * 1024
};

struct front {
	struct stream stream; /* first: the link's view of it */
	struct proxy *proxy;
	struct link *link; /* NULL while it has no name */
	struct event *event;
	int fd;
	bool can_read; /* said so, and not yet read dry */
	bool gone;     /* the client has reset the connection: it will not read either */
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
	if (front->fd >= 0)
		raw_close(front->fd);
	front->fd = -1;
	queue_cancel(front->proxy->queue, &front->silence);
}

static void front_free(struct front *front)
{
	bytes_fini(&front->stream.to_link);
	bytes_fini(&front->stream.to_client);
	free(front);
}

/* with_reset: the client is to see "connection reset", and not an orderly end. */
static void end_front(struct front *front, bool with_reset)
{
	struct proxy *proxy = front->proxy;
	const struct linger at_once = {.l_onoff = 1};
	if (with_reset)
		raw_setsockopt(front->fd, SOL_SOCKET, SO_LINGER, &at_once,
			       sizeof(at_once));
	hang_up(front);
	unlink_front(front);
	if (front->link)
		front->stream.door->closed(front->stream.door->arg, &front->stream);
	else
		proxy->counts.pending--;
	front_free(front);
	proxy_one_left(proxy);
}

/* --- reading and writing ------------------------------------------------------------ */

/* False: nothing more can come from the client; front->gone: because it was reset. */
static bool read_some(struct front *front, bool *moved)
{
	struct bytes *into = &front->stream.to_link;
	while (front->can_read && bytes_length(into) <= front->stream.limit) {
		uint8_t *room = bytes_reserve(into, READ_SIZE);
		ssize_t n =
			room ? raw_recv(front->fd, room, READ_SIZE, MSG_DONTWAIT) : -1;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || !room)) {
			front->can_read = false;
			break;
		}
		front->gone = n < 0;
		if (n <= 0)
			return false;
		bytes_grow(into, (size_t)n);
		*moved = true;
		/* A short read is not the end of it: an error may lie behind the data, and
		 * its edge has been told with theirs. */
	}
	return true;
}

/* False: the client is gone. */
static bool write_some(struct front *front, bool *moved)
{
	struct stream *stream = &front->stream;
	while (bytes_length(&stream->to_client) > 0) {
		ssize_t n = raw_send(front->fd, bytes_data(&stream->to_client),
				     bytes_length(&stream->to_client),
				     MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN;
		bytes_eat(&stream->to_client, (size_t)n);
		stream->client_read += (uint64_t)n;
		*moved = true;
	}
	return true;
}

/* The link has more than fits, and some of it would fit now. */
static void take_more(struct front *front)
{
	struct stream *stream = &front->stream;
	if (!stream->held_back || bytes_length(&stream->to_client) > stream->limit / 2)
		return;
	stream->held_back = false;
	stream->door->drained(stream->door->arg, stream);
}

/* The client has written its last, or is gone; which of the two cannot be told yet. Where
 * nobody hears it the connection is over. */
static bool nobody_listens(const struct front *front)
{
	for (const struct conn *conn = front->link->conns; conn; conn = conn->next)
		if (conn->stream == &front->stream)
			return conn->severed || (conn->fd < 0 && !conn->dialling);
	return true;
}

static bool step(struct stream *stream, sim_ns now)
{
	struct front *front = (struct front *)stream;
	bool moved = false;
	(void)now;
	if (stream->reset || !write_some(front, &moved)) {
		end_front(front, stream->reset);
		return true;
	}
	take_more(front);
	if (stream->ended && bytes_length(&stream->to_client) == 0) {
		end_front(front, false);
		return true;
	}
	if (!stream->write_ended && !read_some(front, &moved))
		stream->write_ended = moved = true;
	if (stream->write_ended && (front->gone || nobody_listens(front))) {
		end_front(front, false);
		return true;
	}
	if (moved)
		net_wake(front->link);
	bytes_rest(&stream->to_client);
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
	front->stream.door = &link->door;
	int rc = conn_open(link, &front->stream, proxy_now(proxy));
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
	front->stream.step = step;
	proxy->counts.pending--;
	net_wake(link);
}

static void open_as_number(struct front *front)
{
	char name[LINK_NAME_MAX];
	snprintf(name, sizeof(name), "conn/%llu", (unsigned long long)front->number);
	open_link(front, name);
}

/* Who is it? */
static void look(struct front *front)
{
	char name[LINK_NAME_MAX];
	const struct bytes *said = &front->stream.to_link;
	bool moved = false;
	front->stream.limit = MQTT_PACKET_MAX; /* for the CONNECT alone */
	bool more = read_some(front, &moved);
	front->stream.limit = STREAM_LIMIT;
	front->stream.write_ended = !more;
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
	front->can_read |= (what & (EV_READ | EV_CLOSED)) != 0;
	if (front->link)
		net_wake(front->link);
	else if (front->can_read)
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
	front->fd = front->stream.fd = fd;
	front->stream.limit = STREAM_LIMIT;
	front->stream.connected = true;
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
