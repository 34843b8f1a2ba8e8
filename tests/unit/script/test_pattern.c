#include "tests/testing.h"

#include "sim/script/pattern.h"

struct purse {
	uint64_t spent, most;
};

static bool count(void *arg, uint64_t steps)
{
	struct purse *purse = arg;
	purse->spent += steps;
	return purse->spent <= purse->most;
}

static struct pattern make(const char *text, const char *subject, struct purse *purse)
{
	return (struct pattern){
		.text = text,
		.text_end = text + strlen(text),
		.subject = subject,
		.subject_end = subject + strlen(subject),
		.count = count,
		.arg = purse,
	};
}

static void patterns_match_as_the_manual_says(void **state)
{
	/* length of the match at the beginning of the subject; -1: none */
	static const struct {
		const char *text, *subject;
		int length;
	} CASES[] = {
		{"", "abc", 0},
		{"abc", "abcd", 3},
		{"abd", "abc", -1},
		{".", "", -1},
		{"a*", "aaab", 3},
		{"a*", "baa", 0},
		{"a+", "baa", -1},
		{"a-b", "aaab", 4},
		{"a?b", "b", 1},
		{"a?a", "a", 1},
		{"a?ab", "aab", 3},
		{"%d+", "2023-08", 4},
		{"%D+", "2023", -1},
		{"[a-c]+", "abcd", 3},
		{"[^a-c]+", "xyza", 3},
		{"[]]", "]", 1},
		{"[^]]", "a", 1},
		{"[%d%-]+", "1-2x", 3},
		{"[a-]+", "a-a", 3},
		{"%%", "%", 1},
		{"%.", "x", -1},
		{"abc$", "abc", 3},
		{"abc$", "abcd", -1},
		{"a$b", "a$b", 3},
		{"%b()", "(a(b)c)d", 7},
		{"%b()", "(a", -1},
		{"(a)(b)%2%1", "abba", 4},
		{"(a)%1", "ab", -1},
		{"%f[%w]%w+", "hi !", 2},
		{"x*y", "xxxxz", -1},
		{".*b", "abab", 4},
		{".-b", "abab", 2},
		{"%s%S", " x", 2},
		{"%x+", "fFg", 2},
		{"%u%l", "Ab", 2},
		{"%p", "!", 1},
		{"%c", "\n", 1},
		{"%g+", "ab c", 2},
		{"%a+", "ab1", 2},
		{"(()a)", "a", 1},
		{"()%1", "a", -1},
		{"[%a_][%w_]*", "_x1-", 3},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct purse purse = {.most = 100000};
		struct pattern pattern = make(CASES[i].text, CASES[i].subject, &purse);
		const char *end = pattern_match(&pattern, CASES[i].subject);
		int length = end != NULL ? (int)(end - CASES[i].subject) : -1;
		if (length != CASES[i].length || pattern.error != NULL)
			fail_msg("%s on %s: %d, not %d %s", CASES[i].text,
				 CASES[i].subject, length, CASES[i].length,
				 pattern.error != NULL ? pattern.error : "");
	}
}

static void captures_are_where_the_brackets_are(void **state)
{
	struct purse purse = {.most = 1000};
	const char *subject = "key = value";
	struct pattern pattern = make("(%w+)%s*=%s*()(%w+)", subject, &purse);
	(void)state;
	assert_non_null(pattern_match(&pattern, subject));
	assert_int_equal(pattern.n_captures, 3);
	assert_int_equal(pattern.captures[0].length, 3);
	assert_int_equal(pattern.captures[1].length, PATTERN_POSITION);
	assert_ptr_equal(pattern.captures[1].start, subject + 6);
	assert_int_equal(pattern.captures[2].length, 5);
}

static void malformed_patterns_are_refused_with_a_reason(void **state)
{
	static const char *const CASES[] = {"[a", "%",   "(a", "a)",  "%1", "(%1)",
					    "%b", "%bx", "%f", "%fa", "[%", "[^"};
	(void)state;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct purse purse = {.most = 1000};
		struct pattern pattern = make(CASES[i], "aaaa", &purse);
		assert_null(pattern_match(&pattern, pattern.subject));
		if (pattern.error == NULL)
			fail_msg("%s has nothing wrong", CASES[i]);
	}
}

static void exponential_work_is_given_up_when_the_purse_is_empty(void **state)
{
	char text[121], subject[61];
	struct purse purse = {.most = 50000};
	(void)state;
	for (size_t i = 0; i < 40; i++)
		memcpy(text + 2 * i, "a?", 2);
	memset(text + 80, 'a', 40);
	text[120] = '\0';
	memset(subject, 'a', 39);
	subject[39] = '\0';
	struct pattern pattern = make(text, subject, &purse);
	assert_null(pattern_match(&pattern, subject));
	assert_true(pattern.gave_up);
	assert_true(purse.spent < 60000);
}

static void deep_patterns_are_too_complex_instead_of_a_deep_stack(void **state)
{
	char text[2001];
	struct purse purse = {.most = 1000000};
	(void)state;
	for (size_t i = 0; i < 1000; i++)
		memcpy(text + 2 * i, "a*", 2);
	text[2000] = '\0';
	struct pattern pattern = make(text, "a", &purse);
	assert_null(pattern_match(&pattern, pattern.subject));
	assert_string_equal(pattern.error, "pattern too complex");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_match_as_the_manual_says),
		cmocka_unit_test(captures_are_where_the_brackets_are),
		cmocka_unit_test(malformed_patterns_are_refused_with_a_reason),
		cmocka_unit_test(exponential_work_is_given_up_when_the_purse_is_empty),
		cmocka_unit_test(deep_patterns_are_too_complex_instead_of_a_deep_stack),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
