/* tap.c - by hand, what a library's read() and write() do with a stream. */
#include "net/stream/tap.h"

#include "net/stream/raw.h"

#include <errno.h>

enum {
	READ_SIZE = 16 * 1024
};

static uint8_t *find_room(struct tap *tap, struct bytes_spare *spare, size_t *ret_room)
{
	*ret_room = READ_SIZE;
	return spare ? bytes_borrow(&tap->stream.to_link, spare, READ_SIZE, ret_room)
		     : bytes_reserve(&tap->stream.to_link, READ_SIZE);
}

bool tap_read(struct tap *tap, struct bytes_spare *spare, bool *moved)
{
	struct stream *stream = &tap->stream;
	size_t room;
	while (tap->can_read && bytes_length(&stream->to_link) <= stream->limit) {
		uint8_t *at = find_room(tap, spare, &room);
		ssize_t n = at ? raw_recv(stream->fd, at, room, MSG_DONTWAIT) : 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			tap->can_read = false;
			break;
		}
		if (n <= 0) {
			tap->gone = n < 0 || !at;
			return false;
		}
		bytes_grow(&stream->to_link, (size_t)n);
		*moved = true;
		/* A short read is not the end of it: an error may lie behind the data, and
		 * its edge has been told with theirs. */
		if (spare && room - (size_t)n < READ_SIZE)
			break;
	}
	return true;
}

/* The link has more than fits, and some of it would fit now. */
static void take_more(struct stream *stream)
{
	if (!stream->held_back || bytes_length(&stream->to_client) > stream->limit / 2)
		return;
	stream->held_back = false;
	stream->door->drained(stream->door->arg, stream);
}

bool tap_write(struct tap *tap, bool *moved)
{
	struct stream *stream = &tap->stream;
	while (bytes_length(&stream->to_client) > 0) {
		ssize_t n = raw_send(stream->fd, bytes_data(&stream->to_client),
				     bytes_length(&stream->to_client),
				     MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0)
			return false;
		bytes_eat(&stream->to_client, (size_t)n);
		stream->client_read += (uint64_t)n;
		*moved = true;
	}
	take_more(stream);
	return true;
}

void tap_fini(struct tap *tap)
{
	if (tap->stream.fd >= 0)
		raw_close(tap->stream.fd);
	tap->stream.fd = -1;
	bytes_fini(&tap->stream.to_link);
	bytes_fini(&tap->stream.to_client);
}
