/* fuzz_trace.c - events.ndjson from anywhere; what can be read can be reported, inertly.
 *
 * A NUL byte separates events.ndjson from verdict.json, so that both are read.
 */
#include "tests/fuzz/fuzz.h"

#include "reports/run_store.h"

#include <assert.h>
#include <string.h>

static void assert_inert(const struct text *text)
{
	for (size_t i = 0; i < text->length; i++) {
		unsigned char c = (unsigned char)text->bytes[i];
		assert(c == '\n' || (c >= 0x20 && c != 0x7f));
	}
}

static void report(const struct run *run)
{
	struct text text = {0};
	const struct trace_event *last =
		trace_count(run->trace) > 0
			? trace_at(run->trace, trace_count(run->trace) - 1)
			: NULL;

	report_terminal(run, false, false, &text);
	report_chain(run, last != NULL ? last->id : 0, false, &text);
	report_why(run, last != NULL ? last->who : "nobody", false, &text);
	assert(report_markdown(run, &text) == SIM_OK);
	assert(report_junit(&run, 1, &text) == SIM_OK);
	assert_inert(&text);
	text_fini(&text);
}

/* What was read and is written reads back as the same. */
static void assert_round_trip(const struct run *run)
{
	struct text one = {0}, two = {0};
	struct run_store *again = run_store_new();
	assert(again != NULL);
	assert(report_verdict_json(run, &one) == SIM_OK);
	if (run_store_verdict(again, one.bytes, one.length, "again", NULL) == SIM_OK) {
		again->run.facts.directory = run->facts.directory;
		struct run copy = again->run;
		copy.trace = run->trace;
		assert(report_verdict_json(&copy, &two) == SIM_OK);
		assert(strcmp(text_cstr(&one), text_cstr(&two)) == 0);
	}
	run_store_free(again);
	text_fini(&one);
	text_fini(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const uint8_t *nul = memchr(bytes, 0, size);
	size_t events = nul != NULL ? (size_t)(nul - bytes) : size;
	struct run_store *store = run_store_new();
	struct sim_error error;
	char note[256] = "";

	assert(store != NULL);
	FILE *file = events > 0 ? fmemopen((void *)(uintptr_t)bytes, events, "rb") : NULL;
	int status = file != NULL ? run_store_events(store, file, "input", note, &error)
				  : SIM_EINVAL;
	if (file != NULL)
		fclose(file);
	if (status == SIM_OK && nul != NULL)
		status = run_store_verdict(store, nul + 1, size - events - 1, "input",
					   &error);
	else if (status == SIM_OK)
		status = run_store_guess(store);
	if (status == SIM_OK) {
		report(&store->run);
		assert_round_trip(&store->run);
	}
	run_store_free(store);
	return 0;
}
