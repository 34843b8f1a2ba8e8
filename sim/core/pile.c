/* pile.c - a queue with holes, and what it tells. */
#include "sim/core/pile.h"

#include <stdlib.h>
#include <string.h>

/* Below this age a message is on its way, not waiting. */
#define WAITS_AFTER     SIM_S
/* So long the last one of a pile belongs to those before it. */
#define LAST_ONE_WITHIN SIM_MIN
/* Each new depth is told up to here; beyond, each growth by an eighth. */
enum {
	EACH_UP_TO = 64
};

const sim_ns pile_age_bounds[PILE_AGES - 1] = {
	SIM_S, 10 * SIM_S, SIM_MIN, 10 * SIM_MIN, SIM_H, 6 * SIM_H,
};
const char *const pile_age_names[PILE_AGES] = {
	"up to 1 s", "up to 10 s", "up to 1 min", "up to 10 min",
	"up to 1 h", "up to 6 h",  "over 6 h",
};

size_t pile_age_class(sim_ns age)
{
	size_t i = 0;
	while (i < PILE_AGES - 1 && age > pile_age_bounds[i])
		i++;
	return i;
}

void pile_init(struct pile *pile, struct trace *trace, struct queue *queue,
	       const char *who, enum place place, size_t told_from)
{
	*pile = (struct pile){.trace = trace,
			      .queue = queue,
			      .who = who,
			      .place = place,
			      .told_from = told_from,
			      .base = 1};
}

void pile_fini(struct pile *pile)
{
	if (pile->queue)
		queue_cancel(pile->queue, &pile->check);
	free(pile->items);
	free(pile->releases);
	pile->items = NULL;
	pile->releases = NULL;
	pile->first = pile->end = pile->capacity = pile->depth = 0;
	pile->first_release = pile->n_releases = pile->releases_capacity = 0;
}

const struct pile_item *pile_oldest(const struct pile *pile)
{
	return pile->depth > 0 ? &pile->items[pile->first] : NULL;
}

static void note_age(struct pile *pile, sim_ns age)
{
	if (age > pile->oldest)
		pile->oldest = age;
}

/* --- telling ---------------------------------------------------------------------- */

static void forget_releases(struct pile *pile)
{
	pile->released = pile->lost = pile->expired = pile->burst = 0;
	memset(pile->ages, 0, sizeof(pile->ages));
	pile->oldest = 0;
	pile->first_release = pile->n_releases = 0;
}

static void forget_episode(struct pile *pile)
{
	pile->told = 0;
	pile->peak = pile->depth;
	forget_releases(pile);
}

static void tell_depth(struct pile *pile, sim_ns now, sim_ns age)
{
	if (pile->told == 0) { /* what left before only passed through */
		forget_releases(pile);
		pile->peak = pile->depth;
		pile->since = now - age;
	}
	pile->told = pile->depth;
	/* What came last made it so deep. */
	trace_id cause = pile->items[pile->end - 1].event;
	pile->event = trace_say(pile->trace, cause, KIND_BACKLOG_DEPTH, pile->who,
				F_TEXT("place", place_name(pile->place)),
				F_INT("depth", pile->depth), F_INT("oldest_for_ns", age),
				F_INT("bytes", pile->bytes));
}

static void tell_account(struct pile *pile, sim_ns now, enum trace_kind kind,
			 trace_id cause)
{
	struct text ages = {0};
	for (size_t i = 0; i < PILE_AGES; i++)
		text_addf(&ages, i ? " %llu" : "%llu", (unsigned long long)pile->ages[i]);
	struct trace_field fields[10] = {
		F_TEXT("place", place_name(pile->place)),
		F_INT("peak", pile->peak),
		F_INT("took_for_ns", now - pile->since),
		F_INT("released", pile->released),
		F_INT("lost", pile->lost),
		F_INT("burst", pile->burst),
		F_INT("oldest_for_ns", pile->oldest),
		F_TEXT("ages", text_cstr(&ages)),
	};
	size_t n = 8;
	if (pile->expired > 0)
		fields[n++] = F_INT("expired", pile->expired);
	if (kind == KIND_BACKLOG_LEFT)
		fields[n++] = F_INT("depth", pile->depth);
	trace_emit(pile->trace, cause ? cause : pile->event, kind, pile->who, fields, n);
	text_fini(&ages);
}

static void tell_drained(struct pile *pile, sim_ns now, trace_id cause)
{
	tell_account(pile, now, KIND_BACKLOG_DRAINED, cause);
	forget_episode(pile);
}

void pile_close(struct pile *pile, sim_ns now)
{
	if (pile->told == 0 || pile->depth == 0)
		return;
	note_age(pile, now - pile_oldest(pile)->since);
	tell_account(pile, now, KIND_BACKLOG_LEFT, 0);
	forget_episode(pile);
}

static void look(struct pile *pile, sim_ns now, trace_id cause);

static void look_later(void *arg, sim_ns now)
{
	struct pile *pile = arg;
	pile->check = (struct queue_handle){0};
	if (pile->depth < pile->told_from && pile->told > 0)
		tell_drained(pile, now, 0);
	else
		look(pile, now, 0);
}

static void look_at(struct pile *pile, sim_ns at)
{
	if (!queue_waiting(pile->queue, pile->check))
		pile->check = queue_add(pile->queue, at, look_later, pile);
}

static void look(struct pile *pile, sim_ns now, trace_id cause)
{
	if (pile->depth == 0) {
		queue_cancel(pile->queue, &pile->check);
		if (pile->told > 0)
			tell_drained(pile, now, cause);
		else
			forget_episode(pile);
		return;
	}
	if (pile->depth < pile->told_from) {
		queue_cancel(pile->queue, &pile->check);
		if (pile->told > 0) /* the last one usually follows */
			look_at(pile, now + LAST_ONE_WITHIN);
		return;
	}
	if (pile->depth > pile->peak)
		pile->peak = pile->depth;
	sim_ns age = now - pile_oldest(pile)->since;
	if (age < WAITS_AFTER) {
		look_at(pile, now - age + WAITS_AFTER);
		return;
	}
	size_t told = pile->told;
	if (pile->depth > told &&
	    (pile->depth <= EACH_UP_TO || pile->depth >= told + told / 8))
		tell_depth(pile, now, age);
}

/* --- coming and going ------------------------------------------------------------- */

/* Room for one more: the gone ones at the front give theirs up first. */
static bool grow(struct pile *pile)
{
	if (pile->first >= pile->capacity / 2 && pile->first > 0) {
		memmove(pile->items, pile->items + pile->first,
			(pile->end - pile->first) * sizeof(*pile->items));
		pile->base += pile->first;
		pile->end -= pile->first;
		pile->first = 0;
		return true;
	}
	size_t capacity = pile->capacity ? 2 * pile->capacity : 4;
	struct pile_item *items = realloc(pile->items, capacity * sizeof(*items));
	if (!items)
		return false;
	pile->items = items;
	pile->capacity = capacity;
	return true;
}

pile_ticket pile_enter(struct pile *pile, sim_ns now, size_t bytes, trace_id event)
{
	if (pile->end == pile->capacity && !grow(pile))
		return 0;
	pile->items[pile->end] = (struct pile_item){.since = now,
						    .event = event,
						    .bytes = (uint32_t)bytes};
	pile_ticket ticket = pile->base + pile->end++;
	pile->depth++;
	pile->bytes += bytes;
	if (pile->depth >= pile->told_from)
		look(pile, now, event);
	return ticket;
}

bool pile_holds(const struct pile *pile, pile_ticket ticket)
{
	return ticket >= pile->base + pile->first && ticket < pile->base + pile->end &&
	       !pile->items[ticket - pile->base].gone;
}

static struct pile_item *find(struct pile *pile, pile_ticket ticket)
{
	return pile_holds(pile, ticket) ? &pile->items[ticket - pile->base] : NULL;
}

static void note_release(struct pile *pile, sim_ns now, sim_ns age)
{
	pile->released++;
	pile->ages[pile_age_class(age)]++;
	note_age(pile, age);
	while (pile->first_release < pile->n_releases &&
	       pile->releases[pile->first_release] + PILE_BURST_WINDOW < now)
		pile->first_release++;
	if (pile->n_releases == pile->releases_capacity && pile->first_release > 0) {
		pile->n_releases -= pile->first_release;
		memmove(pile->releases, pile->releases + pile->first_release,
			pile->n_releases * sizeof(*pile->releases));
		pile->first_release = 0;
	}
	if (pile->n_releases == pile->releases_capacity) {
		size_t capacity =
			pile->releases_capacity ? 2 * pile->releases_capacity : 4;
		sim_ns *releases = realloc(pile->releases, capacity * sizeof(*releases));
		if (!releases)
			return;
		pile->releases = releases;
		pile->releases_capacity = capacity;
	}
	pile->releases[pile->n_releases++] = now;
	if (pile->n_releases - pile->first_release > pile->burst)
		pile->burst = pile->n_releases - pile->first_release;
}

static void leave(struct pile *pile, sim_ns now, struct pile_item *item, bool released,
		  trace_id cause)
{
	if (released) {
		note_release(pile, now, now - item->since);
	} else {
		pile->lost++;
		note_age(pile, now - item->since);
	}
	item->gone = true;
	pile->depth--;
	pile->bytes -= item->bytes;
	while (pile->first < pile->end && pile->items[pile->first].gone)
		pile->first++;
	if (pile->first == pile->end) {
		pile->base += pile->end;
		pile->first = pile->end = 0;
	}
	if (pile->depth < pile->told_from)
		look(pile, now, cause);
}

void pile_release(struct pile *pile, sim_ns now, pile_ticket ticket, trace_id cause)
{
	struct pile_item *item = find(pile, ticket);
	if (item)
		leave(pile, now, item, true, cause);
}

void pile_lose(struct pile *pile, sim_ns now, pile_ticket ticket, trace_id cause)
{
	struct pile_item *item = find(pile, ticket);
	if (item)
		leave(pile, now, item, false, cause);
}

void pile_expire(struct pile *pile, sim_ns now, pile_ticket ticket, trace_id cause)
{
	struct pile_item *item = find(pile, ticket);
	if (!item)
		return;
	pile->expired++;
	leave(pile, now, item, false, cause);
}

void pile_copy_out(struct pile *pile, sim_ns now, pile_ticket ticket)
{
	struct pile_item *item = find(pile, ticket);
	if (item)
		note_release(pile, now, now - item->since);
}

size_t pile_lose_all(struct pile *pile, sim_ns now, trace_id cause)
{
	size_t n = pile->depth;
	while (pile->depth > 0)
		leave(pile, now, &pile->items[pile->first], false, cause);
	return n;
}
