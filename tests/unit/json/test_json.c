/* test_json.c - what is JSON, what is not, and what a double cannot hold. */
#include "tests/testing.h"

#include "sim/json/json.h"

static struct json *root;

static int tear_down(void **state)
{
	(void)state;
	json_free(root);
	root = NULL;
	return 0;
}

static const struct json *parse(const char *text)
{
	json_free(root);
	root = json_parse(text, strlen(text), NULL);
	return root;
}

static void values_are_found_by_path(void **state)
{
	(void)state;
	parse(" {\"print\": {\"task_id\": \"17\", \"param\": [1, true, null, {\"a\": 2.5}]},"
	      " \"Print\": 3}\n");
	assert_string_equal(json_text(json_path(root, "print.task_id"), ""), "17");
	assert_int_equal(json_int(json_path(root, "print.task_id"), -1), 17);
	assert_int_equal(json_int(json_get(root, "Print"), -1), 3);
	assert_null(json_path(root, "print.nothing.more"));
	assert_null(json_path(root, "print.task_id.more"));
	assert_null(json_get(NULL, "x"));

	const struct json *item = json_first(json_path(root, "print.param"));
	assert_int_equal(json_int(item, -1), 1);
	assert_null(json_key(item));
	item = json_next(item);
	assert_true(json_is_bool(item) && json_bool(item, false));
	item = json_next(item);
	assert_false(json_is_bool(item) || json_is_number(item) || json_is_text(item));
	item = json_next(item);
	assert_true(json_is_object(item));
	assert_string_equal(json_key(json_first(item)), "a");
	assert_near(json_real(json_first(item), 0), 2.5, 0);
	assert_null(json_next(item));
	assert_null(json_first(json_get(root, "Print")));
}

static void the_wrong_type_gives_the_answer_asked_for(void **state)
{
	(void)state;
	parse("{\"a\": \"x\", \"n\": 1.5, \"b\": true}");
	assert_int_equal(json_int(json_get(root, "a"), -7), -7);
	assert_int_equal(json_int(json_get(root, "n"), -7), -7);
	assert_int_equal(json_int(json_get(root, "b"), -7), -7);
	assert_int_equal(json_int(NULL, -7), -7);
	assert_string_equal(json_text(json_get(root, "n"), "?"), "?");
	assert_true(json_bool(json_get(root, "a"), true));
	assert_near(json_real(json_get(root, "b"), -7), -7, 0);
	assert_false(json_is_array(root));
	json_free(NULL);
}

static void what_is_not_json_is_refused(void **state)
{
	(void)state;
	static const char *const BAD[] = {
		"",
		" ",
		"{",
		"{}{}",
		"{} x",
		"nul",
		"[1,]",
		"{\"a\":}",
		"{\"a\" 1}",
		"{a:1}",
		"{'a':1}",
		"[1 2]",
		"01",
		"+1",
		"1.",
		".5",
		"1e",
		"-",
		"0x10",
		"NaN",
		"Infinity",
		"\"a",
		"\"\\x41\"",
		"\"\\u12g4\"",
		"\"a\nb\"",
		"\"\\ud800\"",
		"\"\\udc00\"",
		"\"\\ud800\\u0041\"",
		"[1}",
		"{\"a\":1,}",
		"\xef\xbb\xbf{}",
		"// c\n1",
		"tru",
		"[,1]",
		"\"\\",
		"\"\\u00",
	};
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
		if (parse(BAD[i]) != NULL)
			fail_msg("accepted: %s", BAD[i]);
}

static void the_offset_says_where(void **state)
{
	(void)state;
	size_t offset = 99;
	assert_null(json_parse("{\"a\": 1} x", 10, &offset));
	assert_int_equal(offset, 9);
	assert_null(json_parse("[1, 2, }", 8, &offset));
	assert_int_equal(offset, 7);
	assert_null(json_parse("", 0, &offset));
	assert_int_equal(offset, 0);
}

static void nul_bytes_hide_nothing(void **state)
{
	(void)state;
	assert_null(json_parse("{}\0{}", 5, NULL));
	assert_null(json_parse("\"a\0b\"", 5, NULL));
	assert_null(json_parse("\"a\\u0000b\"", 10, NULL));
	assert_null(json_parse("1\0", 2, NULL));
	assert_null(json_parse("\0", 1, NULL));
	assert_null(json_parse("\"\\\0\"", 4, NULL));
	assert_null(json_parse("\"\\u00\0\0\"", 8, NULL));
}

static void a_length_is_enough_without_a_nul(void **state)
{
	(void)state;
	static const char *const TEXTS[] = {"123",   "true",      "\"abc\"",
					    "[1,2]", "{\"a\":1}", "-0.5e1"};
	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
		size_t length = strlen(TEXTS[i]);
		char *exact = malloc(length);
		assert_non_null(exact);
		memcpy(exact, TEXTS[i], length);
		struct json *value = json_parse(exact, length, NULL);
		free(exact); /* json_parse copies */
		assert_non_null(value);
		json_free(value);
	}
}

/* depth times open, a value, depth times close */
static char *nested(int depth, const char *open, const char *close)
{
	static char text[512];
	text[0] = '\0';
	for (int i = 0; i < depth; i++)
		strcat(text, open);
	strcat(text, "0");
	for (int i = 0; i < depth; i++)
		strcat(text, close);
	return text;
}

static void depth_and_size_are_bounded(void **state)
{
	(void)state;
	assert_non_null(parse(nested(32, "[", "]")));
	assert_null(parse(nested(33, "[", "]")));
	assert_non_null(parse(nested(32, "{\"a\":", "}")));
	assert_null(parse(nested(33, "{\"a\":", "}")));
	size_t size = 1024 * 1024;
	char *large = malloc(size + 1);
	assert_non_null(large);
	memset(large, ' ', size + 1);
	large[0] = '1';
	struct json *fits = json_parse(large, size, NULL);
	assert_non_null(fits);
	json_free(fits);
	assert_null(json_parse(large, size + 1, NULL));
	free(large);
}

static void integers_are_exact_or_refused(void **state)
{
	(void)state;
	assert_int_equal(json_int(parse("9007199254740991"), -1),
			 INT64_C(9007199254740991));
	assert_int_equal(json_int(parse("-9007199254740991"), -1),
			 INT64_C(-9007199254740991));
	assert_int_equal(json_int(parse("9007199254740993"), -1), -1);
	assert_int_equal(json_int(parse("1e300"), -1), -1);
	assert_int_equal(json_int(parse("1e999"), -1), -1);
	assert_near(json_real(root, -7), -7, 0); /* infinity is no number of ours */
	assert_int_equal(json_int(parse("2.0"), -1), 2);
	assert_int_equal(json_int(parse("\"9223372036854775807\""), -1), INT64_MAX);
	assert_true(json_int(parse("\"-9223372036854775808\""), -1) == INT64_MIN);
	assert_int_equal(json_int(parse("\"9223372036854775808\""), -1), -1);
	assert_int_equal(json_int(parse("\"12x\""), -1), -1);
	assert_int_equal(json_int(parse("\"\""), -1), -1);
	assert_int_equal(json_int(parse("\" 1\""), -1), -1);
	/* longer than the buffer into which cJSON copies numbers */
	assert_null(parse(
		"1000000000000000000000000000000000000000000000000000000000000000000001"));
}

static void bytes_that_are_not_utf8_pass_in_strings(void **state)
{
	(void)state;
	parse("{\"a\": \"x\xff\"}");
	assert_string_equal(json_text(json_get(root, "a"), ""), "x\xff");
	parse("\"\\u00e9\\ud83d\\ude00\\/\"");
	assert_string_equal(json_text(root, ""), "é😀/");
}

#define TEST(f) cmocka_unit_test_teardown(f, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(values_are_found_by_path),
		TEST(the_wrong_type_gives_the_answer_asked_for),
		TEST(what_is_not_json_is_refused),
		TEST(the_offset_says_where),
		TEST(nul_bytes_hide_nothing),
		TEST(a_length_is_enough_without_a_nul),
		TEST(depth_and_size_are_bounded),
		TEST(integers_are_exact_or_refused),
		TEST(bytes_that_are_not_utf8_pass_in_strings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
