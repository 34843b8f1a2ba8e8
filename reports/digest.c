/* digest.c - one walk over the trace, counting. */
#include "reports/digest.h"

#include "reports/waits.h"
#include "sim/core/status.h"

#include <stdlib.h>
#include <string.h>

struct walk {
	struct digest *digest;
	struct story story;
	size_t room;
	struct roll starters; /* machine -> its latest start, by name */
	size_t *latest;
	size_t latest_room;
	struct roll hit;
};

static void tally_count(struct tally *tally, const char *name)
{
	tally->total++;
	for (size_t i = 0; i < tally->n; i++) {
		if (strcmp(tally->names[i], name) == 0) {
			tally->counts[i]++;
			return;
		}
	}
	if (tally->n == TALLY_NAMES) {
		tally->others++;
		return;
	}
	tally->names[tally->n] = name;
	tally->counts[tally->n++] = 1;
}

void tally_add_text(struct text *text, const struct tally *tally)
{
	for (size_t i = 0; i < tally->n; i++) {
		text_add(text, i > 0 ? ", " : "");
		text_add_plain(text,
			       tally->names[i][0] != '\0' ? tally->names[i] : "unnamed");
		text_addf(text, " (%llu)", (unsigned long long)tally->counts[i]);
	}
	if (tally->others > 0)
		text_addf(text, ", others (%llu)", (unsigned long long)tally->others);
}

const struct digest_start *digest_start_of(const struct digest *digest,
					   const struct trace_event *event)
{
	size_t lo = 0, hi = digest->n_starts;
	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;
		if (digest->starts[middle].event->id < event->id)
			lo = middle + 1;
		else
			hi = middle;
	}
	if (lo < digest->n_starts && digest->starts[lo].event->id == event->id)
		return &digest->starts[lo];
	return NULL;
}

/* --- starts ----------------------------------------------------------------------- */

static unsigned flags_of(const struct digest *digest, const struct start *start)
{
	unsigned flags = 0;
	if (start->wish == NULL || start->age > digest->stale_limit)
		flags |= START_STALE;
	if (start->duplicate)
		flags |= START_DUPLICATE;
	if (start->object != NULL)
		flags |= START_ON_OBJECT;
	if (!start->attended &&
	    !(start->wanted && start->since_asked <= digest->promptly))
		flags |= START_UNATTENDED;
	if (start->after_cancel)
		flags |= START_AFTER_CANCEL;
	return flags;
}

static struct digest_start *latest_start(struct walk *walk, const char *printer)
{
	size_t place = roll_find_name(&walk->starters, printer);
	return place != ROLL_NONE ? &walk->digest->starts[walk->latest[place]] : NULL;
}

static void remember_latest(struct walk *walk, const char *printer)
{
	bool is_new;
	size_t place = roll_name(&walk->starters, printer, &is_new);
	if (is_new)
		walk->latest = roll_grown(walk->latest, place, &walk->latest_room,
					  sizeof(*walk->latest));
	walk->latest[place] = walk->digest->n_starts - 1;
}

static void count_flags(struct walk *walk, const struct start *start, unsigned flags)
{
	struct digest *digest = walk->digest;
	digest->stale += (flags & START_STALE) != 0;
	digest->duplicate += (flags & START_DUPLICATE) != 0;
	digest->on_object += (flags & START_ON_OBJECT) != 0;
	digest->unattended += (flags & START_UNATTENDED) != 0;
	digest->after_cancel += (flags & START_AFTER_CANCEL) != 0;
	if (flags == 0)
		return;
	digest->unwanted++;
	digest->asleep_starts += start->machine->owner != NULL && start->machine->asleep;
	digest->away_starts += start->machine->owner != NULL && !start->machine->asleep &&
			       start->machine->away;
	roll_name(&walk->hit, start->machine->name, NULL);
}

static void walk_start(struct walk *walk, const struct trace_event *event)
{
	struct digest *digest = walk->digest;
	struct start start;
	start_look(&walk->story, event, &start);
	unsigned flags = flags_of(digest, &start);

	digest->starts = roll_grown(digest->starts, digest->n_starts, &walk->room,
				    sizeof(*digest->starts));
	digest->starts[digest->n_starts++] = (struct digest_start){
		.event = event,
		.printer = event->who,
		.flags = flags,
		.tapped = start.wish != NULL,
		.age = start.age,
		.lasted = -1,
	};
	remember_latest(walk, event->who);
	count_flags(walk, &start, flags);
	if (flags != 0) {
		digest->last_trouble = event;
		if (digest->first_unwanted == NULL)
			digest->first_unwanted = event;
	}
}

static void walk_ended(struct walk *walk, const struct trace_event *event)
{
	struct digest_start *start = latest_start(walk, event->who);
	if (start != NULL && start->lasted < 0)
		start->lasted = event->t - start->event->t;
}

/* --- everything else -------------------------------------------------------------- */

static void walk_harm(struct walk *walk, const struct trace_event *event)
{
	struct digest *digest = walk->digest;
	struct digest_start *start = latest_start(walk, event->who);

	switch ((int)event->kind) {
	case KIND_HARM_COLLISION:
		digest->collisions++;
		break;
	case KIND_HARM_PRINTED_OVER:
		digest->printed_over++;
		break;
	case KIND_HARM_SPAGHETTI:
		digest->spaghetti++;
		digest->grams_spaghetti += trace_real(event, "grams", 0);
		break;
	case KIND_HARM_DAMAGE:
		tally_count(&digest->damage, trace_text(event, "part", "unnamed part"));
		break;
	case KIND_HARM_WASTED:
		digest->grams_wasted += trace_real(event, "grams", 0);
		digest->metres_wasted += trace_real(event, "metres", 0);
		return; /* an account, not a harm of its own */
	}
	if (start != NULL)
		start->harmed = true;
	if (digest->first_harm == NULL)
		digest->first_harm = event;
	digest->last_trouble = event;
}

static void walk_people(struct walk *walk, const struct trace_event *event)
{
	struct digest *digest = walk->digest;
	switch ((int)event->kind) {
	case KIND_INTENT_TAP:
		digest->resends += trace_int(event, "tap", 1) > 1;
		break;
	case KIND_INTENT_DROPPED:
		tally_count(&digest->dropped_by_people,
			    trace_text(event, "reason", "no reason given"));
		break;
	case KIND_APP_SHOWS:
		digest->success_shown +=
			strcmp(trace_text(event, "state", ""), "success") == 0;
		break;
	}
}

static void walk_job(struct walk *walk, const struct trace_event *event)
{
	struct digest *digest = walk->digest;
	switch ((int)event->kind) {
	case KIND_JOB_TIMEOUT:
		digest->timeouts++;
		break;
	case KIND_JOB_DISPATCHED:
		digest->retries += trace_int(event, "attempt", 1) > 1;
		break;
	case KIND_JOB_DROPPED:
		tally_count(&digest->dropped, trace_text(event, "reason", "unnamed"));
		break;
	case KIND_JOB_MERGED:
		digest->merged++;
		break;
	case KIND_API_SHED:
		digest->shed++;
		break;
	}
}

static void walk_machine(struct walk *walk, const struct trace_event *event)
{
	struct digest *digest = walk->digest;
	switch ((int)event->kind) {
	case KIND_FIRMWARE_REFUSED:
		tally_count(&digest->refused, trace_text(event, "reason", "unnamed"));
		break;
	case KIND_FIRMWARE_TRIP:
		digest->trips++;
		break;
	case KIND_PROMPT_SHOWN:
		digest->prompts_shown++;
		break;
	case KIND_PROMPT_ANSWERED:
		if (strcmp(trace_text(event, "answer", ""), "yes") == 0)
			digest->prompts_yes++;
		else
			digest->prompts_no++;
		break;
	case KIND_MQTT_EXPIRED:
		digest->given_up++;
		break;
	case KIND_PROMPT_EXPIRED:
		digest->prompts_expired++;
		break;
	}
}

static void walk_session(struct walk *walk, const struct trace_event *event)
{
	struct digest *digest = walk->digest;
	const struct session *session =
		story_session(&walk->story, story_client_of_link(event->who));
	if (session == NULL || session->believed_event == 0)
		return;
	bool lie = session->believed && session->known && !session->attached;
	struct digest_lie *open = NULL;
	for (size_t i = 0; i < digest->n_lies; i++)
		if (digest->lies[i].client == session->client && digest->lies[i].to < 0)
			open = &digest->lies[i];
	if (open != NULL && !lie)
		open->to = event->t;
	if (open == NULL && lie && digest->n_lies < DIGEST_LIES)
		digest->lies[digest->n_lies++] = (struct digest_lie){
			.client = session->client,
			.from = event->t,
			.to = -1,
			.event = event->id,
		};
}

static void walk_backlog(struct walk *walk, const struct trace_event *event)
{
	struct digest *digest = walk->digest;
	const char *place = trace_text(event, "place", "");
	int64_t depth = trace_int(event, "depth", 0);
	size_t i = 0;
	while (i < digest->n_backlogs &&
	       (strcmp(digest->backlogs[i].who, event->who) != 0 ||
		strcmp(digest->backlogs[i].place, place) != 0))
		i++;
	if (i == DIGEST_BACKLOGS)
		return;
	if (i == digest->n_backlogs)
		digest->n_backlogs++;
	else if (depth <= digest->backlogs[i].deepest)
		return;
	digest->backlogs[i] = (struct digest_backlog){
		.who = event->who,
		.place = place,
		.deepest = depth,
		.at = event->t,
		.oldest_for = trace_int(event, "oldest_for_ns", 0),
		.event = event->id,
	};
}

static void walk_fault(struct walk *walk, const struct trace_event *event)
{
	if (walk->digest->first_fault == NULL)
		walk->digest->first_fault = event;
}

static void walk_event(struct walk *walk, const struct trace_event *event)
{
	static void (*const WALK[N_TRACE_KINDS])(struct walk *,
						 const struct trace_event *) = {
		[KIND_FIRMWARE_START] = walk_start,
		[KIND_FIRMWARE_ENDED] = walk_ended,
		[KIND_HARM_COLLISION] = walk_harm,
		[KIND_HARM_PRINTED_OVER] = walk_harm,
		[KIND_HARM_SPAGHETTI] = walk_harm,
		[KIND_HARM_DAMAGE] = walk_harm,
		[KIND_HARM_WASTED] = walk_harm,
		[KIND_INTENT_TAP] = walk_people,
		[KIND_INTENT_DROPPED] = walk_people,
		[KIND_APP_SHOWS] = walk_people,
		[KIND_JOB_TIMEOUT] = walk_job,
		[KIND_JOB_DISPATCHED] = walk_job,
		[KIND_JOB_DROPPED] = walk_job,
		[KIND_JOB_MERGED] = walk_job,
		[KIND_API_SHED] = walk_job,
		[KIND_FIRMWARE_REFUSED] = walk_machine,
		[KIND_FIRMWARE_TRIP] = walk_machine,
		[KIND_PROMPT_SHOWN] = walk_machine,
		[KIND_PROMPT_ANSWERED] = walk_machine,
		[KIND_PROMPT_EXPIRED] = walk_machine,
		[KIND_SESSION_UP] = walk_session,
		[KIND_SESSION_DOWN] = walk_session,
		[KIND_SESSION_ATTACHED] = walk_session,
		[KIND_SESSION_DETACHED] = walk_session,
		[KIND_BACKLOG_DEPTH] = walk_backlog,
		[KIND_FAULT_ACTED] = walk_fault,
	};
	story_tell(&walk->story, event);
	if (WALK[event->kind] != NULL)
		WALK[event->kind](walk, event);
}

/* --- sums ------------------------------------------------------------------------- */

/* Did that order wait a minute or more in that place? */
static bool waited_in(const struct chain *chain, const char *place)
{
	bool found = false;
	for (size_t i = 1; i < chain->n && !found; i++) {
		struct text words = {0};
		sim_ns wait = chain->events[i]->t - chain->events[i - 1]->t;
		bool gap = chain->left_out > 0 && i == chain->gap_at + 1;
		if (gap || wait < SIM_MIN)
			continue;
		chain_add_place(&words, chain->events[i - 1], chain->events[i]);
		found = strcmp(text_cstr(&words), place) == 0;
		text_fini(&words);
	}
	return found;
}

/* What a start tells, by rank: the first difference decides. */
struct telling {
	const struct digest_start *start;
	int64_t ranks[5]; /* more is better */
};

/* Most tells what went the way of most; of those what did harm; then the straightest way,
 * what has most against it, and the oldest. */
static void rank_telling(struct telling *telling, const struct run *run,
			 const struct digest_start *start, const char *place)
{
	struct chain chain;

	chain_find(run, start->event->id, &chain);
	*telling = (struct telling){
		.start = start,
		.ranks = {place != NULL && waited_in(&chain, place), start->harmed,
			  -(int64_t)(chain.n + chain.left_out),
			  __builtin_popcount(start->flags), start->age},
	};
}

static bool tells_more(const struct telling *a, const struct telling *b)
{
	if (b->start == NULL)
		return true;
	for (size_t i = 0; i < sizeof(a->ranks) / sizeof(a->ranks[0]); i++)
		if (a->ranks[i] != b->ranks[i])
			return a->ranks[i] > b->ranks[i];
	return false;
}

static void find_telling(struct digest *digest, const struct run *run)
{
	struct waits waits = {0};
	struct telling best = {0};

	for (size_t i = 0; i < digest->n_starts; i++)
		if (digest->starts[i].flags != 0)
			waits_count(&waits, run, digest->starts[i].event);
	waits_sort(&waits);
	const char *place = waits.n > 0 ? text_cstr(&waits.groups[0].place) : NULL;
	for (size_t i = 0; i < digest->n_starts; i++) {
		struct telling telling;
		if (digest->starts[i].flags == 0)
			continue;
		rank_telling(&telling, run, &digest->starts[i], place);
		if (tells_more(&telling, &best))
			best = telling;
	}
	digest->telling = best.start != NULL ? best.start->event : NULL;
	waits_fini(&waits);
	if (best.start == NULL || !best.start->harmed)
		return;
	/* The last harm that came of that start. */
	for (size_t i = trace_count(run->trace); i-- > 0;) {
		const struct trace_event *event = trace_at(run->trace, i);
		bool harm = event->kind == KIND_HARM_DAMAGE ||
			    event->kind == KIND_HARM_COLLISION;
		const struct trace_event *start =
			harm ? trace_back_to(run->trace, event->id, KIND_FIRMWARE_START)
			     : NULL;
		if (start != NULL && start->id == digest->telling->id) {
			digest->telling = event;
			return;
		}
	}
}

static size_t chain_length(const struct trace *trace, trace_id id)
{
	size_t length = 0;
	const struct trace_event *event = trace_find(trace, id);
	for (; event != NULL; event = trace_find(trace, event->cause))
		length++;
	return length;
}

/* Without any start out of order: of what broke the promises, what has most behind it. */
static void find_telling_breach(struct digest *digest, const struct run *run)
{
	size_t longest = 0;
	for (size_t i = 0; i < run->n_outcomes; i++) {
		const struct outcome *outcome = &run->outcomes[i];
		if (outcome->verdict != VERDICT_VIOLATED || outcome->n_breaches == 0)
			continue;
		size_t length = chain_length(run->trace, outcome->breaches[0].event);
		if (length <= longest)
			continue;
		longest = length;
		digest->telling = trace_find(run->trace, outcome->breaches[0].event);
	}
}

static void sum_up(struct walk *walk, const struct run *run)
{
	struct digest *digest = walk->digest;
	sim_ns end = run->facts.reached;

	for (size_t i = 0; i < walk->story.wishes.roll.n; i++) {
		const struct wish *wish = walk->story.wishes.records[i];
		digest->wishes++;
		digest->wishes_started += wish->starts > 0;
		digest->wishes_cancelled += wish->cancel != 0;
		digest->wishes_dropped += wish->dropped != 0;
	}
	for (size_t i = 0; i < walk->story.machines.roll.n; i++) {
		const struct machine *machine = walk->story.machines.records[i];
		digest->objects_left += machine->object != 0;
	}
	for (size_t i = 0; i < digest->n_starts; i++) {
		struct digest_start *start = &digest->starts[i];
		if (start->lasted < 0)
			start->lasted = end > start->event->t ? end - start->event->t : 0;
		if (start->flags != 0)
			digest->unwanted_printing += start->lasted;
	}
	for (size_t i = 0; i < digest->n_lies; i++)
		if (digest->lies[i].to < 0)
			digest->lies[i].to = end;
	digest->machines_hit = walk->hit.n;
	find_telling(digest, run);
	if (digest->telling == NULL)
		find_telling_breach(digest, run);
}

/* The first parameter's default of a property, a duration. */
static sim_ns default_of(const char *property)
{
	struct value values[8];
	const struct vocab_row *row = property_find(property);
	vocab_defaults(row, values);
	return values[0].as.ns;
}

void digest_make(struct digest *digest, const struct run *run)
{
	struct walk walk = {.digest = digest};
	*digest = (struct digest){
		.stale_limit = default_of("stale_start"),
		.promptly = default_of("unattended_start"),
	};
	story_init(&walk.story, run->trace);
	for (size_t i = 0; i < trace_count(run->trace); i++)
		walk_event(&walk, trace_at(run->trace, i));
	sum_up(&walk, run);
	story_fini(&walk.story);
	roll_fini(&walk.starters);
	roll_fini(&walk.hit);
	free(walk.latest);
}

void digest_fini(struct digest *digest)
{
	free(digest->starts);
	*digest = (struct digest){0};
}
