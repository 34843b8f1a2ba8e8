/* match_test.c - "name op value": reading it, and comparing. */
#include "net/match_test.h"

#include "sim/core/text.h"

#include <stdio.h>
#include <string.h>

/* Longer ones first. */
static const struct {
	const char *sign;
	enum match_op op;
} signs[] = {
	{"!=", MATCH_DIFFERENT},
	{"<=", MATCH_LESS_OR_EQUAL},
	{">=", MATCH_GREATER_OR_EQUAL},
	{"=", MATCH_EQUAL},
	{"<", MATCH_LESS},
	{">", MATCH_GREATER},
};

enum {
	N_SIGNS = sizeof(signs) / sizeof(signs[0])
};

/* The sign that stands at text, or -1. */
static int sign_at(const char *text)
{
	for (int i = 0; i < N_SIGNS; i++)
		if (strncmp(text, signs[i].sign, strlen(signs[i].sign)) == 0)
			return i;
	return -1;
}

static bool copy_trimmed(const char *from, size_t length, char to[MATCH_TEST_MAX])
{
	while (length > 0 && *from == ' ') {
		from++;
		length--;
	}
	while (length > 0 && from[length - 1] == ' ')
		length--;
	if (length >= MATCH_TEST_MAX)
		return false;
	memcpy(to, from, length);
	to[length] = '\0';
	return true;
}

static void take_quotes_off(char *value)
{
	size_t length = strlen(value);
	if (length < 2 || value[0] != '"' || value[length - 1] != '"')
		return;
	memmove(value, value + 1, length - 2);
	value[length - 2] = '\0';
}

static bool wants_number(enum match_op op)
{
	return op >= MATCH_LESS;
}

int match_test_parse(const char *what, const char *text, struct match_test *ret_test,
		     struct sim_error *error)
{
	struct match_test test = {.op = MATCH_IS_THERE};
	double number;
	if (text[0] == '!' && sign_at(text) < 0) {
		test.op = MATCH_IS_NOT_THERE;
		text++;
	}
	const char *end = text;
	while (*end != '\0' && sign_at(end) < 0)
		end++;
	if (!copy_trimmed(text, (size_t)(end - text), test.name))
		return sim_fail(error, SIM_EINVAL,
				"%s: a name of at most %d bytes is needed", what,
				MATCH_TEST_MAX - 1);
	if (test.name[0] == '\0')
		return sim_fail(error, SIM_EINVAL,
				"%s: no name stands in it; write \"name\", \"!name\" or "
				"\"name=value\"",
				what);
	if (*end != '\0') {
		int sign = sign_at(end);
		if (test.op == MATCH_IS_NOT_THERE)
			return sim_fail(
				error, SIM_EINVAL,
				"%s: \"!%.60s\" asks that it is not there, so it has "
				"no value to compare; write \"%.60s!=value\"",
				what, test.name, test.name);
		test.op = signs[sign].op;
		end += strlen(signs[sign].sign);
		if (!copy_trimmed(end, strlen(end), test.value))
			return sim_fail(error, SIM_EINVAL,
					"%s: a value of at most %d bytes is needed", what,
					MATCH_TEST_MAX - 1);
		take_quotes_off(test.value);
	}
	if (wants_number(test.op) && !text_read_real(test.value, &number))
		return sim_fail(error, SIM_EINVAL,
				"%s: < and > compare numbers, and \"%.60s\" is none",
				what, test.value);
	*ret_test = test;
	return SIM_OK;
}

static bool answer(enum match_op op, int order)
{
	switch (op) {
	case MATCH_IS_THERE:
		return true;
	case MATCH_IS_NOT_THERE:
		return false;
	case MATCH_EQUAL:
		return order == 0;
	case MATCH_DIFFERENT:
		return order != 0;
	case MATCH_LESS:
		return order < 0;
	case MATCH_LESS_OR_EQUAL:
		return order <= 0;
	case MATCH_GREATER:
		return order > 0;
	case MATCH_GREATER_OR_EQUAL:
		return order >= 0;
	}
	return false;
}

bool match_test_fits(const struct match_test *test, struct mqtt_span text)
{
	char copy[TEXT_REAL_MAX];
	int64_t a_int, b_int;
	double a, b;
	if (test->op <= MATCH_IS_NOT_THERE)
		return test->op == MATCH_IS_THERE;
	size_t length = strlen(test->value);
	if (text.length == length && memcmp(text.data, test->value, length) == 0)
		return answer(test->op, 0);
	if (text.length < sizeof(copy)) {
		memcpy(copy, text.data, text.length);
		copy[text.length] = '\0';
		if (strlen(copy) != text.length)
			return test->op == MATCH_DIFFERENT;
		/* Whole ones exactly, also those that a double cannot hold. */
		if (text_read_int(copy, &a_int) && text_read_int(test->value, &b_int))
			return answer(test->op, a_int < b_int ? -1 : a_int > b_int);
		if (text_read_real(copy, &a) && text_read_real(test->value, &b))
			return answer(test->op, a < b ? -1 : a > b);
	}
	return test->op == MATCH_DIFFERENT;
}
