/*
 * tap.h - a stream whose client is at the other end of a socket of the kernel.
 *
 * What a library does with its stream by itself (stream.h) is done here by hand: what the
 * client has written is read for the link, and what the link has for the client is sent.
 * Nothing waits; whoever owns the tap knows when there is something to do (net/visitor: a
 * program in virtual time; net/proxy: a client of the world).
 */
#ifndef JOBJAM_NET_STREAM_TAP_H
#define JOBJAM_NET_STREAM_TAP_H

#include "net/stream/stream.h"

struct tap {
	struct stream stream; /* first: the link's view of it; its fd is ours, -1: none */
	bool can_read;        /* there may be something, or the end */
	bool gone;            /* it was reset: the client will not read either */
};

/* Reads while there is something and the link has room; at most a block at a time where
 * spare is given, so that can_read may be left set. False: nothing more will come, or there
 * is no memory for it. */
bool tap_read(struct tap *tap, struct bytes_spare *spare, bool *moved);
/* Sends what the socket takes, and lets the link go on if that has made room. False: the
 * client is gone. */
bool tap_write(struct tap *tap, bool *moved);
/* Closes the socket and frees what is in the buffers, not the tap. */
void tap_fini(struct tap *tap);

#endif
