/* visitor.c - a program's connections, as streams that its link reads and feeds. */
#include "net/visitor.h"

#include "net/inside.h"
#include "net/stream/raw.h"
#include "net/stream/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	STREAM_LIMIT = 64 * 1024,
	BACKLOG = 16
};

struct call {
	struct tap tap; /* first: its stream is the link's view of it */
	struct visitor *visitor;
	struct call *next;
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
	tap_fini(&call->tap);
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
	call->tap.stream.door->closed(call->tap.stream.door->arg, &call->tap.stream);
	call_free(call);
}

static bool step(struct stream *stream, sim_ns now)
{
	struct call *call = (struct call *)stream;
	bool sent = false, come = false;

	(void)now;
	if (stream->reset || !tap_write(&call->tap, &sent)) {
		end_call(call);
		return true;
	}
	call->visitor->input |= sent;
	if (stream->ended && bytes_length(&stream->to_client) == 0) {
		end_call(call);
		return true;
	}
	/* A program that shuts its sending side down alone is taken for gone. */
	call->tap.can_read = true; /* nothing is watched */
	if (!tap_read(&call->tap, NULL, &come)) {
		end_call(call);
		return true;
	}
	if (sent || come)
		net_wake(call->visitor->link);
	return sent || come;
}

static void take_call(struct visitor *visitor, int fd, sim_ns now)
{
	struct call *call = calloc(1, sizeof(*call)), **at = &visitor->calls;

	if (!call) {
		raw_close(fd);
		return;
	}
	struct stream *stream = &call->tap.stream;
	call->visitor = visitor;
	stream->fd = fd;
	stream->limit = STREAM_LIMIT;
	stream->connected = true;
	stream->door = &visitor->link->door;
	stream->step = step;
	visitor->net->now = now;
	if (conn_open(visitor->link, stream, now) < 0) {
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
			if (conn->stream == &call->tap.stream)
				conn->stream = NULL;
		call_free(call);
	}
	raw_close(visitor->fd);
	free(visitor);
}
