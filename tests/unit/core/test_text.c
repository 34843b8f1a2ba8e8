/* test_text.c - growing text, numbers, globs, topic filters, nearest names. */
#include "tests/testing.h"

#include "sim/core/text.h"

#include <math.h>

static void text_grows_and_stays_terminated(void **state)
{
	(void)state;
	struct text text = {0};
	assert_string_equal(text_cstr(&text), "");
	for (int i = 0; i < 1000; i++)
		text_addf(&text, "%d,", i % 10);
	assert_int_equal(text.length, 2000);
	assert_int_equal(strlen(text_cstr(&text)), 2000);
	text_clear(&text);
	assert_string_equal(text_cstr(&text), "");
	text_add_bytes(&text, "a\0b", 3);
	assert_int_equal(text.length, 3);
	text_fini(&text);
	assert_null(text.bytes);
}

static void a_long_format_is_written_whole(void **state)
{
	(void)state;
	struct text text = {0};
	text_addf(&text, "<%*d>", 5000, 7);
	assert_int_equal(text.length, 5002);
	assert_int_equal(text_cstr(&text)[5001], '>');
	text_fini(&text);
}

static void integers_are_written_to_their_ends(void **state)
{
	(void)state;
	struct text text = {0};
	text_add_int(&text, INT64_MIN);
	text_add_char(&text, ' ');
	text_add_int(&text, INT64_MAX);
	text_add_char(&text, ' ');
	text_add_int(&text, 0);
	assert_string_equal(text_cstr(&text),
			    "-9223372036854775808 9223372036854775807 0");
	text_fini(&text);
}

static void too_much_text_fails_and_keeps_what_it_had(void **state)
{
	(void)state;
	struct text text = {0};
	text_add(&text, "kept");
	text_add_bytes(&text, "", SIZE_MAX / 2);
	assert_true(text.failed);
	text_add(&text, "more");
	assert_string_equal(text_cstr(&text), "kept");
	text_fini(&text);
}

static void reals_are_short_and_without_locale(void **state)
{
	(void)state;
	static const struct {
		double value;
		int places;
		const char *text;
	} REALS[] = {
		{219.5, 3, "219.5"},
		{20, 3, "20"},
		{-0.25, 3, "-0.25"},
		{0.0005, 3, "0.001"},
		{0.0004, 3, "0"},
		{-0.0004, 3, "0"},
		{0.9996, 3, "1"},
		{-1.9996, 3, "-2"},
		{1.05, 1, "1.1"},
		{3.005, 3, "3.005"},
		{10.05, 9, "10.05"},
		{0.1 + 0.2, 9, "0.3"},
		{123456789.125, 0, "123456789"},
		{9007199254740992.0, 3, "9007199254740992"},
		{1e18, 3, "1000000000000000000"},
		{-2e300, 3, NULL},
		{INFINITY, 3, "inf"},
		{-INFINITY, 3, "-inf"},
		{NAN, 3, "nan"},
	};
	char buffer[TEXT_REAL_MAX];
	for (size_t i = 0; i < sizeof(REALS) / sizeof(REALS[0]); i++) {
		const char *is = text_real(REALS[i].value, REALS[i].places, buffer);
		if (REALS[i].text != NULL)
			assert_string_equal(is, REALS[i].text);
		else
			assert_near(strtod(is, NULL) / REALS[i].value, 1.0, 1e-12);
	}
}

static void numbers_are_read_whole_or_not_at_all(void **state)
{
	(void)state;
	int64_t n = 7;
	assert_true(text_read_int("-9223372036854775808", &n));
	assert_true(n == INT64_MIN);
	assert_true(text_read_int("9223372036854775807", &n));
	assert_true(n == INT64_MAX);
	static const char *const NO_INT[] = {"",
					     "-",
					     "9223372036854775808",
					     "-9223372036854775809",
					     "1.0",
					     " 1",
					     "1 ",
					     "0x1",
					     "+1"};
	for (size_t i = 0; i < sizeof(NO_INT) / sizeof(NO_INT[0]); i++)
		assert_false(text_read_int(NO_INT[i], &n));
	assert_true(n == INT64_MAX);

	double x = 7;
	static const char *const REALS[] = {"0.1",
					    "-12.5",
					    "3",
					    ".5",
					    "5.",
					    "0.000000000000001",
					    "123456789012345",
					    "0012.50"};
	for (size_t i = 0; i < sizeof(REALS) / sizeof(REALS[0]); i++) {
		assert_true(text_read_real(REALS[i], &x));
		assert_true(x == strtod(REALS[i], NULL));
	}
	static const char *const NO_REAL[] = {"",    ".",     "-",
					      "1e3", "1,5",   "nan",
					      "inf", "1.2.3", "1234567890123456"};
	for (size_t i = 0; i < sizeof(NO_REAL) / sizeof(NO_REAL[0]); i++)
		assert_false(text_read_real(NO_REAL[i], &x));
}

static void globs_match_whole_names(void **state)
{
	(void)state;
	assert_true(text_glob("*", ""));
	assert_true(text_glob("link/cloud/*", "link/cloud/command-a"));
	assert_true(text_glob("*command*", "link/cloud/command-a"));
	assert_true(text_glob("printer/00?", "printer/007"));
	assert_true(text_glob("a*b*c", "a-b-b-c"));
	assert_true(text_glob("**", "x/y"));
	assert_false(text_glob("printer/00?", "printer/0071"));
	assert_false(text_glob("printer", "printer/007"));
	assert_false(text_glob("", "x"));
	assert_false(text_glob("a*b", "a-b-c"));
	/* takes no exponential time */
	assert_false(text_glob("*a*a*a*a*a*a*a*a*a*a*b",
			       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

static bool topic(const char *filter, const char *name)
{
	return text_topic_matches(filter, name, strlen(name));
}

static void topic_filters_follow_the_standard(void **state)
{
	(void)state;
	assert_true(topic("sport/tennis/player1/#", "sport/tennis/player1"));
	assert_true(
		topic("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon"));
	assert_true(topic("sport/#", "sport"));
	assert_true(topic("#", "a/b"));
	assert_true(topic("sport/tennis/+", "sport/tennis/player1"));
	assert_false(topic("sport/tennis/+", "sport/tennis/player1/ranking"));
	assert_false(topic("sport/+", "sport"));
	assert_true(topic("sport/+", "sport/"));
	assert_true(topic("+/+", "/finance"));
	assert_true(topic("/+", "/finance"));
	assert_false(topic("+", "/finance"));
	assert_true(topic("device/+/report", "device/01S00A/report"));
	assert_false(topic("device/+/report", "device/01S00A/request"));
	assert_false(topic("device/a", "device/ab"));
	assert_false(topic("device/ab", "device/a"));
	assert_false(topic("a/b", "a"));
	assert_false(topic("", ""));
}

static void wildcards_do_not_see_dollar_topics(void **state)
{
	(void)state;
	assert_false(topic("#", "$SYS/broker"));
	assert_false(topic("+/broker", "$SYS/broker"));
	assert_true(topic("$SYS/#", "$SYS/broker/uptime"));
	assert_true(topic("$SYS/+", "$SYS/broker"));
	assert_true(topic("a/#", "a/$b"));
}

static void misplaced_wildcards_match_nothing(void **state)
{
	(void)state;
	assert_false(topic("a#", "a#"));
	assert_false(topic("a+/b", "a+/b"));
	assert_false(topic("#/a", "x/a"));
	/* the topic's length counts, not a NUL */
	assert_true(text_topic_matches("a/b", "a/bcd", 3));
}

static const char *const NAMES[] = {"latency", "timeout", "reset",
				    "refuse",  "hold",    NULL};

static const char *next_name(const void *arg, size_t i)
{
	return ((const char *const *)arg)[i];
}

static void the_nearest_name_is_near(void **state)
{
	(void)state;
	assert_string_equal(text_nearest("latancy", next_name, NAMES), "latency");
	assert_string_equal(text_nearest("Timeout", next_name, NAMES), "timeout");
	assert_string_equal(text_nearest("tiemout", next_name, NAMES), "timeout");
	assert_string_equal(text_nearest("rest", next_name, NAMES), "reset");
	assert_string_equal(text_nearest("hodl", next_name, NAMES), "hold");
	assert_null(text_nearest("bandwidth", next_name, NAMES));
	assert_null(text_nearest("x", next_name, NAMES));
	static const char *const SHORT[] = {"y", "ab", NULL};
	assert_null(text_nearest("x", next_name, SHORT));
	assert_string_equal(text_nearest("ax", next_name, SHORT), "ab");
	assert_null(text_nearest("", next_name, NAMES));
	char longest[300];
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_null(text_nearest(longest, next_name, NAMES));
}

static void hashes_are_fnv_1a(void **state)
{
	(void)state;
	assert_true(text_hash(TEXT_HASH_START, "", 0) == UINT64_C(0xcbf29ce484222325));
	assert_true(text_hash(TEXT_HASH_START, "a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
	assert_true(text_hash(TEXT_HASH_START, "foobar", 6) ==
		    UINT64_C(0x85944171f73967e8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_grows_and_stays_terminated),
		cmocka_unit_test(a_long_format_is_written_whole),
		cmocka_unit_test(integers_are_written_to_their_ends),
		cmocka_unit_test(too_much_text_fails_and_keeps_what_it_had),
		cmocka_unit_test(reals_are_short_and_without_locale),
		cmocka_unit_test(numbers_are_read_whole_or_not_at_all),
		cmocka_unit_test(globs_match_whole_names),
		cmocka_unit_test(topic_filters_follow_the_standard),
		cmocka_unit_test(wildcards_do_not_see_dollar_topics),
		cmocka_unit_test(misplaced_wildcards_match_nothing),
		cmocka_unit_test(the_nearest_name_is_near),
		cmocka_unit_test(hashes_are_fnv_1a),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
