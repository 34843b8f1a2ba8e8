/* bytes.c - the buffer behind every direction of a connection. */
#include "net/stream/bytes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	SMALLEST = 512,
	WORTH_MOVING = 4096 /* less is copied: a block for each rest would cost more */
};

void bytes_fini(struct bytes *bytes)
{
	free(bytes->memory);
	*bytes = (struct bytes){0};
}

uint8_t *bytes_reserve(struct bytes *bytes, size_t length)
{
	if (bytes->capacity - bytes->end >= length)
		return bytes->memory + bytes->end;
	size_t held = bytes_length(bytes);
	if (bytes->start > 0 && bytes->capacity - held >= length) {
		memmove(bytes->memory, bytes->memory + bytes->start, held);
		bytes->start = 0;
		bytes->end = held;
		return bytes->memory + held;
	}
	size_t capacity = bytes->capacity ? bytes->capacity : SMALLEST;
	while (capacity - held < length)
		capacity *= 2;
	uint8_t *memory = malloc(capacity);
	if (!memory)
		return NULL;
	if (held > 0)
		memcpy(memory, bytes->memory + bytes->start, held);
	free(bytes->memory);
	*bytes = (struct bytes){.memory = memory, .end = held, .capacity = capacity};
	return memory + held;
}

void bytes_grow(struct bytes *bytes, size_t length)
{
	assert(bytes->capacity - bytes->end >= length);
	bytes->end += length;
}

bool bytes_add(struct bytes *bytes, const void *data, size_t length)
{
	if (length == 0)
		return true;
	uint8_t *room = bytes_reserve(bytes, length);
	if (!room)
		return false;
	memcpy(room, data, length);
	bytes->end += length;
	return true;
}

void bytes_eat(struct bytes *bytes, size_t length)
{
	assert(length <= bytes_length(bytes));
	bytes->start += length;
	if (bytes->start == bytes->end)
		bytes->start = bytes->end = 0;
}

void bytes_clear(struct bytes *bytes)
{
	bytes->start = bytes->end = 0;
}

bool bytes_move(struct bytes *to, struct bytes *from, size_t length)
{
	size_t rest = bytes_length(from) - length;
	if (bytes_length(to) > 0 || length < WORTH_MOVING || rest > length) {
		if (!bytes_add(to, bytes_data(from), length))
			return false;
		bytes_eat(from, length);
		return true;
	}
	bytes_clear(to);
	if (!bytes_add(to, bytes_data(from) + length, rest))
		return false;
	struct bytes behind = *to;
	*to = *from;
	to->end -= rest;
	*from = behind;
	return true;
}

/* --- memory that is lent ---------------------------------------------------------- */

void bytes_spare_fini(struct bytes_spare *spare)
{
	while (spare->n > 0)
		free(spare->blocks[--spare->n]);
}

static void give_back(struct bytes *bytes, struct bytes_spare *spare)
{
	if (bytes->capacity == BYTES_BLOCK && spare->n < BYTES_SPARE_MAX)
		spare->blocks[spare->n++] = bytes->memory;
	else
		free(bytes->memory);
	*bytes = (struct bytes){0};
}

/* Into a block with it. False: no memory. */
static bool enter_block(struct bytes *bytes, struct bytes_spare *spare)
{
	size_t held = bytes_length(bytes);
	uint8_t *block = spare->n > 0 ? spare->blocks[--spare->n] : malloc(BYTES_BLOCK);
	if (!block)
		return false;
	if (held > 0)
		memcpy(block, bytes_data(bytes), held);
	give_back(bytes, spare);
	*bytes = (struct bytes){.memory = block, .end = held, .capacity = BYTES_BLOCK};
	return true;
}

uint8_t *bytes_borrow(struct bytes *bytes, struct bytes_spare *spare, size_t least,
		      size_t *ret_room)
{
	uint8_t *room;
	if (bytes->capacity < BYTES_BLOCK && bytes_length(bytes) + least <= BYTES_BLOCK &&
	    !enter_block(bytes, spare))
		return NULL;
	room = bytes_reserve(bytes, least);
	*ret_room = bytes->capacity - bytes->end;
	return room;
}

void bytes_rest(struct bytes *bytes, struct bytes_spare *spare)
{
	if (bytes_length(bytes) == 0 && bytes->capacity > SMALLEST)
		give_back(bytes, spare);
}
