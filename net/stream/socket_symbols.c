/* socket_symbols.c - the program's own socket calls: memory for streams, the kernel for
 * everything else. Exported by net/exports.list, so that the libraries find them. */
#undef _FORTIFY_SOURCE /* its wrappers would stand in the way of what is defined here */

#include "net/stream/raw.h"
#include "net/stream/stream.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel gives out no number that high (fs.nr_open ends far below). */
enum {
	FIRST_FD = 0x60000000,
	STREAMS_MAX = 1 << 20
};

/* Well above the largest burst a client writes at one instant in practice; a full buffer
 * is back-pressure (EAGAIN), not an error. */
enum {
	STREAM_LIMIT = 256 * 1024
};

static struct {
	struct stream **slots; /* NULL: free */
	size_t n_slots, lowest_free, n_open;
	const struct stream_door *expected;
	bool refuse_pair;
	struct stream_calls calls;
} streams;

void stream_expect(const struct stream_door *door)
{
	streams.expected = door;
}

void stream_refuse_pair(bool refuse)
{
	streams.refuse_pair = refuse;
}

bool stream_readable(const struct stream *stream)
{
	return bytes_length(&stream->to_client) > 0 || stream->ended || stream->reset;
}

size_t stream_count(void)
{
	return streams.n_open;
}

struct stream_calls stream_calls(void)
{
	return streams.calls;
}

static struct stream *find(int fd)
{
	if (fd < FIRST_FD || (size_t)(fd - FIRST_FD) >= streams.n_slots)
		return NULL;
	return streams.slots[fd - FIRST_FD];
}

static bool find_slot(size_t *ret_slot)
{
	size_t slot = streams.lowest_free;
	while (slot < streams.n_slots && streams.slots[slot])
		slot++;
	if (slot == streams.n_slots) {
		size_t n = streams.n_slots ? 2 * streams.n_slots : 16;
		struct stream **slots =
			n > STREAMS_MAX ? NULL
					: realloc(streams.slots, n * sizeof(*slots));
		if (!slots)
			return false;
		memset(slots + streams.n_slots, 0,
		       (n - streams.n_slots) * sizeof(struct stream *));
		streams.slots = slots;
		streams.n_slots = n;
	}
	*ret_slot = slot;
	return true;
}

static int open_stream(void)
{
	size_t slot;
	struct stream *stream = calloc(1, sizeof(*stream));
	if (!stream || !find_slot(&slot)) {
		free(stream);
		errno = ENOMEM;
		return -1;
	}
	stream->door = streams.expected;
	stream->limit = STREAM_LIMIT;
	stream->fd = FIRST_FD + (int)slot;
	streams.expected = NULL;
	streams.slots[slot] = stream;
	streams.lowest_free = slot + 1;
	streams.n_open++;
	return stream->fd;
}

static int close_stream(struct stream *stream)
{
	size_t slot = (size_t)(stream->fd - FIRST_FD);
	if (stream->connected)
		stream->door->closed(stream->door->arg, stream);
	streams.slots[slot] = NULL;
	if (slot < streams.lowest_free)
		streams.lowest_free = slot;
	bytes_fini(&stream->to_link);
	bytes_fini(&stream->to_client);
	free(stream);
	if (--streams.n_open == 0) { /* nothing of ours outlives the last client */
		free(streams.slots);
		streams.slots = NULL;
		streams.n_slots = streams.lowest_free = 0;
	}
	return 0;
}

static ssize_t fail(int error)
{
	errno = error;
	return -1;
}

static ssize_t read_stream(struct stream *stream, void *buffer, size_t length)
{
	streams.calls.read++;
	if (stream->reset)
		return fail(ECONNRESET);
	size_t there = bytes_length(&stream->to_client);
	if (there == 0)
		return stream->ended ? 0 : fail(stream->connected ? EAGAIN : ENOTCONN);
	if (length > there)
		length = there;
	memcpy(buffer, bytes_data(&stream->to_client), length);
	bytes_eat(&stream->to_client, length);
	stream->client_read += length;
	if (stream->held_back && there - length <= stream->limit / 2) {
		stream->held_back = false;
		stream->door->drained(stream->door->arg, stream);
	}
	return (ssize_t)length;
}

static ssize_t write_stream(struct stream *stream, const void *buffer, size_t length)
{
	streams.calls.write++;
	if (!stream->connected)
		return fail(ENOTCONN);
	if (stream->reset || stream->ended)
		return fail(stream->reset ? ECONNRESET : EPIPE);
	size_t held = bytes_length(&stream->to_link);
	if (stream->shut || held >= stream->limit)
		return fail(EAGAIN);
	if (length > stream->limit - held)
		length = stream->limit - held;
	if (!bytes_add(&stream->to_link, buffer, length))
		return fail(ENOMEM);
	stream->door->written(stream->door->arg, stream);
	return (ssize_t)length;
}

static int connect_stream(struct stream *stream)
{
	streams.calls.connect++;
	if (stream->connected)
		return (int)fail(EISCONN);
	int rc = stream->door->connect(stream->door->arg, stream);
	if (rc < 0)
		return (int)fail(-rc);
	stream->connected = true;
	return 0;
}

/* --- the symbols ----------------------------------------------------------------- */

int socket(int domain, int type, int protocol)
{
	if (domain != AF_UNIX || !streams.expected)
		return raw_socket(domain, type, protocol);
	streams.calls.socket++;
	return open_stream();
}

int socketpair(int domain, int type, int protocol, int pair[2])
{
	if (!streams.refuse_pair)
		return raw_socketpair(domain, type, protocol, pair);
	streams.calls.socketpair++;
	return (int)fail(EMFILE);
}

int connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t length)
{
	struct stream *stream = find(fd);
	return stream ? connect_stream(stream)
		      : raw_connect(fd, address.__sockaddr__, length);
}

int close(int fd)
{
	struct stream *stream = find(fd);
	if (!stream)
		return raw_close(fd);
	streams.calls.close++;
	return close_stream(stream);
}

ssize_t read(int fd, void *buffer, size_t length)
{
	struct stream *stream = find(fd);
	return stream ? read_stream(stream, buffer, length)
		      : raw_read(fd, buffer, length);
}

ssize_t write(int fd, const void *buffer, size_t length)
{
	struct stream *stream = find(fd);
	return stream ? write_stream(stream, buffer, length)
		      : raw_write(fd, buffer, length);
}

ssize_t recv(int fd, void *buffer, size_t length, int flags)
{
	struct stream *stream = find(fd);
	return stream ? read_stream(stream, buffer, length)
		      : raw_recv(fd, buffer, length, flags);
}

ssize_t send(int fd, const void *buffer, size_t length, int flags)
{
	struct stream *stream = find(fd);
	return stream ? write_stream(stream, buffer, length)
		      : raw_send(fd, buffer, length, flags);
}

int shutdown(int fd, int how)
{
	return find(fd) ? 0 : raw_shutdown(fd, how);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t length)
{
	return find(fd) ? 0 : raw_setsockopt(fd, level, name, value, length);
}

int getsockopt(int fd, int level, int name, void *restrict value,
	       socklen_t *restrict length)
{
	if (!find(fd))
		return raw_getsockopt(fd, level, name, value, length);
	memset(value, 0, *length); /* SO_ERROR: none */
	return 0;
}

static int control(int fd, int command, long argument)
{
	if (!find(fd))
		return raw_fcntl(fd, command, argument);
	streams.calls.fcntl++;
	return command == F_GETFL ? O_RDWR | O_NONBLOCK : 0;
}

/* Every command's third argument fits a long on the machines this runs on. */
int fcntl(int fd, int command, ...)
{
	va_list list;
	va_start(list, command);
	long argument = va_arg(list, long);
	va_end(list);
	return control(fd, command, argument);
}

int fcntl64(int fd, int command, ...)
{
	va_list list;
	va_start(list, command);
	long argument = va_arg(list, long);
	va_end(list);
	return control(fd, command, argument);
}
