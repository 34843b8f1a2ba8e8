/* timeline.c - weighs events, folds like ones, keeps the heaviest rows. */
#include "reports/timeline.h"

#include "reports/local.h"
#include "sim/checks/roll.h"
#include "sim/checks/story.h"

#include <stdlib.h>
#include <string.h>

/* 0: never a row. What depends on more than the kind is in weight_of. */
static const unsigned char WEIGHTS[N_TRACE_KINDS] = {
	[KIND_NOTE] = 9,
	[KIND_FAULT_ARMED] = 6,
	[KIND_FAULT_ACTED] = 9,
	[KIND_FAULT_LIFTED] = 7,
	[KIND_SESSION_UP] = 8,
	[KIND_SESSION_DOWN] = 8,
	[KIND_SESSION_ATTACHED] = 8,
	[KIND_SESSION_DETACHED] = 8,
	[KIND_BACKLOG_DRAINED] = 8,
	[KIND_API_SHED] = 7,
	[KIND_FIRMWARE_START] = 9,
	[KIND_FIRMWARE_REFUSED] = 7,
	[KIND_FIRMWARE_OBEYED] = 8,
	[KIND_FIRMWARE_DECLINED] = 6,
	[KIND_FIRMWARE_WAITING] = 6,
	[KIND_FIRMWARE_RESUMED] = 6,
	[KIND_FIRMWARE_TRIP] = 9,
	[KIND_FIRMWARE_CRASHED] = 9,
	[KIND_FIRMWARE_RESET] = 5,
	[KIND_FIRMWARE_ALERT] = 6,
	[KIND_ALERT_RECEIVED] = 6,
	[KIND_HEAT_DANGER] = 9,
	[KIND_PROMPT_ANSWERED] = 5,
	[KIND_PROMPT_EXPIRED] = 5,
	[KIND_JOB_TIMEOUT] = 5,
	[KIND_JOB_DROPPED] = 7,
	[KIND_JOB_MERGED] = 5,
	[KIND_INTENT_TAP] = 4,
	[KIND_INTENT_ORDER] = 5,
	[KIND_INTENT_CANCELLED] = 6,
	[KIND_HARM_COLLISION] = 9,
	[KIND_HARM_PRINTED_OVER] = 9,
	[KIND_HARM_SPAGHETTI] = 8,
	[KIND_HARM_DAMAGE] = 9,
	[KIND_GUEST_ENDED] = 9,
	[KIND_PROPERTY_SEEN] = 3,
};

static bool of_service(const char *who)
{
	return strncmp(story_client_of_link(who), "cloud", 5) == 0;
}

static int weight_of(const struct digest *digest, const struct trace_event *event)
{
	int weight = WEIGHTS[event->kind];
	bool before = digest->first_fault != NULL && event->t < digest->first_fault->t;
	const struct digest_start *start;

	switch ((int)event->kind) {
	case KIND_SESSION_UP:
	case KIND_SESSION_DOWN:
	case KIND_SESSION_ATTACHED:
	case KIND_SESSION_DETACHED:
		/* A printer's own connection is a small matter, and so is how it all began. */
		return !of_service(event->who) ? 1 : before ? 4 : weight;
	case KIND_FIRMWARE_START:
		start = digest_start_of(digest, event);
		return start != NULL && start->flags != 0 ? weight : 2;
	case KIND_INTENT_TAP:
		return trace_int(event, "tap", 1) > 1 ? weight : 2;
	case KIND_BACKLOG_DRAINED:
		/* Parts of the library: the whole is told, too. */
		if (strncmp(trace_text(event, "place", ""), "library_", 8) == 0)
			return 1;
		return trace_int(event, "peak", 0) >= 3 ? weight : 3;
	case KIND_GUEST_ENDED:
		return trace_bool(event, "asked", false) ? 6 : weight;
	default:
		return weight;
	}
}

/* Like events: what a reader would tell in one sentence. */
static bool same_sort(const struct digest *digest, const struct trace_event *a,
		      const struct trace_event *b)
{
	if (a->kind != b->kind || of_service(a->who) != of_service(b->who))
		return false;
	if (of_service(a->who) && strcmp(a->who, b->who) != 0)
		return false;
	switch ((int)a->kind) {
	case KIND_NOTE:
	case KIND_GUEST_ENDED:
		return false;
	case KIND_FIRMWARE_START: {
		const struct digest_start *x = digest_start_of(digest, a);
		const struct digest_start *y = digest_start_of(digest, b);
		return x != NULL && y != NULL && (x->flags != 0) == (y->flags != 0);
	}
	case KIND_FIRMWARE_REFUSED:
	case KIND_JOB_DROPPED:
		return strcmp(trace_text(a, "reason", ""), trace_text(b, "reason", "")) ==
		       0;
	case KIND_FAULT_ARMED:
	case KIND_FAULT_ACTED:
	case KIND_FAULT_LIFTED:
		return strcmp(trace_text(a, "fault", ""), trace_text(b, "fault", "")) ==
		       0;
	default:
		return true;
	}
}

/* --- phases ----------------------------------------------------------------------- */

static const char *phase_of(const struct digest *digest, const struct trace_event *event)
{
	const struct trace_event *fault = digest->first_fault;
	const struct trace_event *unwanted = digest->first_unwanted;
	const struct trace_event *harm = digest->first_harm;
	sim_ns t = event->t;

	if (fault == NULL && unwanted == NULL && harm == NULL)
		return "";
	if (fault != NULL && t < fault->t)
		return "before";
	if (fault != NULL && t == fault->t)
		return "trigger";
	if (digest->last_trouble != NULL && event->id > digest->last_trouble->id)
		return "recovery";
	if (harm != NULL && event->id >= harm->id)
		return "damage";
	/* What was held back goes out within seconds of what sets it free. */
	if (unwanted != NULL && t + 10 * SIM_S >= unwanted->t)
		return "release";
	if (event->kind == KIND_SESSION_DOWN || event->kind == KIND_FIRMWARE_TRIP)
		return "detected";
	return unwanted != NULL || harm != NULL ? "latent" : "after";
}

/* --- rows ------------------------------------------------------------------------- */

static void fold(struct timeline_row *row, const struct trace_event *event)
{
	row->more++;
	row->until = event->t;
	if (row->n_others == TIMELINE_NAMED || strcmp(row->event->who, event->who) == 0)
		return;
	for (size_t i = 0; i < row->n_others; i++)
		if (strcmp(row->others[i], event->who) == 0)
			return;
	row->others[row->n_others++] = event->who;
}

/* Drops the lightest rows until the rest fits; of equals the later ones go first. */
static void thin(struct timeline *timeline, size_t most)
{
	for (int weight = 0; weight < 10 && timeline->n > most; weight++) {
		size_t excess = timeline->n - most, light = 0, kept = 0, seen = 0;
		for (size_t i = 0; i < timeline->n; i++)
			light += timeline->rows[i].weight == weight;
		size_t keep = light > excess ? light - excess : 0;
		for (size_t i = 0; i < timeline->n; i++) {
			bool is_light = timeline->rows[i].weight == weight;
			if (is_light && seen++ >= keep)
				timeline->left_out++;
			else
				timeline->rows[kept++] = timeline->rows[i];
		}
		timeline->n = kept;
	}
}

void timeline_make(struct timeline *timeline, const struct run *run,
		   const struct digest *digest, int weight, size_t most)
{
	/* How far back a row may lie and still take in another event of its sort. */
	enum {
		FOLD_ROWS = 4
	};
	const sim_ns FOLD_WITHIN = 10 * SIM_MIN;
	size_t room = 0;

	*timeline = (struct timeline){0};
	for (size_t i = 0; i < trace_count(run->trace); i++) {
		const struct trace_event *event = trace_at(run->trace, i);
		int w = weight_of(digest, event);
		if (w == 0 || w < weight)
			continue;
		const char *phase = phase_of(digest, event);
		bool folded = false;
		for (size_t back = 1; back <= FOLD_ROWS && back <= timeline->n && !folded;
		     back++) {
			struct timeline_row *row = &timeline->rows[timeline->n - back];
			folded = event->t - row->until <= FOLD_WITHIN &&
				 strcmp(row->phase, phase) == 0 &&
				 same_sort(digest, row->event, event);
			if (folded)
				fold(row, event);
		}
		if (folded)
			continue;
		timeline->rows = roll_grown(timeline->rows, timeline->n, &room,
					    sizeof(*timeline->rows));
		timeline->rows[timeline->n++] = (struct timeline_row){
			.event = event,
			.phase = phase,
			.weight = w,
			.until = event->t,
		};
	}
	thin(timeline, most);
}

void timeline_fini(struct timeline *timeline)
{
	free(timeline->rows);
	*timeline = (struct timeline){0};
}

void timeline_add_more(struct text *text, const struct run *run,
		       const struct timeline_row *row)
{
	struct local local;
	if (row->more == 0)
		return;
	local_init(&local, run);
	text_addf(text, " (and %zu more like it", row->more);
	if (row->until > row->event->t) {
		text_add(text, " until ");
		local_add_utc(&local, text, row->until);
	}
	for (size_t i = 0; i < row->n_others; i++) {
		text_add(text, i > 0 ? ", " : ": ");
		text_add_plain(text, row->others[i]);
	}
	text_add(text, row->n_others == TIMELINE_NAMED ? ", …)" : ")");
	local_fini(&local);
}
