/* test_files.c - files written whole or not at all, and read back as they were. */
#include "tests/testing.h"

#include "tests/unit/reports/night.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static void write_all(struct night *night)
{
	struct sim_error error;
	night->run.facts.schedule_json = "{\"sends\":[]}";
	if (report_write_all(&night->run, &error) != SIM_OK)
		fail_msg("%s", error.text);
}

static void assert_same(void (*make)(const struct run *, struct text *),
			const struct run *a, const struct run *b)
{
	struct text one = {0}, two = {0};
	make(a, &one);
	make(b, &two);
	assert_string_equal(text_cstr(&one), text_cstr(&two));
	text_fini(&one);
	text_fini(&two);
}

static void make_verdict(const struct run *run, struct text *text)
{
	assert_int_equal(report_verdict_json(run, text), SIM_OK);
}

static void make_markdown(const struct run *run, struct text *text)
{
	assert_int_equal(report_markdown(run, text), SIM_OK);
}

static void make_terminal(const struct run *run, struct text *text)
{
	report_terminal(run, false, false, text);
}

static void make_script(const struct run *run, struct text *text)
{
	assert_int_equal(report_reproduce_sh(run, text), SIM_OK);
}

static void make_junit(const struct run *run, struct text *text)
{
	assert_int_equal(report_junit(&run, 1, text), SIM_OK);
}

static void a_run_that_is_read_back_reports_the_same(void **state)
{
	(void)state;
	struct night *night = night_new(true);
	struct run *read = NULL;
	struct sim_error error = {0};
	char note[256];
	write_all(night);
	if (run_read(night->directory, &read, note, &error) != SIM_OK)
		fail_msg("%s", error.text);
	assert_string_equal(note, "");
	assert_int_equal(trace_count(read->trace), trace_count(night->trace));
	assert_same(make_verdict, &night->run, read);
	assert_same(make_markdown, &night->run, read);
	assert_same(make_terminal, &night->run, read);
	assert_same(make_script, &night->run, read);
	assert_same(make_junit, &night->run, read);
	assert_string_equal(read->facts.schedule_json, "{\"sends\":[]}\n");
	/* And the events themselves, line by line. */
	for (size_t i = 0; i < trace_count(read->trace); i++) {
		struct text one = {0}, two = {0};
		trace_add_json(&one, trace_at(night->trace, i));
		trace_add_json(&two, trace_at(read->trace, i));
		assert_string_equal(text_cstr(&one), text_cstr(&two));
		text_fini(&one);
		text_fini(&two);
	}
	run_free(read);
	night_free(night);
}

static void the_directory_holds_what_it_should_and_the_script_is_executable(void **state)
{
	(void)state;
	struct night *night = night_new(true);
	struct stat status;
	char path[128];
	write_all(night);
	assert_int_equal(files_in(night->directory), 6);
	snprintf(path, sizeof(path), "%s/reproduce.sh", night->directory);
	assert_int_equal(stat(path, &status), 0);
	assert_true((status.st_mode & 0100) != 0);
	night_free(night);
}

static void cut_file(struct night *night, long bytes)
{
	char path[128];
	struct stat status;
	snprintf(path, sizeof(path), "%s/events.ndjson", night->directory);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(truncate(path, bytes < 0 ? status.st_size + bytes : bytes), 0);
}

static void a_torn_last_line_is_dropped_and_said(void **state)
{
	(void)state;
	struct night *night = night_new(true);
	struct run *read = NULL;
	struct text last = {0};
	char note[256];
	report_trace_end(&night->run.facts, &night->run.summary, &last);
	cut_file(night, -(long)last.length - 1 - 10); /* into the last event */
	assert_int_equal(run_read(night->directory, &read, note, NULL), SIM_OK);
	assert_int_equal(trace_count(read->trace), trace_count(night->trace) - 1);
	assert_non_null(strstr(note, "torn"));
	assert_string_equal(read->summary.word, "UNFINISHED");
	run_free(read);
	text_fini(&last);
	night_free(night);
}

/* Wherever a run is killed, what was written whole can be read. */
static void a_file_cut_anywhere_after_its_header_can_be_read(void **state)
{
	(void)state;
	struct night *night = night_new(true);
	struct text whole = {0};
	read_text(night->directory, "events.ndjson", &whole);
	size_t header = strcspn(whole.bytes, "\n") + 1;
	for (size_t at = whole.length; at >= header; at -= at > header + 7 ? 7 : 1) {
		struct run *read = NULL;
		struct sim_error error = {0};
		char note[256];
		cut_file(night, (long)at);
		if (run_read(night->directory, &read, note, &error) != SIM_OK)
			fail_msg("at %zu: %s", at, error.text);
		run_free(read);
	}
	text_fini(&whole);
	night_free(night);
}

static void without_a_verdict_the_trace_tells_what_was_broken(void **state)
{
	(void)state;
	struct night *night = night_new(true); /* no reports written */
	struct run *read = NULL;
	char note[256];
	assert_int_equal(run_read(night->directory, &read, note, NULL), SIM_OK);
	assert_non_null(strstr(note, "verdict.json"));
	assert_int_equal(read->n_outcomes, 4); /* three broken, one sometimes seen */
	assert_string_equal(read->outcomes[0].property, "backlog");
	assert_int_equal(read->outcomes[1].verdict, VERDICT_VIOLATED);
	assert_int_equal(read->outcomes[1].breaches[0].event, night->start);
	run_free(read);
	night_free(night);
}

static void put(struct night *night, const char *name, const char *content)
{
	struct text text = {0};
	char path[128];
	snprintf(path, sizeof(path), "%s/%s", night->directory, name);
	text_add(&text, content);
	assert_int_equal(report_write_file(path, &text, NULL), SIM_OK);
	text_fini(&text);
}

static void what_is_no_run_is_refused_with_file_and_line(void **state)
{
	(void)state;
#define HEADER "{\"schema\":\"jobjam-events\",\"version\":1}\n"
	static const struct {
		const char *content, *words;
	} FILES[] = {
		{"", "is empty"},
		{"hello\n", "events.ndjson:1: this line is not a JSON object"},
		{"{\"schema\":\"other\"}\n", "not the header"},
		{"{\"schema\":\"jobjam-events\",\"version\":2}\n", "version"},
		{HEADER "[]\n", ":2: this line is not a JSON object"},
		{HEADER "{\"id\":1}\n", ":2: this is not an event"},
		{HEADER
		 "{\"id\":2,\"cause\":0,\"t\":5,\"kind\":\"note\",\"who\":\"run\"}\n"
		 "{\"id\":1,\"cause\":0,\"t\":5,\"kind\":\"note\",\"who\":\"run\"}\n",
		 ":3: ids and times must rise"},
		{HEADER
		 "{\"id\":2,\"cause\":3,\"t\":5,\"kind\":\"note\",\"who\":\"run\"}\n",
		 ":2: ids and times must rise"},
		{HEADER "{\"end\":\"HELD\"}\n{\"end\":\"HELD\"}\n", ":3: there is more"},
	};
	struct night *night = night_new(true);
	for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++) {
		struct run *read = NULL;
		struct sim_error error = {0};
		char note[256];
		put(night, "events.ndjson", FILES[i].content);
		int status = run_read(night->directory, &read, note, &error);
		assert_int_equal(status, SIM_EINVAL);
		if (strstr(error.text, FILES[i].words) == NULL)
			fail_msg("\"%s\" is missing in: %s", FILES[i].words, error.text);
	}
	put(night, "events.ndjson", HEADER);
	put(night, "verdict.json", "{\"schema\":\"jobjam-verdict\",\"version\":9}");
	struct run *read = NULL;
	char note[256];
	assert_int_equal(run_read(night->directory, &read, note, NULL), SIM_EINVAL);
	assert_int_equal(run_read("/nonexistent/run", &read, note, NULL), SIM_ENOENT);
	night_free(night);
}

static void a_kind_that_is_not_known_is_left_out_and_said(void **state)
{
	(void)state;
	struct night *night = night_new(true);
	struct run *read = NULL;
	char note[256];
	put(night, "events.ndjson",
	    HEADER
	    "{\"id\":1,\"cause\":0,\"t\":5,\"kind\":\"tea.served\",\"who\":\"run\"}\n"
	    "{\"id\":2,\"cause\":1,\"t\":5,\"kind\":\"note\",\"who\":\"run\"}\n");
	assert_int_equal(run_read(night->directory, &read, note, NULL), SIM_OK);
	assert_int_equal(trace_count(read->trace), 1);
	assert_non_null(strstr(note, "1 events of unknown kinds"));
	run_free(read);
	night_free(night);
}

/* --- a disk that refuses ---------------------------------------------------------- */

static void a_directory_that_is_not_there_is_an_error_with_its_name(void **state)
{
	(void)state;
	struct night *night = night_new(false);
	struct sim_error error = {0};
	night->run.facts.directory = "/nonexistent/run";
	assert_int_equal(report_write_all(&night->run, &error), SIM_EIO);
	assert_non_null(strstr(error.text, "/nonexistent/run/verdict.json"));
	night_free(night);
}

static void a_full_disk_leaves_the_old_file_and_nothing_half(void **state)
{
	(void)state;
	struct night *night = night_new(true);
	struct text big = {0}, after = {0};
	struct sim_error error = {0};
	struct rlimit before, small;
	char path[128];
	put(night, "report.md", "the old one");
	size_t files = files_in(night->directory);
	snprintf(path, sizeof(path), "%s/report.md", night->directory);
	for (int i = 0; i < 100000; i++)
		text_add(&big, "word ");

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 4096;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int status = report_write_file(path, &big, &error);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_DFL);

	assert_int_equal(status, SIM_EIO);
	assert_non_null(strstr(error.text, "report.md"));
	assert_int_equal(files_in(night->directory), files);
	read_text(night->directory, "report.md", &after);
	assert_string_equal(text_cstr(&after), "the old one");
	text_fini(&big);
	text_fini(&after);
	night_free(night);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_that_is_read_back_reports_the_same),
		cmocka_unit_test(
			the_directory_holds_what_it_should_and_the_script_is_executable),
		cmocka_unit_test(a_torn_last_line_is_dropped_and_said),
		cmocka_unit_test(a_file_cut_anywhere_after_its_header_can_be_read),
		cmocka_unit_test(without_a_verdict_the_trace_tells_what_was_broken),
		cmocka_unit_test(what_is_no_run_is_refused_with_file_and_line),
		cmocka_unit_test(a_kind_that_is_not_known_is_left_out_and_said),
		cmocka_unit_test(a_directory_that_is_not_there_is_an_error_with_its_name),
		cmocka_unit_test(a_full_disk_leaves_the_old_file_and_nothing_half),
	};
	return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}
