/* test_lines.c - the lines of a trace read back with the JSON reader. */
#include "tests/testing.h"

#include "sim/core/chance.h"
#include "sim/core/trace.h"
#include "sim/json/json.h"

static struct json *read_line(const struct trace_event *event)
{
	struct text line = {0};
	trace_add_json(&line, event);
	struct json *root = json_parse(text_cstr(&line), line.length, NULL);
	text_fini(&line);
	return root;
}

static void a_line_reads_back_as_it_was_emitted(void **state)
{
	(void)state;
	struct clock now = {.now = 29 * SIM_H + 1};
	struct trace *trace = trace_new(&now, TRACE_FULL);
	trace_say(trace, 0, KIND_MQTT_PUBLISH, "link/cloud/command-a",
		  F_TEXT("topic", "device/01S00A/request"), F_INT("qos", 1),
		  F_BOOL("dup", false), F_REAL("c", -0.125));
	struct json *root = read_line(trace_at(trace, 0));
	assert_int_equal(json_int(json_get(root, "id"), -1), 1);
	assert_int_equal(json_int(json_get(root, "cause"), -1), 0);
	assert_int_equal(json_int(json_get(root, "t"), -1), 29 * SIM_H + 1);
	assert_string_equal(json_text(json_get(root, "kind"), ""), "mqtt.publish");
	assert_string_equal(json_text(json_get(root, "who"), ""), "link/cloud/command-a");
	assert_string_equal(json_text(json_get(root, "topic"), ""),
			    "device/01S00A/request");
	assert_int_equal(json_int(json_get(root, "qos"), -1), 1);
	assert_false(json_bool(json_get(root, "dup"), true));
	assert_near(json_real(json_get(root, "c"), 0), -0.125, 0);
	json_free(root);
	trace_free(trace);
}

static void any_bytes_make_a_line_that_reads_back(void **state)
{
	(void)state;
	struct clock now = {0};
	struct trace *trace = trace_new(&now, TRACE_STORY);
	struct chance chance = chance_stream(1, "test", "lines");
	for (int i = 0; i < 3000; i++) {
		char bytes[24];
		int64_t length = chance_int(&chance, 0, 23);
		bool ascii = i % 2;
		for (int64_t n = 0; n < length; n++)
			bytes[n] = (char)chance_int(&chance, 1, ascii ? 127 : 255);
		bytes[length] = '\0';
		trace_say(trace, 0, KIND_NOTE, bytes, F_TEXT("text", bytes));
		struct json *root = read_line(trace_at(trace, (size_t)i));
		assert_non_null(root);
		const char *back = json_text(json_get(root, "text"), NULL);
		assert_non_null(back);
		if (ascii) /* malformed UTF-8 comes back as visible escapes instead */
			assert_string_equal(back, bytes);
		json_free(root);
	}
	trace_free(trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_reads_back_as_it_was_emitted),
		cmocka_unit_test(any_bytes_make_a_line_that_reads_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
