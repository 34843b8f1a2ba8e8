/* outbox.c - a queue with holes, and an index by packet identifier. */
#include "net/outbox.h"

#include <stdlib.h>
#include <string.h>

enum {
	N_MIDS = 65536,
	ENTRIES_MAX = N_MIDS + OUTBOX_UNCONFIRMED
};

void outbox_fini(struct outbox *outbox)
{
	for (size_t i = outbox->first; i < outbox->end; i++)
		free(outbox->entries[i].copy);
	free(outbox->entries);
	*outbox = (struct outbox){0};
}

size_t outbox_clear(struct outbox *outbox)
{
	size_t waiting = outbox->n_waiting;
	outbox_fini(outbox);
	return waiting;
}

static void drop_front(struct outbox *outbox)
{
	while (outbox->first < outbox->end && outbox->entries[outbox->first].done)
		outbox->first++;
	if (outbox->first == outbox->end)
		outbox->first = outbox->end = 0;
}

/* Room for one more: closes the holes first, and only then takes memory. */
static bool grow(struct outbox *outbox)
{
	size_t kept = 0;
	for (size_t i = outbox->first; i < outbox->end; i++)
		if (!outbox->entries[i].done)
			outbox->entries[kept++] = outbox->entries[i];
	outbox->first = 0;
	outbox->end = kept;
	if (kept < outbox->capacity - outbox->capacity / 4)
		return true;
	size_t capacity = outbox->capacity ? 2 * outbox->capacity : 8;
	if (capacity > 2 * ENTRIES_MAX)
		return false;
	struct outbox_entry *entries =
		realloc(outbox->entries, capacity * sizeof(*entries));
	if (!entries)
		return kept < outbox->capacity;
	outbox->entries = entries;
	outbox->capacity = capacity;
	return true;
}

static void finish(struct outbox *outbox, struct outbox_entry *entry)
{
	entry->done = true;
	free(entry->copy);
	entry->copy = NULL;
	if (entry->mid == 0)
		outbox->n_unconfirmed--;
	else
		outbox->n_waiting--;
	drop_front(outbox);
}

static void drop_unconfirmed(struct outbox *outbox)
{
	size_t i = outbox->first;
	while (outbox->entries[i].done || outbox->entries[i].mid != 0)
		i++;
	finish(outbox, &outbox->entries[i]);
}

void outbox_add(struct outbox *outbox, const struct outbox_entry *entry)
{
	if (entry->mid != 0)
		outbox_done(outbox, entry->mid); /* identifiers have come round */
	else if (outbox->n_unconfirmed == OUTBOX_UNCONFIRMED)
		drop_unconfirmed(outbox);
	if (outbox->end == outbox->capacity && !grow(outbox)) {
		free(entry->copy);
		return;
	}
	outbox->entries[outbox->end] = *entry;
	outbox->entries[outbox->end++].done = false;
	if (entry->mid != 0)
		outbox->n_waiting++;
	else
		outbox->n_unconfirmed++;
}

/* Looked for at the end first, where a fresh one is, then from the start, where the
 * window of those on their way is. */
struct outbox_entry *outbox_of_mid(struct outbox *outbox, uint16_t mid)
{
	if (outbox->n_waiting == 0)
		return NULL;
	struct outbox_entry *last = &outbox->entries[outbox->end - 1];
	if (last->mid == mid && !last->done)
		return last;
	for (size_t i = outbox->first; i < outbox->end; i++)
		if (outbox->entries[i].mid == mid && !outbox->entries[i].done)
			return &outbox->entries[i];
	return NULL;
}

bool outbox_take_unconfirmed(struct outbox *outbox, uint64_t hash,
			     struct outbox_entry *ret_entry)
{
	if (outbox->n_unconfirmed == 0)
		return false;
	for (size_t i = outbox->first; i < outbox->end; i++) {
		struct outbox_entry *entry = &outbox->entries[i];
		if (entry->done || entry->mid != 0 || entry->hash != hash)
			continue;
		*ret_entry = *entry;
		finish(outbox, entry);
		return true;
	}
	return false;
}

void outbox_done(struct outbox *outbox, uint16_t mid)
{
	struct outbox_entry *entry = outbox_of_mid(outbox, mid);
	if (entry)
		finish(outbox, entry);
}

const struct outbox_entry *outbox_oldest(const struct outbox *outbox)
{
	if (outbox->n_waiting == 0)
		return NULL;
	for (size_t i = outbox->first; i < outbox->end; i++)
		if (!outbox->entries[i].done && outbox->entries[i].mid != 0)
			return &outbox->entries[i];
	return NULL;
}
