/* visitor.c - a program's connections, as streams that its link reads and feeds. */
#include "net/visitor.h"

#include "net/inside.h"
#include "net/stream/raw.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	READ_SIZE = 16 * 1024,
	STREAM_LIMIT = 64 * 1024,
	BACKLOG = 16
};

struct call {
	struct stream stream; /* first: the link's view of it */
	struct visitor *visitor;
	struct call *next;
	int fd;
};

struct visitor {
	struct net *net;
	struct link *link;
	struct call *calls; /* oldest first */
	size_t n_calls;
	int fd;
	bool input;
};

/* --- one connection ------------------------------------------------------------------ */

static void call_free(struct call *call)
{
	raw_close(call->fd);
	bytes_fini(&call->stream.to_link);
	bytes_fini(&call->stream.to_client);
	free(call);
}

static void end_call(struct call *call)
{
	struct visitor *visitor = call->visitor;
	struct call **at = &visitor->calls;

	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
	visitor->n_calls--;
	visitor->input = true;
	call->stream.door->closed(call->stream.door->arg, &call->stream);
	call_free(call);
}

/* False: nothing more can come. */
static bool read_some(struct call *call, bool *moved)
{
	struct bytes *into = &call->stream.to_link;

	while (bytes_length(into) <= call->stream.limit) {
		uint8_t *room = bytes_reserve(into, READ_SIZE);
		ssize_t n = room ? raw_recv(call->fd, room, READ_SIZE, MSG_DONTWAIT) : 0;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return true;
		if (n <= 0)
			return false;
		bytes_grow(into, (size_t)n);
		*moved = true;
	}
	return true;
}

/* False: the program is gone. */
static bool write_some(struct call *call, bool *moved)
{
	struct stream *stream = &call->stream;

	while (bytes_length(&stream->to_client) > 0) {
		ssize_t n = raw_send(call->fd, bytes_data(&stream->to_client),
				     bytes_length(&stream->to_client),
				     MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN;
		bytes_eat(&stream->to_client, (size_t)n);
		stream->client_read += (uint64_t)n;
		*moved = call->visitor->input = true;
	}
	return true;
}

static void take_more(struct call *call)
{
	struct stream *stream = &call->stream;

	if (!stream->held_back || bytes_length(&stream->to_client) > stream->limit / 2)
		return;
	stream->held_back = false;
	stream->door->drained(stream->door->arg, stream);
}

static bool step(struct stream *stream, sim_ns now)
{
	struct call *call = (struct call *)stream;
	bool moved = false;

	(void)now;
	if (stream->reset || !write_some(call, &moved)) {
		end_call(call);
		return true;
	}
	take_more(call);
	if (stream->ended && bytes_length(&stream->to_client) == 0) {
		end_call(call);
		return true;
	}
	/* A program that shuts its sending side down alone is taken for gone. */
	if (!read_some(call, &moved)) {
		end_call(call);
		return true;
	}
	if (moved)
		net_wake(call->visitor->link);
	return moved;
}

static void take_call(struct visitor *visitor, int fd, sim_ns now)
{
	struct call *call = calloc(1, sizeof(*call)), **at = &visitor->calls;

	(void)now;
	if (!call) {
		raw_close(fd);
		return;
	}
	call->visitor = visitor;
	call->fd = call->stream.fd = fd;
	call->stream.limit = STREAM_LIMIT;
	call->stream.connected = true;
	call->stream.door = &visitor->link->door;
	call->stream.step = step;
	visitor->net->now = now;
	if (conn_open(visitor->link, &call->stream, now) < 0) {
		call_free(call);
		visitor->input = true;
		return;
	}
	while (*at)
		at = &(*at)->next;
	*at = call;
	visitor->n_calls++;
}

/* --- all of them --------------------------------------------------------------------- */

void visitor_look(struct visitor *visitor, sim_ns now)
{
	for (;;) {
		int fd = (int)accept4(visitor->fd, NULL, NULL,
				      SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0)
			break;
		take_call(visitor, fd, now);
	}
	if (visitor->n_calls > 0)
		net_wake(visitor->link);
}

bool visitor_take_input(struct visitor *visitor)
{
	bool input = visitor->input;

	visitor->input = false;
	return input;
}

size_t visitor_count(const struct visitor *visitor)
{
	return visitor->n_calls;
}

static int listen_at(const char *path, struct sim_error *error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = raw_socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int why = errno;

	if (strlen(path) >= sizeof(address.sun_path)) {
		if (fd >= 0)
			raw_close(fd);
		sim_fail(error, SIM_EIO, "%s is too long for a socket's path", path);
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (fd >= 0 &&
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	why = errno;
	if (fd >= 0)
		raw_close(fd);
	sim_fail(error, SIM_EIO, "a socket for a program cannot be made at %s (%s)", path,
		 strerror(why));
	return -1;
}

int visitor_new(struct net *net, const char *link, const char *path,
		struct visitor **ret_visitor, struct sim_error *error)
{
	struct visitor *visitor = calloc(1, sizeof(*visitor));

	if (!visitor)
		return sim_fail(error, SIM_ENOMEM, "no memory for a program's link");
	visitor->net = net;
	visitor->fd = -1;
	visitor->link = net_link(net, link);
	if (!visitor->link) {
		free(visitor);
		return sim_fail(error, SIM_ENOMEM, "no memory for a program's link");
	}
	visitor->fd = listen_at(path, error);
	if (visitor->fd < 0) {
		free(visitor);
		return SIM_EIO;
	}
	*ret_visitor = visitor;
	return SIM_OK;
}

void visitor_free(struct visitor *visitor)
{
	if (!visitor)
		return;
	while (visitor->calls) {
		struct call *call = visitor->calls;

		visitor->calls = call->next;
		for (struct conn *conn = visitor->link->conns; conn; conn = conn->next)
			if (conn->stream == &call->stream)
				conn->stream = NULL;
		call_free(call);
	}
	raw_close(visitor->fd);
	free(visitor);
}
