/* places.c - one walk over what was told of piles. */
#include "reports/places.h"

#include <stdlib.h>
#include <string.h>

struct actor { /* in one place */
	enum place place;
	const char *who;
	bool open;
};

struct actors {
	struct actor *items;
	size_t n, room;
};

static struct actor *actor_of(struct actors *actors, enum place place, const char *who)
{
	for (size_t i = 0; i < actors->n; i++)
		if (actors->items[i].place == place && actors->items[i].who == who)
			return &actors->items[i];
	if (actors->n == actors->room) {
		size_t room = actors->room ? 2 * actors->room : 16;
		struct actor *items = realloc(actors->items, room * sizeof(*items));
		if (!items)
			sim_out_of_memory("a report");
		actors->items = items;
		actors->room = room;
	}
	actors->items[actors->n] = (struct actor){.place = place, .who = who};
	return &actors->items[actors->n++];
}

static void read_depth(struct place_account *account, const struct trace_event *event)
{
	int64_t depth = trace_int(event, "depth", 0);
	int64_t bytes = trace_int(event, "bytes", 0);
	sim_ns oldest = trace_int(event, "oldest_for_ns", 0);
	if (oldest > account->oldest)
		account->oldest = oldest;
	if (bytes > account->bytes)
		account->bytes = bytes;
	if (depth <= account->deepest)
		return;
	account->deepest = depth;
	account->who = event->who;
	account->at = event->t;
	account->event = event->id;
}

static void read_ages(struct place_account *account, const char *ages)
{
	for (size_t i = 0; i < PILE_AGES; i++) {
		char *end;
		account->ages[i] += strtoll(ages, &end, 10);
		ages = end;
	}
}

static void read_drained(struct place_account *account, const struct trace_event *event)
{
	sim_ns oldest = trace_int(event, "oldest_for_ns", 0);
	int64_t burst = trace_int(event, "burst", 0);
	if (trace_text(event, "ages", NULL) == NULL)
		return;
	account->counted = true;
	account->released += trace_int(event, "released", 0);
	account->lost += trace_int(event, "lost", 0);
	account->expired += trace_int(event, "expired", 0);
	if (burst > account->burst)
		account->burst = burst;
	if (oldest > account->oldest)
		account->oldest = oldest;
	if (trace_int(event, "peak", 0) > account->deepest)
		account->deepest = trace_int(event, "peak", 0);
	read_ages(account, trace_text(event, "ages", ""));
}

void places_read(const struct run *run, struct place_account ret[N_PLACES])
{
	struct actors actors = {0};
	memset(ret, 0, N_PLACES * sizeof(*ret));
	for (size_t i = 0; run->trace != NULL && i < trace_count(run->trace); i++) {
		const struct trace_event *event = trace_at(run->trace, i);
		if (event->kind != KIND_BACKLOG_DEPTH &&
		    event->kind != KIND_BACKLOG_DRAINED &&
		    event->kind != KIND_BACKLOG_LEFT)
			continue;
		enum place place = place_find(trace_text(event, "place", ""));
		if (place == N_PLACES)
			continue;
		struct actor *actor = actor_of(&actors, place, event->who);
		actor->open = event->kind != KIND_BACKLOG_DRAINED;
		if (event->kind == KIND_BACKLOG_DEPTH)
			read_depth(&ret[place], event);
		else
			read_drained(&ret[place], event);
	}
	for (size_t i = 0; i < actors.n; i++) {
		ret[actors.items[i].place].actors++;
		ret[actors.items[i].place].open += actors.items[i].open;
	}
	free(actors.items);
}

void places_add_words(struct text *text, const struct place_account *account)
{
	char words[DURATION_TEXT_MAX];
	text_addf(text, "up to %lld, the oldest for %s", (long long)account->deepest,
		  duration_words(account->oldest, words));
	if (account->counted && account->released > 0)
		text_addf(text, "; %lld let go, %lld of them within 10 s",
			  (long long)account->released, (long long)account->burst);
	if (account->lost > 0)
		text_addf(text, "; %lld lost", (long long)account->lost);
	if (account->expired > 0)
		text_addf(text, ", %lld of them because they were too old",
			  (long long)account->expired);
	if (account->open > 0)
		text_add(text, "; some still there at the end");
}

void places_emit(struct emit *emit, const struct run *run)
{
	struct place_account accounts[N_PLACES];
	places_read(run, accounts);
	emit_open(emit, "places", '[');
	for (size_t i = 0; i < N_PLACES; i++) {
		const struct place_account *account = &accounts[i];
		if (account->actors == 0)
			continue;
		emit_open(emit, NULL, '{');
		emit_text(emit, "place", place_words(i)->name);
		emit_text(emit, "words", place_words(i)->what);
		emit_int(emit, "deepest", account->deepest);
		emit_text(emit, "who", account->who);
		emit_int(emit, "at_ns", account->at);
		emit_int(emit, "event", (int64_t)account->event);
		emit_int(emit, "actors", (int64_t)account->actors);
		emit_int(emit, "open_at_end", (int64_t)account->open);
		emit_int(emit, "oldest_for_ns", account->oldest);
		emit_int(emit, "bytes", account->bytes);
		if (account->counted) {
			emit_int(emit, "released", account->released);
			emit_int(emit, "lost", account->lost);
			emit_int(emit, "expired", account->expired);
			emit_int(emit, "burst", account->burst);
			emit_open(emit, "ages", '[');
			for (size_t j = 0; j < PILE_AGES; j++)
				emit_int(emit, NULL, account->ages[j]);
			emit_close(emit, ']');
		}
		emit_close(emit, '}');
	}
	emit_close(emit, ']');
}
