/* cause.c - the probable cause in a sentence, from the chains of all starts that should
 * not have been. */
#include "reports/digest.h"
#include "reports/waits.h"

#include "sim/checks/story.h"

#include <string.h>

/* The false belief that lay over most of the wait; NULL: none touched it. */
static const struct digest_lie *lie_during(const struct digest *digest, sim_ns from,
					   sim_ns to)
{
	const struct digest_lie *best = NULL;
	sim_ns longest = 0;
	for (size_t i = 0; i < digest->n_lies; i++) {
		const struct digest_lie *lie = &digest->lies[i];
		sim_ns begin = lie->from > from ? lie->from : from;
		sim_ns end = lie->to < to ? lie->to : to;
		if (end - begin > longest) {
			longest = end - begin;
			best = lie;
		}
	}
	return best;
}

/* The connection of the service that was made shortly before the wait ended. */
static const struct trace_event *attached_before(const struct run *run,
						 const struct trace_event *after)
{
	for (trace_id id = after->id; id-- > 1;) {
		const struct trace_event *event = trace_find(run->trace, id);
		if (event == NULL)
			continue;
		if (event->t + SIM_MIN < after->t)
			return NULL;
		if (event->kind == KIND_SESSION_ATTACHED &&
		    strncmp(story_client_of_link(event->who), "cloud/", 6) == 0)
			return event;
	}
	return NULL;
}

static void add_lie(struct text *text, const struct local *local,
		    const struct digest_lie *lie)
{
	char words[DURATION_TEXT_MAX];
	text_add(text, ", while the service believed ");
	text_add_plain(text, lie->client);
	text_addf(text, " connected and nothing of it reached the broker (%s, from ",
		  duration_words(lie->to - lie->from, words));
	local_add_utc(local, text, lie->from);
	text_add(text, " to ");
	local_add_utc(local, text, lie->to);
	text_add(text, ")");
}

static void add_group(struct text *text, const struct local *local,
		      const struct digest *digest, const struct wait_group *group,
		      bool first)
{
	char words[DURATION_TEXT_MAX];
	text_addf(text, "; %zu waited %s%s ", group->n, group->n > 1 ? "up to " : "",
		  duration_words(group->longest, words));
	text_add(text, text_cstr(&group->place));
	const struct digest_lie *lie = lie_during(digest, group->from->t, group->to->t);
	/* Said once, with those whom it concerns most. */
	if (lie != NULL && first)
		add_lie(text, local, lie);
	const struct trace_event *attached =
		first ? attached_before(local->run, group->to) : NULL;
	if (attached != NULL) {
		text_add(text, ", and went out when ");
		text_add_plain(text, story_client_of_link(attached->who));
		text_add(text, " reached the broker again at ");
		local_add_utc(local, text, attached->t);
	}
}

static void add_faults(struct text *text, const struct run *run)
{
	const char *names[8];
	size_t n = 0;
	for (size_t i = 0; i < trace_count(run->trace); i++) {
		const struct trace_event *event = trace_at(run->trace, i);
		if (event->kind != KIND_FAULT_ACTED)
			continue;
		const char *name = trace_text(event, "fault", "");
		size_t at = 0;
		while (at < n && strcmp(names[at], name) != 0)
			at++;
		if (at == n && n < sizeof(names) / sizeof(names[0]))
			names[n++] = name;
	}
	for (size_t i = 0; i < n; i++) {
		text_add(text, i > 0 ? ", " : ". The faults that acted: ");
		text_add_plain(text, names[i]);
	}
}

static void add_sums(struct text *text, const struct digest *digest)
{
	text_addf(text, "; %llu machine%s accepted %s",
		  (unsigned long long)digest->machines_hit,
		  digest->machines_hit == 1 ? "" : "s",
		  digest->unwanted == 1 ? "it" : "them");
	if (digest->on_object > 0)
		text_addf(text, ", %llu with an object still on the plate",
			  (unsigned long long)digest->on_object);
}

void digest_add_probable_cause(struct text *text, const struct run *run,
			       const struct digest *digest)
{
	struct local local;
	struct waits waits = {0};
	char words[DURATION_TEXT_MAX];
	sim_ns oldest = 0;

	if (digest->unwanted == 0)
		return;
	for (size_t i = 0; i < digest->n_starts; i++) {
		const struct digest_start *start = &digest->starts[i];
		if (start->flags == 0)
			continue;
		oldest = start->age > oldest ? start->age : oldest;
		waits_count(&waits, run, start->event);
	}
	waits_sort(&waits);

	local_init(&local, run);
	text_addf(text,
		  "%llu start%s that should not have been, up to %s after the first tap",
		  (unsigned long long)digest->unwanted, digest->unwanted == 1 ? "" : "s",
		  duration_words(oldest, words));
	for (size_t i = 0; i < waits.n; i++)
		add_group(text, &local, digest, &waits.groups[i], i == 0);
	waits_fini(&waits);
	add_sums(text, digest);
	add_faults(text, run);
	text_add_char(text, '.');
	local_fini(&local);
}
