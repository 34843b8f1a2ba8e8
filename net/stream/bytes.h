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
/* Gives back the memory if nothing is in it: connections that rest cost little. */
void bytes_rest(struct bytes *bytes);
void bytes_clear(struct bytes *bytes); /* keeps the memory */

#endif
