/* queue.c - a binary heap of (due, sequence) over a table of slots with generations. */
#include "sim/core/queue.h"

#include "sim/core/status.h"

#include <assert.h>
#include <stdlib.h>

/* What the heap compares stands in the heap itself; the slot is only touched to be moved
 * or run. */
struct entry {
	sim_ns due;
	uint64_t sequence;
	uint32_t slot;
};

enum {
	NOT_IN_HEAP = UINT32_MAX,
	NO_SLOT = UINT32_MAX
};

struct slot {
	queue_fn *fn;
	void *arg;
	uint32_t position;   /* in the heap, or NOT_IN_HEAP */
	uint32_t generation; /* never 0; counts the uses of this slot */
	uint32_t next_free;
};

struct queue {
	struct entry *heap;
	struct slot *slots;
	uint32_t count, n_slots, capacity; /* capacity of both arrays */
	uint32_t free_slot;
	uint64_t sequence;
	sim_ns reached; /* due of the event that ran last */
};

struct queue *queue_new(void)
{
	struct queue *queue = calloc(1, sizeof(*queue));
	if (queue == NULL)
		return NULL;
	queue->free_slot = NO_SLOT;
	queue->reached = INT64_MIN;
	return queue;
}

void queue_free(struct queue *queue)
{
	if (queue == NULL)
		return;
	free(queue->heap);
	free(queue->slots);
	free(queue);
}

static bool before(const struct entry *a, const struct entry *b)
{
	if (a->due != b->due)
		return a->due < b->due;
	return a->sequence < b->sequence;
}

static void place(struct queue *queue, uint32_t position, struct entry entry)
{
	queue->heap[position] = entry;
	queue->slots[entry.slot].position = position;
}

static void sift_up(struct queue *queue, uint32_t position, struct entry entry)
{
	while (position > 0) {
		uint32_t parent = (position - 1) / 2;
		if (!before(&entry, &queue->heap[parent]))
			break;
		place(queue, position, queue->heap[parent]);
		position = parent;
	}
	place(queue, position, entry);
}

static void sift_down(struct queue *queue, uint32_t position, struct entry entry)
{
	for (;;) {
		uint32_t child = 2 * position + 1;
		if (child >= queue->count)
			break;
		if (child + 1 < queue->count &&
		    before(&queue->heap[child + 1], &queue->heap[child]))
			child++;
		if (!before(&queue->heap[child], &entry))
			break;
		place(queue, position, queue->heap[child]);
		position = child;
	}
	place(queue, position, entry);
}

/* Takes the entry at position out of the heap; its slot is left to the caller. */
static void heap_remove(struct queue *queue, uint32_t position)
{
	struct entry last = queue->heap[--queue->count];
	if (position == queue->count)
		return;
	if (position > 0 && before(&last, &queue->heap[(position - 1) / 2]))
		sift_up(queue, position, last);
	else
		sift_down(queue, position, last);
}

static void grow(struct queue *queue)
{
	uint32_t capacity = queue->capacity ? queue->capacity * 2 : 64;
	struct entry *heap = NULL;
	struct slot *slots = NULL;

	if (capacity <= UINT32_MAX / 4) {
		heap = realloc(queue->heap, capacity * sizeof(*heap));
		slots = realloc(queue->slots, capacity * sizeof(*slots));
	}
	if (heap == NULL || slots == NULL)
		sim_out_of_memory("event queue");
	queue->heap = heap;
	queue->slots = slots;
	queue->capacity = capacity;
}

static uint32_t take_slot(struct queue *queue)
{
	uint32_t slot = queue->free_slot;
	if (slot != NO_SLOT) {
		queue->free_slot = queue->slots[slot].next_free;
		return slot;
	}
	if (queue->n_slots == queue->capacity)
		grow(queue);
	slot = queue->n_slots++;
	queue->slots[slot].generation = 1;
	return slot;
}

/* From here on no handle names the slot's last event any more. */
static void release_slot(struct queue *queue, uint32_t index)
{
	struct slot *slot = &queue->slots[index];
	slot->position = NOT_IN_HEAP;
	if (++slot->generation == 0)
		slot->generation = 1;
	slot->next_free = queue->free_slot;
	queue->free_slot = index;
}

struct queue_handle queue_add(struct queue *queue, sim_ns due, queue_fn *fn, void *arg)
{
	assert(fn != NULL);
	assert(due >= queue->reached);

	uint32_t index = take_slot(queue);
	struct slot *slot = &queue->slots[index];
	slot->fn = fn;
	slot->arg = arg;
	struct entry entry = {due, queue->sequence++, index};
	sift_up(queue, queue->count++, entry);
	return (struct queue_handle){index, slot->generation};
}

bool queue_waiting(const struct queue *queue, struct queue_handle handle)
{
	if (handle.generation == 0 || handle.slot >= queue->n_slots)
		return false;
	const struct slot *slot = &queue->slots[handle.slot];
	return slot->generation == handle.generation && slot->position != NOT_IN_HEAP;
}

bool queue_cancel(struct queue *queue, struct queue_handle *handle)
{
	bool waiting = queue_waiting(queue, *handle);
	if (waiting) {
		heap_remove(queue, queue->slots[handle->slot].position);
		release_slot(queue, handle->slot);
	}
	*handle = (struct queue_handle){0};
	return waiting;
}

sim_ns queue_next_due(const struct queue *queue)
{
	return queue->count > 0 ? queue->heap[0].due : SIM_NEVER;
}

size_t queue_count(const struct queue *queue)
{
	return queue->count;
}

bool queue_run_one(struct queue *queue, sim_ns now)
{
	if (queue->count == 0 || queue->heap[0].due > now)
		return false;

	struct entry first = queue->heap[0];
	queue_fn *fn = queue->slots[first.slot].fn;
	void *arg = queue->slots[first.slot].arg;
	heap_remove(queue, 0);
	release_slot(queue, first.slot);
	queue->reached = first.due;
	fn(arg, first.due); /* last: fn may add and cancel, and move both arrays */
	return true;
}
