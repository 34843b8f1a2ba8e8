/* crossing.c - two rings of entries, each with chains by hash, oldest first. */
#include "net/crossing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	N_LEVELS = 2,
	N_CHAINS = CROSSING_ROOM,
	TAKERS_INLINE = 3
};
#define NOBODY UINT32_MAX

struct entry {
	uint64_t hash;
	trace_id event;
	uint32_t next; /* in its chain; NOBODY: last */
	uint32_t n_takers;
	uint32_t takers[TAKERS_INLINE]; /* links, while they are few … */
	uint32_t n_words;
	uint64_t *more; /* … a set of bits, when they are many; owned */
};

struct ring {
	struct entry *entries; /* grows up to CROSSING_ROOM */
	size_t capacity, count;
	uint64_t entered;       /* ever: the next place is entered % CROSSING_ROOM */
	uint32_t *first, *last; /* of each chain */
};

struct crossing {
	struct ring rings[N_LEVELS];
};

static void free_ring(struct ring *ring)
{
	for (size_t i = 0; i < ring->count; i++)
		free(ring->entries[i].more);
	free(ring->entries);
	free(ring->first);
	free(ring->last);
}

struct crossing *crossing_new(void)
{
	struct crossing *crossing = calloc(1, sizeof(*crossing));
	if (!crossing)
		return NULL;
	for (int i = 0; i < N_LEVELS; i++) {
		struct ring *ring = &crossing->rings[i];
		ring->first = malloc(N_CHAINS * sizeof(*ring->first));
		ring->last = malloc(N_CHAINS * sizeof(*ring->last));
		if (!ring->first || !ring->last) {
			crossing_free(crossing);
			return NULL;
		}
		memset(ring->first, 0xff, N_CHAINS * sizeof(*ring->first));
		memset(ring->last, 0xff, N_CHAINS * sizeof(*ring->last));
	}
	return crossing;
}

void crossing_free(struct crossing *crossing)
{
	if (!crossing)
		return;
	for (int i = 0; i < N_LEVELS; i++)
		free_ring(&crossing->rings[i]);
	free(crossing);
}

static uint64_t mix(uint64_t hash, const uint8_t *data, size_t length)
{
	const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio */
	uint64_t word;
	for (; length >= 8; data += 8, length -= 8) {
		memcpy(&word, data, 8);
		hash = (hash ^ word) * odd;
		hash ^= hash >> 29;
	}
	word = length;
	for (size_t i = 0; i < length; i++)
		word = word << 8 | data[i];
	hash = (hash ^ word) * odd;
	return hash ^ hash >> 32;
}

uint64_t crossing_hash(const void *topic, size_t topic_length, const void *payload,
		       size_t payload_length)
{
	uint64_t hash = mix(topic_length, topic, topic_length);
	return mix(hash ^ payload_length, payload, payload_length);
}

static bool has_taken(const struct entry *entry, uint32_t link)
{
	if (entry->more)
		return link / 64 < entry->n_words &&
		       (entry->more[link / 64] >> link % 64 & 1);
	for (uint32_t i = 0; i < entry->n_takers; i++)
		if (entry->takers[i] == link)
			return true;
	return false;
}

static void set_bit(struct entry *entry, uint32_t link)
{
	uint32_t n_words = link / 64 + 1;
	if (n_words > entry->n_words) {
		uint64_t *more = realloc(entry->more, n_words * sizeof(*more));
		if (!more)
			return; /* without memory a cause is told twice at worst */
		memset(more + entry->n_words, 0,
		       (n_words - entry->n_words) * sizeof(*more));
		entry->more = more;
		entry->n_words = n_words;
	}
	entry->more[link / 64] |= UINT64_C(1) << link % 64;
}

static void take(struct entry *entry, uint32_t link)
{
	if (!entry->more && entry->n_takers < TAKERS_INLINE) {
		entry->takers[entry->n_takers++] = link;
		return;
	}
	if (!entry->more)
		for (uint32_t i = 0; i < entry->n_takers; i++)
			set_bit(entry, entry->takers[i]);
	set_bit(entry, link);
}

/* The place that the next entry gets, its former tenant taken out of its chain. That one
 * is the oldest of all, so it is the first of its chain. */
static struct entry *make_room(struct ring *ring)
{
	size_t place = ring->entered % CROSSING_ROOM;
	if (place < ring->count) {
		struct entry *old = &ring->entries[place];
		size_t chain = old->hash % N_CHAINS;
		assert(ring->first[chain] == place);
		ring->first[chain] = old->next;
		if (old->next == NOBODY)
			ring->last[chain] = NOBODY;
		free(old->more);
		return old;
	}
	if (ring->count == ring->capacity) {
		size_t capacity = ring->capacity ? 2 * ring->capacity : 256;
		struct entry *entries =
			realloc(ring->entries, capacity * sizeof(*entries));
		if (!entries)
			return NULL;
		ring->entries = entries;
		ring->capacity = capacity;
	}
	return &ring->entries[ring->count++];
}

void crossing_enter(struct crossing *crossing, uint64_t hash, trace_id event,
		    enum trace_level level)
{
	struct ring *ring = &crossing->rings[level];
	struct entry *entry = make_room(ring);
	if (!entry)
		return;
	*entry = (struct entry){.hash = hash, .event = event, .next = NOBODY};
	uint32_t place = (uint32_t)(entry - ring->entries);
	size_t chain = hash % N_CHAINS;
	if (ring->last[chain] == NOBODY)
		ring->first[chain] = place;
	else
		ring->entries[ring->last[chain]].next = place;
	ring->last[chain] = place;
	ring->entered++;
}

bool crossing_leave(struct crossing *crossing, uint64_t hash, uint32_t link, bool again,
		    trace_id *ret_event, enum trace_level *ret_level)
{
	struct entry *fresh = NULL, *given = NULL;
	int fresh_level = 0, given_level = 0;
	for (int level = 0; level < N_LEVELS; level++) {
		struct ring *ring = &crossing->rings[level];
		uint32_t at = ring->first[hash % N_CHAINS];
		for (; at != NOBODY; at = ring->entries[at].next) {
			struct entry *entry = &ring->entries[at];
			if (entry->hash != hash)
				continue;
			if (has_taken(entry, link)) {
				given = entry; /* the latest */
				given_level = level;
			} else if (!fresh) {
				fresh = entry; /* the earliest */
				fresh_level = level;
			}
		}
	}
	bool old = given && (again || !fresh);
	struct entry *found = old ? given : fresh;
	if (!found)
		return false;
	if (!old)
		take(found, link);
	*ret_event = found->event;
	*ret_level = (enum trace_level)(old ? given_level : fresh_level);
	return true;
}
