/* outbox.c - entries, their texts in one arena, and saying them. */
#include "printers/outbox.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	FIELDS_MAX = 8,
	ENTRIES_MAX = 4096,
	ENTRIES_OWN = 64, /* left for what the machine says itself */
	TEXT_MOST = 3 * 1024 * 1024
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

bool outbox_is_full(const struct outbox *outbox)
{
	return outbox->said.n + outbox->held.n >= ENTRIES_MAX - ENTRIES_OWN ||
	       outbox->used >= TEXT_MOST;
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

/* --- to and from another process -------------------------------------------------- */

struct packed_entry {
	sim_ns t;
	uint32_t is_report, cause, fills, fills_too, kind, level, n_fields, length;
	int32_t qos;
};
struct packed_field {
	uint32_t type, key, text; /* lengths of what follows; text only for texts */
	int64_t integer;
	double real;
};

struct packer {
	uint8_t *at, *end;
	bool full;
};

static void pack(struct packer *packer, const void *bytes, size_t length)
{
	packer->full |= (size_t)(packer->end - packer->at) < length;
	if (packer->full || length == 0)
		return;
	memcpy(packer->at, bytes, length);
	packer->at += length;
}

static void pack_field(struct packer *packer, const struct outbox *outbox,
		       const struct entry *entry, size_t i)
{
	const struct trace_field *field = &entry->fields[i];
	struct packed_field packed = {.type = field->type,
				      .key = (uint32_t)strlen(field->key)};
	const char *text = "";
	if (field->type == TRACE_TYPE_TEXT) {
		text = outbox->arena + entry->offset[i];
		packed.text = (uint32_t)strlen(text);
	} else if (field->type == TRACE_TYPE_REAL)
		packed.real = field->as.real;
	else
		packed.integer = field->as.integer;
	pack(packer, &packed, sizeof(packed));
	pack(packer, field->key, packed.key);
	pack(packer, text, packed.text);
}

bool outbox_pack(const struct outbox *outbox, void *bytes, size_t capacity,
		 size_t *ret_length)
{
	struct packer packer = {bytes, (uint8_t *)bytes + capacity, false};
	for (size_t i = 0; i < outbox->said.n; i++) {
		const struct entry *entry = &outbox->said.entries[i];
		struct packed_entry packed = {.t = entry->t,
					      .is_report = entry->is_report,
					      .cause = entry->cause};
		if (entry->is_report) {
			packed.level = entry->level;
			packed.length = (uint32_t)entry->length;
			packed.qos = entry->qos;
		} else {
			packed.fills = entry->fills;
			packed.fills_too = entry->fills_too;
			packed.kind = entry->kind;
			packed.n_fields = (uint32_t)entry->n_fields;
		}
		pack(&packer, &packed, sizeof(packed));
		if (entry->is_report)
			pack(&packer, outbox->arena + entry->offset[0], packed.length);
		for (size_t k = 0; k < packed.n_fields; k++)
			pack_field(&packer, outbox, entry, k);
	}
	*ret_length = (size_t)(packer.at - (uint8_t *)bytes);
	return !packer.full;
}

/* The keys that machines use, each kept once and for good: a trace wants literals. */
static const char *known_key(const char *bytes, size_t length)
{
	static char *keys[128];
	static size_t n;
	for (size_t i = 0; i < n; i++)
		if (strlen(keys[i]) == length && memcmp(keys[i], bytes, length) == 0)
			return keys[i];
	if (n == sizeof(keys) / sizeof(keys[0]) || length == 0 || length > 32 ||
	    memchr(bytes, '\0', length))
		return NULL;
	char *key = strndup(bytes, length);
	if (key)
		keys[n++] = key;
	return key;
}

struct unpacker {
	const uint8_t *at, *end;
};

static const void *unpack(struct unpacker *unpacker, size_t length)
{
	if ((size_t)(unpacker->end - unpacker->at) < length)
		return NULL;
	unpacker->at += length;
	return unpacker->at - length;
}

static bool unpack_field(struct unpacker *unpacker, struct trace_field *field,
			 const char **ret_text, size_t *ret_length)
{
	struct packed_field packed;
	const void *bytes = unpack(unpacker, sizeof(packed));
	if (!bytes)
		return false;
	memcpy(&packed, bytes, sizeof(packed));
	const char *key = unpack(unpacker, packed.key);
	const char *text = unpack(unpacker, packed.text);
	if (!key || !text || packed.type > TRACE_TYPE_BOOL)
		return false;
	*field = (struct trace_field){.key = known_key(key, packed.key),
				      .type = (enum trace_type)packed.type};
	if (packed.type == TRACE_TYPE_REAL)
		field->as.real = packed.real;
	else if (packed.type != TRACE_TYPE_TEXT)
		field->as.integer = packed.integer;
	*ret_text = text;
	*ret_length = packed.text;
	return field->key && !memchr(text, '\0', packed.text);
}

static bool unpack_entry(struct outbox *outbox, struct unpacker *unpacker, sim_ns at)
{
	struct packed_entry packed;
	const void *bytes = unpack(unpacker, sizeof(packed));
	if (!bytes || outbox->said.n >= ENTRIES_MAX)
		return false;
	memcpy(&packed, bytes, sizeof(packed));
	if (packed.t != at || packed.qos < 0 || packed.qos > 2 ||
	    packed.cause >= N_SLOTS || packed.fills >= N_SLOTS ||
	    packed.fills_too >= N_SLOTS || packed.kind >= N_TRACE_KINDS ||
	    packed.level > TRACE_FULL || packed.n_fields > FIELDS_MAX)
		return false;
	struct entry entry = {
		.t = packed.t,
		.is_report = packed.is_report != 0,
		.cause = (enum outbox_slot)packed.cause,
		.fills = (enum outbox_slot)packed.fills,
		.fills_too = (enum outbox_slot)packed.fills_too,
		.kind = (enum trace_kind)packed.kind,
		.level = (enum trace_level)packed.level,
		.n_fields = packed.n_fields,
		.length = packed.length,
		.qos = packed.qos,
	};
	const void *report = unpack(unpacker, packed.length);
	if (!report)
		return false;
	if (entry.is_report)
		entry.offset[0] = keep(outbox, report, packed.length);
	for (size_t i = 0; i < entry.n_fields; i++) {
		const char *text;
		size_t length;
		if (!unpack_field(unpacker, &entry.fields[i], &text, &length))
			return false;
		if (entry.fields[i].type == TRACE_TYPE_TEXT)
			entry.offset[i] = keep(outbox, text, length);
	}
	*add(&outbox->said) = entry;
	return true;
}

bool outbox_unpack(struct outbox *outbox, const void *bytes, size_t length, sim_ns at)
{
	struct unpacker unpacker = {bytes, (const uint8_t *)bytes + length};
	size_t before = outbox->said.n, used = outbox->used;
	while (unpacker.at < unpacker.end) {
		if (unpack_entry(outbox, &unpacker, at))
			continue;
		outbox->said.n = before;
		outbox->used = used;
		return false;
	}
	return true;
}
