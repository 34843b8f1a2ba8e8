/* test_trace.c - the record of a run: causes, levels, observers, and its file. */
#include "tests/testing.h"

#include "sim/core/trace.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

static struct clock now;
static struct trace *trace;

static int set_up(void **state)
{
	(void)state;
	now = (struct clock){.now = 0, .start_utc_s = 1692025200};
	trace = trace_new(&now, TRACE_STORY);
	return trace == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	trace_free(trace);
	return 0;
}

static void an_event_keeps_what_it_was_told(void **state)
{
	(void)state;
	char who[] = "printer/007", file[] = "benchy.3mf";
	now.now = 5 * SIM_S;
	trace_id tap = trace_say(trace, 0, KIND_INTENT_TAP, "owner/007",
				 F_INT("intent", 3), F_TEXT("file", file));
	trace_id start =
		trace_say(trace, tap, KIND_FIRMWARE_START, who, F_BOOL("hot", true),
			  F_REAL("grams", 12.5), F_TEXT("none", NULL));
	who[0] = file[0] = '!'; /* copies, so this changes nothing */

	assert_int_equal(trace_count(trace), 2);
	const struct trace_event *event = trace_find(trace, start);
	assert_string_equal(event->who, "printer/007");
	assert_int_equal(event->t, 5 * SIM_S);
	assert_int_equal(event->cause, tap);
	assert_true(trace_bool(event, "hot", false));
	assert_near(trace_real(event, "grams", 0), 12.5, 0);
	assert_string_equal(trace_text(event, "none", "x"), "");
	assert_string_equal(trace_text(trace_at(trace, 0), "file", ""), "benchy.3mf");
	assert_near(trace_real(trace_at(trace, 0), "intent", 0), 3, 0);
	/* neither missing nor of another type */
	assert_int_equal(trace_int(event, "grams", -1), -1);
	assert_int_equal(trace_int(event, "nothing", -1), -1);
	assert_null(trace_find(trace, 0));
	assert_null(trace_find(trace, 3));
}

static void the_same_name_is_the_same_pointer(void **state)
{
	(void)state;
	char name[32];
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "printer/%03d", i % 1000);
		trace_emit(trace, 0, KIND_NOTE, name, NULL, 0);
	}
	for (size_t i = 0; i < 1000; i++) {
		assert_ptr_equal(trace_at(trace, i)->who, trace_at(trace, i + 2000)->who);
		assert_ptr_not_equal(trace_at(trace, i)->who,
				     trace_at(trace, i + 1)->who);
	}
}

static void events_do_not_move(void **state)
{
	(void)state;
	trace_say(trace, 0, KIND_NOTE, "run", F_TEXT("text", "first"));
	const struct trace_event *first = trace_at(trace, 0);
	char *large = malloc(200000);
	assert_non_null(large);
	memset(large, 'x', 199999);
	large[199999] = '\0';
	for (int i = 0; i < 5000; i++)
		trace_say(trace, 0, KIND_NOTE, "run", F_INT("i", i));
	trace_say(trace, 0, KIND_NOTE, "run", F_TEXT("text", large));
	free(large);
	assert_ptr_equal(trace_at(trace, 0), first);
	assert_string_equal(trace_text(first, "text", ""), "first");
	assert_int_equal(strlen(trace_text(trace_at(trace, 5001), "text", "")),
			 TRACE_TEXT_MAX);
}

static void a_cause_outlives_what_the_level_leaves_out(void **state)
{
	(void)state;
	trace_id tap =
		trace_say(trace, 0, KIND_INTENT_TAP, "owner/007", F_INT("intent", 1));
	trace_id packet =
		trace_say(trace, tap, KIND_MQTT_PACKET, "link/x", F_INT("mid", 1));
	assert_int_equal(packet, tap); /* FULL only: the chain goes on over it */
	trace_id again = trace_emit_at(trace, TRACE_FULL, packet, KIND_FAULT_ACTED,
				       "link/x", NULL, 0);
	assert_int_equal(again, tap); /* demoted */
	trace_id start = trace_say(trace, again, KIND_FIRMWARE_START, "printer/007",
				   F_TEXT("task", "1"));
	assert_int_equal(trace_count(trace), 2);
	assert_ptr_equal(trace_back_to(trace, start, KIND_INTENT_TAP),
			 trace_at(trace, 0));
	assert_ptr_equal(trace_back_to(trace, start, KIND_FIRMWARE_START),
			 trace_at(trace, 1));
	assert_null(trace_back_to(trace, start, KIND_NOTE));
}

static void the_full_level_leaves_nothing_out(void **state)
{
	(void)state;
	trace_free(trace);
	trace = trace_new(&now, TRACE_FULL);
	trace_say(trace, 0, KIND_MQTT_PACKET, "link/x", F_INT("mid", 1));
	trace_emit_at(trace, TRACE_FULL, 1, KIND_NOTE, "run", NULL, 0);
	assert_int_equal(trace_count(trace), 2);
}

static struct {
	char who;
	trace_id id;
} told[64];
static size_t n_told;

static void observe(void *arg, const struct trace_event *event)
{
	told[n_told].who = *(const char *)arg;
	told[n_told++].id = event->id;
}

static void observe_and_emit(void *arg, const struct trace_event *event)
{
	observe(arg, event);
	if (event->kind == KIND_FIRMWARE_START)
		trace_say(trace, event->id, KIND_PROPERTY_VIOLATED, "run",
			  F_TEXT("property", "stale_start"));
}

static void observers_see_every_event_in_order(void **state)
{
	(void)state;
	static char a[] = "a", b[] = "b";
	n_told = 0;
	trace_say(trace, 0, KIND_NOTE, "run", F_TEXT("text", "before anybody looks"));
	trace_observe(trace, observe_and_emit, a);
	trace_observe(trace, observe, b);
	trace_say(trace, 0, KIND_FIRMWARE_START, "printer/007", F_TEXT("task", "1"));
	trace_say(trace, 0, KIND_NOTE, "run", F_TEXT("text", "after"));
	/* 2: the start, 3: what a said about it, 4: the note; each told to a, then to b */
	assert_int_equal(n_told, 6);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(told[i].who, i % 2 ? 'b' : 'a');
		assert_int_equal(told[i].id, 2 + i / 2);
	}
}

static void restored_events_keep_their_ids(void **state)
{
	(void)state;
	char key[] = "task";
	struct trace_field field = F_TEXT(key, "7");
	struct trace_event event = {.id = 10,
				    .cause = 3,
				    .t = SIM_S,
				    .kind = KIND_NOTE,
				    .who = "run",
				    .fields = &field,
				    .n_fields = 1};
	assert_int_equal(trace_restore(trace, &event), SIM_OK);
	key[0] = '!';
	assert_string_equal(trace_text(trace_at(trace, 0), "task", ""), "7");
	event.n_fields = 0;
	event.id = 20;
	assert_int_equal(trace_restore(trace, &event), SIM_OK);
	assert_ptr_equal(trace_find(trace, 20), trace_at(trace, 1));
	assert_null(trace_find(trace, 15));
	assert_null(trace_find(trace, 1));

	struct trace_event falls[] = {event, event, event, event};
	falls[0].id = 20;                 /* an id twice */
	falls[1].id = 21, falls[1].t = 0; /* time falls */
	falls[2].id = 21,
	falls[2].cause = 21; /* its own cause: walking back would not end */
	falls[3].id = 21, falls[3].kind = N_TRACE_KINDS;
	for (int i = 0; i < 4; i++)
		assert_int_equal(trace_restore(trace, &falls[i]), SIM_EINVAL);
	now.now = SIM_S;
	assert_int_equal(trace_emit(trace, 20, KIND_NOTE, "run", NULL, 0), 21);
}

static void kinds_are_found_by_name(void **state)
{
	(void)state;
	for (int kind = 0; kind < N_TRACE_KINDS; kind++) {
		const char *name = trace_kind_name((enum trace_kind)kind);
		assert_int_equal(trace_kind_find(name), kind);
		assert_non_null(strchr(name, KIND_NOTE == kind ? 'n' : '.'));
		assert_true(strlen(trace_kind_help((enum trace_kind)kind)) > 3);
	}
	assert_int_equal(trace_kind_find("mqtt.nothing"), N_TRACE_KINDS);
	assert_int_equal(trace_kind_level(KIND_MQTT_PACKET), TRACE_FULL);
	assert_int_equal(trace_kind_level(KIND_NOTE), TRACE_STORY);
}

static void a_line_has_all_and_escapes_all(void **state)
{
	(void)state;
	now.now = INT64_C(21780000000000);
	trace_emit(trace, 0, KIND_NOTE, "run", NULL, 0);
	trace_say(trace, 1, KIND_NOTE, "we\"ird", F_INT("n", -4), F_REAL("c", 219.5),
		  F_REAL("none", 0.0 / 0.0), F_BOOL("yes", 2), F_TEXT("text", "a\x1b\n"));
	struct text line = {0};
	trace_add_json(&line, trace_at(trace, 1));
	assert_string_equal(
		text_cstr(&line),
		"{\"id\":2,\"cause\":1,\"t\":21780000000000,\"kind\":\"note\","
		"\"who\":\"we\\\"ird\",\"n\":-4,\"c\":219.5,\"none\":null,"
		"\"yes\":true,\"text\":\"a\\u001b\\n\"}");
	text_fini(&line);
}

/* --- the file ---------------------------------------------------------------------- */

static char path[64];

static void make_path(void)
{
	strcpy(path, "/tmp/jobjam-trace-XXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
}

static struct text read_file(void)
{
	struct text bytes = {0};
	char buffer[4096];
	size_t n;
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	while ((n = fread(buffer, 1, sizeof(buffer), file)) > 0)
		text_add_bytes(&bytes, buffer, n);
	fclose(file);
	return bytes;
}

static void the_file_has_whole_lines_at_every_moment(void **state)
{
	(void)state;
	make_path();
	assert_int_equal(trace_open(trace, path, NULL), SIM_OK);
	trace_raw_line(trace, "{\"schema\":1}");
	for (int i = 0; i < 10000; i++) {
		trace_say(trace, 0, KIND_NOTE, "run", F_INT("i", i),
			  F_TEXT("text", "some words"));
		if (i % 1000 != 0)
			continue;
		struct text bytes = read_file();
		if (bytes.length > 0)
			assert_int_equal(bytes.bytes[bytes.length - 1], '\n');
		text_fini(&bytes);
	}
	struct text early = read_file();
	assert_true(early.length > 256 * 1024); /* written on the way, not at the end */
	text_fini(&early);
	trace_raw_line(trace, "{\"end\":\"ok\"}");
	assert_int_equal(trace_close(trace, NULL), SIM_OK);

	struct text bytes = read_file();
	size_t lines = 0;
	for (size_t i = 0; i < bytes.length; i++)
		lines += bytes.bytes[i] == '\n';
	assert_int_equal(lines, 10002);
	assert_memory_equal(bytes.bytes, "{\"schema\":1}\n", 13);
	assert_string_equal(bytes.bytes + bytes.length - 13, "{\"end\":\"ok\"}\n");
	text_fini(&bytes);
	unlink(path);
}

static void a_full_disk_is_told_and_leaves_no_half_line(void **state)
{
	(void)state;
	struct sim_error error = {0};
	struct rlimit old, small;
	make_path();
	/* A file size limit is a disk that is full; 300,000 bytes are no whole number of
	 * lines. */
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 300000;
	assert_int_equal(trace_open(trace, path, NULL), SIM_OK);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (int i = 0; i < 20000; i++)
		trace_say(trace, 0, KIND_NOTE, "run", F_INT("i", i));
	int status = trace_close(trace, &error);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(status, SIM_EIO);
	assert_non_null(strstr(error.text, path));
	assert_non_null(strstr(error.text, "File too large"));
	struct text bytes = read_file();
	assert_in_range(bytes.length, 1, 300000);
	assert_int_equal(bytes.bytes[bytes.length - 1], '\n');
	text_fini(&bytes);
	unlink(path);
	assert_int_equal(trace_count(trace), 20000); /* memory has it all */
}

static void a_path_that_cannot_be_is_refused(void **state)
{
	(void)state;
	struct sim_error error = {0};
	assert_int_equal(trace_open(trace, "/nonexistent/events.ndjson", &error),
			 SIM_EIO);
	assert_non_null(strstr(error.text, "/nonexistent/events.ndjson"));
	assert_int_equal(trace_close(trace, &error), SIM_OK); /* nothing open */
}

static void a_device_that_is_full_is_told_too(void **state)
{
	(void)state;
	struct sim_error error = {0};
	assert_int_equal(trace_open(trace, "/dev/full", &error), SIM_OK);
	trace_raw_line(trace, "{}");
	assert_int_equal(trace_close(trace, &error), SIM_EIO);
	assert_non_null(strstr(error.text, "No space left on device"));
}

static void count_told(void *arg, const struct trace_event *event)
{
	uint64_t *n = arg;
	assert_int_equal(event->id, ++*n);
	assert_string_equal(trace_text(event, "text", ""), "said");
}

static void a_trace_without_end_keeps_only_what_is_new(void **state)
{
	(void)state;
	uint64_t n_heard = 0;
	trace_observe(trace, count_told, &n_heard);
	trace_forget_beyond(trace, 1);
	trace_id last = 0;
	for (int i = 0; i < 5000; i++) {
		char who[32];
		now.now = i;
		snprintf(who, sizeof(who), "link/client/%d", i);
		last = trace_say(trace, last, KIND_NOTE, who, F_TEXT("text", "said"));
	}
	assert_int_equal(last, 5000); /* ids go on */
	assert_int_equal(n_heard, 5000); /* and everybody has been told everything */
	assert_true(trace_count(trace) <= 1024);
	assert_string_equal(trace_find(trace, 5000)->who, "link/client/4999");
	assert_null(trace_find(trace, 1));
	assert_null(trace_find(trace, trace_at(trace, 0)->cause));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_event_keeps_what_it_was_told),
		TEST(the_same_name_is_the_same_pointer),
		TEST(events_do_not_move),
		TEST(a_cause_outlives_what_the_level_leaves_out),
		TEST(the_full_level_leaves_nothing_out),
		TEST(observers_see_every_event_in_order),
		TEST(restored_events_keep_their_ids),
		TEST(kinds_are_found_by_name),
		TEST(a_line_has_all_and_escapes_all),
		TEST(the_file_has_whole_lines_at_every_moment),
		TEST(a_full_disk_is_told_and_leaves_no_half_line),
		TEST(a_path_that_cannot_be_is_refused),
		TEST(a_device_that_is_full_is_told_too),
		TEST(a_trace_without_end_keeps_only_what_is_new),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
