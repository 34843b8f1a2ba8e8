/* junit.c - junit.xml: one suite a script, one test case a scenario with its parameters.
 *
 * Names hold nothing that changes from run to run (no seed, no count), because readers
 * keep history by them. Runs of the same test case (several seeds) become one, whose
 * further failures are rerunFailure. The text of a failure stands both in the attribute
 * and first in the body: readers differ in which one they show.
 */
#include "reports/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct test_case {
	const char *suite; /* path of the script; borrowed from the run */
	struct text class_name, name;
	size_t *members; /* indices of its runs */
	size_t n;
};

struct listing {
	const struct run *const *runs;
	struct test_case *cases;
	size_t n;
	struct text *text;
	bool several_brokers; /* among the runs: their cases say which */
};

/* Attribute or body: what XML 1.0 forbids has become a visible escape. */
static void add_attribute(struct text *text, const char *name, const char *value)
{
	text_addf(text, " %s=\"", name);
	text_add_xml(text, value != NULL ? value : "");
	text_add_char(text, '"');
}

static const char *script_of(const struct run *run)
{
	const char *path = run->facts.scenario_path;
	if (path == NULL || path[0] == '\0')
		path = run->facts.scenario != NULL ? run->facts.scenario : "scenario";
	while (strncmp(path, "./", 2) == 0)
		path += 2;
	return path;
}

/* scenarios/night.lua -> scenarios.night */
static void add_class_name(struct text *text, const char *path)
{
	size_t length = strlen(path);
	if (length > 4 && strcmp(path + length - 4, ".lua") == 0)
		length -= 4;
	while (length > 0 && *path == '/') {
		path++;
		length--;
	}
	for (size_t i = 0; i < length; i++)
		text_add_char(text, path[i] == '/'   ? '.'
				    : path[i] == '.' ? '-'
						     : path[i]);
}

/* Which build of a broker it was, without a path, which would differ between machines. */
static const char *broker_of(const struct run_facts *facts)
{
	const char *slash = facts->broker != NULL ? strrchr(facts->broker, '/') : NULL;

	bool command = facts->broker != NULL && strncmp(facts->broker, "exec:", 5) == 0;

	if (!command && facts->broker_version != NULL &&
	    strcmp(facts->broker_version, "unknown") != 0)
		return facts->broker_version;
	if (slash != NULL)
		return slash + 1;
	return facts->broker != NULL ? facts->broker : "";
}

static bool has_several_brokers(const struct listing *listing, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (strcmp(broker_of(&listing->runs[0]->facts),
			   broker_of(&listing->runs[i]->facts)) != 0)
			return true;
	return false;
}

/* scenario [firmware, cloud, printers.start_expiry=5m]; with the broker last where there are
 * several. */
static void add_case_name(struct text *text, const struct run_facts *facts,
			  bool several_brokers)
{
	text_add(text, facts->scenario != NULL ? facts->scenario : "scenario");
	text_addf(text, " [%s, %s", facts->firmware != NULL ? facts->firmware : "?",
		  facts->cloud != NULL ? facts->cloud : "?");
	for (size_t i = 0; i < facts->n_settings; i++) {
		const struct run_setting *setting = &facts->settings[i];
		if (setting->from == NULL || strcmp(setting->from, "command line") != 0)
			continue;
		text_addf(text, ", %s=%s", setting->name,
			  setting->value != NULL ? setting->value : "");
	}
	if (several_brokers)
		text_addf(text, ", %s", broker_of(facts));
	text_add_char(text, ']');
}

/* --- sorting runs into test cases ------------------------------------------------- */

static bool add_run(struct listing *listing, size_t index)
{
	const struct run *run = listing->runs[index];
	struct text class_name = {0}, name = {0};
	size_t i = 0;

	add_class_name(&class_name, script_of(run));
	add_case_name(&name, &run->facts, listing->several_brokers);
	while (i < listing->n &&
	       (strcmp(text_cstr(&listing->cases[i].name), text_cstr(&name)) != 0 ||
		strcmp(text_cstr(&listing->cases[i].class_name),
		       text_cstr(&class_name)) != 0))
		i++;
	struct test_case *test = &listing->cases[i];
	if (i == listing->n) {
		*test = (struct test_case){.suite = script_of(run),
					   .class_name = class_name,
					   .name = name};
		listing->n++;
	} else {
		text_fini(&class_name);
		text_fini(&name);
	}
	size_t *members = realloc(test->members, (test->n + 1) * sizeof(*members));
	if (members == NULL)
		return false;
	test->members = members;
	members[test->n++] = index;
	return !test->class_name.failed && !test->name.failed;
}

static void listing_fini(struct listing *listing)
{
	for (size_t i = 0; i < listing->n; i++) {
		text_fini(&listing->cases[i].class_name);
		text_fini(&listing->cases[i].name);
		free(listing->cases[i].members);
	}
	free(listing->cases);
}

/* --- telling ---------------------------------------------------------------------- */

/* A broken promise is a failure; whatever kept the promises from being judged, an error. */
static bool is_failure(const struct run *run)
{
	return run->summary.status == EXIT_BROKEN;
}

static bool is_error(const struct run *run)
{
	return run->summary.status != EXIT_HELD && !is_failure(run);
}

static const struct outcome *first_violated(const struct run *run)
{
	for (size_t i = 0; i < run->n_outcomes; i++)
		if (run->outcomes[i].verdict == VERDICT_VIOLATED)
			return &run->outcomes[i];
	return NULL;
}

static void add_body(struct text *text, const struct run *run)
{
	text_add_xml(text, run->summary.sentence);
	text_addf(text, "\nseed %llu\n", (unsigned long long)run->facts.seed);
	for (size_t i = 0; i < run->n_outcomes; i++) {
		const struct outcome *outcome = &run->outcomes[i];
		if (outcome->verdict == VERDICT_HELD)
			continue;
		text_addf(text, "\n%s: ",
			  outcome->verdict == VERDICT_VIOLATED ? "broken"
							       : "not decided");
		text_add_xml(text, outcome->label);
		text_add(text, " (");
		text_add_xml(text, outcome->where);
		text_add(text, ")\n");
		if (outcome->why != NULL && outcome->verdict == VERDICT_UNKNOWN) {
			text_add(text, "  ");
			text_add_xml(text, outcome->why);
			text_add_char(text, '\n');
		}
		enum {
			SHOWN = 5
		};
		for (size_t j = 0; j < outcome->n_breaches && j < SHOWN &&
				   outcome->verdict == VERDICT_VIOLATED;
		     j++) {
			text_add(text, "  ");
			text_add_xml(text, outcome->breaches[j].subject);
			text_add_char(text, ' ');
			text_add_xml(text, outcome->breaches[j].detail);
			text_addf(text, " (event %llu)\n",
				  (unsigned long long)outcome->breaches[j].event);
		}
		if (outcome->count > SHOWN && outcome->verdict == VERDICT_VIOLATED)
			text_addf(text, "  and %llu more\n",
				  (unsigned long long)(outcome->count - SHOWN));
	}
	if (run->facts.reproduce != NULL) {
		text_add(text, "\nagain: ");
		text_add_xml(text, run->facts.reproduce);
		text_add_char(text, '\n');
	}
}

static void add_result(struct text *text, const char *element, const struct run *run)
{
	text_addf(text, "      <%s", element);
	add_attribute(text, "message", run->summary.sentence);
	add_attribute(text, "type", run->summary.word);
	text_add_char(text, '>');
	add_body(text, run);
	text_addf(text, "</%s>\n", element);
}

static void add_property(struct text *text, const char *name, const char *value)
{
	if (value == NULL)
		return;
	text_add(text, "        <property");
	add_attribute(text, "name", name);
	add_attribute(text, "value", value);
	text_add(text, "/>\n");
}

static void add_properties(struct listing *listing, const struct test_case *test)
{
	const struct run_facts *facts = &listing->runs[test->members[0]]->facts;
	struct text seeds = {0};

	for (size_t i = 0; i < test->n; i++)
		text_addf(
			&seeds, "%s%llu", i > 0 ? ", " : "",
			(unsigned long long)listing->runs[test->members[i]]->facts.seed);
	text_add(listing->text, "      <properties>\n");
	add_property(listing->text, "seed", text_cstr(&seeds));
	add_property(listing->text, "verdict",
		     listing->runs[test->members[0]]->summary.word);
	add_property(listing->text, "firmware", facts->firmware);
	add_property(listing->text, "cloud", facts->cloud);
	add_property(listing->text, "broker", facts->broker_version);
	add_property(listing->text, "clock", facts->clock_mode);
	add_property(listing->text, "scenario_hash", facts->scenario_hash);
	add_property(listing->text, "tool_version", facts->tool_version);
	add_property(listing->text, "zone_data", facts->zone_data);
	text_add(listing->text, "      </properties>\n");
	text_fini(&seeds);
}

/* A run that was cut off has a directory, but no report in it. */
static bool has_report(const char *directory)
{
	char path[4096];
	if (directory == NULL || strlen(directory) + sizeof("/report.md") > sizeof(path))
		return false;
	snprintf(path, sizeof(path), "%s/report.md", directory);
	return access(path, F_OK) == 0;
}

static void add_system_out(struct text *text, const struct run *run)
{
	const struct run_facts *facts = &run->facts;
	text_add(text, "      <system-out>");
	if (facts->reproduce != NULL) {
		text_add(text, "again: ");
		text_add_xml(text, facts->reproduce);
		text_add_char(text, '\n');
	}
	if (has_report(facts->directory)) {
		text_add(text, "[[ATTACHMENT|");
		text_add_xml(text, facts->directory);
		text_add(text, "/report.md]]\n");
	}
	text_add(text, "</system-out>\n");
}

/* The line of the promise that was broken first, or of nothing. */
static void add_line(struct text *text, const struct run *run)
{
	const struct outcome *outcome = first_violated(run);
	const char *colon = outcome != NULL ? strrchr(outcome->where, ':') : NULL;
	int64_t line;
	if (colon != NULL && text_read_int(colon + 1, &line) && line > 0)
		text_addf(text, " line=\"%lld\"", (long long)line);
}

static const struct run *first_that(const struct listing *listing,
				    const struct test_case *test,
				    bool (*is)(const struct run *))
{
	for (size_t i = 0; i < test->n; i++)
		if (is(listing->runs[test->members[i]]))
			return listing->runs[test->members[i]];
	return NULL;
}

static void add_case(struct listing *listing, const struct test_case *test)
{
	struct text *text = listing->text;
	const struct run *failure = first_that(listing, test, is_failure);
	const struct run *error =
		failure == NULL ? first_that(listing, test, is_error) : NULL;
	const struct run *shown = failure != NULL ? failure
				  : error != NULL ? error
						  : listing->runs[test->members[0]];
	double elapsed_s = 0;
	char number[TEXT_REAL_MAX];

	for (size_t i = 0; i < test->n; i++)
		elapsed_s += listing->runs[test->members[i]]->facts.elapsed_s;
	text_add(text, "    <testcase");
	add_attribute(text, "classname", text_cstr(&test->class_name));
	add_attribute(text, "name", text_cstr(&test->name));
	add_attribute(text, "file", test->suite);
	if (failure != NULL)
		add_line(text, failure);
	text_addf(text, " time=\"%s\">\n", text_real(elapsed_s, 3, number));
	add_properties(listing, test);
	if (failure != NULL)
		add_result(text, "failure", failure);
	else if (error != NULL)
		add_result(text, "error", error);
	for (size_t i = 0; i < test->n; i++) {
		const struct run *run = listing->runs[test->members[i]];
		if (run != shown && is_failure(run))
			add_result(text, "rerunFailure", run);
		else if (run != shown && is_error(run))
			add_result(text, "rerunError", run);
	}
	add_system_out(text, shown);
	text_add(text, "    </testcase>\n");
}

struct counts {
	size_t tests, failures, errors;
	double time_s;
};

/* Of one script, or of all with NULL. */
static struct counts count(const struct listing *listing, const char *suite)
{
	struct counts counts = {0};
	for (size_t i = 0; i < listing->n; i++) {
		const struct test_case *test = &listing->cases[i];
		if (suite != NULL && strcmp(test->suite, suite) != 0)
			continue;
		bool failed = first_that(listing, test, is_failure) != NULL;
		counts.tests++;
		counts.failures += failed;
		counts.errors += !failed && first_that(listing, test, is_error) != NULL;
		for (size_t j = 0; j < test->n; j++)
			counts.time_s += listing->runs[test->members[j]]->facts.elapsed_s;
	}
	return counts;
}

static void add_counts(struct text *text, struct counts counts)
{
	char number[TEXT_REAL_MAX];
	text_addf(
		text,
		" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"0\" time=\"%s\"",
		counts.tests, counts.failures, counts.errors,
		text_real(counts.time_s, 3, number));
}

static bool suite_before(const struct listing *listing, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (strcmp(listing->cases[i].suite, listing->cases[index].suite) == 0)
			return true;
	return false;
}

static void add_suites(struct listing *listing)
{
	struct text *text = listing->text;
	text_add(
		text,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"jobjam\"");
	add_counts(text, count(listing, NULL));
	text_add(text, ">\n");
	for (size_t i = 0; i < listing->n; i++) {
		const char *suite = listing->cases[i].suite;
		if (suite_before(listing, i))
			continue;
		text_add(text, "  <testsuite");
		add_attribute(text, "name", suite);
		add_counts(text, count(listing, suite));
		text_add(text, ">\n");
		for (size_t j = i; j < listing->n; j++)
			if (strcmp(listing->cases[j].suite, suite) == 0)
				add_case(listing, &listing->cases[j]);
		text_add(text, "  </testsuite>\n");
	}
	text_add(text, "</testsuites>\n");
}

int report_junit(const struct run *const *runs, size_t n, struct text *ret_text)
{
	struct listing listing = {.runs = runs, .text = ret_text};
	int status = SIM_OK;

	listing.several_brokers = has_several_brokers(&listing, n);
	listing.cases = calloc(n + 1, sizeof(*listing.cases));
	if (listing.cases == NULL)
		return SIM_ENOMEM;
	for (size_t i = 0; i < n && status == SIM_OK; i++)
		if (!add_run(&listing, i))
			status = SIM_ENOMEM;
	if (status == SIM_OK)
		add_suites(&listing);
	listing_fini(&listing);
	return status != SIM_OK || ret_text->failed ? SIM_ENOMEM : SIM_OK;
}
