/* verdict.c - sums a run up: one word, one sentence, one exit status. */
#include "sim/checks/verdict.h"

#include <stdio.h>
#include <string.h>

/* Appends to a bounded text; what does not fit ends in "…". */
static void join(char *to, size_t size, const char *separator, const char *what)
{
	size_t length = strlen(to);
	size_t more = (length > 0 ? strlen(separator) : 0) + strlen(what);
	static const char MORE[] = " …";

	if (length + more + sizeof(MORE) < size)
		snprintf(to + length, size - length, "%s%s", length > 0 ? separator : "",
			 what);
	else if (length + sizeof(MORE) <= size &&
		 (length < 3 || strcmp(to + length - 3, MORE + 1) != 0))
		memcpy(to + length, MORE, sizeof(MORE));
}

/* Does the text end inside a character that begins here? */
static bool cut_off(const char *text)
{
	unsigned char first = (unsigned char)text[0];
	size_t announced = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
	size_t there = 1;
	while (((unsigned char)text[there] & 0xc0) == 0x80)
		there++;
	return there < announced && text[there] == '\0';
}

void verdict_tidy(char *text)
{
	size_t length = strlen(text);
	for (size_t i = 0; i < length;) {
		uint32_t code;
		size_t n = text_utf8(text + i, length - i, &code);
		if (n > 0) {
			i += n;
		} else if (cut_off(text + i)) {
			text[i] = '\0';
			return;
		} else {
			text[i++] = '?';
		}
	}
}

/* The name by which known_bad and a person know it. */
static const char *outcome_name(const struct outcome *outcome)
{
	return strcmp(outcome->property, "outside") == 0 ? outcome->label
							 : outcome->property;
}

static bool names(const struct known_bad *known_bad, const char *name)
{
	for (size_t i = 0; i < known_bad->n_breaks; i++)
		if (strcmp(known_bad->breaks[i], name) == 0)
			return true;
	return false;
}

/* --- counting --------------------------------------------------------------------- */

static void count_outcomes(const struct checks *checks, struct summary *summary)
{
	const struct outcome *outcome;
	for (size_t i = 0; (outcome = checks_outcome(checks, i)) != NULL; i++) {
		summary->held += outcome->verdict == VERDICT_HELD;
		summary->violated += outcome->verdict == VERDICT_VIOLATED;
		summary->unknown += outcome->verdict == VERDICT_UNKNOWN;
	}
}

static void count_receipts(const struct trace *trace, struct summary *summary)
{
	for (size_t i = 0; i < trace_count(trace); i++) {
		const struct trace_event *event = trace_at(trace, i);
		char one[200];
		if (event->kind != KIND_FAULT_RECEIPT)
			continue;
		summary->faults_armed++;
		if (trace_int(event, "matched", 0) > 0)
			continue;
		summary->faults_unmatched++;
		snprintf(one, sizeof(one), "%.40s on %.60s: %.80s",
			 trace_text(event, "fault", "fault"), event->who,
			 trace_text(event, "why", "it matched nothing"));
		join(summary->unmatched, sizeof(summary->unmatched), "; ", one);
	}
}

/* Is the property violated, or could it still have been, had the run gone on? */
static void look_up(const struct checks *checks, const char *name, bool *ret_violated,
		    bool *ret_unknown)
{
	const struct outcome *outcome;
	*ret_violated = *ret_unknown = false;
	for (size_t i = 0; (outcome = checks_outcome(checks, i)) != NULL; i++) {
		if (outcome->mode != EXPECT_NEVER ||
		    strcmp(outcome_name(outcome), name) != 0)
			continue;
		*ret_violated |= outcome->verdict == VERDICT_VIOLATED;
		*ret_unknown |= outcome->verdict == VERDICT_UNKNOWN;
	}
}

static bool already(const char *list, const char *name)
{
	size_t length = strlen(name);
	for (const char *p = list; (p = strstr(p, name)) != NULL; p += length)
		if ((p == list || p[-1] == ' ') &&
		    (p[length] == ' ' || p[length] == '\0'))
			return true;
	return false;
}

/* How the run differs from what is known: the counts say more than the bounded lists. */
static int compare(const struct verdict_inputs *inputs, struct summary *summary)
{
	const struct known_bad *known_bad = inputs->known_bad;
	const struct outcome *outcome;
	int differences = 0;

	for (size_t i = 0; i < known_bad->n_breaks; i++) {
		bool violated, unknown;
		look_up(inputs->checks, known_bad->breaks[i], &violated, &unknown);
		if (violated || unknown)
			continue;
		join(summary->missing, sizeof(summary->missing), " ",
		     known_bad->breaks[i]);
		differences++;
	}
	for (size_t i = 0; (outcome = checks_outcome(inputs->checks, i)) != NULL; i++) {
		const char *name = outcome_name(outcome);
		if (outcome->verdict != VERDICT_VIOLATED || names(known_bad, name))
			continue;
		differences++;
		if (!already(summary->additional, name))
			join(summary->additional, sizeof(summary->additional), " ", name);
	}
	return differences;
}

/* --- words ------------------------------------------------------------------------ */

/* "stale_start (7), duplicate_start (3)" */
static void list_violated(const struct checks *checks, char *to, size_t size)
{
	const struct outcome *outcome;
	to[0] = '\0';
	for (size_t i = 0; (outcome = checks_outcome(checks, i)) != NULL; i++) {
		char one[160];
		if (outcome->verdict != VERDICT_VIOLATED)
			continue;
		snprintf(one, sizeof(one), "%.120s (%llu)", outcome_name(outcome),
			 (unsigned long long)outcome->count);
		join(to, size, ", ", one);
	}
}

static void list_unknown(const struct checks *checks, char *to, size_t size)
{
	const struct outcome *outcome;
	to[0] = '\0';
	for (size_t i = 0; (outcome = checks_outcome(checks, i)) != NULL; i++) {
		char one[320];
		if (outcome->verdict != VERDICT_UNKNOWN)
			continue;
		snprintf(one, sizeof(one), "%s%.120s: %.160s",
			 outcome->mode == EXPECT_SOMETIMES ? "sometimes " : "",
			 outcome->label,
			 outcome->why != NULL ? outcome->why : "not known");
		join(to, size, "; ", one);
	}
}

static void say_held(const struct verdict_inputs *inputs, struct summary *summary)
{
	size_t total = checks_count(inputs->checks);
	snprintf(summary->sentence, sizeof(summary->sentence), "%s promise%s held",
		 total == 1 ? "the one" : "all", total == 1 ? "" : "s");
}

/* Had no promise anything to judge? One that somebody above judges looked at every event;
 * of those that were broken or seen there was something. */
static bool nothing_judged(const struct checks *checks)
{
	const struct outcome *outcome;
	for (size_t i = 0; (outcome = checks_outcome(checks, i)) != NULL; i++)
		if (outcome->examined > 0 || outcome->count > 0 ||
		    strcmp(outcome->property, "outside") == 0)
			return false;
	return true;
}

static void say_nothing_judged(const struct verdict_inputs *inputs,
			       struct summary *summary)
{
	size_t total = checks_count(inputs->checks);
	if (total == 0)
		snprintf(summary->sentence, sizeof(summary->sentence),
			 "nothing was promised, so nothing was judged");
	else
		snprintf(summary->sentence, sizeof(summary->sentence),
			 "nothing came up that %s could be judged by, so this run says "
			 "nothing about %s",
			 total == 1 ? "the one promise" : "any of the promises",
			 total == 1 ? "it" : "them");
}

static void say_broken(const struct verdict_inputs *inputs, struct summary *summary)
{
	char list[400];
	list_violated(inputs->checks, list, sizeof(list));
	snprintf(summary->sentence, sizeof(summary->sentence),
		 "%d of %zu promises broken: %s", summary->violated,
		 checks_count(inputs->checks), list);
}

static void say_as_known(const struct verdict_inputs *inputs, struct summary *summary)
{
	const struct known_bad *known_bad = inputs->known_bad;
	char list[360];
	list_violated(inputs->checks, list, sizeof(list));
	snprintf(summary->sentence, sizeof(summary->sentence),
		 "broken exactly as known of firmware %.60s and cloud %.60s: %.340s",
		 known_bad->firmware != NULL ? known_bad->firmware : "any",
		 known_bad->cloud != NULL ? known_bad->cloud : "any",
		 list[0] != '\0' ? list : "nothing");
}

static void say_not_as_known(const struct verdict_inputs *inputs, struct summary *summary)
{
	bool missing = summary->missing[0] != '\0', more = summary->additional[0] != '\0';
	snprintf(summary->sentence, sizeof(summary->sentence),
		 "not as known_bad (%.80s) says:%s%.180s%s%s%.180s",
		 inputs->known_bad->where != NULL ? inputs->known_bad->where : "",
		 missing ? " held although it should break: " : "", summary->missing,
		 missing && more ? ";" : "",
		 more ? " broken although it is not named: " : "", summary->additional);
}

static void say_inconclusive(const struct verdict_inputs *inputs, struct summary *summary)
{
	char list[400];
	if (summary->faults_unmatched > 0)
		snprintf(summary->sentence, sizeof(summary->sentence),
			 "%d fault%s never matched anything: %s",
			 summary->faults_unmatched,
			 summary->faults_unmatched == 1 ? "" : "s", summary->unmatched);
	else if (summary->unknown > 0) {
		list_unknown(inputs->checks, list, sizeof(list));
		snprintf(summary->sentence, sizeof(summary->sentence), "not decided: %s",
			 list);
	} else
		snprintf(summary->sentence, sizeof(summary->sentence),
			 "the run was cut short before its end");
}

static void say_died(const struct verdict_inputs *inputs, struct summary *summary)
{
	(void)inputs;
	snprintf(
		summary->sentence, sizeof(summary->sentence),
		"a system under test died or never came to rest, and no fault asked for it");
}

static void say_interrupted(const struct verdict_inputs *inputs, struct summary *summary)
{
	(void)inputs;
	snprintf(summary->sentence, sizeof(summary->sentence),
		 "interrupted; what was seen until then is reported");
}

/* Expectations that could not be decided and that this run had to decide. */
static int count_undecided(const struct verdict_inputs *inputs)
{
	const struct outcome *outcome;
	int undecided = 0;
	for (size_t i = 0; (outcome = checks_outcome(inputs->checks, i)) != NULL; i++) {
		if (inputs->promises_alone && outcome->mode == EXPECT_SOMETIMES)
			continue;
		undecided += outcome->verdict == VERDICT_UNKNOWN;
	}
	return undecided;
}

void verdict_sum_up(const struct verdict_inputs *inputs, struct summary *ret_summary)
{
	struct summary *s = ret_summary;
	*s = (struct summary){.word = "HELD"};
	count_outcomes(inputs->checks, s);
	count_receipts(inputs->trace, s);

	bool known = inputs->known_bad != NULL;
	int differences = known ? compare(inputs, s) : s->violated;
	bool inconclusive = count_undecided(inputs) > 0 || s->faults_unmatched > 0 ||
			    inputs->cut_short;
	s->as_known_bad = known && differences == 0 && !inconclusive;

	/* What applies, in any order; exit_worse knows which one counts. */
	const struct {
		bool applies;
		enum exit_status status;
		const char *word;
		void (*say)(const struct verdict_inputs *, struct summary *);
	} RULES[] = {
		{!known, EXIT_HELD, "HELD", say_held},
		{known, EXIT_HELD, "REPRODUCED", say_as_known},
		{!known && nothing_judged(inputs->checks), EXIT_INCONCLUSIVE,
		 "NOTHING JUDGED", say_nothing_judged},
		{inconclusive, EXIT_INCONCLUSIVE, "INCONCLUSIVE", say_inconclusive},
		{!known && differences > 0, EXIT_BROKEN, "BROKEN", say_broken},
		{known && differences > 0, EXIT_BROKEN, "NOT AS KNOWN", say_not_as_known},
		{inputs->subject_died, EXIT_SUBJECT_DIED, "SUBJECT DIED", say_died},
		{inputs->interrupted, EXIT_INTERRUPTED, "INTERRUPTED", say_interrupted},
	};
	void (*say)(const struct verdict_inputs *, struct summary *) = say_held;
	for (size_t i = 0; i < sizeof(RULES) / sizeof(RULES[0]); i++) {
		if (!RULES[i].applies ||
		    exit_worse(s->status, RULES[i].status) != RULES[i].status)
			continue;
		s->status = RULES[i].status;
		s->word = RULES[i].word;
		say = RULES[i].say;
	}
	say(inputs, s);
	verdict_tidy(s->sentence);
	verdict_tidy(s->missing);
	verdict_tidy(s->additional);
	verdict_tidy(s->unmatched);
}
