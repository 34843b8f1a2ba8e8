/*
 * bytes.h - a run of bytes that grows at its end and is eaten at its start.
 *
 * What is there is always contiguous, so a packet can be read in place. The limit on
 * length is the caller's: bytes_add() asserts nothing about size but answers false when
 * memory ends.
 */
#ifndef JOBJAM_NET_STREAM_BYTES_H
#define JOBJAM_NET_STREAM_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	uint8_t *memory; /* owned */
	size_t start, end, capacity;
};

void bytes_fini(struct bytes *bytes); /* frees and clears */

static inline size_t bytes_length(const struct bytes *bytes)
{
	return bytes->end - bytes->start;
}

static inline const uint8_t *bytes_data(const struct bytes *bytes)
{
	return bytes->memory + bytes->start;
}

/* Room for length more, in one piece, at the returned place; NULL without memory. What
 * is written there counts only after bytes_grow(). */
uint8_t *bytes_reserve(struct bytes *bytes, size_t length);
void bytes_grow(struct bytes *bytes, size_t length);
bool bytes_add(struct bytes *bytes, const void *data, size_t length);
void bytes_eat(struct bytes *bytes,
	       size_t length);         /* length <= bytes_length (asserted) */
void bytes_clear(struct bytes *bytes); /* keeps the memory */
/* The first length bytes of from become the last of to. Where nothing is in the way their
 * memory changes hands, so that they need not be copied. False, without memory: nothing has
 * moved. */
bool bytes_move(struct bytes *to, struct bytes *from, size_t length);

/* --- memory that is lent ----------------------------------------------------------
 *
 * A live connection is read in large pieces and is at rest most of the time, and there may
 * be thousands of them. So who reads borrows a block, and it comes back as soon as nothing
 * is in it: the same few go round, and stay in the processor's cache.
 */
#define BYTES_BLOCK     ((size_t)64 * 1024)
#define BYTES_SPARE_MAX 16 /* blocks that are kept; more are freed */

struct bytes_spare {
	uint8_t *blocks[BYTES_SPARE_MAX]; /* owned; the last to come is the next to go */
	size_t n;
};

void bytes_spare_fini(struct bytes_spare *spare);
/* Like bytes_reserve, at least `least`, in a block if it fits into one. *ret_room: all the
 * room that there is. */
uint8_t *bytes_borrow(struct bytes *bytes, struct bytes_spare *spare, size_t least,
		      size_t *ret_room);
/* Gives back the memory if nothing is in it, to spare if it is a block. */
void bytes_rest(struct bytes *bytes, struct bytes_spare *spare);

#endif
