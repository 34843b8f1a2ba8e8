/*
 * stream.h - a client's socket that is memory.
 *
 * libmosquitto believes that it holds a descriptor. The number belongs to no kernel
 * file: it lies far above every descriptor limit and names a struct stream, and the
 * program's own socket calls (socket_symbols.c) act on that instead. So a client costs no
 * descriptor, no system call and no kernel buffer.
 *
 * How a library comes by one: stream_expect(door), then let it connect to an AF_UNIX
 * path. The first AF_UNIX socket() after that is a stream; connect() on it asks the
 * door. Sockets of anybody else go to the kernel untouched.
 *
 * Left out: waiting. Streams never block and are in no poll set; whoever owns the door
 * knows when there is something to read.
 */
#ifndef JOBJAM_NET_STREAM_STREAM_H
#define JOBJAM_NET_STREAM_STREAM_H

#include "net/stream/bytes.h"
#include "sim/core/time.h"

struct stream;

/* What the far end does; called from inside the library's socket calls. */
struct stream_door {
	void *arg;
	/* A connection is wanted. 0 accepts (the stream is then the door's to feed), a
	 * negative errno refuses. */
	int (*connect)(void *arg, struct stream *stream);
	void (*written)(void *arg, struct stream *stream); /* to_link has grown */
	/* held_back was set, and to_client has room again. */
	void (*drained)(void *arg, struct stream *stream);
	/* The library closed; the stream is gone when this returns. */
	void (*closed)(void *arg, struct stream *stream);
};

struct stream {
	struct bytes to_link, to_client;
	size_t limit; /* of either buffer, for what the client writes and is fed */
	uint64_t client_read; /* bytes of to_client the library has consumed, ever */
	bool connected;
	bool shut;      /* takes nothing more from the client, as if it were full */
	bool held_back; /* the door has more than fits; it sets this, reading clears it */
	bool ended;     /* to_client ends after what is there: end of file … */
	bool reset;     /* … or, if this is set, ECONNRESET at once */
	int fd;
	const struct stream_door *door; /* borrowed */
	/* Where the client's side is a socket of the kernel (net/proxy): one round of its
	 * reading and writing. Returns whether anything moved. NULL: a library calls. */
	bool (*step)(struct stream *stream, sim_ns now);
	bool write_ended; /* … and the client will write no more, but still reads */
};

/* The descriptor that the door's next client gets. Borrows door until the stream is
 * closed; NULL takes the offer back. */
void stream_expect(const struct stream_door *door);
/* The next socketpair() is refused (EMFILE): libmosquitto makes one per client that
 * nobody here would ever read, and lives without. */
void stream_refuse_pair(bool refuse);
/* Would the library's read() answer anything but EAGAIN? */
bool stream_readable(const struct stream *stream);
/* Streams open in this process. */
size_t stream_count(void);

/* How often each symbol was reached for a stream, or refused: for the self-test. */
struct stream_calls {
	uint64_t socket, socketpair, connect, fcntl, read, write, close;
};
struct stream_calls stream_calls(void);

#endif
