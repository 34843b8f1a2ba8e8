/* read_verdict.c - verdict.json back into outcomes and a summary. */
#include "reports/facts_json.h"
#include "reports/run_store.h"

#include <string.h>

enum {
	OUTCOMES_MAX = 10000,
	BREACHES_MAX = 1000
};

static const char *text_or(const char *text, const char *otherwise)
{
	return text != NULL ? text : otherwise;
}

static void copy_bounded(char *to, size_t size, const struct json *value)
{
	snprintf(to, size, "%s", json_text(value, ""));
	verdict_tidy(to);
}

static void read_summary(struct run_store *store, const struct json *root)
{
	struct summary *summary = &store->run.summary;
	summary->word = text_or(run_store_text(store, json_get(root, "word")), "UNKNOWN");
	summary->status =
		(enum exit_status)json_int(json_get(root, "status"), EXIT_INCONCLUSIVE);
	summary->as_known_bad = json_bool(json_get(root, "as_known_bad"), false);
	summary->held = (int)json_int(json_get(root, "held"), 0);
	summary->violated = (int)json_int(json_get(root, "violated"), 0);
	summary->unknown = (int)json_int(json_get(root, "unknown"), 0);
	summary->faults_armed = (int)json_int(json_get(root, "faults_armed"), 0);
	summary->faults_unmatched = (int)json_int(json_get(root, "faults_unmatched"), 0);
	copy_bounded(summary->sentence, sizeof(summary->sentence),
		     json_get(root, "sentence"));
	copy_bounded(summary->missing, sizeof(summary->missing),
		     json_get(root, "missing"));
	copy_bounded(summary->additional, sizeof(summary->additional),
		     json_get(root, "additional"));
	copy_bounded(summary->unmatched, sizeof(summary->unmatched),
		     json_get(root, "unmatched"));
}

static enum verdict verdict_named(const char *name)
{
	static const enum verdict ALL[] = {VERDICT_HELD, VERDICT_VIOLATED,
					   VERDICT_UNKNOWN};
	for (size_t i = 0; i < sizeof(ALL) / sizeof(ALL[0]); i++)
		if (strcmp(verdict_name(ALL[i]), name) == 0)
			return ALL[i];
	return VERDICT_UNKNOWN;
}

static size_t count_up_to(const struct json *array, size_t most)
{
	size_t n = 0;
	if (!json_is_array(array))
		return 0;
	for (const struct json *item = json_first(array); item != NULL && n < most;
	     item = json_next(item))
		n++;
	return n;
}

static int read_breaches(struct run_store *store, const struct json *array,
			 struct outcome *outcome)
{
	size_t n = count_up_to(array, BREACHES_MAX), i = 0;
	struct breach *breaches = run_store_take(store, (n + 1) * sizeof(*breaches));
	if (breaches == NULL)
		return SIM_ENOMEM;
	for (const struct json *item = json_first(array); i < n;
	     item = json_next(item), i++) {
		int64_t event = json_int(json_get(item, "event"), 0);
		breaches[i].event = event > 0 ? (trace_id)event : 0;
		breaches[i].subject =
			text_or(run_store_text(store, json_get(item, "subject")), "");
		breaches[i].detail =
			text_or(run_store_text(store, json_get(item, "detail")), "");
	}
	outcome->breaches = breaches;
	outcome->n_breaches = n;
	return SIM_OK;
}

static int read_outcome(struct run_store *store, const struct json *item,
			struct outcome *outcome)
{
	outcome->property =
		text_or(run_store_text(store, json_get(item, "property")), "outside");
	outcome->label = text_or(run_store_text(store, json_get(item, "label")),
				 outcome->property);
	outcome->where = text_or(run_store_text(store, json_get(item, "where")), "");
	outcome->mode = strcmp(json_text(json_get(item, "mode"), ""), "sometimes") == 0
				? EXPECT_SOMETIMES
				: EXPECT_NEVER;
	outcome->verdict = verdict_named(json_text(json_get(item, "verdict"), ""));
	outcome->why = run_store_text(store, json_get(item, "why"));
	outcome->examined = (uint64_t)json_int(json_get(item, "examined"), 0);
	outcome->count = (uint64_t)json_int(json_get(item, "count"), 0);
	return read_breaches(store, json_get(item, "breaches"), outcome);
}

static int read_outcomes(struct run_store *store, const struct json *array)
{
	size_t n = count_up_to(array, OUTCOMES_MAX), i = 0;
	struct outcome *outcomes = run_store_take(store, (n + 1) * sizeof(*outcomes));
	if (outcomes == NULL)
		return SIM_ENOMEM;
	store->run.outcomes = outcomes;
	store->run.n_outcomes = n;
	for (const struct json *item = json_first(array); i < n;
	     item = json_next(item), i++)
		if (read_outcome(store, item, &outcomes[i]) != SIM_OK)
			return SIM_ENOMEM;
	return SIM_OK;
}

static void read_host(struct run_facts *facts, const struct json *host)
{
	const char *name;
	facts->elapsed_s = json_real(json_get(host, "elapsed_s"), 0);
	for (size_t i = 0; (name = run_elapsed_name(i)) != NULL; i++)
		facts->elapsed_parts_s[i] = json_real(json_get(host, name), 0);
}

int run_store_verdict(struct run_store *store, const void *bytes, size_t length,
		      const char *name, struct sim_error *error)
{
	size_t offset = 0;
	struct json *root = json_parse(bytes, length, &offset);
	int status = SIM_OK;

	if (root == NULL)
		return sim_fail(error, SIM_EINVAL, "%s: is not JSON (at byte %zu)", name,
				offset);
	if (strcmp(json_text(json_get(root, "schema"), ""), VERDICT_SCHEMA) != 0 ||
	    json_int(json_get(root, "version"), 0) != VERDICT_VERSION) {
		status = sim_fail(
			error, SIM_EINVAL,
			"%s: is not a verdict of a version that this jobjam reads", name);
		goto out;
	}
	read_summary(store, root);
	read_host(&store->run.facts, json_get(root, "host"));
	if (run_store_facts(store, json_get(root, "run")) != SIM_OK ||
	    read_outcomes(store, json_get(root, "expectations")) != SIM_OK)
		status = sim_fail(error, SIM_ENOMEM, "%s: no memory", name);
out:
	json_free(root);
	return status;
}

/* --- without a verdict: the trace still says what was broken --------------------- */

static struct outcome *outcome_labelled(struct run_store *store, struct outcome *outcomes,
					size_t *n, size_t most,
					const struct trace_event *event)
{
	const char *label = trace_text(event, "label", "");
	for (size_t i = 0; i < *n; i++)
		if (strcmp(outcomes[i].label, label) == 0)
			return &outcomes[i];
	if (*n == most)
		return NULL;
	struct outcome *outcome = &outcomes[(*n)++];
	bool never = event->kind == KIND_PROPERTY_VIOLATED;
	/* Fields of the trace live as long as the store. */
	*outcome = (struct outcome){
		.property = trace_text(event, "property", "outside"),
		.label = label,
		.where = trace_text(event, "where", ""),
		.mode = never ? EXPECT_NEVER : EXPECT_SOMETIMES,
		.verdict = never ? VERDICT_VIOLATED : VERDICT_HELD,
		.breaches = run_store_take(store, BREACHES_MAX * sizeof(struct breach)),
	};
	return outcome->breaches != NULL ? outcome : NULL;
}

int run_store_guess(struct run_store *store)
{
	enum {
		MOST = 64
	};
	struct outcome *outcomes = run_store_take(store, MOST * sizeof(*outcomes));
	size_t n = 0;

	if (outcomes == NULL)
		return SIM_ENOMEM;
	for (size_t i = 0; i < trace_count(store->trace); i++) {
		const struct trace_event *event = trace_at(store->trace, i);
		if (event->kind != KIND_PROPERTY_VIOLATED &&
		    event->kind != KIND_PROPERTY_SEEN)
			continue;
		struct outcome *outcome =
			outcome_labelled(store, outcomes, &n, MOST, event);
		if (outcome == NULL || outcome->n_breaches == BREACHES_MAX)
			continue;
		union {
			const struct breach *shown;
			struct breach *own;
		} breaches = {.shown = outcome->breaches};
		breaches.own[outcome->n_breaches++] = (struct breach){
			.event = event->cause,
			.subject = trace_text(event, "subject", ""),
			.detail = trace_text(event, "detail", ""),
		};
		outcome->count++;
	}
	store->run.outcomes = outcomes;
	store->run.n_outcomes = n;
	return SIM_OK;
}
