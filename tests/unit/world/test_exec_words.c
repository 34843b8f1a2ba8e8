/* test_exec_words.c - the words of "exec:COMMAND". */
#include "sim/world/exec_words.h"
#include "tests/testing.h"

#include <stdio.h>
#include <string.h>

static const struct exec_value values[] = {
	{"socket", "/tmp/x/b"}, {"dir", "/tmp/x"}, {NULL, NULL}};

static int parse(const char *text, struct exec_words *ret_words,
		 struct sim_error *ret_error)
{
	return exec_words_parse("--broker exec:", text, values, ret_words,
				    ret_error);
}

/* The words, each in angle brackets. */
static void assert_words(const char *text, const char *expected)
{
	struct exec_words command;
	struct sim_error error = {0};
	char words[512] = "";

	assert_int_equal(parse(text, &command, &error), SIM_OK);
	for (int i = 0; command.argv[i]; i++) {
		strcat(words, "<");
		strcat(words, command.argv[i]);
		strcat(words, ">");
	}
	assert_string_equal(words, expected);
	assert_null(command.argv[command.n_words]);
}

static void assert_refused(const char *text, const char *because)
{
	struct exec_words command;
	struct sim_error error = {0};

	assert_int_not_equal(parse(text, &command, &error), SIM_OK);
	assert_non_null(strstr(error.text, because));
}

static void only_a_spec_that_says_exec_is_a_command(void **state)
{
	(void)state;
	assert_string_equal(exec_words_of("exec:x {socket}"), "x {socket}");
	assert_null(exec_words_of("/usr/sbin/mosquitto"));
	assert_null(exec_words_of("execute"));
	assert_null(exec_words_of(NULL));
}

static void blanks_part_words_and_quotes_keep_them(void **state)
{
	(void)state;
	assert_words("  a  b\tc ", "<a><b><c>");
	assert_words("a 'b c' d\"e  f\"g", "<a><b c><de  fg>");
	assert_words("a '' \"'\"", "<a><><'>");
}

static void names_in_braces_are_replaced_also_within_a_word(void **state)
{
	(void)state;
	assert_words("x -s={socket} {dir}/log '{dir}'",
		     "<x><-s=/tmp/x/b></tmp/x/log></tmp/x>");
	assert_words("x {a: 1} {} {", "<x><{a:><1}><{}><{>");
}

static void leading_variables_are_for_env(void **state)
{
	(void)state;
	assert_words("A=1 B=2 x", "<env><A=1><B=2><x>");
	assert_words("./a=b c", "<./a=b><c>");
}

static void what_cannot_be_a_command_is_refused_in_words(void **state)
{
	char longer[EXEC_WORDS_BYTES + 8], many[4 * EXEC_WORDS_MAX];

	(void)state;
	assert_refused("", "empty");
	assert_refused("  ", "empty");
	assert_refused("a 'b", "a ' is not closed");
	assert_refused("a {sockte}", "there is no {sockte}");
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_refused(longer, "longer than");
	for (size_t i = 0; i < sizeof(many) - 1; i++)
		many[i] = i % 2 ? ' ' : 'a';
	many[sizeof(many) - 1] = '\0';
	assert_refused(many, "more than");
}

static void a_command_has_a_path_or_a_port(void **state)
{
	struct sim_error error = {0};
	uint16_t port = 1;

	(void)state;
	assert_int_equal(exec_words_port("", "a {socket}", "", &port, &error), SIM_OK);
	assert_int_equal(port, 0);
	assert_int_equal(exec_words_port("", "a -p {port}", "", &port, &error), SIM_OK);
	assert_int_equal(port, 1883);
	assert_int_equal(exec_words_port("", "a", "connects to", &port, &error), SIM_EINVAL);
	assert_non_null(strstr(error.text, "connects to {socket}"));
	assert_int_equal(exec_words_port("", "a {socket} {port}", "", &port, &error),
			 SIM_EINVAL);
	assert_non_null(strstr(error.text, "two names of one thing"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_spec_that_says_exec_is_a_command),
		cmocka_unit_test(blanks_part_words_and_quotes_keep_them),
		cmocka_unit_test(names_in_braces_are_replaced_also_within_a_word),
		cmocka_unit_test(leading_variables_are_for_env),
		cmocka_unit_test(a_command_has_a_path_or_a_port),
		cmocka_unit_test(what_cannot_be_a_command_is_refused_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
