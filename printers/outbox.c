/* outbox.c - entries, their texts in one arena, and saying them. */
#include "printers/outbox.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	FIELDS_MAX = 8,
	ENTRIES_MAX = 4096
};

struct entry {
	sim_ns t;
	bool is_report;
	enum outbox_slot cause, fills, fills_too;
	enum trace_kind kind;
	enum trace_level level;
	size_t n_fields;
	struct trace_field fields[FIELDS_MAX];
	size_t offset[FIELDS_MAX]; /* of texts in the arena; [0]: of a report's bytes */
	size_t length;
	int qos;
};

struct list {
	struct entry *entries;
	size_t n, capacity;
};

struct outbox {
	struct list said, held;
	bool holding;
	char *arena;
	size_t used, capacity;
	trace_id slots[N_SLOTS];
};

struct outbox *outbox_new(void)
{
	return calloc(1, sizeof(struct outbox));
}

void outbox_free(struct outbox *outbox)
{
	if (!outbox)
		return;
	free(outbox->said.entries);
	free(outbox->held.entries);
	free(outbox->arena);
	free(outbox);
}

bool outbox_is_empty(const struct outbox *outbox)
{
	return outbox->said.n == 0;
}

sim_ns outbox_first(const struct outbox *outbox)
{
	return outbox->said.n > 0 ? outbox->said.entries[0].t : SIM_NEVER;
}

void outbox_drop(struct outbox *outbox)
{
	outbox->said.n = outbox->held.n = 0;
	outbox->used = 0;
	outbox->holding = false;
}

/* Without room for what a machine says nothing can go on, as with the queue. */
static void *grow(void *block, size_t bytes)
{
	void *grown = realloc(block, bytes);
	if (!grown) {
		fputs("jobjam: no memory for the events of a printer\n", stderr);
		exit(70);
	}
	return grown;
}

static struct entry *add(struct list *list)
{
	if (list->n == list->capacity) {
		list->capacity = list->capacity ? list->capacity * 2 : 16;
		assert(list->capacity <= ENTRIES_MAX);
		list->entries =
			grow(list->entries, list->capacity * sizeof(struct entry));
	}
	return &list->entries[list->n++];
}

static size_t keep(struct outbox *outbox, const void *bytes, size_t length)
{
	while (outbox->capacity - outbox->used < length + 1) {
		outbox->capacity = outbox->capacity ? outbox->capacity * 2 : 4096;
		outbox->arena = grow(outbox->arena, outbox->capacity);
	}
	size_t at = outbox->used;
	memcpy(outbox->arena + at, bytes, length);
	outbox->arena[at + length] = '\0';
	outbox->used += length + 1;
	return at;
}

void outbox_event(struct outbox *outbox, sim_ns t, enum outbox_slot cause,
		  enum outbox_slot fills, enum outbox_slot fills_too,
		  enum trace_kind kind, const struct trace_field *fields, size_t n_fields)
{
	assert(n_fields <= FIELDS_MAX);
	struct entry *entry = add(&outbox->said);
	entry->t = t;
	entry->is_report = false;
	entry->cause = cause;
	entry->fills = fills;
	entry->fills_too = fills_too;
	entry->kind = kind;
	entry->n_fields = n_fields;
	for (size_t i = 0; i < n_fields; i++) {
		entry->fields[i] = fields[i];
		if (fields[i].type == TRACE_TYPE_TEXT)
			entry->offset[i] = keep(outbox, fields[i].as.text,
						strlen(fields[i].as.text));
	}
}

void outbox_report(struct outbox *outbox, sim_ns t, enum outbox_slot cause,
		   enum trace_level level, const void *payload, size_t length, int qos)
{
	struct entry *entry = add(outbox->holding ? &outbox->held : &outbox->said);
	entry->t = t;
	entry->is_report = true;
	entry->cause = cause;
	entry->level = level;
	entry->offset[0] = keep(outbox, payload, length);
	entry->length = length;
	entry->qos = qos;
}

void outbox_hold_reports(struct outbox *outbox)
{
	outbox->holding = true;
}

void outbox_append_reports(struct outbox *outbox)
{
	for (size_t i = 0; i < outbox->held.n; i++)
		*add(&outbox->said) = outbox->held.entries[i];
	outbox->held.n = 0;
	outbox->holding = false;
}

void outbox_set_slot(struct outbox *outbox, enum outbox_slot slot, trace_id id)
{
	if (slot != SLOT_NONE)
		outbox->slots[slot] = id;
}

trace_id outbox_slot(const struct outbox *outbox, enum outbox_slot slot)
{
	return outbox->slots[slot];
}

static void say(struct outbox *outbox, struct entry *entry, struct trace *trace,
		const char *who)
{
	for (size_t i = 0; i < entry->n_fields; i++)
		if (entry->fields[i].type == TRACE_TYPE_TEXT)
			entry->fields[i].as.text = outbox->arena + entry->offset[i];
	trace_id id = trace_emit(trace, outbox->slots[entry->cause], entry->kind, who,
				 entry->fields, entry->n_fields);
	outbox_set_slot(outbox, entry->fills, id);
	outbox_set_slot(outbox, entry->fills_too, id);
	/* What a new job does has nothing to do with the one before. */
	if (entry->fills == SLOT_START)
		for (int slot = SLOT_STATE; slot <= SLOT_TOUCH; slot++)
			outbox->slots[slot] = id;
}

void outbox_commit(struct outbox *outbox, struct trace *trace, const char *who,
		   const struct printer_outlets *outlets)
{
	for (size_t i = 0; i < outbox->said.n; i++) {
		struct entry *entry = &outbox->said.entries[i];
		if (!entry->is_report)
			say(outbox, entry, trace, who);
		else if (outlets->report)
			outlets->report(outlets->arg, entry->t,
					outbox->arena + entry->offset[0], entry->length,
					entry->qos, entry->level,
					outbox->slots[entry->cause]);
	}
	outbox_drop(outbox);
}
