/* bytes.c - the buffer behind every direction of a connection. */
#include "net/stream/bytes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	SMALLEST = 512
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

void bytes_rest(struct bytes *bytes)
{
	if (bytes_length(bytes) == 0 && bytes->capacity > SMALLEST)
		bytes_fini(bytes);
}

void bytes_clear(struct bytes *bytes)
{
	bytes->start = bytes->end = 0;
}
