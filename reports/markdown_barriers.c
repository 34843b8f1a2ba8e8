/* markdown_barriers.c - report.md: what held, what failed, luck, contributing factors. */
#include "reports/markdown.h"
#include "sim/core/place.h"

#include <string.h>

enum {
	BREACHES_SHOWN = 5
};

/* --- what held -------------------------------------------------------------------- */

/* Why a machine or the service said no, for a reader who does not know the dialect. */
static const char *reason_words(const char *reason)
{
	static const struct {
		const char *reason, *words;
	} REASONS[] = {
		{"busy", "the machine was printing"},
		{"declined", "a person said no"},
		{"expired", "it was too old by its stamp"},
		{"latched", "the plate had not been confirmed clear"},
		{"no_answer", "nobody answered the prompt"},
		{"occupied", "the plate sensor saw an object"},
		{"seen", "the machine had seen it before"},
		{"superseded", "a newer job had come"},
		{"unstamped", "it carried no stamp"},
	};
	for (size_t i = 0; i < sizeof(REASONS) / sizeof(REASONS[0]); i++)
		if (strcmp(REASONS[i].reason, reason) == 0)
			return REASONS[i].words;
	return NULL;
}

static bool add_barrier(struct sheet *sheet, const struct tally *tally, const char *who)
{
	for (size_t i = 0; i < tally->n; i++) {
		const char *words = reason_words(tally->names[i]);
		text_addf(sheet->text, "- %s ", who);
		md_count(sheet, tally->counts[i], "order", "orders");
		text_add(sheet->text, ": ");
		md_text(sheet, tally->names[i]);
		if (words != NULL)
			text_addf(sheet->text, " (%s)", words);
		text_add(sheet->text, "\n");
	}
	if (tally->others > 0)
		text_addf(sheet->text, "- %s %llu more for other reasons\n", who,
			  (unsigned long long)tally->others);
	return tally->n > 0;
}

static bool add_counted(struct sheet *sheet, uint64_t n, const char *one,
			const char *many, const char *rest)
{
	if (n == 0)
		return false;
	text_add(sheet->text, "- ");
	md_count(sheet, n, one, many);
	text_addf(sheet->text, " %s\n", rest);
	return true;
}

static bool add_held_promises(struct sheet *sheet)
{
	bool any = false;
	for (size_t i = 0; i < sheet->run->n_outcomes; i++) {
		const struct outcome *outcome = &sheet->run->outcomes[i];
		if (outcome->verdict != VERDICT_HELD)
			continue;
		any = true;
		text_add(sheet->text, outcome->mode == EXPECT_SOMETIMES
					      ? "- seen as expected: "
					      : "- promise held: ");
		md_text(sheet, outcome->label);
		if (outcome->mode == EXPECT_SOMETIMES)
			text_addf(sheet->text, " (%llu times)\n",
				  (unsigned long long)outcome->count);
		else if (outcome->examined > 0)
			text_addf(sheet->text, " (%llu judged)\n",
				  (unsigned long long)outcome->examined);
		else
			text_add(sheet->text,
				 " (for want of occasion: nothing was judged)\n");
	}
	return any;
}

void md_what_held(struct sheet *sheet)
{
	const struct digest *digest = &sheet->digest;
	bool any;

	md_heading(sheet, "What held");
	any = add_barrier(sheet, &digest->refused, "machines refused");
	any |= add_barrier(sheet, &digest->dropped, "the service dropped");
	any |= add_counted(sheet, digest->given_up, "message was", "messages were",
			   "given up by a client that had held them for too long");
	any |= add_counted(sheet, digest->merged, "resend was", "resends were",
			   "recognised by the service as the same wish");
	any |= add_counted(sheet, digest->prompts_no, "prompt was", "prompts were",
			   "answered with no");
	any |= add_counted(sheet, digest->prompts_expired, "prompt", "prompts",
			   "expired unanswered, and nothing had been heated");
	any |= add_counted(sheet, digest->trips, "machine switched", "machines switched",
			   "its heaters off by itself");
	any |= add_held_promises(sheet);
	if (!any)
		text_add(sheet->text, "No barrier acted, and no promise was held.\n");
}

/* --- what failed ------------------------------------------------------------------ */

static void add_failed(struct sheet *sheet, const struct outcome *outcome)
{
	text_add(sheet->text, "- **");
	md_text(sheet, outcome->label);
	text_addf(sheet->text, "** broken %llu times, of %llu judged",
		  (unsigned long long)outcome->count,
		  (unsigned long long)outcome->examined);
	if (outcome->where != NULL && outcome->where[0] != '\0') {
		text_add(sheet->text, " (");
		md_text(sheet, outcome->where);
		text_add(sheet->text, ")");
	}
	text_add(sheet->text, "\n");
	for (size_t i = 0; i < outcome->n_breaches && i < BREACHES_SHOWN; i++) {
		const struct breach *breach = &outcome->breaches[i];
		const struct trace_event *event =
			trace_find(sheet->run->trace, breach->event);
		text_add(sheet->text, "  - ");
		md_text(sheet, breach->subject);
		text_add(sheet->text, " ");
		md_text(sheet, breach->detail);
		if (event != NULL) {
			text_add(sheet->text, " (");
			md_utc(sheet, event->t);
			text_add(sheet->text, ", ");
			md_local(sheet,
				 local_printer_named(&sheet->local, breach->subject),
				 event->t);
			text_addf(sheet->text, ", event %llu)",
				  (unsigned long long)event->id);
		}
		text_add(sheet->text, "\n");
	}
	if (outcome->count > BREACHES_SHOWN)
		text_addf(sheet->text, "  - and %llu more in `verdict.json`\n",
			  (unsigned long long)(outcome->count - BREACHES_SHOWN));
}

void md_what_failed(struct sheet *sheet)
{
	const struct summary *summary = &sheet->run->summary;
	bool any = false;

	md_heading(sheet, "What failed");
	for (size_t i = 0; i < sheet->run->n_outcomes; i++) {
		const struct outcome *outcome = &sheet->run->outcomes[i];
		if (outcome->verdict == VERDICT_VIOLATED)
			add_failed(sheet, outcome);
		any |= outcome->verdict == VERDICT_VIOLATED;
	}
	for (size_t i = 0; i < sheet->run->n_outcomes; i++) {
		const struct outcome *outcome = &sheet->run->outcomes[i];
		if (outcome->verdict != VERDICT_UNKNOWN)
			continue;
		any = true;
		text_addf(sheet->text, "- not decided: %s",
			  outcome->mode == EXPECT_SOMETIMES ? "sometimes " : "");
		md_text(sheet, outcome->label);
		text_add(sheet->text, " (");
		md_text(sheet, outcome->why);
		text_add(sheet->text, ")\n");
	}
	if (!any)
		text_add(sheet->text, "No promise was broken.\n");
	if (summary->as_known_bad)
		text_add(sheet->text,
			 "\nExactly this is known of these builds (`known_bad`), and is "
			 "therefore what the run had to show.\n");
	if (summary->missing[0] != '\0') {
		text_add(sheet->text,
			 "\nHeld although `known_bad` says that it breaks: ");
		md_text(sheet, summary->missing);
		text_add(sheet->text, "\n");
	}
	if (summary->additional[0] != '\0') {
		text_add(sheet->text, "\nBroken although `known_bad` does not name it: ");
		md_text(sheet, summary->additional);
		text_add(sheet->text, "\n");
	}
}

/* --- luck ------------------------------------------------------------------------- */

static uint64_t busy_refusals(const struct digest *digest)
{
	for (size_t i = 0; i < digest->refused.n; i++)
		if (strcmp(digest->refused.names[i], "busy") == 0)
			return digest->refused.counts[i];
	return 0;
}

void md_luck(struct sheet *sheet)
{
	const struct digest *digest = &sheet->digest;
	uint64_t clear = 0, spared = 0;
	bool any = false;

	for (size_t i = 0; i < digest->n_starts; i++) {
		const struct digest_start *start = &digest->starts[i];
		bool on_object = (start->flags & START_ON_OBJECT) != 0;
		clear += start->flags != 0 && !on_object;
		spared += on_object && !start->harmed;
	}
	md_heading(sheet, "Where it was luck");
	any |= add_counted(sheet, clear, "start that should not have been",
			   "starts that should not have been",
			   "met a plate that happened to be clear");
	any |= add_counted(sheet, spared, "start onto an object", "starts onto an object",
			   "did no harm until the run ended");
	if (digest->collisions > digest->damage.total)
		any |= add_counted(sheet, digest->collisions - digest->damage.total,
				   "collision", "collisions", "left nothing damaged");
	any |= add_counted(
		sheet, digest->unwanted - digest->unattended,
		"start that should not have been", "starts that should not have been",
		"happened while somebody was awake at the machine or had just asked");
	if (digest->unwanted > 0)
		any |= add_counted(
			sheet, busy_refusals(digest), "order was", "orders were",
			"refused only because the machine was printing just then");
	if (!any)
		text_add(sheet->text,
			 "Nothing that happened, or did not happen, is put down to "
			 "luck.\n");
}

/* --- factors ---------------------------------------------------------------------- */

/* "the client library of "; a name that is not ours is told as it is. */
static void add_place(struct sheet *sheet, const char *name)
{
	const struct place_words *words = place_words(place_find(name));
	if (words == NULL)
		md_text(sheet, name);
	text_addf(sheet->text, "%s ", words != NULL ? words->words : " of");
}

static bool add_beliefs(struct sheet *sheet)
{
	const struct digest *digest = &sheet->digest;
	char words[DURATION_TEXT_MAX];
	bool any = false;

	for (size_t i = 0; i < digest->n_lies; i++) {
		const struct digest_lie *lie = &digest->lies[i];
		if (lie->to - lie->from < SIM_S)
			continue;
		any = true;
		text_add(sheet->text, "- the service believed ");
		md_text(sheet, lie->client);
		text_addf(sheet->text,
			  " connected for %s while nothing of it reached the broker (",
			  duration_words(lie->to - lie->from, words));
		md_utc(sheet, lie->from);
		text_addf(sheet->text, ", event %llu)\n", (unsigned long long)lie->event);
	}
	for (size_t i = 0; i < digest->n_backlogs; i++) {
		const struct digest_backlog *backlog = &digest->backlogs[i];
		any = true;
		text_addf(sheet->text, "- up to %lld waited together in ",
			  (long long)backlog->deepest);
		add_place(sheet, backlog->place);
		md_text(sheet, backlog->who);
		text_addf(sheet->text, ", the oldest for %s (",
			  duration_words(backlog->oldest_for, words));
		md_utc(sheet, backlog->at);
		text_addf(sheet->text, ", event %llu)\n",
			  (unsigned long long)backlog->event);
	}
	return any;
}

/* Safeguards by the names of their settings, wherever they belong. */
static bool is_safeguard(const char *name)
{
	static const char *const NAMES[] = {
		"busy_refusal",
		"clean_session",
		"confirm_at_machine",
		"confirm_in_app",
		"discard_on_session_loss",
		"drop_stale_on_reconnect",
		"heater_cutoff",
		"heater_monitor",
		"heed_reason_codes",
		"honest_progress",
		"idempotency",
		"idempotent_resend",
		"library_expiry",
		"message_expiry",
		"no_reheat_without_ack",
		"paced_drain",
		"plate_latch",
		"plate_sensor",
		"probe_before_connected",
		"purge_before_bringup",
		"queue_limit",
		"retry_backoff",
		"stamp_starts",
		"start_expiry",
		"supersede",
	};
	const char *dot = strrchr(name, '.');
	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++)
		if (strcmp(dot != NULL ? dot + 1 : name, NAMES[i]) == 0)
			return true;
	return false;
}

static bool is_off(const char *value)
{
	static const char *const OFF[] = {"false", "off", "0", "0s", "never", "no", ""};
	for (size_t i = 0; i < sizeof(OFF) / sizeof(OFF[0]); i++)
		if (strcmp(value, OFF[i]) == 0)
			return true;
	return false;
}

static bool add_safeguards_off(struct sheet *sheet)
{
	const struct run_facts *facts = &sheet->run->facts;
	bool any = false;
	for (size_t i = 0; i < facts->n_settings; i++) {
		const struct run_setting *setting = &facts->settings[i];
		if (setting->value == NULL || !is_safeguard(setting->name) ||
		    !is_off(setting->value))
			continue;
		text_add(sheet->text, any ? ", " : "- safeguards that were off: ");
		md_text(sheet, setting->name);
		any = true;
	}
	if (any)
		text_add(sheet->text, "\n");
	return any;
}

void md_factors(struct sheet *sheet)
{
	const struct digest *digest = &sheet->digest;
	bool any;

	md_heading(sheet, "Contributing factors");
	any = add_beliefs(sheet);
	any |= add_counted(sheet, digest->timeouts, "time the service",
			   "times the service", "gave up waiting for a report");
	any |= add_counted(sheet, digest->retries, "order was", "orders were",
			   "sent again by the service itself");
	any |= add_counted(sheet, digest->resends, "time a person", "times a person",
			   "tapped again because nothing visibly happened");
	any |= add_counted(sheet, digest->success_shown, "time an app", "times an app",
			   "showed success on the service's word alone");
	any |= add_counted(sheet, digest->shed, "call was", "calls were",
			   "turned away by the service's API for want of room");
	any |= add_counted(sheet, digest->asleep_starts,
			   "start that should not have been",
			   "starts that should not have been",
			   "came while the owner slept");
	any |= add_counted(sheet, digest->away_starts, "start that should not have been",
			   "starts that should not have been",
			   "came while the owner was away");
	any |= add_safeguards_off(sheet);
	if (!any)
		text_add(sheet->text, "None was found.\n");
}
